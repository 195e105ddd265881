"""Documents made by hand, to be set: invoices of so many lines, notes, in any currency."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from pypdf import PdfReader

from lessor.books.documents import Before, Document, DocumentLine, Issued, TaxLine
from lessor.core.money import round_money
from lessor.report.documents.fonts import machine_fonts
from lessor.report.documents.paper import Paper
from lessor.terms.parties import BankAccount, Lessee, Lessor

NO_CHINESE = "no Chinese font on this machine: apt-get install fonts-noto-cjk"
needs_chinese = pytest.mark.skipif(
    not any("CJK" in family for family in machine_fonts().families()), reason=NO_CHINESE
)

LESSOR = Lessor(
    name="Compute Lessor",
    address="8 Example Road\nShanghai 200120",
    tax_id="91310115EXAMPLE00X",
    contact="billing@lessor.example",
    bank=BankAccount(name="Example Bank", account="0000 1234", bic="EXMPCNSHXXX"),
)
LESSEE = Lessee(name="Model company", address="1 Sample Street")
VAT = Decimal("0.13")


def line(charge: str, amount: str, **said: object) -> DocumentLine:
    """A line of June 2026, by default of rent for a server."""
    fields: dict[str, object] = {
        "charge": charge,
        "kind": "base_rent",
        "basis": "metered",
        "start": date(2026, 6, 1),
        "end": date(2026, 7, 1),
        "quantity": Decimal(1),
        "unit": "server_month",
        "price": Decimal(amount),
        "amount": Decimal(amount),
        "unrounded": Decimal(amount),
        "vat_rate": VAT,
    }
    return DocumentLine(**{**fields, **said})  # type: ignore[arg-type]


def document(lines: Sequence[DocumentLine], currency: str = "CNY", **said: object) -> Document:
    """The document of those lines, its VAT by rate and its sums worked out."""
    rates = sorted({each.vat_rate for each in lines})
    taxes = []
    for rate in rates:
        base = sum((each.amount for each in lines if each.vat_rate == rate), Decimal(0))
        taxes.append(TaxLine(rate, base, round_money(base * rate, currency)))
    net = sum((each.amount for each in lines), Decimal(0))
    tax = sum((each.tax for each in taxes), Decimal(0))
    fields: dict[str, object] = {
        "kind": "invoice",
        "lease": "chat",
        "lessee": LESSEE.name,
        "entity": "COMPUTE-LESSOR",
        "currency": currency,
        "period": "2026-06",
        "start": date(2026, 6, 1),
        "end": date(2026, 7, 1),
        "due_days": 15,
        "lines": tuple(lines),
        "taxes": tuple(taxes),
        "net": net,
        "tax": tax,
        "total": net + tax,
    }
    return Document(**{**fields, **said})  # type: ignore[arg-type]


def paper(found: Document, *, is_issued: bool = True, voids: str = "", **said: object) -> Paper:
    """The document with its parties, issued on 1 July 2026."""
    day = date(2026, 7, 1)
    number = "COMPUTE-LESSOR-2026-000002"
    issued = Issued(number, found, day, day + timedelta(days=found.due_days), 1, voids)
    fields: dict[str, object] = {
        "number": number if is_issued else "draft-1",
        "document": found,
        "issued": issued if is_issued else None,
        "lessor": LESSOR,
        "lessee": LESSEE.changed(name=found.lessee),
    }
    return Paper(**{**fields, **said})  # type: ignore[arg-type]


def invoice(currency: str = "CNY") -> Document:
    """An invoice of rent, of tokens and of a credit, at two rates of VAT."""
    unit = {"JPY": "", "KWD": ".000"}.get(currency, ".00")
    tokens = line(
        "output",
        f"18938{unit}",
        kind="usage",
        quantity=Decimal("10781.671967"),
        unit="million_tokens",
        price=Decimal("1.756499958296"),
    )
    credit = line(
        "availability",
        f"-24000{unit}",
        kind="service_credit",
        quantity=Decimal("0.05"),
        unit="share",
        price=None,
        vat_rate=Decimal("0.06"),
    )
    return document([line("base", f"480000{unit}"), tokens, credit], currency)


def note() -> Document:
    """A credit note: fewer tokens than were billed."""
    changed = line(
        "output",
        "-300.00",
        kind="usage",
        quantity=Decimal(-250),
        unit="million_tokens",
        before=Before(Decimal("11031.671967"), Decimal("19238.01"), Decimal("19238.0063604")),
    )
    return document([changed], kind="credit_note", corrects="COMPUTE-LESSOR-2026-000001")


def text_of(pdf: bytes) -> str:
    """The text of all pages of a PDF, blanks and line ends evened out."""
    pages = [each.extract_text() for each in PdfReader(BytesIO(pdf)).pages]
    return " ".join(" ".join(pages).split())


def bare(text: str) -> str:
    """A text without blanks, for what is broken over lines or set with room between scripts."""
    return "".join(text.replace("\u200b", "").split())
