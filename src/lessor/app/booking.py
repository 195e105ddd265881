"""Booking a deal: its leases become records, and what changed in them later becomes a version."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal, NamedTuple

from lessor.app.asking import Asker
from lessor.app.deals import DealToKeep, keep_deal
from lessor.core.issue import FaultsError, Issue, Place, Severity
from lessor.core.money import round_money
from lessor.core.numeric import DECIMAL
from lessor.engine.charges.billing import lower_billing
from lessor.rating.contracts import Contract, lease_currency
from lessor.rating.exchange import rate_at
from lessor.rating.grid import Grid
from lessor.rating.lettings import Letting, rent_vat
from lessor.rating.money_held import Paid, deposit_reported, due_day, prepayment_reported
from lessor.store.records.numbers import NO_ENTITY, entity_of
from lessor.store.records.reader import Reader
from lessor.store.records.records import Records
from lessor.store.records.rows import LeaseRecord, LeaseVersion
from lessor.store.records.writer import Writer
from lessor.terms.booking import booked_terms, canonical
from lessor.terms.charges import Usage
from lessor.terms.lease_state import state_at
from lessor.terms.leases import Lease
from lessor.terms.load import Loaded
from lessor.terms.meters import BUILT_IN
from lessor.terms.tax_preset import taxes_in_force

Change = Literal["new", "unchanged", "amended", "corrected"]


class Worth(NamedTuple):
    """What a lease is worth as signed, in its own currency; None: none is asked for.

    value: its fixed charges over the term, without VAT. The days are those on which deposit and
    prepayment are due; None while the lease is not signed, or not accepted.
    """

    value: Decimal
    deposit: Decimal | None
    prepayment: Decimal | None
    deposit_day: date | None
    prepayment_day: date | None


@dataclass(frozen=True)
class Booked:
    """A lease as it stands in the records now, and what booking it changed."""

    record: LeaseRecord
    change: Change
    effective: date | None
    term: str
    state: str
    accepted: date | None
    worth: Worth


@dataclass(frozen=True)
class Booking:
    """What booking a deal came to."""

    deal: str
    leases: tuple[Booked, ...]
    issues: tuple[Issue, ...]


class Since(NamedTuple):
    """From when changed terms hold: a day, or said to be the beginning, or (neither) not said."""

    effective: date | None = None
    beginning: bool = False


class _Entry(NamedTuple):
    """What becomes of one lease of a deal: the record as it will stand, and the change."""

    lease: Lease
    record: LeaseRecord
    change: Change


def book_deal(
    records: Records,
    loaded: Loaded,
    names: Sequence[str],
    *,
    since: Since,
    asker: Asker,
    kept: DealToKeep | None = None,
) -> Booking:
    """Book leases of a deal, all of them or, where there is a fault, none.

    kept: the deal's text, which is kept beside its leases: it says what they are financed by.
    What is not said holds from the beginning, as long as no document is issued. Raises FaultsError:
    no-lease, unknown-name, lease-of-another-deal, not-amendable, effective-too-early,
    effective-unsaid.
    """
    effective = since.effective
    chosen = _chosen(loaded, names)
    with records.writing(who=asker.who, at=asker.at) as writer:
        known = {record.id: record for record in writer.leases(chosen)}
        entries = [_entry(loaded, name, known.get(name), effective) for name in chosen]
        faults = [fault for each in entries for fault in _faults(each, known, effective)]
        if since == Since():
            faults += [fault for each in entries for fault in _unsaid(each, writer)]
        if faults:
            raise FaultsError(faults)
        worth = {entry.record.id: _worth(loaded, entry) for entry in entries}
        _write(writer, entries)
        if kept is not None:
            writer.note_booked(keep_deal(writer, kept))
        notes = tuple(note for entry in entries for note in _notes(entry, writer))
    booked = tuple(
        Booked(
            record=entry.record,
            change=entry.change,
            effective=entry.record.versions[-1].effective,
            term=str(entry.lease.term),
            state=state_at(entry.lease, asker.today).value,
            accepted=entry.lease.events.accepted,
            worth=worth[entry.record.id],
        )
        for entry in entries
    )
    return Booking(loaded.deal.deal, booked, (*loaded.issues, *_unnamed(loaded), *notes))


def _chosen(loaded: Loaded, names: Sequence[str]) -> list[str]:
    known = loaded.deal.leases
    if not known:
        remedy = "add one under `leases:`; lessor new shows how"
        place = Place(loaded.source.file, field="leases")
        raise FaultsError([Issue("no-lease", "the deal has no lease to book", remedy, place)])
    unknown = [name for name in names if name not in known]
    if unknown:
        remedy = f"write one of {', '.join(known)}"
        place = Place(field="--lease")
        raise FaultsError(
            Issue("unknown-name", f"the deal has no lease '{name}'", remedy, place)
            for name in unknown
        )
    return list(dict.fromkeys(names)) or list(known)


def _entry(loaded: Loaded, name: str, had: LeaseRecord | None, effective: date | None) -> _Entry:
    deal, lease = loaded.deal, loaded.deal.leases[name]
    terms = booked_terms(loaded, name)
    digest = hashlib.sha256(canonical(terms).encode("utf-8")).hexdigest()
    record = LeaseRecord(
        id=name,
        deal=deal.deal,
        name=name,
        entity=entity_of(deal.lessor_name),
        lessee=lease.lessee.name,
        currency=lease_currency(lease) or deal.currency,
        zone=lease.billing.time_zone,
        versions=(),
    )
    if had is None:
        version = LeaseVersion(1, None, terms, digest)
        return _Entry(lease, record._replace(versions=(version,)), "new")
    if all(each.digest == digest for each in _in_force(had.versions, effective)):
        return _Entry(lease, had, "unchanged")
    renamed = None if record.lessee == had.lessee else record.lessee
    version = LeaseVersion(len(had.versions) + 1, effective, terms, digest, renamed)
    changed: Change = "corrected" if effective is None else "amended"
    return _Entry(lease, record._replace(versions=(*had.versions, version)), changed)


def _in_force(versions: Sequence[LeaseVersion], since: date | None) -> list[LeaseVersion]:
    """The versions that hold on some day from `since` on, the last one first.

    A later number takes the place of all others from its day on.
    """
    found: list[LeaseVersion] = []
    until = date.max
    for version in reversed(versions):
        begins = version.effective or date.min
        if begins < until:
            found.append(version)
            until = begins
        if until <= (since or date.min):
            break
    return found


def _faults(
    entry: _Entry, known: dict[str, LeaseRecord], effective: date | None
) -> Iterator[Issue]:
    record = entry.record
    had = known.get(record.id)
    if had is None or entry.change == "unchanged":
        return
    if had.deal != record.deal:
        message = f"a lease called '{record.id}' is booked already, from the deal '{had.deal}'"
        remedy = "give this one another name: usage names a lease by it"
        yield Issue("lease-of-another-deal", message, remedy, _at(record))
        return
    yield from _fixed(had, record)
    if effective is not None:
        yield from _too_early(entry, effective)


_NEW_NAME = "book what is new as a lease of another name, and end this one"
_AS_BOOKED = "write it as it was booked"


def _fixed(had: LeaseRecord, record: LeaseRecord) -> Iterator[Issue]:
    """What a lease cannot change once it is booked: documents and usage stand on it."""
    before, after = had.versions[0].terms, record.versions[-1].terms
    for what, old, new, remedy in (
        ("closing_date", before.get("closing_date"), after.get("closing_date"), _AS_BOOKED),
        ("currency", had.currency, record.currency, _NEW_NAME),
        ("lessor", had.entity, record.entity, _NEW_NAME),
        ("time zone", had.zone, record.zone, _AS_BOOKED),
    ):
        if str(old) != str(new):
            message = f"its {what} is booked as {old}, and cannot become {new}"
            yield Issue("not-amendable", message, remedy, _at(record))


def _too_early(entry: _Entry, effective: date) -> Iterator[Issue]:
    start = entry.lease.events.commencement
    if start is None or effective < start:
        begins = "has no commencement yet" if start is None else f"begins on {start}"
        message = f"terms cannot change from {effective}: the lease {begins}"
        remedy = "leave --effective out: what the file says then holds from the beginning"
        yield Issue("effective-too-early", message, remedy, _at(entry.record))


def _unsaid(entry: _Entry, reader: Reader) -> Iterator[Issue]:
    """What was billed is rated again from the beginning only where that is meant."""
    if entry.change != "corrected":
        return
    issued = reader.documents(entry.record.id)
    if issued:
        message = (
            f"its terms changed, documents of it are issued ({len(issued)}), and it is not said "
            "from when the file holds"
        )
        remedy = (
            "write --effective YYYY-MM-DD for an amendment, or --from-beginning for a correction: "
            "every month that is closed is then rated again"
        )
        yield Issue("effective-unsaid", message, remedy, _at(entry.record))


def _unnamed(loaded: Loaded) -> Iterator[Issue]:
    """Numbers begin with the legal entity: one that is not named shares them with every other."""
    if entity_of(loaded.deal.lessor_name) == NO_ENTITY:
        message = f"the deal names no lessor: its documents are numbered {NO_ENTITY}-YEAR-000001"
        remedy = "write `lessor: YOUR COMPANY` at the top, before a month is closed"
        place = Place(loaded.source.file, field="lessor")
        yield Issue("lessor-missing", message, remedy, place, Severity.WARNING)


def _at(record: LeaseRecord) -> Place:
    return Place(field=f"leases.{record.id}")


def _notes(entry: _Entry, writer: Writer) -> Iterator[Issue]:
    """What to know of a change: closed months that it reaches, amendments that it replaces."""
    record = entry.record
    if entry.change not in ("amended", "corrected"):
        return
    effective = record.versions[-1].effective
    closed = [run.period for run in writer.runs(leases=[record.id])]
    reached = [period for period in closed if effective is None or period >= f"{effective:%Y-%m}"]
    if reached:
        message = f"the change reaches months that are closed, from {min(reached)} on"
        remedy = "the next close corrects them, by credit or debit notes"
        yield Issue("closed-months-changed", message, remedy, _at(record), Severity.NOTE)
    replaced = [
        each.effective
        for each in _in_force(record.versions[:-1], effective)
        if each.effective is not None
        and each.effective > (effective or date.min)
        and each.digest != record.versions[-1].digest
    ]
    if replaced:
        begins = "the beginning" if effective is None else str(effective)
        message = f"the file holds from {begins}, and replaces the terms of {max(replaced)}"
        remedy = f"book with --effective {max(replaced)} to change no more than those"
        yield Issue("amendment-replaced", message, remedy, _at(record), Severity.WARNING)


def _write(writer: Writer, entries: Sequence[_Entry]) -> None:
    writer.add_leases([(e.record, _own_meters(e.lease)) for e in entries if e.change == "new"])
    for entry in entries:
        if entry.change in ("amended", "corrected"):
            version = entry.record.versions[-1]
            writer.add_version(entry.record.id, version, _own_meters(entry.lease))


def _own_meters(lease: Lease) -> list[str]:
    """The meters that a lease is priced by beside the built-in ones."""
    priced = {charge.meter for charge in lease.charges.values() if isinstance(charge, Usage)}
    return sorted(priced - set(BUILT_IN))


def _worth(loaded: Loaded, entry: _Entry) -> Worth:
    deal, lease, name = loaded.deal, entry.lease, entry.record.name
    vat = rent_vat(taxes_in_force(deal.taxes))
    contract = Letting(deal, name, lease, Grid(deal.closing_date, 1), DECIMAL, vat).contract
    billing = lower_billing(name, lease, DECIMAL)
    own = _Own(entry.record.currency, rate_at(deal, entry.record.currency, _start(contract)))
    return Worth(
        own.amount(contract.value),
        own.amount(deposit_reported(deal, contract, billing, DECIMAL)) if lease.deposit else None,
        own.amount(prepayment_reported(deal, contract, billing, DECIMAL))
        if lease.prepayment
        else None,
        _day(loaded, lease, contract, lease.deposit.paid) if lease.deposit else None,
        _day(loaded, lease, contract, lease.prepayment.paid) if lease.prepayment else None,
    )


class _Own(NamedTuple):
    """A lease's own currency, and what one of it was worth in the deal's when it began."""

    currency: str
    rate: Decimal

    def amount(self, reported: Decimal) -> Decimal:
        return round_money(reported / self.rate, self.currency)


def _start(contract: Contract) -> date:
    return contract.service.commencement


def _day(loaded: Loaded, lease: Lease, contract: Contract, paid: Paid) -> date | None:
    """The day on which money is due; None while what makes it due has not happened."""
    events = lease.events
    if paid == "acceptance" and events.accepted is None:
        return None
    if paid == "signing" and events.signed is None and events.accepted is None:
        return None
    return due_day(loaded.deal, events, _start(contract), paid)
