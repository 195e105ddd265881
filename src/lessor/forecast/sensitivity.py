"""What a metric does when terms move: one at a time (a tornado), or two together (a grid)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from lessor.core.issue import Issue, Place, errors
from lessor.forecast.closing_tables import plan_of
from lessor.forecast.figures import figure_of
from lessor.forecast.metric_table import METRIC
from lessor.forecast.solve import WHOLE, evaluate, unknown_metric, varied_field
from lessor.terms.deal import Deal
from lessor.terms.fields import FieldRow
from lessor.terms.load import Loaded, build_deal
from lessor.terms.paths import text_of, value_at
from lessor.terms.scalars import Duration
from lessor.terms.setting import with_set
from lessor.terms.source import Source

SWING = 0.1
"""How far a term is moved to either side when no range is given, as a share of itself."""

STEPS = 6
"""Parts into which each side of a grid is cut."""


@dataclass(frozen=True)
class Bar:
    """A term at both ends of its range, and the metric at each; None where it has no value."""

    vary: str
    low: float
    high: float
    metric_low: float | None
    metric_high: float | None

    @property
    def span(self) -> float:
        """How far the metric moves; what has no value counts as no move that can be told."""
        if self.metric_low is None or self.metric_high is None:
            return -1.0
        return abs(self.metric_high - self.metric_low)


@dataclass(frozen=True)
class Tornado:
    """Terms one at a time, the widest first."""

    metric: str
    base: float | None
    bars: tuple[Bar, ...]

    def as_json(self) -> dict[str, object]:
        """One JSON object."""
        return {
            "metric": self.metric,
            "base": self.base,
            "bars": [dict(bar.__dict__) for bar in self.bars],
        }


@dataclass(frozen=True)
class Axis:
    """The values that one term of a grid takes."""

    vary: str
    values: tuple[float, ...]


@dataclass(frozen=True)
class Grid:
    """Two terms together: a cell for each pair of values, None where the metric has none."""

    metric: str
    rows: Axis
    columns: Axis
    cells: tuple[tuple[float | None, ...], ...]

    def as_json(self) -> dict[str, object]:
        """One JSON object."""
        return {
            "metric": self.metric,
            "rows": {"vary": self.rows.vary, "values": list(self.rows.values)},
            "columns": {"vary": self.columns.vary, "values": list(self.columns.values)},
            "cells": [list(row) for row in self.cells],
        }


@dataclass(frozen=True)
class Range:
    """A term with the ends of its range, ready to be set."""

    vary: str
    row: FieldRow
    low: float
    high: float


def tornado(
    loaded: Loaded, varies: Sequence[str], metric: str
) -> tuple[Tornado | None, tuple[Issue, ...]]:
    """The metric with each term at its low and its high, all others as they are.

    `varies` hold `PATH=LOW:HIGH` or a bare path, which moves by a tenth to either side; without
    any, the money, rates and shares that the file gives are moved so.
    """
    ranges, faults = _ranges(loaded, varies or list(terms_that_matter(loaded)), metric)
    if faults:
        return None, faults
    source = loaded.source
    bars = [
        Bar(item.vary, item.low, item.high, *(_value(source, item, x, metric) for x in _ends(item)))
        for item in ranges
    ]
    if not varies:
        bars = [bar for bar in bars if bar.span != 0]
    base = figure_of(plan_of(loaded), metric).value
    return Tornado(metric, base, tuple(sorted(bars, key=lambda bar: -bar.span))), ()


def grid(
    loaded: Loaded, rows: str, columns: str, metric: str
) -> tuple[Grid | None, tuple[Issue, ...]]:
    """The metric at every pair of values of two terms."""
    ranges, faults = _ranges(loaded, [rows, columns], metric)
    if faults:
        return None, faults
    down, across = ranges
    ups, asides = _axis(down), _axis(across)
    cells = []
    for up in ups.values:
        changed, _ = with_set(loaded.source, down.vary, text_of(down.row, up))
        cells.append(
            tuple(
                _value(changed, across, aside, metric) if changed is not None else None
                for aside in asides.values
            )
        )
    return Grid(metric, ups, asides, tuple(cells)), ()


def _ends(item: Range) -> tuple[float, float]:
    return item.low, item.high


def _axis(item: Range) -> Axis:
    width = item.high - item.low
    values = [item.low + width * step / STEPS for step in range(STEPS + 1)]
    if item.row.type in WHOLE:
        values = list(dict.fromkeys(float(round(value)) for value in values))
    return Axis(item.vary, tuple(values))


def _value(source: Source, item: Range, x: float, metric: str) -> float | None:
    figure = evaluate(source, item.vary, item.row, x, metric)
    return None if figure is None else figure.value


def _ranges(
    loaded: Loaded, varies: Sequence[str], metric: str
) -> tuple[list[Range], tuple[Issue, ...]]:
    faults: list[Issue] = []
    if metric not in METRIC:
        faults.append(unknown_metric(metric, Place(file="--metric", field=metric)))
    found = []
    for vary in varies:
        item, issues = _range(loaded, vary)
        faults += issues
        if item is not None:
            found.append(item)
    return found, tuple(faults)


def _range(loaded: Loaded, vary: str) -> tuple[Range | None, tuple[Issue, ...]]:
    path, _, ends = vary.partition("=")
    row, faults = varied_field(loaded.source, path)
    if row is None:
        return None, faults
    if not ends:
        value = _number(value_at(loaded, path))
        if value is None:
            return None, (_malformed(vary, "the file gives it no value: write PATH=LOW:HIGH"),)
        return Range(path, row, *_swung(row, value)), ()
    texts = ends.split(":")
    if len(texts) != 2:
        return None, (_malformed(vary, "write PATH=LOW:HIGH, as rate=3%:5%"),)
    values = []
    for text in texts:
        changed, faults = with_set(loaded.source, path, text)
        built, found = build_deal(changed) if changed is not None else (None, faults)
        number = _number(value_at(built, path)) if built is not None else None
        if number is None:
            return None, errors(found) or (_malformed(vary, "write PATH=LOW:HIGH"),)
        values.append(number)
    return Range(path, row, values[0], values[1]), ()


def _malformed(vary: str, remedy: str) -> Issue:
    return Issue("range-malformed", "this is no range", remedy, Place(file="--vary", field=vary))


def _number(value: Decimal | Duration | int | None) -> float | None:
    if value is None:
        return None
    if isinstance(value, Duration):
        return float(value.months or value.days)
    return float(value)


def _swung(row: FieldRow, value: float) -> tuple[float, float]:
    low, high = value * (1 - SWING), value * (1 + SWING)
    if row.low is not None:
        low = max(low, float(row.low))
    if row.high is not None:
        high = min(high, float(row.high))
    return low, high


def terms_that_matter(loaded: Loaded) -> Iterator[str]:
    """The numbers that drive most deals, as far as this one has them."""
    deal: Deal = loaded.deal
    for name, asset in deal.assets.items():
        yield f"assets.{name}.{'unit_cost' if asset.unit_cost is not None else 'cost'}.amount"
        for part in ("share", "amount"):
            if getattr(asset.residual, part) is not None:
                yield f"assets.{name}.residual.{part}" + (".amount" if part == "amount" else "")
    for name, lease in deal.leases.items():
        for key, charge in lease.charges.items():
            for part in ("amount", "price", "share", "floor"):
                if isinstance(getattr(charge, part, None), Decimal):
                    yield f"leases.{name}.charges.{key}.{part}"
        if lease.usage is not None:
            for part in ("utilisation", "tokens_per_gpu_hour", "revenue_per_year"):
                if getattr(lease.usage, part) is not None:
                    yield f"leases.{name}.usage.{part}"
    for name in deal.leased_in:
        yield f"leased_in.{name}.rent.amount"
    for name, cost in deal.costs.items():
        yield f"costs.{name}.{'amount' if hasattr(cost, 'amount') else 'share'}"
    for name, facility in deal.facilities.items():
        if facility.rate.value is not None:
            yield f"facilities.{name}.rate.value"
        elif facility.rate.spread:
            yield f"facilities.{name}.rate.spread"
        if facility.principal.share is not None:
            yield f"facilities.{name}.principal.share"
