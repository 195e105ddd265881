"""What all charts share: their size, ink and fonts, axes of money and days, how they are ended."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from lessor.core.dates import days_between
from lessor.report.charts.palette import INKS, Theme

if TYPE_CHECKING:
    import altair as alt

    from lessor.report.tongues import Tongue

Spec = dict[str, Any]
Row = Mapping[str, object]

HEIGHT = 300
FONT = (
    "system-ui, 'Segoe UI', Helvetica, Arial, 'PingFang SC', 'Microsoft YaHei', "
    "'Noto Sans CJK SC', sans-serif"
)
DAYS_OF_TWO_YEARS = 731


def inline(rows: Iterable[Row]) -> alt.InlineData:
    """Rows as data inside the chart."""
    import altair as alt

    return alt.InlineData([dict(row) for row in rows])


def layered(*layers: alt.Chart | alt.LayerChart) -> alt.LayerChart:
    """Layers drawn over each other, the first one lowest."""
    import altair as alt

    return alt.LayerChart(layer=list(layers))


def finished(chart: Any, *, title: str, description: str, theme: Theme) -> Spec:
    """The specification of a chart with its title, its text for screen readers, and its inks.

    As wide as its container; what shows it statically sets a width.
    """
    spec: Spec = chart.to_dict(validate=False)
    # The address of the language's schema is never asked for, and no page shall name one outside.
    del spec["$schema"]
    spec["title"] = {"text": title, "anchor": "start"}
    spec["description"] = description
    spec["width"] = "container"
    spec.setdefault("height", HEIGHT)
    spec["autosize"] = {"type": "fit", "contains": "padding"}
    spec["config"] = _config(theme)
    return spec


def _config(theme: Theme) -> Spec:
    ink = INKS[theme]
    return {
        "background": "transparent",
        "font": FONT,
        "view": {"stroke": None},
        "title": {
            "color": ink.text,
            "fontSize": 14,
            "fontWeight": 600,
            "offset": 12,
            "subtitleColor": ink.faint,
            "subtitleFontSize": 11,
        },
        "axis": {
            "labelColor": ink.faint,
            "titleColor": ink.faint,
            "titleFontWeight": "normal",
            "domainColor": ink.faint,
            "tickColor": ink.faint,
            "gridColor": ink.grid,
            "labelFontSize": 11,
            "titleFontSize": 11,
            "labelLimit": 240,
        },
        # Room for texts that a page sets in a wider font than they were measured in.
        "axisY": {"titlePadding": 16},
        "legend": {
            "labelColor": ink.text,
            "titleColor": ink.faint,
            "labelFontSize": 11,
            "orient": "bottom",
            "title": None,
            "columns": 4,
            "labelLimit": 220,
            "symbolStrokeWidth": 2,
        },
        "text": {"color": ink.text, "fontSize": 11},
        "rule": {"color": ink.faint},
    }


def strokes() -> alt.Legend:
    """A legend of lines, drawn as lines."""
    import altair as alt

    return alt.Legend(symbolType="stroke", symbolOpacity=1, symbolSize=220)


class MoneyScale:
    """The unit that an axis of money is written in, so that its numbers stay short."""

    def __init__(self, amounts: Iterable[float], currency: str, tongue: Tongue) -> None:
        largest = max((abs(amount) for amount in amounts), default=0.0)
        self.divisor, self.unit = tongue.short_unit(largest, currency)

    def axis(self, **more: Any) -> alt.Axis:
        """An axis with its amounts in the unit; the data stay in the currency itself."""
        import altair as alt

        expression = f"format(datum.value / {self.divisor:f}, ',.6~r')"
        return alt.Axis(labelExpr=expression, **more)


def day_axis(days: Sequence[date], **more: Any) -> Spec:
    """Keywords of an axis of days: by year where they span more than two, else by month."""
    import altair as alt

    is_long = bool(days) and days_between(days[0], days[-1]) > DAYS_OF_TWO_YEARS
    ticks = {"interval": "year" if is_long else "month", "step": 1 if is_long else 3}
    return {
        # By universal time: a day is the same day wherever the reader is.
        "scale": alt.Scale(type="utc"),
        "axis": alt.Axis(
            format="%Y" if is_long else "%Y-%m", tickCount=ticks, labelAngle=0, grid=False, **more
        ),
        "title": None,
    }
