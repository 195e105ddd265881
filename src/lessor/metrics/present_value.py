"""Present values of flows at equal periods and at dates."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from lessor.metrics.arrays import DAYS_PER_YEAR, Floats, finite, held


def npv(rate: npt.ArrayLike, flows: npt.ArrayLike) -> Floats:
    """Net present value of flows at equal periods: sum(flows[k] / (1 + rate) ** k).

    The first flow stands at time 0 and is not discounted (a spreadsheet's NPV discounts it once).
    `rate` is per period, a fraction, one for all or one a path.

    Shapes: flows paths x periods, or one path; gives one value a path, in the flows' currency, nan
    where float64 cannot hold it.

    Raises ValueError where a number is not finite or a rate is -1 or less.

    >>> print(f"{npv(0.10, [-100.0, 110.0, 121.0]):.6f}")
    100.000000
    """
    amounts = finite(flows, "flows")
    return _worth(rate, amounts, np.arange(amounts.shape[-1], dtype=np.float64))


def xnpv(rate: npt.ArrayLike, flows: npt.ArrayLike, days: npt.ArrayLike) -> Floats:
    """Net present value of dated flows: sum(flows[k] / (1 + rate) ** ((days[k] - days[0]) / 365)).

    Value stands at the first day given; earlier days are compounded up to it. `rate` is annual
    effective, actual/365, one for all or one a path; `days` one number a flow, in any order.

    Shapes: flows paths x dates, or one path; gives one value a path, in the flows' currency, nan
    where float64 cannot hold it.

    Raises ValueError where a number is not finite, a rate is -1 or less, or there are not as many
    days as flows.

    >>> print(f"{xnpv(0.10, [-100.0, 110.0, 121.0], [0, 365, 730]):.6f}")
    100.000000
    """
    amounts, dates = finite(flows, "flows"), finite(days, "days")
    if dates.shape != amounts.shape[-1:]:
        raise ValueError(f"{amounts.shape[-1]} flows a path need as many days, not {dates.shape}")
    return _worth(rate, amounts, (dates - dates[:1]) / DAYS_PER_YEAR)


def _worth(rate: npt.ArrayLike, amounts: Floats, times: Floats) -> Floats:
    growth = 1.0 + finite(rate, "rate")
    if (growth <= 0.0).any():
        raise ValueError("a rate must be above -1")
    with np.errstate(over="ignore", under="ignore", divide="ignore", invalid="ignore"):
        return held((amounts / growth[..., np.newaxis] ** times).sum(axis=-1))
