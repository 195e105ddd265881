"""`lessor close`: what does a month come to, and which invoices and notes follow?"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from lessor.app.outcome import Outcome, command, listed, refused
from lessor.core.issue import Issue

if TYPE_CHECKING:
    from lessor.app.closing_order import Closing
    from lessor.books.documents import Document, DocumentLine

_PERIOD = re.compile(r"\d{4}-(0[1-9]|1[0-2])")


@dataclass(frozen=True)
class Request:
    """What is asked for, with who asks and when; `dated`: the date of the documents."""

    period: str
    lease: str | None
    is_draft: bool
    dated: date | None
    who: str
    at: datetime


@command
def close(store: str | None, request: Request) -> Outcome[Closing]:
    """Close a month of every lease booked, or of one.

    The document is `{"period", "currency", "cutoff", "invoices": [...], "issues"}`, amounts as
    decimal strings. Issues: period-malformed, unknown-lease, usage-behind, store-missing,
    store-busy, store-not-writable.
    """
    import os

    from lessor.app.closing import close_month
    from lessor.app.closing_order import Order
    from lessor.store.home import open_home

    if not _PERIOD.fullmatch(request.period):
        message = f"'{request.period}' is no month"
        return refused([Issue("period-malformed", message, "write year and month, as 2026-06")])
    order = Order(
        period=request.period,
        lease=request.lease,
        is_draft=request.is_draft,
        invoice_date=request.dated or request.at.date(),
        who=request.who,
        at=request.at,
    )
    closing = close_month(open_home(store, os.environ), order)
    return Outcome(document_of(closing), tuple(closing.issues), closing)


def document_of(closing: Closing) -> dict[str, object]:
    """A closing as its JSON document."""
    issued = [invoice_json(each.document, each.number) for each in closing.issued]
    for issued_json, each in zip(issued, closing.issued, strict=True):
        issued_json["invoice_date"] = each.invoice_date.isoformat()
        issued_json["due_date"] = each.due_date.isoformat()
    drafts = [invoice_json(document, f"draft-{number}") for number, document in closing.drafts]
    invoices = [*issued, *drafts]
    currencies = sorted({str(each["currency"]) for each in invoices})
    return {
        "period": closing.period,
        "currency": currencies[0] if len(currencies) == 1 else None,
        "cutoff": closing.cutoff,
        "invoices": invoices,
        "issues": listed(closing.issues),
    }


def invoice_json(document: Document, number: str) -> dict[str, object]:
    """An invoice or note as JSON; amounts are decimal strings."""
    return {
        "number": number,
        "kind": document.called,
        "lease": document.lease,
        "lessee": document.lessee,
        "period": document.period,
        "currency": document.currency,
        "net": str(document.net),
        "tax": str(document.tax),
        "total": str(document.total),
        "prepaid": str(document.prepaid),
        "set_off": str(document.set_off),
        "payable": str(document.payable),
        "corrects": document.corrects or None,
        "lines": [line_json(line) for line in document.lines],
        "taxes": [
            {"rate": plain_text(tax.rate), "base": str(tax.base), "tax": str(tax.tax)}
            for tax in document.taxes
        ],
    }


def line_json(line: DocumentLine) -> dict[str, object]:
    """A line as JSON; on a note `before` is what had been billed of it."""
    found: dict[str, object] = {
        "charge": line.charge,
        "kind": line.kind,
        "basis": line.basis,
        "service_period": [line.start.isoformat(), line.end.isoformat()],
        "quantity": plain_text(line.quantity),
        "unit": line.unit,
        "price": None if line.price is None else plain_text(line.price),
        "amount": str(line.amount),
        "unrounded": plain_text(line.unrounded),
        "vat": plain_text(line.vat_rate),
    }
    if line.before is not None:
        quantity, amount, unrounded = line.before
        found["before"] = _state(quantity, amount, unrounded)
        found["after"] = _state(
            quantity + line.quantity, amount + line.amount, unrounded + line.unrounded
        )
    return found


def _state(quantity: Decimal, amount: Decimal, unrounded: Decimal) -> dict[str, str]:
    return {
        "quantity": plain_text(quantity),
        "amount": str(amount),
        "unrounded": plain_text(unrounded),
    }


def plain_text(number: Decimal) -> str:
    """A number without powers of ten and zeros behind its last digit."""
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def totals(documents: Sequence[Document]) -> dict[str, Decimal]:
    """What documents come to, by currency."""
    found: dict[str, Decimal] = {}
    for document in documents:
        found[document.currency] = found.get(document.currency, Decimal(0)) + document.total
    return found
