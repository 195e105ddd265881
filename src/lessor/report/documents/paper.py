"""What a document says beside its record: who its parties are, and the usage behind it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import NamedTuple

from lessor.books.annex import Annex
from lessor.books.documents import Document, Issued
from lessor.report.documents.sheet import PartyText
from lessor.report.documents.words import SHARE
from lessor.report.exact_text import PAPER_PLACES
from lessor.report.tongues import Tongue
from lessor.terms.parties import Lessee, Lessor, Party


class Paper(NamedTuple):
    """An invoice or a note with its parties as they were when it was rated.

    number: its own, or a draft's name; `issued` None: it is a draft.
    """

    number: str
    document: Document
    issued: Issued | None
    lessor: Lessor
    lessee: Lessee
    annex: tuple[Annex, ...] = ()

    @property
    def dated(self) -> date:
        """The date of the document; of a draft the day after its month."""
        return self.document.end if self.issued is None else self.issued.invoice_date


def party_text(role: str, party: Party, tongue: Tongue) -> PartyText:
    """A party as a document names it; `role` is said already."""
    lines = [line.strip() for line in (party.address or "").splitlines() if line.strip()]
    if party.tax_id:
        lines.append(tongue.say("Tax number: {number}", number=party.tax_id))
    if party.contact:
        lines += [line.strip() for line in party.contact.splitlines() if line.strip()]
    return PartyText(role, party.name, tuple(lines))


def bank_rows(lessor: Lessor, reference: str, tongue: Tongue) -> tuple[tuple[str, str], ...]:
    """Where to pay, and what to write on the payment; nothing where no account is said."""
    bank = lessor.bank
    if bank is None:
        return ()
    rows = [
        (tongue.say("Bank"), bank.name),
        (tongue.say("Account holder"), bank.holder or lessor.name),
        (tongue.say("Account"), bank.account),
    ]
    if bank.bic:
        rows.append((tongue.say("BIC"), bank.bic))
    if reference:
        rows.append((tongue.say("Payment reference"), reference))
    return tuple(rows)


def amount_text(amount: Decimal, currency: str, said: Tongue) -> str:
    """An amount to its currency's smallest unit, without the currency."""
    return said.money(amount, currency).removeprefix(f"{currency} ")


def quantity_text(quantity: Decimal, unit: str, said: Tongue) -> str:
    """A quantity to six places; a share as a percentage."""
    shown = quantity * 100 if unit == SHARE else quantity
    text = said.number(round(shown, PAPER_PLACES))
    return f"{text}%" if unit == SHARE else text
