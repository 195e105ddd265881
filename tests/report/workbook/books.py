"""Workbooks of deals, what must stand in them, and deals with other numbers for their inputs."""

from __future__ import annotations

import datetime
import operator
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from lessor.core.cells import Cell
from lessor.core.numeric import ceiling, round_to
from lessor.report.workbook.inputs import LIVE, InputRow
from lessor.report.workbook.model import Model, model_of
from lessor.report.workbook.return_rows import NONE, day_number
from lessor.report.workbook.writing import Written, workbook_of
from lessor.terms.load import Loaded, build_deal, require_deal, with_set

RELATIVE = 1e-6
"""How far a figure of the office may be from the engine's, beside itself."""

RESIDUE = 1e-14
"""The same beside the amounts that it is added up from: what is left where they cancel out."""

Values = Mapping[str, Sequence[Sequence[Any]]]


def written(path: Path) -> Written:
    """The workbook of a deal file."""
    return workbook_of(model_of(require_deal(path)), path.read_text(encoding="utf-8"))


def differences(book: Written, values: Values) -> list[str]:
    """Every cell of a recalculated workbook that is not what the engine made of it."""
    found = []
    cells = {id(cell): cell for cell in book.layout.order}
    scales = sizes(book.layout.order)
    for key, spot in book.layout.spots.items():
        got = at(values, spot.sheet, spot.row, spot.column)
        cell = cells[key]
        if not alike(got, cell.value, scales[key]):
            found.append(f"{spot}: {got!r} for {cell!r}, {book.formulas.formula(cell)[:200]}")
    return found


def sizes(order: Sequence[Cell]) -> dict[int, float]:
    """How large the amounts are that a cell is added up from, by identity.

    What two of them leave where they cancel out is rounding, and the office calls it 0.
    """
    found: dict[int, float] = {}
    for cell in order:
        own = [found[id(arg)] for arg in cell.args]
        value = abs(float(cell.value)) if not isinstance(cell.value, str) else 0.0
        if cell.op in ("*", "/", "ratio") and len(own) > 1:
            a, b = (abs(float(arg.value)) for arg in cell.args[:2])
            by = 1.0 if cell.op == "*" else b * b
            crossed = own[0] * b + own[1] * a
            found[id(cell)] = max(value, crossed / by if by else own[-1])
        else:
            found[id(cell)] = max([value, *own])
    return found


def at(values: Values, sheet: str, row: int, column: int) -> Any:
    """The value of a cell; None where nothing stands."""
    rows = values[sheet]
    return rows[row][column] if row < len(rows) and column < len(rows[row]) else None


def alike(got: Any, wanted: Any, largest: float) -> bool:
    """Whether a cell holds a figure; `largest`: of what the figure is added up from."""
    if isinstance(got, datetime.datetime):
        got = day_number(got.date())
    if isinstance(wanted, str):
        return (got or "") == wanted
    if not isinstance(got, int | float):
        return False
    off = abs(float(got) - float(wanted))
    return off <= max(RELATIVE * abs(float(wanted)), RESIDUE * largest)


def changes(book: Written, loaded: Loaded) -> tuple[dict[str, float], Loaded]:
    """Another number for every input that may take one, and the deal that says the same.

    What the checks of the deal refuse (one share of several that sum to 1) stays as it is.
    """
    source, deal, found = loaded.source, loaded, {}
    for place, row in enumerate(book.rows):
        value = other_number(place, row)
        if row.status != LIVE or value is None:
            continue
        changed, _ = with_set(source, row.path, repr(value))
        built = None if changed is None else build_deal(changed)[0]
        if built is not None and changed is not None:
            source, deal = changed, built
            found[row.path] = value
    return found, deal


def other_number(place: int, row: InputRow) -> float | None:
    """A number near the one that a term has, within its bounds; not the same way for all."""
    assert isinstance(row.value, float) or row.status != LIVE
    if not isinstance(row.value, float):
        return None
    step = (0.03, -0.02, 0.05, -0.04)[place % 4]
    if row.value == 0:
        return 0.01 if row.unit.startswith("fraction") else None
    value = row.value * (1 + step)
    if row.high is not None and value > float(row.high):
        value = row.value * (1 - abs(step))
    # Few digits, so that the office writes the very number.
    return float(f"{value:.10g}")


def figures_apart(book: Written, model: Model, values: Values) -> list[str]:
    """Cells of a recalculated workbook, inputs changed, that are not what the engine says then."""
    found = []
    scales = sizes(book.layout.order)
    for title, row in book.model.rows.items():
        other = model.rows[title].cells
        for cell, wanted in zip(row.cells, other, strict=True):
            spot = book.layout.spots[id(cell)]
            got = at(values, spot.sheet, spot.row, spot.column)
            if not alike(got, wanted.value, scales[id(cell)]):
                found.append(f"{title} {cell.period}: {got!r} for {wanted.value!r}")
    for name, metric in book.metrics.items():
        if metric is not None:
            spot = book.layout.spots[id(metric)]
            got = at(values, spot.sheet, spot.row, spot.column)
            value = model.figures[name].value
            if not alike(got, NONE if value is None else value, 0.0):
                found.append(f"{name}: {got!r} for {value!r}")
    return found


_RUN: dict[str, Any] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "^": operator.pow,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "min": min,
    "max": max,
    "and": lambda a, b: bool(a and b),
    "or": lambda a, b: bool(a or b),
    "not": lambda a: not a,
    "negative": operator.neg,
    "same": lambda a: a,
    "if": lambda flag, yes, no: yes if flag else no,
    "ratio": lambda a, by, otherwise: a / by if by else otherwise,
    "ceiling": lambda a: ceiling(float(a)),
    "round": lambda a, decimals: round_to(float(a), int(decimals)),
}


def evaluated(order: Sequence[Cell], inputs: Mapping[str, float]) -> dict[int, Any]:
    """What cells come to with other inputs, by identity: the formulas, reckoned in Python."""
    values: dict[int, Any] = {}
    for cell in order:
        if cell.op == "input":
            values[id(cell)] = inputs.get(cell.field, cell.value)
        elif not cell.args:
            values[id(cell)] = cell.value
        elif cell.op != "call":
            values[id(cell)] = _RUN[cell.op](*(values[id(arg)] for arg in cell.args))
    return values
