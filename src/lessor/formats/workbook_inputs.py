"""Reads the inputs of a workbook back: numbers and texts only, nothing in it is ever run."""

from __future__ import annotations

import math
import warnings
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from io import BytesIO
from typing import Any

from lessor.core.issue import Issue, Place, Severity

BYTES_MAX = 20_000_000
UNPACKED_MAX = 100_000_000
PARTS_MAX = 200
ROWS_MAX = 20_000

FORMAT = "lessor-workbook/1"
SOURCE, INPUTS = "Source", "Inputs"
_HEAD = "Term"
_DAMAGES = (
    *(zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, OSError, EOFError),
    # Markup that is not well formed, or says what no workbook does.
    *(SyntaxError, LookupError, ValueError, TypeError, AttributeError),
)
_PATH, _VALUE, _STATUS, _WRITTEN = 0, 2, 4, 5
_FOLLOWED = "live"
_SKIPPED = ("found", "unused")


@dataclass(frozen=True)
class ChangedTerm:
    """A term that the sheet says otherwise than it was written; `place`: its cell."""

    path: str
    value: float | str
    place: Place


@dataclass(frozen=True)
class WorkbookInputs:
    """What a workbook says of its deal: the deal file, what was set over it, what has changed."""

    file: str
    text: str
    sets: tuple[str, ...]
    changed: tuple[ChangedTerm, ...]


def read_inputs(data: bytes, file: str) -> tuple[WorkbookInputs | None, tuple[Issue, ...]]:
    """The inputs of a workbook that `lessor workbook` wrote; None where it is none.

    Issues: workbook-unreadable, cell-not-a-number (each such cell), term-fixed (a warning).
    """
    fault = _fault_of(data)
    if fault:
        return None, (_unreadable(file, fault),)
    # Only this command needs it, and it takes long to load.
    import openpyxl

    try:
        with warnings.catch_warnings():
            # What the library only warns of shows in the cells, or does not matter to them.
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(BytesIO(data), read_only=True, keep_links=False)
            kept = [name for name in (SOURCE, INPUTS) if name in book.sheetnames]
            sheets = {name: _rows(book[name]) for name in kept}
    except _DAMAGES:
        return None, (_unreadable(file, "it is no workbook, or damaged"),)
    if len(sheets) < 2 or not sheets[SOURCE] or _at(sheets[SOURCE][0], 0) != FORMAT:
        return None, (_unreadable(file, "it was not written by `lessor workbook`"),)
    return _inputs(sheets, file)


def _fault_of(data: bytes) -> str:
    """Why a file is not even to be opened; empty where it may be."""
    if len(data) > BYTES_MAX:
        return f"it holds more than {BYTES_MAX / 1e6:g} MB"
    try:
        with zipfile.ZipFile(BytesIO(data)) as packed:
            parts = packed.infolist()
    except _DAMAGES:
        return "it is no workbook, or damaged"
    unpacked = sum(part.file_size for part in parts)
    if len(parts) > PARTS_MAX or unpacked > UNPACKED_MAX:
        return f"it unpacks to {len(parts)} parts of {unpacked / 1e6:.0f} MB"
    return ""


def _rows(sheet: Any) -> list[tuple[Any, ...]]:
    found = []
    for row in sheet.iter_rows(values_only=True, max_row=ROWS_MAX, max_col=64):
        found.append(tuple(row))
    return found


def _at(row: Sequence[Any], column: int) -> Any:
    return row[column] if column < len(row) else None


def _inputs(
    sheets: dict[str, list[tuple[Any, ...]]], file: str
) -> tuple[WorkbookInputs | None, tuple[Issue, ...]]:
    lines = sheets[SOURCE]
    counts = [_at(lines[2], at) if len(lines) > 2 else None for at in (0, 1)]
    if not all(isinstance(count, int | float) and 0 <= count <= ROWS_MAX for count in counts):
        return None, (_unreadable(file, "its sheet Source is damaged"),)
    texts = ["".join(str(part) for part in row if part is not None) for row in lines[3:]]
    end = int(counts[0] or 0)
    texts += [""] * (end + int(counts[1] or 0) - len(texts))
    changed: list[ChangedTerm] = []
    issues: list[Issue] = []
    heads = [number for number, row in enumerate(sheets[INPUTS]) if _at(row, _PATH) == _HEAD]
    if not heads:
        return None, (_unreadable(file, "its sheet Inputs has no head"),)
    for number, row in enumerate(sheets[INPUTS][heads[0] + 1 :], start=heads[0] + 2):
        for found in _term(row, Place(f"{file}, {INPUTS}!C{number}")):
            if isinstance(found, Issue):
                issues.append(found)
            else:
                changed.append(found)
    name = str(_at(lines[1], 0) or "deal.yaml")
    sets = tuple(texts[end : end + int(counts[1] or 0)])
    return WorkbookInputs(name, "\n".join(texts[:end]), sets, tuple(changed)), tuple(issues)


def _term(row: Sequence[Any], place: Place) -> Iterator[ChangedTerm | Issue]:
    """What a row of the sheet changes, and what is wrong with it."""
    path, value = _at(row, _PATH), _at(row, _VALUE)
    status, written = _at(row, _STATUS), _at(row, _WRITTEN)
    if not isinstance(path, str) or not path or status in _SKIPPED or value == written:
        return
    where = Place(place.file, field=path)
    if isinstance(written, int | float):
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if not is_number or not math.isfinite(value):
            yield _no_number(value, where)
            return
    elif not isinstance(value, str) or value.startswith("="):
        yield _no_number(value, where)
        return
    if status != _FOLLOWED:
        yield _not_followed(where)
    yield ChangedTerm(path, value, where)


def as_written(value: float, before: str) -> str:
    """A number as a deal file says it, in percent where it stood in percent.

    >>> as_written(0.0425, "4%"), as_written(1500000.0, "1_450_000")
    ('4.25%', '1500000')
    """
    exact = Decimal(repr(value))
    if before.strip().endswith("%"):
        return f"{_plain(exact * 100)}%"
    return _plain(exact)


def _plain(number: Decimal) -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _unreadable(file: str, why: str) -> Issue:
    return Issue(
        "workbook-unreadable",
        f"the inputs cannot be read: {why}",
        "name a workbook that `lessor workbook DEAL -o FILE` wrote, saved as .xlsx",
        Place(file),
    )


def _no_number(value: object, place: Place) -> Issue:
    is_formula = isinstance(value, str) and value.startswith("=")
    said = "nothing" if value is None else ("a formula" if is_formula else f"'{value}'"[:60])
    return Issue(
        "cell-not-a-number",
        f"the cell holds {said} where the term was written as a plain value",
        "write the number itself, as 0.04 for 4%",
        place,
    )


def _not_followed(place: Place) -> Issue:
    return Issue(
        "term-fixed",
        "the term was changed in a cell that the figures of the workbook do not follow",
        "it is taken into the deal file; write the workbook anew from that for its figures",
        place,
        severity=Severity.WARNING,
    )
