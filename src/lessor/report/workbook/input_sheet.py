"""The sheet of inputs: a row for each term, the ones that may be changed unlocked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from lessor.report.workbook.formulas import between
from lessor.report.workbook.inputs import LIVE, STRUCTURE, WHY, InputRow
from lessor.report.workbook.layout import Spot
from lessor.report.workbook.styles import Styles, unit_style

INPUTS = "Inputs"
TOP = 9
"""The row of the first term."""

PATH, NAME, VALUE, UNIT, STATUS, WRITTEN, MEANING, NOTE = range(8)
HEADS = ("Term", "Name", "Value", "Unit", "Status", "As written", "Meaning", "Note or source")
_WIDTHS = (44, 44, 18, 26, 11, 18, 60, 50)
_SMALLEST = 1e-12


def spot_of(index: int) -> Spot:
    """Where the value of a term stands."""
    return Spot(INPUTS, TOP + index, VALUE)


def changed_count(rows: Sequence[InputRow]) -> str:
    """The number of terms that differ from what was written, as a formula of another sheet."""
    last = TOP + max(len(rows), 1) - 1
    sides = [
        between(Spot(INPUTS, TOP, column), Spot(INPUTS, last, column), "")
        for column in (VALUE, WRITTEN)
    ]
    return f"SUMPRODUCT(--({sides[0]}<>{sides[1]}))"


def write_inputs(
    workbook: Workbook, sheet: Worksheet, rows: Sequence[InputRow], styles: Styles
) -> None:
    """Write every term, name the cells of numbers, and unlock those that may be changed."""
    sheet.write_string(0, 0, "Inputs", styles.title)
    sheet.write_string(1, 0, "Yellow cells may be changed; every sheet follows.", styles.label)
    for at, (status, why) in enumerate(WHY.items(), start=2):
        sheet.write_string(at, 0, f"{status}: {why}", styles.label)
    for column, (head, width) in enumerate(zip(HEADS, _WIDTHS, strict=True)):
        sheet.set_column(column, column, width)
        sheet.write_string(TOP - 1, column, head, styles.head)
    for index, row in enumerate(rows):
        _write_row(workbook, sheet, TOP + index, row, styles)
    sheet.freeze_panes(TOP, NAME)
    last = TOP + max(len(rows), 1) - 1
    sheet.autofilter(TOP - 1, 0, last, NOTE)
    sheet.print_area(0, 0, last, NOTE)
    sheet.repeat_rows(TOP - 1)


def _write_row(
    workbook: Workbook, sheet: Worksheet, at: int, row: InputRow, styles: Styles
) -> None:
    texts = {
        PATH: row.path,
        NAME: row.name,
        UNIT: row.unit,
        STATUS: row.status,
        MEANING: row.meaning,
        NOTE: row.note,
    }
    for column, text in texts.items():
        sheet.write_string(at, column, text, styles.beside)
    style = unit_style(row.unit)
    if row.status == STRUCTURE or isinstance(row.value, str):
        for column in (VALUE, WRITTEN):
            sheet.write_string(at, column, str(row.value), styles.structure(style))
        return
    looks = styles.input(style) if row.status == LIVE else styles.structure(style)
    sheet.write_number(at, VALUE, row.value, looks)
    sheet.write_number(at, WRITTEN, row.value, styles.structure(style))
    if row.name:
        workbook.define_name(row.name, f"={INPUTS}!$C${at + 1}")
    if row.status == LIVE:
        sheet.data_validation(at, VALUE, at, VALUE, _bounds(row))


def _bounds(row: InputRow) -> dict[str, Any]:
    """What may be written in a cell: a number within the bounds of its field."""
    low = _SMALLEST if row.is_above_zero else (None if row.low is None else float(row.low))
    high = None if row.high is None else float(row.high)
    said: dict[str, Any] = {"validate": "decimal", "error_title": "Out of bounds"}
    if low is not None and high is not None:
        said |= {"criteria": "between", "minimum": low, "maximum": high}
        said["error_message"] = f"a number from {low:g} to {high:g}"
    elif low is not None:
        said |= {"criteria": ">=", "value": low, "error_message": f"a number from {low:g} on"}
    else:
        most = 1e300 if high is None else high
        said |= {"criteria": "<=", "value": most, "error_message": "a number"}
    if row.is_above_zero:
        said["error_message"] += "; zero would change the structure: write the workbook anew"
    return said
