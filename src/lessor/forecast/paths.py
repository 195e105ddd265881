"""Many paths at once: a kind of value in which some terms have one entry a path."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

import numpy as np

from lessor.core.numeric import FloatKind, Value
from lessor.metrics.arrays import Floats


class PathsKind(FloatKind):
    """float64, with the terms at some dotted fields drawn: one entry a path for each of them.

    `fields` holds arrays of one length by the path of the term, as
    `rates.SOFR.forward[3].rate` or `leases.anchor.charges.base.amount`. A plan run on it has an
    entry a path in every figure that leans on such a term. Raises ValueError for arrays of
    different lengths.
    """

    name = "paths"

    def __init__(self, fields: Mapping[str, Floats]) -> None:
        lengths = {values.shape for values in fields.values()}
        if len(lengths) != 1 or len(next(iter(lengths))) != 1:
            raise ValueError("drawn terms need one array of one length each")
        self.fields = {field: np.asarray(values, np.float64) for field, values in fields.items()}
        self.paths: int = next(iter(lengths))[0]
        self.used: set[str] = set()

    def number(self, value: Decimal | int, field: str = "") -> Value:
        drawn = self.fields.get(field)
        if drawn is None:
            return float(value)
        self.used.add(field)
        return drawn

    def blocks(self, paths: int) -> Iterator[PathsKind]:
        """The same paths in order, at most so many at a time.

        A plan holds every figure of every path: ten thousand paths of a borrower with four loans
        take two gigabytes at once.
        """
        for first in range(0, self.paths, paths):
            yield PathsKind({n: own[first : first + paths] for n, own in self.fields.items()})
