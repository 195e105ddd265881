"""Every root of paths whose flows change sign more than once: each level separates the next.

Why it is complete stands in `discount_roots`. Level k of a path is its flows times
(time - middle of the sign change) for each of its sign changes after the k-th, so it changes sign
k times. Level 1 has one root; the last level is the flows themselves.

Most paths of a fleet are spared the levels. Roll the flows up at a root: if the balance owed never
changes side before the last flow, there is no other root (summation by parts, for any dates).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from lessor.metrics.arrays import Floats, Ints
from lessor.metrics.discount_roots import (
    Bracket,
    Sides,
    SignChanges,
    discounting,
    guess,
    halfway,
    imbalance,
    reach,
    settle,
    sides_of,
    sign_changes,
    single_root,
    without_dust,
)

TOUCH = 1e-14
"""|F|, against 1 + |x| * span, below which the sides are as good as equal: a root touches zero."""

BLOCK_CELLS = 1 << 15
"""Numbers in one block of rows: it stays near the processor."""

LEVEL_CELLS = 1 << 22
"""Numbers in all levels of a block: bounds its memory."""


class Points(NamedTuple):
    """Values of x by path, ascending within a path."""

    row: Ints
    x: Floats

    @classmethod
    def gathered(cls, parts: Sequence[tuple[Ints, Floats]]) -> Points:
        """Put loose points in order."""
        row, x = (np.concatenate(values) for values in zip(*parts, strict=True))
        order = np.argsort(row, kind="stable")
        if (row[order[1:]] == row[order[:-1]]).any():
            order = np.lexsort((x, row))
        return cls(row[order], x[order])


NO_POINTS = Points(np.empty(0, dtype=np.int64), np.empty(0))


def path_roots(paths: Floats, times: Floats) -> tuple[Ints, Points]:
    """How often each path changes sign, and all its roots; one that only touches zero stands once.

    Shapes: paths x times; times ascending, two or more.
    """
    number, parts = np.zeros(paths.shape[0], dtype=np.int64), [NO_POINTS]
    rest = np.ones(number.size, dtype=bool)
    size = max(1, BLOCK_CELLS // times.size)
    for start in range(0, number.size, size):
        block = without_dust(paths[start : start + size])
        changes = sign_changes(block, times)
        number[start : start + size] = changes.number
        for roots in (_single_roots(block, times, changes), _lone_roots(block, times, changes)):
            parts.append(Points(start + roots.row, roots.x))
            rest[start + roots.row] = False
    # Paths of like depth together, as many as the memory of their levels allows.
    by_depth = np.argsort(number, kind="stable")
    left = by_depth[rest[by_depth] & (number[by_depth] > 0)]
    while left.size:
        level_cells = times.size * int(number[left[-1]])
        size = max(1, min(BLOCK_CELLS // times.size, LEVEL_CELLS // level_cells))
        rows, left = left[:size], left[size:]
        block = without_dust(paths[rows])
        roots = _separated_roots(block, times, sign_changes(block, times))
        parts.append(Points(rows[roots.row], roots.x))
    return number, Points.gathered(parts)


def _single_roots(flows: Floats, times: Floats, changes: SignChanges) -> Points:
    """The root of each path that changes sign once."""
    once = np.flatnonzero(changes.number == 1)
    if not once.size:
        return NO_POINTS
    return Points(once, single_root(flows[once], times, changes.only(once)))


def _lone_roots(flows: Floats, times: Floats, changes: SignChanges) -> Points:
    """The root of each path, with odd changes, whose balance shows that it has no other."""
    odd = np.flatnonzero((changes.number % 2 == 1) & (changes.number > 1))
    if not odd.size:
        return NO_POINTS
    flows, changes = flows[odd], changes.only(odd)
    sides = sides_of(flows, changes.time_first, changes.time_last)
    far = np.full(odd.size, reach(times))
    start = np.nan_to_num(np.minimum(np.maximum(guess(sides, times)[1], -far), far))
    x = settle(sides, times, Bracket(-far, far, changes.sign_last, start))
    balance = np.cumsum(flows * discounting(sides, times, x), axis=1)
    balance *= changes.sign_last[:, np.newaxis]
    alone = ((balance <= 0.0) | (times >= changes.time_last[:, np.newaxis])).all(axis=1)
    return Points(odd[alone], x[alone])


def _separated_roots(flows: Floats, times: Floats, changes: SignChanges) -> Points:
    """All roots of a block of paths, level by level."""
    far, parts = reach(times), [NO_POINTS]
    separators = NO_POINTS
    for depth, level in enumerate(_levels(flows, times, changes), start=1):
        alive = np.flatnonzero(changes.number >= depth)
        ends = [(alive, np.full(alive.size, end)) for end in (-far, far)]
        points = Points.gathered([separators, *ends])
        separators = _roots_between(level, times, changes, points, depth)
        ended = changes.number[separators.row] == depth
        parts.append(Points(separators.row[ended], separators.x[ended]))
        separators = Points(separators.row[~ended], separators.x[~ended])
    return Points.gathered(parts)


def _levels(flows: Floats, times: Floats, changes: SignChanges) -> list[Floats]:
    """Level 1 to the deepest; a path shallower than a level has its own flows there."""
    starts = np.cumsum(changes.number) - changes.number
    levels = [flows]
    for depth in range(int(changes.number.max()) - 1, 0, -1):
        deeper = np.flatnonzero(changes.number > depth)
        middle = changes.middle[starts[deeper] + depth]
        weighted = levels[-1][deeper] * (times - middle[:, np.newaxis])
        level = levels[-1].copy()
        level[deeper] = weighted / np.abs(weighted).max(axis=1, keepdims=True)
        levels.append(level)
    return levels[::-1]


def _roots_between(
    level: Floats, times: Floats, changes: SignChanges, points: Points, depth: int
) -> Points:
    """Roots of one level: it crosses zero at most once between neighbouring points of a path.

    The outermost points stand for -inf and inf, where the last and the first flow decide.
    """
    row, x = points
    same = row[1:] == row[:-1]
    lowest, highest = np.append(True, ~same), np.append(~same, True)
    sign = np.where(lowest, changes.sign_last[row], changes.sign_last[row] * (-1.0) ** depth)
    inner = np.flatnonzero(~lowest & ~highest)
    if inner.size:
        value, _ = imbalance(_sides(level, changes, row[inner]), times, x[inner])
        span = changes.time_last[row[inner]] - changes.time_first[row[inner]]
        equal = np.abs(value) <= TOUCH * (1.0 + np.abs(x[inner]) * span)
        sign[inner] = np.where(equal, 0.0, np.sign(value))
    left = np.flatnonzero(same & (sign[1:] * sign[:-1] < 0.0))
    sides, low, high = _sides(level, changes, row[left]), x[left], x[left + 1]
    start = guess(sides, times)[1]
    middle = halfway(low, high, sides.time_last - sides.time_first)
    start = np.where((low < start) & (start < high), start, middle)
    crossing = settle(sides, times, Bracket(low, high, sign[left], start))
    # Neighbours that both touch are one root, as near as can be told.
    touch = (sign == 0.0) & np.append(True, sign[:-1] != 0.0)
    return Points.gathered([(row[left], crossing), (row[touch], x[touch])])


def _sides(level: Floats, changes: SignChanges, rows: Ints) -> Sides:
    return sides_of(level[rows], changes.time_first[rows], changes.time_last[rows])
