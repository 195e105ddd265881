"""The days on which leases, loans and the plan end, as the terms say them."""

from __future__ import annotations

from datetime import date

from lessor.terms.assets import Asset, LotDays
from lessor.terms.deal import Deal
from lessor.terms.facilities import Facility
from lessor.terms.leases import Lease
from lessor.terms.scalars import Duration


def lots_of(deal: Deal, asset: Asset) -> tuple[LotDays, ...]:
    """The days of each lot of an asset; one lot on the closing date unless deliveries are said."""
    ordered = asset.order_date or deal.closing_date
    if not asset.deliveries:
        return (LotDays(ordered, deal.closing_date, deal.closing_date),)
    return tuple(LotDays(ordered, lot.date, lot.acceptance_day) for lot in asset.deliveries)


def letting_end(lease: Lease) -> date | None:
    """The day a lease ends with its renewal; None where it is not in the forecast."""
    events = lease.events
    start = events.commencement
    if start is None:
        return None
    full = lease.term.after(start)
    end = min(day for day in (full, events.terminated, events.ended) if day is not None)
    if end <= start:
        return None
    return lease.renewal.term.after(end) if lease.renewal is not None and end == full else end


def lease_end(deal: Deal) -> date | None:
    """The last day after a lease's term as signed, whatever became of it; None without a lease.

    It is what `until: lease_end` of a loan stands for. The term of a lease that is not in the
    forecast is counted from its signature, else from closing.
    """
    ends = []
    for lease in deal.leases.values():
        start = lease.events.commencement or lease.events.signed or deal.closing_date
        ends.append(lease.term.after(start))
    return max(ends, default=None)


def day_of(deal: Deal, moment: date | Duration) -> date:
    """The day that a field means which holds a day, or a time from closing."""
    return moment.after(deal.closing_date) if isinstance(moment, Duration) else moment


def rolled_day(facility: Facility, moment: date | Duration, closing: date) -> date:
    """The day that a term of a loan means which its payments are rolled to or from.

    A time from closing, which is no named day, follows the ends of months with the payments.
    """
    dates = facility.dates
    if not isinstance(moment, Duration):
        return moment
    if dates is None or not dates.end_of_month or not moment.months:
        return moment.after(closing)
    # Few loans are rolled so: arrays are left to them.
    from lessor.core.roll import rolled

    return rolled(closing, moment.months, 1, end_of_month=True)


def maturity(deal: Deal, facility: Facility) -> date | None:
    """The day a loan ends; None with `lease_end` where the deal has no lease."""
    until = facility.repayment.until
    return lease_end(deal) if isinstance(until, str) else day_of(deal, until)
