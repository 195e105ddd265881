"""A memo as one HTML file: it needs nothing beside it, and asks for nothing from outside."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from lessor.report.charts.pictures import as_svg, script
from lessor.report.memo.model import Memo
from lessor.report.tongues import tongue

if TYPE_CHECKING:
    import jinja2


def memo_page(memo: Memo, made_script: str = "") -> str:
    """The whole page, its charts to be pointed at; drawn still where no script may run.

    `made_script`: what `script` gives, where it is at hand already: it takes a second to make.
    """
    return (
        _templates()
        .get_template("memo.html")
        .render(
            memo=memo,
            say=tongue(memo.language).say,
            script=made_script or script(),
            picture=lambda chart: as_svg(chart.spec),
        )
    )


@cache
def _templates() -> jinja2.Environment:
    import jinja2

    return jinja2.Environment(
        loader=jinja2.PackageLoader("lessor.report.memo"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
