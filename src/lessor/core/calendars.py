"""Business-day calendars by name, and what becomes of a payment day on which no business is done.

A calendar is two tables over all days from 1970 to 2201, so that millions of days are adjusted at
once. Days outside raise.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache, reduce
from types import MappingProxyType
from typing import Literal, TypeAlias, get_args

import numpy as np
from numpy.typing import NDArray

from lessor.core.calendar_rules import (
    china_statutory_holidays,
    fed_holidays,
    hong_kong_holidays,
    nyse_holidays,
    sofr_holidays,
    target_holidays,
)
from lessor.core.china_days_off import PUBLISHED, published_days_off, published_working_weekends
from lessor.core.days import DayLike, Days, days_of, like, month_index

CalendarName = Literal["none", "weekdays", "china", "hong_kong", "nyse", "fed", "sofr", "target"]
CALENDAR_NAMES: tuple[CalendarName, ...] = get_args(CalendarName)

Convention = Literal["none", "following", "modified_following", "preceding", "modified_preceding"]

_FIRST_DAY, _LAST_DAY = date(1970, 1, 1).toordinal(), date(2201, 12, 31).toordinal()
# The tables reach further, so that the next business day of every day served is in them.
_TABLE_START, _TABLE_END = date(1969, 1, 1).toordinal(), date(2203, 1, 1).toordinal()
_YEARS = range(1969, 2203)

_Flags: TypeAlias = NDArray[np.bool_]


@dataclass(frozen=True, eq=False, repr=False)
class Calendar:
    """The business days of one place, or of several together.

    `announced_until` is the last day that an authority has announced, where the calendar needs
    announcing; later days are assumed (see `calendar_rules`). None: the rules need no announcing.
    `open_table` says of each day of the table whether it is a business day, `business_table` lists
    those, `before_table` counts those before each day: also the place of the next one in the list.
    """

    name: str
    announced_until: date | None
    open_table: _Flags
    business_table: Days
    before_table: Days

    def is_business(self, days: Days | int) -> _Flags:
        """Whether days are business days."""
        return self.open_table[_places(days)]

    def next(self, days: DayLike) -> DayLike:
        """The first business day on or after each day."""
        return like(days, self.business_table[self.before_table[_places(days)]])

    def previous(self, days: DayLike) -> DayLike:
        """The last business day on or before each day."""
        return like(days, self.business_table[self.before_table[_places(days) + 1] - 1])

    def adjust(self, days: DayLike, convention: Convention) -> DayLike:
        """The days on which payments of these days are made.

        The modified conventions turn back where the way they go leaves the month.

        >>> saturday = date(2026, 1, 31).toordinal()
        >>> date.fromordinal(calendar("nyse").adjust(saturday, "modified_following"))
        datetime.date(2026, 1, 30)
        """
        if convention == "none":
            return days
        return like(days, _adjusted(self, convention)[_places(days)])

    def business_days_after(self, days: DayLike, count: int) -> DayLike:
        """The `count`-th business day after each day, before it if negative; 0 is `next`.

        >>> friday = date(2026, 6, 19).toordinal()
        >>> date.fromordinal(calendar("sofr").business_days_after(friday, -2))
        datetime.date(2026, 6, 17)
        """
        places = _places(days)
        # From the next business day strictly after the day, or, going back, from the one on it.
        position = (
            self.before_table[places + 1] + count - 1 if count > 0 else self.before_table[places]
        )
        position = position + min(count, 0)
        if np.any((position < 0) | (position >= len(self.business_table))):
            raise ValueError(f"{count} business days lead out of the years of calendars")
        return like(days, self.business_table[position])


def _places(days: Days | int) -> Days:
    given = np.asarray(days, dtype=np.int64)
    if given.size and (given.min() < _FIRST_DAY or given.max() > _LAST_DAY):
        raise ValueError("calendars know the days from 1970-01-01 to 2201-12-31 only")
    places: Days = given - _TABLE_START
    return places


@cache
def _adjusted(place: Calendar, convention: Convention) -> Days:
    # What becomes of every day of the table that is served; beyond, it is never looked up.
    days = np.arange(_FIRST_DAY, _LAST_DAY + 1)
    onward, back = place.next(days), place.previous(days)
    if "preceding" in convention:
        onward, back = back, onward
    if convention.startswith("modified"):
        onward = np.where(month_index(onward) == month_index(days), onward, back)
    table = np.concatenate((np.arange(_TABLE_START, _FIRST_DAY), onward))
    table.flags.writeable = False
    return table


def _with_tables(name: str, announced_until: date | None, is_open: _Flags) -> Calendar:
    # `before[i]`: business days before day i, so also the place of the next one on or after it.
    business = np.flatnonzero(is_open) + _TABLE_START
    before = np.concatenate(([0], np.cumsum(is_open)))
    for table in (is_open, business, before):
        table.flags.writeable = False
    return Calendar(name, announced_until, is_open, business, before)


def _flagged(days: Iterable[date]) -> _Flags:
    flags = np.zeros(_TABLE_END - _TABLE_START, dtype=bool)
    places = days_of(days) - _TABLE_START
    flags[places[(places >= 0) & (places < len(flags))]] = True
    return flags


def _weekdays() -> _Flags:
    # Day 1 was a Monday.
    weekdays: _Flags = (np.arange(_TABLE_START, _TABLE_END) - 1) % 7 < 5
    return weekdays


def _china() -> _Flags:
    assumed = (
        day for year in _YEARS if year not in PUBLISHED for day in china_statutory_holidays(year)
    )
    closed = _flagged([*assumed, *published_days_off()])
    return _weekdays() & ~closed | _flagged(published_working_weekends())


_HOLIDAYS: Mapping[str, Callable[[int], Iterable[date]]] = MappingProxyType(
    {
        "hong_kong": hong_kong_holidays,
        "nyse": nyse_holidays,
        "fed": fed_holidays,
        "sofr": sofr_holidays,
        "target": target_holidays,
    }
)


@lru_cache(maxsize=len(CALENDAR_NAMES))
def calendar(name: CalendarName) -> Calendar:
    """The calendar of a name: made once, then shared.

    `none` has no day off at all; `weekdays` is open Monday to Friday; `china` is the interbank
    market and the banks, which work some weekends; `hong_kong` the stock exchange and the banks;
    `fed` the Federal Reserve Banks; `sofr` the days with a SOFR (U.S. government securities).
    """
    if name == "none":
        return _with_tables(name, None, np.ones(_TABLE_END - _TABLE_START, dtype=bool))
    if name == "weekdays":
        return _with_tables(name, None, _weekdays())
    if name == "china":
        return _with_tables(name, date(max(PUBLISHED), 12, 31), _china())
    holidays = (day for year in _YEARS for day in _HOLIDAYS[name](year))
    return _with_tables(name, None, _weekdays() & ~_flagged(holidays))


@lru_cache(maxsize=64)
def _joined(names: tuple[CalendarName, ...], rule: str) -> Calendar:
    parts = [calendar(name) for name in names]
    join = np.logical_and if rule == "holidays" else np.logical_or
    announced = [part.announced_until for part in parts if part.announced_until is not None]
    is_open = reduce(join, [part.open_table for part in parts])
    return _with_tables("+".join(names), min(announced, default=None), is_open)


def joint_calendar(
    names: Sequence[CalendarName], rule: Literal["holidays", "business_days"] = "holidays"
) -> Calendar:
    """Several calendars as one: `holidays` joins their days off, `business_days` their days open.

    A payment that needs banks in two places needs `holidays`: a day off in one is a day off.

    >>> joint_calendar(["china", "sofr"]).is_business(date(2026, 7, 3).toordinal())
    np.False_
    """
    if not names:
        raise ValueError("a joint calendar needs at least one name")
    return calendar(names[0]) if len(names) == 1 else _joined(tuple(names), rule)
