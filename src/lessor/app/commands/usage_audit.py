"""`lessor usage audit`: is all that was accepted rated, pending or void?"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from lessor.app.outcome import Outcome, command, listed
from lessor.core.issue import Issue, Severity

if TYPE_CHECKING:
    from lessor.books.runs import RatingRun
    from lessor.store.usage.balance import Balance, Rated
    from lessor.store.usage.recount import Drift

TOLD_MAX = 20
"""Faults told one by one; what is wrong in one place is often wrong in many."""


@dataclass(frozen=True)
class Audited:
    """Every lease, meter and day; the hours whose kept sum is not that of the events."""

    cutoff: int
    rows: list[Balance]
    drift: list[Drift]


@command
def usage_audit(store: str | None) -> Outcome[Audited]:
    """Hold all accepted events against what was rated, is pending and was made void.

    The document is `{"cutoff", "rows": [{"lease", "meter", "day", "accepted", "rated", "pending",
    "void"}], "issues"}`, quantities in smallest units as strings. Issues: usage-unbalanced, an
    error; conflicts-open, a warning.
    """
    from lessor.store.home import open_home
    from lessor.store.records.records import Records
    from lessor.store.usage.balance import balances
    from lessor.store.usage.catalogue import UsageStore
    from lessor.store.usage.recount import drift

    home = open_home(store, os.environ)
    # Usage first and for as long: a run that is kept meanwhile has no cutoff beyond what is held.
    with (
        UsageStore.open(home.usage_folder) as usage,
        Records.open(home.records_url) as records,
        records.reading() as reader,
    ):
        zones = {lease.id: lease.zone for lease in reader.leases()}
        rows = balances(usage, _rated(reader.runs()), zones)
        cutoff = usage.cutoff()
        found = Audited(cutoff, rows, drift(usage, cutoff=cutoff, engine=home.usage_engine))
        conflicts = len(usage.conflicts())
    issues = (*_faults(found), *_open_conflicts(conflicts))
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
    }


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
