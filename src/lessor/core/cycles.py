"""Schedules: the dates of a cycle from a first to a last day, and the periods between them.

Dates are rolled unadjusted, all from one anchor, and only then adjusted to business days. The first
and the last date of a schedule are as they are said: no roll and no end of month moves them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from lessor.core.calendars import Calendar, Convention
from lessor.core.days import Days
from lessor.core.roll import Cycle, roll, roll_cycle

Stub = Literal["short_last", "long_last", "short_first", "long_first"]

Counting = Literal["shift_calculate", "calculate_shift"]


def unadjusted_dates(
    start: int, cycle: Cycle, end: int, *, stub: Stub = "short_last", end_of_month: bool = False
) -> Days:
    """The dates of a schedule from `start` to `end`, both in it, before business days.

    `short_last` and `long_last` roll forward from `start`, `short_first` and `long_first` backward
    from `end`. Where the cycle does not meet the other end, a short stub keeps the odd piece as a
    period of its own; a long one gives it to the period beside it, even if that is then the only
    one. `end_of_month` needs the day rolled from to be the last of its month. A schedule with an
    explicit first payment is `start` in front of the schedule from that payment.

    >>> from datetime import date
    >>> from lessor.core.days import dates_of, days_of
    >>> january, november = days_of([date(2026, 1, 1), date(2026, 11, 15)]).tolist()
    >>> days = unadjusted_dates(january, Cycle(3), november, stub="long_last")
    >>> [str(day) for day in dates_of(days)]
    ['2026-01-01', '2026-04-01', '2026-07-01', '2026-11-15']
    """
    if end <= start:
        raise ValueError("a schedule ends after it starts")
    backward = stub.endswith("first")
    anchor, other = (end, start) if backward else (start, end)
    # Enough counts to reach the other end: no month is shorter than 28 days.
    shortest = cycle.every * (1 if cycle.unit == "days" else 28)
    counts = np.arange(1, (end - start) // shortest + 1) * (-1 if backward else 1)
    rolled = roll_cycle(anchor, cycle, counts, end_of_month=end_of_month)
    between = rolled[(start < rolled) & (rolled < end)]
    if stub.startswith("long") and not np.any(rolled == other):
        between = between[:-1]
    dates = np.concatenate(([anchor], between, [other]))
    return dates[::-1] if backward else dates


class CycleStep(NamedTuple):
    """From the day `start` on, the dates of a schedule are so many months apart."""

    start: int
    months: int


def stepped_dates(
    steps: Sequence[CycleStep],
    end: int,
    *,
    stub: Stub = "short_last",
    end_of_month: bool = False,
) -> Days:
    """The dates of a schedule whose cycle changes, from the start of its first step to `end`.

    Every date is a number of months from one anchor, as in `unadjusted_dates`, so that a change
    moves no day of the month. A cycle runs on to the first of its dates that reaches the day of the
    change (back to the last one, where the stub stands first); that date is kept by any stub. Of
    several steps up to the start the last one counts.

    >>> from datetime import date
    >>> from lessor.core.days import dates_of, days_of
    >>> january, march, end = days_of([date(2026, m, 31) for m in (1, 3, 10)]).tolist()
    >>> days = stepped_dates([CycleStep(january, 1), CycleStep(march, 3)], end)
    >>> [str(day) for day in dates_of(days)]
    ['2026-01-31', '2026-02-28', '2026-03-31', '2026-06-30', '2026-09-30', '2026-10-31']
    """
    start = steps[0].start
    if end <= start:
        raise ValueError("a schedule ends after it starts")
    begun = [step for step in steps if step.start <= start]
    steps = [begun[-1], *steps[len(begun) :]]
    turns = [step.start for step in steps[1:]]
    backward = stub.endswith("first")
    if backward:
        legs, anchor, other = (
            zip(reversed(steps), [*reversed(turns), start], strict=True),
            end,
            start,
        )
    else:
        legs, anchor, other = zip(steps, [*turns, end], strict=True), start, end
    sign = -1 if backward else 1
    dates, months, turn = [anchor], 0, anchor
    for step, until in legs:
        turn = dates[-1]
        while sign * (until - dates[-1]) > 0:
            months += step.months
            dates.append(int(roll(anchor, 1, sign * months, end_of_month=end_of_month)))
    # The last date meets the other end or passes it.
    is_odd = dates.pop() != other
    if is_odd and stub.startswith("long") and dates[-1] != turn:
        dates.pop()
    return np.array(sorted([*dates, other]), dtype=np.int64)


class Periods(NamedTuple):
    """Accrual periods in order, each of them one place of every array (or one column, of many).

    `start` and `end` are unadjusted; `payment` is `end` adjusted, the day on which the period is
    paid; interest is counted over `[count_start, count_end)`.
    """

    start: Days
    end: Days
    payment: Days
    count_start: Days
    count_end: Days


def accrual_periods(
    unadjusted: Days, place: Calendar, convention: Convention, *, counting: Counting
) -> Periods:
    """The periods between the unadjusted dates of a schedule, or of many schedules, one a row.

    Under `shift_calculate` the day to which interest is counted moves with the payment day, under
    `calculate_shift` the payment alone moves. The first date is when the money was paid out: it is
    a fact, and counts as it stands.

    >>> from datetime import date
    >>> from lessor.core.calendars import calendar
    >>> from lessor.core.days import dates_of, days_of
    >>> rows = days_of([date(2026, 1, 15), date(2026, 2, 15), date(2026, 3, 15)])  # two Sundays
    >>> nyse = calendar("nyse")
    >>> periods = accrual_periods(rows, nyse, "following", counting="shift_calculate")
    >>> [str(day) for day in dates_of(periods.count_start)]
    ['2026-01-15', '2026-02-17']
    """
    start, end = unadjusted[..., :-1], unadjusted[..., 1:]
    payment = place.adjust(end, convention)
    if counting == "calculate_shift":
        return Periods(start, end, payment, start, end)
    count_start = np.concatenate((start[..., :1], payment[..., :-1]), axis=-1)
    return Periods(start, end, payment, count_start, payment)


def schedule_rows(
    starts: Days, months: Days | int, ends: Days, *, end_of_month: NDArray[np.bool_] | bool = False
) -> Days:
    """The unadjusted dates of many schedules with short last stubs: one row for each, one length.

    A row that has reached its end repeats it, so its further periods are empty.
    """
    if np.any(ends <= starts):
        raise ValueError("a schedule ends after it starts")
    longest = int(np.max((ends - starts) // (28 * np.asarray(months)), initial=0)) + 1
    rolled = roll(starts, months, np.arange(longest + 1), end_of_month=end_of_month)
    dates: Days = np.minimum(rolled, ends[:, None])
    return dates[:, : int(np.max(np.argmax(dates == ends[:, None], axis=1), initial=0)) + 1]
