"""Taking usage in exactly once, as `lessor usage load` does: events a second and peak memory.

    python bench/ingest.py [EVENTS...]        (1,000,000 3,000,000 10,000,000 unless said)

At each size of the store one new file of a million events (`month_of_events.py`) is loaded, in
batches of 1,000,000 and of 10,000, and then the same file again whole. Every load begins with its
own copy of the store and is a process of its own; its time is that of the command from the file's
digest to the last compaction, each batch a transaction that is synced to disk. What counts
afterwards is compared with what was written. The bars, on 2 cores: 200 K events a second in
batches of a million, 100 K in batches of 10,000, 80 K for what was seen before, under 2 GiB.
No more than one file of events is there at a time. What is found is kept in results/ingest.json,
by size; `growth.py` draws it.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import NamedTuple

import duckdb
from closing import booked
from machine import hardware, keep, load
from month_of_events import LEASES, EventFile, write_events

from lessor.app.commands.usage_load import Asked, usage_load
from lessor.store.home import make_home
from lessor.store.usage.catalogue import UsageStore

SIZES = (1_000_000, 3_000_000, 10_000_000)
LINES = 1_000_000
LARGE, SMALL = 1_000_000, 10_000
REPEATS = 3
NEW, AGAIN = "new", "again"
BARS = {(LARGE, NEW): 200_000, (SMALL, NEW): 100_000, (LARGE, AGAIN): 80_000}
BARS[SMALL, AGAIN] = 80_000
BAR_MIB = 2048


class Loaded(NamedTuple):
    """What one load took, and what became of its events."""

    seconds: float
    cpu_seconds: float
    mib: float
    accepted: int
    duplicate: int
    conflict: int
    rejected: int


class Point(NamedTuple):
    """Medians at one size: events a second by batch and by whether they are new; most memory."""

    events: int
    rates: dict[tuple[int, str], float]
    cpu: dict[tuple[int, str], float]
    mib: float
    disk_mib: int


def load_here(store: str, path: str, batch: int) -> None:
    """Load a file in this process and print what it took as JSON."""
    begin, cpu = time.perf_counter(), time.process_time()
    outcome = usage_load(Asked((path,), store, batch=batch))
    seconds, cpu = time.perf_counter() - begin, time.process_time() - cpu
    assert outcome.result is not None, outcome.issues
    counts = [outcome.result.total(name) for name in Loaded._fields[3:]]
    mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps([seconds, cpu, mib, *counts]))


def loaded(store: Path, file: EventFile, batch: int) -> Loaded:
    """Load a file in a process of its own."""
    command = [sys.executable, __file__, "load", str(store), str(file.path), str(batch)]
    ran = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return Loaded(*json.loads(ran.stdout.splitlines()[-1]))


def counted(store: Path) -> int:
    """What the store counts of the month, in smallest units of all meters together."""
    with UsageStore.open(store / "usage", read_only=True) as usage:
        sums = usage.day_sums(None, date(2026, 6, 1), date(2026, 7, 1), cutoff=usage.cutoff())
        return sum(each.quantity for each in sums)


def new_and_again(store: Path, file: EventFile, batch: int, total: int) -> tuple[Loaded, Loaded]:
    """A file loaded into a copy of the store, twice; what came of it is asserted."""
    with tempfile.TemporaryDirectory(dir=store.parent) as folder:
        copy = Path(folder) / "store"
        shutil.copytree(store, copy, copy_function=_copied)
        first = loaded(copy, file, batch)
        assert first[3:] == _of_a_new(file), first
        assert counted(copy) == total + file.total
        second = loaded(copy, file, batch)
        assert second[3:] == (0, file.lines - file.conflicts, file.conflicts, 0), second
        assert counted(copy) == total + file.total
    return first, second


def _copied(source: str, target: str) -> None:
    """A copy of a file; of a segment, which never changes, another name is enough."""
    (os.link if source.endswith(".parquet") else shutil.copy2)(source, target)


def _of_a_new(file: EventFile) -> tuple[int, int, int, int]:
    return file.counting, file.lines - file.counting - file.conflicts, file.conflicts, 0


def measured(store: Path, events: int, file: EventFile, total: int) -> Point:
    """Both batches at one size of the store, in turns; medians."""
    runs: dict[tuple[int, str], list[Loaded]] = {}
    for _ in range(REPEATS):
        for batch in (LARGE, SMALL):
            first, second = new_and_again(store, file, batch, total)
            runs.setdefault((batch, NEW), []).append(first)
            runs.setdefault((batch, AGAIN), []).append(second)
    middle = statistics.median
    rates = {of: file.lines / middle(r.seconds for r in ran) for of, ran in runs.items()}
    cpu = {of: file.lines / middle(r.cpu_seconds for r in ran) for of, ran in runs.items()}
    mib = max(run.mib for ran in runs.values() for run in ran)
    disk = sum(path.stat().st_size for path in store.rglob("*") if path.is_file()) / 2**20
    return Point(events, rates, cpu, mib, round(disk))


def grown(sizes: Sequence[int], folder: Path) -> None:
    """One store that grows a file at a time, measured at each of the sizes."""
    files = max(sizes) // LINES + 1
    home = make_home(folder / "store")
    booked(home, LEASES)
    UsageStore.create(home.usage_folder)
    total = 0
    for number in range(files):
        file = write_events(folder / "events.ndjson", LINES, number, files)
        if number * LINES in sizes:
            point = measured(home.folder, number * LINES, file, total)
            _print(point)
            keep("ingest", _as_kept(point))
        if number + 1 < files:
            assert loaded(home.folder, file, LARGE).accepted == file.counting
            total += file.total


def _as_kept(point: Point) -> dict[str, float]:
    rates = {f"{kind}_{batch}": round(point.rates[batch, kind]) for batch, kind in ORDER}
    return {"events": point.events, **rates, "mib": round(point.mib), "disk_mib": point.disk_mib}


def _print(point: Point) -> None:
    cells = [f"{point.events:,}"]
    for of in ORDER:
        cells.append(f"{point.rates[of] / 1000:,.0f} ({point.cpu[of] / 1000:,.0f})")
    print(f"| {' | '.join([*cells, f'{point.mib:,.0f}', f'{point.disk_mib:,.0f}'])} |", flush=True)


def _print_head() -> None:
    said = {NEW: "new", AGAIN: "again"}
    names = [f"{batch:,}, {said[kind]}: bar {BARS[batch, kind] // 1000}" for batch, kind in ORDER]
    cells = ["events in the store", *names, f"peak MiB: bar {BAR_MIB:,}", "store MiB"]
    print(f"| {' | '.join(cells)} |\n|{'---|' * len(cells)}", flush=True)


ORDER = ((LARGE, NEW), (LARGE, AGAIN), (SMALL, NEW), (SMALL, AGAIN))


def main(sizes: Sequence[int]) -> None:
    """Every size, smallest first."""
    print(hardware())
    print(f"DuckDB {duckdb.__version__}; {load()}; medians of {REPEATS}; every batch synced")
    print(f"thousands of events a second, and per second of processor on {os.cpu_count()} cores\n")
    _print_head()
    with tempfile.TemporaryDirectory() as folder:
        grown(sizes, Path(folder))


if __name__ == "__main__":
    if sys.argv[1:2] == ["load"]:
        load_here(sys.argv[2], sys.argv[3], int(sys.argv[4]))
    else:
        main([int(text.replace(",", "").replace("_", "")) for text in sys.argv[1:]] or SIZES)
