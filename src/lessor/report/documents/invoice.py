"""An invoice or a note as a sheet: lines, VAT, what is to be paid, and the usage behind it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal

from lessor.books.documents import Document, DocumentLine
from lessor.report.documents.annex import annex_tables
from lessor.report.documents.capital_amount import LARGEST, capital_amount
from lessor.report.documents.paper import (
    Paper,
    amount_text,
    bank_rows,
    party_text,
    quantity_text,
)
from lessor.report.documents.sheet import Block, Column, Facts, Prose, Row, Sheet, Sums, Table
from lessor.report.documents.words import DOCUMENTS, charge_text, unit_words
from lessor.report.exact_text import PAPER_DIGITS, PAPER_PLACES
from lessor.report.tongues import Language, Tongue, tongue
from lessor.report.tongues.tongue import NOTHING

_NONE = Decimal(0)


def invoice_sheet(paper: Paper, language: Language) -> Sheet:
    """The document in a language; every amount is the record's."""
    said = tongue(language)
    document = paper.document
    return Sheet(
        language=language,
        title=said.say(DOCUMENTS[document.called]),
        number=paper.number,
        sender=paper.lessor.name,
        stamp=said.say("Draft") if paper.issued is None else "",
        facts=tuple(_facts(paper, said)),
        parties=(
            party_text(said.say("Lessor"), paper.lessor, said),
            party_text(said.say("Lessee"), paper.lessee, said),
        ),
        blocks=tuple(_blocks(paper, said)),
        page=said.say("page {page} of {pages}", page="{page}", pages="{pages}"),
        dated=paper.dated,
    )


def _facts(paper: Paper, said: Tongue) -> Iterator[tuple[str, str]]:
    document, issued = paper.document, paper.issued
    dated = said.say("not issued") if issued is None else said.day(issued.invoice_date)
    yield said.say("Date"), dated
    if issued is not None and document.payable > 0:
        yield said.say("Due date"), said.day(issued.due_date)
    yield said.say("Lease"), document.lease
    yield said.say("Service period"), _days(document.start, document.end, said)
    if document.corrects:
        is_void = issued is not None and bool(issued.voids)
        yield said.say("Takes back") if is_void else said.say("Corrects"), document.corrects


def _days(start: date, end: date, said: Tongue) -> str:
    """Days from the first to the last one; the day itself of a moment."""
    last = end - timedelta(days=1)
    if last <= start:
        return said.short_day(start)
    return said.say("{first} to {last}", first=said.short_day(start), last=said.short_day(last))


def _blocks(paper: Paper, said: Tongue) -> Iterator[Block]:
    document = paper.document
    if document.corrects:
        yield Prose((_corrects(paper, said),))
    is_note = any(line.before is not None for line in document.lines)
    yield _note_lines(document, said) if is_note else _lines(document, said)
    yield _sums(document, said)
    yield Prose((_to_pay(paper, said),), is_loud=True)
    bank = bank_rows(paper.lessor, paper.number, said)
    if bank and document.payable > 0 and paper.issued is not None:
        yield Facts(said.say("Bank details"), bank)
    notes = tuple(_notes(document, said))
    if notes:
        yield Prose(notes)
    yield from annex_tables(paper.annex, document.currency, said)


def _corrects(paper: Paper, said: Tongue) -> str:
    number = paper.document.corrects
    if paper.issued is not None and paper.issued.voids:
        return said.say("This note takes back {number} whole.", number=number)
    return said.say(
        "This note corrects {number}: each line shows what was billed before, what is owed, and "
        "the difference.",
        number=number,
    )


def _lines(document: Document, said: Tongue) -> Table:
    columns = (
        Column(said.say("No.")),
        Column(said.say("What is charged"), "start", is_wide=True),
        Column(said.say("Quantity")),
        Column(said.say("Unit"), "start"),
        Column(said.say("Price")),
        Column(said.say("VAT")),
        _amounts(said.say("Amount"), document, said),
    )
    rows = []
    for place, (line, running) in enumerate(_with_running(document.lines), 1):
        cells = (
            str(place),
            charge_text(line, said),
            quantity_text(line.quantity, line.unit, said),
            unit_words(line.unit, said) or NOTHING,
            NOTHING if line.price is None else price_text(line.price, said),
            rate_text(line.vat_rate, said),
            amount_text(line.amount, document.currency, said),
        )
        rows.append(_row(line, cells, amount_text(running, document.currency, said), said))
    return _table(columns, rows, said)


def _note_lines(document: Document, said: Tongue) -> Table:
    """The lines of a note: the old rating, the new one, and the difference."""
    columns = (
        Column(said.say("No.")),
        Column(said.say("What is charged"), "start", is_wide=True),
        Column(said.say("Quantity before")),
        Column(said.say("Quantity now")),
        Column(said.say("Unit"), "start"),
        Column(said.say("VAT")),
        Column(said.say("Billed")),
        Column(said.say("Owed")),
        _amounts(said.say("Difference"), document, said),
    )
    rows = []
    for place, (line, running) in enumerate(_with_running(document.lines), 1):
        had, billed = (line.before.quantity, line.before.amount) if line.before else (_NONE, _NONE)
        cells = (
            str(place),
            charge_text(line, said),
            quantity_text(had, line.unit, said),
            quantity_text(had + line.quantity, line.unit, said),
            unit_words(line.unit, said) or NOTHING,
            rate_text(line.vat_rate, said),
            amount_text(billed, document.currency, said),
            amount_text(billed + line.amount, document.currency, said),
            amount_text(line.amount, document.currency, said),
        )
        rows.append(_row(line, cells, amount_text(running, document.currency, said), said))
    return _table(columns, rows, said)


def _amounts(label: str, document: Document, said: Tongue) -> Column:
    return Column(said.say("{what}, {currency}", what=label, currency=document.currency))


def _with_running(lines: Sequence[DocumentLine]) -> Iterator[tuple[DocumentLine, Decimal]]:
    """Each line with the sum of the lines up to it."""
    running = _NONE
    for line in lines:
        running += line.amount
        yield line, running


def _row(line: DocumentLine, cells: tuple[str, ...], running: str, said: Tongue) -> Row:
    return Row(cells, below=_days(line.start, line.end, said), running=running)


def _table(columns: tuple[Column, ...], rows: list[Row], said: Tongue) -> Table:
    carried, brought = said.say("Carried forward"), said.say("Brought forward")
    return Table("", columns, tuple(rows), carried=carried, brought=brought)


def _sums(document: Document, said: Tongue) -> Sums:
    currency = document.currency

    def row(label: str, amount: Decimal, *, is_strong: bool = False) -> Row:
        return Row((label, amount_text(amount, currency, said)), is_strong=is_strong)

    rows = [row(said.say("Net"), document.net)]
    for tax in document.taxes:
        rate, base = rate_text(tax.rate, said), amount_text(tax.base, currency, said)
        rows.append(row(said.say("VAT {rate} on {base}", rate=rate, base=base), tax.tax))
    label = said.say("{what}, {currency}", what=said.say("Total"), currency=currency)
    rows.append(row(label, document.total, is_strong=True))
    if document.prepaid:
        rows.append(row(said.say("From the prepayment"), -document.prepaid))
    if document.set_off:
        rows.append(row(said.say("From the deposit"), -document.set_off))
    if document.prepaid or document.set_off:
        rows.append(row(said.say("To pay"), document.payable, is_strong=True))
    return Sums(tuple(rows), _in_capitals(document, said))


def _in_capitals(document: Document, said: Tongue) -> str:
    """The total in capital numerals, which Chinese documents in yuan have."""
    is_yuan = document.currency == "CNY" and said.language != "en"
    if not is_yuan or abs(document.total) >= LARGEST:
        return ""
    words = capital_amount(document.total, said.language)
    return said.say("Total in words: {words}", words=words)


def _to_pay(paper: Paper, said: Tongue) -> str:
    document, issued = paper.document, paper.issued
    amount = said.money(abs(document.payable), document.currency)
    if document.payable < 0:
        return said.say("{amount} is credited to the lessee.", amount=amount)
    if document.payable == 0:
        return said.say("Nothing is to be paid.")
    if issued is None:
        days = document.due_days
        return said.say("{amount} is to be paid {days} days from issue.", amount=amount, days=days)
    return said.say(
        "{amount} is to be paid by {day}.", amount=amount, day=said.day(issued.due_date)
    )


def _notes(document: Document, said: Tongue) -> Iterator[str]:
    if any(line.basis == "expected" for line in document.lines):
        yield said.say(
            "What is estimated is billed by the plan until the lessee has reported; the difference "
            "follows as a note."
        )
    if any(_is_cut(line) for line in document.lines):
        yield said.say(
            "Quantities and prices are shown to six places; amounts are worked out from all of "
            "them, and rounded once."
        )


def _is_cut(line: DocumentLine) -> bool:
    """Whether a quantity or a price of the line has more places than are shown."""
    numbers = [line.quantity, line.price or _NONE]
    return any(round(number, PAPER_PLACES) != number for number in numbers)


def price_text(price: Decimal, said: Tongue) -> str:
    """A price to six places, or as many as its first four digits need."""
    places = max(PAPER_PLACES, PAPER_DIGITS - 1 - price.adjusted()) if price else 0
    return said.number(round(price, places))


def rate_text(rate: Decimal, said: Tongue) -> str:
    """A rate of VAT with the digits that it has."""
    return f"{said.number(rate * 100)}%"
