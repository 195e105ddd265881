"""The level payment on actual dates: the instalment that repays a debt exactly."""

from __future__ import annotations

from collections.abc import Sequence

from lessor.core.numeric import Value, ratio


def level_payment(notional: Value, accrued: Value, growths: Sequence[Value]) -> Value:
    """The equal payment, interest and principal together, that leaves nothing after the last date.

    payment = (notional + accrued) / (1 + sum of the later dates' discount factors), where the
    discount factor of a date is 1 / product of (1 + growth) since the first date. `accrued`:
    interest owed on the first payment date, that of the first period included; `growths`: interest
    on 1 in each period after the first, so one payment date more than growths. All of one currency.

    >>> level_payment(150.0, 30.0, [0.25])
    100.0
    """
    # Worth at the last date of 1 paid on the first date, and of 1 paid on every date.
    of_first: Value = 1
    of_all: Value = 1
    for growth in reversed(growths):
        of_first = of_first * (1 + growth)
        of_all = of_all + of_first
    owed = notional + accrued
    return ratio(owed * of_first, of_all, owed)
