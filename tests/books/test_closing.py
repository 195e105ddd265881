"""A month closed: what becomes a line, what a note, and what is left alone."""

from datetime import date
from decimal import Decimal

from tests.books.kept import Books, book_of, loaded_of

DEAL = """
format: lessor/1
deal: Two charges
lessor: Example Compute
currency: CNY
closing_date: 2026-01-01
taxes: {vat: {rent: 6%}}
leases:
  a:
    lessee: Model company
    capacity: {model: HGX-B200-8, quantity: 4}
    events: {signed: 2026-01-01, accepted: 2026-01-17}
    term: 12 months
    billing: {due_days: 15}
    usage: {tokens_per_month: 50_000_000}
    charges:
      base: {kind: base_rent, amount: 69_000, per: server_month, tax: excluded}
      tokens:
        kind: usage
        meter: tokens_out
        per: million_tokens
        mode: graduated
        tiers: [{up_to: 100, price: 2}, {price: 1.5}]
        window: quarter
        tax: excluded
"""


def test_a_first_month_is_prorated_from_acceptance():
    books = Books(book_of(loaded_of(DEAL), "a"))
    [invoice] = books.close("2026-01")
    [line] = invoice.lines
    assert (line.charge, line.start, line.end) == ("base", date(2026, 1, 17), date(2026, 2, 1))
    assert line.amount == Decimal("133548.39")  # 4 x 69,000 x 15/31
    assert line.price == Decimal(69000)
    assert invoice.tax == Decimal("8012.90")
    assert invoice.total == Decimal("141561.29")


def test_late_usage_is_a_note_of_its_own_month_and_the_tiers_behind_it_move():
    books = Books(book_of(loaded_of(DEAL), "a"))
    books.use("tokens_out", date(2026, 1, 20), 60_000_000)
    books.close("2026-01")
    books.use("tokens_out", date(2026, 2, 20), 60_000_000)
    [february] = books.close("2026-02")
    assert [line.amount for line in february.lines][1:] == [Decimal("110.00")]  # 40 x 2 + 20 x 1.5
    books.use("tokens_out", date(2026, 1, 21), 10_000_000)
    january, february = books.close("2026-02")
    assert (january.kind, january.period, january.net) == ("debit_note", "2026-01", Decimal(20))
    [line] = january.lines
    assert line.before is not None
    assert line.before.quantity == 60
    # Ten million of February's fall into the cheaper step now.
    assert (february.kind, february.net) == ("credit_note", Decimal(-5))
    assert books.close("2026-02") == []


def test_a_month_before_acceptance_has_nothing():
    deal = DEAL.replace("accepted: 2026-01-17", "expected_acceptance: 2026-01-17")
    assert Books(book_of(loaded_of(deal), "a")).close("2026-01") == []
