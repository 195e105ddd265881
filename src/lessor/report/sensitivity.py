"""How far a figure moves with the terms: bars around its base, and a grid of two terms."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from rich.text import Text

from lessor.forecast.metric_table import METRIC
from lessor.report.layout import framed, indented
from lessor.report.number_text import NOTHING, bare_figure, figure
from lessor.report.term_text import term_text

if TYPE_CHECKING:
    from rich.console import RenderableType

    from lessor.forecast.sensitivity import Bar, Grid, Tornado

_HALF_WIDTH = 10


def sensitivity_tables(
    currency: str, tornado: Tornado, grid: Grid | None
) -> Iterable[RenderableType]:
    """The terms one at a time, widest first, then the grid where two were named."""
    unit = METRIC[tornado.metric].unit
    yield Text(f"{tornado.metric} = {figure(tornado.base, unit, currency)}", style="bold")
    yield from _bars(tornado, unit)
    if grid is not None:
        yield Text(f"{grid.rows.vary} down, {grid.columns.vary} across", style="bold")
        yield _cells(grid, unit)
    if _has_gaps(tornado, grid):
        yield Text(f"{NOTHING}  no value there: underwrite with the term set so tells why")


def _bars(tornado: Tornado, unit: str) -> Iterable[RenderableType]:
    """A term over two lines: its path, and below it the figures of both ends, the lower left."""
    reach = _reach(tornado)
    rows = []
    for bar in tornado.bars:
        lower, upper = _by_figure(bar, tornado.base)
        cells = (
            term_text(bar.vary, lower[0]),
            bare_figure(lower[1], unit),
            _drawn(tornado.base, (lower[1], upper[1]), reach),
            bare_figure(upper[1], unit),
            term_text(bar.vary, upper[0]),
        )
        rows.append((bar.vary, cells))
    widths = [max((len(cells[part]) for _, cells in rows), default=0) for part in range(5)]
    for path, (left, gives_left, drawn, gives_right, right) in rows:
        yield indented(Text(path))
        line = Text(f"at {left:>{widths[0]}}: ", style="dim")
        line.append(f"{gives_left:>{widths[1]}} ", style="not dim")
        line.append(drawn, style="not dim cyan")
        line.append(f" {gives_right:<{widths[3]}}", style="not dim")
        line.append(f"  at {right}")
        yield indented(line, by=4)
    yield Text()


End = tuple[float, float | None]


def _by_figure(bar: Bar, base: float | None) -> tuple[End, End]:
    """The two ends of a term with their figures, the lower figure first.

    An end without a figure goes to the side that the other one leaves free.
    """
    ends = (bar.low, bar.metric_low), (bar.high, bar.metric_high)
    middle = base if base is not None else 0.0
    ranks = [end[1] if end[1] is not None else middle for end in ends]
    return (ends[1], ends[0]) if ranks[0] > ranks[1] else ends


def _reach(tornado: Tornado) -> float:
    """The widest distance from the base; 0 where nothing can be drawn."""
    base = tornado.base
    if base is None:
        return 0.0
    ends = [end for bar in tornado.bars for end in (bar.metric_low, bar.metric_high)]
    return max((abs(end - base) for end in ends if end is not None), default=0.0)


def _drawn(base: float | None, ends: tuple[float | None, float | None], reach: float) -> str:
    """The span between two figures around the base, each half at most _HALF_WIDTH signs."""
    known = [end - base for end in ends if end is not None and base is not None]
    if not known or not reach:
        return ""
    left = round(max(0.0, -min(known)) / reach * _HALF_WIDTH)
    right = round(max(0.0, max(known)) / reach * _HALF_WIDTH)
    return f"{'━' * left:>{_HALF_WIDTH}}│{'━' * right:<{_HALF_WIDTH}}"


def _cells(grid: Grid, unit: str) -> RenderableType:
    rows = [[bare_figure(cell, unit) for cell in cells] for cells in grid.cells]
    table = framed()
    table.add_column("", justify="right", overflow="fold")
    for index, value in enumerate(grid.columns.values):
        heading = term_text(grid.columns.vary, value)
        # Headings may be broken over lines, figures never.
        width = max(len(text) for text in [*heading.split(), *(row[index] for row in rows)])
        table.add_column(heading, justify="right", width=width, overflow="fold")
    for value, row in zip(grid.rows.values, rows, strict=True):
        table.add_row(term_text(grid.rows.vary, value), *row)
    return indented(table, below=1, by=0)


def _has_gaps(tornado: Tornado, grid: Grid | None) -> bool:
    ends = [end for bar in tornado.bars for end in (bar.metric_low, bar.metric_high)]
    cells = [cell for row in grid.cells for cell in row] if grid is not None else []
    return any(figure is None for figure in (*ends, *cells))
