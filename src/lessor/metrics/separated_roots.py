"""Every root of paths whose flows change sign more than once: each level separates the next.

Why it is complete stands in `discount_roots`. Level k of a path is its flows times
(time - middle of the sign change) for every sign change after the k-th, so it has k of them. Level
1 has one root; the last level is the flows themselves.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from lessor.metrics.arrays import Floats, Ints
from lessor.metrics.discount_roots import (
    CELLS_MAX,
    TOUCH,
    Bracket,
    SignChanges,
    imbalance,
    settle,
    sides_of,
)


class Points(NamedTuple):
    """Values of x by path, ascending within a path."""

    row: Ints
    x: Floats


def separated_roots(flows: Floats, times: Floats, changes: SignChanges) -> list[Floats]:
    """All roots of each path, ascending; one that only touches zero stands once.

    Shapes: flows rows x times, each row with a sign change.
    """
    found: list[Floats] = [np.empty(0)] * flows.shape[0]
    # Paths of like depth together, as many as the memory of their levels allows.
    order = np.argsort(changes.count, kind="stable")
    done = 0
    while done < order.size:
        room = CELLS_MAX // (times.size * int(changes.count[order[-1]]))
        rows = order[done : done + max(1, room)]
        roots = _block_roots(flows[rows], times, changes.only(rows))
        for place, row in enumerate(rows):
            found[row] = roots.x[roots.row == place]
        done += rows.size
    return found


def _block_roots(flows: Floats, times: Floats, changes: SignChanges) -> Points:
    low, high = _bounds(flows, times, changes)
    levels = _levels(flows, times, changes)
    final = Points(np.empty(0, dtype=np.int64), np.empty(0))
    separators = final
    for depth, level in enumerate(levels, start=1):
        alive = np.flatnonzero(changes.count >= depth)
        inside = separators.row
        row = np.concatenate([alive, inside, alive])
        x = np.concatenate([low[alive], separators.x, high[alive]])
        separators = _roots_between(level, times, changes, _ordered(row, x))
        ended = changes.count[separators.row] == depth
        final = Points(
            np.concatenate([final.row, separators.row[ended]]),
            np.concatenate([final.x, separators.x[ended]]),
        )
        separators = Points(separators.row[~ended], separators.x[~ended])
    return final


def _ordered(row: Ints, x: Floats) -> Points:
    order = np.lexsort((x, row))
    return Points(row[order], x[order])


def _levels(flows: Floats, times: Floats, changes: SignChanges) -> list[Floats]:
    """Level 1 to the deepest; a path shallower than a level has its own flows there."""
    deepest = int(changes.count.max())
    starts = np.cumsum(changes.count) - changes.count
    levels = [flows]
    for depth in range(deepest - 1, 0, -1):
        deeper = np.flatnonzero(changes.count > depth)
        middle = changes.middle[starts[deeper] + depth]
        level = levels[-1].copy()
        level[deeper] *= times - middle[:, np.newaxis]
        level[deeper] /= np.abs(level[deeper]).max(axis=1, keepdims=True)
        levels.append(level)
    return levels[::-1]


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


def _roots_between(level: Floats, times: Floats, changes: SignChanges, points: Points) -> Points:
    """Roots of one level: F runs one way between neighbouring points of a path."""
    first, last = changes.time_first[points.row], changes.time_last[points.row]
    sides = sides_of(level[points.row], first, last)
    value, _ = imbalance(sides, times, points.x)
    same = points.row[1:] == points.row[:-1]
    inside = np.zeros(points.x.size, dtype=bool)
    inside[1:-1] = same[1:] & same[:-1]
    touch = inside & (np.abs(value) <= TOUCH)
    sign = np.where(touch, 0.0, np.sign(value))
    left = np.flatnonzero(same & (sign[1:] * sign[:-1] < 0.0))
    crossing = settle(sides.take(left), times, _brackets(points.x, value, left))
    touch[1:] &= ~touch[:-1]
    return _ordered(
        np.concatenate([points.row[left], points.row[touch]]),
        np.concatenate([crossing, points.x[touch]]),
    )


def _brackets(x: Floats, value: Floats, left: Ints) -> Bracket:
    """Brackets from each left point to the next, started where the chord of F crosses zero."""
    low, high, at_low, at_high = x[left], x[left + 1], value[left], value[left + 1]
    chord = low + (high - low) * (at_low / (at_low - at_high))
    start = np.where((chord > low) & (chord < high), chord, 0.5 * (low + high))
    return Bracket(low, high, np.sign(at_low), start)
