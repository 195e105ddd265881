"""Killed at any moment, the store loses nothing that was answered and counts nothing twice."""

import multiprocessing
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lessor.store.usage.catalogue import UsageStore
from tests.store.usage import killed_taker
from tests.store.usage.killed_taker import LOAD, batch, counted
from tests.store.usage.taking import outcomes, take, total

KILLS = 24

_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(["tests.store.usage.killed_taker"])


def run_and_kill(run: Callable[..., None], *values: Any, after: float | None) -> int:
    """Run until it is killed, by us `after` the first answer or by itself; the last answer."""
    ours, theirs = _CONTEXT.Pipe(duplex=False)
    process = _CONTEXT.Process(target=run, args=(values[0], theirs, *values[1:]))
    process.start()
    theirs.close()
    ours.poll(60)
    if after is not None:
        process.join(after)
        process.kill()
    process.join(60)
    assert process.exitcode == -9
    answered = 0
    try:
        while True:
            answered = ours.recv()
    except EOFError:
        return answered


def check(folder: Path, answered: int) -> int:
    """That the store is whole and holds all that was answered; how many batches it holds."""
    with UsageStore.open(folder) as store:
        done = store.position(LOAD)
        # The last batch may be committed and its answer not yet sent.
        assert answered <= done <= answered + 1
        assert total(store) == counted(done)
        assert {finding.kind for finding in store.examine(mend=True)} <= {"orphan"}
        assert store.examine() == []
    return done


def test_killed_at_random(tmp_path: Path):
    folder = tmp_path / "usage"
    UsageStore.create(folder)
    chance = random.Random(20260601)
    done = 0
    for _ in range(KILLS):
        segments_from = chance.choice((1, 1000))
        after = chance.uniform(0, 0.4)
        answered = run_and_kill(killed_taker.run, folder, segments_from, after=after)
        done = check(folder, max(answered, done))
    with UsageStore.open(folder) as store:
        for number in range(done):
            assert outcomes(take(store, *batch(number))) == ["duplicate"] * 5
        assert total(store) == counted(done)


@pytest.mark.parametrize("segments_from", [1, 1000])
@pytest.mark.parametrize("step", range(8))
def test_killed_at_each_step_to_a_segment(tmp_path: Path, step: int, segments_from: int):
    folder = tmp_path / "usage"
    UsageStore.create(folder)
    done = 0
    for _ in range(2):
        answered = run_and_kill(killed_taker.run_until, folder, step, segments_from, after=None)
        done = check(folder, max(answered, done))
