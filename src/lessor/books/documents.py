"""Invoices and the notes that correct them, as records that never change once issued."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Literal, NamedTuple

DocumentKind = Literal["invoice", "credit_note", "debit_note"]
Basis = Literal["metered", "expected"]


class LineKey(NamedTuple):
    """What makes a line the same line when it is rated again: the charge, its days and its VAT.

    At another rate of VAT a line is taken back whole and billed anew, so that the tax follows it.
    """

    charge: str
    start: date
    end: date
    vat_rate: Decimal


class DocumentLine(NamedTuple):
    """One line: a charge over `[start, end)`, money net of VAT in the document's currency.

    quantity: in the unit that is priced; price: net for one of it, to 12 places (None where there
    is no single one); amount: rounded once by the contract's mode; unrounded: before that. `before`
    is what had been billed of the same line, on a note; None on an invoice.
    """

    charge: str
    kind: str
    basis: Basis
    start: date
    end: date
    quantity: Decimal
    unit: str
    price: Decimal | None
    amount: Decimal
    unrounded: Decimal
    vat_rate: Decimal
    before: Before | None = None

    @property
    def key(self) -> LineKey:
        """The line's identity in its lease."""
        return LineKey(self.charge, self.start, self.end, self.vat_rate)


class Before(NamedTuple):
    """How a line stood before a note: quantity, amount and unrounded amount billed so far."""

    quantity: Decimal
    amount: Decimal
    unrounded: Decimal


class TaxLine(NamedTuple):
    """VAT of one category: rate x the sum of the rounded lines that bear it, rounded once."""

    rate: Decimal
    base: Decimal
    tax: Decimal


class Document(NamedTuple):
    """An invoice or a note before it has a number: one lease, one month closed.

    kind: what it is to its month, which has one invoice that stands, and notes that correct it.
    period: the billing month, as 2026-06; [start, end): its days. total = net + tax. prepaid and
    set_off: drawn from a prepayment and a deposit; payable = total - prepaid - set_off.
    """

    kind: DocumentKind
    lease: str
    lessee: str
    entity: str
    currency: str
    period: str
    start: date
    end: date
    due_days: int
    lines: tuple[DocumentLine, ...]
    taxes: tuple[TaxLine, ...]
    net: Decimal
    tax: Decimal
    total: Decimal
    prepaid: Decimal = Decimal(0)
    set_off: Decimal = Decimal(0)
    corrects: str = ""

    @property
    def called(self) -> DocumentKind:
        """What it is called: a month's invoice below zero is a credit note that corrects nothing.

        Source: EU VAT Directive, Art. 219; UN/CEFACT 1001, code 381 (a credit note's total is
        money for the buyer).
        """
        return "credit_note" if self.kind == "invoice" and self.total < 0 else self.kind

    @property
    def payable(self) -> Decimal:
        """What is to be paid in cash."""
        return self.total - self.prepaid - self.set_off


class Issued(NamedTuple):
    """A document as it went out: its number for ever, its dates, its rating run."""

    number: str
    document: Document
    invoice_date: date
    due_date: date
    run: int
    voids: str = ""
