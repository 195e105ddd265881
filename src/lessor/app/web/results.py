"""What work in the background came to, kept for the page that shows it, until the server ends."""

from __future__ import annotations

import secrets
import threading
from collections import OrderedDict

KEPT = 100


class Results:
    """The newest results by a key of their own, which is known before the work begins."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, object] = OrderedDict()
        self._lock = threading.Lock()

    def key(self) -> str:
        """A key for a result to come."""
        return secrets.token_hex(8)

    def keep(self, key: str, result: object) -> None:
        """Keep a result; the oldest ones go."""
        with self._lock:
            self._kept[key] = result
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)

    def found(self, key: str) -> object | None:
        """The result of that key; None where there is none, or no longer."""
        return self._kept.get(key)
