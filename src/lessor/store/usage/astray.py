"""Corrections that went astray and take nothing back: of an event that never came, or another's."""

from __future__ import annotations

from typing import NamedTuple

from lessor.store.usage import compaction
from lessor.store.usage.sums import Kept


class Astray(NamedTuple):
    """A correction by its id, and what it names.

    of: the lease and meter of the event that it names, which are others than its own and so keep
    it counted; None where no such event came.
    """

    id: str
    lease: str
    meter: str
    target: str
    of: tuple[str, str] | None


_ASTRAY = """
SELECT b.id, b.lease, b.meter, b.amends || b.voids, t.lease, t.meter
FROM corrections c JOIN ({events}) b ON b.key = c.key LEFT JOIN ({events}) t ON t.key = c.target_key
WHERE t.key IS NULL OR t.lease <> b.lease OR t.meter <> b.meter
ORDER BY c.ingest_seq
"""


def astray(store: Kept) -> list[Astray]:
    """Every correction whose event is missing, or is of another lease or meter, oldest first."""
    found = compaction.segments(store.connection)
    query = _ASTRAY.format(events=compaction.events_query(store.folder, found))
    with store.connection.cursor() as cursor:
        if not cursor.execute("SELECT count(*) FROM corrections").fetchall()[0][0]:
            return []
        rows = cursor.execute(query).fetchall()
    return [
        Astray(name, lease, meter, target, None if of is None else (of, of_meter))
        for name, lease, meter, target, of, of_meter in rows
    ]
