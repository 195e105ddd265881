"""Events counted again, against the hourly sums that were kept as they came in."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa

from lessor.store.usage import compaction
from lessor.store.usage.aggregate import SUMS, EventFiles, sums_by_day
from lessor.store.usage.sums import Kept

SPARK = "spark"


class Drift(NamedTuple):
    """An hour whose kept sum is not what its events add up to, in smallest units."""

    lease: str
    meter: str
    hour: datetime
    counted: int
    kept: int


# In the hot table keys are whole numbers of 128 bits, which a segment cannot hold.
_KEYS = ("key", "target_key")
_HOT = "(SELECT * REPLACE ({}) FROM hot)".format(
    ", ".join(f"unhex(lpad(hex({name}), 32, '0')) AS {name}" for name in _KEYS)
)
_COUNTED = "usage_counted"
_DRIFT = f"""
WITH kept AS (
    SELECT lease, meter, hour, sum(quantity) AS total FROM deltas WHERE ingest_seq <= $cutoff
    GROUP BY ALL
)
SELECT lease, meter, hour, coalesce(c.quantity, 0)::VARCHAR, coalesce(k.total, 0)::VARCHAR
FROM {_COUNTED} c FULL JOIN kept k USING (lease, meter, hour)
WHERE coalesce(c.quantity, 0) <> coalesce(k.total, 0) ORDER BY lease, meter, hour
"""


def event_files(store: Kept) -> EventFiles:
    """Where a store's events are: the segments that its catalogue names, and its hot table."""
    days: dict[date, list[Path]] = {}
    for segment in compaction.segments(store.connection):
        days.setdefault(segment.day, []).append(store.folder.resolve() / segment.segment)
    return EventFiles(store.connection, days, _HOT)


def hourly_sums(store: Kept, *, cutoff: int, engine: str = "duckdb") -> Iterator[pa.Table]:
    """What the events up to the cutoff add up to, in tables of `aggregate.SUMS`, by either engine.

    engine: as `[usage] engine` of the store's settings names it. Issues: spark-unavailable.
    """
    files = event_files(store)
    if engine != SPARK:
        yield from (table for _, table in sums_by_day(files, cutoff=cutoff))
        return
    from lessor.store.usage.spark import spark_session, sums_on_spark

    with spark_session() as session:
        yield sums_on_spark(session, files, cutoff=cutoff, scratch=store.folder / "staging")


def drift(store: Kept, *, cutoff: int, engine: str = "duckdb") -> list[Drift]:
    """Every hour whose kept sum is not that of its events, by lease, meter and hour."""
    with store.connection.cursor() as cursor:
        cursor.register("part", SUMS.empty_table())
        cursor.execute(f"create temp table {_COUNTED} as from part")
        for table in hourly_sums(store, cutoff=cutoff, engine=engine):
            cursor.register("part", table)
            cursor.execute(f"insert into {_COUNTED} from part")
        rows = cursor.execute(_DRIFT, {"cutoff": cutoff}).fetchall()
    return [
        Drift(lease, meter, hour, int(counted), int(kept))
        for lease, meter, hour, counted, kept in rows
    ]
