"""Many JSON texts that came together, read at once: what they share is the cost of one reading."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

import duckdb
import pyarrow as pa

from lessor.store.usage.raw import raw_of_ndjson

# Stands for a text that is no JSON: it is told as what it is, a line that is malformed.
_MALFORMED = b"?"

# A text that is no JSON has no length; one of too many events is not taken apart.
_PARTED = """
SELECT length, CASE WHEN length BETWEEN 1 AND $events_max THEN array_to_string(
    CASE WHEN json_type(text) = 'ARRAY' THEN json_extract(text, '$[*]')
        ELSE [json_extract(text, '$')] END::VARCHAR[], e'\\n') END
FROM (
    SELECT body, text, CASE WHEN NOT json_valid(text) THEN NULL
        WHEN json_type(text) = 'ARRAY' THEN json_array_length(text)::BIGINT
        WHEN text IS NOT NULL THEN 1 END AS length
    FROM bodies
)
ORDER BY body
"""


class Text(NamedTuple):
    """One text: an event or an array of events, or with `is_lines` one event a line."""

    content: bytes
    is_lines: bool = False


class Rows(NamedTuple):
    """The raw rows of all texts, numbered from 0, and how many of them each text has in its turn.

    A text of more than the events allowed has None, and no rows; a blank line is no event.
    """

    table: pa.Table
    counts: list[int | None]


def raw_of_texts(texts: Sequence[Text], *, events_max: int) -> Rows:
    """Raw rows of many texts; one that is not JSON is one row that says so."""
    blocks: list[bytes | None] = [None] * len(texts)
    documents = []
    for index, text in enumerate(texts):
        if text.is_lines:
            blocks[index] = _lines(text.content, events_max)
        else:
            documents.append(index)
    contents = [texts[index].content for index in documents]
    for index, block in zip(documents, _elements(contents, events_max), strict=True):
        blocks[index] = block
    counts = [None if block is None else block.count(b"\n") for block in blocks]
    table = raw_of_ndjson(b"".join(block for block in blocks if block))
    return Rows(table.sort_by("row"), counts)


def _lines(content: bytes, events_max: int) -> bytes | None:
    lines = [line for line in content.split(b"\n") if line.strip()]
    return None if len(lines) > events_max else _ended(lines)


def _elements(contents: Sequence[bytes], events_max: int) -> list[bytes | None]:
    """Each text as one event a line; None where there are too many."""
    found: list[bytes | None] = []
    for length, lines in _parted([_decoded(content) for content in contents], events_max):
        if lines is not None:
            found.append(lines.encode() + b"\n")
        elif length is None:
            found.append(_ended([_MALFORMED]))
        else:
            found.append(None if length else b"")
    return found


def _decoded(content: bytes) -> str | None:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return None


def _ended(lines: Sequence[bytes]) -> bytes:
    return b"".join(line + b"\n" for line in lines)


def _parted(texts: Sequence[str | None], events_max: int) -> list[tuple[int | None, str | None]]:
    """How many events each text has, and these one a line."""
    if not texts:
        return []
    numbers = pa.array(range(len(texts)), pa.int64())
    connection = _engine().cursor()
    try:
        connection.register(
            "bodies", pa.table({"body": numbers, "text": pa.array(texts, pa.string())})
        )
        return connection.execute(_PARTED, {"events_max": events_max}).fetchall()
    finally:
        connection.close()


@cache
def _engine() -> duckdb.DuckDBPyConnection:
    """An engine in memory that reads text alone; it has no way to any file."""
    connection = duckdb.connect(":memory:", config={"threads": 1})
    connection.execute("SET temp_directory = ''")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
    return connection
