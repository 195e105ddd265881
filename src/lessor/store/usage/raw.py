"""From JSON texts to raw rows: the one reader of CloudEvents, for files and for HTTP.

A raw row holds the texts of the fields that we know and nothing else: whatever more an event
carries (prompts, responses) is dropped here. A text that cannot be read becomes a row with a
`fault`, so that it is counted and told, and the rest goes on.
"""

from __future__ import annotations

import os
from functools import cache

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from lessor.store.usage.reasons import DEPTH_LIMIT, TEXT_LIMIT

ATTRIBUTES = ("id", "source", "type", "subject", "time")
DATA_TEXTS = ("unit", "model", "cluster", "node", "cause", "start", "end", "amends", "voids")

RAW_SCHEMA = pa.schema(
    [("row", pa.int64())]
    + [
        (name, pa.string())
        for name in (*ATTRIBUTES, "quantity", "quantity_kind", *DATA_TEXTS, "specversion", "fault")
    ]
)
"""The columns of raw rows, however they were read; a text that was not given is empty."""

_NEWLINE = 10
_PIECE = 1 << 20
RAW_SLICE = 4_096
"""Rows that one thread reads at a time: few enough that a batch of 10,000 keeps two busy."""

# Attributes are read as JSON, so that a number or an object in place of a text is seen.
_FIELDS = (
    ", ".join(f'"{name}": "JSON"' for name in ATTRIBUTES)
    + ', "specversion": "VARCHAR", "data": {"quantity": "JSON", '
    + ", ".join(f'"{name}": "VARCHAR"' for name in DATA_TEXTS)
    + "}"
)
_SHAPE = "{" + _FIELDS + "}"


def _text(json: str) -> str:
    """The text of a JSON string; empty for null and what is not there.

    Without a backslash the only quotes are the two around it.
    """
    return (
        f"CASE WHEN {json} IS NULL THEN '' "
        f"WHEN contains({json}, '\\') THEN json_extract_string({json}, '$') "
        f"ELSE replace({json}::VARCHAR, '\"', '') END"
    )


_ATTRIBUTE_TEXTS = ", ".join(f"{_text(f'event.{name}')} AS {name}" for name in ATTRIBUTES)
_NOT_TEXT = " OR ".join(f"NOT starts_with(event.{name}, '\"')" for name in ATTRIBUTES)
_DATA_TEXTS = ", ".join(f'coalesce(event.data."{name}", \'\') AS "{name}"' for name in DATA_TEXTS)
_QUANTITY = "event.data.quantity::VARCHAR"

# Trimming a whole text costs more than parsing it: only the few that seem faulty are trimmed.
_WHY_NO_EVENT = r"""
CASE WHEN trim(j, e' \t\r\n') = 'null' THEN 'not-an-event' ELSE 'malformed-json' END
"""
_OF_OTHER_FORM = r"""
CASE WHEN starts_with(j, '{') THEN FALSE ELSE ltrim(j, e' \t\r\n')[1] <> '{' END
"""

_OPENERS = "length(j) - length(replace(replace(j, '{', ''), '[', ''))"
# The brackets alone, without those in texts; each pass takes the innermost pairs away.
_BRACKETS = (
    r"""regexp_replace(regexp_replace(j, '"(?:[^"\\]|\\.)*"', '', 'g'), '[^][{}]', '', 'g')"""
)
_AFTER_PASSES = f"""
list_reduce(
    list_prepend({_BRACKETS}, list_resize([]::VARCHAR[], {DEPTH_LIMIT}, '')),
    LAMBDA kept, pass: regexp_replace(kept, '\\[\\]|\\{{\\}}', '', 'g')
)
"""
# Most events hold few brackets, and those cannot be deep.
_TOO_DEEP = f"CASE WHEN {_OPENERS} > {DEPTH_LIMIT} THEN {_AFTER_PASSES} <> '' ELSE FALSE END"

_NUMBERED = "SELECT row, text AS j FROM json_texts"
_ELEMENTS = """
SELECT generate_subscripts(elements, 1) - 1 AS row, unnest(elements) AS j
FROM (SELECT json_extract(text, '$[*]') AS elements FROM json_texts)
"""


def _rows(texts: str, parsed: str) -> str:
    return f"""
WITH texts AS ({texts}),
sized AS (
    SELECT row, j, CASE WHEN j IS NULL THEN 'malformed-json' WHEN strlen(j) > {TEXT_LIMIT}
        THEN 'too-large' WHEN {_TOO_DEEP} THEN 'too-deep' ELSE '' END AS refused
    FROM texts
),
parsed AS (
    SELECT row, refused, j,
        CASE WHEN refused = '' THEN {parsed} END AS event
    FROM sized
)
SELECT row, {_ATTRIBUTE_TEXTS},
    CASE WHEN starts_with({_QUANTITY}, '"') THEN {_text("event.data.quantity")}
        ELSE coalesce({_QUANTITY}, '') END AS quantity,
    CASE WHEN {_QUANTITY} IS NULL THEN 'missing' WHEN starts_with({_QUANTITY}, '"') THEN 'text'
        WHEN regexp_full_match({_QUANTITY}, '-?[0-9]+') THEN 'integer'
        WHEN regexp_full_match({_QUANTITY}, '-?[0-9].*') THEN 'float' ELSE 'other'
        END AS quantity_kind,
    {_DATA_TEXTS}, coalesce(event.specversion, '') AS specversion,
    CASE WHEN refused <> '' THEN refused
        WHEN event IS NULL THEN {_WHY_NO_EVENT}
        WHEN {_OF_OTHER_FORM} OR {_NOT_TEXT} THEN 'not-an-event'
        ELSE '' END AS fault
FROM parsed
"""


_PARSED = f"json_transform(j, '{_SHAPE}')"
# Row by row, and slower: only once the plain call has met a text that is not JSON.
_PARSED_ONE_BY_ONE = f"TRY(json_transform(j, '{_SHAPE}'))"


@cache
def _reader() -> duckdb.DuckDBPyConnection:
    """An engine in memory that reads text alone; it has no way to any file."""
    connection = duckdb.connect(":memory:", config={"threads": os.cpu_count() or 1})
    connection.execute("SET temp_directory = ''")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
    return connection


def _read(texts: pa.Table, query: str) -> pa.Table:
    connection = _reader().cursor()
    try:
        connection.register("json_texts", texts)
        try:
            found = connection.sql(_rows(query, _PARSED)).to_arrow_table()
        except duckdb.InvalidInputException:
            found = connection.sql(_rows(query, _PARSED_ONE_BY_ONE)).to_arrow_table()
    finally:
        connection.close()
    return found.cast(RAW_SCHEMA)


def raw_of_ndjson(block: bytes, first_row: int = 0) -> pa.Table:
    """Raw rows of a block of whole lines, one event a line; blank lines count as rows, and no more.

    The rows are numbered by their line, the first `first_row`. At most 2 GiB at a time.
    """
    texts = _lines(block, first_row)
    return _read(texts, _NUMBERED)


def raw_of_json(body: bytes) -> pa.Table:
    """Raw rows of one JSON text: an event, or an array of events numbered from 0."""
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        return faulty_row("malformed-json")
    texts = pa.table({"row": pa.array([0], pa.int64()), "text": pa.array([text], pa.string())})
    if not text.lstrip().startswith("["):
        return _read(texts, _NUMBERED)
    try:
        return _read(texts, _ELEMENTS)
    except duckdb.InvalidInputException:
        return faulty_row("malformed-json")


def faulty_row(fault: str) -> pa.Table:
    """One raw row for a text that cannot be read as a whole."""
    empty = dict.fromkeys(RAW_SCHEMA.names, "")
    return pa.Table.from_pylist([{**empty, "row": 0, "fault": fault}], RAW_SCHEMA)


def _lines(block: bytes, first_row: int) -> pa.Table:
    if block and block[-1] != _NEWLINE:
        block += b"\n"
    ends = _newlines(np.frombuffer(block, np.uint8))
    offsets = np.zeros(len(ends) + 1, np.int64)
    offsets[1:] = ends + 1
    column = pa.Array.from_buffers(
        pa.large_string(), len(ends), [None, pa.py_buffer(offsets), pa.py_buffer(block)]
    )
    column = _readable(column, block)
    rows = np.arange(first_row, first_row + len(ends))
    table = pa.table({"row": rows, "text": column})
    blank = np.diff(offsets) <= 1
    if blank.any():
        table = table.filter(pa.array(~blank))
    return pa.Table.from_batches(table.to_batches(max_chunksize=RAW_SLICE), table.schema)


def _newlines(block: npt.NDArray[np.uint8]) -> npt.NDArray[np.int64]:
    """Where lines end; looked for a piece at a time, so that the marks need no second block."""
    starts = range(0, len(block), _PIECE)
    found = [np.flatnonzero(block[at : at + _PIECE] == _NEWLINE) + at for at in starts]
    return np.concatenate(found) if found else np.zeros(0, np.int64)


def _readable(column: pa.LargeStringArray, block: bytes) -> pa.LargeStringArray:
    """The lines, with nothing in place of those that are not UTF-8."""
    try:
        column.validate(full=True)
    except pa.ArrowInvalid:
        return pa.array([_decoded(line) for line in block.split(b"\n")[:-1]], pa.large_string())
    return column


def _decoded(line: bytes) -> str | None:
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        return None
