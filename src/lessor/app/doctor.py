"""The whole store examined: usage, records, each against the other, and what a crash left.

Mended is only what nothing counts: files that nothing names and drafts of months that are invoiced.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from lessor.app.document_checks import contradictions
from lessor.app.rerating import Difference, differences
from lessor.app.turns import one_at_a_time
from lessor.books.documents import Issued
from lessor.core.issue import FaultsError, Issue, Place, Severity
from lessor.store.home import Home
from lessor.store.records.reader import Reader
from lessor.store.records.records import Records
from lessor.store.records.rows import LeaseRecord
from lessor.store.usage.catalogue import UsageStore
from lessor.terms.booking import canonical

GROUP = 250
"""Leases whose documents are in memory together."""

SAMPLE = 20
"""Leases rated again where not all are asked for, evenly over their names."""


class Orders(NamedTuple):
    """Whether to mend, whether to rate every lease again, and who asks when."""

    mend: bool
    rerate: bool
    who: str
    at: datetime


class Check(NamedTuple):
    """One thing examined: how many were looked at, and how many faults were found."""

    name: str
    looked_at: int
    faults: int


@dataclass
class Examination:
    """What was examined, and everything found; errors are what no one may build on."""

    checks: list[Check] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)

    def add(self, name: str, looked_at: int, found: list[Issue]) -> None:
        """Enter a check with what it found."""
        self.checks.append(Check(name, looked_at, len(found)))
        self.issues += found


def examine(home: Home, orders: Orders) -> Examination:
    """Examine a store while nobody else closes a month on it or takes usage in.

    Issues: usage-unsound, records-unsound, lines-differ, left-over, and those of a part that does
    not open: store-damaged, store-outdated, store-busy, store-missing, records-unreachable.
    """
    found = Examination()
    reads = not orders.mend
    with one_at_a_time(home.folder / "closing.lock", is_reading=reads), ExitStack() as held:
        usage: UsageStore | None = None
        faults: Sequence[Issue] = ()
        try:
            usage = held.enter_context(UsageStore.open(home.usage_folder, read_only=reads))
        except FaultsError as fault:
            faults = fault.issues
        files = sum(path.is_file() for path in home.folder.rglob("*"))
        left = _unfinished(home, mend=orders.mend, is_held=usage is not None)
        found.add("files of the store", files, list(left))
        found.issues += faults
        if usage is not None:
            _usage(usage, found, mend=orders.mend)
        try:
            with Records.open(home.records_url) as records:
                _records(records, usage, found, orders)
        except FaultsError as fault:
            found.issues += fault.issues
    return found


def _unfinished(home: Home, *, mend: bool, is_held: bool) -> Iterator[Issue]:
    """Files that were being written when a command was killed; nothing reads them.

    is_held: whether usage is held against others, who else may be writing those of its folder now.
    """
    staging = home.usage_folder / "staging"
    for path in sorted((*home.folder.glob("config.toml.*"), *staging.glob("*"))):
        if path.is_dir() or path.name.startswith("orphan-"):
            continue
        is_mended = mend and (is_held or path.parent != staging)
        if is_mended:
            path.unlink()
        told = "a file that was never finished"
        yield _left(path.relative_to(home.folder), told, mended=is_mended)


def _left(path: Path, what: str, *, mended: bool) -> Issue:
    place = Place(str(path))
    if mended:
        told = f"{what}: out of the way now"
        return Issue("left-over", told, "nothing is left to do", place, Severity.NOTE)
    remedy = "it does no harm; lessor doctor --mend puts it out of the way"
    return Issue("left-over", what, remedy, place, Severity.WARNING)


def _usage(usage: UsageStore, found: Examination, *, mend: bool) -> None:
    """Segments against the catalogue, the catalogue against itself."""
    issues = []
    for finding in usage.examine(mend=mend):
        if finding.kind == "orphan":
            path = Path("usage", finding.place)
            issues.append(_left(path, finding.message, mended=finding.mended))
            continue
        remedy = "bring the usage folder back from a copy, and load again what came after it"
        issues.append(Issue("usage-unsound", finding.message, remedy, Place(finding.place)))
    found.add("events taken in", usage.cutoff(), issues)


def _records(
    records: Records, usage: UsageStore | None, found: Examination, orders: Orders
) -> None:
    with records.reading() as reader:
        found.add("records against themselves", 1, [_unsound(*f[1:]) for f in reader.examine()])
        leases = reader.leases()
        found.add("leases", len(leases), list(_versions(leases)))
        _documents(reader, leases, found)
        if usage is not None:
            _against_usage(reader, usage, leases, found, orders)
        stale = _stale(reader)
    if orders.mend and stale:
        with records.writing(who=orders.who, at=orders.at) as writer:
            writer.drop_drafts([draft.number for draft in stale])
    issues = [_stale_draft(draft, mended=orders.mend) for draft in stale]
    found.add("drafts", len(stale), issues)


def _unsound(place: str, message: str) -> Issue:
    remedy = "issue nothing more from it: compare it with a copy, and void what is wrong"
    return Issue("records-unsound", message, remedy, Place(place))


def _versions(leases: Sequence[LeaseRecord]) -> Iterator[Issue]:
    """Each version is the next one, and its terms are those that were booked."""
    for lease in leases:
        numbers = [version.number for version in lease.versions]
        if numbers != list(range(1, len(numbers) + 1)):
            yield _unsound(lease.id, f"its versions are numbered {numbers}")
        for version in lease.versions:
            digest = hashlib.sha256(canonical(version.terms).encode("utf-8")).hexdigest()
            if digest != version.digest:
                told = f"the terms of version {version.number} are not those that were booked"
                yield _unsound(lease.id, told)


def _documents(reader: Reader, leases: Sequence[LeaseRecord], found: Examination) -> None:
    """Every document against itself, its month, the money held, and the audit trail."""
    issues: list[Issue] = []
    entered = {(change.what, change.subject) for change in reader.audit()}
    count = 0
    for group in _groups(leases):
        by_lease: dict[str, list[Issued]] = {lease: [] for lease in group}
        for each in reader.documents(leases=group):
            count += 1
            by_lease[each.document.lease].append(each)
            entry = ("voided", each.voids) if each.voids else ("issued", each.number)
            if entry not in entered:
                issues.append(_unsound(each.number, "the audit trail does not know of it"))
        for documents in by_lease.values():
            issues += [_unsound(*each) for each in contradictions(documents)]
        for lease, held in reader.held(group).items():
            if held.deposits < held.set_off or held.prepayments < held.prepaid:
                told = "invoices drew more of its deposit or prepayment than came"
                issues.append(_unsound(lease, told))
    found.add("documents", count, issues)


def _against_usage(
    reader: Reader,
    usage: UsageStore,
    leases: Sequence[LeaseRecord],
    found: Examination,
    orders: Orders,
) -> None:
    """What was closed against the usage that is kept: none is gone, and it gives the same lines."""
    ahead = [each for each in reader.progress().values() if each.cutoff > usage.cutoff()]
    if ahead:
        last = max(each.cutoff for each in ahead)
        told = (
            f"months were closed on usage up to {last}, and no more than {usage.cutoff()} is kept"
        )
        remedy = "bring the usage folder back from a newer copy, before anything is closed"
        found.add("closed months", len(ahead), [Issue("usage-unsound", told, remedy)])
        return
    step = 1 if orders.rerate else max(1, -(-len(leases) // SAMPLE))
    chosen = leases[::step]
    issues = []
    for start in range(0, len(chosen), GROUP):
        group = chosen[start : start + GROUP]
        found_now = differences(reader, usage, group, each_document=orders.rerate)
        issues += [_not_issued(each) for each in found_now]
    found.add("leases rated again", len(chosen), issues)


def _not_issued(found: Difference) -> Issue:
    if found.waits:
        remedy = f"where it is owed after all: lessor close {found.waits} --lease {found.lease}"
        place = Place(found.lease)
        return Issue("void-not-billed", found.message, remedy, place, Severity.NOTE)
    remedy = f"close its months again: lessor close PERIOD --lease {found.lease}"
    return Issue("lines-differ", found.message, remedy, Place(found.lease))


class _Draft(NamedTuple):
    number: int
    lease: str
    period: str


def _stale(reader: Reader) -> list[_Draft]:
    """Drafts of invoices for months that have one: they can never be issued."""
    drafts = [
        _Draft(number, document.lease, document.period)
        for number, document, _ in reader.drafts()
        if document.kind == "invoice"
    ]
    issued = reader.documents(leases=sorted({draft.lease for draft in drafts})) if drafts else []
    void = {each.voids for each in issued if each.voids}
    live = {
        (each.document.lease, each.document.period)
        for each in issued
        if each.document.kind == "invoice" and each.number not in void
    }
    return [draft for draft in drafts if (draft.lease, draft.period) in live]


def _stale_draft(draft: _Draft, *, mended: bool) -> Issue:
    told = f"draft-{draft.number} is of lease {draft.lease}, {draft.period}, which is invoiced"
    return _left(Path("drafts"), told, mended=mended)


def _groups(leases: Sequence[LeaseRecord]) -> Iterator[list[str]]:
    for start in range(0, len(leases), GROUP):
        yield [lease.id for lease in leases[start : start + GROUP]]
