"""Charts as still pictures: vectors for print, and for readers without a script."""

from __future__ import annotations

from html import escape

from lessor.report.charts.frame import Spec

VEGA_LITE = "6.4"
WIDTH = 640
MEASURED_IN = "sans-serif"
"""The family that texts are measured in: one, for each name that is not there costs time."""
SNIPPET = "window.vegaEmbed = vegaEmbed;"


def as_svg(spec: Spec, *, width: int = WIDTH, font: str = MEASURED_IN) -> str:
    """The chart drawn at a width, in pixels, as SVG; `font` names the families of its texts."""
    import vl_convert

    config = {**spec.get("config", {}), "font": MEASURED_IN}
    drawn = vl_convert.vegalite_to_svg(
        {**spec, "width": width, "config": config}, vl_version=VEGA_LITE
    )
    return drawn.replace(f'font-family="{MEASURED_IN}"', f'font-family="{escape(font)}"')


def started() -> str:
    """Nothing; after it the first picture is drawn as quickly as those that follow."""
    as_svg({"data": {"values": []}, "mark": "point", "encoding": {}})
    return ""


def script() -> str:
    """The scripts that show charts in a page, in one text that asks for nothing from outside."""
    import vl_convert

    return vl_convert.javascript_bundle(SNIPPET, vl_version=VEGA_LITE)
