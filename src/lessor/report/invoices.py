"""Invoices and notes for the terminal: a month closed, a list, one document line by line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from rich.table import Table
from rich.text import Text

from lessor.books.open_items import asking_nothing
from lessor.report.exact_text import exact, exact_money, exact_number, paper_price
from lessor.report.fitted import FittedTable, names, numbers, words
from lessor.report.layout import indented
from lessor.report.number_text import NOTHING, exact_percent

if TYPE_CHECKING:
    from rich.console import RenderableType

    from lessor.books.documents import Document, DocumentLine, Issued

Drafts = Sequence[tuple[int, "Document"]]

KINDS = {"invoice": "invoice", "credit_note": "credit note", "debit_note": "debit note"}
_SHOWN_AT_ONCE = 200
"""Documents that a table of a closing shows; --json has them all."""


def draft_name(number: int) -> str:
    """How a draft is called until it has a number.

    >>> draft_name(3)
    'draft-3'
    """
    return f"draft-{number}"


def closing_tables(
    period: str, issued: Sequence[Issued], drafts: Drafts, cutoff: int, *, is_draft: bool = False
) -> Iterable[RenderableType]:
    """What closing a month came to: its own documents, and apart from them those of other months.

    Each part has its own sums; what is of the month alone needs no headings.
    """
    what = "as it would be closed" if is_draft or drafts else "closed"
    yield Text(f"{period} {what}, with usage up to event {cutoff:,}", style="bold")
    if not issued and not drafts:
        yield indented(Text("nothing is owed: no lease was in service, or nothing is new"))
        return
    own, others = _parts(period, issued, drafts)
    if not others:
        yield from _listed(*own)
        return
    if own:
        yield indented(Text(_heading(f"of {period}", own)))
        yield from _listed(*own)
    periods = [document.period for document in others.documents]
    which = "earlier" if max(periods) < period else "other"
    yield indented(Text(_heading(f"for {which} months", others)))
    yield from _listed(*others)


class _Documents(NamedTuple):
    """Documents as they are listed together; false where there are none."""

    issued: Sequence[Issued]
    drafts: Drafts

    def __bool__(self) -> bool:
        return bool(self.issued or self.drafts)

    @property
    def documents(self) -> list[Document]:
        """The documents themselves."""
        return [*(each.document for each in self.issued), *(each for _, each in self.drafts)]


def _parts(period: str, issued: Sequence[Issued], drafts: Drafts) -> tuple[_Documents, _Documents]:
    """What is of the month closed, and what closing it put right of others."""
    own, others = (
        _Documents(
            [each for each in issued if (each.document.period == period) is is_own],
            [each for each in drafts if (each[1].period == period) is is_own],
        )
        for is_own in (True, False)
    )
    return own, others


def _heading(which: str, listed: _Documents) -> str:
    are_notes = {document.kind != "invoice" for document in listed.documents}
    kinds = "notes" if are_notes == {True} else "invoices and notes"
    return f"{'invoices' if are_notes == {False} else kinds} {which}"


def list_tables(
    issued: Sequence[Issued], drafts: Drafts, still: Mapping[str, Decimal]
) -> Iterable[RenderableType]:
    """The documents issued, in the order of their numbers, and the drafts.

    `still`: what is open of each number.
    """
    if not issued and not drafts:
        yield Text("no document is issued, and no draft kept")
        return
    yield from _listed(issued, drafts, still)


def _listed(
    issued: Sequence[Issued], drafts: Drafts, still: Mapping[str, Decimal] | None = None
) -> Iterator[RenderableType]:
    rows = [*_issued_rows(issued), *(_draft_row(number, each) for number, each in drafts)]
    shown = rows[:_SHOWN_AT_ONCE]
    headings = [*words("number", "document"), *names("lessee", "lease")]
    headings += numbers("total", "to pay", "due", *([] if still is None else ["open"]))
    cells = []
    for row in shown:
        document = row.document
        cells.append([row.number, row.what, document.lessee, document.lease, _total(row)])
        cells[-1] += [_to_pay(row), NOTHING if row.is_void else row.by]
        if still is not None:
            left = still.get(row.number)
            cells[-1].append(NOTHING if left is None else exact(left, document.currency))
    more = len(rows) - len(shown)
    yield indented(FittedTable(headings, cells), below=0 if more > 0 else 1)
    if more > 0:
        yield indented(Text(f"and {more:,} more: --json has all of them", style="italic"), below=1)
    yield indented(_sums([row.document for row in rows]), below=1)


class _Row(NamedTuple):
    """A document as a list shows it."""

    number: str
    what: str
    document: Document
    is_void: bool
    by: str


def _total(row: _Row) -> str:
    return exact_money(row.document.total, row.document.currency)


def _to_pay(row: _Row) -> str:
    if row.is_void:
        return NOTHING
    return exact(row.document.payable, row.document.currency)


def _issued_rows(issued: Sequence[Issued]) -> Iterator[_Row]:
    void = asking_nothing(issued)
    for each in issued:
        is_void = each.number in void
        said = ", a void" if each.voids else ", void" if is_void else ""
        due = "to credit" if each.document.payable < 0 else str(each.due_date)
        yield _Row(each.number, f"{_what(each.document)}{said}", each.document, is_void, due)


def _draft_row(number: int, document: Document) -> _Row:
    due = "to credit" if document.payable < 0 else f"in {document.due_days} days"
    return _Row(draft_name(number), _what(document), document, is_void=False, by=due)


def _what(document: Document) -> str:
    return f"{KINDS[document.called]} {document.period}"


def _sums(documents: Sequence[Document]) -> Table:
    """What documents come to together, by currency."""
    table = Table.grid(padding=(0, 2))
    sums: dict[str, list[Decimal]] = {}
    for each in documents:
        had = sums.setdefault(each.currency, [Decimal(0)] * 3)
        sums[each.currency] = [
            before + now for before, now in zip(had, (each.net, each.tax, each.total), strict=True)
        ]
    for currency, (net, tax, total) in sorted(sums.items()):
        word = "document" if len(documents) == 1 else "documents"
        table.add_row(
            f"{len(documents):,} {word}" if len(sums) == 1 else currency,
            f"net {exact_money(net, currency)}",
            f"VAT {exact(tax, currency)}",
            Text(f"total {exact(total, currency)}", style="bold"),
        )
    return table


def document_tables(
    number: str, document: Document, issued: Issued | None, *, lessor: str = ""
) -> Iterable[RenderableType]:
    """One document: who owes whom what, line by line, and until when.

    `lessor`: its name as the deal writes it; the document itself keeps what its numbers begin with.
    """
    yield Text(f"{KINDS[document.called].capitalize()} {number}", style="bold")
    yield indented(_head(document, issued, lessor or document.entity), below=1)
    if any(line.before is not None for line in document.lines):
        yield indented(_note_lines(document), below=1)
    else:
        yield indented(_lines(document), below=1)
    yield indented(_totals(document, issued), below=1)


def _head(document: Document, issued: Issued | None, lessor: str) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim")
    table.add_column(overflow="fold")
    table.add_row("from", lessor)
    table.add_row("to", document.lessee)
    table.add_row("lease", document.lease)
    table.add_row("month", f"{document.period}: {_days(document.start, document.end)}")
    if document.corrects:
        word = "voids" if issued is not None and issued.voids else "corrects"
        table.add_row(word, document.corrects)
    table.add_row("date", "not issued" if issued is None else str(issued.invoice_date))
    return table


def _days(start: date, end: date) -> str:
    """Days from the first to the last one; the day itself of a moment."""
    last = end - timedelta(days=1)
    return str(start) if last <= start else f"{start} to {last}"


def _lines(document: Document) -> FittedTable:
    headings = [*words("", "charge", "days"), *numbers("quantity", "price", "VAT")]
    headings += numbers(document.currency)
    cells = [
        [
            str(place),
            _charge(line),
            _short_days(line),
            _quantity(line),
            NOTHING if line.price is None else paper_price(line.price),
            exact_percent(line.vat_rate),
            exact(line.amount, document.currency),
        ]
        for place, line in enumerate(document.lines, 1)
    ]
    return FittedTable(headings, cells)


def _note_lines(document: Document) -> FittedTable:
    """The lines of a note: what had been billed, what is owed, and the difference."""
    headings = words("", "charge", "days")
    headings += numbers("quantity before", "now", "billed", "owed", "difference")
    cells = []
    for place, line in enumerate(document.lines, 1):
        assert line.before is not None
        amounts = (line.before.amount, line.before.amount + line.amount, line.amount)
        cells.append(
            [
                str(place),
                _charge(line),
                _short_days(line),
                _rounded(line.before.quantity),
                _rounded(line.before.quantity + line.quantity),
                *(exact(amount, document.currency) for amount in amounts),
            ]
        )
    return FittedTable(headings, cells)


def _charge(line: DocumentLine) -> str:
    return f"{line.charge} (estimated)" if line.basis == "expected" else line.charge


def _short_days(line: DocumentLine) -> str:
    """The days of a line within its year: 06-01 to 06-30."""
    last = line.end - timedelta(days=1)
    if last <= line.start:
        return f"{line.start:%m-%d}"
    return f"{line.start:%m-%d} to {last:%m-%d}"


def _quantity(line: DocumentLine) -> str:
    if line.unit == "share":
        return exact_percent(round(line.quantity, 6))
    return f"{_rounded(line.quantity)} {line.unit.replace('_', ' ')}"


def _rounded(quantity: Decimal) -> str:
    """A quantity to six places, which is what a line has room for; --json has all of them."""
    return exact_number(round(quantity, 6))


def _totals(document: Document, issued: Issued | None) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column()
    table.add_column(justify="right", no_wrap=True)
    currency = document.currency
    table.add_row("net", exact_money(document.net, currency))
    for tax in document.taxes:
        said = f"VAT {exact_percent(tax.rate)} on {exact(tax.base, currency)}"
        table.add_row(said, exact(tax.tax, currency))
    table.add_row("total", exact(document.total, currency))
    if document.prepaid:
        table.add_row("from the prepayment", exact(-document.prepaid, currency))
    if document.set_off:
        table.add_row("from the deposit", exact(-document.set_off, currency))
    if document.payable < 0:
        table.add_row(Text("to be credited", style="bold"), exact(-document.payable, currency))
    else:
        due = f"{document.due_days} days from issue" if issued is None else f"by {issued.due_date}"
        table.add_row(Text(f"to be paid {due}", style="bold"), exact(document.payable, currency))
    return table
