"""When a contract's events fall: cycles from an anchor, stubs, business days, the last second.

All structure: moments are read and compared before a run, and no value is touched.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from itertools import count
from typing import NamedTuple

from lessor.core.calendars import CalendarName, Convention, calendar
from lessor.core.dates import year_fraction
from lessor.core.day_counts import DayCount
from lessor.core.roll import Cycle, roll

DAY_END = time(23, 59, 59)
"""A day's last second stands for the midnight that follows; it sorts as it is written."""

LATEST_YEAR = 2200
"""No schedule runs beyond it, and a contract that would counts as one that never ends."""

_ONE_DAY = timedelta(days=1)


class Step(NamedTuple):
    """The cycle of a schedule, and what becomes of its last period where the end is off the cycle.

    `has_long_stub`: the last date before the end is left out, so that the last period is a long
    one; else it is a short one.
    """

    cycle: Cycle
    has_long_stub: bool = False


class DayRules(NamedTuple):
    """How dates are made, moved and counted.

    `is_counted_as_moved`: interest runs to the day moved to, not to the day scheduled.
    `is_month_end`: month-based dates from the last day of a month are last days.
    """

    day_count: DayCount
    calendar: CalendarName = "none"
    convention: Convention = "none"
    is_counted_as_moved: bool = True
    is_month_end: bool = False


def nth_moment(anchor: datetime, cycle: Cycle, number: int, rules: DayRules) -> datetime:
    """The moment `number` cycles after the anchor, at the anchor's time of day.

    Counted from the anchor, so that a day lost to a short month comes back.

    >>> nth_moment(datetime(2013, 1, 31), Cycle(1), 2, DayRules("actual/365"))
    datetime.datetime(2013, 3, 31, 0, 0)
    """
    if cycle.unit == "days":
        return anchor + timedelta(days=number * cycle.every)
    day = roll(anchor.toordinal(), cycle.every, number, end_of_month=rules.is_month_end)
    return datetime.combine(date.fromordinal(day.item()), anchor.time())


def cycle_moments(anchor: datetime, step: Step | None, rules: DayRules) -> Iterator[datetime]:
    """The moments of a cycle from its anchor on, to LATEST_YEAR; the anchor alone without one."""
    moment = anchor
    for number in count(1):
        if moment.year > LATEST_YEAR:
            return
        yield moment
        if step is None:
            return
        moment = nth_moment(anchor, step.cycle, number, rules)


def moments_before(
    anchor: datetime, step: Step | None, end: datetime, rules: DayRules
) -> list[datetime]:
    """The moments of a cycle before `end`.

    With a long stub, and an end that is off the cycle, the last of them is left out; the first
    never is.
    """
    found: list[datetime] = []
    following = None
    for moment in cycle_moments(anchor, step, rules):
        if moment >= end:
            following = moment
            break
        found.append(moment)
    is_off_cycle = following != end
    has_long_stub = step is not None and step.has_long_stub
    return found[:-1] if has_long_stub and is_off_cycle and len(found) > 1 else found


def moved(moment: datetime, rules: DayRules) -> datetime:
    """The moment on the business day that it is moved to.

    >>> moved(datetime(2013, 6, 1), DayRules("actual/365", "weekdays", "following"))
    datetime.datetime(2013, 6, 3, 0, 0)
    """
    there = calendar(rules.calendar).adjust(moment.toordinal(), rules.convention)
    return datetime.combine(date.fromordinal(there), moment.time())


def counted_day(moment: datetime) -> date:
    """The day that a moment is in a day count: a last second is the day after.

    >>> counted_day(datetime(2013, 12, 31, 23, 59, 59))
    datetime.date(2014, 1, 1)
    """
    return moment.date() + _ONE_DAY if moment.time() == DAY_END else moment.date()


def fraction_between(start: datetime, end: datetime, rules: DayRules) -> Fraction:
    """The part of a year between two moments; negative where the second is earlier."""
    return year_fraction(rules.day_count, counted_day(start), counted_day(end))
