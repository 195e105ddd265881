"""The tornado: how far a figure moves with each term, the widest effect first."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from lessor.forecast.metric_table import METRIC
from lessor.report.charts.frame import MoneyScale, Row, Spec, finished, inline, layered
from lessor.report.charts.palette import INKS, PARTS, Theme
from lessor.report.said import metric_name, metric_value, term_name, term_value
from lessor.report.tongues import Tongue, msg

if TYPE_CHECKING:
    import altair as alt

    from lessor.forecast.sensitivity import Bar, Tornado
    from lessor.terms.load import Loaded

LOWER, HIGHER = msg("Term lower"), msg("Term higher")
SHOWN = 10
BAR_HEIGHT, AROUND = 28, 110


def tornado_bars(
    tornado: Tornado, loaded: Loaded, tongue: Tongue, theme: Theme = "light"
) -> Spec | None:
    """A bar for each term, from the figure at its low value to the figure at its high one.

    Terms at whose ends the figure has no value are left out. None where no bar is left.
    """
    bars = [bar for bar in tornado.bars if bar.span > 0][:SHOWN]
    if tornado.base is None or not bars:
        return None
    currency = loaded.deal.currency
    name = metric_name(tornado.metric, tongue)
    base = metric_value(tornado.metric, tornado.base, currency, tongue)
    widest = term_name(bars[0].vary, tongue)
    spec = finished(
        _drawn(tornado, bars, loaded, tongue, theme),
        title=tongue.say("{figure}: what moves it", figure=name),
        description=tongue.say(
            "Bars around {base}, one for each term moved down and up; the widest is {widest}.",
            base=base,
            widest=widest,
        ),
        theme=theme,
    )
    spec["height"] = BAR_HEIGHT * len(bars) + AROUND
    return spec


def _drawn(
    tornado: Tornado, bars: list[Bar], loaded: Loaded, tongue: Tongue, theme: Theme
) -> alt.LayerChart:
    import altair as alt

    names = [term_name(bar.vary, tongue) for bar in bars]
    sides = [tongue.say(LOWER), tongue.say(HIGHER)]
    inks = [PARTS[theme]["costs"], PARTS[theme]["rent"]]
    base = tornado.base or 0.0
    drawn = (
        alt.Chart(inline(_rows(tornado, bars, loaded, tongue)))
        .mark_bar(height={"band": 0.62})
        .encode(
            x=alt.X("from:Q", axis=_axis(tornado, bars, loaded, tongue), title=None).scale(
                zero=False, nice=True
            ),
            x2=alt.X2("to:Q"),
            y=alt.Y("term:N", sort=names, title=None, axis=alt.Axis(labelLimit=230, ticks=False)),
            color=alt.Color("side:N", scale=alt.Scale(domain=sides, range=inks), sort=sides),
            tooltip=[
                alt.Tooltip("term:N", title=tongue.say("Term")),
                alt.Tooltip("value:N", title=tongue.say("Value")),
                alt.Tooltip("said:N", title=metric_name(tornado.metric, tongue)),
            ],
        )
    )
    rule = alt.Chart(inline([{"base": base}])).mark_rule(color=INKS[theme].text, strokeWidth=1.5)
    return layered(drawn, rule.encode(x=alt.X("base:Q")))


def _axis(tornado: Tornado, bars: list[Bar], loaded: Loaded, tongue: Tongue) -> alt.Axis:
    import altair as alt

    unit = METRIC[tornado.metric].unit
    if unit.startswith("money"):
        ends = [end for bar in bars for end in (bar.metric_low, bar.metric_high)]
        scale = MoneyScale((end for end in ends if end is not None), loaded.deal.currency, tongue)
        return scale.axis()
    return alt.Axis(format=".1~%" if unit.startswith("fraction") else ",.3~r")


def _rows(tornado: Tornado, bars: list[Bar], loaded: Loaded, tongue: Tongue) -> Iterator[Row]:
    currency = loaded.deal.currency
    for bar in bars:
        for side, value, figure in (
            (LOWER, bar.low, bar.metric_low),
            (HIGHER, bar.high, bar.metric_high),
        ):
            yield {
                "term": term_name(bar.vary, tongue),
                "side": tongue.say(side),
                "from": tornado.base,
                "to": figure,
                "value": term_value(bar.vary, value, loaded, tongue),
                "said": metric_value(tornado.metric, figure, currency, tongue),
            }
