"""Solves for a term: the admissible value at which a metric meets its target.

The search re-underwrites the deal at each value tried; bounds come from the field table, so an
answer outside what a term may be (a debt share of 112%) is never given.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from decimal import Decimal

from lessor.core.issue import Issue, Place, errors
from lessor.forecast.choice import set_aside
from lessor.forecast.closing_tables import plan_of
from lessor.forecast.figures import Figure, figure_of
from lessor.forecast.horizon import plan_grid
from lessor.forecast.metric_table import METRIC
from lessor.forecast.search import EDGE, Crossing, Domain, Level, crossing
from lessor.terms.fields import FieldRow, field_at, near_names
from lessor.terms.load import Loaded, build_deal
from lessor.terms.paths import is_numeric, text_of, value_at
from lessor.terms.scalars import Duration, parse_fraction
from lessor.terms.setting import with_set
from lessor.terms.shapes import TIMES
from lessor.terms.source import Source, parse_dotted

WHOLE = TIMES | {"whole number"}
"""Types of field that hold whole numbers (of months, days, anything)."""

MET = 1e-7
"""How near to its target, relative to it, a solved metric must come."""

MONEY_FLOOR = 1e-6
"""Gaps of money are measured against the target, or this share of the cost where it is more."""

DAYS_A_MONTH = 30.4375

HIGHER = ("irr_", "xirr_", "npv_", "moic_", "dscr_", "llcr_", "cash_")
LOWER = ("payback_", "ltv_", "break_even_")
"""How the names of metrics begin of which more, or less, is better."""

_UNTIL = re.compile(r"^\s*([a-z0-9_]+)\s*(=|>=|<=)\s*(.+?)\s*$")


@dataclass(frozen=True)
class Target:
    """A metric and the value it is to meet, or not to fall below (`>=`) or exceed (`<=`)."""

    metric: str
    value: float
    sense: str = "="

    @property
    def text(self) -> str:
        """As it is written on the command line."""
        return f"{self.metric}{self.sense}{self.value:.15g}"


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
    """`METRIC=TARGET`, the target a number or a fraction like 10%; also with `>=` or `<=`."""
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
        wanted = found[3].replace("_", "")
        value = parse_fraction(wanted) if wanted.endswith("%") else Decimal(wanted)
    except (ArithmeticError, ValueError):
        value = Decimal("NaN")
    if not value.is_finite():
        return None, (
            Issue(
                "target-malformed",
                f"'{found[3]}' is no number",
                "write a number, as 3 or 10%",
                place,
            ),
        )
    return Target(found[1], float(value), found[2]), ()


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
    figure, _ = _evaluated(source, vary, row, x, metric)
    return figure


def _evaluated(
    source: Source, vary: str, row: FieldRow, x: float, metric: str
) -> tuple[Figure | None, tuple[Issue, ...]]:
    changed, faults = with_set(source, vary, text_of(row, x))
    if changed is None or faults:
        return None, faults
    loaded, found = build_deal(changed)
    if loaded is None:
        return None, errors(found)
    return figure_of(plan_of(loaded), metric), ()


def find(source: Source, row: FieldRow, vary: str, target: Target) -> Solution:
    """Search the field's admissible values for the one, nearest to its own, that meets the target.

    Where the deal says another field of a choice (a residual share for an amount), that is set
    aside and the note says so.
    """
    loaded, _ = build_deal(source)
    said = _said(loaded, vary)
    source, gave_way = (
        (source, "") if said is not None else set_aside(source, vary, text_of(row, row.low or 0))
    )
    trial = _Trial(source, vary, row, target, _unit(loaded, target))
    whole = row.type in WHOLE
    start, scale = _start(loaded, row, said)
    low = float(row.low) if row.low is not None else (0.0 if whole else None)
    high = float(row.high) if row.high is not None else None
    found = crossing(trial.level, Domain(start, low, high, scale, whole))
    value = found.at if found is not None else None
    nearest, told = (None, trial.met(found)) if found is not None else trial.unmet((low, high))
    note = "; ".join(text for text in (told, gave_way) if text)
    return Solution(vary, target.text, value, found is not None, nearest, note)


def _said(loaded: Loaded | None, vary: str) -> float | None:
    """What the deal says at the path, times in months; None where it says nothing."""
    value = value_at(loaded, vary) if loaded is not None else None
    if isinstance(value, Duration):
        return float(value.months or round(value.days / DAYS_A_MONTH))
    return None if value is None else float(value)


def _start(loaded: Loaded | None, row: FieldRow, said: float | None) -> tuple[float, float]:
    """The value from which to search, and the step for a start of 0."""
    start = said or 0.0
    if row.type == "maturity" and not start and loaded is not None:
        # `lease_end`, or a day: as long as the plan runs.
        start = float(plan_grid(loaded.deal).months)
    if start or loaded is None:
        return start, abs(start) or 1.0
    return start, 0.1 if row.type == "fraction" else _cost(loaded)


def _cost(loaded: Loaded) -> float:
    return figure_of(plan_of(loaded), "cost_total").value or 1.0


def _unit(loaded: Loaded | None, target: Target) -> float:
    """What a gap is measured against: the target, but for money not less than a trifle."""
    size = abs(target.value)
    if METRIC[target.metric].unit == "money" and loaded is not None:
        return max(size, MONEY_FLOOR * _cost(loaded))
    return size or 1.0


class _Trial:
    """The values tried for one target: their figures, and what stops the others."""

    def __init__(
        self, source: Source, vary: str, row: FieldRow, target: Target, unit: float
    ) -> None:
        self._deal = (source, vary, row)
        self.target, self.unit, self.whole = target, unit, row.type in WHOLE
        self.seen: dict[float, Figure] = {}
        self.stops: dict[float, str] = {}
        self.level = Level(self._gap, self._meets, self._stands_in)
        if target.sense != "=":
            # The side on which a point lies decides, so no gap is too small to be closed.
            self.level.closed = 0.0

    def _gap(self, x: float) -> float | None:
        figure, faults = _evaluated(*self._deal, x, self.target.metric)
        if figure is None or figure.rank is None:
            why = [f"{fault.code}: {fault.message}" for fault in faults]
            why += [f"{self.target.metric} has no value: {figure.note}"] if figure else []
            self.stops[x] = next(iter(why), "")
            return None
        self.seen[x] = figure
        return (figure.rank - self.target.value) / self.unit

    def _meets(self, x: float) -> bool:
        gap, sense = self.level.tried[x], self.target.sense
        if self.seen[x].value is None:
            return False
        return abs(gap) <= MET if sense == "=" else gap >= 0 if sense == ">=" else gap <= 0

    def _stands_in(self, a: float, b: float) -> float | None:
        """Of two whole numbers around the target the one on its good side, else the nearer."""
        if self.target.sense != "=":
            return None
        metric, tried = self.target.metric, self.level.tried
        good = metric.startswith(HIGHER) - metric.startswith(LOWER)
        valued = [x for x in (a, b) if self.seen[x].value is not None]
        on_good_side = [x for x in valued if tried[x] * good >= 0] if good else []
        return min(on_good_side or valued, key=self.level.distance, default=None)

    def met(self, found: Crossing) -> str:
        """The note to a value found: what it does not say by itself."""
        metric, told = self.target.metric, [self.seen[found.at].note]
        here = f"{metric} is {self._reached(found.at)} there"
        if not self._meets(found.at):
            told.append(f"{here}{self._across(found.at)}; no whole number meets it exactly")
        elif self.target.sense != "=" and all(map(self._meets, self.level.tried)):
            told.append(f"{here}, and all values tried meet it")
        elif self.level.distance(found.at) > MET:
            told.append(f"{here}{self._across(found.at)}")
        if found.others:
            again = ", ".join(f"{a:.6g} and {b:.6g}" for a, b in found.others)
            told.append(f"it is met again, farther from what the deal says, between {again}")
        return "; ".join(text for text in told if text)

    def _across(self, x: float) -> str:
        """What stands on the other side of a target that lies between two whole numbers."""
        tried = self.level.tried
        other = next((y for y in (x - 1, x + 1) if tried.get(y, 0.0) * tried[x] < 0), None)
        return "" if other is None else f", at {other:g} it is {self._reached(other)}"

    def unmet(self, bounds: tuple[float | None, float | None]) -> tuple[float | None, str]:
        """The admissible value that comes nearest where none meets the target, and the note."""
        nearest = self._nearest()
        if nearest is None:
            why = next((text for text in self.stops.values() if text), "")
            return None, "no admissible value could be tried" + (f" ({why})" if why else "")
        edge = ", at the bound" if nearest in bounds else self._stopped_by(nearest)
        return nearest, (
            f"no admissible value meets it; the nearest is {nearest:.10g}{edge}, "
            f"where {self.target.metric} is {self._reached(nearest)}"
        )

    def _nearest(self) -> float | None:
        """The point whose figure comes nearest: with a value if any has one, else by its order."""
        tried = self.level.tried
        points = [x for x in tried if self.seen[x].value is not None] or [
            x for x in tried if math.isfinite(tried[x])
        ]
        return min(points or tried, key=self.level.distance, default=None)

    def _stopped_by(self, x: float) -> str:
        """What stops the values next to a point, where it lies at the edge of them."""
        beside = min(self.stops, key=lambda stop: abs(stop - x), default=None)
        if beside is None or not self.stops[beside]:
            return ""
        reach = 1.0 if self.whole else EDGE * max(abs(x), abs(beside))
        if abs(beside - x) > reach:
            return ""
        return f" ({'above' if beside > x else 'below'} it {self.stops[beside]})"

    def _reached(self, x: float) -> str:
        figure = self.seen[x]
        return f"{figure.value:.6g}" if figure.value is not None else f"none ({figure.note})"
