"""Figures added up for a page: what stands in several rows, by state, currency or month."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from lessor.app.shown.contracted import StateRow
from lessor.app.shown.kept import Kept
from lessor.books.lease_standing import CONTRACTED, SERVING
from lessor.books.variance import Row

_NOTHING = Decimal(0)


class Contracted(NamedTuple):
    """All that is contracted: GPUs, leases whose GPUs are not known, backlog by currency."""

    gpus: Decimal
    unknown: int
    signed: dict[str, Decimal]
    accepted: dict[str, Decimal]


class OpenTotal(NamedTuple):
    """What is open of all documents in a currency, and the part of it that is past due."""

    open: Decimal
    overdue: Decimal


class MonthOfLease(NamedTuple):
    """A month of service of a lease: plan, billed, and why they differ, by cause."""

    month: date
    plan: Decimal
    billed: Decimal
    causes: Mapping[str, Decimal]


def contracted_of(rows: Iterable[StateRow]) -> Contracted:
    """What is contracted, with the backlog of signed leases apart from those in service."""
    found = Contracted(_NOTHING, 0, {}, {})
    for row in rows:
        if row.state not in CONTRACTED:
            continue
        found = found._replace(gpus=found.gpus + row.gpus, unknown=found.unknown + row.unknown)
        part = found.accepted if row.state in SERVING else found.signed
        for currency, amount in row.backlog.items():
            part[currency] = part.get(currency, _NOTHING) + amount
    return found


def open_by_currency(kept: Kept, day: date) -> dict[str, OpenTotal]:
    """What is open on a day, credits taken off, by currency."""
    found: dict[str, OpenTotal] = {}
    for each in kept.issued:
        left, currency = kept.still[each.number], each.document.currency
        total, late = found.get(currency, OpenTotal(_NOTHING, _NOTHING))
        is_late = left > 0 and each.due_date < day
        found[currency] = OpenTotal(total + left, late + (left if is_late else _NOTHING))
    return dict(sorted(found.items()))


def by_month(rows: Iterable[Row]) -> list[MonthOfLease]:
    """Plan against bill with all charges of a month together."""
    found: dict[str, MonthOfLease] = {}
    for row in rows:
        day = date.fromisoformat(f"{row.period}-01")
        had = found.get(row.period) or MonthOfLease(day, _NOTHING, _NOTHING, {})
        causes = {
            name: had.causes.get(name, _NOTHING) + amount
            for name, amount in row.causes._asdict().items()
        }
        found[row.period] = MonthOfLease(day, had.plan + row.plan, had.billed + row.billed, causes)
    return [found[period] for period in sorted(found)]
