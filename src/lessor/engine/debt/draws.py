"""Who pays for each use of money: the loans by their draw rules, and equity the rest."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from lessor.core.numeric import Kind, Value, clip, maximum, minimum, ratio, round_to, total

SAID = ("planned", "delayed")
"""Draw rules under which a loan says itself what is drawn on a date."""


class FundingTerms(NamedTuple):
    """The loans of a plan in order: draw rule (a word), principal and draw fee of each.

    `total_uses` includes loan fees; `after_equity` sums the principals drawn `equity_first`;
    `equity` is what all principals leave of total_uses. `fees`: share of each draw that is paid
    with it or kept by the lender; None where there are none at all. `decimals`: to which draws of
    each loan are rounded, None where they are not.
    """

    rules: tuple[str, ...]
    principals: tuple[Value, ...]
    total_uses: Value
    equity: Value
    after_equity: Value
    zero: Value
    one: Value
    fees: tuple[Value, ...] | None = None
    decimals: tuple[int | None, ...] = ()


class FundingInputs(NamedTuple):
    """One date: the uses that fall due on it, and what is drawn on loans that say it themselves.

    `said` has an amount for each loan that is drawn as planned or against deliveries, and None for
    the others; nothing is drawn on such loans where it is empty.
    """

    use: Value
    said: tuple[Value | None, ...] = ()


class FundingState(NamedTuple):
    """Sums to date: uses (with fees on draws), draws of each loan, equity put in; uses alone."""

    used: Value
    drawn: tuple[Value, ...]
    contributed: Value
    spent: Value


class FundingFlows(NamedTuple):
    """Draws of each loan and equity on a date; `cash_held`: cash drawn ahead of uses, after it.

    Negative `equity` goes back to owners who had paid ahead of a loan drawn against deliveries.
    `fees`: those on the draws of the date.
    """

    draws: tuple[Value, ...]
    equity: Value
    cash_held: Value
    fees: tuple[Value, ...]


def lower_funding(
    rules: Sequence[str],
    principals: Sequence[Value],
    total_uses: Value,
    *,
    kind: Kind,
    fees: Sequence[Value | None] = (),
) -> FundingTerms:
    """The loans and the uses of a plan; values are of `kind` already.

    `fees`: the share of each draw that is paid with it, by loan, None for a loan without.
    """
    zero = kind.given(0)
    late = [
        principal
        for rule, principal in zip(rules, principals, strict=True)
        if rule == "equity_first"
    ]
    charged = tuple(zero if fee is None else fee for fee in fees)
    return FundingTerms(
        rules=tuple(rules),
        principals=tuple(principals),
        total_uses=total_uses,
        equity=total_uses - total(principals),
        after_equity=total(late) if late else zero,
        zero=zero,
        one=kind.given(1),
        fees=charged if any(fee is not None for fee in fees) else None,
    )


def opening_funding(terms: FundingTerms) -> FundingState:
    """Before the first use."""
    nothing = tuple(terms.zero for _ in terms.rules)
    return FundingState(terms.zero, nothing, terms.zero, terms.zero)


def fund_uses(
    terms: FundingTerms, state: FundingState, inputs: FundingInputs
) -> tuple[FundingFlows, FundingState]:
    """Pay the uses of one date: the loans by their rules, equity what they leave.

    draws + equity + cash held before = use + fees on the draws + cash held after. Run over the
    dates of uses and draws in order, closing first. Where loans draw more than the uses, the cash
    waits for later uses; but a loan drawn against deliveries first gives owners back what they paid
    ahead of it.
    """
    spent = state.spent + inputs.use
    said = inputs.said if len(inputs.said) > 0 else tuple(None for _ in terms.rules)
    known = tuple(
        before if now is None else before + now
        for before, now in zip(state.drawn, said, strict=True)
    )
    used = spent if terms.fees is None else _with_draw_fees(terms, spent, known)
    drawn = _drawn(terms, used, known)
    debt = total(drawn) if drawn else terms.zero
    put_in = state.contributed
    if "delayed" in terms.rules:
        put_in = put_in - _given_back(terms, state, used, debt=debt, said=said)
    contributed = maximum(put_in, used - debt)
    draws = tuple(now - before for now, before in zip(drawn, state.drawn, strict=True))
    fees = () if terms.fees is None else terms.fees
    flows = FundingFlows(
        draws,
        contributed - state.contributed,
        debt + contributed - used,
        tuple(fee * draw for fee, draw in zip(fees, draws, strict=True)) if fees else (),
    )
    return flows, FundingState(used, drawn, contributed, spent)


def _drawn(terms: FundingTerms, used: Value, known: tuple[Value, ...]) -> tuple[Value, ...]:
    """What is drawn to date on each loan."""
    shares = _shares_drawn(terms, used, known)
    drawn = tuple(
        before if rule in SAID else principal * shares[rule]
        for rule, principal, before in zip(terms.rules, terms.principals, known, strict=True)
    )
    if len(terms.decimals) == 0:
        return drawn
    return tuple(
        amount if decimals is None else round_to(amount, decimals)
        for amount, decimals in zip(drawn, terms.decimals, strict=True)
    )


def _given_back(
    terms: FundingTerms,
    state: FundingState,
    used: Value,
    *,
    debt: Value,
    said: tuple[Value | None, ...],
) -> Value:
    """What goes back to owners: cash above the uses, at most what deliveries were drawn for."""
    drawn = [
        now
        for rule, now in zip(terms.rules, said, strict=True)
        if rule == "delayed" and now is not None
    ]
    most = minimum(total(drawn) if drawn else terms.zero, state.contributed)
    return clip(debt + state.contributed - used, terms.zero, most)


def _with_draw_fees(terms: FundingTerms, spent: Value, known: tuple[Value, ...]) -> Value:
    """Uses to date with the fees on the draws that pay for them, fees included: a closed form.

    used = spent + sum of fee x drawn(used), where drawn is a share of used for loans pro rata, and
    grows with used between two limits for loans that wait for equity.
    """
    assert terms.fees is not None, "without fees on draws, uses are what is spent"
    base, fixed = spent, terms.zero
    per_use, share_of_use, late_fees = terms.zero, terms.zero, terms.zero
    for rule, principal, fee, before in zip(
        terms.rules, terms.principals, terms.fees, known, strict=True
    ):
        if rule == "pro_rata":
            share = ratio(principal, terms.total_uses, terms.zero)
            per_use, share_of_use = per_use + fee * share, share_of_use + share
        elif rule == "equity_first":
            late_fees = late_fees + fee * principal
        else:
            amount = before if rule in SAID else principal
            base, fixed = base + fee * amount, fixed + amount
    if "equity_first" not in terms.rules:
        return base / (1 - per_use)
    fee = ratio(late_fees, terms.after_equity, terms.zero)
    waiting = terms.equity + fixed
    inside = (base - fee * waiting) / (1 - per_use - fee * (1 - share_of_use))
    late = clip(inside * (1 - share_of_use) - waiting, terms.zero, terms.after_equity)
    return (base + fee * late) / (1 - per_use)


def at_closing(terms: FundingTerms) -> Value:
    """Share of principal drawn to date by a loan that is drawn at closing: all of it."""
    return terms.one


def pro_rata(terms: FundingTerms, used: Value) -> Value:
    """Share of principal drawn to date by a loan that follows the uses: used / total_uses."""
    return ratio(used, terms.total_uses, terms.zero)


def equity_first(terms: FundingTerms, used: Value, other_debt: Value) -> Value:
    """Share of principal drawn to date by loans that wait for equity to be spent.

    (used - equity - drawn by the loans of other rules) / their principals, between 0 and 1; so
    several such loans are drawn in proportion to their principals.
    """
    needed = used - terms.equity - other_debt
    return clip(ratio(needed, terms.after_equity, terms.zero), terms.zero, terms.one)


def _shares_drawn(terms: FundingTerms, used: Value, known: tuple[Value, ...]) -> dict[str, Value]:
    shares = {"at_closing": at_closing(terms)}
    if "pro_rata" in terms.rules:
        shares = {**shares, "pro_rata": pro_rata(terms, used)}
    if "equity_first" in terms.rules:
        others = [
            before if rule in SAID else principal * shares[rule]
            for rule, principal, before in zip(terms.rules, terms.principals, known, strict=True)
            if rule != "equity_first"
        ]
        other_debt = total(others) if others else terms.zero
        shares = {**shares, "equity_first": equity_first(terms, used, other_debt)}
    return shares


class Delivered(NamedTuple):
    """Units accepted: their cost, what may be lent on it, and the part of it that is worn."""

    cost: Value
    rate: Value
    worn: Value


class DelayedInputs(NamedTuple):
    """A draw date of a loan against deliveries: what was accepted since the last one."""

    delivered: tuple[Delivered, ...]


def draw_delayed(commitment: Value, drawn: Value, inputs: DelayedInputs) -> tuple[Value, Value]:
    """What is drawn against deliveries on a date, and the draws to date after it.

    draw = sum of rate x cost x (1 - worn), at most commitment - drawn.
    """
    wanted = total(lent_on(each) for each in inputs.delivered)
    draw = clip(wanted, 0 * commitment, commitment - drawn)
    return draw, drawn + draw


def lent_on(delivered: Delivered) -> Value:
    """What may be lent on units: rate x cost x (1 - worn)."""
    return delivered.rate * delivered.cost * (1 - delivered.worn)
