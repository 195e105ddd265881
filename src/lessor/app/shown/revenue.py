"""Revenue by month of service: what was planned as leases were booked, and what was billed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from lessor.app.closing import book_of
from lessor.app.commands.actual_vs_plan import expected_of
from lessor.app.shown.kept import BOOKS_KEPT, Kept, Versions
from lessor.books.lease_book import LeaseBook
from lessor.books.variance import Amounts
from lessor.store.records.rows import LeaseRecord


class RevenueMonth(NamedTuple):
    """A month of service, net of VAT: plan, and billed (None: no lease was closed in it yet).

    awaiting: leases in service that month whose month is over and not closed, so that billed is
    not all of it.
    """

    period: str
    plan: Decimal
    billed: Decimal | None
    awaiting: int


def planned_amounts(record: LeaseRecord) -> Amounts:
    """Net of each charge by month of service, by the terms booked first on the days expected."""
    return _planned(Versions(record._replace(versions=record.versions[:1])))


@lru_cache(maxsize=BOOKS_KEPT)
def _planned(first: Versions) -> Amounts:
    return expected_of(book_of(first.record))


def revenue_by_month(kept: Kept, day: date) -> dict[str, tuple[RevenueMonth, ...]]:
    """Plan and bill of all leases by month of service, by currency, from the first month on."""
    plans: dict[str, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    billed: dict[str, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    awaiting: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for book in kept.books.values():
        for cell, amount in planned_amounts(kept.records[book.id]).items():
            plans[book.currency][cell.period] += amount
        for period in kept.awaiting(book.id, day):
            awaiting[book.currency][period] += 1
        for period in kept.closed.get(book.id, ()):
            billed[book.currency][period] += 0
        for period, amount in billed_by_month(book, kept).items():
            billed[book.currency][period] += amount
    return {
        currency: tuple(_months(plan, billed[currency], awaiting[currency]))
        for currency, plan in sorted(plans.items())
    }


def billed_by_month(book: LeaseBook, kept: Kept) -> dict[str, Decimal]:
    """What the documents of a lease billed, net of VAT, by month of service."""
    found: dict[str, Decimal] = defaultdict(Decimal)
    for each in kept.issued_of.get(book.id, ()):
        for line in each.document.lines:
            found[book.grid.labels[book.grid.period_of(line.start)]] += line.amount
    return found


def _months(
    plan: Mapping[str, Decimal], billed: Mapping[str, Decimal], awaiting: Mapping[str, int]
) -> Iterable[RevenueMonth]:
    for period in sorted({*plan, *billed}):
        yield RevenueMonth(
            period,
            plan.get(period, Decimal(0)),
            billed.get(period),
            awaiting.get(period, 0),
        )
