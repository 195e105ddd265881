"""What can be entered in the records, within one transaction that is kept whole or not at all."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Table, delete, func, insert, select

from lessor.books.documents import Document, Issued
from lessor.books.open_items import void_numbers
from lessor.books.runs import RatingRun
from lessor.core.issue import FaultsError, Issue
from lessor.store.records import deals, document_rows, draft_text
from lessor.store.records.amounts import minor
from lessor.store.records.conditions import AT_ONCE
from lessor.store.records.issuing import sorted_out
from lessor.store.records.numbers import Numbered, Series, number_text
from lessor.store.records.reader import Reader
from lessor.store.records.rows import DealVersion, LeaseRecord, LeaseVersion, Payment, Received
from lessor.store.records.schema import (
    audit,
    closings,
    deposits,
    documents,
    drafts,
    lease_versions,
    leases,
    lessees,
    meters,
    payments,
    prepayments,
    rating_runs,
)
from lessor.store.records.voiding import reversal


class Writer(Reader):
    """Enters records, each with its line in the audit trail; nothing is changed or deleted."""

    def __init__(self, connection: Connection, *, who: str, at: datetime) -> None:
        super().__init__(connection)
        self._who = who
        self._at = at.isoformat()

    def add_lease(self, lease: LeaseRecord, own_meters: Iterable[str] = ()) -> None:
        """Book one lease, see `add_leases`."""
        self.add_leases([(lease, own_meters)])

    def add_leases(self, booked: Sequence[tuple[LeaseRecord, Iterable[str]]]) -> None:
        """Book leases with their versions and their own meters, beside the built-in ones.

        Issue `lease-booked` for an id that is booked already.
        """
        found = self.leases([lease.id for lease, _ in booked])
        if found:
            raise FaultsError(_booked(lease) for lease in found)
        self._add_lessees(sorted({lease.lessee for lease, _ in booked}))
        self._insert(leases, [_lease_row(lease) for lease, _ in booked])
        self._insert(
            lease_versions,
            [_version_row(lease.id, version) for lease, _ in booked for version in lease.versions],
        )
        self._insert(
            meters, [{"lease": lease.id, "name": name} for lease, own in booked for name in own]
        )
        self._note("lease booked", [(lease.id, None, _summary(lease)) for lease, _ in booked])

    def add_version(
        self, lease: str, version: LeaseVersion, own_meters: Iterable[str] = ()
    ) -> None:
        """Amend a lease: its terms from a day on, and its lessee's name where it says one.

        `own_meters`: those that are not booked yet.
        Issues `unknown-lease`, and `records-changed` where the number is not the next one.
        """
        had = self._require_lease(lease)
        if version.number != len(had.versions) + 1:
            message = (
                f"lease {lease!r} has {len(had.versions)} versions, and this one is number "
                f"{version.number}; someone else has amended it in the meantime"
            )
            raise FaultsError(
                [Issue("records-changed", message, "read the lease, and amend again")]
            )
        self._add_lessees([] if version.lessee is None else [version.lessee])
        self._insert(lease_versions, [_version_row(lease, version)])
        _, own = self.known()
        added = sorted(set(own_meters) - own[lease])
        self._insert(meters, [{"lease": lease, "name": name} for name in added])
        after = had._replace(lessee=version.lessee or had.lessee, versions=(*had.versions, version))
        self._note("lease amended", [(lease, _summary(had), _summary(after))])

    def add_deal_version(self, name: str, text: str, *, note: str, after: int) -> DealVersion:
        """Keep a deal as it is written now; `after`: the version it was made from, 0 where new.

        Issue `records-changed` where someone has kept a version since.
        """
        had = self.deal_versions(name)
        if after != len(had):
            message = (
                f"the deal {name!r} has {len(had)} versions, and this one was made from {after}"
            )
            raise FaultsError(
                [Issue("records-changed", message, "look at the newest version, and save again")]
            )
        version = DealVersion(
            name, after + 1, text, datetime.fromisoformat(self._at), self._who, note
        )
        deals.add(self._connection, version)
        digest = hashlib.sha256(text.encode("utf-8")).hexdigest()
        self._note("deal saved", [(name, None, [version.number, digest, note])])
        return version

    def note_booked(self, deal: DealVersion) -> None:
        """Note that leases were booked from a version of their deal."""
        self._note(deals.BOOKED, [(deal.name, None, deal.number)])

    def keep_runs(self, runs: Sequence[RatingRun]) -> list[int]:
        """Keep rating runs; their ids, in the order given."""
        first = self._next_id(rating_runs)
        rows = [{**run._asdict(), "id": number} for number, run in enumerate(runs, start=first)]
        self._insert(rating_runs, rows)
        if rows:
            after = {"first": first, "count": len(rows)}
            self._note("months rated", [("", None, after)])
        return [row["id"] for row in rows]

    def issue(self, batch: Sequence[tuple[Document, int]], invoice_date: date) -> list[Issued]:
        """Number documents, each with the id of its rating run, and keep them for ever.

        What is issued already is handed back as it is, with no second number: an invoice whose
        lease and month have one that is not void, a note that repeats the newest document. Issue
        `records-changed` for a note made from other billed amounts than stand.
        """
        new, found = sorted_out(self, self._connection, [document for document, _ in batch])
        series = Series(self._connection)
        first = self._next_id(documents)
        rows = []
        for document_id, (position, attempt) in enumerate(new, start=first):
            document, run = batch[position]
            numbered = _numbered(series, document, invoice_date, attempt)
            issued = _issued(document, numbered, invoice_date, run)
            found[position] = issued
            rows.append((document_id, numbered, issued))
        document_rows.add(self._connection, rows)
        series.keep()
        self._note("issued", [(issued.number, None, _brief(issued)) for _, _, issued in rows])
        return [found[position] for position in range(len(batch))]

    def void(self, number: str, invoice_date: date, *, reason: str = "") -> Issued:
        """Take a document back by a note for the whole of it and of the notes on it that stand.

        Its month may be invoiced again. Issues `unknown-document`, `already-void`.
        """
        voided = self._require_document(number)
        billed = self.documents(voided.document.lease, period=voided.document.period)
        void = void_numbers(billed)
        if number in void or voided.voids:
            raise FaultsError([_already_void(voided, void.get(number, ""))])
        notes = [
            issued
            for issued in billed
            if issued.document.corrects == number and not issued.voids and issued.number not in void
        ]
        document = reversal(voided, notes, billed)
        series = Series(self._connection)
        numbered = _numbered(series, document, invoice_date, None)
        issued = _issued(document, numbered, invoice_date, voided.run)._replace(voids=number)
        document_rows.add(self._connection, [(self._next_id(documents), numbered, issued)])
        series.keep()
        after = {**_brief(issued), "reason": reason}
        self._note("voided", [(number, _brief(voided), after)])
        return issued

    def put_drafts(self, batch: Sequence[tuple[Document, RatingRun]]) -> list[int]:
        """Keep drafts in place of the earlier ones of the same leases and months; their ids."""
        months = {(document.lease, document.period) for document, _ in batch}
        kept = select(drafts.c.id, drafts.c.lease, drafts.c.period)
        earlier = self._rows(kept, drafts.c.lease, [lease for lease, _ in months])
        replaced = [row.id for row in earlier if (row.lease, row.period) in months]
        rows = [
            {
                "lease": document.lease,
                "period": document.period,
                "document": draft_text.written(document),
                "run": draft_text.written_run(run),
            }
            for document, run in batch
        ]
        if not rows:
            return []
        added = insert(drafts).returning(drafts.c.id, sort_by_parameter_order=True)
        ids = list(self._connection.execute(added, rows).scalars())
        self._delete_drafts(replaced)
        before = {"ids": replaced} if replaced else None
        self._note("drafts put", [("", before, {"ids": ids})])
        return ids

    def drop_drafts(self, ids: Sequence[int]) -> None:
        """Drop drafts, issued or not wanted any more."""
        self._delete_drafts(ids)
        if ids:
            self._note("drafts dropped", [("", {"ids": list(ids)}, None)])

    def add_deposit(self, received: Received) -> bool:
        """Enter a deposit, see `add_payment`."""
        return self._receive(deposits, Payment(*received))

    def add_prepayment(self, received: Received) -> bool:
        """Enter a prepayment, see `add_payment`."""
        return self._receive(prepayments, Payment(*received))

    def add_payment(self, payment: Payment) -> bool:
        """Enter a payment; False where the same one, by its reference, is entered already.

        Issues `unknown-lease`, `unknown-document`, `currency-of-lease`, and `reference-taken` where
        another payment of the lease has that reference.
        """
        if payment.number:
            self._require_document(payment.number)
        return self._receive(payments, payment)

    def add_closing(self, period: str, *, cutoff: int, documents: int) -> None:
        """Enter that a month was closed on usage up to `cutoff`, with so many documents issued."""
        row = {
            "id": self._next_id(closings),
            "period": period,
            "cutoff": cutoff,
            "documents": documents,
            "closed_at": self._at,
            "closed_by": self._who,
        }
        self._insert(closings, [row])
        self._note("month closed", [(period, None, {"cutoff": cutoff, "documents": documents})])

    def _receive(self, table: Table, received: Payment) -> bool:
        lease = self._require_lease(received.lease)
        if received.currency != lease.currency:
            raise FaultsError([_other_currency(lease, received)])
        row: dict[str, Any] = {
            "lease": received.lease,
            "currency": received.currency,
            "amount": minor(received.amount, received.currency),
            "paid_date": received.paid_date,
            "reference": received.reference,
        }
        if table is payments:
            row["number"] = received.number or None
        same = select(*(table.c[name] for name in row)).where(
            table.c.lease == received.lease, table.c.reference == received.reference
        )
        had = self._connection.execute(same).mappings().one_or_none()
        if had is not None:
            if dict(had) != row:
                raise FaultsError([_taken(table.name, received)])
            return False
        self._insert(table, [{"id": self._next_id(table), **row}])
        self._note(f"{table.name} received", [(received.lease, None, _plain(row))])
        return True

    def _require_lease(self, lease: str) -> LeaseRecord:
        found = self.leases([lease])
        if not found:
            message = f"no lease {lease!r} is booked"
            raise FaultsError([Issue("unknown-lease", message, "book its deal: lessor book DEAL")])
        return found[0]

    def _require_document(self, number: str) -> Issued:
        found = self.documents(number=number)
        if not found:
            message = f"no document has the number {number!r}"
            remedy = "see the numbers: lessor invoice list"
            raise FaultsError([Issue("unknown-document", message, remedy)])
        return found[0]

    def _add_lessees(self, names: Sequence[str]) -> None:
        known = set(self._connection.execute(select(lessees.c.name)).scalars())
        rows = [{"name": name, "first_seen": self._at} for name in names if name not in known]
        self._insert(lessees, rows)

    def _delete_drafts(self, ids: Sequence[int]) -> None:
        for start in range(0, len(ids), AT_ONCE):
            part = ids[start : start + AT_ONCE]
            self._connection.execute(delete(drafts).where(drafts.c.id.in_(part)))

    def _next_id(self, table: Table) -> int:
        return (self._connection.execute(select(func.max(table.c.id))).scalar() or 0) + 1

    def _insert(self, table: Table, rows: Sequence[dict[str, Any]]) -> None:
        if rows:
            self._connection.execute(insert(table), rows)

    def _note(self, what: str, changes: Sequence[tuple[str, object, object]]) -> None:
        """Enter in the audit trail what became of each subject: before and after."""
        rows = [
            {
                "id": number,
                "at": self._at,
                "who": self._who,
                "what": what,
                "subject": subject,
                "before": None if before is None else json.dumps(before),
                "after": None if after is None else json.dumps(after),
            }
            for number, (subject, before, after) in enumerate(changes, start=self._next_id(audit))
        ]
        self._insert(audit, rows)


def _lease_row(lease: LeaseRecord) -> dict[str, Any]:
    return {name: value for name, value in lease._asdict().items() if name != "versions"}


def _version_row(lease: str, version: LeaseVersion) -> dict[str, Any]:
    return {**version._asdict(), "lease": lease, "terms": json.dumps(version.terms)}


def _summary(lease: LeaseRecord) -> dict[str, object]:
    """A lease for the audit trail: its terms are kept in full beside, and never change."""
    versions = [
        [version.number, version.effective and version.effective.isoformat(), version.digest]
        for version in lease.versions
    ]
    return {**_lease_row(lease), "versions": versions}


def _brief(issued: Issued) -> dict[str, object]:
    """A document for the audit trail, which need not say again what never changes."""
    document = issued.document
    return {
        "number": issued.number,
        "kind": document.kind,
        "lease": document.lease,
        "period": document.period,
        "currency": document.currency,
        "total": str(document.total),
        "run": issued.run,
    }


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, "paid_date": row["paid_date"].isoformat()}


def _numbered(
    series: Series, document: Document, invoice_date: date, attempt: int | None
) -> Numbered:
    year = invoice_date.year
    return Numbered(year, series.next(document.entity, year), attempt)


def _issued(document: Document, numbered: Numbered, invoice_date: date, run: int) -> Issued:
    number = number_text(document.entity, numbered.year, numbered.sequence)
    due_date = invoice_date + timedelta(days=document.due_days)
    return Issued(number, document, invoice_date, due_date, run)


def _booked(lease: LeaseRecord) -> Issue:
    message = f"lease {lease.id!r} is booked already, from the deal {lease.deal!r}"
    return Issue("lease-booked", message, "amend it, or give the new lease another name")


def _already_void(voided: Issued, by: str) -> Issue:
    if voided.voids:
        message = f"{voided.number} is itself what voids {voided.voids}"
        return Issue("already-void", message, "issue the month anew: lessor close")
    message = f"{voided.number} is void already, by {by}"
    return Issue("already-void", message, "nothing is left to do")


def _other_currency(lease: LeaseRecord, received: Payment) -> Issue:
    message = f"lease {lease.id!r} is in {lease.currency}, and {received.currency} was received"
    remedy = f"enter what it came to in {lease.currency}, and the rate with the reference"
    return Issue("currency-of-lease", message, remedy)


def _taken(kind: str, received: Payment) -> Issue:
    message = (
        f"the {kind} of lease {received.lease!r} have one of another amount or date with the "
        f"reference {received.reference!r}"
    )
    return Issue("reference-taken", message, "give each its own reference, as the bank does")
