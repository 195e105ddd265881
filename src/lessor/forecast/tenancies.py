"""The tenancies that a lease becomes: the term itself, its renewal, and letting again after it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from lessor.core.dates import whole_months_between
from lessor.forecast.grid import Grid
from lessor.forecast.service import Service, after, service_of
from lessor.terms.charges import BaseRent
from lessor.terms.deal import Curve, Deal
from lessor.terms.leases import Lease, Relet
from lessor.terms.scalars import Duration


@dataclass(frozen=True)
class Tenancy:
    """One stretch of letting with the terms that hold in it."""

    name: str
    lease_name: str
    lease: Lease
    service: Service
    first: bool


def tenancies_of(deal: Deal, name: str, plan_end: date | None) -> list[Tenancy]:
    """The tenancies of a lease in order of time; none where it is not forecast.

    `plan_end` bounds a re-letting without a term of its own; None leaves such a one out.
    """
    lease = deal.leases[name]
    service = service_of(lease.events, lease.term)
    if service is None:
        return []
    found = [Tenancy(name, name, lease, service, True)]
    full_term = after(service.commencement, lease.term)
    end = service.end
    if lease.renewal is not None and end == full_term:
        stop = after(end, lease.renewal.term)
        found.append(
            Tenancy(f"{name} (renewal)", name, _renewed(lease), Service(end, stop), False)
        )
        end = stop
    if lease.relet is not None:
        start = after(end, lease.relet.gap)
        stop_day = plan_end if lease.relet.term is None else after(start, lease.relet.term)
        if stop_day is not None and stop_day > start:
            again = Service(start, stop_day)
            found.append(
                Tenancy(f"{name} (re-let)", name, _relet(deal, lease, again), again, False)
            )
    return found


def contract_service(lease: Lease, closing: date) -> Service:
    """The whole term as signed, whatever became of it: the base of contract value."""
    start = lease.events.commencement or lease.events.signed or closing
    return Service(start, after(start, lease.term))


def _renewed(lease: Lease) -> Lease:
    assert lease.renewal is not None
    charges = {}
    for key, charge in lease.charges.items():
        if not isinstance(charge, BaseRent):
            charges[key] = charge
            continue
        last = charge.amount
        if charge.escalator is not None:
            rises = max(lease.term.months - 1, 0) // charge.escalator.every.months
            last = last * (1 + charge.escalator.rate) ** rises
        charges[key] = charge.changed(
            amount=last * lease.renewal.rent, rent_free=Duration(0, 0)
        )
    return lease.changed(
        charges=charges, term=lease.renewal.term, deposit=None, prepayment=None, renewal=None
    )


def _relet(deal: Deal, lease: Lease, service: Service) -> Lease:
    relet = lease.relet
    assert relet is not None
    rent = BaseRent(
        kind="base_rent",
        amount=market_rent(deal, relet, service.commencement),
        per=relet.per,
    )
    capacity = lease.capacity.changed(quantity=lease.capacity.quantity * relet.utilisation)
    return lease.changed(
        charges={"market": rent},
        capacity=capacity,
        term=Duration(whole_months_between(service.commencement, service.end), 0),
        deposit=None,
        prepayment=None,
        usage=None,
        renewal=None,
        relet=None,
    )


def market_rent(deal: Deal, relet: Relet, day: date) -> Decimal:
    """The market's rent on a day: from the curve, or the amount less its yearly decline."""
    if relet.curve is not None:
        return rent_on(deal, relet.curve, day)
    amount = relet.amount or Decimal(0)
    years = Decimal(whole_months_between(deal.closing_date, day)) / 12
    return amount * (1 - relet.decline) ** years


def rent_on(deal: Deal, curve_name: str, day: date) -> Decimal:
    """The last rent of a curve dated by `day` (the first before that)."""
    curve: Curve = deal.curves[curve_name]
    if curve.like is not None:
        return rent_on(deal, curve.like, day) * curve.times
    points = sorted(curve.rents, key=lambda point: point.date)
    known = [point.amount for point in points if point.date <= day]
    return known[-1] if known else points[0].amount


def contract_grid(service: Service) -> Grid:
    """Months counted from the lease's own first day, enough for its whole term."""
    whole = whole_months_between(service.commencement, service.end)
    months = Grid(service.commencement, max(whole, 1))
    return months if months.end >= service.end else Grid(service.commencement, whole + 1)
