"""Where a figure crosses a level, on the admissible values of a term, in few evaluations.

The figure may be without rank on part of the way, may jump, and need not be monotone. Points are
tried outwards from the start, so that the crossing nearest to it is taken; only where none shows
are the edges of what is admissible bisected, and then the lowest point between those tried.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise, zip_longest
from typing import NamedTuple

FACTORS = (0.0, 0.1, 0.25, 0.5, 0.75, 0.9, 1.1, 1.25, 2.0, 4.0, 10.0, 100.0, 1e4, 1e6)
STEPS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 4.0, 10.0, 100.0, 1e4, 1e6)
SHARES = (0.0, 0.1, 0.25, 0.5, 0.75, 0.9, 1.0)
WHOLES = (0.0, 1.0, 3.0, 6.0, 12.0, 24.0, 60.0, 120.0, 240.0)
WHOLE_FACTORS_MAX = 4.0

EDGE = 1e-6
"""How near, relative to it, the edge of what is admissible is found."""

EXACT = 4e-16
GAP_CLOSED = 1e-13
EVALUATIONS_MAX = 200
EDGES_MAX = 3
EDGE_FLOOR = 1e-3
JUMP = 10
DIP_STEPS_MAX = 45
GOLDEN = (3 - math.sqrt(5)) / 2


@dataclass
class Level:
    """The gap of a figure to its target at each point tried.

    `gap`: None where the point is not admissible or the figure has no rank. `meets`: whether a
    point tried is an answer. `stands_in`: which of two neighbouring whole numbers is the answer
    where the target lies between them. `closed`: a gap too small to be refined any further.
    """

    gap: Callable[[float], float | None]
    meets: Callable[[float], bool]
    stands_in: Callable[[float, float], float | None] = lambda a, b: None
    closed: float = GAP_CLOSED
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

    def distance(self, x: float) -> float:
        """How far the figure at a point tried is from its target, without sign."""
        return abs(self.tried[x])


class Domain(NamedTuple):
    """Where to search.

    `low`, `high`: bounds, inclusive (None: unbounded). `scale`: the step for a start of 0.
    `whole`: whole numbers only.
    """

    start: float
    low: float | None
    high: float | None
    scale: float
    whole: bool = False


class Crossing(NamedTuple):
    """A point that meets the target, and the pairs of points between which it is met again."""

    at: float
    others: tuple[tuple[float, float], ...]


def crossing(level: Level, domain: Domain) -> Crossing | None:
    """The point nearest to the start at which the figure meets its target; None: none is found."""
    hunt = _Hunt(level, domain)
    for ring in _rings(domain):
        for x in ring:
            level.at(x)
        if (found := hunt.nearest()) is not None:
            return hunt.told(found)
    for _ in _edges_bisected(level, domain):
        if (found := hunt.nearest()) is not None:
            return hunt.told(found)
    _descend(level, domain)
    found = hunt.nearest()
    if found is None:
        met = [x for x in level.tried if level.meets(x)]
        found = min(met, key=lambda x: abs(x - domain.start), default=hunt.last_resort())
    return None if found is None else hunt.told(found)


def _rings(domain: Domain) -> Iterator[list[float]]:
    """The points to try, outwards from the start: one below and one above at a time."""
    start, low, high = domain.start, domain.low, domain.high
    points = set(_probes(domain)) | {bound for bound in (low, high) if bound is not None}
    inside = {x for x in points if (low is None or x >= low) and (high is None or x <= high)}
    below = sorted((x for x in inside if x < start), reverse=True)
    above = sorted(x for x in inside if x > start)
    yield [start]
    for pair in zip_longest(below, above):
        yield [x for x in pair if x is not None]


def _probes(domain: Domain) -> Iterator[float]:
    start, low, high, scale, whole = domain
    if whole:
        yield from WHOLES
        yield from (float(round(start * k)) for k in FACTORS if k <= WHOLE_FACTORS_MAX)
        return
    if low is not None and high is not None:
        yield from (low + share * (high - low) for share in SHARES)
    if start == 0.0:
        yield from (scale * step for step in STEPS)
    else:
        yield from (start * factor for factor in FACTORS)
    if low is None:
        yield from (start - scale * step for step in STEPS)


class _Hunt:
    """Refines the pairs of points between which the gap changes its sign, the nearest first."""

    def __init__(self, level: Level, domain: Domain) -> None:
        self.level, self.start, self.whole = level, domain.start, domain.whole
        self.jumps: set[tuple[float, float]] = set()

    def nearest(self) -> float | None:
        """The crossing nearest to the start, as far as the points tried show one."""
        best: float | None = None
        done: set[tuple[float, float]] = set()
        # Refining one may bring others to light, so they are listed anew each time.
        while (bracket := self._next(best, done)) is not None:
            a, b = bracket
            pair = self._plateau(a) if a == b else _refined(self.level, a, b, whole=self.whole)
            done |= {pair, bracket}
            found = self._chosen(pair)
            if found is None:
                self.jumps |= {pair, bracket}
            elif best is None or abs(found - self.start) < abs(best - self.start):
                best = found
        return best

    def _next(
        self, best: float | None, done: set[tuple[float, float]]
    ) -> tuple[float, float] | None:
        """The nearest bracket not yet refined that may hold a crossing nearer than the best."""
        for a, b in self._brackets():
            if best is not None and self._away(a, b) >= abs(best - self.start):
                return None
            if (a, b) not in done and (best is None or not a <= best <= b):
                return a, b
        return None

    def told(self, found: float) -> Crossing:
        """The crossing beside the others that the points tried show."""
        others = [
            (a, b)
            for a, b in self._brackets()
            if not a <= found <= b
            and a < b
            and all(math.isfinite(self.level.tried[x]) for x in (a, b))
        ]
        return Crossing(found, tuple(others))

    def _away(self, a: float, b: float) -> float:
        return 0.0 if a <= self.start <= b else min(abs(a - self.start), abs(b - self.start))

    def _brackets(self) -> list[tuple[float, float]]:
        """Neighbours on both sides of the target, and points (as pairs) that are just on it."""
        level = self.level
        points = sorted({*level.tried, *level.refused})
        pairs = [(x, x) for x in points if level.tried.get(x) == 0.0]
        pairs += [
            (a, b)
            for a, b in pairwise(points)
            if level.tried.get(a, 0.0) * level.tried.get(b, 0.0) < 0
        ]
        open_pairs = [pair for pair in pairs if pair not in self.jumps]
        return sorted(open_pairs, key=lambda pair: self._away(*pair))

    def _plateau(self, x: float) -> tuple[float, float]:
        """The end towards the start of a stretch on which the figure is just at its target."""
        level = self.level
        between = [p for p in level.tried if (x < p <= self.start) or (self.start <= p < x)]
        off = min(between, key=lambda p: abs(p - x), default=x)
        on, step = x, 1e-3
        while off != on:
            middle = _between(on, off, step, whole=self.whole)
            if middle is None or abs(off - on) <= EXACT * abs(on):
                break
            if level.at(middle) == 0.0:
                on, step = middle, 0.5
            elif step == 0.5:
                off = middle
            else:
                break
        return on, on

    def _chosen(self, pair: tuple[float, float]) -> float | None:
        met = [x for x in dict.fromkeys(pair) if self.level.meets(x)]
        if met:
            return min(met, key=self.level.distance)
        if not self.whole or pair[1] - pair[0] != 1 or self._is_jump(*pair):
            return None
        return self.level.stands_in(*pair)

    def _is_jump(self, a: float, b: float) -> bool:
        """Whether the figure moves far more from one whole number to the next than around them."""
        level = self.level
        here = level.tried[b] - level.tried[a]
        before, after = level.at(a - 1), level.at(b + 1)
        steps = [level.tried[a] - before] if before is not None else []
        steps += [after - level.tried[b]] if after is not None else []
        around = [abs(step) for step in steps if math.isfinite(step)]
        return math.isinf(here) or (bool(around) and abs(here) > JUMP * max(around))

    def last_resort(self) -> float | None:
        """The whole number at the nearest jump past the target, where nothing else was found."""
        jumps = sorted((a, b) for a, b in self.jumps if self.whole and b - a == 1)
        for pair in sorted(jumps, key=lambda pair: self._away(*pair)):
            if (found := self.level.stands_in(*pair)) is not None:
                return found
        return None


def _between(a: float, b: float, share: float, *, whole: bool) -> float | None:
    """A point between two, the share of the way from the first; None where there is none."""
    x = a + share * (b - a)
    if whole:
        x = float(math.floor(x) if b > a else math.ceil(x))
        x = x if x != a or abs(b - a) <= 1 else a + math.copysign(1.0, b - a)
    return None if x in (a, b) else x


def _refined(level: Level, a: float, b: float, *, whole: bool) -> tuple[float, float]:
    """The ends of the crossing inside a bracket by Chandrupatla's method (whole: by halving).

    Source: T. R. Chandrupatla, Advances in Engineering Software 28 (1997) 145-149.
    """
    fa, fb = level.tried[a], level.tried[b]
    t = 0.5
    for _ in range(EVALUATIONS_MAX):
        x = _between(a, b, t, whole=whole)
        fx = None if x is None else level.at(x)
        if x is None or fx is None:
            break
        if fx == 0.0:
            return x, x
        if (fx > 0) == (fa > 0):
            c, fc = a, fa
        else:
            b, c, fb, fc = a, b, fa, fb
        a, fa = x, fx
        best, gap = (a, fa) if abs(fa) < abs(fb) else (b, fb)
        share = EXACT * abs(best) / abs(b - a) + 1e-300
        if not whole and (share > 0.5 or abs(gap) <= level.closed):
            break
        t = 0.5 if whole else min(max(_step(a, b, c, fa, fb, fc), share), 1 - share)
    return min(a, b), max(a, b)


def _step(a: float, b: float, c: float, fa: float, fb: float, fc: float) -> float:
    if math.isinf(fa) or math.isinf(fb) or math.isinf(fc) or fc in (fa, fb):
        return 0.5
    xi, phi = (a - b) / (c - b), (fa - fb) / (fc - fb)
    if not (phi * phi < xi and (1 - phi) ** 2 < 1 - xi):
        return 0.5
    return fa / (fb - fa) * fc / (fb - fc) + (c - a) / (b - a) * fa / (fc - fa) * fb / (fc - fb)


def _edges_bisected(level: Level, domain: Domain) -> Iterator[None]:
    """Find where what is admissible ends, the most promising first; the best of them exactly."""
    points = sorted({*level.tried, *level.refused})
    pairs = [
        (a, b) if a in level.tried else (b, a)
        for a, b in pairwise(points)
        if (a in level.tried) != (b in level.tried)
    ]
    pairs.sort(key=lambda pair: level.distance(pair[0]))
    best, least = None, min(map(level.distance, level.tried), default=0.0)
    for pair in pairs[:EDGES_MAX]:
        edge = _edge(level, domain, pair, EDGE)
        if level.distance(edge[0]) < least:
            best, least = edge, level.distance(edge[0])
        yield
    if best is not None:
        _edge(level, domain, best, EXACT)
        yield


def _edge(
    level: Level, domain: Domain, pair: tuple[float, float], tolerance: float
) -> tuple[float, float]:
    """The last point known and the first refused between two such points."""
    known, refused = pair
    for _ in range(EVALUATIONS_MAX):
        x = _between(known, refused, 0.5, whole=domain.whole)
        size = max(abs(known), abs(refused), EDGE_FLOOR * domain.scale)
        if x is None or abs(refused - known) <= tolerance * size:
            break
        known, refused = (known, x) if level.at(x) is None else (x, refused)
    return known, refused


def _descend(level: Level, domain: Domain) -> None:
    """Follow the lowest point between those tried down, until the gap changes its sign.

    By golden section: the figure turns there, so no pair of the points tried tells of a crossing.
    """
    points = sorted({*level.tried, *level.refused})
    turns = [
        (a, x, b)
        for a, x, b in zip(points, points[1:], points[2:], strict=False)
        if all(p in level.tried for p in (a, x, b))
        and level.tried[a] * level.tried[b] > 0
        and level.distance(a) > level.distance(x) <= level.distance(b)
    ]
    if not turns:
        return
    a, x, b = min(turns, key=lambda turn: level.distance(turn[1]))
    for _ in range(DIP_STEPS_MAX):
        wider = b if b - x > x - a else a
        probe = _between(x, wider, GOLDEN, whole=domain.whole)
        gap = None if probe is None else level.at(probe)
        if probe is None or gap is None or gap * level.tried[x] <= 0:
            return
        if abs(gap) < level.distance(x):
            a, b = (x, b) if probe > x else (a, x)
            x = probe
        else:
            a, b = (a, probe) if probe > x else (probe, b)
