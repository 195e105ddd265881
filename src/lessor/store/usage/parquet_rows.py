"""Usage in Parquet: columns named as the fields of an event; no other column is read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from lessor.core.issue import FaultsError, Issue, Place
from lessor.store.usage.csv_rows import ALIASES, NEEDED
from lessor.store.usage.raw_rows import SPECVERSION, TOLD, Chunk, raw_table


def parquet_chunks(
    path: Path,
    *,
    batch: int,
    start: int = 0,
    source: str = "",
    told: Callable[[int], None] | None = None,
) -> Iterator[Chunk]:
    """A Parquet file of events as raw tables of at most `batch` rows, from row `start` on.

    A quantity of a floating type is refused row by row, as it is in JSON; a timestamp without a
    zone says no instant. `told` hears how many rows are read. Issues: columns-missing,
    file-not-readable.
    """
    try:
        with pq.ParquetFile(path) as file:
            names = _columns(file, path)
            position = 0
            for read in file.iter_batches(batch_size=batch, columns=list(names)):
                position += read.num_rows
                if told is not None:
                    told(read.num_rows)
                if position > start:
                    first = max(start - (position - read.num_rows), 0)
                    yield Chunk(_events(read.slice(first), names, position, source), position)
    except (pa.ArrowException, OSError) as fault:
        raise FaultsError([_unreadable(path, fault)]) from fault


def rows_in(path: Path) -> int:
    """How many rows a Parquet file says it has. Issues: file-not-readable."""
    try:
        return int(pq.read_metadata(path).num_rows)
    except (pa.ArrowException, OSError) as fault:
        raise FaultsError([_unreadable(path, fault)]) from fault


def _columns(file: pq.ParquetFile, path: Path) -> dict[str, str]:
    """The file's column for each field that it tells: `{column: field}`."""
    lowered = [(name, name.strip().lower()) for name in file.schema_arrow.names]
    fields = {name: ALIASES.get(low, low) for name, low in lowered}
    found = {name: field for name, field in fields.items() if field in TOLD}
    missing = [field for field in NEEDED if field not in found.values()]
    if missing:
        told = f"the file has no column {', '.join(missing)}"
        remedy = "name the columns id, source, type, subject, time, quantity, unit"
        raise FaultsError([Issue("columns-missing", told, remedy, Place(str(path)))])
    return found


def _events(read: pa.RecordBatch, names: dict[str, str], position: int, source: str) -> pa.Table:
    count = read.num_rows
    columns = {field: pc.fill_null(_texts(read.column(name)), "") for name, field in names.items()}
    kinds = {field: read.column(name) for name, field in names.items() if field == "quantity"}
    columns["quantity_kind"] = _kinds(kinds.get("quantity", pa.nulls(count)))
    if source and "source" not in columns:
        columns["source"] = pa.repeat(pa.scalar(source), count)
    if "specversion" not in columns:
        columns["specversion"] = pa.repeat(pa.scalar(SPECVERSION), count)
    rows = pa.array(range(position - count + 1, position + 1), pa.int64())
    return raw_table(rows, columns)


def _texts(column: pa.Array) -> pa.Array:
    """A column as text; what has no one text (a list, a record) counts as not told."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        column, kind = column.dictionary_decode(), kind.value_type
    if pa.types.is_timestamp(kind):
        return _instants(column, kind)
    if pa.types.is_nested(kind) or pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
        return pa.nulls(len(column), pa.string())
    return pc.cast(column, pa.string())


def _instants(column: pa.Array, kind: pa.TimestampType) -> pa.Array:
    """Timestamps as RFC 3339 says them: with Z where the file says the zone."""
    plain = pc.cast(column, pa.timestamp(kind.unit)) if kind.tz else column
    text = pc.replace_substring(pc.cast(plain, pa.string()), " ", "T")
    return pc.binary_join_element_wise(text, "Z", "") if kind.tz else text


def _kinds(column: pa.Array) -> pa.Array:
    kind = column.type
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    if pa.types.is_integer(kind):
        told = "integer"
    elif pa.types.is_floating(kind):
        told = "float"
    elif pa.types.is_decimal(kind) or pa.types.is_string(kind) or pa.types.is_large_string(kind):
        told = "text"
    else:
        told = "other"
    return pc.if_else(pc.is_null(column), "missing", told)


def _unreadable(path: Path, fault: Exception) -> Issue:
    reason = str(fault).splitlines()[0] if str(fault) else type(fault).__name__
    return Issue(
        "file-not-readable",
        f"the file cannot be read as Parquet: {reason}",
        "write the file again; what was taken of it is kept, and counts once",
        Place(str(path)),
    )
