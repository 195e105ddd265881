"""Takes batches in and compacts them, killed at one more point each time; prints what came of it.

Arguments: the folder of a store with two leases, a folder for copies, how many points, the seed of
the moments, and a stride: all steps of a take and a compaction are tried at 1, every third at 3.
"""

from __future__ import annotations

import json
import random
import shutil
import sys

from lessor.store.home import open_home
from lessor.store.usage.catalogue import UsageStore
from lessor.store.usage.raw import raw_of_ndjson
from lessor.store.usage.take import BatchInfo
from lessor.store.usage.validate import Known
from tests.app.kept_store import NOW
from tests.faults.dying import Child, Died, Point, killed_at
from tests.faults.taken import LEASES, batch, batches_in

BATCHES = 3
"""Batches of an attempt that is not killed."""

POINTS_OF_A_STORE = 50
"""Deaths that one store lives through, each on what the one before left."""

KNOWN = Known(dict.fromkeys(LEASES, "CNY"), {lease: frozenset() for lease in LEASES})


class Ingest:
    """One store, taken into by one program after another."""

    def __init__(self, folder: str) -> None:
        self.home = open_home(folder, {})
        self.sent = 0
        self.answered = 0
        self.unanswered = 0

    def attempt(self, point: Point) -> Died:
        """See what the last program left, send what it had no answer for, and die at a point."""
        died = killed_at(point, self._work)
        count = int(died.said[0])
        # What was answered is there; what was not may be, and is sent again.
        assert self.answered <= count <= self.answered + 1, (point, self.answered, count)
        self.unanswered += count - self.answered
        self.sent = self.answered
        self.answered += sum(line.startswith("taken") for line in died.said)
        return died

    def _work(self, child: Child) -> None:
        with UsageStore.open(self.home.usage_folder) as store:
            faults = [each for each in store.examine() if each.kind != "orphan"]
        assert not faults, faults
        child.say(str(batches_in(self.home, self.answered + 1)))
        child.arm()
        for number in range(self.answered, self.answered + BATCHES):
            raw = raw_of_ndjson("\n".join(batch(number)).encode() + b"\n")
            with UsageStore.open(self.home.usage_folder) as store:
                store.take(raw, KNOWN, batch=BatchInfo("default", NOW))
                child.say(f"taken {number}")
                store.compact()

    def end(self) -> None:
        """Take what is left without dying, and see that all of it is there."""
        self.attempt(Point(0))
        self.attempt(Point(0))


def main(pattern: str, work: str, points: str, seed: str, stride: str) -> None:
    chance = random.Random(int(seed))
    killed, unanswered, step, rounds = 0, 0, 1, 1
    for start in range(0, int(points), POINTS_OF_A_STORE):
        shutil.rmtree(work, ignore_errors=True)
        shutil.copytree(pattern, work)
        ingest = Ingest(work)
        for _ in range(start, min(int(points), start + POINTS_OF_A_STORE)):
            # Half of the kills fall between two statements, half into one.
            delay = chance.choice((0.0, chance.uniform(0, 0.004)))
            is_killed = ingest.attempt(Point(step, delay)).killed
            killed += is_killed
            step += int(stride)
            if not is_killed:
                rounds += 1
                step = rounds % int(stride) + 1
        ingest.end()
        unanswered += ingest.unanswered
    told = {"killed": killed, "unanswered": unanswered, "batches": ingest.answered}
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    main(*sys.argv[1:])
