"""The records of a store at one moment, as every page reads them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property, lru_cache

from lessor.app.closing import book_of
from lessor.books.billing import awaits_closing
from lessor.books.documents import Document, Issued
from lessor.books.lease_book import LeaseBook
from lessor.books.open_items import open_amounts
from lessor.store.records.reader import Reader
from lessor.store.records.rows import LeaseRecord

BOOKS_KEPT = 4096
"""Leases whose terms stay read: reading them again costs more than all else of a page."""


@dataclass(frozen=True)
class Kept:
    """Leases, documents and closed months.

    still: what is open of each document, by number. drafts: with their ids. closed: the months of
    each lease that have a rating run.
    """

    leases: tuple[LeaseRecord, ...]
    issued: tuple[Issued, ...]
    still: Mapping[str, Decimal]
    drafts: tuple[tuple[int, Document], ...]
    closed: Mapping[str, frozenset[str]]

    @cached_property
    def records(self) -> dict[str, LeaseRecord]:
        """Each lease as booked, by its id."""
        return {record.id: record for record in self.leases}

    @cached_property
    def books(self) -> dict[str, LeaseBook]:
        """Each lease as the books take it, by its id."""
        return {record.id: book_kept(record) for record in self.leases}

    @cached_property
    def issued_of(self) -> Mapping[str, list[Issued]]:
        """The documents of each lease, in the order they were numbered."""
        found: dict[str, list[Issued]] = defaultdict(list)
        for each in self.issued:
            found[each.document.lease].append(each)
        return found

    def awaiting(self, lease: str, day: date) -> list[str]:
        """The months of a lease that are over by a day and not closed, or taken back since."""
        book = self.books[lease]
        course = book.course()
        if not course:
            return []
        grid, last = book.grid, course[-1].part.span.period
        by_month: dict[str, list[Issued]] = defaultdict(list)
        for each in self.issued_of.get(lease, ()):
            by_month[each.document.period].append(each)
        closed = self.closed.get(lease, frozenset())
        return [
            grid.labels[month]
            for month in range(book.start_month, last + 1)
            if grid.boundaries[month + 1] <= day
            and (grid.labels[month] not in closed or awaits_closing(by_month[grid.labels[month]]))
        ]


def kept_of(reader: Reader) -> Kept:
    """Everything that the records hold now."""
    issued = reader.documents()
    received: dict[str, Decimal] = defaultdict(Decimal)
    for payment in reader.payments():
        received[payment.number] += payment.amount
    closed: dict[str, set[str]] = defaultdict(set)
    for run in reader.runs():
        closed[run.lease].add(run.period)
    return Kept(
        leases=tuple(reader.leases()),
        issued=tuple(issued),
        still=open_amounts(issued, received),
        drafts=tuple((number, draft) for number, draft, _ in reader.drafts()),
        closed={lease: frozenset(months) for lease, months in closed.items()},
    )


def book_kept(record: LeaseRecord) -> LeaseBook:
    """A lease as the books take it; read once for as long as its versions stay the same."""
    return _book(Versions(record))


class Versions:
    """A lease by what it is and by the digests of its versions: what is made of it can be kept."""

    def __init__(self, record: LeaseRecord) -> None:
        self.record = record
        digests = tuple((v.effective, v.digest, v.lessee) for v in record.versions)
        self._key = (record[:-1], digests)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Versions) and self._key == other._key

    def __hash__(self) -> int:
        return hash(self._key)


@lru_cache(maxsize=BOOKS_KEPT)
def _book(versions: Versions) -> LeaseBook:
    return book_of(versions.record)
