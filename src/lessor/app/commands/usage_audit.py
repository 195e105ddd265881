"""`lessor usage audit`: is all that was accepted rated, pending or void?"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import TYPE_CHECKING

from lessor.app.outcome import Outcome, command, listed
from lessor.core.issue import Issue, Severity

if TYPE_CHECKING:
    from lessor.books.claims import Idle
    from lessor.books.runs import RatingRun
    from lessor.store.records.rows import LeaseRecord, Progress
    from lessor.store.usage.astray import Astray
    from lessor.store.usage.balance import Balance, Rated
    from lessor.store.usage.catalogue import UsageStore
    from lessor.store.usage.recount import Drift

TOLD_MAX = 20
"""Faults told one by one; what is wrong in one place is often wrong in many."""


@dataclass(frozen=True)
class Audited:
    """Every lease, meter and day; the hours whose kept sum is not that of the events."""

    cutoff: int
    rows: list[Balance]
    drift: list[Drift]
    currencies: dict[str, str]


@command
def usage_audit(store: str | None) -> Outcome[Audited]:
    """Hold all accepted events against what was rated, is pending and was made void.

    The document is `{"cutoff", "rows": [{"lease", "meter", "day", "accepted", "rated", "pending",
    "void", "uncharged"}], "issues"}`, quantities in smallest units as strings; uncharged is a part
    of rated. Issues: usage-unbalanced, an error; conflicts-open, correction-astray and
    claim-without-effect, warnings.
    """
    from lessor.app.idle_claims import idle_warnings
    from lessor.store.home import open_home
    from lessor.store.records.records import Records
    from lessor.store.usage.astray import astray
    from lessor.store.usage.balance import balances
    from lessor.store.usage.catalogue import UsageStore
    from lessor.store.usage.recount import drift

    home = open_home(store, os.environ)
    # Usage first and for as long: a run that is kept meanwhile has no cutoff beyond what is held.
    with (
        UsageStore.open(home.usage_folder, read_only=True) as usage,
        Records.open(home.records_url) as records,
        records.reading() as reader,
    ):
        leases = reader.leases()
        zones = {lease.id: lease.zone for lease in leases}
        rows = balances(usage, _rated(reader.runs()), zones)
        rows = list(_uncharged(rows, leases, reader.progress()))
        cutoff = usage.cutoff()
        drifted = drift(usage, cutoff=cutoff, engine=home.usage_engine)
        found = Audited(cutoff, rows, drifted, {lease.id: lease.currency for lease in leases})
        conflicts = len(usage.conflicts())
        strayed = astray(usage)
        idle = _idle_claims(rows, leases, usage)
    issues = (
        *_faults(found),
        *_open_conflicts(conflicts),
        *_astray(strayed),
        *idle_warnings(idle),
    )
    document: dict[str, object] = {
        "cutoff": cutoff,
        "rows": [row_json(row) for row in found.rows],
        "issues": listed(issues),
    }
    return Outcome(document, issues, found)


def row_json(row: Balance) -> dict[str, str]:
    """A lease, meter and day as JSON."""
    return {
        "lease": row.lease,
        "meter": row.meter,
        "day": row.day.isoformat(),
        "accepted": str(row.accepted),
        "rated": str(row.rated),
        "pending": str(row.pending),
        "void": str(row.void),
        "uncharged": str(row.uncharged),
    }


def _uncharged(
    rows: Sequence[Balance], leases: Sequence[LeaseRecord], progress: Mapping[str, Progress]
) -> Iterator[Balance]:
    """The rows with what was rated and no charge asks for, by the terms that were rated last."""
    from lessor.app.closing import book_of
    from lessor.books.charged import Charged

    records = {lease.id: lease for lease in leases}
    for name, of_lease in groupby(rows, lambda row: row.lease):
        known, done = records.get(name), progress.get(name)
        if known is None or done is None:
            yield from of_lease
            continue
        book = book_of(known._replace(versions=known.versions[: done.version]))
        charged = Charged(book.stages, book.course())
        for row in of_lease:
            is_asked = charged.asks(row.meter, row.day)
            yield row if is_asked else row._replace(uncharged=row.rated)


def _idle_claims(
    rows: Sequence[Balance], leases: Sequence[LeaseRecord], usage: UsageStore
) -> list[Idle]:
    """The claims without effect of every lease that claims any, by its terms as they stand."""
    from lessor.app.closing import book_of
    from lessor.books.claims import idle_claims
    from lessor.terms.meters import CREDIT_CLAIM

    records = {lease.id: lease for lease in leases}
    days: dict[str, list[date]] = {}
    for row in rows:
        if row.meter == CREDIT_CLAIM and row.lease in records:
            days.setdefault(row.lease, []).append(row.day)
    found: list[Idle] = []
    for lease, claimed in days.items():
        book, after = book_of(records[lease]), max(claimed) + timedelta(days=1)
        claims = usage.events(
            lease, CREDIT_CLAIM, min(claimed), after, cutoff=usage.cutoff(), zone=book.zone
        )
        found += idle_claims(book, book.course(), claims)
    return found


def _rated(runs: Sequence[RatingRun]) -> list[Rated]:
    from lessor.store.usage.balance import Rated

    return [Rated(run.lease, *_month(run.period), run.cutoff) for run in runs]


def _month(period: str) -> tuple[date, date]:
    year, month = int(period[:4]), int(period[5:])
    return date(year, month, 1), date(year + month // 12, month % 12 + 1, 1)


def _faults(found: Audited) -> Iterator[Issue]:
    uneven = [row for row in found.rows if not row.is_even]
    told = [_uneven(row) for row in uneven] + [_drifted(each) for each in found.drift]
    yield from (_unbalanced(each) for each in told[:TOLD_MAX])
    if len(told) > TOLD_MAX:
        yield _unbalanced(f"and {len(told) - TOLD_MAX} more")


def _uneven(row: Balance) -> str:
    told = (
        f"{row.lease}, {row.meter}, {row.day}: accepted {row.accepted} is not rated {row.rated} "
        f"+ pending {row.pending} + void {row.void}"
    )
    if row.rated == row.rated_events:
        return told
    return f"{told}; of events, {row.rated_events} were there to be rated"


def _drifted(each: Drift) -> str:
    hour = each.hour.isoformat(timespec="minutes")
    return f"{each.lease}, {each.meter}, {hour}Z: events add up to {each.counted}, not {each.kept}"


def _unbalanced(told: str) -> Issue:
    return Issue("usage-unbalanced", told, "run lessor doctor before a month is closed again")


def _open_conflicts(count: int) -> Iterator[Issue]:
    if count:
        yield Issue(
            "conflicts-open",
            f"conflicts are open: {count}; what came first counts",
            "see lessor usage conflicts",
            severity=Severity.WARNING,
        )


def _astray(found: Sequence[Astray]) -> Iterator[Issue]:
    lost = [each for each in found if each.of is None]
    if lost:
        first = lost[0]
        told = f"{first.id} of {first.lease} corrects {first.target}{_more(lost)}"
        yield _strayed(f"corrections name events that never came: {told}")
    foreign = [(each, each.of) for each in found if each.of is not None]
    if foreign:
        first, (lease, meter) = foreign[0]
        told = f"{first.id} ({first.lease}, {first.meter}) names {first.target} of {lease}, {meter}"
        message = "corrections name events of another lease or meter and take nothing back"
        yield _strayed(f"{message}: {told}{_more(foreign)}")


def _more(found: Sequence[object]) -> str:
    return f" and {len(found) - 1} more" if len(found) > 1 else ""


def _strayed(message: str) -> Issue:
    remedy = "see that the id is the one meant; send another, with its event's lease and meter"
    return Issue("correction-astray", message, remedy, severity=Severity.WARNING)
