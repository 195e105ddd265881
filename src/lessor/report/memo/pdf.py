"""A memo set as PDF: charts as vectors, data as JSON, never as markup."""

from __future__ import annotations

from datetime import UTC, datetime, time
from functools import cache
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from lessor.core.issue import Issue, Severity
from lessor.report.charts.pictures import as_svg
from lessor.report.documents.fonts import families, machine_fonts
from lessor.report.documents.typesetting import Pdf
from lessor.report.memo.model import Memo

if TYPE_CHECKING:
    import typst

TEMPLATES = Path(__file__).with_name("templates")
STANDARDS = ("a-2a", "ua-1")
"""PDF/A-2a, which is kept for years, and PDF/UA-1, which a screen reader can read."""

WIDTH = 720
"""How wide a chart is drawn, in pixels, for a page: its texts become those of a table."""

_ONE_AT_A_TIME = Lock()
_NO_GLYPH = "could not be displayed with"


def memo_pdf(memo: Memo) -> Pdf:
    """The memo as PDF; the same memo is the same file, byte for byte.

    Where a name has a sign that no font of this machine has, the file is plain PDF with a mark in
    its place, and Issue glyph-missing says so. Raises FaultsError with cjk-font-missing.
    """
    import typst

    fonts = families(memo.language, _words(memo), frozenset(machine_fonts().families()))
    pictures = [as_svg(chart.spec, width=WIDTH, font=", ".join(fonts)) for chart in memo.charts]
    inputs = {"memo": memo.as_json(pictures), "fonts": "\n".join(fonts)}
    try:
        return Pdf(_compiled(memo, inputs, STANDARDS))
    except typst.TypstError as error:
        if _NO_GLYPH not in error.message:
            raise
        return Pdf(_compiled(memo, inputs, ()), (_unseen(memo, error.message),))


def _words(memo: Memo) -> str:
    """All that stands in the memo, by which its fonts are chosen; pictures have the same names."""
    return memo.as_json([""] * sum(1 for _ in memo.charts))


def _compiled(memo: Memo, inputs: dict[str, str], standards: tuple[str, ...]) -> bytes:
    with _ONE_AT_A_TIME:
        made = _compiler().compile(
            input=str(TEMPLATES / "memo.typ"),
            format="pdf",
            sys_inputs=inputs,
            pdf_standards=list(standards),  # type: ignore[arg-type]
            timestamp=datetime.combine(memo.dated or memo.closing, time(), UTC),
        )
    assert isinstance(made, bytes)
    return made


@cache
def _compiler() -> typst.Compiler:
    import typst

    return typst.Compiler(root=str(TEMPLATES), font_paths=machine_fonts())


def _unseen(memo: Memo, said: str) -> Issue:
    sign = said.partition('`"')[2].partition('"`')[0]
    return Issue(
        "glyph-missing",
        f"{memo.subtitle}: no font on this machine has '{sign}'; a mark stands in its place, and "
        "the file is no PDF/A",
        "install a font that has it (Debian, Ubuntu: apt-get install fonts-noto), or write HTML: "
        "--format html",
        severity=Severity.WARNING,
    )
