"""Where the `lessor` command begins, and where it ends when a person interrupts it."""

from __future__ import annotations

import gc
import os
import signal
import sys
from types import FrameType
from typing import NoReturn

ALLOCATIONS = 100_000
"""Objects made between two collections of garbage: importing makes many, and drops few."""

INTERRUPTED = 128 + signal.SIGINT
"""The exit code of a command that was interrupted, as shells have it."""


class _Stop:
    """Whether Ctrl-C was pressed: what is raised after it, wherever it is raised, follows of it."""

    def __init__(self) -> None:
        self.was_asked = False
        signal.signal(signal.SIGINT, self._ask)

    def _ask(self, number: int, frame: FrameType | None) -> NoReturn:
        self.was_asked = True
        raise KeyboardInterrupt


def main() -> None:
    """Run the command line; a process this short loses a twentieth of its time to collections.

    Plugins that other packages bring for the records are not looked for: they would slow the start
    and run code that no one asked for.
    """
    stop = _Stop()
    try:
        os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
        gc.set_threshold(ALLOCATIONS, 20, 100)
        from lessor.app.cli import main as run

        run()
    except SystemExit as end:
        if stop.was_asked and end.code == INTERRUPTED:
            _say_interrupted(end)
        raise
    except BaseException as fault:
        if not stop.was_asked:
            raise
        _say_interrupted(fault)
        sys.exit(INTERRUPTED)
    finally:
        # Nothing is left to be interrupted but the interpreter's own end.
        signal.signal(signal.SIGINT, signal.SIG_IGN)


def _say_interrupted(fault: BaseException) -> None:
    """One line: that it was interrupted, and what the work noted of how far it had come."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    found: BaseException | None = fault
    notes: list[str] = []
    while found is not None and not notes:
        notes = getattr(found, "__notes__", [])
        found = found.__cause__ or found.__context__
    sys.stderr.write(": ".join(["interrupted", *notes[:1]]) + "\n")
