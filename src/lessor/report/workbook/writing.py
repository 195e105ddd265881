"""Writes a workbook: the sheets of a model, each formula with the engine's value beside it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO

from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from lessor import __version__
from lessor.core.cells import Cell, figure
from lessor.forecast.metric_table import METRIC
from lessor.report.workbook.checks import Check, checks
from lessor.report.workbook.formulas import Formulas, reference
from lessor.report.workbook.input_sheet import INPUTS, changed_count, spot_of, write_inputs
from lessor.report.workbook.inputs import FIXED, FOUND, LIVE, InputRow, input_rows
from lessor.report.workbook.layout import FIRST, HEADING, ONCE, Layout, Row, Series, Spot
from lessor.report.workbook.metric_cells import metric_cells
from lessor.report.workbook.model import Model
from lessor.report.workbook.return_rows import NONE, SHEET, Returns, day_number
from lessor.report.workbook.side_sheets import (
    CHECKED,
    SOURCE,
    Compared,
    write_checks,
    write_cover,
    write_source,
)
from lessor.report.workbook.styles import DAY, FLAG, NUMBER, Styles, unit_of, unit_style

FIGURES = (
    "Timeline",
    "Charges",
    "Costs",
    "Assets",
    "Debt",
    "Waterfall",
    "Tax",
    "Cash",
    "Returns",
    "Workings",
)
"""Sheets of rows by month."""

A3, A4 = 8, 9
NOTE_WIDTHS = {SHEET: 60, "Waterfall": 28}
MONTHS_A_PAGE = 12

ORDER = ("Cover", INPUTS, *FIGURES[:-1], "Checks", "Workings", SOURCE)


@dataclass(frozen=True)
class Written:
    """A workbook ready to be written.

    `metrics`: the cell of each; None for one without value. `text`, `sets`: the deal file and what
    was set over it.
    """

    model: Model
    text: str
    sets: Sequence[str]
    rows: Sequence[InputRow]
    metrics: Mapping[str, Cell | None]
    checks: Sequence[Check]
    layout: Layout
    formulas: Formulas

    @property
    def live(self) -> list[str]:
        """The terms that may be changed in the workbook."""
        return [row.path for row in self.rows if row.status == LIVE]

    @property
    def fixed(self) -> list[str]:
        """Terms, and figures found by a search, that stay as they were when it was written."""
        paths = (row.path for row in self.rows if row.status in (FIXED, FOUND))
        return [*dict.fromkeys(paths), *self.unfound]

    @property
    def unfound(self) -> list[str]:
        """Metrics that have a value, but one that no function of a spreadsheet finds."""
        figures = self.model.figures
        return [
            name
            for name, cell in self.metrics.items()
            if cell is None and figures[name].value is not None
        ]


def workbook_of(model: Model, text: str, sets: Sequence[str] = ()) -> Written:
    """The workbook of a model: every figure placed, every formula known; `text`: of the file."""
    found, rows = metric_cells(model)
    metrics = {
        name: None if cell is None else figure(cell, name, None) for name, cell in found.items()
    }
    returns = Returns(model)
    balanced = checks(model, returns)
    layout = Layout(FIGURES)
    shown = [
        Series(SHEET, "Metrics", name, [] if cell is None else [cell])
        for name, cell in metrics.items()
    ]
    layout.place([*_months(model), *shown, *rows, *returns.rows, *model.rows.values()])
    terms = input_rows(model, text, layout.order)
    names = {row.path: row.name for row in terms if row.name}
    spots = {id(row.cell): spot_of(at) for at, row in enumerate(terms) if row.cell is not None}
    formulas = Formulas(layout, names, spots)
    return Written(model, text, sets, terms, metrics, balanced, layout, formulas)


def _months(model: Model) -> list[Series]:
    """The months of the plan: their days, and which end with a payment on a loan."""
    plan = model.plan
    starts, ends = plan.grid.boundaries[:-1], plan.grid.boundaries[1:]
    found = {
        "first: day": [day_number(day) for day in starts],
        "day after the last: day": [day_number(day) for day in ends],
        "days": [(end - start).days for start, end in zip(starts, ends, strict=True)],
        "ends with a payment on a loan": plan.payment_flags.astype(int).tolist(),
    }
    return [
        Series(
            "Timeline",
            "Months",
            title,
            [figure(value, title, period) for period, value in enumerate(values)],
        )
        for title, values in found.items()
    ]


def write_workbook(written: Written) -> bytes:
    """The file: no macro, no link, no text of the deal taken for a formula."""
    target = BytesIO()
    said = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    workbook = Workbook(target, {**said, "strings_to_numbers": False, "nan_inf_to_errors": False})
    closing = written.model.deal.closing_date
    # The same deal gives the same file.
    made = datetime(closing.year, closing.month, closing.day)
    workbook.set_properties({"title": written.model.deal.deal, "created": made})
    styles = Styles(workbook)
    sheets = {name: workbook.add_worksheet(name) for name in ORDER}
    write_cover(sheets["Cover"], _cover(written), styles)
    write_inputs(workbook, sheets[INPUTS], written.rows, styles)
    for name in FIGURES:
        _write_figures(written, sheets[name], styles)
    write_checks(
        sheets["Checks"],
        _compared(written),
        changed=changed_count(written.rows),
        fixed=_fixed_lines(written),
        styles=styles,
    )
    write_source(sheets[SOURCE], written.model.loaded.source.file, written.text, written.sets)
    for sheet in sheets.values():
        # Against slips, not against anyone: there is no password.
        sheet.protect("", {"format_columns": True, "format_rows": True, "autofilter": True})
        sheet.set_landscape()
        sheet.set_paper(A3 if sheet.get_name() in FIGURES else A4)
        sheet.fit_to_pages(_pages(written, sheet.get_name()), 0)
        sheet.set_footer("&L&A&R&P / &N")
    workbook.close()
    return target.getvalue()


def _fixed_lines(written: Written) -> list[str]:
    """What does not follow the inputs, with why, as the checks list it."""
    rows = [row for row in written.rows if row.status in (FIXED, FOUND)]
    lost = "too near a total loss for a spreadsheet's own function"
    return [
        *(f"{row.path}: {row.status}" for row in rows),
        *(f"{name}: {lost}" for name in written.unfound),
    ]


def _pages(written: Written, sheet: str) -> int:
    """How many pages a sheet is wide: sheets by month have so many months on one."""
    if sheet not in FIGURES or not written.layout.sheets[sheet].blocks:
        return 1
    return math.ceil(written.model.plan.grid.months / MONTHS_A_PAGE)


def _cover(written: Written) -> list[tuple[str, str]]:
    deal = written.model.loaded.deal
    months = written.model.plan.grid.months
    return [
        ("Deal", deal.deal),
        ("File", written.model.loaded.source.file),
        ("Written by", f"lessor {__version__}"),
        ("Currency", deal.currency),
        ("Closing", f"{deal.closing_date.isoformat()}, {months} months"),
        (CHECKED, "=Checks!B2"),
        ("How to read", _HOW),
        ("What is live", _LIVE),
        ("What is locked", _LOCKED),
        ("Back to a deal file", "lessor workbook --read FILE -o deal.yaml"),
    ]


_HOW = (
    "Inputs has every term. Each other sheet has a row for a figure and a column for a month; the "
    "column before the first month holds what stands at closing or has no month. Workings has the "
    "steps of long formulas and the rounds of what depends on itself. Sheets are protected without "
    "a password."
)
_LIVE = (
    "All formulas: made by running the engine itself on cells, so that they say what it says. "
    "Change a yellow cell of Inputs, and everything follows."
)
_LOCKED = (
    "Dates, terms, profiles, the number of tiers and all else that decides which months and rows "
    "there are. Checks lists what was fixed beside that when the workbook was written."
)


def _write_figures(written: Written, sheet: Worksheet, styles: Styles) -> None:
    """A sheet of rows by month."""
    plan, name = written.model.plan, sheet.get_name()
    blocks = written.layout.sheets[name].blocks
    sheet.write_string(0, 0, name, styles.title)
    sheet.write_string(1, 0, f"{plan.deal.deal}, {plan.deal.currency}", styles.label)
    if not blocks:
        sheet.write_string(HEADING - 1, 0, "Nothing of this in the deal.", styles.label)
        return
    _write_heads(written, sheet, styles)
    at = HEADING
    for block, rows in blocks.items():
        at += 1
        sheet.write_string(at, 0, block, styles.block)
        for row in rows.values():
            at += 1
            _write_row(written, sheet, at, (block, row), styles)
        at += 1


def _write_heads(written: Written, sheet: Worksheet, styles: Styles) -> None:
    """The months above the figures, and how wide the columns are."""
    grid, name = written.model.plan.grid, sheet.get_name()
    for at, head in ((0, "Figure"), (1, "Unit"), (2, "Note"), (ONCE, "Closing, or no month")):
        sheet.write_string(HEADING - 1, at, head, styles.head)
    for period, day in enumerate(grid.boundaries[:-1]):
        sheet.write_string(HEADING - 2, FIRST + period, grid.labels[period], styles.month)
        sheet.write_number(HEADING - 1, FIRST + period, day_number(day), styles.month)
    sheet.set_column(0, 0, 48)
    sheet.set_column(1, 1, 16 if name == SHEET else 8)
    sheet.set_column(2, 2, NOTE_WIDTHS.get(name, 4))
    sheet.set_column(ONCE, FIRST + max(grid.months, 1), 17)
    sheet.freeze_panes(HEADING, FIRST)
    sheet.repeat_columns(0, 0)
    sheet.repeat_rows(HEADING - 2, HEADING - 1)


def _write_row(
    written: Written, sheet: Worksheet, at: int, row: tuple[str, Row], styles: Styles
) -> None:
    """A figure over the months, of a block."""
    name = sheet.get_name()
    style, unit, note = _look(name, *row)
    for column, text in enumerate((row[1].title, unit, note)):
        sheet.write_string(at, column, text, styles.label)
    if row[0] == "Metrics" and not row[1].cells:
        sheet.write_string(at, ONCE, NONE, styles.label)
    for column, cell in row[1].cells.items():
        _write_cell(written, sheet, Spot(name, at, column), cell, styles=styles, style=style)


def _look(sheet: str, block: str, row: Row) -> tuple[str, str, str]:
    """The style, the unit and the note of a row."""
    title = row.title
    if sheet == SHEET and block == "Metrics":
        return unit_style(METRIC[title].unit), METRIC[title].unit, METRIC[title].meaning
    style = unit_of(title)
    if sheet == "Timeline" and style != DAY:
        style = NUMBER
    return style, style, row.note


def _write_cell(
    written: Written, sheet: Worksheet, spot: Spot, cell: Cell, *, styles: Styles, style: str
) -> None:
    is_number = cell.op in ("given", "constant") or (
        cell.op == "same" and cell.args[0].op == "constant"
    )
    if isinstance(cell.value, bool):
        style = FLAG
    if is_number:
        sheet.write_number(spot.row, spot.column, float(cell), styles.structure(style))
        return
    value = cell.value
    if isinstance(value, float) and not math.isfinite(value):
        value = 0
    text = written.formulas.formula(cell)
    sheet.write_formula(spot.row, spot.column, text, styles.figure(style), value)


def _compared(written: Written) -> list[Compared]:
    """The lines of the checks: balances, then each metric against the engine's."""
    spots, found = written.layout.spots, []
    for check in written.checks:
        left, right = (reference(spots[id(side)], "Checks") for side in (check.left, check.right))
        found.append(Compared(check.title, left, right, float(check.left)))
    for name, cell in written.metrics.items():
        value = written.model.figures[name].value
        if cell is None:
            continue
        engine = NONE if value is None else float(value)
        found.append(
            Compared(name, reference(spots[id(cell)], "Checks"), engine, engine, is_engine=True)
        )
    return found
