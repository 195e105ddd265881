"""One lease: its terms, what happened to it, its capacity by date, its documents and its usage."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from lessor.app.shown.kept import Kept, book_kept
from lessor.app.shown.lease_terms import Term, terms_of
from lessor.books.capacity_course import InService, capacity_course
from lessor.books.documents import Document, Issued
from lessor.books.lease_book import LeaseBook
from lessor.books.lease_standing import LeaseStanding, standing_on
from lessor.rating.service import service_of
from lessor.store.records.reader import Reader
from lessor.store.records.rows import LeaseRecord
from lessor.store.usage.catalogue import UsageStore
from lessor.terms.leases import Lease
from lessor.terms.meters import meter_of, rated

DAYS_SHOWN = 92


class Happened(NamedTuple):
    """An event of the lease; `is_expected`: its day is still to come."""

    day: date
    event: str
    is_expected: bool


class VersionRow(NamedTuple):
    """A version of the terms: from which day on (None: the beginning), booked when and by whom."""

    number: int
    effective: date | None
    booked_at: datetime | None
    booked_by: str


class OneLease(NamedTuple):
    """A lease as its page shows it; `awaiting`: months that are over and not closed."""

    record: LeaseRecord
    book: LeaseBook
    standing: LeaseStanding
    terms: tuple[Term, ...]
    events: tuple[Happened, ...]
    versions: tuple[VersionRow, ...]
    capacity: tuple[InService, ...]
    issued: tuple[tuple[Issued, Decimal], ...]
    drafts: tuple[tuple[int, Document], ...]
    awaiting: tuple[str, ...]


class MeterDays(NamedTuple):
    """What a meter counted by day, in the unit that is rated; `unit` empty: money."""

    meter: str
    unit: str
    days: tuple[tuple[date, Decimal], ...]
    total: Decimal


class UsageByDay(NamedTuple):
    """The usage of a lease in `[start, end)`, by meter; first, last: the days of all its usage."""

    start: date
    end: date
    meters: tuple[MeterDays, ...]
    first: date | None
    last: date | None


def one_lease(reader: Reader, kept: Kept, id: str, day: date) -> OneLease | None:
    """A lease on a day; None where no lease of that id is booked."""
    record = kept.records.get(id)
    if record is None:
        return None
    book = book_kept(record)
    return OneLease(
        record=record,
        book=book,
        standing=standing_on(book, day),
        terms=terms_of(record.versions[-1].terms, record.name),
        events=tuple(sorted(_events(book.lease, day))),
        versions=tuple(_versions(reader, record)),
        capacity=capacity_course(book),
        issued=tuple((each, kept.still[each.number]) for each in kept.issued_of.get(id, ())),
        drafts=tuple((number, draft) for number, draft in kept.drafts if draft.lease == id),
        awaiting=tuple(kept.awaiting(id, day)),
    )


def _events(lease: Lease, day: date) -> Iterator[Happened]:
    events = lease.events
    single = {
        "quoted": events.quoted,
        "signed": events.signed,
        "promised": events.promised,
        "accepted": events.accepted,
        "terminated": events.terminated,
        "ended": events.ended,
    }
    for name, on in single.items():
        if on is not None:
            yield Happened(on, name, on > day)
    if events.accepted is None and events.expected_acceptance is not None:
        yield Happened(
            events.expected_acceptance,
            "expected_acceptance",
            events.expected_acceptance > day,
        )
    for name, days in (("suspended", events.suspended), ("resumed", events.resumed)):
        for on in days:
            yield Happened(on, name, on > day)
    service = service_of(lease)
    if service is not None and events.terminated is None and events.ended is None:
        if service.renewed is not None:
            yield Happened(service.renewed, "renewed", service.renewed > day)
        yield Happened(service.end, "term_end", service.end > day)


def _versions(reader: Reader, record: LeaseRecord) -> Iterator[VersionRow]:
    entered = [
        change
        for change in reader.audit(record.id)
        if change.what in ("lease booked", "lease amended")
    ]
    for place, version in enumerate(record.versions):
        change = entered[place] if place < len(entered) else None
        yield VersionRow(
            version.number,
            version.effective,
            None if change is None else change.at,
            "" if change is None else change.who,
        )


def usage_by_day(
    book: LeaseBook, usage: UsageStore, *, today: date, start: date | None, end: date | None
) -> UsageByDay:
    """What each meter counted by day of the lease's time zone; the last days of it unless said."""
    sums: dict[str, dict[date, int]] = defaultdict(dict)
    everything = usage.day_sums(
        [book.id], date(1970, 1, 1), date(9999, 1, 1), cutoff=usage.cutoff(), zone=book.zone
    )
    for each in everything:
        sums[each.meter][each.day] = each.quantity
    days = [day for of_meter in sums.values() for day in of_meter]
    first, last = min(days, default=None), max(days, default=None)
    until = end or (last + timedelta(days=1) if last is not None else today)
    since = start or max(until - timedelta(days=DAYS_SHOWN), first or date.min)
    meters = (_meter(book, name, of_meter, since, until) for name, of_meter in sorted(sums.items()))
    return UsageByDay(since, until, tuple(each for each in meters if each.days), first, last)


def _meter(book: LeaseBook, name: str, sums: dict[date, int], start: date, end: date) -> MeterDays:
    meter = meter_of(name)
    counted = [(day, count) for day, count in sorted(sums.items()) if start <= day < end]
    days = tuple((day, _decimal(rated(meter, count, book.currency))) for day, count in counted)
    total = _decimal(rated(meter, sum(count for _, count in counted), book.currency))
    return MeterDays(name, meter.rated_in, days, total)


def _decimal(value: Fraction) -> Decimal:
    return Decimal(value.numerator) / Decimal(value.denominator)


def lease_rows(kept: Kept, day: date) -> Sequence[tuple[LeaseRecord, LeaseStanding, int]]:
    """Every lease with where it stands and how many of its months wait for closing."""
    return [
        (record, standing_on(book_kept(record), day), len(kept.awaiting(record.id, day)))
        for record in kept.leases
    ]
