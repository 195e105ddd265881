"""One process at a time writes the usage catalogue; the others wait their turn.

Who waits holds a second file, shared with all who wait, so that who has the turn can see it.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
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


def is_wanted(path: Path) -> bool:
    """Whether anyone waits for a turn at the lock file `path`."""
    with _waiting_room(path) as room:
        return room is None or not _locked(room, fcntl.LOCK_EX)


def _wait(lock: int, path: Path, *, wait_seconds: float, shared: bool) -> None:
    mode = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
    if _locked(lock, mode):
        return
    until = time.monotonic() + wait_seconds
    with _waiting_room(path) as room:
        # Who looks whether anyone waits holds the room for a moment: it is asked for each time.
        while not _locked(lock, mode):
            if room is not None:
                _locked(room, fcntl.LOCK_SH)
            if time.monotonic() >= until:
                raise FaultsError([_busy(path, wait_seconds)])
            time.sleep(_LOOK_SECONDS)


@contextmanager
def _waiting_room(path: Path) -> Iterator[int | None]:
    """The file that who waits holds; None where it can neither be made nor read."""
    room = _room_opened(path.with_suffix(".waiting"))
    try:
        yield room
    finally:
        if room is not None:
            os.close(room)


def _room_opened(path: Path) -> int | None:
    for flags in (os.O_RDWR | os.O_CREAT, os.O_RDONLY):
        with suppress(OSError):
            return os.open(path, flags, 0o600)
    return None


def _locked(opened: int, mode: int) -> bool:
    try:
        fcntl.flock(opened, mode | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _busy(path: Path, wait_seconds: float) -> Issue:
    return Issue(
        "store-busy",
        f"another process has held the usage store for more than {wait_seconds:g} s",
        "wait until it has ended, or end it, and run this again",
        Place(str(path.parent)),
    )
