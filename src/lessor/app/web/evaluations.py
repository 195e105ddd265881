"""Deals evaluated: a plan that was asked for a moment ago is not made again."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence

from lessor.app.commands.underwrite import underwrite
from lessor.app.outcome import Outcome
from lessor.forecast.underwriting import Underwriting
from lessor.terms.source import FileText

KEPT = 128


class Evaluations:
    """The last results of `lessor underwrite`, by the deal's text and what is set in it."""

    def __init__(self) -> None:
        self._found: OrderedDict[tuple[object, ...], Outcome[Underwriting]] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, file: FileText, sets: Sequence[str] = ()) -> Outcome[Underwriting]:
        """The outcome of underwriting a deal with each `path=value` of `sets`."""
        key = (file, *sets)
        with self._lock:
            found = self._found.get(key)
            if found is not None:
                self._found.move_to_end(key)
                return found
        found = underwrite(file, sets)
        with self._lock:
            self._found[key] = found
            while len(self._found) > KEPT:
                self._found.popitem(last=False)
        return found
