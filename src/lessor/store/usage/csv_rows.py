"""Usage in CSV: the header names the fields, each row is an event."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple

import pyarrow as pa

from lessor.core.issue import FaultsError, Issue
from lessor.store.usage.lines import Line
from lessor.store.usage.raw_rows import SPECVERSION, TOLD, Chunk, fault_rows, raw_table

LINE_BYTES_MAX = 1 << 20
ALIASES = {"meter": "type", "lease": "subject"}
NEEDED = ("id", "type", "subject", "time")
TOO_LARGE, NOT_AN_EVENT = "too-large", "not-an-event"


class Rows(NamedTuple):
    """Rows of a CSV file that were read together: those that parse, and the others by fault."""

    numbers: list[int]
    fields: list[list[str]]
    faults: list[tuple[int, str]]


class CsvRows:
    """A CSV file read in pieces; a row that cannot be parsed is a fault of its own.

    Rows are counted from 1 after the header; an empty line counts and is passed over.
    """

    def __init__(self, lines: Iterable[Line]) -> None:
        self._reader = csv.reader(_texts(lines), strict=True)
        self.header = self._next_header()
        self.position = 0

    def _next_header(self) -> tuple[str, ...]:
        try:
            first = next(self._reader, [])
        except csv.Error:
            first = []
        return tuple(name.strip().lower() for name in first)

    def skip(self, rows: int) -> None:
        """Pass over rows that were taken before."""
        while self.position < rows and self.read(rows - self.position) is not None:
            pass

    def read(self, count: int) -> Rows | None:
        """The next `count` rows or fewer; None after the last."""
        rows = Rows([], [], [])
        end = self.position + count
        while self.position < end:
            fields: list[list[str]] = []
            fault = ""
            try:
                # What came before a bad row stays in the list that is being extended.
                fields.extend(islice(self._reader, end - self.position))
            except csv.Error as error:
                fault = TOO_LARGE if "field limit" in str(error) else NOT_AN_EVENT
            self._keep(fields, rows)
            if fault:
                self.position += 1
                rows.faults.append((self.position, fault))
            elif not fields:
                break
        return rows if rows.numbers or rows.faults or self.position == end else None

    def _keep(self, found: list[list[str]], rows: Rows) -> None:
        width = len(self.header)
        for fields in found:
            self.position += 1
            if len(fields) == width:
                rows.numbers.append(self.position)
                rows.fields.append(fields)
            elif fields:
                rows.faults.append((self.position, NOT_AN_EVENT))


def csv_chunks(
    lines: Iterable[Line], *, batch: int, start: int = 0, source: str = ""
) -> Iterator[Chunk]:
    """A CSV file of events as raw tables of at most `batch` rows, from row `start` on.

    `meter` may be written for type, `lease` for subject; without a column `source`, `source` is
    meant. Columns that no event has are not read. Issues: columns-missing.
    """
    rows = CsvRows(lines)
    names = tuple(ALIASES.get(name, name) for name in rows.header)
    _require_columns(names)
    given = {"specversion": SPECVERSION} | ({"source": source} if source else {})
    yield from chunks_of(rows, lambda found: _events(found, names, given), batch=batch, start=start)


def chunks_of(
    rows: CsvRows, table_of: Callable[[Rows], pa.Table], *, batch: int, start: int
) -> Iterator[Chunk]:
    """The rows from `start` on, a chunk for each `batch` of them."""
    rows.skip(start)
    while (found := rows.read(batch)) is not None:
        yield Chunk(table_of(found), rows.position)


def split_text(rows: Rows) -> Rows:
    """The rows, those that hold bytes that are no UTF-8 moved to the faults."""
    numbers, fields, faults = [], [], list(rows.faults)
    for number, told in zip(rows.numbers, rows.fields, strict=True):
        try:
            "".join(told).encode()
        except UnicodeEncodeError:
            faults.append((number, NOT_AN_EVENT))
        else:
            numbers.append(number)
            fields.append(told)
    return Rows(numbers, fields, faults)


def with_faults(table: pa.Table, faults: Sequence[tuple[int, str]]) -> pa.Table:
    """A raw table with the rows that could not be read, in the order of the file."""
    if not faults:
        return table
    bad = [fault_rows([number], fault) for number, fault in faults]
    return pa.concat_tables([table, *bad]).sort_by("row")


def _events(rows: Rows, names: tuple[str, ...], given: dict[str, str]) -> pa.Table:
    try:
        return _whole(rows, names, given)
    except UnicodeEncodeError:
        return _whole(split_text(rows), names, given)


def _whole(rows: Rows, names: tuple[str, ...], given: dict[str, str]) -> pa.Table:
    columns: dict[str, pa.Array | Sequence[str]] = {
        name: pa.repeat(pa.scalar(value), len(rows.numbers)) for name, value in given.items()
    }
    told = list(zip(*rows.fields, strict=True)) or [()] * len(names)
    for name, values in zip(names, told, strict=True):
        if name in TOLD:
            columns[name] = [value.strip() for value in values]
    columns["quantity_kind"] = [
        "text" if value else "missing"
        for value in columns.get("quantity", [""] * len(rows.numbers))
    ]
    table = raw_table(pa.array(rows.numbers, pa.int64()), columns)
    return with_faults(table, rows.faults)


def _texts(lines: Iterable[Line]) -> Iterator[str]:
    """Lines as the CSV reader takes them; one that was cut is made too large to pass as a row."""
    first = True
    for line in lines:
        text = line.text.decode("utf-8", errors="surrogateescape")
        if first:
            text, first = text.removeprefix("\ufeff"), False
        if line.is_cut:
            text += "x" * (csv.field_size_limit() + 1)
        yield text + "\n"


def _require_columns(names: Sequence[str]) -> None:
    missing = [name for name in NEEDED if name not in names]
    repeated = sorted({name for name in names if name in TOLD and names.count(name) > 1})
    issues = []
    if missing:
        issues.append(
            Issue(
                "columns-missing",
                f"the first line names no column {', '.join(missing)}",
                "write a first line such as id,source,type,subject,time,quantity,unit",
            )
        )
    if repeated:
        issues.append(
            Issue(
                "columns-repeated",
                f"the first line names {', '.join(repeated)} more than once",
                "keep one column of each; meter is type and lease is subject",
            )
        )
    if issues:
        raise FaultsError(issues)
