"""When the money is back, and when it would be at the pace seen."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from lessor.metrics.arrays import NEGLIGIBLE, Floats, finite, quotient

MONTH_YEARS = 1.0 / 12.0


def payback(
    inflows: npt.ArrayLike, cost: npt.ArrayLike, *, period_years: float = MONTH_YEARS
) -> Floats:
    """Years from closing until the inflows have summed to the cost, interpolated in the period.

    (k + (cost - sum(inflows[:k])) / inflows[k]) * period_years, with k the first period by whose
    end the sum is within 1e-9 of cost. Inflows spread evenly over their period; the first period
    starts at closing. What comes after that first time does not count, a later loss included.

    For a project, inflows are operating cash and sale proceeds, before tax and financing.

    Shapes: inflows paths x periods, or one path; cost one for all or one a path, same currency;
    gives years, one a path, nan where never, 0 where there is no cost.

    Raises ValueError where a number is not finite or a period is not above 0.

    >>> print(f"{payback([1.4 / 12] * 60, 7.0):.3f}")
    5.000
    """
    flows, price = _aligned(inflows, cost, period_years)
    if flows.shape[-1] == 0:
        return np.where(price <= 0.0, 0.0, np.nan)
    total = np.cumsum(flows, axis=-1)
    reached = total >= (price - NEGLIGIBLE * np.abs(price))[..., np.newaxis]
    period = np.argmax(reached, axis=-1)[..., np.newaxis]
    flow = np.take_along_axis(flows, period, axis=-1)[..., 0]
    before = np.take_along_axis(total, np.maximum(period - 1, 0), axis=-1)[..., 0]
    period = period[..., 0]
    lacking = price - np.where(period > 0, before, 0.0)
    years = (period + np.clip(quotient(lacking, flow), 0.0, 1.0)) * period_years
    return np.where(price <= 0.0, 0.0, np.where(reached.any(axis=-1), years, np.nan))[()]


def payback_pace(
    inflows: npt.ArrayLike, cost: npt.ArrayLike, *, period_years: float = MONTH_YEARS
) -> Floats:
    """Years to the cost at the horizon's pace: cost / (sum(inflows) / (periods * period_years)).

    What a note says beside a payback that the horizon does not reach. Shapes, units and faults as
    in `payback`; nan where the inflows do not add up to more than 0.

    >>> print(f"{payback_pace([0.1] * 12, 2.4):.3f}")
    2.000
    """
    flows, price = _aligned(inflows, cost, period_years)
    yearly = flows.sum(axis=-1) / max(flows.shape[-1] * period_years, period_years)
    return np.where(price <= 0.0, 0.0, quotient(price, yearly, yearly > 0.0))[()]


def _aligned(
    inflows: npt.ArrayLike, cost: npt.ArrayLike, period_years: float
) -> tuple[Floats, Floats]:
    """Inflows and cost with the same paths."""
    if not 0.0 < period_years < np.inf:
        raise ValueError("a period must be longer than 0 years")
    flows, price = finite(inflows, "inflows"), finite(cost, "cost")
    paths = np.broadcast_shapes(flows.shape[:-1], price.shape)
    return np.broadcast_to(flows, (*paths, flows.shape[-1])), np.broadcast_to(price, paths)
