"""Who pays for each use of money: the loans by their draw rules, and equity the rest."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from lessor.core.numeric import Kind, Value, clip, maximum, ratio, total


class FundingTerms(NamedTuple):
    """The loans of a plan in order: draw rule (a word) and principal of each.

    `total_uses` includes loan fees; `after_equity` sums the principals drawn `equity_first`;
    `equity` is what all principals leave of total_uses.
    """

    rules: tuple[str, ...]
    principals: tuple[Value, ...]
    total_uses: Value
    equity: Value
    after_equity: Value
    zero: Value
    one: Value


class FundingInputs(NamedTuple):
    """One date: the uses that fall due on it."""

    use: Value


class FundingState(NamedTuple):
    """Sums to date: uses, draws of each loan, equity put in."""

    used: Value
    drawn: tuple[Value, ...]
    contributed: Value


class FundingFlows(NamedTuple):
    """Draws of each loan and equity on a date; `cash_held`: cash drawn ahead of uses, after it."""

    draws: tuple[Value, ...]
    equity: Value
    cash_held: Value


def lower_funding(
    rules: Sequence[str], principals: Sequence[Value], total_uses: Value, *, kind: Kind
) -> FundingTerms:
    """The loans and the uses of a plan; values are of `kind` already."""
    zero = kind.given(0)
    late = [
        principal
        for rule, principal in zip(rules, principals, strict=True)
        if rule == "equity_first"
    ]
    return FundingTerms(
        rules=tuple(rules),
        principals=tuple(principals),
        total_uses=total_uses,
        equity=total_uses - total(principals),
        after_equity=total(late) if late else zero,
        zero=zero,
        one=kind.given(1),
    )


def opening_funding(terms: FundingTerms) -> FundingState:
    """Before the first use."""
    return FundingState(terms.zero, tuple(terms.zero for _ in terms.rules), terms.zero)


def fund_uses(
    terms: FundingTerms, state: FundingState, inputs: FundingInputs
) -> tuple[FundingFlows, FundingState]:
    """Pay the uses of one date: the loans by their rules, equity what they leave.

    draws + equity + cash held before = use + cash held after. Run over the dates of the uses in
    order, closing first. Where loans draw more than the uses, the cash waits for later uses.
    """
    used = state.used + inputs.use
    shares = _shares_drawn(terms, used)
    drawn = tuple(
        principal * shares[rule]
        for rule, principal in zip(terms.rules, terms.principals, strict=True)
    )
    debt = total(drawn) if drawn else terms.zero
    contributed = maximum(state.contributed, used - debt)
    draws = tuple(now - before for now, before in zip(drawn, state.drawn, strict=True))
    flows = FundingFlows(draws, contributed - state.contributed, debt + contributed - used)
    return flows, FundingState(used, drawn, contributed)


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


def _shares_drawn(terms: FundingTerms, used: Value) -> dict[str, Value]:
    shares = {"at_closing": at_closing(terms)}
    if "pro_rata" in terms.rules:
        shares = {**shares, "pro_rata": pro_rata(terms, used)}
    if "equity_first" in terms.rules:
        others = [
            principal * shares[rule]
            for rule, principal in zip(terms.rules, terms.principals, strict=True)
            if rule != "equity_first"
        ]
        other_debt = total(others) if others else terms.zero
        shares = {**shares, "equity_first": equity_first(terms, used, other_debt)}
    return shares
