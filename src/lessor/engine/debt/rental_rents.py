"""The rents of a finance lease, and how interest and principal share each of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from lessor.core.numeric import Value, clip, round_to
from lessor.engine.debt.annuity import level_payment
from lessor.engine.debt.schedule import RateTerms, growth


class RentTerms(NamedTuple):
    """What makes the rents of one take-down, as numbers of one kind.

    `profile`: that of the repayment, or `given` where rents are by table or quoted flat. `balloon`
    is left to the last rent, `residual` to the end of the term. `level`: the rent of `level` and of
    `level_payment`. `is_rounded`: interest and principal are to the cent, and the last rent true.
    """

    profile: str
    financed: Value
    balloon: Value
    residual: Value
    level: Value
    zero: Value
    is_rounded: bool = False


class RentInputs(NamedTuple):
    """A date of the lease, the drawdown being the first.

    `growth`: interest on 1 since the date before; `later_growth`: from here to the next date, 0
    for the last. `scheduled`: the rent given, or the principal of a custom or frozen table.
    `principals_left`: rents that repay principal, this one included.
    """

    growth: Value
    later_growth: Value
    scheduled: Value
    principals_left: int
    is_rent: bool
    has_principal: bool
    is_last_rent: bool
    is_end: bool


class RentState(NamedTuple):
    """What the lessor is owed of what it financed, with interest added to it by grace."""

    outstanding: Value


class RentFlows(NamedTuple):
    """What falls due on a date, and what is owed after it.

    rent = interest + principal; `added`: interest that is not paid but owed on, before the first
    rent and towards a residual.
    """

    rent: Value
    interest: Value
    principal: Value
    added: Value
    outstanding: Value


def period_growth(rate: RateTerms, pieces: Sequence[Value]) -> Value:
    """Interest on 1 over a rent period: product of (1 + growth of each piece) - 1."""
    if len(pieces) == 1:
        return growth(rate, pieces[0])
    worth: Value = 1 + rate.value * 0
    for piece in pieces:
        worth = worth * (1 + growth(rate, piece))
    return worth - 1


def flat_rent(terms: RentTerms, interest: Value, rents: int) -> Value:
    """The equal rent of a flat quote: (financed + interest - balloon - residual) / rents.

    `interest` = financed x flat rate x years. Source: hire purchase practice.

    >>> flat_rent(RentTerms("given", 100.0, 0.0, 0.0, 0.0, 0.0), 12.0, 12)
    9.333333333333334
    """
    return (terms.financed + interest - terms.balloon - terms.residual) / rents


def level_rent(terms: RentTerms, points: Sequence[RentInputs]) -> Value:
    """The equal rent that, with balloon and residual, repays what is financed with its interest.

    worth of the rents = financed (with what grace adds) - balloon and residual discounted, all by
    the growths of `points`. Interest-only rents come before and leave what is owed as it is.
    """
    owed, first = terms.financed, 0
    while not points[first].has_principal:
        owed = owed if points[first].is_rent else owed * (1 + points[first].growth)
        first = first + 1
    left = terms.residual
    for point in reversed(points[first:]):
        if point.is_last_rent:
            left = left + terms.balloon
        if point is not points[first]:
            left = left / (1 + point.growth)
    growths = [point.growth for point in points[first + 1 :] if point.has_principal]
    return level_payment(owed - left, owed * points[first].growth, growths)


def opening_rents(terms: RentTerms) -> RentState:
    """What is owed at the drawdown."""
    return RentState(terms.financed)


def rent_date(
    terms: RentTerms, state: RentState, inputs: RentInputs
) -> tuple[RentFlows, RentState]:
    """One date of a finance lease: interest since the date before, and the rent that pays it.

    The last rent repays all that the residual does not answer for: principal = outstanding -
    residual / (1 + growth to the end of the term). Of a rent given, what is not principal is
    interest then, so that a table ends at nothing whatever its rounding.
    """
    zero = terms.zero
    interest = state.outstanding * inputs.growth
    if not inputs.is_rent:
        outstanding = state.outstanding + interest
        after = outstanding - terms.residual if inputs.is_end else outstanding
        return RentFlows(zero, zero, zero, interest, after), RentState(after)
    interest = _to_the_cent(terms, interest)
    principal = _to_the_cent(terms, _principal(terms, state, inputs, interest))
    rent = interest + principal
    if terms.profile == "given":
        rent = inputs.scheduled + (terms.balloon if inputs.is_last_rent else zero)
        interest = rent - principal
    owed = state.outstanding - principal
    after = owed - terms.residual if inputs.is_end else owed
    return RentFlows(rent, interest, principal, zero, after), RentState(after)


def _principal(terms: RentTerms, state: RentState, inputs: RentInputs, interest: Value) -> Value:
    owed = state.outstanding
    if inputs.is_last_rent:
        return owed - terms.residual / (1 + inputs.later_growth)
    if terms.profile == "given":
        return inputs.scheduled - interest
    if not inputs.has_principal:
        return terms.zero
    if terms.profile in ("level", "level_payment"):
        return terms.level - interest
    if terms.profile == "equal_principal":
        return (owed - terms.balloon - terms.residual) / inputs.principals_left
    return clip(inputs.scheduled, terms.zero, owed)


def _to_the_cent(terms: RentTerms, amount: Value) -> Value:
    return round_to(amount, 2) if terms.is_rounded else amount
