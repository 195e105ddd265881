"""Where a cent stopped others' invoices in public: here every month closes, and adds up.

The numbers are those of the issue and pull request pages of the projects on GitHub, 2019 to 2025.
"""

from datetime import date
from decimal import Decimal

import pytest

from lessor.store.records.records import Records
from lessor.store.records.rows import Received
from tests.app.kept_store import NOW, RENTED, book, close, make_store, use

HEAD, CHARGES = RENTED.split("      base:")[0], "    charges:\n"


def deal(*charges: str, terms: str = "", vat: str = "6%") -> str:
    """The deal with other charges, one a line, with other terms of the lease before them."""
    head = HEAD.replace("rent: 6%", f"rent: {vat}").removesuffix(CHARGES)
    lines = "".join(f"      {charge}\n" for charge in charges)
    return f"{head}{terms}{CHARGES}{lines}"


def priced(name: str, meter: str, price: str) -> str:
    return (
        f"{name}: {{kind: usage, meter: {meter}, per: million_tokens, price: {price}, "
        "tax: excluded}"
    )


def test_killbill_1124_a_fraction_of_a_cent_is_rounded_once_and_stops_nothing(tmp_path):
    """There 55 units at 0.067, 3.685 in all, failed a check on the unrounded amount: no invoice."""
    home = make_store(tmp_path / "store")
    book(home, deal(priced("tokens", "tokens_out", "0.067"), vat="0%"))
    for month in (1, 2, 3):
        use(home, "a", date(2026, month, 20), 55_000_000, number=month)
        [invoice] = close(home, f"2026-{month:02d}").issued
        [line] = invoice.document.lines
        assert (line.unrounded, line.amount) == (Decimal("3.685"), Decimal("3.69"))
        assert (line.quantity, line.price) == (Decimal(55), Decimal("0.067"))
        assert invoice.document.total == Decimal("3.69")


def test_lago_829_vat_is_on_the_sum_of_the_lines_on_invoice_and_note_alike(tmp_path):
    """There VAT was rounded line by line in one place and not in the other: notes did not fit."""
    home = make_store(tmp_path / "store")
    # The same tokens under three prices: each bears 0.495 of VAT, which would be 1.50 in all.
    book(home, deal(*(priced(name, "tokens_out", "8.25") for name in ("one", "two", "three"))))
    use(home, "a", date(2026, 1, 20), 1_000_000, number=1)
    [invoice] = close(home, "2026-01").issued
    assert [line.amount for line in invoice.document.lines] == [Decimal("8.25")] * 3
    assert invoice.document.tax == Decimal("1.49")  # 24.75 x 6% = 1.485
    use(home, "a", date(2026, 1, 21), 1_000_000, number=2)
    [_, note] = close(home, "2026-01").issued
    # Together they bear what 49.50 bears, though 1.485 twice would be 2.98.
    assert invoice.document.tax + note.document.tax == Decimal("2.97")
    with Records.open(home.records_url) as records, records.writing(who="ann", at=NOW) as writer:
        void = writer.void(invoice.number, date(2026, 3, 1))
    taken = [invoice.document, note.document, void.document]
    assert sum(each.tax for each in taken) == sum(each.total for each in taken) == 0


def prepaid(home, amount: Decimal) -> None:
    with Records.open(home.records_url) as records, records.writing(who="ann", at=NOW) as writer:
        writer.add_prepayment(Received("a", "CNY", amount, date(2026, 1, 5), "bank-1"))


@pytest.mark.parametrize("drawdown", ["first", "pro_rata"])
@pytest.mark.parametrize("amount", ["17.71", "17.72", "35.41", "35.42", "100"])
def test_lago_4273_what_is_drawn_of_a_prepayment_never_exceeds_the_total(
    tmp_path, drawdown, amount
):
    """There 14.29 and 14.27 with 24% VAT drew a cent more than the total: it was below zero."""
    home = make_store(tmp_path / "store")
    terms = f"    prepayment: {{amount: {amount}, paid: signing, drawdown: {drawdown}}}\n"
    rents = [
        f"{name}: {{kind: base_rent, amount: {rent}, per: month, tax: excluded}}"
        for name, rent in (("one", "14.29"), ("two", "14.27"))
    ]
    book(home, deal(*rents, terms=terms, vat="24%"))
    prepaid(home, Decimal(amount))
    months = [f"2026-{month:02d}" for month in range(1, 13)]
    issued = [close(home, month).issued[0].document for month in months]
    assert all(0 <= each.prepaid <= each.total and each.payable >= 0 for each in issued)
    drawn = sum(each.prepaid for each in issued)
    assert drawn <= Decimal(amount)
    if drawdown == "first":
        assert drawn == Decimal(amount)
