"""A statement of account as a sheet: what was billed and paid, what is open, and what is held."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from lessor.books.account import Account, Entry
from lessor.books.receivables import AGES, OpenItem, Receivable
from lessor.report.documents.paper import amount_text, bank_rows, party_text
from lessor.report.documents.sheet import Block, Column, Facts, Prose, Row, Sheet, Sums, Table
from lessor.report.documents.words import DOCUMENTS
from lessor.report.tongues import Language, Tongue, msg, tongue
from lessor.terms.parties import Lessee, Lessor

_AGES = {
    "not_due": msg("Not due yet"),
    "1-30": msg("1 to 30 days past due"),
    "31-60": msg("31 to 60 days past due"),
    "61-90": msg("61 to 90 days past due"),
    "over_90": msg("More than 90 days past due"),
}


class Statement(NamedTuple):
    """The accounts of a lessee with one lessor at the end of a day, with both as they are now."""

    lessor: Lessor
    lessee: Lessee
    as_of: date
    accounts: Sequence[Account]


def statement_sheet(statement: Statement, language: Language) -> Sheet:
    """The statement in a language; currencies stand one after the other, and never add."""
    said = tongue(language)
    return Sheet(
        language=language,
        title=said.say("Statement of account"),
        number=statement.lessee.name,
        sender=statement.lessor.name,
        stamp="",
        facts=tuple(_facts(statement, said)),
        parties=(
            party_text(said.say("Lessor"), statement.lessor, said),
            party_text(said.say("Lessee"), statement.lessee, said),
        ),
        blocks=tuple(_blocks(statement, said)),
        page=said.say("page {page} of {pages}", page="{page}", pages="{pages}"),
        dated=statement.as_of,
    )


def _facts(statement: Statement, said: Tongue) -> Iterator[tuple[str, str]]:
    yield said.say("At the end of"), said.day(statement.as_of)
    firsts = {each.first for each in statement.accounts if each.first is not None}
    if firsts:
        yield said.say("From"), said.day(min(firsts))


def _blocks(statement: Statement, said: Tongue) -> Iterator[Block]:
    if not statement.accounts:
        yield Prose((said.say("Nothing was billed or paid."),))
    for account in statement.accounts:
        yield _moves(account, said)
        yield Prose((_owed(account, said),), is_loud=True)
        if account.standing is not None:
            yield from _standing(account.standing, said)
    bank = bank_rows(statement.lessor, "", said)
    if bank and any(each.closing > 0 for each in statement.accounts):
        yield Facts(said.say("Bank details"), bank)


def _moves(account: Account, said: Tongue) -> Table:
    currency = account.currency
    columns = (
        Column(said.say("Date"), "start"),
        Column(said.say("What"), "start", is_wide=True),
        Column(said.say("Due date"), "start"),
        Column(said.say("Charged")),
        Column(said.say("Paid")),
        Column(said.say("{what}, {currency}", what=said.say("Balance"), currency=currency)),
    )
    rows = [_row(entry, currency, said) for entry in account.entries]
    if account.first is not None:
        rows.insert(0, _balance(said.say("Opening balance"), account.opening, currency, said))
    rows.append(_balance(said.say("Closing balance"), account.closing, currency, said))
    title = said.say("Account in {currency}", currency=currency)
    return Table(
        title,
        columns,
        tuple(rows),
        carried=said.say("Carried forward"),
        brought=said.say("Brought forward"),
    )


def _balance(label: str, amount: Decimal, currency: str, said: Tongue) -> Row:
    balance = amount_text(amount, currency, said)
    return Row(("", label, "", "", "", balance), running=balance, is_strong=True)


def _row(entry: Entry, currency: str, said: Tongue) -> Row:
    what, below = _what(entry, said)
    issued = entry.issued
    is_due = issued is not None and issued.document.payable > 0 and not entry.is_void
    balance = amount_text(entry.balance, currency, said)
    cells = (
        said.short_day(entry.day),
        what,
        said.short_day(issued.due_date) if issued is not None and is_due else "",
        "" if issued is None else amount_text(entry.charged, currency, said),
        amount_text(entry.paid, currency, said) if issued is None else "",
        balance,
    )
    return Row(cells, below=below, running=balance)


def _what(entry: Entry, said: Tongue) -> tuple[str, str]:
    """A document with its lease and month, or a payment with what it is for."""
    if entry.issued is not None:
        document = entry.issued.document
        kind = said.say(DOCUMENTS[document.called])
        what = said.say("{kind} {number}", kind=kind, number=entry.issued.number)
        below = said.say("{lease}, {month}", lease=document.lease, month=said.month(document.start))
        if entry.is_void:
            below = said.say("{what}; taken back since", what=below)
        return what, below
    receipt = entry.receipt
    assert receipt is not None
    what = said.say("Payment received") if receipt.amount >= 0 else said.say("Payment returned")
    below = said.say("for {number}", number=receipt.number) if receipt.number else ""
    if receipt.reference and below:
        below = said.say("{what}; {reference}", what=below, reference=receipt.reference)
    return what, below or receipt.reference


def _owed(account: Account, said: Tongue) -> str:
    day = said.day(account.last)
    amount = said.money(abs(account.closing), account.currency)
    if account.closing < 0:
        return said.say(
            "At the end of {day}, {amount} is in the lessee's favour.", day=day, amount=amount
        )
    return said.say("At the end of {day}, {amount} is owed.", day=day, amount=amount)


def _standing(standing: Receivable, said: Tongue) -> Iterator[Block]:
    if standing.items:
        yield _open(standing, said)
    rows = [(said.say(_AGES[age]), standing.ages[age]) for age in AGES if standing.ages[age] != 0]
    rows += [
        (label, amount)
        for label, amount in (
            (said.say("To be credited"), -standing.to_credit),
            (said.say("Received, for no document yet"), -standing.unmatched),
        )
        if amount != 0
    ]
    total = standing.open - standing.unmatched
    rows_said = [_sum(label, amount, standing.currency, said) for label, amount in rows]
    if rows_said:
        label = said.say("Owed")
        rows_said.append(_sum(label, total, standing.currency, said, is_strong=True))
        yield Sums(tuple(rows_said))
    held = [
        (label, said.money(amount, standing.currency))
        for label, amount in (
            (said.say("Deposit held"), standing.deposits),
            (said.say("Prepayment left"), standing.prepayments),
        )
        if amount != 0
    ]
    if held:
        yield Facts(said.say("Held for the lessee"), tuple(held))


def _sum(
    label: str, amount: Decimal, currency: str, said: Tongue, *, is_strong: bool = False
) -> Row:
    return Row((label, amount_text(amount, currency, said)), is_strong=is_strong)


def _open(standing: Receivable, said: Tongue) -> Table:
    columns = (
        Column(said.say("Open items"), "start", is_wide=True),
        Column(said.say("Due date"), "start"),
        Column(said.say("Days past due")),
        Column(said.say("{what}, {currency}", what=said.say("Open"), currency=standing.currency)),
    )
    rows = tuple(_open_row(item, standing.currency, said) for item in standing.items)
    return Table("", columns, rows)


def _open_row(item: OpenItem, currency: str, said: Tongue) -> Row:
    document = item.issued.document
    kind = said.say(DOCUMENTS[document.called])
    is_due = item.open > 0
    return Row(
        (
            said.say("{kind} {number}", kind=kind, number=item.issued.number),
            said.short_day(item.issued.due_date) if is_due else "",
            said.number(max(item.days_past_due, 0)) if is_due else "",
            amount_text(item.open, currency, said),
        )
    )
