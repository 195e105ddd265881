"""Long work behind the pages: one job at a time, with its progress, and a way to call it off."""

from __future__ import annotations

import itertools
import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Literal, NamedTuple

from lessor.core.issue import FaultsError, Issue

State = Literal["waiting", "running", "done", "failed", "cancelled"]
KEPT = 50


class CancelledError(Exception):
    """The person who waits for a job has called it off."""


class Finished(NamedTuple):
    """What a job came to: Issues to show, and the path of the page with its result, if any."""

    issues: tuple[Issue, ...] = ()
    path: str = ""


class Standing(NamedTuple):
    """A job as it stands at a moment.

    title: an English text of the catalogues, with `values` for its braces. done, of: parts of the
    work; of 0: no one knows how many there are.
    """

    number: int
    title: str
    values: dict[str, object]
    asked_at: datetime
    state: State
    done: int
    of: int
    is_cancelling: bool
    finished: Finished

    @property
    def is_over(self) -> bool:
        """Whether nothing will change any more."""
        return self.state in ("done", "failed", "cancelled")


class Progress:
    """What the work tells of itself as it goes on; a job that is called off stops at a step."""

    def __init__(self) -> None:
        self.state: State = "waiting"
        self.done = 0
        self.of = 0
        self.finished = Finished()
        self._is_cancelled = threading.Event()

    def step(self, done: int, of: int = 0) -> None:
        """So much of the work is done. Raises CancelledError where it is no longer wanted."""
        self.done, self.of = done, of
        if self.is_cancelled:
            raise CancelledError

    def cancel(self) -> None:
        """Ask the work to stop at its next step."""
        self._is_cancelled.set()

    @property
    def is_cancelled(self) -> bool:
        """Whether someone has called it off."""
        return self._is_cancelled.is_set()


Work = Callable[[Progress], Finished]


class _Job(NamedTuple):
    number: int
    title: str
    values: dict[str, object]
    asked_at: datetime
    progress: Progress

    def standing(self) -> Standing:
        progress = self.progress
        return Standing(
            *self[:4],
            state=progress.state,
            done=progress.done,
            of=progress.of,
            is_cancelling=progress.is_cancelled,
            finished=progress.finished,
        )


class Jobs:
    """Runs jobs one after the other in a thread of their own; the newest ones are remembered.

    Work that stands in the store is whole or not there, so a job that ends half way leaves nothing
    half kept, and one that the end of the server cuts off can be asked for anew.
    """

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="job")
        self._numbers = itertools.count(1)
        self._jobs: dict[int, _Job] = {}
        self._lock = threading.Lock()

    def submit(self, title: str, work: Work, **values: object) -> int:
        """Queue a piece of work; the number by which to ask for it."""
        with self._lock:
            number = next(self._numbers)
            job = _Job(number, title, values, datetime.now(UTC), Progress())
            self._jobs[number] = job
            over = [each for each in self._jobs.values() if each.standing().is_over]
            for each in over[: max(len(self._jobs) - KEPT, 0)]:
                del self._jobs[each.number]
        self._pool.submit(_run, job, work)
        return number

    def standing(self, number: int) -> Standing | None:
        """A job as it stands; None for a number that is not (or no longer) known."""
        job = self._jobs.get(number)
        return None if job is None else job.standing()

    def all(self) -> list[Standing]:
        """Every job that is remembered, newest first."""
        with self._lock:
            return [job.standing() for job in reversed(self._jobs.values())]

    def cancel(self, number: int) -> None:
        """Call a job off; one that is over stays as it is."""
        job = self._jobs.get(number)
        if job is not None:
            job.progress.cancel()

    def close(self) -> None:
        """Call everything off, and wait for what runs to stop."""
        for number in list(self._jobs):
            self.cancel(number)
        self._pool.shutdown(wait=True, cancel_futures=True)


def _run(job: _Job, work: Work) -> None:
    progress = job.progress
    if progress.is_cancelled:
        progress.state = "cancelled"
        return
    progress.state = "running"
    try:
        progress.finished = work(progress)
        progress.state = "done"
    except CancelledError:
        progress.state = "cancelled"
    except FaultsError as fault:
        progress.finished = Finished(fault.issues)
        progress.state = "failed"
    except Exception:
        # Whoever waits is told that it failed; what failed is for the log of the server.
        logging.getLogger(__name__).exception("job %s failed in an unknown way", job.number)
        progress.state = "failed"
