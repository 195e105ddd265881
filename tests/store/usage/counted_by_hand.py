"""Random stores of events with all that can be wrong in one, and their sums in plain Python."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from lessor.store.usage.aggregate import EventFiles

START = datetime(2026, 6, 1)
DAYS = 3
LEASES = ("acme", "zeta")
METERS = ("tokens_in", "tokens_out")
QUANTITIES = (0, 1, 7, 2**62, 2**63 - 1, 10**27)

SCHEMA = pa.schema(
    [
        ("key", pa.binary()),
        ("ingest_seq", pa.int64()),
        ("lease", pa.string()),
        ("meter", pa.string()),
        ("time", pa.timestamp("us")),
        ("quantity", pa.decimal128(38, 0)),
        ("target_key", pa.binary()),
        ("voids", pa.string()),
    ]
)

Sums = dict[tuple[str, str, datetime], int]


class Row(NamedTuple):
    """One row of a store, as a file holds it."""

    key: bytes
    ingest_seq: int
    lease: str
    meter: str
    time: datetime
    quantity: int
    target_key: bytes | None = None
    voids: str = ""


def key_of(number: int) -> bytes:
    """The key of the event that has this number."""
    return sha256(str(number).encode()).digest()[:16]


def random_rows(seed: int, *, events: int = 60, crossing: bool = False) -> list[Row]:
    """Events with amendments and voids of one another, redelivered under later numbers.

    A row that comes again may be the same one, or another payload under the same key; `crossing`
    lets that payload fall on another day, too.
    """
    drawn = random.Random(seed)
    rows: list[Row] = []
    for sequence in range(1, events + 1):
        if rows and drawn.random() < 0.25:
            rows.append(_again(drawn, drawn.choice(rows), sequence, crossing=crossing))
        else:
            rows.append(_event(drawn, number=sequence, sequence=sequence, events=events))
    rows += drawn.sample(rows, len(rows) // 10)
    drawn.shuffle(rows)
    return rows


def _event(drawn: random.Random, *, number: int, sequence: int, events: int) -> Row:
    kind = drawn.choice(("plain", "plain", "plain", "amends", "voids"))
    target = drawn.randint(1, events)
    return Row(
        key_of(number),
        sequence,
        drawn.choice(LEASES),
        drawn.choice(METERS),
        START + timedelta(microseconds=drawn.randrange(DAYS * 86_400_000_000)),
        drawn.choice(QUANTITIES),
        None if kind == "plain" else key_of(target),
        str(target) if kind == "voids" else "",
    )


def _again(drawn: random.Random, row: Row, sequence: int, *, crossing: bool) -> Row:
    later = row._replace(ingest_seq=sequence)
    what = drawn.choice(("same", "quantity", "target", "lease"))
    if what == "quantity":
        later = later._replace(quantity=drawn.choice(QUANTITIES))
    elif what == "target":
        later = later._replace(target_key=key_of(drawn.randint(1, sequence)), voids="")
    elif what == "lease":
        later = later._replace(lease=drawn.choice(LEASES))
    if crossing:
        later = later._replace(time=START + timedelta(hours=drawn.randrange(24 * DAYS)))
    return later


def sums_by_hand(rows: Sequence[Row], cutoff: int) -> Sums:
    """The sums, one event after the other."""
    first: dict[bytes, Row] = {}
    for row in sorted(rows, key=lambda each: each.ingest_seq):
        if row.ingest_seq <= cutoff:
            first.setdefault(row.key, row)
    stopped = {(row.target_key, row.lease, row.meter) for row in first.values()}
    found: Sums = {}
    for row in first.values():
        if (row.key, row.lease, row.meter) not in stopped and not row.voids:
            hour = row.time.replace(minute=0, second=0, microsecond=0)
            place = (row.lease, row.meter, hour)
            found[place] = found.get(place, 0) + row.quantity
    return found


def sums_of(tables: Sequence[pa.Table]) -> Sums:
    """The sums of tables, each of its rows once."""
    found: Sums = {}
    for table in tables:
        for row in table.to_pylist():
            place = (row["lease"], row["meter"], row["hour"])
            assert place not in found, f"{place} stands twice"
            assert isinstance(row["quantity"], Decimal)
            found[place] = int(row["quantity"])
    return found


def table_of(rows: Sequence[Row]) -> pa.Table:
    """Rows as a table, with the types that the store keeps."""
    columns = [[getattr(row, name) for row in rows] for name in SCHEMA.names]
    quantity = SCHEMA.get_field_index("quantity")
    columns[quantity] = [Decimal(value) for value in columns[quantity]]
    arrays = [pa.array(each, field.type) for each, field in zip(columns, SCHEMA, strict=True)]
    return pa.table(arrays, schema=SCHEMA)


def store_of(rows: Sequence[Row], folder: Path, *, hot: int = 10, segments: int = 2) -> EventFiles:
    """Rows in some segments a day under a folder, and the last `hot` of them in the hot table."""
    connection = duckdb.connect()
    kept = table_of(rows[len(rows) - hot :])
    connection.register("kept", kept)
    connection.execute("create table hot as select * from kept")
    connection.unregister("kept")
    days: dict[date, list[Path]] = {}
    for place, row in enumerate(rows[: len(rows) - hot]):
        path = folder / f"{row.time.date()}-{place % segments}.parquet"
        listed = days.setdefault(row.time.date(), [])
        if path not in listed:
            listed.append(path)
    for day, paths in days.items():
        own = [row for row in rows[: len(rows) - hot] if row.time.date() == day]
        for which, path in enumerate(sorted(paths)):
            pq.write_table(table_of(own[which :: len(paths)]), path, compression="zstd")
    return EventFiles(connection, days, "hot")
