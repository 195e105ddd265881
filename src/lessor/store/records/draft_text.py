"""Drafts as JSON text: they come and go, so nothing asks for their lines in SQL."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Any

from lessor.books.documents import Before, Document, DocumentLine, TaxLine
from lessor.books.runs import RatingRun

_DATES = ("start", "end")
_DOCUMENT_NUMBERS = ("net", "tax", "total", "prepaid", "set_off")
_LINE_NUMBERS = ("quantity", "amount", "unrounded", "vat_rate")


def written(document: Document) -> str:
    """A document as JSON text; numbers as the exact text of their Decimal."""
    fields = document._asdict()
    fields["lines"] = [
        {**line._asdict(), "before": line.before and line.before._asdict()}
        for line in document.lines
    ]
    fields["taxes"] = [tax._asdict() for tax in document.taxes]
    return json.dumps(fields, default=str)


def document(text: str) -> Document:
    """The document that `written` gave."""
    fields = _with_types(json.loads(text), _DOCUMENT_NUMBERS)
    fields["lines"] = tuple(_line(line) for line in fields["lines"])
    fields["taxes"] = tuple(TaxLine(**_with_types(tax, tuple(tax))) for tax in fields["taxes"])
    return Document(**fields)


def written_run(run: RatingRun) -> str:
    """A rating run as JSON text."""
    return json.dumps(run._asdict())


def run(text: str) -> RatingRun:
    """The run that `written_run` gave."""
    return RatingRun(**json.loads(text))


def _line(fields: dict[str, Any]) -> DocumentLine:
    numbers = _LINE_NUMBERS if fields["price"] is None else (*_LINE_NUMBERS, "price")
    line = _with_types(fields, numbers)
    if line["before"] is not None:
        line["before"] = Before(**_with_types(line["before"], tuple(line["before"])))
    return DocumentLine(**line)


def _with_types(fields: dict[str, Any], numbers: tuple[str, ...]) -> dict[str, Any]:
    typed = {**fields, **{name: Decimal(fields[name]) for name in numbers}}
    typed |= {name: date.fromisoformat(fields[name]) for name in _DATES if name in fields}
    return typed
