"""A lessee's account with one lessor: documents and payments in order, with what is owed after."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from lessor.books.documents import Issued
from lessor.books.open_items import void_numbers
from lessor.books.receivables import Ledger, Receipt, Receivable, receivables
from lessor.core.money import round_money


class Entry(NamedTuple):
    """A document (`issued`) or money received (`receipt`) on a day.

    charged: what the document asks for, below zero for a credit; paid: what was received, below
    zero for money given back. balance: owed after it. is_void: it was taken back since.
    """

    day: date
    issued: Issued | None
    receipt: Receipt | None
    charged: Decimal
    paid: Decimal
    balance: Decimal
    is_void: bool


class Account(NamedTuple):
    """A lessee's account in one currency from `first` (None: the beginning) to `last`.

    closing = opening + sum of charged - sum of paid. standing: what is open, by age, and what is
    held, at the end of `last`; None where nothing is.
    """

    currency: str
    first: date | None
    last: date
    opening: Decimal
    entries: tuple[Entry, ...]
    closing: Decimal
    standing: Receivable | None


def accounts(ledger: Ledger, first: date | None, last: date) -> list[Account]:
    """The accounts of the one lessee that a ledger is of, by currency; none where nothing was.

    Deposits and prepayments are held apart: what a document draws of them it does not ask for.
    """
    standing = {each.currency: each for each in receivables(ledger, last)}
    moves: dict[str, list[Entry]] = defaultdict(list)
    for entry in _moves(ledger, last):
        moves[_currency(entry)].append(entry)
    return [
        _account(currency, moves[currency], (first, last), standing.get(currency))
        for currency in sorted({*moves, *standing})
    ]


def _moves(ledger: Ledger, last: date) -> Iterable[Entry]:
    """Everything up to a day, documents before the payments of a day; balances still nothing."""
    nothing = Decimal(0)
    issued = [each for each in ledger.issued if each.invoice_date <= last]
    void = void_numbers(issued)
    found = [
        Entry(
            day=each.invoice_date,
            issued=each,
            receipt=None,
            charged=each.document.payable,
            paid=nothing,
            balance=nothing,
            is_void=each.number in void,
        )
        for each in issued
    ]
    found += [
        Entry(each.day, None, each, nothing, each.amount, nothing, is_void=False)
        for each in ledger.payments
        if each.day <= last
    ]
    return sorted(found, key=lambda entry: (entry.day, entry.issued is None))


def _currency(entry: Entry) -> str:
    if entry.issued is not None:
        return entry.issued.document.currency
    assert entry.receipt is not None
    return entry.receipt.currency


def _account(
    currency: str,
    moves: Iterable[Entry],
    days: tuple[date | None, date],
    standing: Receivable | None,
) -> Account:
    first, last = days
    balance = opening = round_money(Decimal(0), currency)
    entries = []
    for each in moves:
        balance += each.charged - each.paid
        if first is not None and each.day < first:
            opening = balance
        else:
            entries.append(each._replace(balance=balance))
    return Account(currency, first, last, opening, tuple(entries), balance, standing)
