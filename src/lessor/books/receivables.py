"""What lessees owe on a day, by how long it is past due, and what is held of their money."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from lessor.books.documents import Issued
from lessor.books.open_items import open_amounts
from lessor.core.money import round_money

AGES = ("not_due", "1-30", "31-60", "61-90", "over_90")
"""How long an open amount is past due, in days; on the day itself it is not."""

_LAST_DAYS = (0, 30, 60, 90)


class Receipt(NamedTuple):
    """Money received on a day (below zero: given back); number: the document that it pays.

    reference: what the bank calls it.
    """

    lease: str
    currency: str
    amount: Decimal
    day: date
    number: str = ""
    reference: str = ""


class Ledger(NamedTuple):
    """What receivables follow from: documents and money received; lessees by their leases."""

    lessees: Mapping[str, str]
    issued: Sequence[Issued]
    payments: Sequence[Receipt]
    deposits: Sequence[Receipt]
    prepayments: Sequence[Receipt]


class OpenItem(NamedTuple):
    """A document that is not settled: what is open of it, below zero where it is to be credited.

    days_past_due: below zero while it is not due.
    """

    issued: Issued
    open: Decimal
    days_past_due: int

    @property
    def age(self) -> str:
        """Which of `AGES` it is of."""
        past = sum(self.days_past_due > last for last in _LAST_DAYS)
        return AGES[past]


class Receivable(NamedTuple):
    """A lessee in one currency.

    ages: open amounts by age, credits left out; to_credit: those, above zero. unmatched: payments
    for no document that is issued. deposits and prepayments: received and not drawn.
    open = sum of ages - to_credit.
    """

    lessee: str
    currency: str
    items: tuple[OpenItem, ...]
    ages: Mapping[str, Decimal]
    to_credit: Decimal
    unmatched: Decimal
    deposits: Decimal
    prepayments: Decimal

    @property
    def open(self) -> Decimal:
        """What is to be paid in all, less what is to be credited."""
        return sum(self.ages.values(), -self.to_credit)


def receivables(ledger: Ledger, as_of: date) -> list[Receivable]:
    """Every lessee who owes something, or whose money is held, by name and currency.

    What was issued and received by the end of `as_of` counts, and nothing later; currencies never
    add. A document that is void asks for nothing.
    """
    issued = [each for each in ledger.issued if each.invoice_date <= as_of]
    numbers = {each.number for each in issued}
    paid: dict[str, Decimal] = defaultdict(Decimal)
    held: dict[tuple[str, str], _Held] = defaultdict(_Held)

    def of(lease: str, currency: str) -> _Held:
        return held[ledger.lessees[lease], currency]

    for payment in _until(as_of, ledger.payments):
        if payment.number in numbers:
            paid[payment.number] += payment.amount
        else:
            of(payment.lease, payment.currency).unmatched += payment.amount
    for receipt in _until(as_of, ledger.deposits):
        of(receipt.lease, receipt.currency).deposits += receipt.amount
    for receipt in _until(as_of, ledger.prepayments):
        of(receipt.lease, receipt.currency).prepayments += receipt.amount
    still = open_amounts(issued, paid)
    for each in issued:
        document = each.document
        standing = of(document.lease, document.currency)
        standing.deposits -= document.set_off
        standing.prepayments -= document.prepaid
        if still[each.number] != 0:
            days = (as_of - each.due_date).days
            standing.items.append(OpenItem(each, still[each.number], days))
    found = [_receivable(lessee, currency, each) for (lessee, currency), each in held.items()]
    said = [each for each in found if _says_something(each)]
    return sorted(said, key=lambda each: (each.lessee, each.currency))


class _Held:
    """What is found of a lessee in one currency."""

    def __init__(self) -> None:
        self.items: list[OpenItem] = []
        self.unmatched = self.deposits = self.prepayments = Decimal(0)


def _until(as_of: date, receipts: Iterable[Receipt]) -> Iterable[Receipt]:
    return (each for each in receipts if each.day <= as_of)


def _receivable(lessee: str, currency: str, held: _Held) -> Receivable:
    def money(amount: Decimal) -> Decimal:
        return round_money(amount, currency)

    ages = dict.fromkeys(AGES, money(Decimal(0)))
    to_credit = Decimal(0)
    for item in held.items:
        if item.open > 0:
            ages[item.age] += item.open
        else:
            to_credit -= item.open
    return Receivable(
        lessee,
        currency,
        tuple(sorted(held.items, key=lambda item: (item.issued.due_date, item.issued.number))),
        ages,
        money(to_credit),
        money(held.unmatched),
        money(held.deposits),
        money(held.prepayments),
    )


def _says_something(each: Receivable) -> bool:
    return bool(each.items) or any((each.unmatched, each.deposits, each.prepayments))
