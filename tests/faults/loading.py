"""Loads a file of usage on copies of one store, killed at one more point each time, then again.

Arguments: the folder of a store with two leases, a folder for copies, how many points, the seed of
the moments, and a stride between the steps tried. Prints what came of it.
"""

from __future__ import annotations

import json
import random
import shutil
import sys
from collections import Counter
from functools import partial
from pathlib import Path

from lessor.app.commands import usage_load as loading
from lessor.store.home import Home, open_home
from lessor.store.usage.catalogue import UsageStore
from tests.faults.dying import Child, Point, done_by_child, killed_at
from tests.faults.taken import batch, counted, expected

BATCHES, ROWS = 4, 20


def write_file(path: Path) -> None:
    """Batches of events, and behind each a row that is refused for another reason than the last."""
    bad = ("no json", '{"specversion": "1.0"}', batch(0)[0].replace("a-00", "z"), "[]")
    lines = [line for n in range(BATCHES) for line in (*batch(n), bad[n])]
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def _load(home: Home, file: Path, child: Child) -> None:
    # Low enough that a load compacts on its way, and at its end.
    loading.COMPACT_AT, loading.COMPACT_AT_END = 50, 1
    # Batches are read two by two, and each is a transaction.
    loading.READ_TOGETHER = 2 * ROWS
    child.arm()
    loading.usage_load(loading.Asked((str(file),), str(home.folder), batch=ROWS))


def _look(home: Home, file: Path, child: Child) -> None:
    """Load again: all is there, once, and each refused row stands in one file, once."""
    outcome = loading.usage_load(loading.Asked((str(file),), str(home.folder), batch=ROWS))
    assert outcome.result is not None, outcome.issues
    assert counted(home) == expected(BATCHES), (counted(home), expected(BATCHES))
    with UsageStore.open(home.usage_folder) as store:
        faults = [each for each in store.examine() if each.kind != "orphan"]
    assert not faults, faults
    rejects = outcome.result.rejects_file
    assert rejects is not None
    rows = Counter(
        json.loads(line)["rejectedrow"] for line in rejects.read_text("utf-8").splitlines()
    )
    assert sorted(rows.values()) == [1] * BATCHES, rows
    child.say(str(outcome.result.files[0].gone_on_from))


def main(pattern: str, work: str, points: str, seed: str, stride: str) -> None:
    chance = random.Random(int(seed))
    file = Path(pattern, "usage.ndjson")
    write_file(file)
    killed, step, rounds, gone_on = 0, 1, 1, set()
    for _ in range(int(points)):
        shutil.rmtree(work, ignore_errors=True)
        shutil.copytree(pattern, work)
        home = open_home(work, {})
        delay = chance.choice((0.0, chance.uniform(0, 0.004)))
        died = killed_at(Point(step, delay), partial(_load, home, file))
        [start] = done_by_child(partial(_look, home, file))
        gone_on.add(int(start))
        killed += died.killed
        step += int(stride)
        if not died.killed:
            rounds += 1
            step = rounds % int(stride) + 1
    sys.stdout.write(json.dumps({"killed": killed, "gone_on_from": sorted(gone_on)}))


if __name__ == "__main__":
    main(*sys.argv[1:])
