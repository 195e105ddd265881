"""Rolling: the k-th date of a cycle, always counted from its anchor, for many anchors at once.

A day that a month does not have becomes that month's last, and comes back in the next month that
has it (31 Jan, 28 Feb, 31 Mar), for no date is ever counted from the one before.
"""

from __future__ import annotations

from datetime import date
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from lessor.core.days import Days, is_month_end, month_index, month_starts

Unit = Literal["days", "months"]


class _Cycle(NamedTuple):
    every: int
    unit: Unit


class Cycle(_Cycle):
    """The time from one date to the next: `every` days or months, at least one.

    A year is 12 months, a quarter 3, a week 7 days.

    >>> Cycle(3, "months")
    Cycle(every=3, unit='months')
    """

    __slots__ = ()

    def __new__(cls, every: int, unit: Unit = "months") -> Cycle:
        _require_forward(every)
        return super().__new__(cls, every, unit)


def roll(
    anchors: Days | int,
    months: Days | int,
    counts: Days | int,
    *,
    end_of_month: NDArray[np.bool_] | bool = False,
) -> Days:
    """The dates `anchor + count x months`, anchors x counts; one anchor gives one row, unnested.

    `months` is one step for all, or one for each anchor. `counts` may be negative, and a matrix
    with one row for each anchor. Under `end_of_month` (one flag, or one for each anchor) an anchor
    that is the last day of its month gives last days; it is without effect on any other anchor.

    >>> from datetime import date
    >>> from lessor.core.days import dates_of
    >>> january = date(2026, 1, 31).toordinal()
    >>> [str(day) for day in dates_of(roll(january, 1, np.arange(1, 4)))]
    ['2026-02-28', '2026-03-31', '2026-04-30']
    """
    _require_forward(months)
    anchors, starts = np.asarray(anchors, dtype=np.int64), month_starts()
    anchor_month = month_index(anchors)
    # A last day that is to give last days counts as a 31st, which every month clips to its last.
    to_month_end = np.logical_and(end_of_month, is_month_end(anchors))
    day = np.where(to_month_end, 31, anchors - starts[anchor_month] + 1)
    month = _column(anchor_month) + _column(np.asarray(months)) * np.asarray(counts)
    if month.size and (month.min() < 0 or month.max() > len(starts) - 2):
        raise ValueError("a cycle leads out of the years 1 to 9999")
    rolled: Days = np.minimum(starts.take(month) + (_column(day) - 1), starts.take(month + 1) - 1)
    return rolled


def rolled(anchor: date, months: int, count: int, *, end_of_month: bool = False) -> date:
    """One date of `roll`.

    >>> rolled(date(2026, 2, 28), 1, 1, end_of_month=True)
    datetime.date(2026, 3, 31)
    """
    return date.fromordinal(int(roll(anchor.toordinal(), months, count, end_of_month=end_of_month)))


def roll_cycle(anchor: int, cycle: Cycle, counts: Days, *, end_of_month: bool = False) -> Days:
    """The dates `anchor + count x cycle` of one anchor; end of month is without effect on days."""
    if cycle.unit == "days":
        return anchor + cycle.every * counts
    return roll(anchor, cycle.every, counts, end_of_month=end_of_month)


def _column(one_for_each_anchor: Days) -> Days:
    # One value stays one; one for each anchor stands against that anchor's row of counts.
    return one_for_each_anchor[:, None] if one_for_each_anchor.ndim else one_for_each_anchor


def _require_forward(every: Days | int) -> None:
    if np.min(every) < 1:
        raise ValueError(f"a cycle of {every} leads nowhere: it needs at least one day or month")
