"""The pages as a browser has them: `lessor serve` in a process of its own over a store."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

SOURCE = Path(__file__).parents[2] / "src"
COMMAND = "from lessor.app.start import main; main()"


class Served(NamedTuple):
    """A server that runs: the address it printed, the one without the token, and its log."""

    printed: str
    url: str
    log: Path

    def require_quiet(self) -> None:
        """Nothing that no one foresaw has ended up on stderr."""
        said = self.log.read_text(encoding="utf-8")
        assert "Traceback" not in said, said[-3000:]


@contextmanager
def served(folder: Path) -> Iterator[Served]:
    """A server of a store on a free port, which ends with the block."""
    log = folder.parent / f"{folder.name}.log"
    command = [sys.executable, "-c", COMMAND, "serve", "--store", str(folder), "--port", "0"]
    with (
        log.open("w", encoding="utf-8") as errors,
        subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            env={**os.environ, "PYTHONPATH": str(SOURCE)},
        ) as running,
    ):
        try:
            assert running.stdout is not None
            printed = running.stdout.readline().strip()
            assert "?token=" in printed, log.read_text(encoding="utf-8")
            yield Served(printed, printed.partition("/?")[0], log)
        finally:
            running.send_signal(signal.SIGINT)
            try:
                running.wait(15)
            except subprocess.TimeoutExpired:
                running.kill()
