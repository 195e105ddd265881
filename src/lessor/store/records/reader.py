"""What can be asked of the records, within one transaction."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, Table, func, select

from lessor.books.documents import Document, Issued
from lessor.books.runs import RatingRun
from lessor.store.records import deals, doctor, document_rows, draft_text
from lessor.store.records.amounts import major
from lessor.store.records.conditions import among
from lessor.store.records.doctor import Finding
from lessor.store.records.rows import (
    Change,
    Closing,
    DealVersion,
    HeldMoney,
    LeaseRecord,
    LeaseVersion,
    Payment,
    Progress,
    Received,
)
from lessor.store.records.schema import (
    audit,
    closings,
    deposits,
    documents,
    drafts,
    lease_versions,
    leases,
    meters,
    payments,
    prepayments,
    rating_runs,
)

_all_leases = leases.alias("all_leases")


class Reader:
    """Reads records; everything is as of the transaction. `leases` None: all of them."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def leases(self, ids: Sequence[str] | None = None) -> list[LeaseRecord]:
        """The leases booked, with all their versions, ordered by id; unknown ids are left out."""
        versions: dict[str, list[LeaseVersion]] = {}
        of_version = select(lease_versions).order_by(lease_versions.c.number)
        for row in self._rows(of_version, lease_versions.c.lease, ids):
            version = LeaseVersion(
                row.number, row.effective, json.loads(row.terms), row.digest, row.lessee
            )
            versions.setdefault(row.lease, []).append(version)
        found = [
            _lease(row, versions.get(row.id, []))
            for row in self._rows(select(leases), leases.c.id, ids)
        ]
        return sorted(found)

    def known(self) -> tuple[dict[str, str], dict[str, frozenset[str]]]:
        """What usage may name: each lease's currency, and its own meters."""
        currencies = dict(self._connection.execute(select(leases.c.id, leases.c.currency)).all())
        own: dict[str, set[str]] = {lease: set() for lease in currencies}
        for lease, name in self._connection.execute(select(meters.c.lease, meters.c.name)):
            own[lease].add(name)
        return currencies, {lease: frozenset(names) for lease, names in own.items()}

    def run(self, number: int) -> RatingRun:
        """The rating run of that id, as documents name it. KeyError where there is none."""
        row = self._connection.execute(
            select(rating_runs).where(rating_runs.c.id == number)
        ).one_or_none()
        if row is None:
            raise KeyError(number)
        return _run(row)

    def runs(
        self,
        period: str | None = None,
        leases: Sequence[str] | None = None,
        *,
        from_period: str | None = None,
    ) -> list[RatingRun]:
        """The latest rating run of each lease and month, ordered so.

        period: of that month; from_period: of that month and later ones.
        """
        latest = select(func.max(rating_runs.c.id)).group_by(
            rating_runs.c.lease, rating_runs.c.period
        )
        if period is not None:
            latest = latest.where(rating_runs.c.period == period)
        if from_period is not None:
            latest = latest.where(rating_runs.c.period >= from_period)
        found = [
            _run(row)
            for part in among(rating_runs.c.lease, leases)
            for row in self._connection.execute(
                select(rating_runs).where(rating_runs.c.id.in_(latest.where(part)))
            )
        ]
        return sorted(found, key=lambda run: (run.lease, run.period))

    def last_runs(self, before_period: str, leases: Sequence[str] | None = None) -> list[RatingRun]:
        """Each lease's latest run of its last month before `before_period`, ordered by lease."""
        earlier = rating_runs.alias()
        last = (
            select(earlier.c.id)
            .where(earlier.c.lease == _all_leases.c.id, earlier.c.period < before_period)
            .order_by(earlier.c.period.desc(), earlier.c.id.desc())
            .limit(1)
            .correlate(_all_leases)
            .scalar_subquery()
        )
        wanted = select(rating_runs).join_from(_all_leases, rating_runs, rating_runs.c.id == last)
        found = self._rows(wanted, _all_leases.c.id, leases)
        return sorted((_run(row) for row in found), key=lambda run: run.lease)

    def progress(self, leases: Sequence[str] | None = None) -> dict[str, Progress]:
        """How far each lease that was closed has come, by its id."""
        runs = rating_runs.c
        wanted = select(
            runs.lease,
            func.max(runs.cutoff).label("cutoff"),
            func.max(runs.version).label("version"),
            func.max(runs.period).label("latest"),
            func.count(runs.period.distinct()).label("months"),
        ).group_by(runs.lease)
        return {
            row.lease: Progress(**row._mapping) for row in self._rows(wanted, runs.lease, leases)
        }

    def last_cutoff(self) -> int:
        """The last event of usage that any month was closed on; 0 where none was."""
        return self._connection.execute(select(func.max(rating_runs.c.cutoff))).scalar() or 0

    def last_dates(self, year: int) -> dict[str, date]:
        """The latest date that a number of a year bears, by legal entity."""
        of_year = documents.c.year == year
        wanted = select(documents.c.entity, func.max(documents.c.invoice_date)).where(of_year)
        found = self._connection.execute(wanted.group_by(documents.c.entity))
        return {str(entity): last for entity, last in found}

    def documents(
        self,
        lease: str | None = None,
        *,
        leases: Sequence[str] | None = None,
        period: str | None = None,
        number: str | None = None,
        from_period: str | None = None,
    ) -> list[Issued]:
        """The documents issued that fit every filter, in the order they were numbered.

        period: of that month; from_period: of that month and later ones.
        """
        columns = documents.c
        conditions: list[ColumnElement[bool]] = []
        if lease is not None:
            conditions.append(columns.lease == lease)
        if period is not None:
            conditions.append(columns.period == period)
        if number is not None:
            conditions.append(columns.number == number)
        if from_period is not None:
            conditions.append(columns.period >= from_period)
        found: list[tuple[int, Issued]] = []
        for part in among(columns.lease, leases):
            found += document_rows.read(self._connection, [*conditions, part])
        return [issued for _, issued in sorted(found, key=lambda pair: pair[0])]

    def document_heads(self, until: date) -> list[Issued]:
        """The documents dated up to a day, in the order they were numbered, without lines."""
        dated = [documents.c.invoice_date <= until]
        return [issued for _, issued in document_rows.read_heads(self._connection, dated)]

    def lessees(self) -> dict[str, str]:
        """What the lessee of each lease is called now, by the lease's id."""
        found = dict(self._connection.execute(select(leases.c.id, leases.c.lessee)).all())
        named = select(lease_versions.c.lease, lease_versions.c.lessee)
        anew = named.where(lease_versions.c.lessee.is_not(None)).order_by(lease_versions.c.number)
        return {**found, **dict(self._connection.execute(anew).all())}

    def drafts(
        self, period: str | None = None, lease: str | None = None
    ) -> list[tuple[int, Document, RatingRun]]:
        """The drafts kept, with their ids, in the order they were put there."""
        wanted = select(drafts).order_by(drafts.c.id)
        if period is not None:
            wanted = wanted.where(drafts.c.period == period)
        if lease is not None:
            wanted = wanted.where(drafts.c.lease == lease)
        return [
            (row.id, draft_text.document(row.document), draft_text.run(row.run))
            for row in self._connection.execute(wanted)
        ]

    def payments(self, lease: str | None = None, number: str | None = None) -> list[Payment]:
        """Payments received, in the order they were entered."""
        wanted = _of_lease(payments, lease)
        if number is not None:
            wanted = wanted.where(payments.c.number == number)
        return [
            Payment(*_received(row), row.number or "") for row in self._connection.execute(wanted)
        ]

    def deposits(self, lease: str | None = None) -> list[Received]:
        """Deposits received and given back, in the order they were entered."""
        return [_received(row) for row in self._connection.execute(_of_lease(deposits, lease))]

    def prepayments(self, lease: str | None = None) -> list[Received]:
        """Prepayments received and given back, in the order they were entered."""
        return [_received(row) for row in self._connection.execute(_of_lease(prepayments, lease))]

    def held(self, leases: Sequence[str] | None = None) -> dict[str, HeldMoney]:
        """What each lease has paid ahead and what its documents have drawn of it, by its id."""
        found: dict[str, list[int]] = {}
        currencies: dict[str, str] = {}
        sources = (
            (deposits, deposits.c.amount),
            (prepayments, prepayments.c.amount),
            (documents, documents.c.set_off),
            (documents, documents.c.prepaid),
        )
        for place, (table, amount) in enumerate(sources):
            columns = table.c
            wanted = select(columns.lease, columns.currency, func.sum(amount).label("sum"))
            grouped = wanted.group_by(columns.lease, columns.currency)
            for row in self._rows(grouped, columns.lease, leases):
                currencies[row.lease] = row.currency
                found.setdefault(row.lease, [0, 0, 0, 0])[place] = int(row.sum)
        return {
            lease: HeldMoney(*(major(units, currencies[lease]) for units in sums))
            for lease, sums in sorted(found.items())
        }

    def examine(self) -> list[Finding]:
        """What is wrong with the records themselves, see `doctor`."""
        return doctor.examine(self._connection)

    def closings(self, period: str | None = None) -> list[Closing]:
        """The closings of months, in the order they were made."""
        wanted = select(closings).order_by(closings.c.id)
        if period is not None:
            wanted = wanted.where(closings.c.period == period)
        return [
            Closing(
                row.period,
                row.cutoff,
                row.documents,
                datetime.fromisoformat(row.closed_at),
                row.closed_by,
            )
            for row in self._connection.execute(wanted)
        ]

    def deals(self) -> list[DealVersion]:
        """The newest version of each deal kept, ordered by name."""
        return deals.latest(self._connection)

    def booked_deals(self) -> list[DealVersion]:
        """Of each deal the version that its leases were booked from last, ordered by name."""
        return deals.booked(self._connection)

    def deal_versions(self, name: str) -> list[DealVersion]:
        """Every version of a deal, oldest first; none for a name that nothing is kept by."""
        return deals.versions(self._connection, name)

    def audit(self, subject: str | None = None) -> list[Change]:
        """The audit trail, oldest first; `subject`: a lease's id or a document's number."""
        wanted = select(audit).order_by(audit.c.id)
        if subject is not None:
            wanted = wanted.where(audit.c.subject == subject)
        return [
            Change(
                datetime.fromisoformat(row.at),
                row.who,
                row.what,
                row.subject,
                _parsed(row.before),
                _parsed(row.after),
            )
            for row in self._connection.execute(wanted)
        ]

    def _rows(
        self, wanted: Select[Any], column: ColumnElement[str], names: Sequence[str] | None
    ) -> Iterator[Row[Any]]:
        for part in among(column, names):
            yield from self._connection.execute(wanted.where(part))


def _of_lease(table: Table, lease: str | None) -> Select[Any]:
    wanted = select(table).order_by(table.c.id)
    return wanted if lease is None else wanted.where(table.c.lease == lease)


def _lease(row: Row[Any], versions: Sequence[LeaseVersion]) -> LeaseRecord:
    named = [version.lessee for version in versions if version.lessee is not None]
    called = {**row._mapping, "lessee": named[-1] if named else row.lessee}
    return LeaseRecord(**called, versions=tuple(versions))


def _run(row: Row[Any]) -> RatingRun:
    return RatingRun(row.lease, row.period, row.cutoff, row.version, row.closing, row.id)


def _received(row: Row[Any]) -> Received:
    amount = major(row.amount, row.currency)
    return Received(row.lease, row.currency, amount, row.paid_date, row.reference)


def _parsed(text: str | None) -> Any:
    return None if text is None else json.loads(text)
