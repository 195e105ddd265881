"""Where a figure crosses a level, on an admissible interval, in as few evaluations as it takes.

The figure may be without value on part of the interval (a payback that never comes counts as plus
infinity) and need not be monotone; the crossing nearest to the start is taken.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise

EVALUATIONS_MAX = 200
EXPANSIONS = (0.5, 0.8, 0.9, 1.1, 1.25, 2.0, 4.0, 10.0, 100.0, 1000.0, 1e6)
SHARES = (0.0, 0.1, 0.25, 0.5, 0.75, 0.9, 1.0)
GAP_CLOSED = 1e-13


@dataclass
class Level:
    """The gap of a figure to its target at each point tried; None: the point is not admissible."""

    gap: Callable[[float], float | None]
    tried: dict[float, float] = field(default_factory=dict)
    refused: set[float] = field(default_factory=set)

    def at(self, x: float) -> float | None:
        """The gap at `x`, evaluated once."""
        if x in self.tried:
            return self.tried[x]
        if x in self.refused:
            return None
        found = self.gap(x)
        if found is None or math.isnan(found):
            self.refused.add(x)
            return None
        self.tried[x] = found
        return found


def crossing(
    level: Level, start: float, *, low: float | None, high: float | None, scale: float
) -> float | None:
    """The point at which the gap is zero, nearest to `start`; None where there is none.

    `low` and `high` bound the search (None: unbounded); `scale` is the step for a start of 0.
    """
    for x in _probes(start, low, high, scale):
        gap = level.at(x)
        if gap == 0.0:
            return x
        bracket = _bracket(level, start)
        if bracket is not None:
            return _refined(level, *bracket)
    return None


def _probes(start: float, low: float | None, high: float | None, scale: float) -> list[float]:
    points = [start]
    if low is not None and high is not None:
        points += [low + share * (high - low) for share in SHARES]
    elif start == 0.0:
        points += [scale * step for step in EXPANSIONS]
    else:
        points += [start * step for step in EXPANSIONS]
    points += [bound for bound in (low, high) if bound is not None]
    if low is None:
        points += [start - scale * step for step in EXPANSIONS]
    inside = [x for x in points if (low is None or x >= low) and (high is None or x <= high)]
    return list(dict.fromkeys(inside))


def _bracket(level: Level, start: float) -> tuple[float, float] | None:
    known = sorted(level.tried)
    pairs = [(a, b) for a, b in pairwise(known) if (level.tried[a] > 0) != (level.tried[b] > 0)]
    return min(
        pairs, key=lambda pair: min(abs(pair[0] - start), abs(pair[1] - start)), default=None
    )


def _refined(level: Level, a: float, b: float) -> float | None:
    """The crossing inside a bracket by Chandrupatla's method (inverse quadratic, else halving).

    Source: T. R. Chandrupatla, Advances in Engineering Software 28 (1997) 145-149.
    """
    fa, fb = level.tried[a], level.tried[b]
    c, fc, t = a, fa, 0.5
    for _ in range(EVALUATIONS_MAX):
        x = a + t * (b - a)
        fx = level.at(x)
        if fx is None:
            return None
        if (fx > 0) == (fa > 0):
            c, fc = a, fa
        else:
            b, c, fb, fc = a, b, fa, fb
        a, fa = x, fx
        best, gap = (a, fa) if abs(fa) < abs(fb) else (b, fb)
        share = 4e-16 * abs(best) / abs(b - c) + 1e-300
        if share > 0.5 or abs(gap) <= GAP_CLOSED:
            return best
        t = min(max(_step(a, b, c, fa, fb, fc), share), 1 - share)
    return best


def _step(a: float, b: float, c: float, fa: float, fb: float, fc: float) -> float:
    if math.isinf(fa) or math.isinf(fb) or math.isinf(fc) or fc in (fa, fb):
        return 0.5
    xi, phi = (a - b) / (c - b), (fa - fb) / (fc - fb)
    if not (phi * phi < xi and (1 - phi) ** 2 < 1 - xi):
        return 0.5
    return fa / (fb - fa) * fc / (fb - fc) + (c - a) / (b - a) * fa / (fc - fa) * fb / (fc - fb)
