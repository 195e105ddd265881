"""The terms of a deal as rows of a sheet: which may be changed in it, and which not, and why."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from lessor.core.cells import Cell
from lessor.report.workbook.model import Model
from lessor.terms.fields import FieldRow, field_at
from lessor.terms.source import Path, Source, Value, dotted, parse_dotted

LIVE, FIXED, STRUCTURE, FOUND, UNUSED = "live", "fixed", "structure", "found", "unused"
NAME_MAX = 200
REFERENCE = "reference data: `lessor reference` has its source, date and grade"

WHY = {
    LIVE: "may be changed here; all sheets follow",
    FIXED: "fixed at the time of writing: it also decides dates, counts or a search",
    STRUCTURE: "structure: change it in the deal file and write the workbook anew",
    FOUND: "fixed at the time of writing: worked out by the engine, or reference data",
    UNUSED: "nothing in this plan goes by it",
}
"""What each status of a row means."""


@dataclass(frozen=True)
class InputRow:
    """A term: its path in the deal, what it says, and whether it may be changed in the workbook.

    `cell`: what formulas refer to; None for structure. `name`: its defined name. `value` is a
    number for terms with a cell, else the text of the file.
    """

    path: str
    status: str
    value: float | str
    cell: Cell | None = None
    name: str = ""
    unit: str = ""
    meaning: str = ""
    note: str = ""
    low: Decimal | None = None
    high: Decimal | None = None
    is_written: bool = True
    is_above_zero: bool = False


def input_rows(model: Model, text: str, used: Iterable[Cell]) -> list[InputRow]:
    """Every term of the file in its order, then those that it does not say.

    `text`: of the file. `used`: all cells of the workbook; of terms and numbers that the file does
    not say, only those among them are shown.
    """
    reached = {id(cell) for cell in used}
    inputs = {
        path: cell
        for path, cell in model.kind.inputs.items()
        if id(cell) in reached or model.kind.is_written(path)
    }
    names = _names(inputs)
    lines = text.splitlines()
    source = model.loaded.source
    rows: list[InputRow] = []
    for path, said in _leaves(source.tree, ()):
        own = [name for name in inputs if _is_of(name, dotted(path))]
        for name in own:
            cell = inputs.pop(name)
            term = _term(model, name, cell, names[name], note=_note(source, path, lines))
            rows.append(term if id(cell) in reached else replace(term, status=UNUSED))
        if not own:
            unit, meaning = _about(field_at(path, source.tree))
            note = _note(source, path, lines)
            rows.append(
                InputRow(dotted(path), STRUCTURE, said, unit=unit, meaning=meaning, note=note)
            )
    for name, cell in inputs.items():
        rows.append(_term(model, name, cell, names[name], is_written=False))
    for (label, number), cell in model.kind.fixed.items():
        if id(cell) in reached:
            note = REFERENCE if label.startswith("reference ") else ""
            rows.append(InputRow(label, FOUND, number, cell, note=note, is_written=False))
    return rows


def _term(
    model: Model, path: str, cell: Cell, name: str, *, note: str = "", is_written: bool = True
) -> InputRow:
    looked, tested = path in model.seen.values, path in model.seen.zeros
    number = float(cell)
    is_fixed = looked or (tested and number == 0)
    row = field_at(parse_dotted(path), model.loaded.source.tree)
    low, high = (None, None) if row is None else (row.low, row.high)
    unit, meaning = _about(row)
    return InputRow(
        path,
        FIXED if is_fixed else LIVE,
        number,
        cell,
        name,
        note=note if is_written else "not written in the file: default",
        low=low,
        high=high,
        is_written=is_written,
        is_above_zero=tested and not is_fixed,
        unit=unit,
        meaning=meaning,
    )


def _about(row: FieldRow | None) -> tuple[str, str]:
    """The unit and the meaning of a field."""
    if row is None:
        return "", ""
    return row.unit or ("fraction" if row.type == "fraction" else ""), row.meaning


def _is_of(path: str, leaf: str) -> bool:
    """Whether a term stands at a leaf of the file, or inside what the leaf is short for."""
    return path == leaf or path.startswith((f"{leaf}.", f"{leaf}["))


def _leaves(node: Value, path: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(node, dict):
        for name, item in node.items():
            yield from _leaves(item, (*path, name))
    elif isinstance(node, list):
        for index, item in enumerate(node):
            yield from _leaves(item, (*path, index))
    elif node is not None:
        yield path, str(node)


def _note(source: Source, path: Path, lines: list[str]) -> str:
    """The comment at the end of a term's line: where its figure is from, as the file has it."""
    mark = source.marks.get(path)
    if path in source.set_by:
        return f"set by {source.set_by[path]}"
    if mark is None or mark[0] > len(lines):
        return ""
    found = re.search(r"\s#\s*(.*)$", lines[mark[0] - 1])
    return "" if found is None else found[1].strip()


def _names(paths: Mapping[str, Cell]) -> dict[str, str]:
    """A defined name for each path: letters, digits and underscores, no two alike."""
    found: dict[str, str] = {}
    taken: set[str] = set()
    for path in paths:
        bare = "in_" + re.sub(r"\W+", "_", path).strip("_")[:NAME_MAX]
        name, number = bare, 1
        while name.casefold() in taken:
            number += 1
            name = f"{bare}_{number}"
        taken.add(name.casefold())
        found[path] = name
    return found
