"""`lessor receive`: money that came from a lessee, or went back, is entered once."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from lessor.app.asking import Asker, day_of
from lessor.app.outcome import Outcome, command
from lessor.core.issue import FaultsError, Issue, Place
from lessor.core.money import decimals_of

if TYPE_CHECKING:
    from lessor.books.documents import Issued
    from lessor.report.received import Entry, Standing
    from lessor.store.records.reader import Reader
    from lessor.store.records.rows import LeaseRecord
    from lessor.store.records.writer import Writer

PURPOSES = ("deposit", "prepayment", "invoice")
_AMOUNT = re.compile(r"-?[0-9][0-9_]*(\.[0-9]+)?")
_DIGITS = 18


@dataclass(frozen=True)
class ReceiveRequest:
    """What is to be entered; amounts below zero were given back. `number`: the document paid."""

    lease: str
    amount: str
    purpose: str
    day: str
    reference: str
    asker: Asker
    number: str | None = None


@dataclass(frozen=True)
class Entered:
    """Money as it stands in the records now; `standing` None: it is matched to no document."""

    entry: Entry
    reference: str
    standing: Standing | None


@command
def receive(store: str | None, request: ReceiveRequest) -> Outcome[Entered]:
    """Enter money received for a deposit, a prepayment or an invoice, once for each reference.

    The document is `{"lease", "for", "number", "currency", "amount", "date", "reference", "new",
    "standing": {"received", "used", "due", "left"}, "issues"}`, amounts as decimal strings. Issues:
    not-a-choice, choice-of-one, amount-malformed, date-malformed, missing-field, unknown-lease,
    unknown-document, not-agreed, more-than-held, reference-taken, too-large, store-missing.
    """
    import os

    from lessor.store.home import open_home
    from lessor.store.records.records import Records

    day = _checked(request)
    home, asker = open_home(store, os.environ), request.asker
    with (
        Records.open(home.records_url) as records,
        records.writing(who=asker.who, at=asker.at) as writer,
    ):
        entered = _enter(writer, request, day)
    return Outcome(_document(entered), (), entered)


def _checked(request: ReceiveRequest) -> date:
    """The day of the money; every fault of what is asked for at once."""
    issues: list[Issue] = []
    if request.purpose not in PURPOSES:
        message = f"'{request.purpose}' is nothing that money is received for"
        issues.append(_fault("not-a-choice", message, f"write one of {', '.join(PURPOSES)}", "for"))
    elif request.number is not None and request.purpose != "invoice":
        message = f"a {request.purpose} is for no document"
        remedy = "write --for invoice, or leave --number out"
        issues.append(_fault("choice-of-one", message, remedy, "number"))
    if not request.reference.strip():
        remedy = "write the bank's own reference: the same one is never entered twice"
        issues.append(_fault("missing-field", "a reference is needed", remedy, "reference"))
    try:
        day = day_of(request.day, "--date")
    except FaultsError as fault:
        issues += fault.issues
    if issues:
        raise FaultsError(issues)
    return day


def _enter(writer: Writer, request: ReceiveRequest, day: date) -> Entered:
    from lessor.report.received import Entry
    from lessor.store.records.rows import Payment, Received

    lease = _lease(writer, request.lease)
    amount = _amount(request.amount, lease.currency)
    reference, number = request.reference.strip(), request.number or ""
    received = Received(lease.id, lease.currency, amount, day, reference)
    if request.purpose == "invoice":
        standing_document = _document_of(writer, lease, number)
        is_new = writer.add_payment(Payment(*received, number))
        standing = standing_document and _paid(writer, standing_document)
    else:
        _require_agreed(lease, request.purpose)
        enter = writer.add_deposit if request.purpose == "deposit" else writer.add_prepayment
        is_new = enter(received)
        standing = _held(writer, lease, request.purpose)
        if standing.left < 0 and amount < 0:
            raise FaultsError([_more_than_held(lease, standing.left - amount, amount)])
    entry = Entry(lease.id, request.purpose, number, lease.currency, amount, day, is_new)
    return Entered(entry, reference, standing)


def _lease(reader: Reader, name: str) -> LeaseRecord:
    found = reader.leases([name])
    if found:
        return found[0]
    remedy = "see the leases that are booked, or book its deal: lessor book DEAL"
    raise FaultsError([Issue("unknown-lease", f"no lease '{name}' is booked", remedy)])


def _amount(text: str, currency: str) -> Decimal:
    """An amount to the smallest unit of its currency; never nothing."""
    example = f"write it to the smallest unit, as {Decimal(345_000):.{decimals_of(currency)}f}"
    if not _AMOUNT.fullmatch(text):
        raise _no_amount(f"'{text}' is no amount of money", example)
    amount, decimals = Decimal(text.replace("_", "")), decimals_of(currency)
    if amount.adjusted() >= _DIGITS - decimals:
        message = f"'{text}' is more {currency} than the records can hold"
        raise FaultsError([_fault("too-large", message, "check the amount", "AMOUNT")])
    _, digits, exponent = amount.normalize().as_tuple()
    if isinstance(exponent, int) and -exponent > decimals:
        raise _no_amount(f"{text} is finer than {currency} is paid in", example)
    if digits == (0,):
        raise _no_amount("nothing was received", example)
    return amount.quantize(Decimal(1).scaleb(-decimals))


def _no_amount(message: str, remedy: str) -> FaultsError:
    return FaultsError([_fault("amount-malformed", message, remedy, "AMOUNT")])


def _document_of(reader: Reader, lease: LeaseRecord, number: str) -> Issued | None:
    """The document that is paid; None where the money is not matched to one yet."""
    if not number:
        return None
    found = reader.documents(lease.id, number=number)
    if found:
        return found[0]
    message = f"lease '{lease.id}' has no document {number}"
    remedy = f"see its documents: lessor invoice list --lease {lease.id}"
    raise FaultsError([_fault("unknown-document", message, remedy, "number")])


def _require_agreed(lease: LeaseRecord, purpose: str) -> None:
    terms = lease.versions[-1].terms["leases"][lease.name]
    if terms.get(purpose) is not None:
        return
    message = f"lease '{lease.id}' agrees on no {purpose}"
    remedy = f"add `{purpose}:` to the lease and book it again, or enter it --for invoice"
    raise FaultsError([_fault("not-agreed", message, remedy, "for")])


def _held(reader: Reader, lease: LeaseRecord, purpose: str) -> Standing:
    """A deposit or prepayment at hand: received, less what documents drew of it."""
    from lessor.report.received import Standing

    documents = [each.document for each in reader.documents(lease.id)]
    if purpose == "deposit":
        entries, drawn = reader.deposits(lease.id), [each.set_off for each in documents]
    else:
        entries, drawn = reader.prepayments(lease.id), [each.prepaid for each in documents]
    received = sum((each.amount for each in entries), Decimal(0))
    used = sum(drawn, Decimal(0))
    return Standing(received, used, None, received - used)


def _more_than_held(lease: LeaseRecord, held: Decimal, amount: Decimal) -> Issue:
    message = f"{-amount} {lease.currency} cannot be given back: {held} is at hand"
    return _fault("more-than-held", message, "give back what is left of it", "AMOUNT")


def _paid(reader: Reader, issued: Issued) -> Standing:
    """A document and the payments for it."""
    from lessor.report.received import Standing

    payments = reader.payments(number=issued.number)
    received = sum((each.amount for each in payments), Decimal(0))
    due = issued.document.payable
    return Standing(received, Decimal(0), due, due - received)


def _fault(code: str, message: str, remedy: str, option: str) -> Issue:
    field = option if option.isupper() else f"--{option}"
    return Issue(code, message, remedy, Place(field=field))


def _document(entered: Entered) -> dict[str, object]:
    entry, standing = entered.entry, entered.standing
    stands: dict[str, str | None] | None = None
    if standing is not None:
        amounts = standing._asdict().items()
        stands = {name: None if amount is None else str(amount) for name, amount in amounts}
    return {
        "lease": entry.lease,
        "for": entry.purpose,
        "number": entry.number or None,
        "currency": entry.currency,
        "amount": str(entry.amount),
        "date": entry.day.isoformat(),
        "reference": entered.reference,
        "new": entry.is_new,
        "standing": stands,
        "issues": [],
    }
