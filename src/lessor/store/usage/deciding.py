"""What becomes of the rows of a batch: accepted, duplicate, conflict or rejected.

Rows are decided in the order of their row numbers, as if each came alone; so rows that are kept in
several transactions one after the other are decided together, once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import duckdb
import pyarrow as pa

from lessor.store.usage.one_row import one_row

# All that is kept is looked through once for all rows that were judged together: the more is kept,
# the longer that takes, whatever the number of rows.
_MET = """
CREATE OR REPLACE TEMP TABLE met AS
SELECT key, payload FROM seen WHERE key IN (SELECT key FROM judged WHERE code = '')
"""

# The payload that is kept under a row's identity from earlier batches, if any.
_STANDING = """
CREATE OR REPLACE TEMP TABLE standing AS
SELECT b.row, b.key, b.payload, m.payload AS kept
FROM judged b LEFT JOIN met m ON m.key = b.key WHERE b.code = ''
"""

_FIRSTS = """
CREATE OR REPLACE TEMP TABLE firsts AS
SELECT key, min(row) AS row, count(*) AS times FROM standing WHERE kept IS NULL GROUP BY key
"""

# Of the corrections of one event the first stands. One that comes too late is rejected, and so is
# the same row again, until another row of its identity is there to be accepted.
_LATE_CORRECTIONS = """
WITH claims AS (
    SELECT b.row, b.key, b.payload, b.target_key, b.lease, b.meter,
        min(b.row) OVER (PARTITION BY b.target_key, b.lease, b.meter) AS first_row
    FROM firsts f JOIN judged b ON b.row = f.row WHERE b.target_key IS NOT NULL
), late AS (
    SELECT row, key, payload FROM claims
    WHERE row > first_row OR (target_key, lease, meter) IN (
        SELECT (target_key, lease, meter) FROM corrections
    )
), spans AS (
    SELECT l.key, l.payload, min(o.row) AS next_row
    FROM late l LEFT JOIN judged o
        ON o.key = l.key AND o.code = '' AND o.payload <> l.payload AND o.row > l.row
    GROUP BY ALL
)
UPDATE judged SET code = 'already-amended' FROM spans
WHERE judged.key = spans.key AND judged.payload = spans.payload AND judged.code = ''
    AND (spans.next_row IS NULL OR judged.row < spans.next_row)
"""

# Most rows are accepted: only the others are written down. Few come again among those judged
# together: only they look at what their first one said.
_OTHERS = """
CREATE OR REPLACE TEMP TABLE others AS
WITH again AS (
    SELECT s.row, s.payload, f.row AS first_row
    FROM standing s JOIN firsts f ON f.key = s.key WHERE f.times > 1 AND s.row <> f.row
)
SELECT row, CASE WHEN kept = payload THEN 'duplicate' ELSE 'conflict' END AS outcome
FROM standing WHERE kept IS NOT NULL
UNION ALL
SELECT a.row, CASE WHEN f.payload = a.payload THEN 'duplicate' ELSE 'conflict' END
FROM again a JOIN standing f ON f.row = a.first_row
UNION ALL
SELECT row, 'rejected' FROM judged WHERE code <> ''
"""

# The same other content under one identity is one conflict, however often it comes.
_SECONDS = """
CREATE OR REPLACE TEMP TABLE seconds AS
WITH other AS (
    SELECT key, payload, min(row) AS row
    FROM judged JOIN others USING (row) WHERE outcome = 'conflict' GROUP BY ALL
)
SELECT * FROM judged WHERE row IN (
    SELECT row FROM other o
    WHERE NOT EXISTS (FROM conflicts c WHERE c.key = o.key AND c.payload = o.payload)
)
"""

_ENDS = """
WITH ended AS (
    SELECT b.row, coalesce(o.outcome, 'accepted') AS outcome,
        CASE WHEN o.outcome = 'conflict' THEN 'conflict' ELSE b.code END AS code
    FROM judged b LEFT JOIN others o ON o.row = b.row
)
SELECT e.row, e.outcome, e.code, coalesce(r.message, '') AS message
FROM ended e LEFT JOIN reasons r ON r.code = e.code ORDER BY e.row
"""


class Decided(NamedTuple):
    """What becomes of rows: row, outcome, code and message of each, in their order.

    corrects: whether any of them corrects an event.
    """

    ends: pa.Table
    corrects: bool

    def parts(self, most: int) -> Iterator[Decided]:
        """The rows at `most` so many at a time; 0: all, and none is a part as well."""
        for start in range(0, self.ends.num_rows or 1, most or self.ends.num_rows or 1):
            yield self._replace(ends=self.ends.slice(start, most or None))


def decide(
    connection: duckdb.DuckDBPyConnection, rows: str, values: Mapping[str, object] | None = None
) -> Decided:
    """Decide on the typed rows of a query; `judged` holds them, `others` those not accepted,
    `seconds` those that open a conflict.

    Row numbers must differ. A correction that comes too late frees its identity for a later row, so
    all is looked at again.
    """
    connection.execute(f"CREATE OR REPLACE TEMP TABLE judged AS {rows}", values)
    connection.execute(_MET)
    connection.execute(_STANDING)
    connection.execute(_FIRSTS)
    (corrections,) = one_row(connection, "SELECT count(target_key) FROM judged WHERE code = ''")
    while corrections and one_row(connection, _LATE_CORRECTIONS)[0]:
        connection.execute(_STANDING)
        connection.execute(_FIRSTS)
    connection.execute(_OTHERS)
    connection.execute(_SECONDS)
    return Decided(connection.sql(_ENDS).to_arrow_table(), bool(corrections))
