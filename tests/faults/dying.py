"""Programs that are killed at a chosen point: a statement, a sync, a rename, or a moment later.

Nothing in Lessor knows of it. The counting is laid around what Python hands to DuckDB, SQLAlchemy
and the system; a delay lets the kill fall into the statement that was begun.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable
from typing import Any, NamedTuple

import duckdb
from sqlalchemy import Engine
from sqlalchemy import event as sql_event

_COUNTED = {"execute", "executemany", "sql"}
_IN_SYSTEM = ("fsync", "rename", "replace", "unlink")


class Point(NamedTuple):
    """Where to die: before the `step`-th step, counted from 1, or so many seconds after it."""

    step: int
    delay: float = 0.0


class Died(NamedTuple):
    """How an attempt ended: whether it was killed, and what it had said to be done before."""

    killed: bool
    said: list[str]


class Child(NamedTuple):
    """What work in a child is given: how to say what is done, and from when on steps count."""

    say: Callable[[str], None]
    arm: Callable[[], None]


def killed_at(point: Point, work: Callable[[Child], None]) -> Died:
    """Do `work` in a child that dies at a point; steps count from when it is armed.

    The caller must not have opened a database itself, for a child would share it.
    """
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _work(work, point, writing)
    os.close(writing)
    with os.fdopen(reading, encoding="utf-8") as said:
        lines = said.read().splitlines()
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGKILL, status
        return Died(True, lines)
    assert os.WEXITSTATUS(status) == 0, f"the child failed by itself at {point}: {lines}"
    return Died(False, lines)


def done_by_child(work: Callable[[Child], None]) -> list[str]:
    """Do `work` in a child that is left alone; what it said."""
    return killed_at(Point(0), work).said


def _work(work: Callable[[Child], None], point: Point, writing: int) -> None:
    def say(text: str) -> None:
        os.write(writing, f"{text}\n".encode())

    code = 1
    try:
        work(Child(say, lambda: _die_at(point)))
        code = 0
    except BaseException as fault:  # noqa: BLE001 - the child ends here, whatever it was
        say(f"{type(fault).__name__}: {fault}")
    finally:
        os._exit(code)


def _die_at(point: Point) -> None:
    steps = 0

    def step(*_: object) -> None:
        nonlocal steps
        steps += 1
        if steps == point.step:
            if point.delay:
                threading.Thread(target=_die, args=(point.delay,), daemon=True).start()
            else:
                _die(0)

    for name in _IN_SYSTEM:
        setattr(os, name, _stepping(getattr(os, name), step))
    connect = duckdb.connect
    setattr(duckdb, "connect", lambda *args, **more: Counted(connect(*args, **more), step))  # noqa: B010
    sql_event.listen(Engine, "before_cursor_execute", step)
    sql_event.listen(Engine, "commit", step)


def _die(delay: float) -> None:
    time.sleep(delay)
    os.kill(os.getpid(), signal.SIGKILL)


def _stepping(call: Callable[..., Any], step: Callable[[], None]) -> Callable[..., Any]:
    def counted(*args: Any, **more: Any) -> Any:
        step()
        return call(*args, **more)

    return counted


class Counted:
    """A connection of DuckDB whose statements are counted before they run."""

    def __init__(self, inner: duckdb.DuckDBPyConnection, step: Callable[[], None]) -> None:
        self._inner, self._step = inner, step

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._inner, name)
        return _stepping(found, self._step) if name in _COUNTED else found

    def cursor(self) -> Counted:
        """Another one on the same database."""
        return Counted(self._inner.cursor(), self._step)

    def __enter__(self) -> Counted:
        return self

    def __exit__(self, *_: object) -> None:
        self._inner.close()
