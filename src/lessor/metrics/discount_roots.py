"""Every discount exponent at which a sum of dated flows is worth nothing.

Written with x = ln(1 + rate), a dated flow sum is f(x) = sum(flow * exp(-x * time)), for equal
periods and for dates alike. The rate runs over (-1, inf) as x runs over all numbers.

One sign change. Split the flows by sign into the `early` and the `late` side. The curve
F(x) = ln(late(x)) - ln(early(x)) falls all the way, with a slope between the shortest and the
longest wait, so one value of F brackets the only root, and Newton on F is nearly straight.

More sign changes. For a time s inside a sign change, f(x) * exp(s * x) turns only where
sum((time - s) * flow * exp(-x * time)) is zero: again a dated flow sum, with one sign change less.
So the roots of that one separate the roots of f (Rolle), and theirs are separated in turn, down to
one sign change. No root is missed, nor one that only touches zero; nothing is random, no grid.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from lessor.metrics.arrays import Flags, Floats, Ints

DUST = 1e-14
"""Flows below this share of the path's largest are rounding residue and count as zero."""

TOUCH = 1e-14
"""|F| below which the two sides cannot be told apart: a root there only touches zero."""

STEP_LAST = 1e-10
"""A Newton step this small leaves an error of its square: below float64."""

ROUNDS_MAX = 200
CELLS_MAX = 1 << 18
"""Numbers held at once by one block of rows: what fits near the processor."""


class SignChanges(NamedTuple):
    """Where the flows of each path change sign, zeros left out; `row`, `middle`, `gap` one a change."""

    count: Ints
    time_first: Floats
    time_last: Floats
    row: Ints
    middle: Floats
    gap: Floats

    def only(self, paths: Ints) -> SignChanges:
        """The same for chosen paths, in that order."""
        starts = np.cumsum(self.count) - self.count
        count = self.count[paths]
        ends = np.cumsum(count)
        own = np.arange(int(count.sum())) - np.repeat(ends - count, count)
        chosen = np.repeat(starts[paths], count) + own
        return SignChanges(
            count=count,
            time_first=self.time_first[paths],
            time_last=self.time_last[paths],
            row=np.repeat(np.arange(paths.size), count),
            middle=self.middle[chosen],
            gap=self.gap[chosen],
        )


class Sides(NamedTuple):
    """Flows split by sign, both sides as positive amounts; rows x times."""

    early: Floats
    late: Floats
    time_first: Floats
    time_last: Floats

    def take(self, rows: Ints | Flags) -> Sides:
        """The same for chosen rows."""
        return Sides(
            self.early[rows], self.late[rows], self.time_first[rows], self.time_last[rows]
        )


class Bracket(NamedTuple):
    """Where a root is looked for: F has the sign `sign_low` at `low`, the other at `high`."""

    low: Floats
    high: Floats
    sign_low: Floats
    start: Floats


def without_dust(flows: Floats) -> Floats:
    """Scale each path by a power of two to a largest flow of about 1, and drop residue."""
    size = np.abs(flows)
    largest = size.max(axis=1, keepdims=True)
    scaled = flows * np.ldexp(1.0, -np.clip(np.frexp(largest)[1], -1000, 1000))
    dust = size <= DUST * largest
    if dust.any():
        scaled[dust] = 0.0
    return scaled


def sign_changes(flows: Floats, times: Floats) -> SignChanges:
    """Count the sign changes of each path and say where each stands.

    Shapes: flows rows x times; times ascending, one or more.
    """
    positive, standing = flows > 0.0, np.arange(times.size)
    first, last = np.zeros(flows.shape[0], dtype=np.int64), np.full(flows.shape[0], times.size - 1)
    latest = np.broadcast_to(standing, flows.shape)
    if not flows.all():
        flowing = flows != 0.0
        first = np.argmax(flowing, axis=1)
        latest = np.maximum.accumulate(np.where(flowing, standing, first[:, np.newaxis]), axis=1)
        positive, last = np.take_along_axis(positive, latest, axis=1), latest[:, -1]
    row, before = np.nonzero(positive[:, 1:] != positive[:, :-1])
    left, right = times[latest[row, before]], times[before + 1]
    return SignChanges(
        count=np.bincount(row, minlength=flows.shape[0]),
        time_first=times[first],
        time_last=times[last],
        row=row,
        middle=0.5 * (left + right),
        gap=right - left,
    )


def sides_of(flows: Floats, time_first: Floats, time_last: Floats) -> Sides:
    """Split flows into the negative (`early`) and the positive (`late`) side."""
    late = np.maximum(flows, 0.0)
    return Sides(late - flows, late, time_first, time_last)


def imbalance(sides: Sides, times: Floats, x: Floats) -> tuple[Floats, Floats]:
    """F(x) = ln(late) - ln(early), and how fast it falls: the late side's mean time less the early's.

    Discounting starts at the first flow for x >= 0 and at the last for x < 0: no term overflows.
    """
    anchor = np.where(x >= 0.0, sides.time_first, sides.time_last)
    discount = np.subtract(anchor[:, np.newaxis], times)
    discount *= x[:, np.newaxis]
    np.exp(discount, out=discount)
    early, late = np.vecdot(sides.early, discount), np.vecdot(sides.late, discount)
    discount *= times
    mean_wait = np.vecdot(sides.late, discount) / late - np.vecdot(sides.early, discount) / early
    return np.log(late) - np.log(early), mean_wait


def settle(sides: Sides, times: Floats, bracket: Bracket) -> Floats:
    """Newton on F inside a bracket, halving it where Newton leaves it or slows down.

    Shapes: one root a row. Rows that are done stand still, and drop out once they are half.
    """
    low, high, sign_low, x = bracket
    roots, row = x.copy(), np.arange(x.size)
    step_before, done = np.full(x.size, np.inf), np.zeros(x.size, dtype=bool)
    for _ in range(ROUNDS_MAX):
        value, slope = imbalance(sides, times, x)
        beyond = value * sign_low <= 0.0
        high, low = np.where(beyond, x, high), np.where(beyond, low, x)
        newton = x + value / slope
        step = np.abs(newton - x)
        straight = (newton >= low) & (newton <= high) & (step <= 0.75 * step_before)
        x = np.where(done, x, np.where(straight, newton, 0.5 * (low + high)))
        done |= straight & (step <= STEP_LAST)
        done |= high - low <= 4e-16 * (1.0 + np.abs(x))
        remaining = np.count_nonzero(~done)
        if 2 * remaining <= x.size:
            roots[row] = x
            if not remaining:
                break
            keep = ~done
            sides, row, x, step, done = sides.take(keep), row[keep], x[keep], step[keep], done[keep]
            low, high, sign_low = low[keep], high[keep], sign_low[keep]
        step_before = step
    return roots


def single_root(flows: Floats, times: Floats, changes: SignChanges) -> Floats:
    """The one root of each path that changes sign once.

    From x = 0 the root lies between |F(0)| / longest wait and |F(0)| / gap away, on the side that
    the sign of F(0) says; the start goes by slope and curvature of F there.
    """
    sides = sides_of(flows, changes.time_first, changes.time_last)
    moments = np.stack([np.ones_like(times), times, times * times], axis=1)
    early, early_mean, early_square = (sides.early @ moments).T
    late, late_mean, late_square = (sides.late @ moments).T
    early_mean, late_mean = early_mean / early, late_mean / late
    sign_low = np.sign(late_mean - early_mean)
    value, slope = (np.log(late) - np.log(early)) * sign_low, np.abs(late_mean - early_mean)
    spread = (late_square / late - late_mean**2 - early_square / early + early_mean**2) * sign_low
    bend = np.maximum(slope**2 - 2.0 * spread * value, 0.25 * slope**2)
    start = 2.0 * value / (slope + np.sqrt(bend))
    near, far = value / (changes.time_last - changes.time_first), value / changes.gap
    low, high = np.minimum(near, far), np.maximum(near, far)
    margin = 1e-12 * (1.0 + high - low)
    bracket = Bracket(low - margin, high + margin, sign_low, np.clip(start, low, high))
    return settle(sides, times, bracket)
