"""What is owed on a day: by age, by currency, and only what had happened by then."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from lessor.books.documents import Document, DocumentKind, Issued
from lessor.books.receivables import AGES, Ledger, Receipt, Receivable, receivables

DAY = date(2026, 6, 30)
LESSEES = {"a": "Tokens Ltd", "b": "Tokens Ltd", "y": "Tokens Ltd", "c": "Another Ltd"}


def issued(
    number: str,
    total: str,
    *,
    due: date = DAY,
    lease: str = "a",
    kind: DocumentKind = "invoice",
    voids: str = "",
    **more: Any,
) -> Issued:
    amount = Decimal(total)
    document = Document(
        kind, lease, "As it was called", "E", "JPY" if lease == "y" else "CNY", "2026-05",
        date(2026, 5, 1), date(2026, 6, 1), 30, (), (), amount, Decimal(0), amount,
    )._replace(**more)  # fmt: skip
    return Issued(number, document, min(due, DAY) - timedelta(days=30), due, 1, voids)


def paid(amount: str, number: str = "", *, lease: str = "a", day: date = DAY) -> Receipt:
    return Receipt(lease, "JPY" if lease == "y" else "CNY", Decimal(amount), day, number)


def found(*documents: Issued, **money: list[Receipt]) -> list[Receivable]:
    kept: dict[str, list[Receipt]] = {"payments": [], "deposits": [], "prepayments": []} | money
    return receivables(Ledger(LESSEES, documents, **kept), DAY)


@pytest.mark.parametrize(
    ("days", "age"),
    [
        (-10, "not_due"), (0, "not_due"), (1, "1-30"), (30, "1-30"), (31, "31-60"), (60, "31-60"),
        (61, "61-90"), (90, "61-90"), (91, "over_90"), (900, "over_90"),
    ],
)  # fmt: skip
def test_an_open_amount_is_as_old_as_its_due_date(days: int, age: str):
    [owed] = found(issued("1", "100.00", due=DAY - timedelta(days=days)))
    assert {name for name, amount in owed.ages.items() if amount} == {age}
    assert owed.open == owed.ages[age] == 100
    assert [item.days_past_due for item in owed.items] == [days]


def test_leases_of_one_lessee_stand_together_and_currencies_apart():
    owed = found(
        issued("1", "100.00"),
        issued("2", "10.00", lease="b"),
        issued("3", "7", lease="y"),
        issued("4", "5.00", lease="c"),
    )
    assert [(each.lessee, each.currency, str(each.open)) for each in owed] == [
        ("Another Ltd", "CNY", "5.00"),
        ("Tokens Ltd", "CNY", "110.00"),
        ("Tokens Ltd", "JPY", "7"),
    ]


def test_a_payment_settles_its_document_and_another_is_matched_to_none():
    payments = [paid("100.00", "1"), paid("30.00", "2"), paid("7.00"), paid("9.00", "not issued")]
    [owed] = found(issued("1", "100.00"), issued("2", "50.00"), payments=payments)
    assert [(item.issued.number, str(item.open)) for item in owed.items] == [("2", "20.00")]
    assert (str(owed.open), str(owed.unmatched)) == ("20.00", "16.00")


def test_a_credit_lessens_what_is_open_and_has_no_age():
    note = issued("2", "-30.00", kind="credit_note", corrects="1")
    [owed] = found(issued("1", "100.00", due=DAY - timedelta(days=40)), note)
    assert [owed.ages[age] for age in AGES] == [0, 0, 100, 0, 0]
    assert (str(owed.to_credit), str(owed.open)) == ("30.00", "70.00")


def test_what_is_void_asks_for_nothing_and_gives_back_what_it_drew():
    drawn: dict[str, Any] = {"set_off": Decimal("40.00"), "prepaid": Decimal("10.00")}
    back: dict[str, Any] = {"set_off": Decimal("-40.00"), "prepaid": Decimal("-10.00")}
    money = {"deposits": [paid("200.00")], "prepayments": [paid("50.00")]}
    invoice = issued("1", "100.00", **drawn)
    [owed] = found(invoice, **money)
    assert (owed.open, owed.deposits, owed.prepayments) == (Decimal(50), Decimal(160), Decimal(40))
    void = issued("2", "-100.00", kind="credit_note", voids="1", corrects="1", **back)
    [owed] = found(invoice, void, **money)
    assert (owed.open, owed.deposits, owed.prepayments) == (Decimal(0), Decimal(200), Decimal(50))
    assert owed.items == ()


def test_what_came_later_is_not_known_yet():
    later = DAY + timedelta(days=1)
    invoice = issued("1", "100.00")
    not_yet = issued("2", "60.00")._replace(invoice_date=later)
    money = {"payments": [paid("100.00", "1", day=later)], "deposits": [paid("5.00", day=later)]}
    [owed] = found(invoice, not_yet, **money)
    assert (owed.open, owed.deposits) == (Decimal(100), Decimal(0))


def test_who_owes_nothing_and_has_paid_nothing_ahead_is_left_out():
    assert found(issued("1", "100.00"), payments=[paid("100.00", "1")]) == []
    [owed] = found(deposits=[paid("5.00", lease="c")])
    assert (owed.lessee, owed.open, owed.deposits) == ("Another Ltd", Decimal(0), Decimal(5))
