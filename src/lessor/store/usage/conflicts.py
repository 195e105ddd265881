"""Conflicts: two events of one identity and different content, and how a person settles them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Literal, NamedTuple

from lessor.store.usage import compaction, take
from lessor.store.usage.deciding import decide
from lessor.store.usage.one_row import one_row
from lessor.store.usage.sums import Kept
from lessor.store.usage.validate import keyed


class Said(NamedTuple):
    """What an event says: whose, of which meter, when (UTC) and how much, in smallest units."""

    lease: str
    meter: str
    time: datetime
    quantity: int


class Conflict(NamedTuple):
    """A conflict: the first event counts, the second one is kept beside it.

    kept: empty while the conflict is open, else which of both stands: first or second.
    first: what the first one says; the other fields are the second's. Quantities are in smallest
    units, times UTC.
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
    first: Said | None = None


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

_ASKED = """
SELECT c.tenant, c.kept, s.ingest_seq, s.day FROM conflicts c JOIN seen s ON s.key = c.key
WHERE c.conflict = ?
"""

_DAYS = "SELECT DISTINCT day FROM seen WHERE ingest_seq IN (SELECT unnest($wanted))"

_SAID = """
SELECT ingest_seq, lease, meter, time, quantity::VARCHAR FROM ({events}) e
WHERE ingest_seq IN (SELECT unnest($wanted))
"""

# The second event, as a correction of the first. Its id is the first's with the hash of what it
# says: to settle the same conflict twice is to send the same event twice. A correction is of one
# lease and meter and names one event, so a second that is of another lease or meter, or corrects
# another event than the first does, is taken in as it is beside a void of the first.
_SECOND = """
WITH first AS (SELECT * FROM ({events}) WHERE ingest_seq = $first_seq),
second AS (
    SELECT c.* REPLACE (c.id || '~' || lower(hex(c.payload)) AS id), f.id AS of,
        c.lease = f.lease AND c.meter = f.meter
            AND (c.amends || c.voids) IN ('', f.amends || f.voids) AS is_alike
    FROM conflicts c, first f WHERE c.conflict = $conflict
)
SELECT 0::BIGINT AS row, '' AS code, s.tenant, s.source, s.id || '~void' AS id, f.lease, f.meter,
    f.time, f.day, 0::DECIMAL(38,0) AS quantity, '' AS model, '' AS cluster, '' AS node,
    '' AS cause, NULL::TIMESTAMP AS start_time, NULL::TIMESTAMP AS end_time, '' AS amends,
    s.of AS voids
FROM second s, first f WHERE NOT is_alike
UNION ALL
SELECT 1, '', tenant, source, id, lease, meter, time, day, quantity, model, cluster, node, cause,
    start_time, end_time,
    CASE WHEN NOT is_alike THEN amends WHEN voids = '' THEN of ELSE '' END,
    CASE WHEN NOT is_alike THEN voids WHEN voids = '' THEN '' ELSE of END
FROM second
"""
_CORRECTED = """
SELECT count(*) FROM judged
WHERE (target_key, lease, meter) IN (SELECT (target_key, lease, meter) FROM corrections)
"""


def listed(store: Kept, *, resolved: bool) -> list[Conflict]:
    """The open conflicts, or all of them with `resolved`, oldest first."""
    rows = store.connection.execute(_LISTED, {"resolved": resolved}).fetchall()
    found = [Conflict(*row) for row in rows]
    firsts = _firsts(store, {conflict.first_seq for conflict in found})
    return [
        conflict._replace(
            time=_utc(conflict.time),
            quantity=int(conflict.quantity),
            resolved_at=conflict.resolved_at and _utc(conflict.resolved_at),
            first=firsts.get(conflict.first_seq),
        )
        for conflict in found
    ]


def _firsts(store: Kept, wanted: set[int]) -> dict[int, Said]:
    """What the events of those numbers say, read from the days that they lie on."""
    if not wanted:
        return {}
    asked = {"wanted": sorted(wanted)}
    days = store.connection.execute(_DAYS, asked).fetchall()
    segments = [each for (day,) in days for each in compaction.segments(store.connection, day, day)]
    events = compaction.events_query(store.folder, segments)
    rows = store.connection.execute(_SAID.format(events=events), asked).fetchall()
    return {
        number: Said(lease, meter, _utc(moment), int(quantity))
        for number, lease, meter, moment, quantity in rows
    }


def resolve(store: Kept, conflict: int, resolution: Resolution) -> str:
    """Settle a conflict: what became of it: first, second, unknown, or already-amended.

    To keep the second is to accept it as an amendment of the first, under an id of its own; so what
    counted until now stays counted in every cutoff before it. A second of another lease or meter,
    or one that corrects another event than the first, is accepted as it is, and the first is made
    void. Where what would be corrected is corrected already, nothing changes and the conflict stays
    open.
    """
    connection = store.connection
    found = connection.execute(_ASKED, [conflict]).fetchall()
    if not found:
        return "unknown"
    ((tenant, kept, first_seq, first_day),) = found
    if kept:
        return str(kept)
    if resolution.keep == "second":
        segments = compaction.segments(connection, first_day, first_day)
        second = _SECOND.format(events=compaction.events_query(store.folder, segments))
        asked = {"conflict": conflict, "first_seq": first_seq}
        decided = decide(connection, keyed(second), asked)
        if one_row(connection, _CORRECTED)[0]:
            return "already-amended"
        take.settle(store, take.BatchInfo(tenant, resolution.at, f"conflict {conflict}"), decided)
    connection.execute(
        "UPDATE conflicts SET kept = ?, resolved_by = ?, resolved_at = ? WHERE conflict = ?",
        [resolution.keep, resolution.who, resolution.at.astimezone(UTC).replace(tzinfo=None),
         conflict],
    )  # fmt: skip
    return resolution.keep


def _utc(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC)
