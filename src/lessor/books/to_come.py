"""What a lease still has to bill, whatever is used: its fixed charges, by the month of closing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal

from lessor.books.billing import Past, Scope, home_of, rules_of
from lessor.books.documents import DocumentLine
from lessor.books.lease_book import LeaseBook, Stage, Stretch
from lessor.books.lines import lines_of, taxes_of
from lessor.books.open_items import void_numbers
from lessor.books.stretches import rate_stretch
from lessor.core.numeric import DECIMAL
from lessor.engine.charges.segment import Passed
from lessor.rating.expected import planned
from lessor.rating.invoicing import invoice_day
from lessor.rating.rate import Rating
from lessor.rating.service import Span

_NOTHING = Decimal(0)


def months_billed(book: LeaseBook, scope: Scope, past: Past) -> set[str]:
    """The months that have an invoice that stands; those before the scope were closed."""
    void = void_numbers(past.issued)
    invoices = [each for each in past.issued if each.document.kind == "invoice"]
    standing = {each.document.period for each in invoices if each.number not in void}
    return {*book.grid.labels[: scope.home], *standing}


def fixed_totals(book: LeaseBook, course: Iterable[Stretch]) -> dict[str, Decimal]:
    """What the invoice of each month comes to where nothing is used, VAT included.

    The whole life of the lease is rated, with its amendments, its pauses and its end; rent in
    advance stands in the month whose closing bills it.
    """
    rules, text = rules_of(book), ""
    lines: dict[int, list[DocumentLine]] = defaultdict(list)
    for stretch in course:
        stage = book.stages[stretch.stage]
        rated, text = rate_stretch(book, stretch, text, _unused(stage))
        terms, billing = stage.letting.terms, stage.letting.lease.billing
        for place, charge in enumerate(terms.charges):
            day = invoice_day(book.grid, billing, stage.service, rated.span, charge.kind).day
            home = home_of(book.grid, day, stage.service.commencement)
            lines[home] += lines_of(terms, rated, rules, "expected", [place])
    return {book.grid.labels[home]: _total(found, book) for home, found in lines.items()}


def _total(lines: Sequence[DocumentLine], book: LeaseBook) -> Decimal:
    net = sum((line.amount for line in lines), _NOTHING)
    return net + sum((each.tax for each in taxes_of(lines, rules_of(book))), _NOTHING)


def _unused(stage: Stage) -> Rating:
    """The rating of a stage of which nothing is used, and on which no cost is charged on."""
    nothing = planned(None, Decimal(1), DECIMAL)
    return stage.letting.rating(nothing, _nothing_passed(stage))


def _nothing_passed(stage: Stage) -> Callable[[Span], tuple[Passed, ...]]:
    costs = stage.letting.terms.passed_costs
    return lambda _: tuple(Passed(_NOTHING, _NOTHING) for _ in costs)
