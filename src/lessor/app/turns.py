"""One at a time: work that two commands must not do at once takes turns."""

from __future__ import annotations

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lessor.core.issue import FaultsError, Issue, Place
from lessor.store.unwritable import not_writable

WAIT_SECONDS = 120.0
_PAUSE_SECONDS = 0.05


@contextmanager
def one_at_a_time(
    lock: Path, *, wait_seconds: float = WAIT_SECONDS, is_reading: bool = False
) -> Iterator[None]:
    """Hold the lock while the block runs; the system lets go of it if the process dies.

    is_reading: the block writes nothing, and a store that cannot be written to needs no lock.
    Raises FaultsError with `store-busy` where another still holds it when the wait is over,
    `store-not-writable`.
    """
    until = time.monotonic() + wait_seconds
    try:
        lock.touch(mode=0o600)
        file = lock.open("rb+")
    except OSError as fault:
        if not is_reading:
            raise not_writable("the store", lock.parent, fault) from None
        yield
        return
    with file as held:
        while True:
            try:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > until:
                    message = "another command is closing a month on this store"
                    raise FaultsError(
                        [Issue("store-busy", message, "wait until it is done", Place(str(lock)))]
                    ) from None
                time.sleep(_PAUSE_SECONDS)
        yield
