"""Internal rates of return of whole matrices of flows, with none and several told apart."""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from lessor.metrics.arrays import DAYS_PER_YEAR, Floats, Ints, finite
from lessor.metrics.separated_roots import NO_POINTS, path_roots


class IrrStatus(IntEnum):
    """Whether a path has one rate, none, or several."""

    FOUND = 0
    NONE = 1
    SEVERAL = 2


class IrrResult(NamedTuple):
    """Rates of return, one a path (a single number for a single path).

    `rate` is nan where `status` is NONE, and the rate nearest to what was asked for where it is
    SEVERAL; `roots` then holds, by path number, all of that path's rates, ascending.
    """

    rate: Floats
    status: npt.NDArray[np.int8]
    sign_changes: Ints
    roots: dict[int, tuple[float, ...]]


def irr(flows: npt.ArrayLike, *, near: float = 0.10, periods_per_year: float = 1.0) -> IrrResult:
    """Internal rate of return per period: the rate > -1 at which the flows are worth nothing.

    sum(flows[k] / (1 + rate) ** k) == 0, the first flow at time 0.

    Shapes: flows paths x periods, or one path. Every rate in (-1, inf) is found, also one where
    the value only touches zero. Where a path has several, the one whose annual effective rate,
    (1 + rate) ** periods_per_year - 1, is nearest to `near` is reported and `roots` has the rest.
    Flows below 1e-14 of a path's largest are rounding residue and count as zero. A rate that
    float64 cannot tell from -1, or cannot hold, is none.

    Raises ValueError where a flow is not finite.

    >>> result = irr([-100.0, 60.0, 60.0])
    >>> print(f"{result.rate:.6f}", IrrStatus(result.status).name, result.sign_changes)
    0.130662 FOUND 1
    """
    amounts = finite(flows, "flows")
    times = np.arange(amounts.shape[-1], dtype=np.float64)
    return _rates(amounts, times, near, periods_per_year)


def xirr(flows: npt.ArrayLike, days: npt.ArrayLike, *, near: float = 0.10) -> IrrResult:
    """Annual effective rate of return of dated flows, actual/365.

    sum(flows[k] / (1 + rate) ** ((days[k] - days[0]) / 365)) == 0. The anchor does not move the
    rate, so days may be negative or in any order; flows of one day are added up.

    Shapes: flows paths x dates, or one path; days one number a date, shared by all paths. Several
    rates, residue, and rates that float64 cannot hold: as in `irr`.

    Raises ValueError where a flow or a day is not finite, or there are not as many days as flows.

    >>> print(f"{xirr([-100.0, 110.0], [0, 365]).rate:.6f}")
    0.100000
    """
    amounts, dates = finite(flows, "flows"), finite(days, "days")
    if dates.shape != amounts.shape[-1:]:
        raise ValueError(f"{amounts.shape[-1]} flows a path need as many days, not {dates.shape}")
    if (dates[1:] <= dates[:-1]).any():
        order = np.argsort(dates, kind="stable")
        dates, starts = np.unique(dates[order], return_index=True)
        amounts = np.add.reduceat(amounts[..., order], starts, axis=-1)
    return _rates(amounts, (dates - dates[:1]) / DAYS_PER_YEAR, near, 1.0)


def _rates(flows: Floats, times: Floats, near: float, periods_per_year: float) -> IrrResult:
    """Turn roots into rates, leave out what float64 cannot hold, and pick among several."""
    if flows.ndim > 2:
        raise ValueError("flows must be one path or paths x periods")
    paths = np.atleast_2d(flows)
    changes, found = np.zeros(paths.shape[0], dtype=np.int64), NO_POINTS
    # A side may be worth nothing at a trial point far out; the bracket decides there.
    with np.errstate(all="ignore"):
        if times.size > 1:
            changes, found = path_roots(paths, times)
        rates = np.expm1(found.x)
        distance = np.abs(np.expm1(found.x * periods_per_year) - near)
    held = (rates > -1.0) & (rates < np.inf)
    row, rates = found.row[held], rates[held]
    path, start, count = np.unique(row, return_index=True, return_counts=True)
    rate, status = np.full(changes.size, np.nan), np.full(changes.size, int(IrrStatus.NONE), "i1")
    rate[path], status[path] = rates[start], int(IrrStatus.FOUND)
    roots, several = {}, count > 1
    if several.any():
        rate[path] = rates[np.lexsort((distance[held], row))][start]
        status[path[several]] = int(IrrStatus.SEVERAL)
        values, places = rates.tolist(), np.stack([path, start, start + count], axis=1)
        roots = {number: tuple(values[i:j]) for number, i, j in places[several].tolist()}
    if flows.ndim == 1:
        return IrrResult(rate[0], status[0], changes[0], roots)
    return IrrResult(rate, status, changes, roots)
