"""How the hardware is used: hours available, reserved by leases in service, and used, by month."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from lessor.app.shown.kept import Kept
from lessor.books.capacity_course import InService, capacity_course, gpu_hours
from lessor.books.lease_book import LeaseBook
from lessor.core.dates import add_months
from lessor.rating.capacity import lots_of
from lessor.rating.service import HOURS_A_DAY
from lessor.store.usage.catalogue import UsageStore
from lessor.terms.meters import BUILT_IN, GPU_SECONDS
from lessor.terms.servers import holding, server_of

MONTHS_SHOWN = 13
SECONDS_AN_HOUR = BUILT_IN[GPU_SECONDS].units["gpu_hour"]


class UseMonth(NamedTuple):
    """GPU hours of one calendar month up to the day it is asked for.

    available: of hardware accepted, and of leases that name no hardware as much as they reserve;
    reserved: in service under a lease; metered: the part of it whose use is metered; used: of it.
    reserved_share = reserved / available; used_share = used / metered; None where there is none.
    """

    month: date
    available: Decimal
    reserved: Decimal
    metered: Decimal
    used: Decimal
    reserved_share: Decimal | None
    used_share: Decimal | None


class Utilisation(NamedTuple):
    """The months, oldest first; unknown: leases in service of which no server model tells GPUs."""

    months: tuple[UseMonth, ...]
    unknown: tuple[str, ...]


def utilisation(kept: Kept, usage: UsageStore, day: date) -> Utilisation:
    """The last months up to a day, from the first one in which anything was in service."""
    courses = {id: capacity_course(book) for id, book in kept.books.items()}
    unknown = tuple(id for id, course in courses.items() if any(s.gpus is None for s in course))
    known = {id: course for id, course in courses.items() if course and id not in unknown}
    begins = min((course[0].start for course in known.values()), default=day)
    months = [month for month in _months(day) if add_months(month, 1) > begins]
    if not known or not months or begins >= day:
        return Utilisation((), unknown)
    used = _used(kept, usage, months[0], day)
    books = [kept.books[id] for id in known]
    return Utilisation(
        tuple(
            _month(books, known, used, (month, min(add_months(month, 1), day)))
            for month in months
            if month < day
        ),
        unknown,
    )


def _months(day: date) -> list[date]:
    last = day.replace(day=1)
    return [add_months(last, -back) for back in range(MONTHS_SHOWN - 1, -1, -1)]


def _used(
    kept: Kept, usage: UsageStore, start: date, end: date
) -> Mapping[tuple[str, date], Decimal]:
    """GPU hours metered by lease and month, in the days of each lease's time zone."""
    zones: dict[str, list[str]] = defaultdict(list)
    for book in kept.books.values():
        zones[book.zone].append(book.id)
    cutoff = usage.cutoff()
    found: dict[tuple[str, date], Decimal] = defaultdict(Decimal)
    for zone, leases in zones.items():
        sums = usage.day_sums(leases, start, end, cutoff=cutoff, zone=zone, meters=[GPU_SECONDS])
        for each in sums:
            found[each.lease, each.day.replace(day=1)] += Decimal(each.quantity) / SECONDS_AN_HOUR
    return found


def _month(
    books: Iterable[LeaseBook],
    courses: Mapping[str, tuple[InService, ...]],
    used: Mapping[tuple[str, date], Decimal],
    days: tuple[date, date],
) -> UseMonth:
    nothing = Decimal(0)
    hours = {id: gpu_hours(course, *days) or nothing for id, course in courses.items()}
    metered = {id: used[id, days[0]] for id in courses if (id, days[0]) in used}
    reserved = sum(hours.values(), nothing)
    available = _available(books, hours, days)
    of_metered = sum((hours[id] for id in metered), nothing)
    total = sum(metered.values(), nothing)
    return UseMonth(
        month=days[0],
        available=available,
        reserved=reserved,
        metered=of_metered,
        used=total,
        reserved_share=reserved / available if available else None,
        used_share=total / of_metered if of_metered else None,
    )


def _available(
    books: Iterable[LeaseBook], reserved: Mapping[str, Decimal], days: tuple[date, date]
) -> Decimal:
    """GPU hours of each asset from the acceptance of its lots on; an asset counts once."""
    held: dict[tuple[str, str], Decimal] = {}
    total = Decimal(0)
    for book in books:
        deal, name = book.versions[-1].deal, book.lease.capacity.asset
        asset = holding(deal, name)
        server = None if asset is None else server_of(asset.model, asset.spec)
        if asset is None or server is None or name is None:
            total += reserved[book.id]
            continue
        hours = (
            lot.quantity * server.gpus * count * HOURS_A_DAY
            for lot in lots_of(deal, asset)
            if (count := (days[1] - max(lot.accepted, days[0])).days) > 0
        )
        held[deal.deal, name] = sum(hours, Decimal(0))
    return total + sum(held.values(), Decimal(0))
