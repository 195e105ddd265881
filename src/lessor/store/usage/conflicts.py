"""Conflicts: two events of one identity and different content, and how a person settles them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Literal, NamedTuple

import duckdb

from lessor.store.usage import take
from lessor.store.usage.sums import Kept
from lessor.store.usage.validate import keyed


class Conflict(NamedTuple):
    """A conflict: the first event counts, the second one is kept beside it.

    kept: empty while the conflict is open, else which of both stands: first or second.
    Quantities are in smallest units, times UTC.
    """

    conflict: int
    tenant: str
    source: str
    id: str
    lease: str
    meter: str
    time: datetime
    quantity: int
    first_seq: int
    kept: str
    resolved_by: str
    resolved_at: datetime | None


class Resolution(NamedTuple):
    """How a conflict is settled: who said so, when (UTC), and which event is to count."""

    who: str
    at: datetime
    keep: Literal["first", "second"] = "first"


_LISTED = """
SELECT c.conflict, c.tenant, c.source, c.id, c.lease, c.meter, c.time, c.quantity::VARCHAR,
    s.ingest_seq, c.kept, c.resolved_by, c.resolved_at
FROM conflicts c JOIN seen s ON s.key = c.key
WHERE $resolved OR c.kept = '' ORDER BY c.conflict
"""

# The second event, as a correction of the first. Its id is the first's with the hash of what it
# says: to settle the same conflict twice is to send the same event twice.
_SECOND = """
SELECT 0::BIGINT AS row, '' AS code, tenant, source,
    id || '~' || lower(hex(payload)) AS id,
    lease, meter, time, day, quantity, model, cluster, node, cause, start_time, end_time,
    CASE WHEN voids = '' THEN id ELSE '' END AS amends,
    CASE WHEN voids = '' THEN '' ELSE id END AS voids
FROM conflicts WHERE conflict = $conflict
"""


def listed(connection: duckdb.DuckDBPyConnection, *, resolved: bool) -> list[Conflict]:
    """The open conflicts, or all of them with `resolved`, oldest first."""
    rows = connection.execute(_LISTED, {"resolved": resolved}).fetchall()
    found = (Conflict(*row) for row in rows)
    return [
        conflict._replace(
            time=_utc(conflict.time),
            quantity=int(conflict.quantity),
            resolved_at=conflict.resolved_at and _utc(conflict.resolved_at),
        )
        for conflict in found
    ]


def resolve(store: Kept, conflict: int, resolution: Resolution) -> str:
    """Settle a conflict: what became of it: first, second, unknown, or already-amended.

    To keep the second is to accept it as an amendment of the first, under an id of its own; so what
    counted until now stays counted in every cutoff before it. Where the first one is corrected
    already, nothing changes and the conflict stays open.
    """
    connection = store.connection
    found = connection.execute(
        "SELECT tenant, kept FROM conflicts WHERE conflict = ?", [conflict]
    ).fetchall()
    if not found:
        return "unknown"
    ((tenant, kept),) = found
    if kept:
        return str(kept)
    if resolution.keep == "second":
        connection.execute(
            f"CREATE OR REPLACE TEMP TABLE arrived AS {keyed(_SECOND)}", {"conflict": conflict}
        )
        answer = take.settle(store, take.BatchInfo(tenant, resolution.at, f"conflict {conflict}"))
        if answer.rejected:
            return "already-amended"
    connection.execute(
        "UPDATE conflicts SET kept = ?, resolved_by = ?, resolved_at = ? WHERE conflict = ?",
        [resolution.keep, resolution.who, resolution.at.astimezone(UTC).replace(tzinfo=None),
         conflict],
    )  # fmt: skip
    return resolution.keep


def _utc(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC)
