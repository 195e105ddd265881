"""Leases and documents to enter in the records, as small as they may be."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal

from lessor.books.documents import (
    Before,
    Document,
    DocumentKind,
    DocumentLine,
    Issued,
    TaxLine,
)
from lessor.books.runs import RatingRun
from lessor.store.records.records import Records
from lessor.store.records.rows import LeaseRecord, LeaseVersion

NOW = datetime(2026, 7, 3, 9, 30, tzinfo=UTC)
INVOICE_DATE = date(2026, 7, 3)


def lease(name: str = "anchor", currency: str = "CNY") -> LeaseRecord:
    version = LeaseVersion(1, None, {"rent": "100", "tiers": [1, 2]}, "digest-1")
    return LeaseRecord(
        f"deal/{name}", "deal", name, "ACME", "Tokens Ltd", currency, "Asia/Shanghai", (version,)
    )


def line(
    amount: str = "100.00",
    *,
    charge: str = "rent",
    unrounded: str | None = None,
    before: Before | None = None,
) -> DocumentLine:
    return DocumentLine(
        charge=charge,
        kind="base_rent",
        basis="metered",
        start=date(2026, 6, 1),
        end=date(2026, 7, 1),
        quantity=Decimal(1),
        unit="month",
        price=Decimal(amount),
        amount=Decimal(amount),
        unrounded=Decimal(unrounded or amount),
        vat_rate=Decimal("0.06"),
        before=before,
    )


def document(
    of: LeaseRecord,
    lines: Sequence[DocumentLine] = (),
    *,
    kind: DocumentKind = "invoice",
    period: str = "2026-06",
    entity: str = "ACME",
    corrects: str = "",
) -> Document:
    lines = tuple(lines or [line()])
    net = sum((each.amount for each in lines), Decimal(0))
    return Document(
        kind=kind,
        lease=of.id,
        lessee=of.lessee,
        entity=entity,
        currency=of.currency,
        period=period,
        start=date(2026, 6, 1),
        end=date(2026, 7, 1),
        due_days=30,
        lines=lines,
        taxes=(TaxLine(Decimal("0.06"), net, Decimal(0)),),
        net=net,
        tax=Decimal(0),
        total=net,
        corrects=corrects,
    )


def run(of: LeaseRecord, period: str = "2026-06", cutoff: int = 7) -> RatingRun:
    return RatingRun(of.id, period, cutoff, 1, '{"used": "1"}')


def book(records: Records, *leases: LeaseRecord) -> None:
    with records.writing(who="ann", at=NOW) as writer:
        writer.add_leases([(each, ()) for each in leases])


def issue(
    records: Records, *documents: Document, invoice_date: date = INVOICE_DATE
) -> list[Issued]:
    """Issue documents in one transaction, each with a rating run of its own."""
    with records.writing(who="ann", at=NOW) as writer:
        ids = writer.keep_runs(
            [RatingRun(each.lease, each.period, 7, 1, "{}") for each in documents]
        )
        return writer.issue(list(zip(documents, ids, strict=True)), invoice_date)
