"""Every root of paths whose flows change sign more than once: each level separates the next.

Why it is complete stands in `discount_roots`. Level k of a path is its flows times
(time - middle of the sign change) for each of its sign changes after the k-th, so it changes sign
k times. Level 1 has one root; the last level is the flows themselves.

Most paths of a fleet are spared the levels. Roll the flows up at a root: if the balance owed never
changes side before the last flow, there is no other root (summation by parts, for any dates).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from lessor.metrics.arrays import Flags, Floats, Ints
from lessor.metrics.discount_roots import (
    Bracket,
    SignChanges,
    discounting,
    halfway,
    imbalance,
    settle,
    sides_of,
)

TOUCH = 1e-14
"""|F|, against 1 + |x| * span, below which the sides cannot be told apart: the root touches zero."""

BLOCK_CELLS = 1 << 15
"""Numbers in one block of rows: it stays near the processor."""

LEVEL_CELLS = 1 << 22
"""Numbers in all levels of a block: bounds its memory."""


class Points(NamedTuple):
    """Values of x by path, ascending within a path."""

    row: Ints
    x: Floats

    @classmethod
    def ordered(cls, row: Ints, x: Floats) -> Points:
        """Put loose points in order."""
        order = np.lexsort((x, row))
        return cls(row[order], x[order])

    def join(self, row: Ints, x: Floats) -> Points:
        """These and more, in order."""
        return Points.ordered(np.concatenate([self.row, row]), np.concatenate([self.x, x]))


NO_POINTS = Points(np.empty(0, dtype=np.int64), np.empty(0))


def separated_roots(flows: Floats, times: Floats, changes: SignChanges) -> Points:
    """All roots of each path; one that only touches zero stands once.

    Shapes: flows rows x times, each row with a sign change.
    """
    x, alone = _lone_root(flows, times, changes)
    found = Points(np.flatnonzero(alone), x[alone])
    # Paths of like depth together, as many as the memory of their levels allows.
    rest = np.flatnonzero(~alone)
    rest = rest[np.argsort(changes.count[rest], kind="stable")]
    while rest.size:
        level_cells = times.size * int(changes.count[rest[-1]])
        size = max(1, min(BLOCK_CELLS // times.size, LEVEL_CELLS // level_cells))
        rows, rest = rest[:size], rest[size:]
        roots = _by_levels(flows[rows], times, changes.only(rows))
        found = found.join(rows[roots.row], roots.x)
    return found


def _lone_root(flows: Floats, times: Floats, changes: SignChanges) -> tuple[Floats, Flags]:
    """A root of each path with an odd number of sign changes, and whether it is surely the only."""
    alone = changes.count % 2 == 1
    x = np.zeros(alone.size)
    odd = np.flatnonzero(alone)
    if odd.size:
        flows, changes = flows[odd], changes.only(odd)
        low, high = _bounds(flows, times, changes)
        sides = sides_of(flows, changes.time_first, changes.time_last)
        sign_low = np.sign(imbalance(sides, times, low)[0])
        start = halfway(low, high, changes.time_last - changes.time_first)
        x[odd] = settle(sides, times, Bracket(low, high, sign_low, start))
        balance = np.cumsum(flows * discounting(sides, times, x[odd]), axis=1)
        before_last = times < changes.time_last[:, np.newaxis]
        alone[odd] = np.where(before_last, balance * sign_low[:, np.newaxis], 0.0).max(axis=1) <= 0.0
    return x, alone


def _bounds(flows: Floats, times: Floats, changes: SignChanges) -> tuple[Floats, Floats]:
    """Between which x all roots lie.

    Beyond the upper bound the first flow outweighs every flow of the other sign, each by their
    number; beyond the lower bound the last flow does.
    """
    low, high = np.empty(flows.shape[0]), np.empty(flows.shape[0])
    for side, time, bound in ((1.0, changes.time_first, high), (-1.0, changes.time_last, low)):
        column = np.searchsorted(times, time)
        own = np.take_along_axis(flows, column[:, np.newaxis], axis=1)
        other = flows * np.sign(own) < 0.0
        share = np.where(other, np.abs(flows / own), 1.0) * other.sum(axis=1, keepdims=True)
        wait = np.where(other, side * (times - time[:, np.newaxis]), 1.0)
        reach = np.where(other, np.log(share) / wait, -np.inf).max(axis=1)
        bound[:] = side * (reach + 1e-6 * (1.0 + np.abs(reach)))
    return low, high


def _by_levels(flows: Floats, times: Floats, changes: SignChanges) -> Points:
    """All roots of a block of paths, level by level."""
    low, high = _bounds(flows, times, changes)
    final = separators = NO_POINTS
    for depth, level in enumerate(_levels(flows, times, changes), start=1):
        alive = np.flatnonzero(changes.count >= depth)
        points = separators.join(np.tile(alive, 2), np.concatenate([low[alive], high[alive]]))
        separators = _roots_between(level, times, changes, points)
        ended = changes.count[separators.row] == depth
        final = final.join(separators.row[ended], separators.x[ended])
        separators = Points(separators.row[~ended], separators.x[~ended])
    return final


def _levels(flows: Floats, times: Floats, changes: SignChanges) -> list[Floats]:
    """Level 1 to the deepest; a path shallower than a level has its own flows there."""
    starts = np.cumsum(changes.count) - changes.count
    levels = [flows]
    for depth in range(int(changes.count.max()) - 1, 0, -1):
        deeper = np.flatnonzero(changes.count > depth)
        middle = changes.middle[starts[deeper] + depth]
        weighted = levels[-1][deeper] * (times - middle[:, np.newaxis])
        level = levels[-1].copy()
        level[deeper] = weighted / np.abs(weighted).max(axis=1, keepdims=True)
        levels.append(level)
    return levels[::-1]


def _roots_between(level: Floats, times: Floats, changes: SignChanges, points: Points) -> Points:
    """Roots of one level: it crosses zero at most once between neighbouring points of a path."""
    first, last = changes.time_first[points.row], changes.time_last[points.row]
    sides, span = sides_of(level[points.row], first, last), last - first
    value, _ = imbalance(sides, times, points.x)
    same = points.row[1:] == points.row[:-1]
    touch = np.abs(value) <= TOUCH * (1.0 + np.abs(points.x) * span)
    touch[1:-1] &= same[1:] & same[:-1]
    touch[[0, -1]] = False
    sign = np.where(touch, 0.0, np.sign(value))
    left = np.flatnonzero(same & (sign[1:] * sign[:-1] < 0.0))
    low, high = points.x[left], points.x[left + 1]
    bracket = Bracket(low, high, sign[left], halfway(low, high, span[left]))
    crossing = settle(sides.take(left), times, bracket)
    # Neighbours that both touch are one root, as near as can be told.
    touch[1:] &= ~touch[:-1]
    return Points(points.row[left], crossing).join(points.row[touch], points.x[touch])
