"""Money held for the lessee: a plan and the invoices draw on it in the same months, to the cent.

Rents are such that a day of any month and a tenth of VAT come to whole cents, so what the plan does
not round and what the lines do round are the same money.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lessor.books.billing import home_of
from lessor.core.money import round_money
from lessor.core.numeric import DECIMAL
from lessor.forecast.plan import run_plan
from tests.books.kept import Books, book_of, loaded_of

RENT = 100 * 13_020
"""13,020 is a multiple of 28, 30 and 31."""

DEAL = """format: lessor/1
deal: Money held for the lessee
currency: CNY
closing_date: {closing}
taxes: {{vat: {{rent: 6%}}}}
leases:
  a:
    lessee: A model company
    capacity: {{model: HGX-H800-8, quantity: 3}}
    events: {{{events}}}
    term: {months} months
    deposit: {{amount: {deposit}, returned: set_off}}
    prepayment: {{amount: {prepayment}, drawdown: first}}
    billing: {{frequency: {every}, timing: {timing}}}
    charges:
      base: {{kind: base_rent, amount: {rent}, per: cluster_month, tax: excluded}}
"""

ByMonth = dict[str, Decimal]


def drawn_of(books: Books, deal: str) -> tuple[tuple[ByMonth, ByMonth], tuple[ByMonth, ByMonth]]:
    """What deposit and prepayment pay by month of closing: as planned, and as billed."""
    book = books.book
    billed_off: ByMonth = defaultdict(Decimal)
    billed_ahead: ByMonth = defaultdict(Decimal)
    for period in book.grid.labels:
        for document in books.close(period):
            billed_off[document.period] += document.set_off
            billed_ahead[document.period] += document.prepaid
    plan = run_plan(loaded_of(deal).deal, DECIMAL)
    planned_off: ByMonth = defaultdict(Decimal)
    planned_ahead: ByMonth = defaultdict(Decimal)
    commencement = book.stages[0].service.commencement

    def month(day: date) -> str:
        return book.grid.labels[home_of(book.grid, day, commencement)]

    for moment, amount in plan.cash.streams["deposit_returned"].entries:
        planned_off[month(moment.day)] += Decimal(amount)
    received: ByMonth = defaultdict(Decimal)
    for name in ("rent_received", "vat_collected"):
        for moment, amount in plan.cash.streams[name].entries:
            received[month(moment.day)] += Decimal(amount)
    invoiced: ByMonth = defaultdict(Decimal)
    for each in books.issued:
        invoiced[each.document.period] += each.document.total
    for period, total in invoiced.items():
        planned_ahead[period] = total - received[period]
    return (kept(planned_off), kept(planned_ahead)), (kept(billed_off), kept(billed_ahead))


def kept(sums: ByMonth) -> ByMonth:
    rounded = {period: round_money(amount, "CNY") for period, amount in sums.items()}
    return {period: amount for period, amount in rounded.items() if amount != 0}


def books_of(deal: str, deposit: int, prepayment: int) -> Books:
    book = book_of(loaded_of(deal), "a")
    return Books(book, deposit=Decimal(deposit), prepayment=Decimal(prepayment))


@pytest.mark.parametrize(
    ("timing", "every", "drawn"),
    [
        # 1.06 x 1,302,000 a month. Twelve months from January; the last rent in advance, that of
        # December, is billed when November is closed, and half of November's with October.
        ("arrears", "monthly", {"2025-11": "690060.00", "2025-12": "1380120.00"}),
        ("advance", "monthly", {"2025-10": "690060.00", "2025-11": "1380120.00"}),
        ("arrears", "quarterly", {"2025-12": "2070180.00"}),
        ("advance", "quarterly", {"2025-09": "2070180.00"}),
    ],
)
def test_a_deposit_pays_the_last_rents_whenever_they_are_billed(timing, every, drawn):
    deposit = RENT * 106 * 3 // 200
    deal = DEAL.format(
        closing="2025-01-01", events="accepted: 2025-01-01", months=12, deposit=deposit,
        prepayment=1, every=every, timing=timing, rent=RENT,
    )  # fmt: skip
    planned, billed = drawn_of(books_of(deal, deposit, 0), deal)
    assert billed[0] == {period: Decimal(amount) for period, amount in drawn.items()}
    assert planned[0] == billed[0]


@st.composite
def deals(draw: st.DrawFn) -> tuple[str, int, int]:
    """A lease of rent alone: its deal, and what is held of its lessee's money."""
    closing = date(2025, draw(st.sampled_from((1, 3))), draw(st.sampled_from((1, 15))))
    accepted = closing + timedelta(days=draw(st.integers(0, 50)))
    events = [f"signed: {closing}", f"accepted: {accepted}"]
    if draw(st.booleans()):
        stop = accepted + timedelta(days=draw(st.integers(20, 90)))
        events += [f"suspended: {stop}", f"resumed: {stop + timedelta(days=17)}"]
    if draw(st.booleans()):
        events.append(f"terminated: {accepted + timedelta(days=draw(st.integers(110, 200)))}")
    rent = RENT * draw(st.integers(1, 9))
    deposit = draw(st.integers(1, 25)) * rent // 10
    prepayment = draw(st.integers(1, 15)) * rent // 10
    text = DEAL.format(
        closing=closing, events=", ".join(events), months=8, deposit=deposit,
        prepayment=prepayment, every=draw(st.sampled_from(("monthly", "quarterly"))),
        timing=draw(st.sampled_from(("arrears", "advance"))), rent=rent,
    )  # fmt: skip
    if draw(st.booleans()):
        text = text.replace(
            "tax: excluded", "tax: excluded, escalator: {rate: 10%, every: 3 months}"
        )
    if draw(st.booleans()):
        text += "      end: {kind: termination, share: 40%}\n"
    return text, deposit, prepayment


@settings(deadline=None, max_examples=60)
@given(deals())
def test_deposit_and_prepayment_are_drawn_as_planned(drawn: tuple[str, int, int]):
    deal, deposit, prepayment = drawn
    planned, billed = drawn_of(books_of(deal, deposit, prepayment), deal)
    assert billed == planned
    assert sum(billed[0].values()) == deposit
