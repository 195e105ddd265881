"""Dates, month arithmetic and day counts.

Periods are half-open `[start, end)`. Months are counted from an anchor and clipped to the end of
a shorter month; the anchor is never lost (31 Jan, 28 Feb, 31 Mar).
"""

from __future__ import annotations

import calendar
from collections.abc import Callable
from datetime import date, timedelta
from fractions import Fraction
from functools import lru_cache


@lru_cache(maxsize=65536)
def add_months(anchor: date, months: int) -> date:
    """The day `months` months after `anchor`, clipped to the end of a shorter month.

    >>> add_months(date(2026, 1, 31), 1)
    datetime.date(2026, 2, 28)
    """
    index = anchor.year * 12 + anchor.month - 1 + months
    year, month = divmod(index, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(anchor.day, last))


def add_days(day: date, days: int) -> date:
    """The day `days` days after `day`."""
    return day + timedelta(days=days)


def days_between(start: date, end: date) -> int:
    """Days of the half-open period `[start, end)`.

    >>> days_between(date(2026, 5, 1), date(2026, 6, 1))
    31
    """
    return end.toordinal() - start.toordinal()


def whole_months_between(start: date, end: date) -> int:
    """The largest n with `add_months(start, n) <= end`.

    >>> whole_months_between(date(2026, 5, 15), date(2026, 7, 14))
    1
    """
    months = (end.year - start.year) * 12 + end.month - start.month
    return months if add_months(start, months) <= end else months - 1


def _thirty_360(start: date, end: date) -> Fraction:
    # Bond basis: day 31 of the start becomes 30; day 31 of the end becomes 30 only then.
    first = min(start.day, 30)
    second = 30 if end.day == 31 and first == 30 else end.day
    months = (end.year - start.year) * 12 + end.month - start.month
    return Fraction(months * 30 + second - first, 360)


def _actual_actual_isda(start: date, end: date) -> Fraction:
    total = Fraction(0)
    while start < end:
        stop = min(end, date(start.year + 1, 1, 1))
        total += Fraction(days_between(start, stop), 366 if calendar.isleap(start.year) else 365)
        start = stop
    return total


DAY_COUNTS: dict[str, Callable[[date, date], Fraction]] = {
    "30/360": _thirty_360,
    "actual/360": lambda start, end: Fraction(days_between(start, end), 360),
    "actual/365": lambda start, end: Fraction(days_between(start, end), 365),
    "actual/actual": _actual_actual_isda,
}
"""Day counts by the name written in a deal file (30/360 is the bond basis, actual/actual ISDA)."""


@lru_cache(maxsize=65536)
def year_fraction(basis: str, start: date, end: date) -> Fraction:
    """The part of a year that `[start, end)` is under a day count, exactly.

    >>> year_fraction("30/360", date(2026, 1, 31), date(2026, 2, 28))
    Fraction(7, 90)
    """
    return DAY_COUNTS[basis](start, end)
