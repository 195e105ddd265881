"""How the cost of an asset wears off in the books, one grid month at a time, lot by lot."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from lessor.core.dates import days_between
from lessor.core.numeric import Kind, Value, maximum, minimum, total
from lessor.terms.assets import Depreciation
from lessor.terms.scalars import Duration


class DepreciationTerms(NamedTuple):
    """How cost wears off: method (straight_line, declining or none), life in months, salvage."""

    method: str
    life_months: Value
    salvage: Value
    factor: Value
    zero: Value


class LotWear(NamedTuple):
    """One grid month of a lot's life.

    `is_accepted`: the lot is accepted, and its cost capitalised, in this month. `is_wearing`: part
    of its life lies in the month. `months`: months of life that pass in it; `remaining`: months of
    life left at its start.
    """

    is_accepted: bool
    is_wearing: bool
    months: Value
    remaining: Value


class LotState(NamedTuple):
    """Cost capitalised so far, and what of it is not depreciated yet."""

    cost: Value
    carrying: Value


class DepreciationInputs(NamedTuple):
    """One month: the cost of each lot (whether accepted yet or not), and its stage of life."""

    lot_costs: tuple[Value, ...]
    wear: tuple[LotWear, ...]


class DepreciationFlows(NamedTuple):
    """Sums over the lots: capitalised, depreciated (positive), carrying amount at the end."""

    capitalised: Value
    depreciation: Value
    carrying: Value


def lower_depreciation(
    depreciation: Depreciation | None, path: str, *, kind: Kind
) -> DepreciationTerms:
    """The terms that stand at `path`; without any, no depreciation is charged."""
    nothing = kind.given(0)
    if depreciation is None:
        return DepreciationTerms("none", nothing, nothing, nothing, nothing)
    return DepreciationTerms(
        depreciation.method,
        kind.given(life_months(depreciation.life), "months of useful life"),
        kind.number(depreciation.salvage, f"{path}.salvage"),
        kind.number(depreciation.factor, f"{path}.factor"),
        nothing,
    )


def life_months(life: Duration) -> Fraction:
    """A useful life in months; a life in days counts 365 days to 12 months."""
    return Fraction(life.days * 12, 365) if life.days else Fraction(life.months)


def lower_wear(
    depreciation: Depreciation | None,
    accepted: date,
    grid_dates: Sequence[date],
    *,
    kind: Kind,
) -> tuple[LotWear, ...]:
    """A lot's life over the grid: month m is `[grid_dates[m], grid_dates[m + 1])`.

    Life starts on the day of acceptance, or at closing for a lot accepted before; a broken month
    counts by its own days.
    """
    life = life_months(depreciation.life) if depreciation is not None else Fraction(0)
    if kind.keeps_names:
        return lower_wear_for_life(life, accepted, tuple(grid_dates), kind)
    return _lowered_wear_kept(life, accepted, tuple(grid_dates), kind)


def lower_wear_for_life(
    life: Fraction, accepted: date, grid_dates: tuple[date, ...], kind: Kind
) -> tuple[LotWear, ...]:
    """`lower_wear` for a life in months."""
    accepted = max(accepted, grid_dates[0])
    age = Fraction(0)
    stages: list[LotWear] = []
    for start, end in pairwise(grid_dates):
        served = max(days_between(max(start, accepted), end), 0)
        passing = Fraction(served, days_between(start, end))
        left = max(life - age, Fraction(0))
        months = min(passing, left)
        stages.append(
            LotWear(
                is_accepted=start <= accepted < end,
                is_wearing=months > 0,
                months=kind.given(months, "months of life"),
                remaining=kind.given(left, "months of life left"),
            )
        )
        age += passing
    return tuple(stages)


# All structure: a deal that is run again with other amounts has the same lives.
_lowered_wear_kept = lru_cache(maxsize=256)(lower_wear_for_life)


def opening_lots(terms: DepreciationTerms, lots: int) -> tuple[LotState, ...]:
    """The lots before any is accepted."""
    return tuple(LotState(terms.zero, terms.zero) for _ in range(lots))


def depreciate(
    terms: DepreciationTerms, state: tuple[LotState, ...], inputs: DepreciationInputs
) -> tuple[DepreciationFlows, tuple[LotState, ...]]:
    """One month of an asset's wear: capitalise what is accepted, then charge the month.

    straight_line: cost x (1 - salvage) / life x months of life in the month. declining: carrying x
    factor / life x months, or what spreads the rest evenly over the life left where that is more,
    and never below salvage.
    """
    opened = tuple(
        LotState(lot.cost + cost, lot.carrying + cost) if wear.is_accepted else lot
        for lot, cost, wear in zip(state, inputs.lot_costs, inputs.wear, strict=True)
    )
    capitalised = [
        cost for cost, wear in zip(inputs.lot_costs, inputs.wear, strict=True) if wear.is_accepted
    ]
    charges = tuple(
        _charge(terms, lot, wear) for lot, wear in zip(opened, inputs.wear, strict=True)
    )
    closing = tuple(
        LotState(lot.cost, lot.carrying - charge)
        for lot, charge in zip(opened, charges, strict=True)
    )
    flows = DepreciationFlows(
        capitalised=total(capitalised) if capitalised else terms.zero,
        depreciation=total(charges),
        carrying=total(lot.carrying for lot in closing),
    )
    return flows, closing


def _charge(terms: DepreciationTerms, lot: LotState, wear: LotWear) -> Value:
    if terms.method == "none" or not wear.is_wearing:
        return terms.zero
    if terms.method == "straight_line":
        return lot.cost * (1 - terms.salvage) / terms.life_months * wear.months
    left = lot.carrying - lot.cost * terms.salvage
    declining = lot.carrying * terms.factor / terms.life_months * wear.months
    evenly = left / wear.remaining * wear.months
    return minimum(maximum(declining, evenly), maximum(left, terms.zero))
