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

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from lessor.store.usage import compaction
from lessor.store.usage.deciding import Decided, decide
from lessor.store.usage.judging import naive, sliced
from lessor.store.usage.one_row import one_row
from lessor.store.usage.reasons import BY_CODE
from lessor.store.usage.schema import EVENT_NAMES
from lessor.store.usage.sums import Kept

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


# The rows of a part that are accepted: all but those that were decided otherwise.
_ACCEPTED = "judged ANTI JOIN others USING (row) WHERE row BETWEEN {first} AND {last}"

_NEW = f"""
SELECT {EVENT_NAMES} FROM (
    SELECT {{base}} + 1 + row - {{first}} AS ingest_seq, {{batch}} AS batch, * FROM {_ACCEPTED}
)
"""

_KEEP_KEYS = f"""
INSERT INTO seen SELECT key, payload, {{base}} + 1 + row - {{first}}, day FROM {_ACCEPTED}
"""

_KEEP_CORRECTIONS = f"""
INSERT INTO corrections
SELECT target_key, key, {{base}} + 1 + row - {{first}}, lease, meter FROM {_ACCEPTED}
    AND target_key IS NOT NULL
"""

_COUNTED = f"""
INSERT INTO deltas
SELECT {{seq_to}}, lease, meter, date_trunc('hour', time), sum(quantity),
    min(least(time, start_time)::DATE)
FROM {_ACCEPTED}
    AND voids = '' AND (key, lease, meter) NOT IN (
        SELECT (target_key, lease, meter) FROM corrections
    )
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
SELECT (SELECT coalesce(max(conflict), 0) FROM conflicts) + row_number() OVER (ORDER BY row),
    payload, {{batch}}, {EVENT_NAMES.removeprefix("ingest_seq, batch, ")}, '', '', NULL
FROM seconds WHERE row BETWEEN {{first}} AND {{last}}
"""

_NUMBERS = "SELECT coalesce(max(seq_to), 0), coalesce(max(batch), 0) + 1 FROM batches"


def reasons() -> pa.Table:
    """The reasons with their messages, as the answer joins them."""
    return pa.table(
        {
            "code": pa.array(list(BY_CODE), pa.string()),
            "message": pa.array([reason.message for reason in BY_CODE.values()], pa.string()),
        }
    )


def arrive(connection: duckdb.DuckDBPyConnection, judged: pa.Table) -> Decided:
    """Decide on rows that were judged. ingest_seq follows their numbers, and may leave some out."""
    connection.register("judged_rows", sliced(judged))
    try:
        return decide(connection, "FROM judged_rows")
    finally:
        connection.unregister("judged_rows")


def settle(store: Kept, batch: BatchInfo, decided: Decided) -> Answer:
    """Keep rows that were decided, all or a part of them, inside the caller's transaction."""
    connection = store.connection
    answer = _answer(decided.ends)
    base, number = one_row(connection, _NUMBERS)
    seq_to = base
    if decided.ends.num_rows:
        rows = decided.ends.column("row")
        part = _Part(base, number, rows[0].as_py(), rows[-1].as_py())
        if answer.accepted:
            seq_to = part.seq_to
            _keep(store, part, answer.accepted, corrects=decided.corrects)
        if answer.conflict:
            connection.execute(_CONFLICTS.format(**part._asdict()))
    connection.execute(
        "INSERT INTO batches VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [number, base + 1, seq_to, batch.tenant, naive(batch.received_at), batch.load,
         batch.position, *answer[:4]],
    )  # fmt: skip
    return answer


_OUTCOMES = ("accepted", "duplicate", "conflict", "rejected")


class _Part(NamedTuple):
    """Rows of one transaction: the last ingest_seq before it, its batch, its first and last row."""

    base: int
    batch: int
    first: int
    last: int

    @property
    def seq_to(self) -> int:
        return self.base + 1 + self.last - self.first


def _answer(ends: pa.Table) -> Answer:
    found = pc.value_counts(ends.column("outcome")).to_pylist()
    counts = {each["values"]: each["counts"] for each in found}
    accepted, duplicate, conflict, rejected = (counts.get(name, 0) for name in _OUTCOMES)
    return Answer(accepted, duplicate, conflict, rejected, ends)


def _keep(store: Kept, part: _Part, accepted: int, *, corrects: bool) -> None:
    connection = store.connection
    told = {**part._asdict(), "seq_to": part.seq_to}
    _keep_events(store, _NEW.format(**told), accepted)
    connection.execute(_KEEP_KEYS.format(**told))
    if corrects:
        connection.execute(_KEEP_CORRECTIONS.format(**told))
        _take_back(store, base=part.base, seq_to=part.seq_to)
    connection.execute(_COUNTED.format(**told))


def position(connection: duckdb.DuckDBPyConnection, load: str) -> int:
    """The last committed position of a load; 0 before any."""
    (found,) = one_row(
        connection, "SELECT coalesce(max(position), 0) FROM batches WHERE load = $load", load=load
    )
    return int(found)


def _keep_events(store: Kept, new: str, count: int) -> None:
    """Keep the events of a query, many of them in segments at once."""
    if count < SEGMENTS_FROM:
        store.connection.execute(f"INSERT INTO hot {new}")
        return
    written = compaction.write_segments(store.connection, store.folder, new)
    compaction.name_segments(store.connection, written)


def _take_back(store: Kept, *, base: int, seq_to: int) -> None:
    """Take back what was counted of events that this batch corrects, dated with this batch."""
    first_day, last_day = one_row(store.connection, _TARGET_DAYS, base=base)
    if first_day is not None:
        found = compaction.segments(store.connection, first_day, last_day)
        events = compaction.events_query(store.folder, found)
        query = _TAKEN_BACK.format(events=events)
        store.connection.execute(query, {"seq_to": seq_to, "base": base})
