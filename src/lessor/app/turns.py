"""One at a time: work that two commands must not do at once takes turns."""

from __future__ import annotations

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lessor.core.issue import FaultsError, Issue, Place

WAIT_SECONDS = 120.0
_PAUSE_SECONDS = 0.05


@contextmanager
def one_at_a_time(lock: Path, *, wait_seconds: float = WAIT_SECONDS) -> Iterator[None]:
    """Hold the lock while the block runs; the system lets go of it if the process dies.

    Raises FaultsError with `store-busy` where another still holds it when the wait is over.
    """
    until = time.monotonic() + wait_seconds
    lock.touch(mode=0o600)
    with lock.open("rb+") as held:
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
