"""One process at a time writes the usage catalogue; the others wait their turn."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lessor.core.issue import FaultsError, Issue, Place
from lessor.store.unwritable import not_writable

# Short enough that a turn that comes free is soon taken; waiting costs nothing between the looks.
_LOOK_SECONDS = 0.01


@contextmanager
def turn(path: Path, *, wait_seconds: float, shared: bool) -> Iterator[None]:
    """Hold the lock file `path`, alone or `shared` with other readers.

    The lock is the operating system's, so that it goes with a process that is killed. A reader of a
    store that can only be read holds what lock file there is, or none: no one writes there.
    Raises FaultsError: store-busy once `wait_seconds` have passed, store-not-writable.
    """
    lock = _opened(path, shared=shared)
    if lock is None:
        yield
        return
    try:
        _wait(lock, path, wait_seconds=wait_seconds, shared=shared)
        yield
    finally:
        os.close(lock)


def _opened(path: Path, *, shared: bool) -> int | None:
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as fault:
        if not shared:
            raise not_writable("the usage store", path.parent, fault) from None
    try:
        return os.open(path, os.O_RDONLY)
    except OSError:
        return None


def _wait(lock: int, path: Path, *, wait_seconds: float, shared: bool) -> None:
    mode = (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB
    until = time.monotonic() + wait_seconds
    while True:
        try:
            fcntl.flock(lock, mode)
        except BlockingIOError:
            if time.monotonic() >= until:
                raise FaultsError([_busy(path, wait_seconds)]) from None
            time.sleep(_LOOK_SECONDS)
        else:
            return


def _busy(path: Path, wait_seconds: float) -> Issue:
    return Issue(
        "store-busy",
        f"another process has held the usage store for more than {wait_seconds:g} s",
        "wait until it has ended, or end it, and run this again",
        Place(str(path.parent)),
    )
