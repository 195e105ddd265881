"""The annex of a document: the days of a meter, which add up to the line that they are behind."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal

import pytest

from lessor.books.annex import Annex, annex_of
from lessor.books.documents import Issued
from lessor.books.runs import RatingRun
from lessor.books.tracing import Basis
from lessor.books.usage import DaySum
from lessor.core.numeric import DECIMAL
from lessor.terms.meters import meter_of, rated
from tests.books.kept import Books, book_of, day_sums, loaded_of

DEAL = """
format: lessor/1
deal: Everything that is counted
currency: CNY
closing_date: 2026-01-01
leases:
  a:
    lessee: Model company
    capacity: {model: HGX-B200-8, quantity: 4}
    events: {signed: 2026-01-01, accepted: 2026-01-01}
    term: 12 months
    usage: {tokens_per_month: 50_000_000, split: {out: 100%}, prices: {out: 4},
            kwh_per_gpu_hour: 0.9, meters: {images: 1000}}
    charges:
      CHARGE
"""
CHARGES = {
    "tokens_out": "c: {kind: usage, meter: tokens_out, per: million_tokens, price: 2}",
    "gpu_seconds": "c: {kind: usage, meter: gpu_seconds, per: gpu_hour, price: 20}",
    "kwh": "c: {kind: usage, meter: kwh, per: kwh, price: 0.7}",
    "images": "c: {kind: usage, meter: images, per: thousand, price: 3}",
    "lessee_revenue": "c: {kind: revenue_share, share: 10%}",
}
UNITS = {"tokens_out": 10**6, "gpu_seconds": 3600, "kwh": 1, "images": 1000, "lessee_revenue": 1}


class Kept:
    """The events of a book as the annex asks for them."""

    def __init__(self, books: Books) -> None:
        self._books = books

    def day_sums(
        self,
        leases: Sequence[str] | None,
        start: date,
        end: date,
        *,
        cutoff: int,
        zone: str = "UTC",
        meters: Sequence[str] | None = None,
    ) -> Iterator[DaySum]:
        """Sums of what had come by the cutoff."""
        assert leases == [self._books.book.id]
        known = [each for each in self._books.events if each.ingest_seq <= cutoff]
        for each in day_sums(known, zone):
            if start <= each.day < end and (meters is None or each.meter in meters):
                yield each


def annexes(books: Books, issued: Issued, cutoff: int, before: int | None = None) -> list[Annex]:
    run = RatingRun(books.book.id, issued.document.period, cutoff, 1, "")
    return list(annex_of(books.book, Basis(issued.document, run, before), Kept(books)))


def summed(annex: Annex) -> Decimal:
    """The days in the unit that the line is priced in."""
    whole = DECIMAL.given(rated(meter_of(annex.meter), annex.total, "CNY"))
    return Decimal(whole) / UNITS[annex.meter]


@pytest.fixture(params=CHARGES)
def books(request: pytest.FixtureRequest) -> Books:
    """A book with one charge, used on three days of January."""
    made = Books(book_of(loaded_of(DEAL.replace("CHARGE", CHARGES[request.param])), "a"))
    for day, quantity in ((3, 7_000_001), (4, 1_234_567), (31, 999)):
        made.use(request.param, date(2026, 1, day), quantity)
    made.close("2026-01")
    return made


def test_the_days_add_up_to_the_line(books: Books):
    (issued,) = books.issued
    (annex,) = annexes(books, issued, 3)
    assert summed(annex) == issued.document.lines[0].quantity == annex.quantity
    assert [each.now for each in annex.days] == [7_000_001, 1_234_567, 999]
    assert not annex.is_note


def test_the_days_of_a_note_add_up_to_the_difference(books: Books):
    meter = books.events[0].meter
    books.use(meter, date(2026, 1, 4), 5_000)
    books.use(meter, date(2026, 1, 5), 70_000)
    books.close("2026-01")
    _, note = books.issued
    (annex,) = annexes(books, note, 5, before=3)
    # An hour in seconds may have no end of digits: a difference of two is good to the last but few.
    assert round(summed(annex), 20) == round(note.document.lines[0].quantity, 20)
    assert [(each.day.day, each.before, each.now) for each in annex.days] == [
        (4, 1_234_567, 1_239_567),
        (5, 0, 70_000),
    ]


def test_days_that_do_not_make_the_quantity_are_no_annex(books: Books):
    (issued,) = books.issued
    assert annexes(books, issued, 2) == []


def test_what_is_estimated_has_no_days():
    made = Books(book_of(loaded_of(DEAL.replace("CHARGE", CHARGES["lessee_revenue"])), "a"))
    made.close("2026-01")
    assert [annexes(made, each, 0) for each in made.issued] in ([], [[]])


def test_rent_counts_no_meter():
    rent = "c: {kind: base_rent, amount: 100, per: server_month}"
    made = Books(book_of(loaded_of(DEAL.replace("CHARGE", rent)), "a"))
    made.use("tokens_out", date(2026, 1, 3), 5)
    made.close("2026-01")
    assert annexes(made, made.issued[0], 1) == []
