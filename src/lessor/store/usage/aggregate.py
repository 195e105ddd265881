"""From events to sums by lease, meter and hour: the one definition, whichever engine runs it.

sum(lease, meter, hour) = sum of `quantity` over the events that count. An event counts when

- its `ingest_seq` is not after the cutoff;
- it is the first of its key: the row of the lowest ingest_seq. A row that stands twice counts
  once; of rows of one key and one ingest_seq that differ (no store writes such) it is the least by
  target_key, voids, lease, meter, hour and quantity;
- no other first event of its lease and meter names it as its target, to amend or to void it;
- it does not void one itself.

`distinct on` and `dropDuplicates` keep any row of a key; the least of (ingest_seq, columns) is the
same row on every engine.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Literal, NamedTuple

import duckdb
import ibis
import ibis.expr.types as ir
import pyarrow as pa

EVENTS = "usage_events"
STOPPED = "usage_stopped"
EVENT_COLUMNS = {
    "key": "!binary",
    "ingest_seq": "!int64",
    "lease": "!string",
    "meter": "!string",
    "time": "!timestamp",
    "quantity": "!decimal(38, 0)",
    "target_key": "binary",
    "voids": "!string",
}
"""What the definition reads of an event: time is UTC without a zone, quantity smallest units,
voids empty where the event voids none."""

STOPPED_COLUMNS = {"lease": "!string", "meter": "!string", "key": "!binary"}

SUMS = pa.schema(
    [
        ("lease", pa.string()),
        ("meter", pa.string()),
        ("hour", pa.timestamp("us")),
        ("quantity", pa.decimal128(38, 0)),
    ]
)
"""What it gives, in no order; an hour whose events add up to nothing is one of 0."""

Dialect = Literal["duckdb", "pyspark"]


class Queries(NamedTuple):
    """The definition as SQL of one engine.

    stopped: what no longer counts, by key, lease and meter, of a relation called `EVENTS`. sums:
    the sums of `EVENTS` without what a relation called `STOPPED` holds. whole: both in one.
    """

    stopped: str
    sums: str
    whole: str


class EventFiles(NamedTuple):
    """Where the events of a store are: the manifest's Parquet files by UTC day, and the hot table.

    hot: what stands after `from` for the events that are in no file yet, with the files' columns.
    """

    connection: duckdb.DuckDBPyConnection
    days: Mapping[date, Sequence[Path]]
    hot: str


def first_events(events: ir.Table, *others: str) -> ir.Table:
    """The row of each key that was taken in first: its number, its target and `others` of it."""
    row = {
        "ingest_seq": events.ingest_seq,
        # Engines order a missing value differently, and an empty one alike.
        "target_key": events.target_key.fill_null(ibis.literal(b"")),
        **{name: events[name] for name in others},
    }
    return events.group_by("key").aggregate(first=ibis.struct(row).min()).unpack("first")


def stopped_keys(events: ir.Table) -> ir.Table:
    """The keys that first events name to amend or to void, with the lease and meter of those."""
    naming = events.filter(events.target_key.notnull()).select("key").distinct()
    first = first_events(events.semi_join(naming, "key"), "voids", "lease", "meter")
    named = first.filter(first.target_key != b"")
    return named.select("lease", "meter", key=named.target_key).distinct()


def hourly_sums(events: ir.Table, stopped: ir.Table) -> ir.Table:
    """The sums of the events that count, without what `stopped` names of their lease and meter."""
    timed = events.mutate(hour=events.time.truncate("h"))
    first = first_events(timed, "voids", "lease", "meter", "hour", "quantity")
    counting = first.filter(first.voids == "").anti_join(stopped, ["lease", "meter", "key"])
    return counting.group_by(["lease", "meter", "hour"]).aggregate(quantity=counting.quantity.sum())


@lru_cache(maxsize=16)
def queries(dialect: Dialect, cutoff: int) -> Queries:
    """The definition in the SQL of an engine; `cutoff` is the last ingest_seq that counts."""
    every = ibis.table(EVENT_COLUMNS, name=EVENTS)
    events = every.filter(every.ingest_seq <= cutoff)
    stopped = ibis.table(STOPPED_COLUMNS, name=STOPPED)
    expressions = (
        stopped_keys(events),
        hourly_sums(events, stopped),
        hourly_sums(events, stopped_keys(events)),
    )
    return Queries(*(str(ibis.to_sql(each, dialect=dialect)) for each in expressions))


def sums_by_day(
    files: EventFiles, *, cutoff: int, days: Sequence[date] | None = None
) -> Iterator[tuple[date, pa.Table]]:
    """The sums of each UTC day by DuckDB, a table of `SUMS` for each: memory is one day's.

    days: those wanted, all by default. A day stands for itself because an event's time is part of
    what it says: one key with two times is a conflict, of which the store keeps the first alone.
    """
    asked = queries("duckdb", cutoff)
    held = _days_held(files)
    wanted = held if days is None else [day for day in days if day in held]
    # A cursor has its own temporary names, and no unfinished result of anyone else.
    with files.connection.cursor() as cursor:
        cursor.execute(f"create temp table {STOPPED} (lease varchar, meter varchar, key blob)")
        for day in _days_that_correct(cursor, files, None if days is None else wanted):
            _events_are(cursor, files, day)
            cursor.execute(f"insert into {STOPPED} {asked.stopped}")
        for day in wanted:
            _events_are(cursor, files, day)
            yield day, cursor.sql(asked.sums).to_arrow_table().cast(SUMS)


def _days_held(files: EventFiles) -> list[date]:
    with files.connection.cursor() as cursor:
        hot = cursor.execute(f"select distinct time::date from {files.hot}").fetchall()
    return sorted({*files.days, *(day for (day,) in hot)})


def _days_that_correct(
    cursor: duckdb.DuckDBPyConnection, files: EventFiles, corrected: Sequence[date] | None
) -> list[date]:
    """The days on which an event names one of the days `corrected`, or any: a small part of all."""
    naming = f"select time from ({_events_of(files)}) where target_key is not null"
    if corrected is not None:
        naming += f" and target_key in (select key from ({_events_of(files, corrected)}))"
    rows = cursor.execute(f"select distinct time::date from ({naming}) order by 1").fetchall()
    return [day for (day,) in rows]


def _events_are(cursor: duckdb.DuckDBPyConnection, files: EventFiles, day: date) -> None:
    """Let `EVENTS` stand for the events of a day."""
    cursor.execute(f"create or replace temp view {EVENTS} as {_events_of(files, [day])}")


def _events_of(files: EventFiles, days: Sequence[date] | None = None) -> str:
    """A query for the events of some days, or of all, in the files and hot."""
    columns = ", ".join(EVENT_COLUMNS)
    held = files.days if days is None else {day: files.days.get(day, ()) for day in days}
    named = ", ".join(_quoted(str(path)) for paths in held.values() for path in paths)
    listed = ", ".join(f"date '{day.isoformat()}'" for day in held)
    on = "" if days is None else f" where time::date in ({listed or 'null'})"
    query = f"select {columns} from {files.hot}{on}"
    if named:
        segments = f"read_parquet([{named}], hive_partitioning = false)"
        query += f" union all select {columns} from {segments}"
    return query


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
