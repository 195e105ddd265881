"""Integer days: the proleptic Gregorian ordinal of `date.toordinal()`, alone or in arrays.

A day is an `int`, many days are an int64 array of any shape; what is given comes back. Months are
counted through from year 1, so that month arithmetic is integer arithmetic.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from typing import NamedTuple, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

Days: TypeAlias = NDArray[np.int64]
"""Days as integers, or counts of them, of any shape."""

DayLike = TypeVar("DayLike", int, Days)
"""One day or an array of days; a function of it gives back the same sort."""

_EPOCH = date(1970, 1, 1).toordinal()


class Civil(NamedTuple):
    """Days taken apart: the year, the month within it from 1, and the day of the month."""

    year: Days
    month: Days
    day: Days


@lru_cache(maxsize=1)
def month_starts() -> Days:
    """The first day of every month of the years 1 to 9999, and of the month after the last."""
    months = np.arange("0001-01", "10000-02", dtype="datetime64[M]")
    starts: Days = months.astype("datetime64[D]").astype(np.int64) + _EPOCH
    starts.flags.writeable = False
    return starts


def month_index(days: Days | int) -> Days:
    """The month that days are in, counted from 0 for January of year 1.

    >>> int(month_index(date(2026, 3, 15).toordinal()))
    24302
    """
    given, starts = np.asarray(days, dtype=np.int64), month_starts()
    # 4,800 months have 146,097 days; the share of them is the month or one beside it.
    near = given * 4800 // 146097
    near = near - (starts.take(near) > given)
    index: Days = near + (starts.take(near + 1) <= given)
    return index


def civil(days: Days | int) -> Civil:
    """Days taken apart into year, month and day of the month."""
    index = month_index(days)
    return Civil(index // 12 + 1, index % 12 + 1, days - month_starts()[index] + 1)


def is_leap(year: Days) -> NDArray[np.bool_]:
    """Whether years have 366 days."""
    leap: NDArray[np.bool_] = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    return leap


def is_month_end(days: Days | int) -> NDArray[np.bool_]:
    """Whether days are the last of their months."""
    ends: NDArray[np.bool_] = np.asarray(days) + 1 == month_starts()[month_index(days) + 1]
    return ends


def days_of(dates: Iterable[date]) -> Days:
    """Dates as integer days.

    >>> days_of([date(2026, 1, 1)])
    array([739617])
    """
    return np.fromiter((day.toordinal() for day in dates), dtype=np.int64)


def dates_of(days: Days) -> list[date]:
    """A row of integer days as dates.

    >>> dates_of(days_of([date(2026, 1, 1)]))
    [datetime.date(2026, 1, 1)]
    """
    return [date.fromordinal(day) for day in days.tolist()]


def like(given: DayLike, result: Days) -> DayLike:
    """`result` as an `int` where one day was given, else as the array that it is."""
    return int(result) if isinstance(given, int) else result
