"""Plan against bill: a lease that runs as planned differs nowhere, and causes always add up."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lessor.app.commands.actual_vs_plan import planned_of
from lessor.books.lease_book import LeaseBook
from lessor.books.variance import Causes, Row, dated, total_of, variance
from lessor.terms.charges import Usage
from tests.agreement.bills import Case, cases
from tests.books.kept import Books, book_of, loaded_of

DEAL = """format: lessor/1
deal: As planned
currency: CNY
closing_date: 2026-01-01
leases:
  a:
    lessee: A lab
    capacity: {model: HGX-H800-8, quantity: 2}
    events: {signed: 2025-12-01, accepted: 2026-01-01}
    term: 6 months
    usage: {tokens_per_month: 50_000_000, split: {out: 100%}, prices: {out: 2}}
    charges:
      base: {kind: base_rent, amount: 1000, per: server_month}
      tokens: {kind: usage, meter: tokens_out, per: million_tokens, price: 3}
      share: {kind: revenue_share, share: 10%}
      credit: {kind: service_credit, bands: [{below: 99.9%, credit: 10%}]}
"""
PLAN = Decimal(2000) + Decimal(150) + Decimal(10)
"""Of a month: two servers, fifty million tokens at 3, a tenth of a revenue of 100."""


def deal(*changes: tuple[str, str]) -> str:
    text = DEAL
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return text


def lease(first: str, *later: tuple[date | None, str]) -> LeaseBook:
    return book_of(loaded_of(first), "a", *((day, loaded_of(text)) for day, text in later))


def as_planned(book: LeaseBook, months: int = 3, tokens: int = 50_000_000) -> Books:
    """The first months of the year, with the tokens and revenue that were planned."""
    books = Books(book)
    for month in range(1, months + 1):
        books.use("tokens_out", date(2026, month, 10), tokens)
        books.use("lessee_revenue", date(2026, month, 20), 10_000)
        books.close(f"2026-{month:02d}")
    return books


def rows_of(books: Books, last: str) -> list[Row]:
    facts = books.facts(date.min, date.max)
    return variance(books.book, planned_of(books.book), facts, books.issued, last=last)


def causes(books: Books, last: str = "2026-03") -> dict[str, Decimal]:
    """The causes of all of it that are not nothing."""
    found = total_of(rows_of(books, last)).causes._asdict()
    return {name: amount for name, amount in found.items() if amount != 0}


def test_a_lease_that_runs_as_planned_differs_nowhere():
    rows = rows_of(as_planned(lease(DEAL)), "2026-03")
    assert {(row.period, row.charge) for row in rows} == {
        (f"2026-{month:02d}", charge)
        for month in (1, 2, 3)
        for charge in ("base", "tokens", "share")
    }
    for row in rows:
        assert row.plan == row.billed != 0
        assert row.causes == Causes(*[Decimal(0)] * 6)
    assert total_of(rows).plan == 3 * PLAN


def test_acceptance_later_than_expected_is_timing():
    expected = deal(("accepted: 2026-01-01", "expected_acceptance: 2026-01-01"))
    late = deal(("accepted: 2026-01-01", "accepted: 2026-02-01"))
    books = Books(lease(expected, (None, late)))
    for month in (2, 3):
        books.use("tokens_out", date(2026, month, 10), 50_000_000)
        books.use("lessee_revenue", date(2026, month, 20), 10_000)
        books.close(f"2026-{month:02d}")
    assert causes(books) == {"timing": -PLAN}


def test_a_lease_that_was_not_accepted_bills_nothing_and_it_is_timing():
    expected = deal(("accepted: 2026-01-01", "expected_acceptance: 2026-01-01"))
    assert causes(Books(lease(expected)), "2026-02") == {"timing": -2 * PLAN}


def test_suspension_is_timing():
    rests = deal(("accepted: 2026-01-01", "accepted: 2026-01-01, suspended: 2026-03-01"))
    books = Books(lease(DEAL, (None, rests)))
    for month in (1, 2):
        books.use("tokens_out", date(2026, month, 10), 50_000_000)
        books.use("lessee_revenue", date(2026, month, 20), 10_000)
        books.close(f"2026-{month:02d}")
    books.close("2026-03")
    assert causes(books) == {"timing": -PLAN}


def test_more_tokens_are_volume():
    books = as_planned(lease(DEAL), tokens=60_000_000)
    assert causes(books) == {"volume": Decimal(3 * 10 * 3)}


def test_downtime_is_availability():
    books = Books(lease(DEAL))
    books.use("tokens_out", date(2026, 1, 10), 50_000_000)
    books.use("lessee_revenue", date(2026, 1, 20), 10_000)
    books.use("downtime", date(2026, 1, 12), 2 * 36_000)
    books.close("2026-01")
    assert causes(books, "2026-01") == {"availability": Decimal(-200)}


def test_amended_terms_are_price():
    dearer = deal(("price: 3", "price: 4"))
    books = as_planned(lease(DEAL, (date(2026, 3, 1), dearer)))
    assert causes(books) == {"price": Decimal(50)}


def test_what_is_owed_and_not_closed_is_unbilled():
    books = as_planned(lease(DEAL), months=1)
    books.use("tokens_out", date(2026, 2, 10), 50_000_000)
    books.use("lessee_revenue", date(2026, 2, 20), 10_000)
    assert causes(books, "2026-02") == {"unbilled": -PLAN}


def test_rounding_of_lines_is_shown_apart():
    small = deal(("amount: 1000", "amount: 0.004"))
    dearer = small.replace("price: 3", "price: 4")
    books = Books(lease(small, (date(2026, 1, 17), dearer)))
    books.close("2026-01")
    row = next(row for row in rows_of(books, "2026-01") if row.charge == "base")
    # 0.008 a month is planned as 0.01; its two halves of about 0.004 are billed as nothing.
    assert (row.plan, row.billed, row.causes.rounding) == (
        Decimal("0.01"),
        Decimal("0.00"),
        Decimal("-0.01"),
    )


def test_dates_come_from_what_happened_and_terms_from_what_was_signed():
    later = deal(("accepted: 2026-01-01", "accepted: 2026-01-15"), ("price: 3", "price: 4"))
    book = dated(lease(DEAL, (None, later)))
    assert book.lease.events.accepted == date(2026, 1, 15)
    tokens = book.lease.charges["tokens"]
    assert isinstance(tokens, Usage)
    assert tokens.price == Decimal(3)


@settings(deadline=None, max_examples=40)
@given(cases(), st.booleans())
def test_causes_add_up_and_nothing_is_unbilled_once_all_is_closed(case: Case, is_dearer: bool):
    book = case.book()
    if is_dearer:
        dearer = case.text.replace("kind: base_rent, amount: ", "kind: base_rent, amount: 1")
        book = book_of(case.loaded, "a", (None, loaded_of(dearer)))
    books = Books(book)
    for each in case.usage:
        books.use(each.meter, each.day, each.quantity)
    for period in case.periods():
        books.close(period)
    rows = rows_of(books, book.grid.labels[-1])
    for row in rows:
        assert sum(row.causes) == row.billed - row.plan
        assert row.causes.unbilled == 0
        assert row.causes.timing == 0
        assert is_dearer or row.causes.price == 0
        assert abs(row.causes.rounding) <= Decimal("0.05")
    assert sum((row.billed for row in rows), Decimal(0)) == books.net()


@pytest.mark.parametrize("months", [1, 2, 3])
def test_part_of_a_year_sums_what_was_billed_in_it(months: int):
    books = as_planned(lease(DEAL), months=months)
    last = f"2026-{months:02d}"
    assert total_of(rows_of(books, last)).billed == books.net() == months * PLAN
