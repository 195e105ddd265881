"""A sheet as HTML: one file that needs nothing beside it, or the part of a page of the web."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

from lessor.report.documents.sheet import Sheet

if TYPE_CHECKING:
    import jinja2


def sheet_page(sheets: Sequence[Sheet]) -> str:
    """A whole HTML page of sheets, one below the other; printed, each begins a page."""
    return _templates().get_template("sheet.html").render(sheets=sheets)


def sheet_part(sheet: Sheet) -> str:
    """The sheet alone, an `<article class="sheet">`, to be put into a page; see `sheet_style`."""
    module = _templates().get_template("sheet_body.html").module
    return str(module.sheet_body(sheet))  # type: ignore[attr-defined]


def sheet_style() -> str:
    """The style of a sheet, which touches nothing outside of one."""
    return _templates().get_template("sheet.css").render()


@cache
def _templates() -> jinja2.Environment:
    import jinja2

    made = jinja2.Environment(
        loader=jinja2.PackageLoader("lessor.report.documents"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["zip"] = zip
    return made
