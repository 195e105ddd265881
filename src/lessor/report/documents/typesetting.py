"""A sheet set as PDF: one compiler for all of them, data as JSON, never as markup."""

from __future__ import annotations

from datetime import UTC, datetime, time
from functools import cache
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, NamedTuple

from lessor.core.issue import Issue, Severity
from lessor.report.documents.fonts import families, machine_fonts
from lessor.report.documents.sheet import Sheet

if TYPE_CHECKING:
    import typst

TEMPLATES = Path(__file__).with_name("templates")
STANDARDS = ("a-2a", "ua-1")
"""PDF/A-2a, which is kept for years, and PDF/UA-1, which a screen reader can read."""

_ONE_AT_A_TIME = Lock()
_AGAINST_THE_STANDARD = "PDF/"
"""How the typesetter begins what it has against a file: only of signs can a sheet be at fault."""


class Pdf(NamedTuple):
    """A PDF file, and what to know of it."""

    content: bytes
    issues: tuple[Issue, ...] = ()


def sheet_pdf(sheet: Sheet) -> Pdf:
    """The sheet as PDF/A; the same sheet is the same file, byte for byte.

    Where a name has a sign that no font of this machine has, the file is plain PDF with a mark in
    its place, and Issue glyph-missing says so. Raises FaultsError with cjk-font-missing.
    """
    import typst

    fonts = families(sheet.language, text := sheet.as_json(), _installed())
    inputs = {"sheet": text, "fonts": "\n".join(fonts)}
    try:
        return Pdf(_compiled(sheet, inputs, STANDARDS))
    except typst.TypstError as error:
        if not error.message.startswith(_AGAINST_THE_STANDARD):
            raise
        return Pdf(_compiled(sheet, inputs, ()), (_unseen(sheet, error.message),))


def _compiled(sheet: Sheet, inputs: dict[str, str], standards: tuple[str, ...]) -> bytes:
    with _ONE_AT_A_TIME:
        made = _compiler().compile(
            input=str(TEMPLATES / "sheet.typ"),
            format="pdf",
            sys_inputs=inputs,
            pdf_standards=list(standards),  # type: ignore[arg-type]
            timestamp=datetime.combine(sheet.dated, time(), UTC),
        )
    assert isinstance(made, bytes)
    return made


@cache
def _compiler() -> typst.Compiler:
    import typst

    return typst.Compiler(root=str(TEMPLATES), font_paths=machine_fonts())


@cache
def _installed() -> frozenset[str]:
    return frozenset(machine_fonts().families())


def _unseen(sheet: Sheet, said: str) -> Issue:
    sign = said.partition('`"')[2].partition('"`')[0]
    what = f"'{sign}'" if sign else "one of its signs"
    return Issue(
        "glyph-missing",
        f"{sheet.title} {sheet.number}: no font on this machine has {what}; a mark stands in "
        "its place, and the file is no PDF/A",
        "install a font that has it (Debian, Ubuntu: apt-get install fonts-noto), or write HTML: "
        "--format html",
        severity=Severity.WARNING,
    )
