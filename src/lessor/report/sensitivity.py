"""How far a figure moves with the terms: bars around its base, and a grid of two terms."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rich.text import Text

from lessor.forecast.metric_table import METRIC
from lessor.report.layout import framed, indented
from lessor.report.number_text import amount, figure

if TYPE_CHECKING:
    from rich.console import RenderableType

    from lessor.forecast.sensitivity import Grid, Tornado

_HALF_WIDTH = 10


def sensitivity_tables(
    tornado: Tornado, grid: Grid | None, currency: str
) -> Iterable[RenderableType]:
    """The terms one at a time, widest first, then the grid where two were named."""
    found = tornado.as_json()
    unit = METRIC[str(found["metric"])].unit
    yield Text(f"{found['metric']} = {figure(found['base'], unit, currency)}", style="bold")
    yield _bars(found, unit, currency)
    if grid is not None:
        yield from _grid(grid.as_json(), unit, currency)


def _bars(found: Mapping[str, Any], unit: str, currency: str) -> RenderableType:
    base, bars = found["base"], found["bars"]
    reach = _reach(base, bars)
    table = framed()
    table.add_column("term", overflow="fold")
    table.add_column("low", justify="right", no_wrap=True)
    table.add_column("gives", justify="right", no_wrap=True)
    table.add_column(justify="center", no_wrap=True, width=2 * _HALF_WIDTH + 1)
    table.add_column("gives", justify="left", no_wrap=True)
    table.add_column("high", justify="left", no_wrap=True)
    for bar in bars:
        ends = (bar["metric_low"], bar["metric_high"])
        table.add_row(
            bar["vary"],
            _term(bar["low"]),
            figure(ends[0], unit, currency),
            _bar(base, ends, reach),
            figure(ends[1], unit, currency),
            _term(bar["high"]),
        )
    return indented(table, below=1)


def _term(value: Any) -> str:
    return value if isinstance(value, str) else amount(value)


def _reach(base: float | None, bars: Sequence[Mapping[str, Any]]) -> float:
    """The widest distance from the base; 0 where nothing can be drawn."""
    if base is None:
        return 0.0
    ends = [bar[end] for bar in bars for end in ("metric_low", "metric_high")]
    return max((abs(end - base) for end in ends if end is not None), default=0.0)


def _bar(base: float | None, ends: tuple[float | None, float | None], reach: float) -> str:
    """The span between two figures around the base, each half at most _HALF_WIDTH signs."""
    known = [end - base for end in ends if end is not None and base is not None]
    if not known or not reach:
        return ""
    left = round(max(0.0, -min(known)) / reach * _HALF_WIDTH)
    right = round(max(0.0, max(known)) / reach * _HALF_WIDTH)
    return f"{'━' * left:>{_HALF_WIDTH}}│{'━' * right:<{_HALF_WIDTH}}"


def _grid(found: Mapping[str, Any], unit: str, currency: str) -> Iterable[RenderableType]:
    rows, columns = found["rows"], found["columns"]
    yield Text(f"{rows['vary']} down, {columns['vary']} across", style="bold")
    table = framed()
    table.add_column("", justify="right", no_wrap=True)
    for value in columns["values"]:
        table.add_column(_term(value), justify="right", no_wrap=True)
    for value, cells in zip(rows["values"], found["cells"], strict=True):
        table.add_row(_term(value), *(figure(cell, unit, currency) for cell in cells))
    yield indented(table, below=1)
