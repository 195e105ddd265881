"""The raw table: events as they were told, every field text, before anything is checked.

Each way in makes this one table; fields that it has no column for are dropped where they are read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import pyarrow as pa

from lessor.store.usage.raw import RAW_SCHEMA

TOLD = tuple(name for name in RAW_SCHEMA.names if name not in ("row", "quantity_kind", "fault"))
"""What a file or a request may say of an event."""

SPECVERSION = "1.0"


class Chunk(NamedTuple):
    """Some rows of a file as a raw table; `position` rows of the file are read when it is taken.

    `row` of the table counts the file's rows from 1; where one row of a file makes several events,
    `events_per_row` of them follow each other and `row` counts events.
    """

    table: pa.Table
    position: int
    events_per_row: int = 1

    def file_row(self, row: int) -> int:
        """The row of the file, counted from 1, that an event's `row` stands for."""
        return (row - 1) // self.events_per_row + 1


def raw_table(rows: pa.Array, columns: Mapping[str, pa.Array | Sequence[str]]) -> pa.Table:
    """A raw table of some of its columns; the others are empty, the fault is none."""
    empty = pa.repeat(pa.scalar("", pa.string()), len(rows))
    made = {"row": rows, **dict.fromkeys(RAW_SCHEMA.names[1:], empty), **columns}
    arrays = [
        made[name] if isinstance(made[name], pa.Array) else pa.array(made[name], pa.string())
        for name in RAW_SCHEMA.names
    ]
    return pa.table(arrays, schema=RAW_SCHEMA)


def fault_rows(rows: Sequence[int], fault: str) -> pa.Table:
    """Rows of which nothing is told but why they cannot be read."""
    return raw_table(pa.array(rows, pa.int64()), {"fault": [fault] * len(rows)})
