"""The script that draws charts: put together once from what is installed, then kept in memory."""

from __future__ import annotations

import hashlib
import threading
from typing import NamedTuple

from lessor.app.web.apart import apart


class Made(NamedTuple):
    """A script and what tells one version of it from another."""

    content: bytes
    etag: str


class Script:
    """The script of the charts. It takes a second to make, so that begins before anyone asks."""

    def __init__(self) -> None:
        self._made: Made | None = None
        self._lock = threading.Lock()

    def begin(self) -> None:
        """Make it in the background."""
        threading.Thread(target=self.made, name="charts-script", daemon=True).start()

    def made(self) -> Made:
        """The script; waits for it where it is not yet made."""
        with self._lock:
            if self._made is None:
                from lessor.report.charts.pictures import script

                content = apart(script).encode()
                self._made = Made(content, f'"{hashlib.sha256(content).hexdigest()[:32]}"')
            return self._made
