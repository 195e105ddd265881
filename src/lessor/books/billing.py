"""Closes a month of a lease: what was used is rated, billed, and what was billed is put right.

What a lease owes for a month follows from its terms and from all that was metered by a cutoff. What
was billed before is set against it, and only the difference becomes a document: an invoice where
the month had none, a credit or debit note of that month where it had. So months may be closed in
any order, and late usage, amended terms or a second run end at the same totals.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from lessor.books.documents import Document, DocumentKind, DocumentLine, Issued, TaxLine
from lessor.books.lease_book import LeaseBook, Stretch
from lessor.books.lines import Rules, lines_of, taxes_of
from lessor.books.metered import Facts, Metered
from lessor.books.notes import corrected
from lessor.books.runs import RatingRun
from lessor.books.stretches import rate_stretch
from lessor.core.money import round_money
from lessor.rating.grid import Grid
from lessor.rating.invoicing import invoice_day
from lessor.rating.rate import Rated
from lessor.terms.charges import BaseRent, Usage
from lessor.terms.interest import FREQUENCY_MONTHS


class Scope(NamedTuple):
    """The billing months, by place, that closing one month has to rate: `first` to `last`.

    home: the first month whose documents are compared; start and end: the days whose usage counts.
    """

    first: int
    home: int
    month: int
    last: int
    start: date
    end: date


class Past(NamedTuple):
    """What was done on a lease before: the last run of each closed month, and its documents.

    asks_all: what would be billed if every month were the one that is closed now.
    """

    runs: Mapping[str, RatingRun] = {}
    issued: Sequence[Issued] = ()
    asks_all: bool = False


class Closed(NamedTuple):
    """What closing comes to: the runs to be kept, and the documents to be issued, oldest first."""

    runs: tuple[RatingRun, ...]
    documents: tuple[Document, ...]


def scope_of(
    book: LeaseBook,
    course: Sequence[Stretch],
    period: str,
    *,
    changed: int | None = None,
    latest: int | None = None,
) -> Scope | None:
    """What closing `period` has to rate; None where the lease has nothing in it, nor before it.

    changed: the first month in which anything is new since the lease was closed last (None:
    nothing); latest: the last month that is closed already.
    """
    month, grid = book.month_of(period), book.grid
    if month is None or not course or month < course[0].part.span.period:
        return None
    every = max(FREQUENCY_MONTHS[s.letting.lease.billing.frequency] for s in book.stages)
    ahead = any(stage.letting.lease.billing.timing == "advance" for stage in book.stages)
    start = book.start_month
    new = month if changed is None else min(changed, month)
    home = start + (new - start) // every * every - (every if ahead else 0)
    beginning = course[0].part.span.period
    home = max(home, beginning)
    # Damages for late delivery come before the first month, and are billed in it.
    first = beginning if home <= start else home
    last = min(max(month, latest or 0) + (every if ahead else 0), grid.months - 1)
    days = grid.boundaries
    return Scope(first, home, month, last, days[first], days[last + 1])


def close(
    book: LeaseBook,
    course: Sequence[Stretch],
    scope: Scope,
    facts: Facts,
    past: Past,
    cutoff: int,
) -> Closed:
    """The runs and documents of closing a month with everything metered by `cutoff`."""
    labels = book.grid.labels
    rated = _Rating(book, scope, Metered(book, course, facts))
    opening = past.runs.get(labels[scope.first - 1]) if scope.first > 0 else None
    rated.run(course, "" if opening is None else opening.closing)
    closing_now = labels[scope.month]
    asked = {*past.runs, closing_now} if past.asks_all else {closing_now}
    closed = {closing_now, *past.runs} & set(labels[scope.home : scope.last + 1])
    by_period: dict[str, list[Issued]] = defaultdict(list)
    for each in past.issued:
        by_period[each.document.period].append(each)
    documents = []
    for month in range(scope.home, scope.last + 1):
        label = labels[month]
        if label in closed:
            owed = rated.lines.get(month, [])
            documents += _documents(book, month, owed, by_period[label], label in asked)
    version = book.versions[-1].number
    runs = tuple(
        RatingRun(book.id, labels[month], cutoff, version, rated.states[month])
        for month in range(scope.first, scope.last + 1)
        if labels[month] in closed and month in rated.states
    )
    return Closed(runs, tuple(documents))


def _documents(
    book: LeaseBook,
    month: int,
    owed: list[DocumentLine],
    issued: Sequence[Issued],
    is_asked: bool,
) -> list[Document]:
    """The document that brings what was billed for a month to what is owed; none where it is."""
    if awaits_closing(issued) and not is_asked:
        return []
    voided = {each.voids for each in issued if each.voids}
    live = [each for each in issued if not each.voids and each.number not in voided]
    invoice = next((each for each in live if each.document.kind == "invoice"), None)
    billed = [each.document for each in issued]
    lines = corrected(owed, billed) if issued else owed
    if not lines:
        return []
    borne = {line.vat_rate for line in lines}
    taxes = _tax_differences(taxes_of(owed, rules_of(book)), billed, borne)
    if invoice is None:
        return [_document(book, month, [line._replace(before=None) for line in lines], taxes)]
    if all(line.amount == 0 for line in lines) and all(each.tax == 0 for each in taxes):
        # No money moves: what was used at no price stands in the run, and in the next note.
        return []
    return [_document(book, month, lines, taxes, corrects=invoice.number)]


def awaits_closing(of_month: Sequence[Issued]) -> bool:
    """Whether the last thing done to a month was to take a document of it back.

    What was voided by a person is billed again by closing that very month, and by no other.
    """
    return bool(of_month) and of_month[-1].voids != ""


def _document(
    book: LeaseBook,
    month: int,
    lines: Sequence[DocumentLine],
    taxes: tuple[TaxLine, ...],
    corrects: str = "",
) -> Document:
    nothing = round_money(Decimal(0), book.currency)
    net = sum((line.amount for line in lines), nothing)
    tax = sum((each.tax for each in taxes), nothing)
    kind: DocumentKind = "invoice"
    if corrects:
        kind = "credit_note" if net + tax < 0 else "debit_note"
    days = book.grid.boundaries
    return Document(
        kind=kind,
        lease=book.id,
        lessee=book.lessee_before(days[month + 1]),
        entity=book.entity,
        currency=book.currency,
        period=book.grid.labels[month],
        start=days[month],
        end=days[month + 1],
        due_days=book.lease.billing.due_days,
        lines=tuple(lines),
        taxes=taxes,
        net=net,
        tax=tax,
        total=net + tax,
        prepaid=nothing,
        set_off=nothing,
        corrects=corrects,
    )


def _tax_differences(
    owed: Iterable[TaxLine], billed: Iterable[Document], borne: Set[Decimal]
) -> tuple[TaxLine, ...]:
    """VAT by rate, less what was billed; a rate that a line bears is said, were it to nothing.

    Source: EN 16931, BR-S-08 (a breakdown for each rate of the lines).
    """
    bases: dict[Decimal, Decimal] = defaultdict(Decimal)
    taxes: dict[Decimal, Decimal] = defaultdict(Decimal)
    for sign, each in [
        *((1, each) for each in owed),
        *((-1, each) for document in billed for each in document.taxes),
    ]:
        bases[each.rate] += sign * each.base
        taxes[each.rate] += sign * each.tax
    rates = sorted(rate for rate in bases if bases[rate] or taxes[rate] or rate in borne)
    return tuple(TaxLine(rate, bases[rate], taxes[rate]) for rate in rates)


def rules_of(book: LeaseBook) -> Rules:
    """How the lines of a lease are rounded, and the unit in which each charge counts."""
    units: dict[str, str] = {}
    for stage in book.stages:
        for name, charge in stage.letting.lease.charges.items():
            if isinstance(charge, BaseRent | Usage):
                units[name] = charge.per
            elif charge.kind in ("revenue_share", "termination"):
                units[name] = book.currency
    return Rules(book.currency, book.lease.billing.rounding, units)


@dataclass
class _Rating:
    """The stretches of a scope rated in order: lines by the month that bills them, and states."""

    book: LeaseBook
    scope: Scope
    metered: Metered

    def __post_init__(self) -> None:
        self.lines: dict[int, list[DocumentLine]] = defaultdict(list)
        self.states: dict[int, str] = {}
        self.rules = rules_of(self.book)

    def run(self, course: Sequence[Stretch], opening: str) -> None:
        """Rate every stretch of the scope, and keep the state with which each month ends."""
        text, month = opening, self.scope.first
        wanted = [s for s in course if self.scope.first <= s.part.span.period <= self.scope.last]
        for stretch in wanted:
            for passed in range(month, stretch.part.span.period):
                self.states[passed] = text
            month = stretch.part.span.period
            text = self._rate(stretch, text)
        for passed in range(month, self.scope.last + 1):
            self.states[passed] = text

    def _rate(self, stretch: Stretch, text: str) -> str:
        stage = self.book.stages[stretch.stage]
        rating = stage.letting.rating(self.metered.use(stage), self.metered.passed(stage))
        rated, closing = rate_stretch(self.book, stretch, text, rating)
        self._bill(stretch, rated)
        return closing

    def _bill(self, stretch: Stretch, rated: Rated) -> None:
        stage, span = self.book.stages[stretch.stage], rated.span
        billing, terms = stage.letting.lease.billing, stage.letting.terms
        is_estimated = self.metered.is_estimated(stage, span.period)
        for place, charge in enumerate(terms.charges):
            day = invoice_day(self.book.grid, billing, stage.service, span, charge.kind).day
            home = home_of(self.book.grid, day, stage.service.commencement)
            self.lines[home] += lines_of(
                terms, rated, self.rules, "expected" if is_estimated else "metered", [place]
            )


def home_of(grid: Grid, day: date, commencement: date) -> int:
    """The billing month in which an invoice day is closed: the one that ends on it, or holds it.

    Nothing is billed before the month of commencement.
    """
    holds = grid.period_of(day)
    if grid.boundaries[holds] == day:
        holds -= 1
    return max(holds, grid.period_of(commencement), 0)
