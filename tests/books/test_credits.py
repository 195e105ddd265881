"""A month whose credits exceed its charges: its first document is called a credit note."""

from datetime import date
from decimal import Decimal

from tests.books.kept import Books, book_of, loaded_of
from tests.books.test_closing import DEAL

LATE = (
    DEAL.replace("accepted: 2026-01-17", "promised: 2026-01-01, accepted: 2026-01-30").rstrip()
    + "\n      damages: {kind: late_delivery, share_of_rent: 10%}\n"
)


def test_a_first_document_below_zero_is_called_a_credit_note_and_stands_as_the_invoice():
    books = Books(book_of(loaded_of(LATE), "a"))
    [first] = books.close("2026-01")
    assert first.total < 0
    assert (first.kind, first.called, first.corrects) == ("invoice", "credit_note", "")
    books.use("tokens_out", date(2026, 1, 30), 50_000_000)
    [note] = books.close("2026-01")
    assert (note.kind, note.called, note.corrects) == ("debit_note", "debit_note", "N-0001")
    [second] = books.close("2026-02")
    assert (second.kind, second.called) == ("invoice", "invoice")
    assert second.total > 0


def test_an_invoice_of_nothing_stays_one():
    free = DEAL.replace("{up_to: 100, price: 2}", "{up_to: 100, price: 0}").replace("69_000", "0")
    books = Books(book_of(loaded_of(free), "a"))
    books.use("tokens_out", date(2026, 1, 20), 60_000_000)
    [invoice] = books.close("2026-01")
    assert (invoice.total, invoice.called) == (Decimal("0.00"), "invoice")
