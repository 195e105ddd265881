"""The plan's months and the moments cash can move in them.

Months are counted from the closing date, so that a plan closed on the 15th has whole months from
the 15th to the 15th. Each month has two moments, its opening and its closing: what is due in
advance falls on the first, what is due in arrears on the second. A day strictly inside a month
counts at the month's closing where equal rests are asked for (`irr_*`), and on its own date where
dates are (`xirr_*`).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import NamedTuple

from lessor.core.dates import add_months, whole_months_between
from lessor.core.numeric import Value


@dataclass(frozen=True)
class Grid:
    """`months` months from `closing`; month p is `[boundaries[p], boundaries[p + 1])`."""

    closing: date
    months: int

    @cached_property
    def boundaries(self) -> tuple[date, ...]:
        """The first day of each month, and the day after the last."""
        return tuple(add_months(self.closing, month) for month in range(self.months + 1))

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """Each month by the calendar month it starts in, as 2026-05."""
        return tuple(f"{day.year:04d}-{day.month:02d}" for day in self.boundaries[:-1])

    @property
    def end(self) -> date:
        """The day after the last day of the plan."""
        return self.boundaries[-1]

    def period_of(self, day: date) -> int:
        """The month that holds `day`; days before closing count in the first, later in the last."""
        return min(max(bisect_right(self.boundaries, day) - 1, 0), self.months - 1)

    def moment(self, day: date, *, opening: bool) -> Moment:
        """The moment at which cash of `day` moves.

        On a boundary, `opening` says whether it belongs to the month that starts there or to the
        one that ends there. Before closing it moves at closing; after the plan, at its end.
        """
        if day <= self.closing:
            return Moment(0, self.closing)
        if day >= self.end:
            return Moment(2 * self.months - 1, self.end)
        period = self.period_of(day)
        if day == self.boundaries[period]:
            return Moment(2 * period if opening else 2 * period - 1, day)
        return Moment(2 * period + 1, day)

    def opening(self, period: int) -> Moment:
        """The moment at the start of a month."""
        return Moment(2 * period, self.boundaries[period])

    def closing_of(self, period: int) -> Moment:
        """The moment at the end of a month."""
        return Moment(2 * period + 1, self.boundaries[period + 1])


class Moment(NamedTuple):
    """When cash moves: `slot` 2p is the opening of month p, 2p + 1 its closing; and the day."""

    slot: int
    day: date

    @property
    def period(self) -> int:
        """The month that the cash belongs to."""
        return self.slot // 2

    @property
    def rest(self) -> int:
        """How many equal months after closing the cash counts."""
        return (self.slot + 1) // 2


@dataclass
class Stream:
    """Cash of one name: amounts at moments, in the reporting currency, in order of entry."""

    entries: list[tuple[Moment, Value]] = field(default_factory=list)

    def add(self, moment: Moment, amount: Value) -> None:
        """Note an amount at a moment."""
        self.entries.append((moment, amount))

    def by_period(self, months: int) -> list[Value]:
        """Sums by month of the plan."""
        sums: list[Value] = [0] * months
        for moment, amount in self.entries:
            sums[moment.slot // 2] = sums[moment.slot // 2] + amount
        return sums

    def by_rest(self, months: int) -> list[Value]:
        """Sums by equal months after closing, 0 to `months`."""
        sums: list[Value] = [0] * (months + 1)
        for moment, amount in self.entries:
            index = (moment.slot + 1) // 2
            sums[index] = sums[index] + amount
        return sums


def by_day(streams: Iterable[tuple[int, Stream]]) -> dict[date, Value]:
    """Signed sums of several streams by day: `(1, receipts)`, `(-1, payments)`."""
    sums: dict[date, Value] = {}
    for sign, stream in streams:
        for moment, amount in stream.entries:
            sums[moment.day] = sums.get(moment.day, 0) + sign * amount
    return dict(sorted(sums.items()))


def months_to_cover(closing: date, day: date) -> int:
    """The fewest whole months from `closing` that reach `day`."""
    whole = whole_months_between(closing, day)
    return whole if add_months(closing, whole) == day else whole + 1
