"""One writer for all requests: those that wait together become one transaction of the store."""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import AbstractContextManager
from typing import Literal, NamedTuple, Protocol

from lessor.app.web.answers import Refused, Taken
from lessor.app.web.limits import DEFAULT_LIMITS, Limits
from lessor.core.issue import FaultsError

Form = Literal["json", "lines"]
Result = Taken | Refused


class Body(NamedTuple):
    """What one request brought: one JSON text (an event, or a list of them), or one a line.

    in_full: every event is to be told of, and not only that all went well.
    """

    content: bytes
    form: Form
    in_full: bool = False


class Turn(Protocol):
    """The store while this process holds it."""

    def take(self, bodies: Sequence[Body]) -> list[Result]:
        """Take all bodies in one durable transaction; one result for each, in their order."""
        ...


class Waiting(NamedTuple):
    """A request whose answer is to come."""

    body: Body
    result: Future[Result]


class Writer:
    """Takes bodies from any thread, and answers each once it is durable.

    The store is opened when there is work and let go after `held_seconds` of it, for a moment, so
    that a close of a month or a load gets its turn.
    """

    def __init__(
        self,
        turn: Callable[[], AbstractContextManager[Turn]],
        limits: Limits = DEFAULT_LIMITS,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._turn = turn
        self._limits = limits
        self._clock = clock
        self._waiting: deque[Waiting] = deque()
        self._bytes = 0
        self._is_ending = False
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._write, name="usage-writer", daemon=True)

    def __enter__(self) -> Writer:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Take what still waits, then end."""
        with self._changed:
            self._is_ending = True
            self._changed.notify_all()
        self._thread.join()

    def submit(self, body: Body) -> Future[Result] | None:
        """The result to come; None where too much waits already, or no more is taken."""
        result: Future[Result] = Future()
        with self._changed:
            is_full = self._bytes + len(body.content) > self._limits.waiting_bytes_max
            if self._is_ending or (is_full and self._waiting):
                return None
            self._waiting.append(Waiting(body, result))
            self._bytes += len(body.content)
            self._changed.notify()
        return result

    def _write(self) -> None:
        while not self._is_done():
            group = self._next_group(None)
            if not group:
                continue
            try:
                with self._turn() as turn:
                    self._hold(turn, group)
            except FaultsError as fault:
                _fail(group, _unavailable(fault))
            except Exception as fault:
                # It is the only writer: it hands the fault to those who wait, and goes on.
                logging.getLogger(__name__).exception("the store failed in an unknown way")
                _raise(group, fault)
            if self._waiting:
                time.sleep(self._limits.yield_seconds)

    def _is_done(self) -> bool:
        with self._changed:
            return self._is_ending and not self._waiting

    def _hold(self, turn: Turn, group: list[Waiting]) -> None:
        """Take group after group for as long as the store may be held."""
        until = self._clock() + self._limits.held_seconds
        while group:
            results = turn.take([each.body for each in group])
            for each, result in zip(group, results, strict=True):
                each.result.set_result(result)
            group[:] = []
            # Who was answered sends the next at once: a moment brings them into one transaction.
            time.sleep(self._limits.gather_seconds)
            left = until - self._clock()
            if left > 0:
                group[:] = self._next_group(min(left, self._limits.linger_seconds))

    def _next_group(self, seconds: float | None) -> list[Waiting]:
        """Requests that wait, as many as fit one transaction; none after the time or at the end."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._is_ending, seconds)
            group: list[Waiting] = []
            size = 0
            while self._waiting:
                length = len(self._waiting[0].body.content)
                if group and size + length > self._limits.group_bytes_max:
                    break
                each = self._waiting.popleft()
                self._bytes -= length
                # A request whose client has left, or was told to come again, is not begun.
                if each.result.set_running_or_notify_cancel():
                    group.append(each)
                    size += length
            return group


def _unavailable(fault: FaultsError) -> Refused:
    first = fault.issues[0]
    return Refused(503, first.code, f"{first.message}; nothing was taken, send it again")


def _fail(group: Sequence[Waiting], refused: Refused) -> None:
    for each in group:
        if not each.result.done():
            each.result.set_result(refused)


def _raise(group: Sequence[Waiting], fault: Exception) -> None:
    for each in group:
        if not each.result.done():
            each.result.set_exception(fault)
