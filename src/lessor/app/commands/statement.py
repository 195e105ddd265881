"""`lessor statement`: what a lessee was billed, paid and owes, as PDF or HTML."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from lessor.app.asking import Asker, day_of
from lessor.app.outcome import Outcome, command, listed
from lessor.app.output_paths import paths_for
from lessor.app.written_in import format_of, language_of
from lessor.core.issue import FaultsError, Issue, Place

if TYPE_CHECKING:
    from lessor.books.account import Account
    from lessor.books.receivables import Ledger
    from lessor.report.documents.statement import Statement
    from lessor.report.documents.typesetting import Pdf
    from lessor.store.records.reader import Reader
    from lessor.store.records.rows import LeaseRecord


class StatementRequest(NamedTuple):
    """Whose statement, over which days, and how it is written."""

    lessee: str
    first: str | None
    last: str | None
    target: str | None
    form: str | None
    language: str


@dataclass(frozen=True)
class Stated:
    """A statement and the file that it was written to."""

    statement: Statement
    file: str


@command
def statement(store: str | None, asker: Asker, request: StatementRequest) -> Outcome[list[Stated]]:
    """Write the statement of a lessee, one for each lessor that bills it.

    The document is `{"statements": [{"lessor", "lessee", "file", "accounts": [{"currency", "from",
    "to", "opening", "closing", "open", "deposits", "prepayments", "entries": [{"date", "number",
    "reference", "charged", "paid", "balance"}]}]}], "issues"}`, amounts as decimal strings. Issues:
    unknown-lessee, date-malformed, language-unknown, format-unknown, cjk-font-missing,
    glyph-missing, file-exists, file-not-writable, store-missing.
    """
    import os

    from lessor.app.writing_out import write_out
    from lessor.store.home import open_home
    from lessor.store.records.records import Records

    form, language = format_of(request.form, request.target), language_of(request.language)
    last = asker.today if request.last is None else day_of(request.last, "--to")
    first = None if request.first is None else day_of(request.first, "--from")
    home = open_home(store, os.environ)
    with Records.open(home.records_url) as records, records.reading() as reader:
        found = statements(reader, request.lessee, first, last)
    names = [_name(each, request.lessee, alone=len(found) == 1) for each in found]
    issues: list[Issue] = []
    written = []
    for each, path in zip(found, paths_for(names, request.target, form), strict=True):
        pdf = _file(each, form, language)
        write_out(path, pdf.content)
        issues += pdf.issues
        written.append(Stated(each, str(path)))
    document: dict[str, object] = {
        "statements": [_as_json(each) for each in written],
        "issues": listed(issues),
    }
    return Outcome(document, tuple(issues), written)


def statements(reader: Reader, lessee: str, first: date | None, last: date) -> list[Statement]:
    """The statement of a lessee with each lessor; raises FaultsError with unknown-lessee."""
    from lessor.app.papers import lessee_of, lessor_of
    from lessor.books.account import accounts
    from lessor.report.documents.statement import Statement

    leases: dict[str, list[LeaseRecord]] = defaultdict(list)
    for lease in reader.leases():
        if lease.lessee == lessee:
            leases[lease.entity].append(lease)
    if not leases:
        raise FaultsError([_unknown(lessee, {each.lessee for each in reader.leases()})])
    found = []
    for entity, own in sorted(leases.items()):
        ledger = _ledger(reader, [each.id for each in own], lessee, last)
        lease = own[-1]
        terms = lease.versions[-1].terms
        lessor = lessor_of(terms.get("lessor"), entity)
        found.append(
            Statement(
                lessor, lessee_of(terms, lease.name, lessee), last, accounts(ledger, first, last)
            )
        )
    return found


def _ledger(reader: Reader, leases: Sequence[str], lessee: str, last: date) -> Ledger:
    """What was billed to and paid by some leases."""
    from lessor.books.receivables import Ledger, Receipt

    def receipts(held: Sequence[object]) -> list[Receipt]:
        return [Receipt(*each[:4]) for each in held if each[0] in leases]  # type: ignore[index]

    return Ledger(
        dict.fromkeys(leases, lessee),
        [each for each in reader.document_heads(last) if each.document.lease in leases],
        [
            Receipt(
                each.lease, each.currency, each.amount, each.paid_date, each.number, each.reference
            )
            for each in reader.payments()
            if each.lease in leases
        ],
        receipts(reader.deposits()),
        receipts(reader.prepayments()),
    )


def _unknown(lessee: str, known: set[str]) -> Issue:
    import difflib

    near = difflib.get_close_matches(lessee, sorted(known), n=3, cutoff=0.5)
    remedy = f"did you mean {', '.join(near)}?" if near else "write the name as the deal has it"
    message = f"no lease is booked with the lessee '{lessee}'"
    return Issue("unknown-lessee", message, remedy, Place(field="LESSEE"))


def _name(each: Statement, lessee: str, *, alone: bool) -> str:
    of = lessee if alone else f"{lessee} {each.lessor.name}"
    return f"statement {of} {each.as_of}"


def _file(each: Statement, form: str, language: str) -> Pdf:
    from lessor.report.documents.page import sheet_page
    from lessor.report.documents.statement import statement_sheet
    from lessor.report.documents.typesetting import Pdf, sheet_pdf

    sheet = statement_sheet(each, language_of(language))
    return sheet_pdf(sheet) if form == "pdf" else Pdf(sheet_page([sheet]).encode())


def _as_json(each: Stated) -> dict[str, object]:
    return {
        "lessor": each.statement.lessor.name,
        "lessee": each.statement.lessee.name,
        "file": each.file,
        "accounts": [_account(account) for account in each.statement.accounts],
    }


def _account(account: Account) -> dict[str, object]:
    standing = account.standing
    return {
        "currency": account.currency,
        "from": None if account.first is None else account.first.isoformat(),
        "to": account.last.isoformat(),
        "opening": str(account.opening),
        "closing": str(account.closing),
        "open": "0" if standing is None else str(standing.open),
        "deposits": "0" if standing is None else str(standing.deposits),
        "prepayments": "0" if standing is None else str(standing.prepayments),
        "entries": [
            {
                "date": entry.day.isoformat(),
                "number": entry.issued.number if entry.issued else _number(entry.receipt),
                "reference": None if entry.receipt is None else entry.receipt.reference,
                "charged": str(entry.charged),
                "paid": str(entry.paid),
                "balance": str(entry.balance),
            }
            for entry in account.entries
        ],
    }


def _number(receipt: object) -> str | None:
    return getattr(receipt, "number", "") or None
