"""When a lease is in service, and the segments of months in which it is rated.

A segment never crosses a month of the plan, an anniversary that changes a price, the acceptance of
a lot, a suspension or the end. So each is rated by one call with nothing to be split inside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import NamedTuple

from lessor.core.dates import add_months, days_between, whole_months_between
from lessor.core.numeric import Kind, Value
from lessor.rating.grid import Grid
from lessor.terms.leases import Events, Lease

HOURS_A_MONTH = 730
HOURS_A_DAY = 24
WINDOW_MONTHS = {"month": 1, "quarter": 3, "year": 12}


class SpanNumbers(NamedTuple):
    """The lengths of a span as values of one kind."""

    months: Value
    usual_hours: Value
    actual_hours: Value
    days: Value
    own_months: Value


@dataclass(frozen=True)
class Span:
    """A stretch of service inside one month: its days and where it stands in the lease."""

    period: int
    start: date
    end: date
    month_days: int
    age_months: int
    own_months: Fraction = Fraction(0)

    @cached_property
    def days(self) -> int:
        """Days of the span."""
        return days_between(self.start, self.end)

    @cached_property
    def months(self) -> Fraction:
        """The span as a part of its month: a broken month goes by that month's days."""
        return Fraction(self.days, self.month_days)

    @cached_property
    def usual_hours(self) -> Fraction:
        """Hours of the span at 730 a month."""
        return self.months * HOURS_A_MONTH

    @cached_property
    def _numbers(self) -> dict[str, SpanNumbers]:
        return {}

    def numbers(self, kind: Kind) -> SpanNumbers:
        """The span's lengths as values of a kind; kept, but for kinds that give values a name."""
        if kind.keeps_names:
            return self._lowered(kind)
        if kind.name not in self._numbers:
            self._numbers[kind.name] = self._lowered(kind)
        return self._numbers[kind.name]

    def _lowered(self, kind: Kind) -> SpanNumbers:
        return SpanNumbers(
            kind.given(self.months, "part of the month in service"),
            kind.given(self.usual_hours, "hours in service, 730 a month"),
            kind.given(self.days * HOURS_A_DAY, "hours in service"),
            kind.given(self.days, "days in service"),
            kind.given(self.own_months, "months of the lease"),
        )


def months_since(commencement: date, day: date) -> Fraction:
    """Months from a commencement to a day: whole ones, and the days of the broken one over its own.

    Over a term in months they sum to the term exactly, wherever the plan's months are cut.
    """
    whole = whole_months_between(commencement, day)
    start, end = add_months(commencement, whole), add_months(commencement, whole + 1)
    return whole + Fraction(days_between(start, day), days_between(start, end))


@dataclass(frozen=True)
class Service:
    """A lease's days: commencement to end, less suspensions; `renewed` starts a renewal."""

    commencement: date
    end: date
    suspensions: tuple[tuple[date, date], ...] = ()
    renewed: date | None = None

    def suspended(self, day: date) -> bool:
        """Whether service rests on `day`."""
        return any(start <= day < stop for start, stop in self.suspensions)


def service_of(lease: Lease) -> Service | None:
    """The service a lease is forecast to give; None when acceptance is neither done nor expected.

    It ends with the term and its renewal, or with the day of an end or a termination before that.
    A termination before acceptance leaves no service at all.
    """
    events = lease.events
    start = events.commencement
    if start is None:
        return None
    full, renewed = lease.term.after(start), None
    if lease.renewal is not None:
        full, renewed = lease.renewal.term.after(full), full
    stops = [day for day in (events.terminated, events.ended) if day is not None]
    end = min([full, *stops])
    if end <= start:
        return None
    return Service(start, end, tuple(_suspensions(events, end)), renewed)


def _suspensions(events: Events, end: date) -> Iterable[tuple[date, date]]:
    for day in sorted(events.suspended):
        back = [resumed for resumed in sorted(events.resumed) if resumed > day]
        yield day, min([end, *back])


def spans(service: Service, grid: Grid, breaks: Sequence[date] = ()) -> tuple[Span, ...]:
    """The service within the grid, cut at its months, at `breaks` and at suspensions."""
    return _spans(service, grid, tuple(breaks))


# All structure: a deal that is run again with other amounts has the same days.
@lru_cache(maxsize=256)
def _spans(service: Service, grid: Grid, breaks: tuple[date, ...]) -> tuple[Span, ...]:
    start, end = max(service.commencement, grid.closing), min(service.end, grid.end)
    if start >= end:
        return ()
    cuts = {start, end, *breaks, *grid.boundaries}
    for suspension in service.suspensions:
        cuts.update(suspension)
    days = sorted(cut for cut in cuts if start <= cut <= end)
    return tuple(
        _span(service, grid, first, second)
        for first, second in pairwise(days)
        if not service.suspended(first)
    )


def _span(service: Service, grid: Grid, start: date, end: date) -> Span:
    period = grid.period_of(start)
    return Span(
        period,
        start,
        end,
        days_between(grid.boundaries[period], grid.boundaries[period + 1]),
        whole_months_between(service.commencement, start),
        months_since(service.commencement, end) - months_since(service.commencement, start),
    )


@lru_cache(maxsize=256)
def windows(
    found: tuple[Span, ...], first_period: int
) -> tuple[tuple[frozenset[str], frozenset[str]], ...]:
    """Which counting windows (month, quarter, year, term) open and close with each span.

    Windows are counted in months of the plan from the month of acceptance.
    """
    last = len(found) - 1
    marks = []
    for index, span in enumerate(found):
        before = found[index - 1].period if index else None
        behind = found[index + 1].period if index < last else None
        opens = {"term"} if before is None else set()
        closes = {"term"} if behind is None else set()
        for name, months in WINDOW_MONTHS.items():
            own = (span.period - first_period) // months
            if before is None or (before - first_period) // months != own:
                opens.add(name)
            if behind is None or (behind - first_period) // months != own:
                closes.add(name)
        marks.append((frozenset(opens), frozenset(closes)))
    return tuple(marks)
