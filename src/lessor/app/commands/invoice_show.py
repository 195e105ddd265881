"""`lessor invoice show`: one document, line by line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lessor.app.found_documents import Found, found_document
from lessor.app.outcome import Outcome, command

if TYPE_CHECKING:
    from lessor.books.documents import Document, Issued


@command
def invoice_show(store: str | None, number: str) -> Outcome[Found]:
    """A document by its number, or a draft.

    The document is an invoice as `close` has it, with its dates, `"lessor"` as the deal writes it,
    and `"issues"`. Issues:
    unknown-document, store-missing.
    """
    import os

    from lessor.store.home import open_home
    from lessor.store.records.records import Records

    home = open_home(store, os.environ)
    with Records.open(home.records_url) as records, records.reading() as reader:
        found = found_document(reader, number)
    return shown(found)


def shown(found: Found) -> Outcome[Found]:
    """A document as the outcome of a command."""
    document = shown_json(found.number, found.document, found.issued)
    return Outcome({**document, "lessor": found.lessor or None, "issues": []}, (), found)


def shown_json(number: str, document: Document, issued: Issued | None) -> dict[str, object]:
    """A document as JSON, with its dates where it is issued."""
    from lessor.app.commands.close import invoice_json

    return {
        **invoice_json(document, number),
        "invoice_date": None if issued is None else issued.invoice_date.isoformat(),
        "due_date": None if issued is None else issued.due_date.isoformat(),
        "voids": None if issued is None else issued.voids or None,
    }
