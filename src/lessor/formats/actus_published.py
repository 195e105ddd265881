"""Results as published beside the cases, and whether a run gives the same."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from lessor.formats.actus_fields import read_moment
from lessor.formats.actus_source import Json

TOLERANCE = 1e-8
"""How far a figure may be from the published one, as a share of it or, below 1, absolutely."""


class Row(NamedTuple):
    """One event: when, what, what it pays, and what stands after it."""

    moment: datetime
    code: str
    payoff: float
    notional: float
    rate: float
    accrued: float

    def as_json(self) -> dict[str, object]:
        """The event under the keys of the format."""
        keyed = zip(FIGURES, self.figures(), strict=True)
        return {"eventDate": self.moment.isoformat(), "eventType": self.code, **dict(keyed)}

    def figures(self) -> tuple[float, ...]:
        """The four figures, in the order of FIGURES."""
        return self.payoff, self.notional, self.rate, self.accrued


FIGURES = ("payoff", "notionalPrincipal", "nominalInterestRate", "accruedInterest")


def reproduces(rows: Sequence[Row], results: Sequence[Json]) -> bool:
    """Whether a run has the published events in their order, each figure within TOLERANCE."""
    return len(rows) == len(results) and all(
        _is_same(row, result) for row, result in zip(rows, results, strict=True)
    )


def _is_same(row: Row, result: Json) -> bool:
    if not isinstance(result, dict):
        return False
    if row.code != result.get("eventType") or row.moment != read_moment(result.get("eventDate")):
        return False
    return all(
        _is_near(figure, result.get(name))
        for name, figure in zip(FIGURES, row.figures(), strict=True)
    )


def _is_near(figure: float, published: Json) -> bool:
    if not isinstance(published, str | Decimal):
        return False
    try:
        expected = float(Decimal(published))
    except (InvalidOperation, OverflowError):
        return False
    return abs(figure - expected) <= TOLERANCE * max(1.0, abs(expected))
