"""Taking in a batch: each event once, in one durable transaction, with an answer for every row.

An event is known by (tenant, source, id) for ever, without its time. Rows are judged in the order
of their row numbers, as if each came alone:

    rejected    the row is not an event that can be kept; it leaves no trace but its count
    duplicate   the same identity with the same content is kept already
    conflict    the same identity is kept with other content: the first counts, this one is set by
    accepted    all others

A correction is of an event of its own lease and meter. One that names another's takes nothing back,
whichever of both comes first; what it amends with counts as an event of its own (`astray.py`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

import duckdb
import numpy as np
import pyarrow as pa

from lessor.store.usage import compaction
from lessor.store.usage.one_row import one_row
from lessor.store.usage.raw import RAW_SLICE
from lessor.store.usage.reasons import BY_CODE
from lessor.store.usage.schema import EVENT_NAMES
from lessor.store.usage.sums import Kept
from lessor.store.usage.validate import VALIDATED

SEGMENTS_FROM = 250_000
"""So many new events of one batch go to segments at once, without a stay in the hot table."""


class BatchInfo(NamedTuple):
    """Where a batch comes from.

    received_at: UTC. load: the identity of a file that is being loaded, and position: how many of
    its rows are done once this batch is; both are kept in the batch's own transaction.
    """

    tenant: str
    received_at: datetime
    load: str = ""
    position: int = 0


class Answer(NamedTuple):
    """What became of a batch; `rows` holds row, outcome, code and message of every row, in order.

    outcome: accepted, duplicate, conflict or rejected. code and message: why, for the last two.
    """

    accepted: int
    duplicate: int
    conflict: int
    rejected: int
    rows: pa.Table

    @classmethod
    def of_all(cls, answers: Sequence[Answer]) -> Answer:
        """One answer for parts that follow each other."""
        return cls(
            sum(answer.accepted for answer in answers),
            sum(answer.duplicate for answer in answers),
            sum(answer.conflict for answer in answers),
            sum(answer.rejected for answer in answers),
            pa.concat_tables([answer.rows for answer in answers]),
        )


_ARRIVED = "CREATE OR REPLACE TEMP VIEW arrived AS"

_FIRSTS = """
CREATE OR REPLACE TEMP TABLE firsts AS
SELECT key, min(row) AS row FROM standing WHERE kept IS NULL GROUP BY key
"""

# All that is kept is looked through once for all rows that were judged together: the more is kept,
# the longer that takes, whatever the number of rows.
_MET = """
CREATE OR REPLACE TEMP TABLE met AS
SELECT key, payload FROM seen WHERE key IN (SELECT key FROM judged WHERE code = '')
"""
_UNTIL = "SELECT coalesce(max(seq_to), 0) FROM batches"

# The payload that is kept under a row's identity from earlier batches, if any.
_STANDING = """
CREATE OR REPLACE TEMP TABLE standing AS
SELECT b.row, b.key, b.payload, s.payload AS kept
FROM arrived b
LEFT JOIN (FROM met UNION ALL SELECT key, payload FROM seen WHERE ingest_seq > {until}) s
    ON s.key = b.key
WHERE b.code = ''
"""

# Of the corrections of one event the first stands. One that comes too late is rejected, and so is
# the same row again, until another row of its identity is there to be accepted.
_LATE_CORRECTIONS = """
WITH claims AS (
    SELECT b.row, b.key, b.payload, b.target_key, b.lease, b.meter,
        min(b.row) OVER (PARTITION BY b.target_key, b.lease, b.meter) AS first_row
    FROM firsts f JOIN arrived b ON b.row = f.row WHERE b.target_key IS NOT NULL
), late AS (
    SELECT row, key, payload FROM claims
    WHERE row > first_row OR (target_key, lease, meter) IN (
        SELECT (target_key, lease, meter) FROM corrections
    )
), spans AS (
    SELECT l.key, l.payload, min(o.row) AS next_row
    FROM late l LEFT JOIN arrived o
        ON o.key = l.key AND o.code = '' AND o.payload <> l.payload AND o.row > l.row
    GROUP BY ALL
)
UPDATE judged SET code = 'already-amended' FROM spans
WHERE judged.key = spans.key AND judged.payload = spans.payload AND judged.code = ''
    AND (spans.next_row IS NULL OR judged.row < spans.next_row)
    AND judged.row IN (SELECT row FROM arrived)
"""

# Few rows come again within their batch: only those look at what their first one said.
_DECIDED = """
CREATE OR REPLACE TEMP TABLE decided AS
WITH again AS (
    SELECT s.row, s.payload, f.row AS first_row
    FROM standing s JOIN firsts f ON f.key = s.key WHERE s.row <> f.row
)
SELECT row, 'accepted' AS outcome FROM firsts
UNION ALL
SELECT row, CASE WHEN kept = payload THEN 'duplicate' ELSE 'conflict' END
FROM standing WHERE kept IS NOT NULL
UNION ALL
SELECT a.row, CASE WHEN f.payload = a.payload THEN 'duplicate' ELSE 'conflict' END
FROM again a JOIN standing f ON f.row = a.first_row
"""

_NEW = f"""
SELECT {EVENT_NAMES} FROM (
    SELECT {{base}} + 1 + row - {{first_row}} AS ingest_seq, {{batch}} AS batch, *
    FROM arrived WHERE row IN (SELECT row FROM firsts)
)
"""

_KEEP_KEYS = """
INSERT INTO seen SELECT key, payload, $base + 1 + row - $first_row, day
FROM arrived WHERE row IN (SELECT row FROM firsts)
"""

# What is new is read again from where it went, `hot` or `moving`: one copy of wide rows less.
_KEEP_CORRECTIONS = """
INSERT INTO corrections SELECT target_key, key, ingest_seq, lease, meter FROM {kept_in}
WHERE ingest_seq > $base AND target_key IS NOT NULL
"""

_COUNTED = """
INSERT INTO deltas
SELECT $seq_to, lease, meter, date_trunc('hour', time), sum(quantity),
    min(least(time, start_time)::DATE)
FROM {kept_in}
WHERE ingest_seq > $base AND voids = ''
    AND (key, lease, meter) NOT IN (SELECT (target_key, lease, meter) FROM corrections)
GROUP BY ALL
"""

_TARGET_DAYS = """
SELECT min(day), max(day) FROM seen
WHERE ingest_seq <= $base
    AND key IN (SELECT target_key FROM corrections WHERE ingest_seq > $base)
"""

_TAKEN_BACK = """
INSERT INTO deltas
SELECT $seq_to, lease, meter, date_trunc('hour', time), -sum(quantity),
    min(least(time, start_time)::DATE)
FROM ({events}) e
WHERE voids = '' AND ingest_seq <= $base AND (key, lease, meter) IN (
    SELECT (target_key, lease, meter) FROM corrections WHERE ingest_seq > $base
)
GROUP BY ALL
"""

_CONFLICTS = f"""
INSERT INTO conflicts
WITH second AS (
    SELECT * FROM arrived WHERE row IN (
        SELECT min(b.row) FROM arrived b JOIN decided d ON d.row = b.row
        WHERE d.outcome = 'conflict' GROUP BY b.key, b.payload
    )
)
SELECT (SELECT coalesce(max(conflict), 0) FROM conflicts) + row_number() OVER (ORDER BY row),
    payload, $batch, {EVENT_NAMES.removeprefix("ingest_seq, batch, ")}, '', '', NULL
FROM second s
WHERE NOT EXISTS (FROM conflicts c WHERE c.key = s.key AND c.payload = s.payload)
"""

_ROWS = """
SELECT b.row, coalesce(d.outcome, 'rejected') AS outcome,
    CASE WHEN d.outcome = 'conflict' THEN 'conflict' ELSE b.code END AS code,
    coalesce(r.message, '') AS message
FROM arrived b LEFT JOIN decided d ON d.row = b.row
LEFT JOIN reasons r
    ON r.code = CASE WHEN d.outcome = 'conflict' THEN 'conflict' ELSE b.code END
ORDER BY b.row
"""


_NUMBERS = """
SELECT * FROM (SELECT coalesce(max(seq_to), 0), coalesce(max(batch), 0) + 1 FROM batches),
    (SELECT min(row), max(row), count(*) FROM arrived)
"""


def reasons() -> pa.Table:
    """The reasons with their messages, as the answer joins them."""
    return pa.table(
        {
            "code": pa.array(list(BY_CODE), pa.string()),
            "message": pa.array([reason.message for reason in BY_CODE.values()], pa.string()),
        }
    )


def arrive(
    connection: duckdb.DuckDBPyConnection, raw: pa.Table, batch: BatchInfo, *, most: int = 0
) -> Iterator[int]:
    """Judge raw rows one by one; `arrived` shows at `most` so many of them (0: all) at a time.

    All are judged by one query, for its plan takes as long as some thousands of rows do. Row
    numbers must differ within a batch. ingest_seq follows them, so it may leave numbers out. Each
    step gives what `settle` is to be told.
    """
    slices = pa.Table.from_batches(raw.to_batches(max_chunksize=RAW_SLICE), raw.schema)
    connection.register("raw_rows", slices)
    values = {"tenant": batch.tenant, "received_at": _naive(batch.received_at)}
    try:
        until = arrive_judged(connection, VALIDATED, values)
    finally:
        connection.unregister("raw_rows")
    if not 0 < most < raw.num_rows:
        yield until
        return
    numbers = np.sort(raw.column("row").to_numpy())
    for start in range(0, len(numbers), most):
        part = numbers[start : start + most]
        shown = f"FROM judged WHERE row BETWEEN {part[0]} AND {part[-1]}"
        connection.execute(f"{_ARRIVED} {shown}")
        yield until


def arrive_judged(
    connection: duckdb.DuckDBPyConnection, rows: str, values: Mapping[str, object]
) -> int:
    """Typed rows of a query, all shown by `arrived`; what `settle` is to be told.

    That is the last ingest_seq up to which `met` holds what is kept under their identities.
    """
    connection.execute(f"CREATE OR REPLACE TEMP TABLE judged AS {rows}", values)
    connection.execute(f"{_ARRIVED} FROM judged")
    (until,) = one_row(connection, _UNTIL)
    connection.execute(_MET)
    return int(until)


def settle(store: Kept, batch: BatchInfo, until: int) -> Answer:
    """Decide and keep the rows that `arrived` shows, inside the caller's transaction.

    until: what `arrive` gave. What came after it, as the part before, is looked for anew.
    """
    connection = store.connection
    corrects = _decide(connection, _STANDING.format(until=until))
    counts = dict(
        connection.execute("SELECT outcome, count(*) FROM decided GROUP BY ALL").fetchall()
    )
    base, number, first, last, total = one_row(connection, _NUMBERS)
    accepted = counts.get("accepted", 0)
    seq_to = base + 1 + last - first if accepted else base
    if accepted:
        new = _NEW.format(base=base, first_row=first, batch=number)
        kept_in = _keep_events(store, new, accepted)
        connection.execute(_KEEP_KEYS, {"base": base, "first_row": first})
        if corrects:
            connection.execute(_KEEP_CORRECTIONS.format(kept_in=kept_in), {"base": base})
            _take_back(store, base=base, seq_to=seq_to)
        connection.execute(_COUNTED.format(kept_in=kept_in), {"seq_to": seq_to, "base": base})
    if counts.get("conflict"):
        connection.execute(_CONFLICTS, {"batch": number})
    answer = Answer(
        accepted,
        counts.get("duplicate", 0),
        counts.get("conflict", 0),
        total - sum(counts.values()),
        connection.sql(_ROWS).to_arrow_table(),
    )
    connection.execute(
        "INSERT INTO batches VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [number, base + 1, seq_to, batch.tenant, _naive(batch.received_at), batch.load,
         batch.position, *answer[:4]],
    )  # fmt: skip
    return answer


def position(connection: duckdb.DuckDBPyConnection, load: str) -> int:
    """The last committed position of a load; 0 before any."""
    (found,) = one_row(
        connection, "SELECT coalesce(max(position), 0) FROM batches WHERE load = $load", load=load
    )
    return int(found)


def _decide(connection: duckdb.DuckDBPyConnection, standing: str) -> bool:
    """Fill `firsts` (the rows to be accepted) and `decided`; whether any row corrects another.

    A correction that comes too late frees its identity for a later row, so all is looked at again.
    """
    connection.execute(standing)
    connection.execute(_FIRSTS)
    (corrections,) = one_row(connection, "SELECT count(target_key) FROM arrived WHERE code = ''")
    while corrections and one_row(connection, _LATE_CORRECTIONS)[0]:
        connection.execute(standing)
        connection.execute(_FIRSTS)
    connection.execute(_DECIDED)
    return bool(corrections)


def _keep_events(store: Kept, new: str, count: int) -> str:
    """Keep the events of a query, many of them in segments at once; the table they are found in."""
    if count < SEGMENTS_FROM:
        store.connection.execute(f"INSERT INTO hot {new}")
        return "hot"
    written = compaction.write_segments(store.connection, store.folder, new)
    compaction.name_segments(store.connection, written)
    return "moving"


def _take_back(store: Kept, *, base: int, seq_to: int) -> None:
    """Take back what was counted of events that this batch corrects, dated with this batch."""
    first_day, last_day = one_row(store.connection, _TARGET_DAYS, base=base)
    if first_day is not None:
        found = compaction.segments(store.connection, first_day, last_day)
        events = compaction.events_query(store.folder, found)
        query = _TAKEN_BACK.format(events=events)
        store.connection.execute(query, {"seq_to": seq_to, "base": base})


def _naive(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(tzinfo=None)
