"""Dates and month arithmetic, one day at a time.

Periods are half-open `[start, end)`. Months are counted from an anchor and clipped to the end of
a shorter month; the anchor is never lost (31 Jan, 28 Feb, 31 Mar).
"""

from __future__ import annotations

import calendar
from datetime import date, timedelta
from fractions import Fraction
from functools import lru_cache

from lessor.core.day_counts import exact_year_fraction


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


@lru_cache(maxsize=65536)
def year_fraction(basis: str, start: date, end: date, *, maturity: date | None = None) -> Fraction:
    """The part of a year that `[start, end)` is under a day count, exactly.

    The rules stand in `day_counts`; only `30E/360 ISDA` looks at `maturity`.

    >>> year_fraction("30/360", date(2026, 1, 31), date(2026, 2, 28))
    Fraction(7, 90)
    """
    last = None if maturity is None else maturity.toordinal()
    return exact_year_fraction(basis, start.toordinal(), end.toordinal(), maturity=last)
