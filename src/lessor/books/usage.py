"""What the books ask of kept usage: sums by day, evidence, and what has changed since a cutoff."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import NamedTuple, Protocol


class DaySum(NamedTuple):
    """What one meter of one lease counted on one day of the lease's time zone.

    quantity: smallest units, net of what was amended and voided.
    """

    lease: str
    meter: str
    day: date
    quantity: int


class Event(NamedTuple):
    """One accepted event that still counts; times are UTC, quantity in smallest units."""

    source: str
    id: str
    lease: str
    meter: str
    time: datetime
    quantity: int
    ingest_seq: int
    model: str = ""
    cluster: str = ""
    node: str = ""
    cause: str = ""
    start: datetime | None = None
    end: datetime | None = None


class DaySums(Protocol):
    """Kept usage as far as its sums go; `cutoff` is the last `ingest_seq` that counts.

    Days are half-open `[start, end)` in `zone`, a time zone's name. `leases`, `meters` None: all.
    """

    def day_sums(
        self,
        leases: Sequence[str] | None,
        start: date,
        end: date,
        *,
        cutoff: int,
        zone: str = "UTC",
        meters: Sequence[str] | None = None,
    ) -> Iterable[DaySum]:
        """Sums by lease, meter and day, ordered so.

        A sum of nothing is left out, but where a report of the lessee's revenue says so.
        """
        ...


class Usage(DaySums, Protocol):
    """Kept usage as the books read it."""

    def cutoff(self) -> int:
        """The last ingest_seq that is committed; 0 before any."""
        ...

    def changed(self, *, after: int, until: int) -> Iterable[tuple[str, date]]:
        """Each lease touched by events with after < ingest_seq <= until, and the first UTC day."""
        ...

    def events(
        self, lease: str, meter: str, start: date, end: date, *, cutoff: int, zone: str = "UTC"
    ) -> Iterable[Event]:
        """The events that count by the cutoff, ordered by time and ingest_seq."""
        ...
