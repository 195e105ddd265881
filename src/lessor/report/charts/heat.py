"""The heat map: a figure at every pair of values of two terms."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from lessor.report.charts.frame import Row, Spec, finished, inline, layered
from lessor.report.charts.palette import DIVERGING, INKS, Theme
from lessor.report.said import metric_name, metric_value, term_name, term_value
from lessor.report.tongues import Tongue

if TYPE_CHECKING:
    import altair as alt

    from lessor.forecast.sensitivity import Grid
    from lessor.terms.load import Loaded

CELL_HEIGHT, AROUND = 32, 90
STRONG = 0.27
"""Share of the colours' width from the middle beyond which text in a cell changes its ink."""
TURNS_AT_ZERO = ("irr", "xirr", "npv")
"""Metrics whose middle colour is at nothing gained and nothing lost."""


def heat_map(grid: Grid, loaded: Loaded, tongue: Tongue, theme: Theme = "light") -> Spec | None:
    """A cell for each pair of values with the figure in it; a dash where there is none.

    None where no cell has a value.
    """
    known = [value for row in grid.cells for value in row if value is not None]
    if not known:
        return None
    name = metric_name(grid.metric, tongue)
    down, across = term_name(grid.rows.vary, tongue), term_name(grid.columns.vary, tongue)
    currency = loaded.deal.currency
    spec = finished(
        _drawn(grid, loaded, tongue, theme),
        title=tongue.say("{figure} by two terms", figure=name),
        description=tongue.say(
            "A table of colours: {down} down, {across} across; the figure runs from {lowest} to "
            "{highest}.",
            down=down,
            across=across,
            lowest=metric_value(grid.metric, min(known), currency, tongue),
            highest=metric_value(grid.metric, max(known), currency, tongue),
        ),
        theme=theme,
    )
    spec["height"] = CELL_HEIGHT * len(grid.rows.values) + AROUND
    return spec


def _drawn(grid: Grid, loaded: Loaded, tongue: Tongue, theme: Theme) -> alt.LayerChart:
    import altair as alt

    downs = [term_value(grid.rows.vary, value, loaded, tongue) for value in grid.rows.values]
    asides = [term_value(grid.columns.vary, value, loaded, tongue) for value in grid.columns.values]
    across = term_name(grid.columns.vary, tongue)
    base = alt.Chart(inline(_rows(grid, loaded, tongue))).encode(
        description=alt.Description("told:N"),
        x=alt.X("across:O", sort=asides, title=across, axis=alt.Axis(labelAngle=0)),
        y=alt.Y("down:O", sort=downs[::-1], title=term_name(grid.rows.vary, tongue)),
        tooltip=[
            alt.Tooltip("down:N", title=term_name(grid.rows.vary, tongue)),
            alt.Tooltip("across:N", title=across),
            alt.Tooltip("said:N", title=metric_name(grid.metric, tongue)),
        ],
    )
    known = [value for row in grid.cells for value in row if value is not None]
    scale = _scale(grid.metric, known, theme)
    ink = INKS[theme]
    cells = base.mark_rect(stroke=ink.page, strokeWidth=1, invalid=None).encode(
        color=alt.condition(
            "isValid(datum.value)",
            alt.Color("value:Q", scale=scale, legend=None),
            alt.value(ink.grid),
        )
    )
    dark = alt.condition("datum.strong", alt.value(_on_strong(theme)), alt.value(ink.text))
    return layered(cells, base.mark_text(fontSize=11).encode(text="said:N", color=dark))


def _scale(metric: str, known: list[float], theme: Theme) -> alt.Scale:
    import altair as alt

    low, middle, high = DIVERGING[theme]
    first, centre, last = _domain(metric, known)
    return alt.Scale(domain=[first, centre, last], range=[low, middle, high], interpolate="lab")


def _domain(metric: str, known: list[float]) -> tuple[float, float, float]:
    """Lowest, middle and highest of the colours; both sides as wide, so shades can be compared."""
    turn = 0.0 if metric.startswith(TURNS_AT_ZERO) else (min(known) + max(known)) / 2
    width = max(max(known) - turn, turn - min(known)) or 1.0
    return turn - width, turn, turn + width


def _on_strong(theme: Theme) -> str:
    return "#FFFFFF" if theme == "light" else "#10151B"


def _rows(grid: Grid, loaded: Loaded, tongue: Tongue) -> Iterator[Row]:
    known = [value for row in grid.cells for value in row if value is not None]
    first, centre, last = _domain(grid.metric, known)
    for down, row in zip(grid.rows.values, grid.cells, strict=True):
        for across, value in zip(grid.columns.values, row, strict=True):
            said = metric_value(grid.metric, value, loaded.deal.currency, tongue)
            places = {
                "down": term_value(grid.rows.vary, down, loaded, tongue),
                "across": term_value(grid.columns.vary, across, loaded, tongue),
            }
            yield {
                **places,
                "value": value,
                "strong": value is not None and abs(value - centre) > (last - first) * STRONG,
                "said": said,
                "told": tongue.say("{down}, {across}: {figure}", **places, figure=said),
            }
