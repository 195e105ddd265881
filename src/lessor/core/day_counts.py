"""Day counts: the part of a year between two days, by the name written in a deal file.

Every rule gives whole days over whole days of a year, so one text makes the exact fraction of an
invoice and the float64 array of a forecast. A period that runs backward has the negative of the
same period forward, under every rule.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from types import MappingProxyType
from typing import Literal, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from lessor.core.days import Civil, Days, civil, is_leap, is_month_end, month_index

DayCount = Literal["30/360", "30E/360", "30E/360 ISDA", "actual/360", "actual/365", "actual/actual"]


class CountedDays(NamedTuple):
    """Days that count as days of a year of `year_days` days."""

    days: Days
    year_days: int


Maturity: TypeAlias = int | Days | None
"""The day a loan ends; of many loans, an array that broadcasts to their days."""

Rule: TypeAlias = Callable[[Days, Days, Maturity], tuple[CountedDays, ...]]
"""(start, end not before it, maturity) -> the counted days, to be summed as parts of a year."""


def _thirty(
    start: Civil, end: Civil, first: Days | np.int64, second: Days | np.int64
) -> tuple[CountedDays, ...]:
    months = (end.year - start.year) * 12 + end.month - start.month
    return (CountedDays(months * 30 + second - first, 360),)


def _bond_basis(start: Days, end: Days, maturity: Maturity) -> tuple[CountedDays, ...]:
    # Day 31 of the start becomes 30; day 31 of the end becomes 30 only if the start then is 30.
    opens, closes = civil(start), civil(end)
    first = np.minimum(opens.day, 30)
    second = np.where(first == 30, np.minimum(closes.day, 30), closes.day)
    return _thirty(opens, closes, first, second)


def _eurobond_basis(start: Days, end: Days, maturity: Maturity) -> tuple[CountedDays, ...]:
    opens, closes = civil(start), civil(end)
    return _thirty(opens, closes, np.minimum(opens.day, 30), np.minimum(closes.day, 30))


def _eurobond_isda(start: Days, end: Days, maturity: Maturity) -> tuple[CountedDays, ...]:
    # The last day of any month is its day 30, but an end of February that is the maturity stays.
    opens, closes = civil(start), civil(end)
    first = np.where(is_month_end(start), 30, opens.day)
    stays = (closes.month == 2) & (end == maturity) if maturity is not None else np.False_
    second = np.where(is_month_end(end) & ~stays, 30, closes.day)
    return _thirty(opens, closes, first, second)


def _actual_360(start: Days, end: Days, maturity: Maturity) -> tuple[CountedDays, ...]:
    return (CountedDays(end - start, 360),)


def _actual_365(start: Days, end: Days, maturity: Maturity) -> tuple[CountedDays, ...]:
    return (CountedDays(end - start, 365),)


def _leap_year_days_before(days: Days) -> Days:
    # Days that lie in leap years, from year 1 up to (not with) each day.
    past = month_index(days) // 12
    leap_years = past // 4 - past // 100 + past // 400
    year_start = past * 365 + leap_years + 1
    return leap_years * 366 + np.where(is_leap(past + 1), days - year_start, 0)


def _actual_actual_isda(start: Days, end: Days, maturity: Maturity) -> tuple[CountedDays, ...]:
    leap = _leap_year_days_before(end) - _leap_year_days_before(start)
    return CountedDays(end - start - leap, 365), CountedDays(leap, 366)


DAY_COUNTS: Mapping[str, Rule] = MappingProxyType(
    {
        "30/360": _bond_basis,
        "30E/360": _eurobond_basis,
        "30E/360 ISDA": _eurobond_isda,
        "actual/360": _actual_360,
        "actual/365": _actual_365,
        "actual/actual": _actual_actual_isda,
    }
)
"""The rules: 30/360 is the bond basis, actual/365 is fixed, actual/actual is that of ISDA.

Source: 2006 ISDA Definitions, section 4.16 (b), (d) to (h).
"""


def year_fractions(
    basis: str, start: Days | int, end: Days | int, *, maturity: Maturity = None
) -> NDArray[np.float64]:
    """The part of a year between days: sum of counted days / days of the year they count in.

    `start` and `end` are integer days, alone or in arrays that broadcast to one shape, which is
    the result's. Only `30E/360 ISDA` looks at `maturity`: the end of February on which the loan
    ends keeps its own day number; without one, no day is treated as the last.

    >>> year_fractions("actual/360", 739617, np.array([739647, 739977])).round(6).tolist()
    [0.083333, 1.0]
    """
    opens, closes = np.asarray(start, dtype=np.int64), np.asarray(end, dtype=np.int64)
    backward = closes < opens
    if backward.any():
        opens, closes = np.minimum(opens, closes), np.maximum(opens, closes)
    counted = DAY_COUNTS[basis](opens, closes, maturity)
    fraction = np.asarray(sum(part.days / part.year_days for part in counted), dtype=np.float64)
    return np.where(backward, -fraction, fraction)


def exact_year_fraction(
    basis: str, start: int, end: int, *, maturity: int | None = None
) -> Fraction:
    """The part of a year between two days, exactly; the same rules as `year_fractions`.

    >>> exact_year_fraction("actual/360", 739617, 739707)
    Fraction(1, 4)
    """
    if end < start:
        return -exact_year_fraction(basis, end, start, maturity=maturity)
    counted = DAY_COUNTS[basis](np.asarray(start), np.asarray(end), maturity)
    return sum((Fraction(int(part.days), part.year_days) for part in counted), Fraction(0))
