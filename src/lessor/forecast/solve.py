"""Solves for a term: the admissible value at which a metric meets its target.

The search re-underwrites the deal at each value tried; bounds come from the field table, so an
answer outside what a term may be (a debt share of 112%) is never given.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import NamedTuple

from lessor.core.issue import Issue, Place, errors
from lessor.forecast.figures import Figure, figure_of
from lessor.forecast.horizon import plan_grid
from lessor.forecast.metric_table import METRIC
from lessor.forecast.plan import run_plan
from lessor.forecast.search import Level, crossing
from lessor.terms.fields import FieldRow, field_at, near_names
from lessor.terms.load import Loaded, build_deal
from lessor.terms.paths import is_numeric, text_of, value_at
from lessor.terms.scalars import Duration, parse_fraction
from lessor.terms.setting import with_set
from lessor.terms.source import Source, parse_dotted

WHOLE = frozenset({"length of time", "whole number", "maturity"})
"""Types of field that hold whole numbers (of months, days, anything)."""

MET = 1e-7
"""How near to its target, relative to it, a solved metric must come."""

_UNTIL = re.compile(r"^\s*([a-z0-9_]+)\s*=\s*(.+?)\s*$")


@dataclass(frozen=True)
class Target:
    """A metric and the value it is to meet."""

    metric: str
    value: float

    @property
    def text(self) -> str:
        """As it is written on the command line."""
        return f"{self.metric}={self.value:g}"


@dataclass(frozen=True)
class Solution:
    """The value found; or none, and the nearest admissible one with what it gives."""

    vary: str
    until: str
    value: float | None
    admissible: bool
    nearest: float | None
    note: str

    def as_json(self) -> dict[str, object]:
        """The fixed keys of `solve --json`."""
        return {
            "vary": self.vary,
            "until": self.until,
            "value": self.value,
            "admissible": self.admissible,
            "nearest": self.nearest,
            "note": self.note,
        }


def parse_until(text: str) -> tuple[Target | None, tuple[Issue, ...]]:
    """`METRIC=TARGET`, the target a number or a fraction like 10%."""
    place = Place(file="--until", field=text)
    found = _UNTIL.match(text)
    if found is None:
        return None, (
            Issue(
                "target-malformed",
                "this is no target",
                "write METRIC=VALUE, as dscr_min=1.2",
                place,
            ),
        )
    if found[1] not in METRIC:
        return None, (unknown_metric(found[1], place),)
    try:
        wanted = found[2].replace("_", "")
        value = parse_fraction(wanted) if wanted.endswith("%") else Decimal(wanted)
    except (ArithmeticError, ValueError):
        value = Decimal("NaN")
    if not value.is_finite():
        return None, (
            Issue(
                "target-malformed",
                f"'{found[2]}' is no number",
                "write a number, as 3 or 10%",
                place,
            ),
        )
    return Target(found[1], float(value)), ()


def unknown_metric(name: str, place: Place) -> Issue:
    """The Issue for a metric that does not exist."""
    near = near_names(name, tuple(METRIC), 3)
    hint = f"did you mean {', '.join(near)}?" if near else "see docs/metrics.md"
    return Issue("unknown-metric", f"there is no metric '{name}'", hint, place)


def solve(loaded: Loaded, vary: str, until: str) -> tuple[Solution | None, tuple[Issue, ...]]:
    """The value of the term at `vary` for which the metric meets its target."""
    target, faults = parse_until(until)
    row, more = varied_field(loaded.source, vary)
    if target is None or row is None:
        return None, (*faults, *more)
    return find(loaded.source, row, vary, target), ()


def varied_field(source: Source, vary: str) -> tuple[FieldRow | None, tuple[Issue, ...]]:
    """The field at a path, which must be a number of some kind."""
    path = parse_dotted(vary)
    row = field_at(path, source.tree)
    if row is None:
        _, faults = with_set(source, vary, "0")
        return None, faults or (_not_numeric(vary),)
    return (row, ()) if is_numeric(row) else (None, (_not_numeric(vary),))


def _not_numeric(vary: str) -> Issue:
    return Issue(
        "not-numeric",
        "this field is not a number",
        "vary a field that holds a number, a fraction or a length of time",
        Place(file="--vary", field=vary),
    )


def evaluate(source: Source, vary: str, row: FieldRow, x: float, metric: str) -> Figure | None:
    """The metric with the term at `x`; None where `x` is not admissible."""
    changed, faults = with_set(source, vary, text_of(row, x))
    if changed is None or faults:
        return None
    loaded, found = build_deal(changed)
    if loaded is None or errors(found):
        return None
    return figure_of(run_plan(loaded.deal), metric)


def find(source: Source, row: FieldRow, vary: str, target: Target) -> Solution:
    """Search the field's admissible values for the one that meets the target."""
    seen: dict[float, Figure] = {}

    def gap(x: float) -> float | None:
        figure = evaluate(source, vary, row, x, target.metric)
        if figure is None or figure.rank is None:
            return None
        seen[x] = figure
        return (figure.rank - target.value) / max(abs(target.value), 1e-9 if target.value else 1.0)

    start, scale = _start(source, vary, row)
    whole = row.type in WHOLE
    low = float(row.low) if row.low is not None else (0.0 if whole else None)
    high = float(row.high) if row.high is not None else None
    level = Level(gap)
    if whole:
        found = _whole_crossing(level, start, low or 0.0)
    else:
        found = crossing(level, start, low=low, high=high, scale=scale)
    return _solution(vary, target, found, _Tried(level, seen, whole, (low, high)))


def _start(source: Source, vary: str, row: FieldRow) -> tuple[float, float]:
    loaded, _ = build_deal(source)
    value = value_at(loaded, vary) if loaded is not None else None
    if isinstance(value, Duration):
        value = Decimal(value.months or value.days)
    start = float(value) if value is not None else 0.0
    if row.type == "maturity" and start == 0.0 and loaded is not None:
        # `lease_end`: as long as the plan runs.
        start = float(plan_grid(loaded.deal).months)
    if start != 0.0 or loaded is None:
        return start, abs(start)
    if row.type == "fraction":
        return start, 0.1
    return start, float(figure_of(run_plan(loaded.deal), "cost_total").value or 1.0)


def _whole_crossing(level: Level, start: float, low: float) -> float | None:
    """The whole number, nearest to the start, from which on the metric is past its target."""
    candidates = sorted(
        {max(low, float(round(start * k))) for k in (0, 0.25, 0.5, 1, 2, 4)} | {1.0}
    )
    known = [x for x in candidates if level.at(x) is not None]
    for a, b in pairwise(known):
        if (level.tried[a] > 0) == (level.tried[b] > 0):
            continue
        while b - a > 1:
            middle = float((a + b) // 2)
            gap = level.at(middle)
            if gap is None:
                return None
            a, b = (middle, b) if (gap > 0) == (level.tried[a] > 0) else (a, middle)
        return a if abs(level.tried[a]) <= abs(level.tried[b]) else b
    return None


class _Tried(NamedTuple):
    """What a search has seen: gaps and figures by value, and the bounds it kept to."""

    level: Level
    seen: dict[float, Figure]
    whole: bool
    bounds: tuple[float | None, float | None]


def _solution(vary: str, target: Target, found: float | None, tried: _Tried) -> Solution:
    level, seen, whole, bounds = tried
    if found is not None and seen[found].value is not None and abs(level.tried[found]) <= MET:
        return Solution(vary, target.text, found, True, None, seen[found].note)
    if found is not None and whole and seen[found].value is not None:
        note = f"{target.metric} is {seen[found].value:.6g} there; no whole number meets it exactly"
        return Solution(vary, target.text, found, True, None, note)
    nearest = _nearest(level, seen)
    if nearest is None:
        return Solution(vary, target.text, None, False, None, "no admissible value could be tried")
    figure = seen[nearest]
    reached = f"{figure.value:.6g}" if figure.value is not None else f"none ({figure.note})"
    at_bound = ", at the bound" if nearest in bounds else ""
    note = (
        f"no admissible value meets it; the nearest is {nearest:.10g}{at_bound}, "
        f"where {target.metric} is {reached}"
    )
    return Solution(vary, target.text, None, False, nearest, note)


def _nearest(level: Level, seen: dict[float, Figure]) -> float | None:
    """The point whose figure comes nearest: with a value if any has one, else by its order."""
    with_value: Sequence[float] = [x for x in level.tried if seen[x].value is not None]
    points = [x for x in with_value or level.tried if math.isfinite(level.tried[x])]
    points = points or list(level.tried)
    return min(points, key=lambda x: abs(level.tried[x]), default=None)
