"""The usage events that benchmarks send: a month of them, a million to a file, as NDJSON.

CloudEvents of 500 leases of uneven size and 4 meters in the order of their time, 2 in 100 up to
three days late. Of every 100 lines one repeats an earlier line of its file, and one in 100 of
those with another quantity, which is a conflict. Ids are random UUIDs; the seed is fixed, so that
the same number of a file is the same file.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import duckdb

LEASES = 500
SEED = 20_260_601

# A repeated line takes everything but its own place from an earlier one, at most 30,000 before it.
_DRAWN = """
CREATE OR REPLACE TEMP TABLE drawn AS
WITH lines AS (SELECT line, line % 100 = 99 AS again, hash(line, {seed}, 1) AS r
    FROM range({events}) t(line)),
drawn AS (SELECT line, again, again AND {conflicts} AND r % 100 = 0 AS other,
    CASE WHEN again THEN line - 50 - 100 * (r % (1 + least(line // 100, 300)))::BIGINT
        ELSE line END AS i FROM lines),
hashed AS (SELECT *, hash(i, {seed}, 2) AS h, hash(i, {seed}, 3) AS g FROM drawn)
SELECT line, again, md5(concat('{seed}:', i))::UUID AS id,
    (500 * pow(h % 1000003 / 1000003, 2))::INT % {leases} AS lease,
    1 + (g % 4)::INT AS meter, h % 64 AS source,
    greatest({begin} + {step} * i - CASE WHEN g // 4 % 50 = 0 THEN (h % 259200000000)::BIGINT
        ELSE 0 END, 0) AS microsecond,
    1 + (g // 200 % 1000000)::BIGINT + CASE WHEN other THEN 1 ELSE 0 END AS quantity
FROM hashed
"""
_WRITTEN = """
COPY (
    SELECT concat('{{"specversion":"1.0","id":"', id, '","source":"gateway-', source,
        '","type":"', ['tokens_in', 'tokens_out', 'gpu_seconds', 'kwh'][meter],
        '","subject":"lease-', lpad(lease::VARCHAR, 5, '0'), '","time":"',
        strftime(TIMESTAMP '2026-06-01' + to_microseconds(microsecond::BIGINT),
            '%Y-%m-%dT%H:%M:%S.%fZ'),
        '","data":{{"quantity":',
        CASE WHEN meter = 4 THEN concat('"', (quantity / 1000)::DECIMAL(18,3), '"')
            ELSE quantity::VARCHAR END,
        ',"unit":"', ['token', 'token', 'gpu_second', 'kwh'][meter], '","model":"glm-5"}}}}')
    FROM drawn ORDER BY line
) TO '{path}' (FORMAT csv, HEADER false, QUOTE '', ESCAPE '', DELIMITER '\x01')
"""
MONTH_MICROSECONDS = 30 * 86_400 * 1_000_000


class EventFile(NamedTuple):
    """A file of events, how many of its lines count, and what those add up to (smallest units)."""

    path: Path
    lines: int
    counting: int
    conflicts: int
    total: int


def write_events(
    path: Path, lines: int, number: int = 0, files: int = 1, *, conflicts: bool = True
) -> EventFile:
    """Write file `number` of the `files` that the month is spread over.

    conflicts: False where what comes first is not sure, so that it must not matter.
    """
    span = MONTH_MICROSECONDS // files
    told = {
        "seed": SEED + number,
        "events": lines,
        "conflicts": conflicts,
        "leases": LEASES,
        "begin": span * number,
        "step": span // lines,
    }
    with duckdb.connect(config={"memory_limit": "2GB"}) as connection:
        connection.execute("SET enable_progress_bar = false")
        connection.execute(_DRAWN.format(**told))
        connection.execute(_WRITTEN.format(path=path))
        row = connection.execute(
            "SELECT count(*) FILTER (NOT again), sum(quantity) FILTER (NOT again)::VARCHAR "
            "FROM drawn"
        ).fetchone()
        others = connection.execute(
            "SELECT count(*) FROM drawn a JOIN drawn b ON a.id = b.id AND a.quantity <> b.quantity "
            "WHERE a.again AND NOT b.again"
        ).fetchone()
    assert row is not None and others is not None
    return EventFile(path, lines, row[0], others[0], int(row[1]))
