"""The sheets around the figures: the cover, the checks, and the deal file that came in."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from xlsxwriter.worksheet import Worksheet

from lessor import __version__
from lessor.report.workbook.checks import TOLERANCE
from lessor.report.workbook.styles import FLAG, NUMBER, Styles

SOURCE = "Source"
FORMAT = "lessor-workbook/1"
"""What the first cell of the sheet of the deal file says, for whoever reads it back."""

TEXT_MAX = 32_000
"""Characters of one cell; a spreadsheet takes 32,767."""

ANEW = "inputs changed"

CHECKED = "Checks"
"""The one line of the cover that is a formula: texts of the deal stay texts, whatever they say."""

_LINE, _LINE_HEIGHT = 100, 15


class Compared(NamedTuple):
    """A line of the checks: its title, the references (or numbers) of its sides.

    `is_engine`: the right side is the engine's figure, which holds for the inputs as written only.
    """

    title: str
    left: str
    right: str | float
    value: float | str
    is_engine: bool = False


def write_cover(sheet: Worksheet, lines: Sequence[tuple[str, str]], styles: Styles) -> None:
    """What the workbook is of, and how to read it; the check of checks."""
    sheet.set_column(0, 0, 22)
    sheet.set_column(1, 1, _LINE)
    sheet.write_string(0, 0, "Lessor", styles.title)
    for at, (label, text) in enumerate(lines, start=2):
        sheet.set_row(at, _LINE_HEIGHT * math.ceil(max(len(text), 1) / _LINE))
        sheet.write_string(at, 0, label, styles.text)
        if label == CHECKED:
            sheet.write_formula(at, 1, text, styles.label, "ok")
        else:
            sheet.write_string(at, 1, text, styles.text)


def write_checks(
    sheet: Worksheet,
    found: Sequence[Compared],
    *,
    changed: str,
    fixed: Sequence[str],
    styles: Styles,
) -> None:
    """Each check with its sides and whether it holds; then what is fixed and so not live."""
    for column, width in enumerate((46, 24, 24, 18, 16)):
        sheet.set_column(column, column, width)
    sheet.write_string(0, 0, "Checks", styles.title)
    sheet.write_string(1, 0, "All checks", styles.label)
    first, last = 6, 6 + len(found) - 1
    sheet.write_string(2, 0, "Inputs changed since the workbook was written", styles.label)
    sheet.write_formula(2, 1, f"={changed}", styles.figure(FLAG), 0)
    # A check that ends in an error holds as little as one that says so.
    bad = f'COUNTIF(E{first + 1}:E{last + 1},"ok")+COUNTIF(E{first + 1}:E{last + 1},"{ANEW}")'
    sheet.write_formula(1, 1, f'=IF({bad}={len(found)},"ok","CHECK")', styles.figure(FLAG), "ok")
    heads = ("Check", "Figure", "Against", "Difference", "Holds")
    for column, head in enumerate(heads):
        sheet.write_string(first - 1, column, head, styles.head)
    for at, each in enumerate(found, start=first):
        _write_check(sheet, at, each, styles)
    for where in (f"E{first + 1}:E{last + 1}", "B2"):
        for word, look in (("ok", styles.good), ("CHECK", styles.bad)):
            said = {"type": "cell", "criteria": "==", "value": f'"{word}"', "format": look}
            sheet.conditional_format(where, said)
    at = last + 3
    sheet.write_string(at, 0, "Fixed at the time of writing", styles.block)
    for offset, text in enumerate(fixed or ["nothing but the structure of the deal"], start=1):
        sheet.write_string(at + offset, 0, text, styles.label)
    sheet.freeze_panes(first, 1)


def _write_check(sheet: Worksheet, at: int, each: Compared, styles: Styles) -> None:
    row = at + 1
    sheet.write_string(at, 0, each.title, styles.label)
    sheet.write_formula(at, 1, f"={each.left}", styles.figure(NUMBER), each.value)
    if isinstance(each.right, float):
        sheet.write_number(at, 2, each.right, styles.structure(NUMBER))
    elif each.is_engine:
        sheet.write_string(at, 2, each.right, styles.structure(FLAG))
    else:
        sheet.write_formula(at, 2, f"={each.right}", styles.figure(NUMBER), each.value)
    both = f"AND(ISNUMBER(B{row}),ISNUMBER(C{row}))"
    sheet.write_formula(at, 3, f"=IF({both},B{row}-C{row},0)", styles.figure(NUMBER), 0)
    scale = f"MAX(1,ABS(B{row}),ABS(C{row}))"
    holds = f"IF({both},ABS(D{row})<={TOLERANCE!r}*{scale},B{row}=C{row})"
    otherwise = f'IF($B$3>0,"{ANEW}","CHECK")' if each.is_engine else '"CHECK"'
    sheet.write_formula(
        at, 4, f'=IFERROR(IF({holds},"ok",{otherwise}),"CHECK")', styles.figure(FLAG), "ok"
    )


def write_source(sheet: Worksheet, name: str, text: str, sets: Sequence[str]) -> None:
    """The deal file line by line, so that it can be had back from the workbook alone."""
    sheet.write_string(0, 0, FORMAT)
    sheet.write_string(0, 1, __version__)
    sheet.write_string(1, 0, name)
    lines = text.split("\n")
    sheet.write_number(2, 0, len(lines))
    sheet.write_number(2, 1, len(sets))
    for at, line in enumerate([*lines, *sets], start=3):
        for column, start in enumerate(range(0, max(len(line), 1), TEXT_MAX)):
            sheet.write_string(at, column, line[start : start + TEXT_MAX])
    sheet.hide()
