"""A term loan, one grid month at a time: interest accrued, what is due, what is paid."""

from __future__ import annotations

from typing import NamedTuple

from lessor.core.numeric import Kind, Value, maximum, minimum, total
from lessor.engine.debt.schedule import (
    MONTHS,
    GrowthTerms,
    MonthTerms,
    PaymentFactors,
    growth,
)
from lessor.terms.facilities import Facility


class FacilityTerms(NamedTuple):
    """A loan as numbers of one kind: profile (a word), rate, share of principal left as balloon."""

    name: str
    profile: str
    growth: GrowthTerms
    balloon: Value
    zero: Value


class Draw(NamedTuple):
    """Money drawn in a month, and the part of a year from then to the end of the month."""

    amount: Value
    year_fraction: Value


class FacilityInputs(NamedTuple):
    """One month: draws, its place in the schedule, the factors of its payment, and the cash.

    `repaid_in_full`: all that is outstanding is repaid at the end of the month (a sale, the end of
    the plan). `cash_available`: None where the owners see to it that dues are paid.
    """

    draws: tuple[Draw, ...]
    month: MonthTerms
    factors: PaymentFactors
    repaid_in_full: bool = False
    cash_available: Value | None = None


class FacilityState(NamedTuple):
    """What is owed at the end of a month.

    `outstanding`: principal; `original`: principal drawn so far; `overdue`: principal that fell due
    and was not paid (inside outstanding); `accrued`: interest earned and not yet paid; `compounded`:
    the part of it that bears interest itself.
    """

    outstanding: Value
    original: Value
    overdue: Value
    accrued: Value
    compounded: Value


class FacilityFlows(NamedTuple):
    """What moved in a month: all positive, `drawn` to the lessor, the rest to the lender.

    `prepaid` is principal repaid ahead of its schedule; `shortfall` what was due (interest,
    principal or repayment in full) and not paid.
    """

    drawn: Value
    interest_accrued: Value
    interest_due: Value
    interest_paid: Value
    principal_due: Value
    principal_paid: Value
    prepaid: Value
    shortfall: Value


def lower_facility(name: str, facility: Facility, *, kind: Kind) -> FacilityTerms:
    """The loan that stands at `facilities.<name>`, as numbers of `kind`."""
    path = f"facilities.{name}"
    repayment = facility.repayment
    return FacilityTerms(
        name=name,
        profile=repayment.profile,
        growth=GrowthTerms(
            kind.number(facility.rate.value, f"{path}.rate.value"),
            MONTHS[facility.rate.compounding],
            MONTHS[repayment.frequency],
        ),
        balloon=kind.number(repayment.balloon, f"{path}.repayment.balloon"),
        zero=kind.given(0),
    )


def opening_facility(terms: FacilityTerms) -> FacilityState:
    """The loan before its first draw."""
    zero = terms.zero
    return FacilityState(zero, zero, zero, zero, zero)


def facility_month(
    terms: FacilityTerms, state: FacilityState, inputs: FacilityInputs
) -> tuple[FacilityFlows, FacilityState]:
    """One month of a loan: draw, accrue, pay interest first and then principal.

    interest = (outstanding + compounded) x rate x year fraction, and the same on each draw from its
    day. Interest that was due and not paid stays accrued, and bears interest once the quoted rate
    compounds (never with `compounding: none`); principal that was due and not paid stays overdue
    and is due again on the next date. The last payment takes all that is left.
    """
    month = inputs.month
    compounded = state.accrued if month.compounds else state.compounded
    drawn, interest = _drawn(terms, inputs.draws)
    interest = interest + (state.outstanding + compounded) * growth(
        terms.growth, month.year_fraction
    )
    outstanding = state.outstanding + drawn
    original = state.original + drawn
    accrued = state.accrued + interest
    settles = month.pays_interest or inputs.repaid_in_full is True
    interest_due = accrued if month.pays_interest or inputs.repaid_in_full is True else terms.zero
    return settles, interest_due, outstanding, original
