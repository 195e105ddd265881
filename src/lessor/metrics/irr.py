"""Internal rates of return of whole matrices of flows, with none and several told apart."""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from lessor.metrics.arrays import Floats, Ints, finite, paths_of
from lessor.metrics.discount_roots import sign_changes, single_root, without_dust
from lessor.metrics.separated_roots import BLOCK_CELLS, Points, separated_roots

DAYS_PER_YEAR = 365.0


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
    columns = paths_of(flows, "flows")
    times = np.arange(columns.shape[1], dtype=np.float64)
    result = _rates(columns, times, near, periods_per_year)
    return _for_single(result) if np.ndim(flows) == 1 else result


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
    columns, dates = paths_of(flows, "flows"), finite(days, "days")
    if dates.shape != columns.shape[1:]:
        raise ValueError(f"{columns.shape[1]} flows a path need as many days, not {dates.shape}")
    distinct, place = np.unique(dates, return_inverse=True)
    if distinct.size != dates.size or not np.array_equal(distinct, dates):
        order = np.argsort(place, kind="stable")
        starts = np.searchsorted(place[order], np.arange(distinct.size))
        columns = np.add.reduceat(columns[:, order], starts, axis=1)
    times = (distinct - distinct[:1]) / DAYS_PER_YEAR
    result = _rates(columns, times, near, 1.0)
    return _for_single(result) if np.ndim(flows) == 1 else result


def _for_single(result: IrrResult) -> IrrResult:
    return IrrResult(result.rate[0], result.status[0], result.sign_changes[0], result.roots)


def _rates(flows: Floats, times: Floats, near: float, periods_per_year: float) -> IrrResult:
    """Solve block by block, so that a block stays near the processor."""
    count = flows.shape[0]
    result = IrrResult(
        rate=np.full(count, np.nan),
        status=np.full(count, IrrStatus.NONE, dtype=np.int8),
        sign_changes=np.zeros(count, dtype=np.int64),
        roots={},
    )
    if times.size < 2:
        return result
    size = max(1, BLOCK_CELLS // times.size)
    with np.errstate(all="ignore"):  # a side of zero or a trial point far out: the bracket decides
        for start in range(0, count, size):
            block = without_dust(flows[start : start + size])
            changes = sign_changes(block, times)
            result.sign_changes[start : start + size] = changes.count
            once = np.flatnonzero(changes.count == 1)
            if once.size:
                x = single_root(block[once], times, changes.only(once))
                _record(result, Points(start + once, x), near, periods_per_year)
            often = np.flatnonzero(changes.count > 1)
            if often.size:
                found = separated_roots(block[often], times, changes.only(often))
                points = Points(start + often[found.row], found.x)
                _record(result, points, near, periods_per_year)
    return result


def _record(result: IrrResult, found: Points, near: float, periods_per_year: float) -> None:
    """Turn roots into rates, leave out what float64 cannot hold, and pick among several."""
    rate = np.expm1(found.x)
    held = (rate > -1.0) & (rate < np.inf)
    row, rate = found.row[held], rate[held]
    paths, starts, count = np.unique(row, return_index=True, return_counts=True)
    result.status[paths] = np.where(count > 1, IrrStatus.SEVERAL, IrrStatus.FOUND)
    result.rate[paths] = rate[starts]
    if not (count > 1).any():
        return
    distance = np.abs(np.expm1(found.x[held] * periods_per_year) - near)
    order = np.lexsort((distance, row))
    result.rate[paths] = rate[order][starts]
    several, rates = count > 1, rate.tolist()
    for path, start, size in zip(paths[several].tolist(), starts[several].tolist(), count[several].tolist(), strict=True):
        result.roots[path] = tuple(rates[start : start + size])
