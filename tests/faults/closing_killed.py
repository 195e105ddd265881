"""Closes months on copies of one store, killed at one more point each time; prints what came of it.

Arguments: the folder of a store with months to close, a folder for copies, how many points, the
seed of the moments, and a stride between the steps tried.
"""

from __future__ import annotations

import json
import random
import shutil
import sys
from functools import partial

from lessor.app import closing
from lessor.app.doctor import Orders, examine
from lessor.books.documents import Issued
from lessor.store.home import Home, open_home
from lessor.store.records.records import Records
from tests.app.kept_store import NOW, close
from tests.faults.dying import Child, Point, done_by_child, killed_at

PERIOD = "2026-02"


def standing(home: Home) -> list[Issued]:
    """Every document that is kept, as issued."""
    with Records.open(home.records_url) as records, records.reading() as reader:
        return reader.documents()


def said_of(documents: list[Issued]) -> list[str]:
    """What documents say, whatever numbers and runs they got, in no order."""
    return sorted(
        str((each.document._replace(corrects=""), each.invoice_date)) for each in documents
    )


def _close(home: Home, child: Child) -> None:
    # So that a closing takes several transactions, and a crash may fall between them.
    closing.GROUP = 2
    child.arm()
    close(home, PERIOD)


def _look(home: Home, child: Child) -> None:
    """Say whether the store is sound as the crash left it, then close again and say what stands."""
    found = examine(home, Orders(False, True, "ann", NOW))
    assert not found.issues, [issue.render() for issue in found.issues]
    before = standing(home)
    child.say(str(len(before)))
    close(home, PERIOD)
    after = standing(home)
    assert after[: len(before)] == before, "a document that was issued has changed"
    numbers = [each.number for each in after]
    assert numbers == [f"ACME-COMPUTE-2026-{place:06d}" for place in range(1, len(after) + 1)]
    assert not examine(home, Orders(False, True, "ann", NOW)).issues
    close(home, PERIOD)
    assert standing(home) == after, "closed again, something was issued again"
    child.say(json.dumps(said_of(after)))


def main(pattern: str, work: str, points: str, seed: str, stride: str) -> None:
    chance, counts = random.Random(int(seed)), set()
    whole = _copy(pattern, work)
    killed_at(Point(0), partial(_close, whole))
    _, expected = done_by_child(partial(_look, whole))
    killed, step, rounds = 0, 1, 1
    for _ in range(int(points)):
        home = _copy(pattern, work)
        delay = chance.choice((0.0, chance.uniform(0, 0.004)))
        died = killed_at(Point(step, delay), partial(_close, home))
        count, documents = done_by_child(partial(_look, home))
        assert documents == expected, f"killed at step {step}, the totals differ"
        killed += died.killed
        counts.add(int(count))
        step += int(stride)
        if not died.killed:
            rounds += 1
            step = rounds % int(stride) + 1
    sys.stdout.write(json.dumps({"killed": killed, "left": sorted(counts)}))


def _copy(pattern: str, work: str) -> Home:
    shutil.rmtree(work, ignore_errors=True)
    shutil.copytree(pattern, work)
    return open_home(work, {})


if __name__ == "__main__":
    main(*sys.argv[1:])
