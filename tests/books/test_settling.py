"""Deposit and prepayment against invoices, in whatever order the months are closed."""

from datetime import date
from decimal import Decimal

import pytest

from tests.books.kept import Books, book_of, loaded_of
from tests.books.test_closing import DEAL

SET_OFF = DEAL.replace(
    "    term: 12 months\n", "    term: 12 months\n    deposit: {months: 1, returned: set_off}\n"
).replace("{due_days: 15}", "{due_days: 15, timing: advance}")
DEPOSIT = Decimal("276000.00")


def books_of(deal: str) -> Books:
    return Books(book_of(loaded_of(deal), "a"), deposit=DEPOSIT)


@pytest.mark.parametrize("step", [1, -1])
def test_a_deposit_is_set_off_whole_in_whatever_order_months_are_closed(step: int):
    books = books_of(SET_OFF)
    for period in books.book.grid.labels[:13][::step]:
        books.close(period)
    assert sum(each.document.set_off for each in books.issued) == DEPOSIT


def test_it_pays_the_last_rents_although_they_are_billed_ahead():
    books = books_of(SET_OFF)
    for period in books.book.grid.labels[:13]:
        books.close(period)
    drawn = {each.document.period: each.document.set_off for each in books.issued}
    # The last rent, 16 days of January, is billed when December is closed: 1.06 x 142,451.61.
    assert {period: amount for period, amount in drawn.items() if amount} == {
        "2026-11": Decimal("125001.29"),
        "2026-12": Decimal("150998.71"),
    }


def test_a_note_of_an_early_month_leaves_it_for_the_last_rents():
    books = books_of(SET_OFF)
    for period in books.book.grid.labels[:6]:
        books.close(period)
    books.use("tokens_out", date(2026, 1, 20), 60_000_000)
    [note, _] = books.close("2026-07")
    assert (note.kind, note.period, note.total) == ("debit_note", "2026-01", Decimal("127.20"))
    assert note.set_off == 0
