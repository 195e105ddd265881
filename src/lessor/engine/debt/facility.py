"""A loan, one segment at a time: what is drawn, accrued, due and paid.

A segment is a month, or the part of one between two days on which something changes. What is due
at its end is one step (`accrue_segment`), what was paid of it another (`settle_segment`), so that a
waterfall may stand between them; `facility_segment` is both, where the owners pay.
"""

from __future__ import annotations

from lessor.core.numeric import Value, maximum, minimum, round_to
from lessor.engine.debt.early import planned_early, reduced_scale
from lessor.engine.debt.facility_terms import (
    FacilityDue,
    FacilityFlows,
    FacilityInputs,
    FacilityState,
    FacilityTerms,
    OwedState,
    opening_facility,
)
from lessor.engine.debt.fees import Undrawn, fees_accrued
from lessor.engine.debt.principal import (
    Owed,
    Scheduled,
    above_ceilings,
    level_payment_due,
    scheduled_principal,
)
from lessor.engine.debt.schedule import growth

__all__ = [
    "FacilityDue",
    "FacilityFlows",
    "FacilityInputs",
    "FacilityState",
    "FacilityTerms",
    "OwedState",
    "accrue_segment",
    "affordable",
    "facility_segment",
    "make_whole",
    "opening_facility",
    "repay_early",
    "settle_segment",
]


def facility_segment(
    terms: FacilityTerms, state: FacilityState, inputs: FacilityInputs
) -> tuple[FacilityFlows, FacilityState]:
    """One segment of a loan: it is drawn, accrues, and pays interest first and then principal.

    What is due is paid in full where the owners see to it, else as far as `cash_available` goes:
    fees, interest, premium, principal, early repayment.
    """
    due, owed = accrue_segment(terms, state, inputs)
    paid = due
    if inputs.cash_available is not None:
        paid = affordable(due, inputs.cash_available, terms.zero)
    return settle_segment(terms, owed, due, paid, inputs)


def accrue_segment(
    terms: FacilityTerms, state: FacilityState, inputs: FacilityInputs
) -> tuple[FacilityDue, OwedState]:
    """What accrues in a segment, and what is due at its end.

    interest = (outstanding + compounded) x growth of the segment + each draw x growth from its day.
    Interest due and not paid stays accrued, and bears interest from the next date on which the
    quoted rate compounds; principal due and not paid is due again with the next payment. In a grace
    all interest due becomes principal, of interest paid in kind its share, and under negative
    amortization what is above the level payment.
    """
    segment, zero = inputs.segment, terms.zero
    compounded = state.accrued if segment.compounds else state.compounded
    drawn, interest = _accrual(terms, state, compounded, inputs)
    # Built whole: it runs for every segment of every loan, and `_replace` takes thrice as long.
    opened = FacilityState(
        outstanding=state.outstanding + drawn,
        original=state.original + drawn,
        overdue=state.overdue,
        accrued=state.accrued + interest,
        compounded=compounded,
        arrears=state.arrears,
        fees=_fees(terms, state, drawn, inputs),
        scale=state.scale,
        ahead=state.ahead,
        agreed=() if len(inputs.draws) > 0 or inputs.is_reset else state.agreed,
    )
    if not (segment.is_payment or inputs.is_repaid_in_full):
        return FacilityDue(zero, zero, zero, zero, zero), OwedState(opened, drawn, interest, None)
    if terms.profile.decimals is not None:
        accrued = round_to(opened.accrued, terms.profile.decimals)
        interest = interest + (accrued - opened.accrued)
        opened = opened._replace(accrued=accrued)
    capitalised = _capitalised(terms, opened, inputs)
    interest_due = opened.accrued if capitalised is None else opened.accrued - capitalised
    scheduled = _principal_due(terms, opened, inputs)
    if scheduled.ahead is not opened.ahead or scheduled.agreed is not opened.agreed:
        opened = opened._replace(ahead=scheduled.ahead, agreed=scheduled.agreed)
    rest = opened.outstanding - scheduled.principal
    early, premium = _early(terms, opened, scheduled.principal, inputs)
    early = rest if inputs.is_repaid_in_full else early
    fees = opened.fees
    if terms.fees.exit is not None:
        fees = fees + _rounded(terms, terms.fees.exit * (scheduled.principal + early))
    due = FacilityDue(fees, interest_due, scheduled.principal, early, premium)
    return due, OwedState(opened, drawn, interest, capitalised)


def settle_segment(
    terms: FacilityTerms,
    owed: OwedState,
    due: FacilityDue,
    paid: FacilityDue,
    inputs: FacilityInputs,
) -> tuple[FacilityFlows, FacilityState]:
    """What was paid of what was due, and what is owed afterwards.

    `paid.early` above `due.early` is a sweep. Pass `due` itself where all of it was paid.
    """
    is_settled = inputs.segment.is_payment or inputs.is_repaid_in_full
    closing = _after_payment(terms, owed, due, paid, inputs) if is_settled else owed.state
    zero = terms.zero
    flows = FacilityFlows(
        drawn=owed.drawn,
        interest_accrued=owed.interest,
        interest_due=due.interest,
        interest_paid=paid.interest,
        principal_due=due.principal,
        principal_paid=paid.principal,
        prepaid=paid.early,
        shortfall=zero if paid is due else _shortfall(due, paid, zero),
        outstanding=closing.outstanding,
        capitalised=zero if owed.capitalised is None else owed.capitalised,
        fees_due=due.fees,
        fees_paid=paid.fees,
        premium_paid=paid.premium,
    )
    return flows, closing


def affordable(due: FacilityDue, cash: Value, zero: Value) -> FacilityDue:
    """What cash pays of what is due: fees, interest, premium, principal, early repayment."""
    left = maximum(cash, zero)
    fees = minimum(due.fees, left)
    left = left - fees
    interest = minimum(due.interest, left)
    left = left - interest
    premium = minimum(due.premium, left)
    left = left - premium
    principal = minimum(due.principal, left)
    return FacilityDue(fees, interest, principal, minimum(due.early, left - principal), premium)


def _shortfall(due: FacilityDue, paid: FacilityDue, zero: Value) -> Value:
    fees, interest = due.fees - paid.fees, due.interest - paid.interest
    early = maximum(due.early - paid.early, zero)
    return interest + (due.principal - paid.principal) + early + fees + (due.premium - paid.premium)


def _accrual(
    terms: FacilityTerms, state: FacilityState, compounded: Value, inputs: FacilityInputs
) -> tuple[Value, Value]:
    """What is drawn in the segment, and the interest earned in it on the base and on the draws."""
    rate = terms.rate if inputs.rate is None else terms.rate._replace(value=inputs.rate)
    base = state.original if terms.is_flat else state.outstanding + compounded
    drawn = terms.zero
    interest = base * growth(rate, inputs.segment.year_fraction)
    for draw in inputs.draws:
        drawn = drawn + draw.amount
        interest = interest + draw.amount * growth(rate, draw.year_fraction)
    return drawn, interest


def _fees(
    terms: FacilityTerms, state: FacilityState, drawn: Value, inputs: FacilityInputs
) -> Value:
    drawn_years: Value | None = None
    for draw in inputs.draws:
        years = draw.amount * draw.year_fraction
        drawn_years = years if drawn_years is None else drawn_years + years
    fee = fees_accrued(
        terms.fees, inputs.segment, Undrawn(state.original, drawn_years, state.outstanding)
    )
    if inputs.charged is not None:
        fee = inputs.charged if fee is None else fee + inputs.charged
    if fee is None:
        return state.fees
    fees = state.fees + fee
    return _rounded(terms, fees) if inputs.segment.is_payment else fees


def _capitalised(
    terms: FacilityTerms, opened: FacilityState, inputs: FacilityInputs
) -> Value | None:
    """The part of accrued interest that becomes principal; None where all of it is due."""
    segment, profile = inputs.segment, terms.profile
    if segment.is_last or inputs.is_repaid_in_full:
        return None
    own = opened.accrued - opened.arrears
    if segment.is_capitalised:
        return own
    if terms.paid_in_kind is not None:
        return _rounded(terms, own * terms.paid_in_kind)
    if (
        profile.is_negative_allowed
        and profile.name == "level_payment"
        and segment.is_principal_payment
    ):
        payment = level_payment_due(profile, _owed(terms, opened))
        return maximum(own - payment, terms.zero)
    return None


def _principal_due(
    terms: FacilityTerms, opened: FacilityState, inputs: FacilityInputs
) -> Scheduled:
    """Principal due now: what the profile asks for on top of what is overdue, at most all of it."""
    if inputs.segment.is_last:
        return Scheduled(opened.outstanding, opened.ahead, opened.agreed)
    if not inputs.segment.is_principal_payment or inputs.segment.is_capitalised:
        # A borrowing base is tested on every payment date, also one that asks for no principal.
        above = above_ceilings(_owed(terms, opened), inputs.ceilings)
        principal = above + opened.overdue if inputs.ceilings else terms.zero
        return Scheduled(principal, opened.ahead, opened.agreed)
    scheduled = scheduled_principal(
        terms.profile, _owed(terms, opened), inputs.segment, inputs.factors, inputs.ceilings
    )
    principal = opened.overdue + scheduled.principal
    return Scheduled(principal, scheduled.ahead, scheduled.agreed)


def _owed(terms: FacilityTerms, opened: FacilityState) -> Owed:
    return Owed(
        current=opened.outstanding - opened.overdue,
        original=opened.original,
        interest=opened.accrued - opened.arrears,
        scale=opened.scale,
        ahead=opened.ahead,
        zero=terms.zero,
        agreed=opened.agreed,
    )


def _early(
    terms: FacilityTerms, opened: FacilityState, principal: Value, inputs: FacilityInputs
) -> tuple[Value, Value]:
    """What is repaid early by choice, and the premium on it."""
    early = inputs.early
    if early is None or inputs.is_repaid_in_full:
        return terms.zero, terms.zero
    rest = opened.outstanding - principal
    amount = _rounded(terms, planned_early(early, rest, terms.zero))
    premium = terms.zero
    if early.is_made_whole:
        after = opened._replace(outstanding=rest, accrued=terms.zero, compounded=terms.zero)
        premium = make_whole(terms, after, amount, inputs.remaining)
    elif early.premium is not None:
        premium = amount * early.premium
    return amount, _rounded(terms, premium)


def make_whole(
    terms: FacilityTerms, state: FacilityState, early: Value, remaining: tuple[FacilityInputs, ...]
) -> Value:
    """What makes a lender whole for principal repaid early: the worth of what is forgone above it.

    max(sum of payments forgone x discount factor - early, 0); payments forgone are those of the
    loan kept as it stands, less those of the loan after `early`; a period's discount factor is
    1 / (1 + make_whole_rate x its part of a year). `state` is the loan once the date's payment is
    made, `remaining` the segments to come.
    """
    kept, reduced = state, repay_early(terms, state, early)
    forgone: list[tuple[Value, Value]] = []
    years: Value | None = None
    for inputs in remaining:
        before, kept = facility_segment(terms, kept, inputs)
        after, reduced = facility_segment(terms, reduced, inputs)
        fraction = inputs.segment.year_fraction
        years = fraction if years is None else years + fraction
        if inputs.segment.is_payment:
            forgone.append((years, _service(before) - _service(after)))
            years = None
    worth = terms.zero
    for years_of, payment in reversed(forgone):
        worth = (payment + worth) / (1 + terms.make_whole_rate * years_of)
    return maximum(worth - early, terms.zero)


def _service(flows: FacilityFlows) -> Value:
    return flows.interest_paid + flows.principal_paid


def repay_early(terms: FacilityTerms, state: FacilityState, early: Value) -> FacilityState:
    """The loan after an early repayment, by which payments it reduces."""
    outstanding = state.outstanding - early
    if terms.profile.reduces == "pro_rata":
        scale = reduced_scale(state.scale, state.outstanding, early)
        return state._replace(outstanding=outstanding, scale=scale, agreed=())
    return state._replace(outstanding=outstanding, ahead=state.ahead + early, agreed=())


def _after_payment(
    terms: FacilityTerms,
    owed: OwedState,
    due: FacilityDue,
    paid: FacilityDue,
    inputs: FacilityInputs,
) -> FacilityState:
    opened, zero, is_paid = owed.state, terms.zero, paid is due
    closing = opened
    if paid.principal is not zero:
        closing = opened._replace(outstanding=opened.outstanding - paid.principal)
    if inputs.early is not None or inputs.is_repaid_in_full or paid.early is not due.early:
        closing = repay_early(terms, closing, paid.early)
    settled = paid.interest
    if owed.capitalised is not None:
        settled = settled + owed.capitalised
        closing = closing._replace(outstanding=closing.outstanding + owed.capitalised, agreed=())
        if inputs.segment.is_capitalised:
            closing = closing._replace(original=closing.original + owed.capitalised)
    overdue = opened.overdue
    if inputs.is_repaid_in_full:
        overdue = closing.outstanding
    elif inputs.segment.is_principal_payment or len(inputs.ceilings) > 0:
        overdue = zero if is_paid else due.principal - paid.principal
    return FacilityState(
        outstanding=_rounded(terms, closing.outstanding),
        original=closing.original,
        overdue=overdue,
        accrued=zero if is_paid else opened.accrued - settled,
        # What has borne interest longest is paid first.
        compounded=zero if is_paid else maximum(opened.compounded - settled, zero),
        arrears=zero if is_paid else due.interest - paid.interest,
        fees=zero if is_paid else _fees_left(terms, due, paid),
        scale=closing.scale,
        ahead=closing.ahead,
        agreed=closing.agreed,
    )


def _fees_left(terms: FacilityTerms, due: FacilityDue, paid: FacilityDue) -> Value:
    left = due.fees - paid.fees
    if terms.fees.exit is None:
        return left
    # An exit fee is due with the repayment itself: not on what was not paid, but on a sweep.
    unpaid = (due.principal - paid.principal) + (due.early - paid.early)
    return left - terms.fees.exit * unpaid


def _rounded(terms: FacilityTerms, value: Value) -> Value:
    decimals = terms.profile.decimals
    return value if decimals is None else round_to(value, decimals)
