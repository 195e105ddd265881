"""A rating run: what one month of one lease was rated from, so that it can be run again."""

from __future__ import annotations

from typing import NamedTuple


class RatingRun(NamedTuple):
    """One month of one lease as it was rated.

    period: the billing month, as 2026-06. cutoff: the last ingest_seq counted. version: the number
    of the lease's last version known then. closing: the state of its charges when the month ends,
    as JSON text (`state_text.written`); `id` is 0 until the run is kept.
    """

    lease: str
    period: str
    cutoff: int
    version: int
    closing: str
    id: int = 0
