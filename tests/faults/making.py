"""Makes a store, killed at one more point each time, then again until it is there.

Arguments: a folder to make a store in, how many points, the seed of the moments, and a stride
between the steps tried. Prints what came of it.
"""

from __future__ import annotations

import json
import random
import shutil
import sys
from functools import partial
from pathlib import Path

from lessor.app.commands.init import init
from lessor.app.doctor import Orders, examine
from lessor.store.home import open_home
from lessor.store.records import migrating
from tests.app.kept_store import NOW, book, close
from tests.faults.dying import Child, Point, done_by_child, killed_at


def _make(folder: Path, child: Child) -> None:
    child.arm()
    assert init(str(folder)).result is not None


def _look(folder: Path, child: Child) -> None:
    """Make it again: it is whole, of the same settings, and a month is closed on it."""
    outcome = init(str(folder))
    assert outcome.result is not None, outcome.issues
    child.say(str(outcome.result.is_new))
    home = open_home(folder, {})
    book(home)
    assert len(close(home, "2026-01").issued) == 1
    found = examine(home, Orders(False, True, "ann", NOW)).issues
    assert {issue.code for issue in found} <= {"left-over"}, found
    assert not {path.stat().st_mode & 0o077 for path in folder.rglob("*")} - {0}


def main(folder: str, points: str, seed: str, stride: str) -> None:
    chance, store = random.Random(int(seed)), Path(folder, "store")
    # Its library is loaded once, not by every child.
    migrating.known_revisions()
    killed, step, rounds, new = 0, 1, 1, set()
    for _ in range(int(points)):
        shutil.rmtree(store, ignore_errors=True)
        delay = chance.choice((0.0, chance.uniform(0, 0.004)))
        died = killed_at(Point(step, delay), partial(_make, store))
        new.update(done_by_child(partial(_look, store)))
        killed += died.killed
        step += int(stride)
        if not died.killed:
            rounds += 1
            step = rounds % int(stride) + 1
    sys.stdout.write(json.dumps({"killed": killed, "new": sorted(new)}))


if __name__ == "__main__":
    main(*sys.argv[1:])
