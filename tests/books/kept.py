"""A lessor's books in memory: plain lists in place of the stores, to close months with."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from lessor.books.billing import Past, close, scope_of
from lessor.books.documents import Document, Issued
from lessor.books.lease_book import LeaseBook, Version
from lessor.books.metered import Facts, meters_needed
from lessor.books.runs import RatingRun
from lessor.books.settling import Held, settled
from lessor.books.usage import DaySum, Event
from lessor.terms.booking import booked_deal, booked_terms
from lessor.terms.load import Loaded, build_deal
from lessor.terms.source import load_source_text


def loaded_of(text: str) -> Loaded:
    """A checked deal from its text."""
    source, issues = load_source_text(text, "deal.yaml")
    assert source is not None, issues
    loaded, found = build_deal(source)
    assert loaded is not None, [issue.render() for issue in found]
    return loaded


def book_of(loaded: Loaded, name: str, *later: tuple[date | None, Loaded]) -> LeaseBook:
    """A lease of a deal in the books, with amendments by their day."""
    stages = [(None, loaded), *later]
    versions = tuple(
        Version(number, day, booked_deal(booked_terms(said, name), name))
        for number, (day, said) in enumerate(stages, 1)
    )
    deal = versions[0].deal
    return LeaseBook(
        id=name,
        name=name,
        entity=deal.lessor_name or "LESSOR",
        lessee=deal.leases[name].lessee.name,
        currency=deal.currency,
        versions=versions,
    )


@dataclass
class Books:
    """Events, runs and documents of one lease; `close` is what the command does."""

    book: LeaseBook
    events: list[Event] = field(default_factory=list)
    runs: dict[str, RatingRun] = field(default_factory=dict)
    issued: list[Issued] = field(default_factory=list)
    seen: int = 0
    deposit: Decimal = Decimal(0)
    """What was received as a deposit, and as a prepayment."""
    prepayment: Decimal = Decimal(0)

    def use(self, meter: str, day: date, quantity: int, **more: Any) -> None:
        """One event at noon of a day."""
        seq = len(self.events) + 1
        moment = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
        self.events.append(
            Event("test", str(seq), self.book.id, meter, moment, quantity, seq, **more)
        )

    def facts(self, start: date, end: date) -> Facts:
        """What was metered on the days of a scope."""
        sums: Mapping[str, dict[date, int]] = defaultdict(lambda: defaultdict(int))
        for each in day_sums(self.events, self.book.zone):
            if start <= each.day < end and each.meter in meters_needed(self.book):
                sums[each.meter][each.day] += each.quantity
        return Facts(
            {meter: dict(days) for meter, days in sums.items()},
            [event for event in self.events if event.meter == "downtime"],
            [event for event in self.events if event.meter == "service_credit_claim"],
        )

    def close(self, period: str) -> list[Document]:
        """Close a month with everything that has come in so far."""
        course, grid = self.book.course(), self.book.grid
        cutoff = len(self.events)
        new = [event.time.date() for event in self.events if event.ingest_seq > self.seen]
        months = [max(grid.period_of(day - timedelta(days=1)), 0) for day in new]
        target = self.book.month_of(period)
        if target is None or not course:
            return []
        beginning = course[0].part.span.period
        gaps = [m for m in range(beginning, target) if grid.labels[m] not in self.runs]
        closed = [m for m, label in enumerate(grid.labels) if label in self.runs]
        # A month closed out of order was rated on guesses of the months before it.
        again = [closed_month for closed_month in closed if closed_month > target]
        changed = min([*months, *gaps, *([target] if again else [])], default=None)
        scope = scope_of(
            self.book, course, period, changed=changed, latest=max(closed, default=None)
        )
        if scope is None:
            return []
        facts = self.facts(scope.start, scope.end)
        past = Past(self.runs, self.issued)
        done = close(self.book, course, scope, facts, past, cutoff)
        documents = settled(
            self.book, done.documents, held=self.held(), course=course, scope=scope, past=past
        )
        self.runs |= {run.period: run for run in done.runs}
        for document in documents:
            number = f"N-{len(self.issued) + 1:04d}"
            self.issued.append(Issued(number, document, document.end, document.end, 0))
        self.seen = cutoff
        return documents

    def held(self) -> Held:
        """What of deposit and prepayment is not drawn yet."""
        set_off = sum((each.document.set_off for each in self.issued), Decimal(0))
        prepaid = sum((each.document.prepaid for each in self.issued), Decimal(0))
        return Held(self.deposit - set_off, self.prepayment - prepaid, self.prepayment)

    def net(self) -> Decimal:
        """Net of everything issued."""
        return sum((each.document.net for each in self.issued), Decimal(0))

    def net_by_line(self) -> dict[tuple[str, date, date], Decimal]:
        """Net of everything issued by line; lines that cancel out left out."""
        sums: dict[tuple[str, date, date], Decimal] = defaultdict(Decimal)
        for each in self.issued:
            for line in each.document.lines:
                sums[line.charge, line.start, line.end] += line.amount
        return {key: amount for key, amount in sums.items() if amount != 0}


def day_sums(events: Iterable[Event], zone: str) -> Sequence[DaySum]:
    """The reference: sums by meter and day, in plain Python."""
    sums: dict[tuple[str, str, date], int] = defaultdict(int)
    for event in events:
        day = event.time.astimezone(ZoneInfo(zone)).date()
        sums[event.lease, event.meter, day] += event.quantity
    return [DaySum(*key, quantity) for key, quantity in sorted(sums.items())]
