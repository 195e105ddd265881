"""Claims of service credits that have no effect, and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

from lessor.books.lease_book import LeaseBook, Stage, Stretch
from lessor.books.metered import credits_of
from lessor.books.usage import Event
from lessor.engine.charges.availability import (
    AvailabilityTerms,
    Claim,
    ServiceMonth,
    is_claimed,
    lower_availability,
)

Why = Literal["not-agreed", "automatic", "no-month", "too-late"]


class Idle(NamedTuple):
    """A claim that has no effect: its event, the month that it is for, and why.

    period: empty where it names no month in which the lease is in service. told: the same as a
    person reads it.
    """

    lease: str
    id: str
    period: str
    why: Why
    told: str


def idle_claims(
    book: LeaseBook, course: Sequence[Stretch], claims: Iterable[Event]
) -> Iterator[Idle]:
    """The claims that no service credit of the lease goes by, in the order given.

    A claim is for the month that its `start` lies in, and goes by the terms that hold in it.
    """
    for claim in claims:
        month = _month_of(book, claim)
        serving = [
            book.stages[stretch.stage]
            for stretch in course
            if stretch.part.what == "service" and stretch.part.span.period == month
        ]
        if month is None or not serving:
            yield Idle(book.id, claim.id, "", "no-month", _NO_MONTH)
            continue
        agreed = [_agreed(stage) for stage in serving]
        period, known = book.grid.labels[month], [terms for terms in agreed if terms is not None]
        if not known:
            yield Idle(book.id, claim.id, period, "not-agreed", f"{_NOT_AGREED} {period}")
        elif all(terms.claim is None for terms in known):
            yield Idle(book.id, claim.id, period, "automatic", f"{_AUTOMATIC} {period}")
        elif not any(_is_in_time(book, month, terms, claim) for terms in known):
            told = f"it is for {period}, and came after {_last_day(book, month, known)}"
            yield Idle(book.id, claim.id, period, "too-late", told)


_NO_MONTH = "its `start` is in no month of service"
_NOT_AGREED = "no service credit is agreed in"
_AUTOMATIC = "no claim is needed in"


def _month_of(book: LeaseBook, claim: Event) -> int | None:
    if claim.start is None:
        return None
    day, bounds = claim.start.astimezone(ZoneInfo(book.zone)).date(), book.grid.boundaries
    return book.grid.period_of(day) if bounds[0] <= day < bounds[-1] else None


def _agreed(stage: Stage) -> AvailabilityTerms | None:
    said = credits_of(stage)
    return lower_availability(said[0]) if said else None


def _is_in_time(book: LeaseBook, month: int, terms: AvailabilityTerms, claim: Event) -> bool:
    if terms.claim is None:
        return False
    bounds = book.grid.boundaries
    claimed = ServiceMonth(bounds[month], bounds[month + 1], (), ZoneInfo(book.zone))
    return is_claimed(terms, claimed, [Claim(claim.time, claim.start)])


def _last_day(book: LeaseBook, month: int, agreed: Iterable[AvailabilityTerms]) -> str:
    """The last day on which the month could be claimed."""
    end = book.grid.boundaries[month + 1]
    days = [terms.claim.after(end) for terms in agreed if terms.claim is not None]
    return f"{max(days) - timedelta(days=1)}, the last day to claim it"
