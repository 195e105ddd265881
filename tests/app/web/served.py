"""A server of its own: `lessor serve` as another program sees it."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple
from urllib.parse import parse_qs, urlsplit

SOURCE = Path(__file__).parents[3] / "src"
LESSOR = (
    "import typer; from lessor.app.cli_usage import register; "
    "app = typer.Typer(); register(app); app()"
)


class Served(NamedTuple):
    """A server that runs: where it is, and what opens it."""

    url: str
    token: str
    running: subprocess.Popen

    @property
    def headers(self) -> dict[str, str]:
        """What a client sends beside its events."""
        return {"authorization": f"Bearer {self.token}"}


SMALL_DISK = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({0}, {0})); "


def started(folder: Path, *options: str, file_bytes: int | None = None) -> subprocess.Popen:
    """The command as a process; `file_bytes`: no file of it may grow beyond, as on a full disk."""
    code = LESSOR if file_bytes is None else SMALL_DISK.format(file_bytes) + LESSOR
    return subprocess.Popen(
        [sys.executable, "-c", code, "serve", "--store", str(folder), "--port", "0", *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(SOURCE)},
    )


def first_line(running: subprocess.Popen) -> str:
    """What it says first: its address."""
    assert running.stdout is not None
    return str(running.stdout.readline())


@contextmanager
def served(folder: Path, *options: str, file_bytes: int | None = None) -> Iterator[Served]:
    """A server of a store, which ends with the block."""
    with started(folder, *options, file_bytes=file_bytes) as running:
        try:
            address = urlsplit(first_line(running).strip())
            token = parse_qs(address.query)["token"][0]
            yield Served(f"http://{address.netloc}", token, running)
        finally:
            running.send_signal(signal.SIGINT)
            try:
                running.wait(15)
            except subprocess.TimeoutExpired:
                running.kill()
