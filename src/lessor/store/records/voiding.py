"""The document that voids another: every line of it, and of the notes on it, taken back."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from lessor.books.documents import (
    Before,
    Document,
    DocumentKind,
    DocumentLine,
    Issued,
    LineKey,
    TaxLine,
)
from lessor.store.records.standing import billed_so_far


def reversal(voided: Issued, notes: Sequence[Issued], billed: Sequence[Issued]) -> Document:
    """The note for the whole of `voided` and of its `notes` that still stand.

    billed: every document of the lease and month, so that each line tells how it stood. What is
    above zero is taken back by a credit note, what is below by a debit note.
    """
    taken = [voided, *notes]
    stood = billed_so_far(billed)
    lines = tuple(_reversed(line, stood) for issued in taken for line in issued.document.lines)
    net = -sum((issued.document.net for issued in taken), Decimal(0))
    tax = -sum((issued.document.tax for issued in taken), Decimal(0))
    original = voided.document
    return original._replace(
        kind=_kind(net + tax, original),
        lines=lines,
        taxes=_taxes(taken),
        net=net,
        tax=tax,
        total=net + tax,
        prepaid=-sum((issued.document.prepaid for issued in taken), Decimal(0)),
        set_off=-sum((issued.document.set_off for issued in taken), Decimal(0)),
        corrects=voided.number,
    )


def _kind(total: Decimal, original: Document) -> DocumentKind:
    if total == 0:
        return "debit_note" if original.called == "credit_note" else "credit_note"
    return "debit_note" if total > 0 else "credit_note"


def _reversed(line: DocumentLine, stood: dict[LineKey, Before]) -> DocumentLine:
    # A minus sign would round to the precision at hand; a copy keeps every digit.
    before = stood[line.key]
    stood[line.key] = Before(
        before.quantity - line.quantity,
        before.amount - line.amount,
        before.unrounded - line.unrounded,
    )
    return line._replace(
        quantity=line.quantity.copy_negate(),
        amount=line.amount.copy_negate(),
        unrounded=line.unrounded.copy_negate(),
        before=before,
    )


def _taxes(taken: Sequence[Issued]) -> tuple[TaxLine, ...]:
    """VAT taken back by rate as it was charged: reckoned anew it could round otherwise."""
    found: dict[Decimal, TaxLine] = {}
    for issued in taken:
        for tax in issued.document.taxes:
            had = found.get(tax.rate, TaxLine(tax.rate, Decimal(0), Decimal(0)))
            found[tax.rate] = TaxLine(tax.rate, had.base - tax.base, had.tax - tax.tax)
    return tuple(found.values())
