"""`lessor book`: a deal's leases become records that usage may name and months are closed of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from lessor.app.asking import Asker, day_of
from lessor.app.outcome import Outcome, command, listed, refused
from lessor.core.issue import Issue

if TYPE_CHECKING:
    from lessor.app.booking import Booked, Booking
    from lessor.app.deals import DealToKeep
    from lessor.report.booked import BookedRow
    from lessor.terms.load import Loaded
    from lessor.terms.source import Readable


@dataclass(frozen=True)
class BookRequest:
    """What is asked for: some leases or all, from a day on or from the beginning, and by whom.

    Neither `effective` nor `from_beginning`: the beginning, unless documents are issued already.
    """

    asker: Asker
    leases: Sequence[str] = ()
    effective: str | None = None
    sets: Sequence[str] = ()
    from_beginning: bool = False


@command
def book(path: Readable, store: str | None, request: BookRequest) -> Outcome[Booking]:
    """Book the leases of a deal file.

    The document is `{"leases": [{"id", "lessee", "currency", "version", "change", "state",
    "accepted", "contract_value", "deposit", "prepayment"}], "issues"}`, amounts as decimal strings
    in the lease's currency. Issues: those of the deal, date-malformed, no-lease, unknown-name,
    lease-of-another-deal, not-amendable, effective-too-early, effective-unsaid, choice-of-one,
    closed-months-changed, amendment-replaced, lessor-missing, store-missing.
    """
    import os

    from lessor.app.booking import Since, book_deal
    from lessor.store.home import open_home
    from lessor.store.records.records import Records
    from lessor.terms.load import load_deal

    if request.effective is not None and request.from_beginning:
        told = "--effective and --from-beginning exclude each other"
        return refused([Issue("choice-of-one", told, "write one of them")])
    effective = None if request.effective is None else day_of(request.effective, "--effective")
    since = Since(effective, request.from_beginning)
    loaded, issues = load_deal(path, request.sets)
    if loaded is None:
        return refused(issues)
    home = open_home(store, os.environ)
    with Records.open(home.records_url) as records:
        found = book_deal(
            records,
            loaded,
            request.leases,
            since=since,
            asker=request.asker,
            kept=_kept(path, loaded, request.sets),
        )
    document: dict[str, object] = {
        "deal": found.deal,
        "leases": [_as_json(lease) for lease in found.leases],
        "issues": listed(found.issues),
    }
    return Outcome(document, found.issues, found)


def _kept(path: Readable, loaded: Loaded, sets: Sequence[str]) -> DealToKeep:
    """The deal's text as it is booked, under the name that it has or else its title."""
    from lessor.app.deals import DealToKeep, deal_name
    from lessor.terms.rewriting import rewritten
    from lessor.terms.source import FileText

    if isinstance(path, FileText):
        name, text = path.name.removesuffix(".yaml"), path.text
    else:
        name, text = deal_name(loaded.deal.deal), Path(path).read_text(encoding="utf-8-sig")
    return DealToKeep(name, rewritten(text, loaded.source) if sets else text)


def _as_json(lease: Booked) -> dict[str, object]:
    worth = lease.worth
    return {
        "id": lease.record.id,
        "lessee": lease.record.lessee,
        "currency": lease.record.currency,
        "version": lease.record.versions[-1].number,
        "change": lease.change,
        "effective": None if lease.effective is None else lease.effective.isoformat(),
        "state": lease.state,
        "accepted": None if lease.accepted is None else lease.accepted.isoformat(),
        "term": lease.term,
        "contract_value": str(worth.value),
        "deposit": None if worth.deposit is None else str(worth.deposit),
        "deposit_due": None if worth.deposit_day is None else worth.deposit_day.isoformat(),
        "prepayment": None if worth.prepayment is None else str(worth.prepayment),
        "prepayment_due": None
        if worth.prepayment_day is None
        else worth.prepayment_day.isoformat(),
    }


def rows_of(booking: Booking) -> list[BookedRow]:
    """The leases of a booking as a table shows them."""
    from lessor.report.booked import BookedRow

    return [
        BookedRow(
            lease=each.record.id,
            lessee=each.record.lessee,
            state=each.state,
            term=each.term,
            version=each.record.versions[-1].number,
            change=each.change,
            effective=str(each.effective or ""),
            currency=each.record.currency,
            contract_value=each.worth.value,
            deposit=each.worth.deposit,
            prepayment=each.worth.prepayment,
        )
        for each in booking.leases
    ]
