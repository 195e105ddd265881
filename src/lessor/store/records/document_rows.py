"""Issued documents as rows of three tables, and back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, Table, insert, select

from lessor.books.documents import Before, Document, DocumentLine, Issued, TaxLine
from lessor.store.records.amounts import exact, major, minor
from lessor.store.records.numbers import Numbered
from lessor.store.records.schema import document_lines, document_taxes, documents

_AT_ONCE = 1_000
"""Documents whose rows are in memory together."""


def add(connection: Connection, numbered: Iterable[tuple[int, Numbered, Issued]]) -> None:
    """Insert documents by their ids; those of an invoice come before those of its notes."""
    rest = iter(numbered)
    while part := list(islice(rest, _AT_ONCE)):
        _insert(connection, documents, [_document(*each) for each in part])
        _insert(
            connection,
            document_lines,
            [
                _line(document, position, line, issued.document.currency)
                for document, _, issued in part
                for position, line in enumerate(issued.document.lines)
            ],
        )
        _insert(
            connection,
            document_taxes,
            [
                _tax(document, position, tax, issued.document.currency)
                for document, _, issued in part
                for position, tax in enumerate(issued.document.taxes)
            ],
        )


def read(
    connection: Connection, conditions: Sequence[ColumnElement[bool]]
) -> list[tuple[int, Issued]]:
    """The documents that fit conditions on their own table, with their ids, in order."""
    found = connection.execute(select(documents).where(*conditions).order_by(documents.c.id)).all()
    currencies = {row.id: row.currency for row in found}
    lines: dict[int, list[DocumentLine]] = {row.id: [] for row in found}
    for row in connection.execute(_parts(document_lines, conditions)):
        lines[row.document].append(_line_of(row, currencies[row.document]))
    taxes: dict[int, list[TaxLine]] = {row.id: [] for row in found}
    for row in connection.execute(_parts(document_taxes, conditions)):
        taxes[row.document].append(_tax_of(row, currencies[row.document]))
    return [(row.id, _issued_of(row, lines[row.id], taxes[row.id])) for row in found]


def read_heads(
    connection: Connection, conditions: Sequence[ColumnElement[bool]]
) -> list[tuple[int, Issued]]:
    """The documents that fit conditions, as `read` gives them, without their lines and taxes."""
    found = connection.execute(select(documents).where(*conditions).order_by(documents.c.id))
    return [(row.id, _issued_of(row, [], [])) for row in found]


def _parts(table: Table, conditions: Sequence[ColumnElement[bool]]) -> Select[Any]:
    wanted = select(table)
    if conditions:
        # Not a join: the conditions name few documents, whose parts lie together.
        wanted = wanted.where(table.c.document.in_(select(documents.c.id).where(*conditions)))
    return wanted.order_by(table.c.document, table.c.position)


def _insert(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    if rows:
        connection.execute(insert(table), rows)


def _document(document_id: int, numbered: Numbered, issued: Issued) -> dict[str, Any]:
    document = issued.document
    currency = document.currency
    return {
        "id": document_id,
        "number": issued.number,
        "entity": document.entity,
        "year": numbered.year,
        "sequence": numbered.sequence,
        "kind": document.kind,
        "lease": document.lease,
        "lessee": document.lessee,
        "currency": currency,
        "period": document.period,
        "start_date": document.start,
        "end_date": document.end,
        "due_days": document.due_days,
        "invoice_date": issued.invoice_date,
        "due_date": issued.due_date,
        "net": minor(document.net, currency),
        "tax": minor(document.tax, currency),
        "total": minor(document.total, currency),
        "prepaid": minor(document.prepaid, currency),
        "set_off": minor(document.set_off, currency),
        "corrects": document.corrects or None,
        "voids": issued.voids or None,
        "run": issued.run,
        "attempt": numbered.attempt,
    }


def _line(document_id: int, position: int, line: DocumentLine, currency: str) -> dict[str, Any]:
    before = line.before
    return {
        "document": document_id,
        "position": position,
        "charge": line.charge,
        "kind": line.kind,
        "basis": line.basis,
        "start_date": line.start,
        "end_date": line.end,
        "quantity": exact(line.quantity),
        "unit": line.unit,
        "price": None if line.price is None else exact(line.price),
        "amount": minor(line.amount, currency),
        "unrounded": exact(line.unrounded),
        "vat_rate": exact(line.vat_rate),
        "before_quantity": None if before is None else exact(before.quantity),
        "before_amount": None if before is None else minor(before.amount, currency),
        "before_unrounded": None if before is None else exact(before.unrounded),
    }


def _tax(document_id: int, position: int, tax: TaxLine, currency: str) -> dict[str, Any]:
    return {
        "document": document_id,
        "position": position,
        "rate": exact(tax.rate),
        "base": minor(tax.base, currency),
        "tax": minor(tax.tax, currency),
    }


def _issued_of(row: Row[Any], lines: list[DocumentLine], taxes: list[TaxLine]) -> Issued:
    currency = row.currency
    document = Document(
        kind=row.kind,
        lease=row.lease,
        lessee=row.lessee,
        entity=row.entity,
        currency=currency,
        period=row.period,
        start=row.start_date,
        end=row.end_date,
        due_days=row.due_days,
        lines=tuple(lines),
        taxes=tuple(taxes),
        net=major(row.net, currency),
        tax=major(row.tax, currency),
        total=major(row.total, currency),
        prepaid=major(row.prepaid, currency),
        set_off=major(row.set_off, currency),
        corrects=row.corrects or "",
    )
    return Issued(row.number, document, row.invoice_date, row.due_date, row.run, row.voids or "")


def _line_of(row: Row[Any], currency: str) -> DocumentLine:
    before = None
    if row.before_amount is not None:
        before = Before(
            Decimal(row.before_quantity),
            major(row.before_amount, currency),
            Decimal(row.before_unrounded),
        )
    return DocumentLine(
        row.charge,
        row.kind,
        row.basis,
        row.start_date,
        row.end_date,
        Decimal(row.quantity),
        row.unit,
        None if row.price is None else Decimal(row.price),
        major(row.amount, currency),
        Decimal(row.unrounded),
        Decimal(row.vat_rate),
        before,
    )


def _tax_of(row: Row[Any], currency: str) -> TaxLine:
    return TaxLine(Decimal(row.rate), major(row.base, currency), major(row.tax, currency))
