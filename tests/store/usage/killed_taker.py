"""A program that takes in batches and compacts until it is killed."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path

from lessor.store.usage import compaction
from lessor.store.usage import take as usage_take
from lessor.store.usage.catalogue import UsageStore
from tests.store.usage.taking import Sent, event, take

LOAD = "the load"


def batch(number: int) -> list[Sent]:
    """Five events: one counts in every batch, one amends, one is voided two batches later."""
    day = f"2026-06-{1 + number % 28:02d}T08:00:00Z"
    return [
        event(f"a{number}", 100, time=day),
        event(f"b{number}", 10, time=day),
        event(f"c{number}", 1, amends=f"b{number}", time=day),
        event(f"d{number}", 1000, time=day, type="tokens_in"),
        event(f"e{number}", None, voids=f"d{number - 2}", time=day, type="tokens_in"),
    ]


def counted(batches: int) -> int:
    """What the first `batches` batches add up to."""
    return batches * 101 + min(batches, 2) * 1000


def run(folder: Path, answers: Connection, segments_from: int = 3) -> None:
    """Go on where the store says, tell each batch that was answered, compact every fourth time.

    segments_from: so many events of a batch go to segments at once.
    """
    usage_take.SEGMENTS_FROM = segments_from
    with UsageStore.open(folder) as store:
        number = store.position(LOAD)
        while True:
            take(store, *batch(number), load=LOAD, position=number + 1)
            number += 1
            answers.send(number)
            if number % 4 == 0:
                store.compact()


def run_until(folder: Path, answers: Connection, step: int, segments_from: int) -> None:
    """The same, and dies by its own hand at one step of compaction: before it, or after it."""
    steps: list[tuple[object, str]] = [
        (os, "fsync"), (Path, "rename"), (compaction, "name_segments"), (compaction, "sync_folder"),
    ]  # fmt: skip
    place, name = steps[step // 2]
    plain: Callable[..., object] = getattr(place, name)

    def deadly(*values: object, **named: object) -> object:
        if step % 2:
            plain(*values, **named)
        os.kill(os.getpid(), signal.SIGKILL)
        return None

    setattr(place, name, deadly)
    run(folder, answers, segments_from)
