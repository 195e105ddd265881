"""A loan contract, one event at a time: exchanged, redeemed, reset, bought, terminated, matured.

Where `facility` steps through months, this steps through the dated events of the contract itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import NamedTuple

from lessor.core.numeric import Value, minimum
from lessor.engine.debt.annuity import level_payment
from lessor.engine.debt.reset import ResetTerms, reset_rate


class ContractTerms(NamedTuple):
    """A loan contract as numbers of one kind; amounts without sign, rates as fractions a year.

    `role`: 1 for the lender, -1 for the borrower. `premium`: paid on top of the notional at the
    exchange (a discount is negative). `accrued`: interest already owed on it (None: none is said).
    `payment`: principal of an instalment, or with `has_interest_inside` all of it (None: the level
    payment). `base`: what interest accrues on until its first reset (None: the notional outstanding
    all along).
    """

    role: int
    notional: Value
    rate: Value
    premium: Value
    accrued: Value | None
    payment: Value | None
    has_interest_inside: bool
    base: Value | None
    reset: ResetTerms
    index_at_start: Value
    notional_scale: Value
    interest_scale: Value
    zero: Value
    has_scaled_notional: bool = False
    has_scaled_interest: bool = False


class RedemptionPeriods(NamedTuple):
    """Parts of a year to the first redemption date that is left, and from each to the next."""

    first: Value
    later: tuple[Value, ...]


class ContractEvent(NamedTuple):
    """One event: its kind, and what is known of it before the run.

    `year_fraction`: over which interest has run up to it, since the event before; at the exchange
    since the interest anchor, if that is earlier. `value`: by kind the amount redeemed or drawn,
    the rate fixed or observed, the index, the price. `spread`: of a rate
    reset, in place of the one of the terms. `periods`: the dates that a level payment is spread
    over.
    """

    kind: str
    year_fraction: Value
    value: Value | None = None
    spread: Value | None = None
    periods: RedemptionPeriods | None = None


class ContractState(NamedTuple):
    """The contract after an event; amounts with the sign of the role, unscaled.

    `base`: what interest accrues on; `payment`: the instalment; the scales are factors on what is
    paid of notional and of interest.
    """

    notional: Value
    rate: Value
    accrued: Value
    base: Value
    payment: Value
    notional_scale: Value
    interest_scale: Value


class ContractFlows(NamedTuple):
    """What an event pays (positive: received), and what stands after it."""

    payoff: Value
    notional: Value
    rate: Value
    accrued: Value


Result = tuple[Value, ContractState]


def contract_event(
    terms: ContractTerms, state: ContractState, event: ContractEvent
) -> tuple[ContractFlows, ContractState]:
    """One event of a loan contract.

    accrued = accrued before + year_fraction x rate x base, then the rule of the event's kind, one
    of EVENT_RULES. Nothing is rounded. Source: ACTUS technical specification v1.1, state transition
    and payoff functions, as the published cases read them.
    """
    if event.kind != "exchange":
        interest = event.year_fraction * state.rate * state.base
        state = state._replace(accrued=state.accrued + interest)
    payoff, closing = EVENT_RULES[event.kind](terms, state, event)
    return ContractFlows(payoff, closing.notional, closing.rate, closing.accrued), closing


def unexchanged_contract(terms: ContractTerms) -> ContractState:
    """The contract before its exchange: nothing is owed."""
    zero = terms.zero
    return ContractState(zero, zero, zero, zero, zero, terms.notional_scale, terms.interest_scale)


def exchanged_contract(
    terms: ContractTerms, year_fraction: Value, periods: RedemptionPeriods | None
) -> ContractState:
    """The contract as it stands once exchanged, `year_fraction` after interest was last paid.

    accrued = the accrued interest said, else year_fraction x rate x notional. A payment that is not
    said is the level payment over `periods`.
    """
    notional = terms.role * terms.notional
    if terms.accrued is None:
        accrued = year_fraction * notional * terms.rate
    else:
        accrued = terms.role * terms.accrued
    state = unexchanged_contract(terms)._replace(
        notional=notional,
        rate=terms.rate,
        accrued=accrued,
        base=notional if terms.base is None else terms.role * terms.base,
    )
    if terms.payment is not None:
        return state._replace(payment=terms.role * terms.payment)
    return state if periods is None else _with_level_payment(state, periods)


def _with_level_payment(state: ContractState, periods: RedemptionPeriods) -> ContractState:
    """The instalment that spreads what is owed evenly over the redemption dates left.

    Interest runs on to the first of them. The signed notional gives the signed payment.
    """
    accrued = state.accrued + state.notional * state.rate * periods.first
    growths = [state.rate * fraction for fraction in periods.later]
    return state._replace(payment=level_payment(state.notional, accrued, growths))


def _said(event: ContractEvent) -> Value:
    """The value of an event whose kind has one."""
    if event.value is None:
        raise AssertionError(f"an event of kind {event.kind} came without its value")
    return event.value


def _with_notional(terms: ContractTerms, state: ContractState, notional: Value) -> ContractState:
    base = notional if terms.base is None else state.base
    return state._replace(notional=notional, base=base)


def _exchange(terms: ContractTerms, state: ContractState, event: ContractEvent) -> Result:
    """Notional and premium are paid out."""
    opened = exchanged_contract(terms, event.year_fraction, event.periods)
    return -terms.role * (terms.notional + terms.premium), opened


def _redemption(terms: ContractTerms, state: ContractState, event: ContractEvent) -> Result:
    """Principal falls due: the instalment, less interest where that is inside; never more than
    is left."""
    wanted = state.payment if event.value is None else terms.role * _said(event)
    if terms.has_interest_inside:
        wanted = wanted - state.accrued
    paid = terms.role * minimum(terms.role * wanted, terms.role * state.notional)
    return state.notional_scale * paid, _with_notional(terms, state, state.notional - paid)


def _drawing(terms: ContractTerms, state: ContractState, event: ContractEvent) -> Result:
    drawn = terms.role * _said(event)
    return -state.notional_scale * drawn, _with_notional(terms, state, state.notional + drawn)


def _interest(terms: ContractTerms, state: ContractState, event: ContractEvent) -> Result:
    return state.interest_scale * state.accrued, state._replace(accrued=terms.zero)


def _capitalization(terms: ContractTerms, state: ContractState, event: ContractEvent) -> Result:
    """Interest accrued is added to the notional."""
    grown = _with_notional(terms, state, state.notional + state.accrued)
    return terms.zero, grown._replace(accrued=terms.zero)


def _rate_fixing(terms: ContractTerms, state: ContractState, event: ContractEvent) -> Result:
    """The rate becomes the one that was agreed: no spread, no limits."""
    return terms.zero, state._replace(rate=_said(event))


def _rate_reset(terms: ContractTerms, state: ContractState, event: ContractEvent) -> Result:
    reset = terms.reset if event.spread is None else terms.reset._replace(spread=event.spread)
    return terms.zero, state._replace(rate=reset_rate(reset, _said(event), state.rate))


def _payment_fixing(terms: ContractTerms, state: ContractState, event: ContractEvent) -> Result:
    """The instalment is computed anew; with no redemption date left it stays."""
    if event.periods is None:
        return terms.zero, state
    return terms.zero, _with_level_payment(state, event.periods)


def _purchase(terms: ContractTerms, state: ContractState, event: ContractEvent) -> Result:
    """The price and the interest accrued (which carries its own sign) are paid."""
    return -terms.role * (_said(event) + state.accrued), state


def _termination(terms: ContractTerms, state: ContractState, event: ContractEvent) -> Result:
    """The price and the interest accrued are received, and nothing is owed from then on."""
    return terms.role * (_said(event) + state.accrued), _settled(terms, state)


def _scaling(terms: ContractTerms, state: ContractState, event: ContractEvent) -> Result:
    """What is paid from here on follows the index: scale = index / index at the start."""
    scale = _said(event) / terms.index_at_start
    return terms.zero, state._replace(
        notional_scale=scale if terms.has_scaled_notional else state.notional_scale,
        interest_scale=scale if terms.has_scaled_interest else state.interest_scale,
    )


def _base_reset(terms: ContractTerms, state: ContractState, event: ContractEvent) -> Result:
    """Interest accrues on what is outstanding now, until the next such reset."""
    return terms.zero, state._replace(base=state.notional)


def _maturity(terms: ContractTerms, state: ContractState, event: ContractEvent) -> Result:
    """All that is left is repaid; the rate stays on record."""
    paid = state.notional_scale * state.notional + state.interest_scale * state.accrued
    return paid, _settled(terms, state)


def _settled(terms: ContractTerms, state: ContractState) -> ContractState:
    return state._replace(notional=terms.zero, accrued=terms.zero, base=terms.zero)


EVENT_RULES: Mapping[str, Callable[[ContractTerms, ContractState, ContractEvent], Result]] = (
    MappingProxyType(
        {
            "exchange": _exchange,
            "redemption": _redemption,
            "drawing": _drawing,
            "interest": _interest,
            "capitalization": _capitalization,
            "rate_fixing": _rate_fixing,
            "rate_reset": _rate_reset,
            "payment_fixing": _payment_fixing,
            "purchase": _purchase,
            "termination": _termination,
            "scaling": _scaling,
            "base_reset": _base_reset,
            "maturity": _maturity,
        }
    )
)
"""Kind of event -> its rule, in the order in which events of one moment take effect."""
