"""Months of usage events counted once and summed by lease, meter and hour; one late day again.

    python bench/usage_sums.py [EVENTS...]        (1,000,000 3,000,000 10,000,000 unless said)

Up to 10 million events are one month; of more there are so many more months, each of that size.

Events as the store keeps them: Parquet with zstd by UTC day, 16-byte random keys, 500 leases of
uneven size, 4 meters. In every 200 one names an earlier one to void it, and one is in the files
twice, under its own number and a later one; what must come out is counted beside, while they are
made. Each step is a process of its own, so that its memory is its own. PySpark is timed where it is
installed. The bar: 10 million events under 5 s and 1 GiB, one day of them again under 0.3 s.
What is found is kept in results/usage_sums.json, by size; `growth.py` draws it.
"""

from __future__ import annotations

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
from machine import hardware, keep, load, peer

from lessor.store.usage.aggregate import EventFiles, queries, sums_by_day
from lessor.store.usage.spark import spark_session, sums_on_spark

SIZES = (1_000_000, 3_000_000, 10_000_000)
BAR_EVENTS, BAR_SECONDS, BAR_MIB, BAR_DAY = 10_000_000, 5.0, 1024, 0.3
FIRST_DAY, MONTH_DAYS = date(2026, 6, 1), 30
LATE = FIRST_DAY + timedelta(days=17)
REPEATS = 3
ALL = 10**15
SPARK_MOST = 10_000_000

# Of each 200 rows of a day, the last but one comes again, and the last voids the first of them, of
# whose lease and meter it is.
MADE = """
CREATE OR REPLACE TEMP TABLE made AS
WITH drawn AS (SELECT i, {first} + i AS ingest_seq, hash(i, {day}) AS h, hash(h) AS g,
    CASE WHEN i % 200 = 199 THEN i - 199 ELSE i END AS of, hash(of, {day}) AS of_h
    FROM range({events}) t(i))
SELECT unhex(md5(concat('{day}:', i))) AS key, ingest_seq,
    'lease-' || lpad((500 * pow(of_h % 1000003 / 1000003, 2))::INT::VARCHAR, 3, '0') AS lease,
    ['tokens_in', 'tokens_out', 'gpu_seconds', 'kwh'][1 + of % 4] AS meter,
    TIMESTAMP '{date}' + to_microseconds((g % 86400000000)::BIGINT) AS time,
    (h % 1000000)::DECIMAL(38,0) AS quantity,
    CASE WHEN i % 200 = 199 THEN unhex(md5(concat('{day}:', i - 199))) END AS target_key,
    CASE WHEN i % 200 = 199 THEN (i - 199)::VARCHAR ELSE '' END AS voids
FROM drawn
"""
WRITTEN = """
COPY (FROM made UNION ALL SELECT * REPLACE (ingest_seq + {later} AS ingest_seq, 7 AS quantity)
    FROM made WHERE ingest_seq % 200 = ({first} + 198) % 200
    ORDER BY lease, meter, time) TO '{path}' (FORMAT parquet, COMPRESSION zstd)
"""
EXPECTED = """
SELECT sum(quantity)::VARCHAR FROM made
WHERE (ingest_seq - {first}) % 200 <> 199
    AND ((ingest_seq - {first}) % 200 <> 0 OR ingest_seq - {first} + 199 >= {events})
"""


class Taken(NamedTuple):
    """What a step took: seconds, those of all cores together, the most memory in MiB.

    rows and total: how many sums came out, and what they add up to.
    """

    seconds: float
    cpu: float
    mib: float
    rows: int
    total: int


def connected() -> duckdb.DuckDBPyConnection:
    """DuckDB as the store opens it."""
    connection = duckdb.connect(config={"memory_limit": "1GB", "threads": os.cpu_count() or 1})
    connection.execute("SET TimeZone = 'UTC'")
    return connection


def days_of(events: int) -> list[date]:
    """The days that so many events are spread over."""
    count = MONTH_DAYS * max(1, events // BAR_EVENTS)
    return [FIRST_DAY + timedelta(days=number) for number in range(count)]


def make(events: int, folder: Path) -> None:
    """Write a file for each day, and beside them what is to come out."""
    connection = connected()
    days = days_of(events)
    each = events // len(days)
    total = 0
    for count, day in enumerate(days):
        told = {"first": 1 + count * each, "events": each, "day": count, "date": day}
        connection.execute(MADE.format(**told))
        path = folder / f"{day}.parquet"
        connection.execute(WRITTEN.format(first=told["first"], later=events, path=path))
        ((found,),) = connection.execute(EXPECTED.format(**told)).fetchall()
        total += int(found)
    (folder / "expected.json").write_text(str(total), encoding="utf-8")


def files_of(folder: Path, connection: duckdb.DuckDBPyConnection) -> EventFiles:
    """The files by day, and no hot events."""
    days = {date.fromisoformat(path.stem): [path] for path in sorted(folder.glob("*.parquet"))}
    path = days[FIRST_DAY][0]
    connection.execute(f"CREATE TEMP VIEW first_day AS FROM read_parquet('{path}')")
    connection.execute("CREATE TABLE hot AS FROM first_day LIMIT 0")
    return EventFiles(connection, days, "hot")


def whole_month(folder: Path) -> tuple[int, int]:
    """Sums of the month by DuckDB, day by day: how many, and their total."""
    return added(table for _, table in sums_by_day(files_of(folder, connected()), cutoff=ALL))


def late_day(folder: Path) -> tuple[int, int]:
    """The sums of one day anew; what other days void of it is looked for in all of them."""
    files = files_of(folder, connected())
    return added(table for _, table in sums_by_day(files, cutoff=ALL, days=[LATE]))


def on_spark(folder: Path) -> tuple[int, int]:
    """Sums of the month by Spark on this machine, without the start of its session."""
    files = files_of(folder, connected())
    with spark_session(spark__driver__memory="3g") as session:
        session.range(1).count()
        begin = time.perf_counter()
        found = sums_on_spark(session, files, cutoff=ALL, scratch=folder)
        SPARK_SECONDS.append(time.perf_counter() - begin)
    return added([found])


def added(tables: Iterable[pa.Table]) -> tuple[int, int]:
    """How many rows tables have, and what they add up to."""
    rows = total = 0
    for table in tables:
        rows += table.num_rows
        total += int(pc.sum(table["quantity"]).as_py() or 0)
    return rows, total


STEPS: dict[str, Callable[[Path], tuple[int, int]]] = {
    "month": whole_month,
    "day": late_day,
    "spark": on_spark,
}
SPARK_SECONDS: list[float] = []


def step(name: str, folder: Path) -> None:
    """Run one step in this process and print what it took as JSON."""
    queries("duckdb", ALL)  # the definition is put into SQL once in a process
    begin, worked = time.perf_counter(), time.process_time()
    rows, total = STEPS[name](folder)
    seconds = SPARK_SECONDS[0] if SPARK_SECONDS else time.perf_counter() - begin
    cpu = time.process_time() - worked
    mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    taken = {"seconds": seconds, "cpu": cpu, "mib": mib, "rows": rows, "total": total}
    print(json.dumps(taken))


def measured(name: str, folder: Path, repeats: int = REPEATS) -> Taken:
    """A step run several times, each in a process of its own: median seconds, highest memory."""
    runs = [json.loads(own_process(name, str(folder))) for _ in range(repeats)]
    (outcome,) = {(run["rows"], run["total"]) for run in runs}
    seconds, cpu = (statistics.median(run[each] for run in runs) for each in ("seconds", "cpu"))
    return Taken(seconds, cpu, max(run["mib"] for run in runs), *outcome)


def own_process(*told: str) -> str:
    """What this script prints when it is run for one step."""
    command = [sys.executable, __file__, *told]
    ran = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return ran.stdout.splitlines()[-1] if ran.stdout else ""


def one_size(events: int, with_spark: bool) -> dict[str, float]:
    """Make so many events, count them, print the line; what is kept of it."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        own_process("make", str(folder), str(events))
        size = sum(path.stat().st_size for path in folder.glob("*.parquet")) / 2**20
        expected = int((folder / "expected.json").read_text(encoding="utf-8"))
        month, day = measured("month", folder), measured("day", folder)
        assert month.total == expected, f"{month.total:,} is not {expected:,}"
        line = f"{events:>13,}{size:>9,.0f}{month.rows:>12,}"
        line += f"{month.seconds:>9.2f}{month.cpu:>8.2f}{month.mib:>8,.0f}{day.seconds:>9.3f}"
        if with_spark and events <= SPARK_MOST:
            spark = measured("spark", folder, repeats=1)
            assert (spark.rows, spark.total) == (month.rows, month.total)
            line += f"{spark.seconds:>9.1f}"
        print(line, flush=True)
    return {
        "events": events,
        "seconds": round(month.seconds, 3),
        "cpu_seconds": round(month.cpu, 3),
        "mib": round(month.mib),
        "late_day_seconds": round(day.seconds, 3),
    }


def main(sizes: Sequence[int]) -> None:
    """Every size, smallest first; the bar is that of the month of 10 million."""
    print(hardware())
    print(f"DuckDB {duckdb.__version__}; {load()}; medians of {REPEATS} processes\n")
    with_spark = peer("pyspark") is not None
    print(
        f"{'events':>13}{'MiB':>9}{'sums':>12}{'month s':>9}{'CPU s':>8}{'MiB':>8}{'day s':>9}",
        end="",
    )
    print(f"{'Spark s':>9}" if with_spark else "", flush=True)
    for events in sorted(sizes):
        keep("usage_sums", one_size(events, with_spark))
    print(f"\nbar for {BAR_EVENTS:,}: {BAR_SECONDS} s, {BAR_MIB:,} MiB; one day {BAR_DAY} s")


if __name__ == "__main__":
    if sys.argv[1:2] == ["make"]:
        make(int(sys.argv[3]), Path(sys.argv[2]))
    elif sys.argv[1:] and sys.argv[1] in STEPS:
        step(sys.argv[1], Path(sys.argv[2]))
    else:
        main([int(text.replace(",", "").replace("_", "")) for text in sys.argv[1:]] or SIZES)
