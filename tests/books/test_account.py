"""A lessee's account: each document and payment once, and a balance that is what is open."""

from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from lessor.books.account import accounts
from lessor.books.documents import Document, Issued
from lessor.books.receivables import Ledger, Receipt

NOTHING = Decimal("0.00")


def issued(number: int, total: str, day: date, **said: str) -> Issued:
    """An invoice of so much; `voids`: a note that takes another back, `set_off`: of a deposit."""
    voids = said.get("voids", "")
    document = Document(
        kind="credit_note" if voids else "invoice",
        lease="a",
        lessee="Model company",
        entity="ACME",
        currency=said.get("currency", "CNY"),
        period="2026-01",
        start=date(2026, 1, 1),
        end=date(2026, 2, 1),
        due_days=10,
        lines=(),
        taxes=(),
        net=Decimal(total),
        tax=NOTHING,
        total=Decimal(total),
        set_off=Decimal(said.get("set_off", "0.00")),
        corrects=voids,
    )
    return Issued(f"N-{number}", document, day, day, 1, voids)


def paid(amount: str, day: date, number: str = "", currency: str = "CNY") -> Receipt:
    return Receipt("a", currency, Decimal(amount), day, number, f"bank {amount}")


def ledger(documents: list[Issued], payments: list[Receipt], **held: list[Receipt]) -> Ledger:
    return Ledger(
        {"a": "Model company"},
        documents,
        payments,
        held.get("deposits", []),
        held.get("prepayments", []),
    )


FEBRUARY, MARCH, APRIL = date(2026, 2, 1), date(2026, 3, 1), date(2026, 4, 1)


def test_documents_and_payments_stand_in_order_with_the_balance_after_each():
    found = ledger(
        [issued(1, "100.00", FEBRUARY), issued(2, "50.00", MARCH)],
        [paid("100.00", date(2026, 2, 10), "N-1"), paid("20.00", MARCH)],
    )
    (account,) = accounts(found, None, APRIL)
    said = [(f"{each.day:%m-%d}", each.charged, each.paid) for each in account.entries]
    assert said == [
        ("02-01", Decimal(100), Decimal(0)),
        ("02-10", Decimal(0), Decimal(100)),
        ("03-01", Decimal(50), Decimal(0)),
        ("03-01", Decimal(0), Decimal(20)),
    ]
    assert [each.balance for each in account.entries] == [100, 0, 50, 30]
    assert account.opening == 0
    assert account.closing == 30


def test_what_was_before_the_first_day_is_the_opening_balance():
    found = ledger([issued(1, "100.00", FEBRUARY), issued(2, "50.00", MARCH)], [])
    (account,) = accounts(found, MARCH, APRIL)
    assert account.opening == 100
    assert account.closing == 150
    assert [each.balance for each in account.entries] == [150]
    (later,) = accounts(found, date(2026, 3, 2), APRIL)
    assert later.entries == ()
    assert later.opening == later.closing == 150


def test_nothing_after_the_last_day_counts():
    found = ledger([issued(1, "100.00", FEBRUARY)], [paid("100.00", APRIL, "N-1")])
    (account,) = accounts(found, None, MARCH)
    assert account.closing == 100


def test_a_void_and_what_it_voids_come_to_nothing():
    taken = issued(2, "-100.00", MARCH, voids="N-1")
    (account,) = accounts(ledger([issued(1, "100.00", FEBRUARY), taken], []), None, APRIL)
    assert [each.is_void for each in account.entries] == [True, False]
    assert account.closing == 0
    assert account.standing is None


def test_currencies_never_add():
    found = ledger([issued(1, "100.00", FEBRUARY), issued(2, "7.00", MARCH, currency="USD")], [])
    assert [f"{each.currency} {each.closing}" for each in accounts(found, None, APRIL)] == [
        "CNY 100.00",
        "USD 7.00",
    ]


def test_a_deposit_is_held_apart_and_what_it_pays_is_not_asked_for():
    found = ledger(
        [issued(1, "100.00", FEBRUARY, set_off="60.00")],
        [],
        deposits=[paid("80.00", date(2026, 1, 5))],
    )
    (account,) = accounts(found, None, APRIL)
    assert account.closing == 40
    assert account.standing is not None
    assert account.standing.deposits == 20


def test_a_lessee_without_anything_has_no_account():
    assert accounts(ledger([], []), None, APRIL) == []


DAYS = st.dates(FEBRUARY, date(2026, 6, 30))
CENTS = st.integers(-100_000, 100_000).map(lambda cents: Decimal(cents).scaleb(-2))


@given(
    st.lists(st.tuples(CENTS, DAYS), max_size=6),
    st.lists(st.tuples(CENTS, DAYS, st.integers(0, 6)), max_size=6),
    DAYS,
    DAYS,
)
def test_the_closing_balance_is_what_is_open_less_what_came_for_nothing(billed, got, first, last):
    documents = [issued(n, str(total), day) for n, (total, day) in enumerate(billed, 1)]
    payments = [paid(str(amount), day, f"N-{n}" if n else "") for amount, day, n in got]
    found = ledger(documents, payments)
    whole = accounts(found, None, last)
    for account in whole:
        owed = Decimal(0) if account.standing is None else (
            account.standing.open - account.standing.unmatched
        )  # fmt: skip
        assert account.closing == owed
        moved = sum((each.charged - each.paid for each in account.entries), Decimal(0))
        assert account.opening + moved == account.closing
    parts = accounts(found, first, last)
    assert [each.closing for each in parts] == [each.closing for each in whole]
