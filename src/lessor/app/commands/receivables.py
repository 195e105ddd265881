"""`lessor receivables`: what does each lessee owe, since when, and what is held of its money?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from lessor.app.asking import Asker, day_of
from lessor.app.outcome import Outcome, command

if TYPE_CHECKING:
    from lessor.books.receivables import OpenItem, Receipt, Receivable
    from lessor.store.records.reader import Reader
    from lessor.store.records.rows import Payment, Received


@dataclass(frozen=True)
class Owed:
    """What is owed and held at the end of a day, by lessee and currency."""

    as_of: date
    found: Sequence[Receivable]


@command
def receivables(store: str | None, asker: Asker, *, as_of: str | None = None) -> Outcome[Owed]:
    """What every lessee owes at the end of a day, today unless it is said.

    The document is `{"as_of", "receivables": [{"lessee", "currency", "open", "ages", "to_credit",
    "unmatched", "deposits", "prepayments", "documents": [{"number", "kind", "lease", "period",
    "invoice_date", "due_date", "days_past_due", "open"}]}], "issues"}`, amounts as decimal strings.
    Issues: date-malformed, store-missing.
    """
    import os

    from lessor.store.home import open_home
    from lessor.store.records.records import Records

    day = asker.today if as_of is None else day_of(as_of, "--as-of")
    home = open_home(store, os.environ)
    with Records.open(home.records_url) as records, records.reading() as reader:
        found = Owed(day, _found(reader, day))
    document: dict[str, object] = {
        "as_of": day.isoformat(),
        "receivables": [_as_json(each) for each in found.found],
        "issues": [],
    }
    return Outcome(document, (), found)


def _found(reader: Reader, as_of: date) -> list[Receivable]:
    from lessor.books.receivables import Ledger, Receipt, receivables

    payments = [Receipt(*each[:4], each.number) for each in reader.payments()]
    ledger = Ledger(
        reader.lessees(),
        reader.document_heads(as_of),
        payments,
        _receipts(reader.deposits()),
        _receipts(reader.prepayments()),
    )
    return receivables(ledger, as_of)


def _receipts(received: Iterable[Received | Payment]) -> list[Receipt]:
    from lessor.books.receivables import Receipt

    return [Receipt(*each[:4]) for each in received]


def _as_json(each: Receivable) -> dict[str, object]:
    return {
        "lessee": each.lessee,
        "currency": each.currency,
        "open": str(each.open),
        "ages": {age: str(amount) for age, amount in each.ages.items()},
        "to_credit": str(each.to_credit),
        "unmatched": str(each.unmatched),
        "deposits": str(each.deposits),
        "prepayments": str(each.prepayments),
        "documents": [_item_json(item) for item in each.items],
    }


def _item_json(item: OpenItem) -> dict[str, object]:
    document = item.issued.document
    return {
        "number": item.issued.number,
        "kind": document.called,
        "lease": document.lease,
        "period": document.period,
        "invoice_date": item.issued.invoice_date.isoformat(),
        "due_date": item.issued.due_date.isoformat(),
        "days_past_due": max(item.days_past_due, 0),
        "open": str(item.open),
    }
