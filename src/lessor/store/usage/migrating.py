"""How a catalogue of an older version becomes one of this version, when it is opened to write.

Each version has one transaction, so that a crash leaves the catalogue as it was. What brought a
released version to the next stays here as it was written.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import duckdb

from lessor.store.usage import compaction


def migrate(connection: duckdb.DuckDBPyConnection, folder: Path, version: int) -> None:
    """Bring the catalogue of that version up to date; it must be one of `OLDER`.

    Raises duckdb.Error, with nothing changed, where a segment or an event that is needed is gone.
    """
    events = compaction.events_query(folder, compaction.segments(connection))
    while version in OLDER:
        connection.execute("BEGIN")
        try:
            OLDER[version](connection, events)
            version += 1
            connection.execute("UPDATE about SET schema_version = ?", [version])
            connection.execute("COMMIT")
        except BaseException:
            connection.execute("ROLLBACK")
            raise


# The lease and meter of a correction are those of the event that it is: where that is lost, NULL is
# refused. Up to version 1 a correction took back an event of any lease and meter, and each event
# was corrected once; from version 2 on it takes back those of its own alone.
_PLACED = """
CREATE TEMP TABLE placed AS
SELECT c.target_key, c.key, c.ingest_seq, e.lease, e.meter
FROM corrections c LEFT JOIN ({events}) e ON e.key = c.key
"""
_CORRECTIONS = """
CREATE OR REPLACE TABLE corrections (
    target_key UHUGEINT NOT NULL, key UHUGEINT NOT NULL, ingest_seq BIGINT NOT NULL,
    lease VARCHAR NOT NULL, meter VARCHAR NOT NULL
)
"""
# Given back where it was taken, at the later of the two batches, so that for every cutoff the sums
# stay those of the events.
_GIVEN_BACK = """
CREATE TEMP TABLE given_back AS
SELECT greatest(t.batch, b.batch) AS batch, t.lease, t.meter, date_trunc('hour', t.time) AS hour,
    t.quantity, least(t.time, t.start_time)::DATE AS since
FROM placed c JOIN ({events}) t ON t.key = c.target_key
JOIN batches b ON c.ingest_seq BETWEEN b.seq_from AND b.seq_to
WHERE t.voids = '' AND (t.lease <> c.lease OR t.meter <> c.meter)
"""
_COUNTED_AGAIN = """
INSERT INTO deltas
SELECT b.seq_to, g.lease, g.meter, g.hour, sum(g.quantity), min(g.since)
FROM given_back g JOIN batches b USING (batch) GROUP BY ALL
"""
# Months closed before must hear of it: a batch without events, with a change of nothing by its end.
_TOLD_BATCH = """
INSERT INTO batches
SELECT max(batch) + 1, max(seq_to) + 1, max(seq_to) + 1, arg_max(tenant, batch), max(received_at),
    '', 0, 0, 0, 0, 0
FROM batches HAVING EXISTS (FROM given_back)
"""
_TOLD = """
INSERT INTO deltas
SELECT (SELECT max(seq_to) FROM batches), lease, meter, hour, 0, min(since)
FROM given_back GROUP BY ALL
"""


def _corrections_of_a_lease_and_meter(connection: duckdb.DuckDBPyConnection, events: str) -> None:
    connection.execute(_PLACED.format(events=events))
    connection.execute(_CORRECTIONS)
    connection.execute("INSERT INTO corrections FROM placed")
    connection.execute(_GIVEN_BACK.format(events=events))
    for step in (_COUNTED_AGAIN, _TOLD_BATCH, _TOLD):
        connection.execute(step)
    connection.execute("DROP TABLE placed")
    connection.execute("DROP TABLE given_back")


OLDER: Mapping[int, Callable[[duckdb.DuckDBPyConnection, str], None]] = {
    1: _corrections_of_a_lease_and_meter
}
"""By version, what makes it the next one."""
