"""Every discount exponent at which a sum of dated flows is worth nothing.

Written with x = ln(1 + rate), a dated flow sum is f(x) = sum(flow * exp(-x * time)), for equal
periods and for dates alike. The rate runs over (-1, inf) as x runs over all numbers.

One sign change. Split the flows by sign into the `early` and the `late` side. The curve
F(x) = ln(late(x)) - ln(early(x)) runs one way, with a slope between the gap at the sign change and
the longest wait, so one value of F brackets the only root, and Newton on F is nearly straight.

More sign changes. For a time s inside a sign change, f(x) * exp(s * x) turns only where
sum((time - s) * flow * exp(-x * time)) is zero: again a dated flow sum, with one sign change less.
So the roots of that one separate the roots of f (Rolle's theorem), and theirs are separated in
turn, down to one sign change (`separated_roots`). No root is missed, nor one that only touches
zero; no grid, nothing random.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from lessor.metrics.arrays import Flags, Floats, Ints

DUST = 1e-14
"""Flows below this share of the path's largest are rounding residue and count as zero."""

STEP_ERROR = 8e-16
"""Eight times the error let stand: a Newton step leaves at most step**2 * span**2 / (8 * slope)."""

BRACKET_WIDTH = 4e-16
"""Width, against 1 + |x|, at which a bracket is its root."""

ROUNDS_MAX = 200


class SignChanges(NamedTuple):
    """Where each path changes sign, zeros left out.

    `number`, `sign_last`, `time_first`, `time_last` stand once a path; `row`, `middle`, `gap` once
    a change, by path and time: between which two flows it lies.
    """

    number: Ints
    sign_last: Floats
    time_first: Floats
    time_last: Floats
    row: Ints
    middle: Floats
    gap: Floats

    def only(self, paths: Ints) -> SignChanges:
        """The same for chosen paths, in that order."""
        if paths.size == self.number.size and (paths[1:] > paths[:-1]).all():
            return self
        starts, number = np.cumsum(self.number) - self.number, self.number[paths]
        own = np.arange(int(number.sum())) - np.repeat(np.cumsum(number) - number, number)
        chosen = np.repeat(starts[paths], number) + own
        return SignChanges(
            number=number,
            sign_last=self.sign_last[paths],
            time_first=self.time_first[paths],
            time_last=self.time_last[paths],
            row=np.repeat(np.arange(paths.size), number),
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
        return Sides(self.early[rows], self.late[rows], self.time_first[rows], self.time_last[rows])


class Bracket(NamedTuple):
    """Where a root is looked for: F has `sign_low` at `low` and the other sign at `high`."""

    low: Floats
    high: Floats
    sign_low: Floats
    start: Floats


def without_dust(flows: Floats) -> Floats:
    """Scale each path by a power of two to a largest flow of about 1, and drop residue."""
    size = np.abs(flows)
    largest = size.max(axis=1, keepdims=True)
    scaled: Floats = flows * np.ldexp(1.0, -np.clip(np.frexp(largest)[1], -1000, 1000))
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
        number=np.bincount(row, minlength=flows.shape[0]),
        sign_last=np.where(positive[:, -1], 1.0, -1.0),
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


def discounting(sides: Sides, times: Floats, x: Floats) -> Floats:
    """exp(-x * time), from the first flow for x >= 0, from the last for x < 0: none overflows."""
    anchor = np.where(x >= 0.0, sides.time_first, sides.time_last)
    discount: Floats = np.subtract(anchor[:, np.newaxis], times)
    discount *= x[:, np.newaxis]
    return np.exp(discount, out=discount)


def imbalance(sides: Sides, times: Floats, x: Floats) -> tuple[Floats, Floats]:
    """F(x) and how fast it falls: the mean time of the late side less that of the early side."""
    discount = discounting(sides, times, x)
    early, late = np.vecdot(sides.early, discount), np.vecdot(sides.late, discount)
    discount *= times
    slope = np.vecdot(sides.late, discount) / late - np.vecdot(sides.early, discount) / early
    return np.log(late) - np.log(early), slope


def halfway(low: Floats, high: Floats, span: Floats) -> Floats:
    """A point inside each bracket: half way on a scale that is fine near zero, where rates are."""
    middle = 0.5 * (np.arcsinh(low * span) + np.arcsinh(high * span))
    return np.clip(np.sinh(middle) / span, low, high)


def settle(sides: Sides, times: Floats, bracket: Bracket) -> Floats:
    """Newton on F inside a bracket, halving it where Newton leaves it or slows down.

    Shapes: one root a row. Rows that are done stand still, and drop out once they are half.
    """
    low, high, sign_low, x = bracket
    span = sides.time_last - sides.time_first
    roots, row = x.copy(), np.arange(x.size)
    step_before, done = np.full(x.size, np.inf), np.zeros(x.size, dtype=bool)
    for _ in range(ROUNDS_MAX):
        value, slope = imbalance(sides, times, x)
        beyond = value * sign_low <= 0.0
        high, low = np.where(beyond, x, high), np.where(beyond, low, x)
        newton = x + value / slope
        step = np.abs(newton - x)
        straight = (newton >= low) & (newton <= high) & (step <= 0.75 * step_before)
        following = newton
        if not straight.all():
            following = np.where(straight, newton, halfway(low, high, span))
        step_before, unit = np.abs(following - x), 1.0 + np.abs(x)
        x = np.where(done, x, following)
        done |= straight & ((step * span) ** 2 <= STEP_ERROR * unit * np.abs(slope))
        done |= high - low <= BRACKET_WIDTH * unit
        remaining = np.count_nonzero(~done)
        if 2 * remaining <= x.size:
            roots[row] = x
            if not remaining:
                break
            keep = ~done
            sides, row, x, done = sides.take(keep), row[keep], x[keep], done[keep]
            low, high, sign_low = low[keep], high[keep], sign_low[keep]
            step_before, span = step_before[keep], span[keep]
    roots[row] = x
    return roots


def reach(times: Floats) -> float:
    """How far from zero a root can lie: there the flow at one end outweighs all others together.

    They are less than `times.size` in number and than 1 / DUST times as large.
    """
    return float(np.log(times.size / DUST) / np.diff(times).min())


def guess(sides: Sides, times: Floats) -> tuple[Floats, Floats]:
    """F(0), and where F would be zero by its slope and curvature at x = 0."""
    moments = times[:, np.newaxis] ** np.arange(3)
    early, early_mean, early_square = (sides.early @ moments).T
    late, late_mean, late_square = (sides.late @ moments).T
    early_mean, late_mean = early_mean / early, late_mean / late
    value, slope = np.log(late) - np.log(early), late_mean - early_mean
    spread = late_square / late - late_mean**2 - early_square / early + early_mean**2
    bend = np.maximum(slope**2 - 2.0 * spread * value, 0.25 * slope**2)
    return value, 2.0 * value / (slope + np.copysign(np.sqrt(bend), slope))


def single_root(flows: Floats, times: Floats, changes: SignChanges) -> Floats:
    """The one root of each path that changes sign once.

    From x = 0 the root lies between |F(0)| / longest wait and |F(0)| / gap away, on the side that
    the sign of F(0) says.
    """
    sides = sides_of(flows, changes.time_first, changes.time_last)
    value, start = guess(sides, times)
    value *= changes.sign_last
    near, far = value / (changes.time_last - changes.time_first), value / changes.gap
    low, high = np.minimum(near, far), np.maximum(near, far)
    margin = 1e-12 * (1.0 + high - low)
    start = np.minimum(np.maximum(start, low), high)
    return settle(sides, times, Bracket(low - margin, high + margin, changes.sign_last, start))
