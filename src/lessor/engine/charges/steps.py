"""Price tables: what a number of units costs, counted from the first unit of a window.

A table is read as `worth(used after) - worth(used before)`, so a window that is rated in parts
totals the window rated whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from lessor.core.numeric import Kind, Value, at_most, ceiling, clip, maximum, total, where


class StepTerms(NamedTuple):
    """A step of a table: where it ends (None: open), and the price of a unit in it."""

    up_to: Value | None
    price: Value


def lower_steps(
    said: Sequence[tuple[Decimal | None, Decimal]],
    path: str,
    word: str,
    kind: Kind,
    *,
    units: int = 1,
) -> tuple[StepTerms, ...]:
    """The steps (end, price) listed at `path`, whose price stands in the field `word`.

    units: how many of the units that are counted make one of those that the ends are written in.
    The last step is open whatever end it gives: units beyond a table are not free.
    """
    last = len(said) - 1
    return tuple(
        StepTerms(
            None if end is None or i == last else kind.number(end, f"{path}[{i}].up_to") * units,
            kind.number(price, f"{path}[{i}].{word}"),
        )
        for i, (end, price) in enumerate(said)
    )


def graduated(steps: tuple[StepTerms, ...], units: Value) -> Value:
    """Each unit at the price of the step it falls in: total of (units within step) x price."""
    if len(steps) == 1:
        return units * steps[0].price
    return total(
        within(units, low, step.up_to) * step.price
        for low, step in zip(_starts(steps), steps, strict=True)
    )


def within(units: Value, low: Value, high: Value | None) -> Value:
    """How many of the first `units` lie between `low` and `high` (None: no end)."""
    if high is None:
        return maximum(units - low, 0)
    return clip(units, low, high) - low


def by_volume(steps: tuple[StepTerms, ...], units: Value) -> Value:
    """All units at the price of the step that their number reaches; a step holds its own end."""
    return units * price_reached(steps, units)


def price_reached(steps: tuple[StepTerms, ...], units: Value) -> Value:
    """The price of the step in which the last of so many units lies."""
    price = steps[-1].price
    for step in reversed(steps[:-1]):
        price = where(at_most(units, step.up_to), step.price, price)
    return price


def by_package(steps: tuple[StepTerms, ...], package: Value, units: Value) -> Value:
    """Whole packages begun, each at the price of the step it begins in.

    packages = ceiling(units / package); the ends of steps are ceiled likewise, so that a package
    which straddles an end belongs to the lower step.
    """
    return graduated(in_packages(steps, package), ceiling(units / package))


def in_packages(steps: tuple[StepTerms, ...], package: Value) -> tuple[StepTerms, ...]:
    """The steps with their ends in packages begun."""
    ends = (None if step.up_to is None else ceiling(step.up_to / package) for step in steps)
    return tuple(StepTerms(end, step.price) for end, step in zip(ends, steps, strict=True))


class StepUse(NamedTuple):
    """Units that fell into the step from `low` to `up_to` (None: open), each at `price`."""

    low: Value
    up_to: Value | None
    units: Value
    price: Value


def steps_used(steps: tuple[StepTerms, ...], before: Value, after: Value) -> tuple[StepUse, ...]:
    """Where the units from `before` to `after` fell: their total x price is `graduated`'s rise."""
    return tuple(
        StepUse(
            low,
            step.up_to,
            within(after, low, step.up_to) - within(before, low, step.up_to),
            step.price,
        )
        for low, step in zip(_starts(steps), steps, strict=True)
    )


def _starts(steps: tuple[StepTerms, ...]) -> tuple[Value, ...]:
    return (0, *(step.up_to for step in steps[:-1]))
