"""Usage that was taken in and that no charge of its lease asks for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from lessor.books.charged import Charged
from lessor.terms.meters import CREDIT_CLAIM

if TYPE_CHECKING:
    from lessor.app.closing_order import Work
    from lessor.books.metered import Facts
    from lessor.store.usage.catalogue import UsageStore


def uncharged(
    work: Sequence[Work], facts: Mapping[str, Facts], usage: UsageStore, cutoff: int
) -> dict[str, str]:
    """Of each lease a meter that counted in the month closed something that no charge asks for."""
    days: dict[tuple[str, date, date], list[str]] = defaultdict(list)
    counted: dict[str, set[str]] = defaultdict(set)
    for each in work:
        days[(each.book.zone, *_month(each))].append(each.book.id)
    for (zone, start, end), leases in days.items():
        for lease, meter in usage.meters(leases, start, end, cutoff=cutoff, zone=zone):
            # A claim is no quantity: what becomes of it is told apart.
            if meter != CREDIT_CLAIM:
                counted[lease].add(meter)
    found = {}
    for each in work:
        lease = each.book.id
        charged = Charged(each.book.stages, each.course)
        of_other_days = charged.unasked(facts[lease].sums, *_month(each))
        unasked = {meter for meter in counted[lease] if not charged.knows(meter)}
        if unasked or of_other_days:
            found[lease] = min([*unasked, *of_other_days])
    return found


def _month(work: Work) -> tuple[date, date]:
    bounds, month = work.book.grid.boundaries, work.scope.month
    return bounds[month], bounds[month + 1]
