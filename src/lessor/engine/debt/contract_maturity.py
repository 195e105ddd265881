"""When a contract that names no maturity ends: where its redemptions have repaid it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from lessor.core.numeric import at_most, ceiling
from lessor.core.roll import Cycle
from lessor.engine.debt.contract_dates import (
    LATEST_YEAR,
    DayRules,
    cycle_moments,
    fraction_between,
    nth_moment,
)
from lessor.engine.debt.contract_plan import Segment

_SHORTEST_MONTH, _LONGEST_YEAR = 28, 366


def lower_maturity(
    owed: float, payment: float, *, rate: float, schedule: Segment, start: datetime, rules: DayRules
) -> datetime | None:
    """The last of the equal redemptions that repay `owed`; None where they never do.

    number of redemptions = owed / (payment - owed x rate x year fraction of one cycle), rounded up;
    `rate` is 0 where interest is paid beside. The first of them is the first on or after `start`.
    Later changes of the rate or of the notional are not foreseen.
    """
    if schedule.step is None:
        return None
    cycle, anchor = schedule.step.cycle, schedule.anchor
    ahead = (
        number
        for number, moment in enumerate(cycle_moments(anchor, schedule.step, rules))
        if moment >= start
    )
    first = next(ahead, None)
    if first is None:
        return None
    opens, closes = (nth_moment(anchor, cycle, first + step, rules) for step in (0, 1))
    principal = payment - owed * rate * float(fraction_between(opens, closes, rules))
    if principal <= 0 or owed / principal > _cycles_left(opens, cycle):
        return None
    number = int(ceiling(owed / principal))
    last = nth_moment(anchor, cycle, first + number - 1, rules)
    return last if last.year <= LATEST_YEAR else None


def _cycles_left(moment: datetime, cycle: Cycle) -> int:
    """More cycles than fit between a moment and LATEST_YEAR, and not so many more."""
    days = cycle.every * (1 if cycle.unit == "days" else _SHORTEST_MONTH)
    return (LATEST_YEAR + 1 - moment.year) * _LONGEST_YEAR // days


def lower_array_maturity(
    owed: float, schedule: Sequence[Segment], *, start: datetime, rules: DayRules
) -> datetime | None:
    """The date on which redemptions and drawings leave nothing; None where there is none."""
    lent, repaid = owed, 0.0
    for index, segment in enumerate(schedule):
        following = [later.anchor for later in schedule[index + 1 : index + 2]]
        for moment in cycle_moments(segment.anchor, segment.step, rules):
            if following and moment >= following[0]:
                break
            if moment < start:
                continue
            amount = float(segment.value or 0)
            if segment.kind == "drawing":
                lent += amount
            else:
                repaid += amount
                if at_most(lent, repaid):
                    return moment
    return None
