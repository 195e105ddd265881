"""Which payment dates lie within a length of time before or after each of them: structure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from lessor.core.dates import add_days, add_months, days_between
from lessor.terms.scalars import Duration

ROLL_DAYS = 10
"""A date counts where it would stand if no roll and no short month had moved it: within a window
counted in months, up to this many days (at most half its period) are no distance."""


def lower_ends(days: Sequence[date], length: Duration) -> tuple[int, ...]:
    """For each day, the place after the last one that comes within `length` of it.

    `days`: closing, then the payment dates, rising. Day k counts days k + 1 to end - 1: those of
    the time (day, day + length], as far as there are any.

    >>> lower_ends([date(2026, month, 15) for month in (1, 2, 3, 4)], Duration(2, 0))
    (3, 4, 4, 4)
    """
    ends: list[int] = []
    for place, day in enumerate(days):
        last = length.after(day)
        end = place + 1
        while end < len(days) and _lower_stand(days, end, length) <= last:
            end += 1
        ends.append(end)
    return tuple(ends)


def lower_starts(days: Sequence[date], length: Duration) -> tuple[int, ...]:
    """For each day, the place of the first one within `length` back from it, itself included.

    Day k counts days start to k: those of the time (day - length, day]; closing is none of them.

    >>> lower_starts([date(2026, month, 15) for month in (1, 2, 3, 4)], Duration(2, 0))
    (1, 1, 1, 2)
    """
    starts: list[int] = []
    for place, day in enumerate(days):
        first = _lower_before(day, length)
        start = max(place, 1)
        while start > 1 and _lower_stand(days, start - 1, length) > first:
            start -= 1
        starts.append(start)
    return tuple(starts)


def lower_whole(days: Sequence[date], length: Duration) -> tuple[bool, ...]:
    """For each day, whether the time since closing covers the whole `length` back from it.

    >>> lower_whole([date(2026, month, 15) for month in (1, 2, 3, 4)], Duration(2, 0))
    (False, False, True, True)
    """
    return tuple(
        days_between(_lower_before(day, length), days[0]) <= _lower_slack(days, place, length)
        for place, day in enumerate(days)
    )


def _lower_before(day: date, length: Duration) -> date:
    return add_days(day, -length.days) if length.days else add_months(day, -length.months)


def _lower_stand(days: Sequence[date], place: int, length: Duration) -> date:
    return add_days(days[place], -_lower_slack(days, place, length))


def _lower_slack(days: Sequence[date], place: int, length: Duration) -> int:
    if length.days or place == 0:
        return 0
    return min(ROLL_DAYS, days_between(days[place - 1], days[place]) // 2)


def lower_stands(days: Sequence[date], place: int) -> date:
    """The latest day on which the date at `place` would stand had no roll moved it earlier."""
    return add_days(days[place], _lower_slack(days, place, Duration(1, 0)))
