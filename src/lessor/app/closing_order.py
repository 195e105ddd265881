"""What is to be closed, what there is to rate of each lease, and what a closing came to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple

from lessor.books.billing import Scope
from lessor.books.claims import Idle
from lessor.books.documents import Document, Issued
from lessor.books.lease_book import LeaseBook, Stretch
from lessor.core.issue import Issue


class Order(NamedTuple):
    """What is to be closed: the month, one lease or all, for show or for ever, dated when."""

    period: str
    lease: str | None
    is_draft: bool
    invoice_date: date
    who: str
    at: datetime


@dataclass
class Closing:
    """What a closing came to; `drafts` have an id and no number."""

    period: str
    cutoff: int = 0
    issued: list[Issued] = field(default_factory=list)
    drafts: list[tuple[int, Document]] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)
    is_draft: bool = False
    booked: int = 0
    """Leases that were looked at, and how many of them had anything to be rated."""
    rated: int = 0
    is_known: bool = False
    """Whether the month is closed for any lease."""
    skipped: dict[str, list[str]] = field(default_factory=dict)
    """The months before this one that are not closed, by lease."""
    unpaid: list[str] = field(default_factory=list)
    """Leases whose invoices would draw on a prepayment that no one has entered as received."""
    uncharged: dict[str, str] = field(default_factory=dict)
    """Leases with usage in the month that no charge asks for, each with a meter of it."""
    idle_claims: list[Idle] = field(default_factory=list)


class Work(NamedTuple):
    """A lease with what closing it has to rate; `skipped`: the earlier months not closed yet."""

    book: LeaseBook
    course: list[Stretch]
    scope: Scope
    skipped: Sequence[str] = ()
