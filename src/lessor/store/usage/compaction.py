"""From hot events to columnar segments, one for each UTC day that they belong to.

A segment is written aside, synced, renamed into place and its folder synced; only then one
transaction names it in the catalogue and takes its events out of the hot table. A crash before
that leaves a file that nothing names, and the events hot as they were.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import NamedTuple

import duckdb

from lessor.store.usage.one_row import one_row
from lessor.store.usage.schema import EVENT_COLUMNS, EVENT_NAMES

_READ_BYTES = 1 << 20


class Segment(NamedTuple):
    """A file of compacted events of one UTC day, as the catalogue names it.

    segment: its path from the store's folder. bytes and sha256: of the file as it was synced.
    """

    segment: str
    day: date
    events: int
    seq_from: int
    seq_to: int
    bytes: int
    sha256: str


# A file cannot hold whole numbers of 128 bits (they would become floats): keys go as 16 bytes.
def _as_bytes(name: str) -> str:
    return f"{name}::BIT::BLOB AS {name}"


def _as_number(name: str) -> str:
    return f"{name}::BIT::UHUGEINT AS {name}"


_KEYS = ("key", "target_key")
_WRITTEN = ", ".join(_as_bytes(name) if name in _KEYS else name for name, _ in EVENT_COLUMNS)
_READ = ", ".join(_as_number(name) if name in _KEYS else name for name, _ in EVENT_COLUMNS)

# Rows of one lease and meter lie together: that is how invoice lines are traced to them. Each day
# is sorted alone, on its way into its file: no second copy of wide rows is made.
# A higher level of zstd costs a third more time and saves nothing: keys and ids are random.
_WRITE = """
COPY (
    SELECT {columns} FROM (SELECT {names} FROM ({events}) WHERE day = '{day}')
    ORDER BY lease, meter, time, ingest_seq
) TO '{path}' (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1)
"""


def compact(connection: duckdb.DuckDBPyConnection, folder: Path, *, at_least: int = 0) -> int:
    """Move the hot events to segments once there are `at_least` so many; how many were moved."""
    (total,) = one_row(connection, "SELECT count(*) FROM hot")
    if not total or total < at_least:
        return 0
    written = write_segments(connection, folder, "FROM hot")
    connection.execute("BEGIN")
    try:
        name_segments(connection, written)
        connection.execute(
            "DELETE FROM hot WHERE ingest_seq <= ?", [max(segment.seq_to for segment in written)]
        )
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    # Without it the space of the events that left would be taken anew each time.
    connection.execute("CHECKPOINT")
    return int(total)


def write_segments(
    connection: duckdb.DuckDBPyConnection, folder: Path, events: str
) -> list[Segment]:
    """Write the events of a query to a segment a day, synced and in place, and not yet named."""
    found = connection.execute(
        f"SELECT day, count(*), min(ingest_seq), max(ingest_seq) FROM ({events}) GROUP BY day "
        "ORDER BY 1"
    ).fetchall()
    last = max(seq_to for *_, seq_to in found)
    return [
        _write(
            connection,
            folder,
            Segment(_path(day, last), day, count, seq_from, seq_to, 0, ""),
            events,
        )
        for day, count, seq_from, seq_to in found
    ]


def name_segments(connection: duckdb.DuckDBPyConnection, written: list[Segment]) -> None:
    """Name segments in the catalogue, inside the caller's transaction: from then on they count."""
    connection.executemany(
        "INSERT INTO segments VALUES (?, ?, ?, ?, ?, ?, ?)", [list(segment) for segment in written]
    )


def segments(
    connection: duckdb.DuckDBPyConnection, first: date | None = None, last: date | None = None
) -> list[Segment]:
    """The segments named by the catalogue, of the UTC days from `first` to `last`."""
    rows = connection.execute(
        """
        SELECT segment, day, events, seq_from, seq_to, bytes, sha256 FROM segments
        WHERE day >= coalesce($first, day) AND day <= coalesce($last, day) ORDER BY day, seq_to
        """,
        {"first": first, "last": last},
    ).fetchall()
    return [Segment(*row) for row in rows]


def events_query(folder: Path, found: Iterable[Segment]) -> str:
    """A query for all events kept, hot or in the segments given, with keys as whole numbers."""
    hot = f"SELECT {EVENT_NAMES} FROM hot"
    paths = ", ".join(_quoted(folder.resolve() / segment.segment) for segment in found)
    if not paths:
        return hot
    return f"{hot} UNION ALL SELECT {_READ} FROM read_parquet([{paths}], hive_partitioning = false)"


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file, as hexadecimal text."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_READ_BYTES):
            digest.update(block)
    return digest.hexdigest()


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable."""
    _sync(folder, os.O_RDONLY | os.O_DIRECTORY)


def _sync(path: Path, flags: int) -> None:
    opened = os.open(path, flags)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _path(day: date, seq: int) -> str:
    # Events move once, so what ends at an ingest_seq is named once: a file of that name that is
    # there already was left by a crash, and is written over.
    return f"events/day={day.isoformat()}/{seq:015d}.parquet"


def _write(
    connection: duckdb.DuckDBPyConnection, folder: Path, segment: Segment, events: str
) -> Segment:
    staged = folder / "staging" / segment.segment.replace("/", "-")
    connection.execute(
        _WRITE.format(
            columns=_WRITTEN,
            names=EVENT_NAMES,
            events=events,
            day=segment.day.isoformat(),
            path=str(staged.resolve()).replace("'", "''"),
        )
    )
    staged.chmod(0o600)
    _sync(staged, os.O_RDONLY)
    placed = folder / segment.segment
    if not placed.parent.exists():
        placed.parent.mkdir(mode=0o700)
        sync_folder(placed.parent.parent)
    named = segment._replace(bytes=staged.stat().st_size, sha256=sha256_of(staged))
    staged.rename(placed)
    sync_folder(placed.parent)
    return named


def _quoted(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"
