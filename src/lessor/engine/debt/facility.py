"""A term loan, one grid month at a time: what is drawn, accrued, due and paid."""

from __future__ import annotations

from typing import NamedTuple

from lessor.core.numeric import Kind, Value, clip, maximum, minimum
from lessor.engine.debt.schedule import MonthTerms, PaymentFactors, RateTerms, growth
from lessor.engine.debt.structure import MONTHS
from lessor.terms.facilities import Facility


class FacilityTerms(NamedTuple):
    """A loan as numbers of one kind; `balloon` is the share of principal left to the last payment.

    `profile` is level, equal_principal, bullet or custom.
    """

    name: str
    profile: str
    rate: RateTerms
    balloon: Value
    zero: Value


class Draw(NamedTuple):
    """Money drawn in a month, and the part of a year from its day to the end of the month."""

    amount: Value
    year_fraction: Value


class FacilityInputs(NamedTuple):
    """One month: what is drawn, its place in the schedule, and the cash there is.

    `is_repaid_in_full`: all that is owed is repaid at the end of the month (a sale, the end of the
    plan). `cash_available`: None where the owners see to it that what is due is paid.
    """

    draws: tuple[Draw, ...]
    month: MonthTerms
    factors: PaymentFactors
    is_repaid_in_full: bool = False
    cash_available: Value | None = None


class FacilityState(NamedTuple):
    """What is owed at the end of a month.

    `outstanding`: principal; `original`: principal drawn so far; `overdue`: the part of outstanding
    that was due and not paid. `accrued`: interest not yet paid; `compounded`: the part of it that
    bears interest.
    """

    outstanding: Value
    original: Value
    overdue: Value
    accrued: Value
    compounded: Value


class FacilityFlows(NamedTuple):
    """What moved in a month, all positive: `drawn` by the lessor, the rest due or paid to lenders.

    `prepaid` is principal repaid ahead of schedule; `shortfall` what was due and was not paid;
    `outstanding` the principal at the end of the month.
    """

    drawn: Value
    interest_accrued: Value
    interest_due: Value
    interest_paid: Value
    principal_due: Value
    principal_paid: Value
    prepaid: Value
    shortfall: Value
    outstanding: Value


def lower_facility(name: str, facility: Facility, *, kind: Kind) -> FacilityTerms:
    """The loan that stands at `facilities.<name>`, as numbers of `kind`."""
    path = f"facilities.{name}"
    return FacilityTerms(
        name=name,
        profile=facility.repayment.profile,
        rate=RateTerms(
            kind.number(facility.rate.value, f"{path}.rate.value"),
            MONTHS[facility.rate.compounding],
            MONTHS[facility.repayment.frequency],
        ),
        balloon=kind.number(facility.repayment.balloon, f"{path}.repayment.balloon"),
        zero=kind.given(0),
    )


def opening_facility(terms: FacilityTerms) -> FacilityState:
    """The loan before its first draw."""
    return FacilityState(terms.zero, terms.zero, terms.zero, terms.zero, terms.zero)


def facility_month(
    terms: FacilityTerms, state: FacilityState, inputs: FacilityInputs
) -> tuple[FacilityFlows, FacilityState]:
    """One month of a loan: it is drawn, accrues, and pays interest first and then principal.

    interest_accrued = (outstanding + compounded) x growth of the month + each draw x growth from
    its day. Interest due and not paid stays accrued, and bears interest from the next date on which
    the quoted rate compounds; principal due and not paid is due again with the next payment.
    """
    month, zero = inputs.month, terms.zero
    compounded = state.accrued if month.compounds else state.compounded
    drawn, interest = _accrual(terms, state.outstanding + compounded, inputs)
    accrued = state.accrued + interest
    owed = state._replace(
        outstanding=state.outstanding + drawn,
        original=state.original + drawn,
        accrued=accrued,
        compounded=compounded,
    )
    is_settled = month.is_payment or inputs.is_repaid_in_full
    interest_due = accrued if is_settled else zero
    principal_due = _principal_due(terms, owed, inputs) if month.is_principal_payment else zero
    early = owed.outstanding - principal_due if inputs.is_repaid_in_full else zero
    due = _Due(interest_due, principal_due, early)
    paid = due if inputs.cash_available is None else _affordable(due, inputs.cash_available, zero)
    closing = _after_payment(terms, owed, due, paid, inputs)
    flows = FacilityFlows(
        drawn=drawn,
        interest_accrued=interest,
        interest_due=interest_due,
        interest_paid=paid.interest,
        principal_due=principal_due,
        principal_paid=paid.principal,
        prepaid=paid.early,
        shortfall=zero if paid is due else _sum(due) - _sum(paid),
        outstanding=closing.outstanding,
    )
    return flows, closing


class _Due(NamedTuple):
    interest: Value
    principal: Value
    early: Value


def _sum(due: _Due) -> Value:
    return due.interest + due.principal + due.early


def _accrual(terms: FacilityTerms, base: Value, inputs: FacilityInputs) -> tuple[Value, Value]:
    """What is drawn in the month, and the interest earned in it on the base and on the draws."""
    drawn = terms.zero
    interest = base * growth(terms.rate, inputs.month.year_fraction)
    for draw in inputs.draws:
        drawn = drawn + draw.amount
        interest = interest + draw.amount * growth(terms.rate, draw.year_fraction)
    return drawn, interest


def _principal_due(terms: FacilityTerms, owed: FacilityState, inputs: FacilityInputs) -> Value:
    """Principal due now: what the profile asks for on top of what is overdue, at most all of it.

    level: (outstanding - balloon x discount) / annuity less a whole period's interest; found anew
    from what is outstanding on each date, so that later draws are spread over the payments left.
    """
    if inputs.month.is_last:
        return owed.outstanding
    current = owed.outstanding - owed.overdue
    balloon = terms.balloon * owed.original
    if terms.profile == "level":
        factors = inputs.factors
        payment = (current - balloon * factors.discount) / factors.annuity
        scheduled = payment - current * factors.growth
    elif terms.profile == "equal_principal":
        scheduled = (current - balloon) / inputs.month.payments_left
    else:
        scheduled = owed.original * inputs.month.share_due
    return owed.overdue + clip(scheduled, terms.zero, current)


def _affordable(due: _Due, cash: Value, zero: Value) -> _Due:
    left = maximum(cash, zero)
    interest = minimum(due.interest, left)
    principal = minimum(due.principal, left - interest)
    return _Due(interest, principal, minimum(due.early, left - interest - principal))


def _after_payment(
    terms: FacilityTerms, owed: FacilityState, due: _Due, paid: _Due, inputs: FacilityInputs
) -> FacilityState:
    month, zero = inputs.month, terms.zero
    is_settled = month.is_payment or inputs.is_repaid_in_full
    if not is_settled:
        return owed
    is_paid = paid is due
    outstanding = owed.outstanding - paid.principal - paid.early
    overdue = owed.overdue
    if inputs.is_repaid_in_full:
        overdue = outstanding
    elif month.is_principal_payment:
        overdue = zero if is_paid else due.principal - paid.principal
    return FacilityState(
        outstanding=outstanding,
        original=owed.original,
        overdue=overdue,
        accrued=zero if is_paid else owed.accrued - paid.interest,
        # What has borne interest longest is paid first.
        compounded=zero if is_paid else maximum(owed.compounded - paid.interest, zero),
    )
