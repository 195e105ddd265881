"""A floating rate on its reset date: what was observed, with spread and limits."""

from __future__ import annotations

from typing import NamedTuple

from lessor.core.numeric import Value, maximum, minimum


class ResetTerms(NamedTuple):
    """How an observed rate becomes the rate of a loan; every rate is a fraction a year.

    `multiplier` applies to the observed rate alone. `period_floor` and `period_cap` bound the
    change at one reset (a fall is negative), `life_floor` and `life_cap` the rate itself. Which
    limits there are is structure: None is no limit.
    """

    multiplier: Value
    spread: Value
    period_floor: Value | None = None
    period_cap: Value | None = None
    life_floor: Value | None = None
    life_cap: Value | None = None


def reset_rate(terms: ResetTerms, observed: Value, current: Value) -> Value:
    """The rate after a reset: multiplier x observed + spread, within the limits that there are.

    The change from `current` is bounded first, then the result. It may be negative.

    >>> reset_rate(ResetTerms(1.0, 0.02, period_cap=0.01), 0.05, 0.04)
    0.05
    """
    rate = terms.multiplier * observed + terms.spread
    if terms.period_floor is not None:
        rate = maximum(rate, current + terms.period_floor)
    if terms.period_cap is not None:
        rate = minimum(rate, current + terms.period_cap)
    if terms.life_floor is not None:
        rate = maximum(rate, terms.life_floor)
    if terms.life_cap is not None:
        rate = minimum(rate, terms.life_cap)
    return rate
