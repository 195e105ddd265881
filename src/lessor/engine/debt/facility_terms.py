"""A loan as numbers of one kind: its terms, and what a segment takes in and gives out."""

from __future__ import annotations

from typing import NamedTuple

from lessor.core.numeric import Kind, Value
from lessor.engine.debt.early import EarlyInputs
from lessor.engine.debt.fees import FeeTerms, lower_fees
from lessor.engine.debt.payment_days import MONTHS
from lessor.engine.debt.principal import ProfileTerms
from lessor.engine.debt.schedule import (
    Convert,
    PaymentFactors,
    RateTerms,
    SegmentTerms,
    payment_months,
)
from lessor.terms.facilities import Facility

CENTS = 2


class FacilityTerms(NamedTuple):
    """A loan as numbers of one kind.

    `rate` is the one in force at closing; where it changes, inputs tell it. `is_flat`: interest is
    on the original principal for the whole term. `paid_in_kind`: share of interest added to
    principal. `make_whole_rate`: a year, at which payments forgone are discounted. `repaid`: of a
    loan made earlier, before closing.
    """

    name: str
    rate: RateTerms
    profile: ProfileTerms
    fees: FeeTerms
    zero: Value
    one: Value
    is_flat: bool = False
    paid_in_kind: Value | None = None
    make_whole_rate: Value | None = None
    repaid: Value | None = None

    @property
    def has_fees(self) -> bool:
        """Whether anything beside interest is charged while the loan stands."""
        fees = self.fees
        return not (fees.undrawn is None and fees.exit is None and fees.agency is None)


class Draw(NamedTuple):
    """Money drawn in a segment, and the part of a year from its day to the end of the segment."""

    amount: Value
    year_fraction: Value


class FacilityInputs(NamedTuple):
    """One segment: what is drawn, its place in the schedule, and the cash there is.

    `is_repaid_in_full`: all that is owed is repaid at the end (a sale, the end of the plan).
    `cash_available`: None where the owners see to it that what is due is paid. `rate`: a year, None
    for that of the terms; `is_reset`: it is another than before. `ceilings`: principal above each
    of them is due with a payment of principal. `early`: what is repaid by choice. `remaining`: the
    segments to come, where payments forgone are reckoned. `charged`: an amount that is due with the
    payment beside interest and principal, as a fee is; None where nothing is.
    """

    draws: tuple[Draw, ...]
    segment: SegmentTerms
    factors: PaymentFactors
    is_repaid_in_full: bool = False
    cash_available: Value | None = None
    rate: Value | None = None
    is_reset: bool = False
    ceilings: tuple[Value, ...] = ()
    early: EarlyInputs | None = None
    remaining: tuple[FacilityInputs, ...] = ()
    charged: Value | None = None


class FacilityState(NamedTuple):
    """What is owed at the end of a segment.

    `outstanding`: principal; `original`: principal drawn so far, with the interest that a grace
    added; `overdue`: the part of outstanding that was due and not paid. `accrued`: interest not yet
    paid; `compounded`: the part of it that bears interest; `arrears`: the part of it that was due.
    `fees`: not yet paid. `scale`: share of a payment table left by early repayments; `ahead`:
    repaid early, and still to reduce later payments. `agreed`: the instalment that is kept, where
    flows are rounded; empty where it is to be found.
    """

    outstanding: Value
    original: Value
    overdue: Value
    accrued: Value
    compounded: Value
    arrears: Value
    fees: Value
    scale: Value
    ahead: Value
    agreed: tuple[Value, ...] = ()


class FacilityDue(NamedTuple):
    """What is due at the end of a segment, or what was paid of it, all positive.

    `early`: principal ahead of schedule; `premium`: what the lender is paid for that.
    """

    fees: Value
    interest: Value
    principal: Value
    early: Value
    premium: Value


class OwedState(NamedTuple):
    """A loan at the end of a segment, before anything is paid.

    `interest` of the segment; `capitalised`: the part of what accrued that becomes principal; None
    where none does.
    """

    state: FacilityState
    drawn: Value
    interest: Value
    capitalised: Value | None


class FacilityFlows(NamedTuple):
    """What moved in a segment, all positive: `drawn` by the borrower, the rest due or paid.

    `prepaid` is principal repaid ahead of schedule; `shortfall` what was due and was not paid;
    `outstanding` the principal at the end; `capitalised` interest that became principal.
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
    capitalised: Value
    fees_due: Value
    fees_paid: Value
    premium_paid: Value


def lower_facility(
    name: str,
    facility: Facility,
    *,
    kind: Kind,
    rate: Value | None = None,
    commitment: Value | None = None,
    convert: Convert | None = None,
) -> FacilityTerms:
    """The loan that stands at `facilities.<name>`, as numbers of `kind`.

    `rate`: the rate at closing, for one that is not simply fixed. `commitment`: the most that may
    be drawn, for an undrawn fee. `convert`: amounts in other currencies.
    """
    path, said = f"facilities.{name}", facility.rate
    if rate is None:
        rate = kind.number(said.value or 0, f"{path}.rate.value")
    repaid: Value | None = None
    if facility.balance is not None and commitment is not None:
        balance = kind.number(facility.balance.amount, f"{path}.balance.amount")
        left = balance if convert is None else convert(balance, facility.balance.currency)
        repaid = commitment - left
    pik, early = said.paid_in_kind, facility.early
    is_whole = early.make_whole_until is not None
    return FacilityTerms(
        name=name,
        rate=RateTerms(rate, MONTHS[said.compounding], payment_months(facility)),
        profile=_lower_profile(name, facility, kind, convert),
        fees=lower_fees(name, facility, kind=kind, convert=convert, commitment=commitment),
        zero=kind.given(0),
        one=kind.given(1),
        is_flat=said.quoted == "flat",
        paid_in_kind=kind.number(pik, f"{path}.rate.paid_in_kind") if pik else None,
        make_whole_rate=kind.number(early.make_whole_rate, f"{path}.early.make_whole_rate")
        if is_whole
        else None,
        repaid=repaid,
    )


def _lower_profile(
    name: str, facility: Facility, kind: Kind, convert: Convert | None
) -> ProfileTerms:
    said, path = facility.repayment, f"facilities.{name}.repayment"
    amounts: dict[str, Value] = {}
    for part in ("balloon_amount", "payment"):
        held = getattr(said, part)
        if held is not None:
            amount = kind.number(held.amount, f"{path}.{part}.amount")
            amounts[part] = amount if convert is None else convert(amount, held.currency)
    is_flat_level = said.profile == "level_payment" and facility.rate.quoted == "flat"
    return ProfileTerms(
        name="level" if is_flat_level else said.profile,
        balloon=kind.number(said.balloon, f"{path}.balloon"),
        balloon_amount=amounts.get("balloon_amount"),
        payment=amounts.get("payment"),
        is_negative_allowed=said.negative_amortization,
        reduces=facility.early.reduces,
        decimals=CENTS if facility.rounding == "cent" else None,
    )


def opening_facility(terms: FacilityTerms) -> FacilityState:
    """The loan before its first draw; what was repaid of an earlier one counts as drawn."""
    zero = terms.zero
    original = zero if terms.repaid is None else terms.repaid
    return FacilityState(zero, original, zero, zero, zero, zero, zero, terms.one, zero)
