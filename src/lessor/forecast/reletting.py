"""A lease as signed, and letting again at the market's rent after it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from lessor.core.dates import whole_months_between
from lessor.rating.service import Service
from lessor.terms.charges import BaseRent
from lessor.terms.deal import Curve, Deal
from lessor.terms.leases import Lease, Relet
from lessor.terms.scalars import Duration

WHOLE_RENTS = frozenset({"cluster_month", "quarter", "year", "total"})
"""Rents that are for all of the capacity."""

UNSAID = {"deposit": None, "prepayment": None, "usage": None, "renewal": None, "relet": None}
"""What a re-letting at the market does not take over from the lease before it."""


@dataclass(frozen=True)
class Tenancy:
    """A stretch of letting with the terms that hold in it."""

    name: str
    lease: Lease
    service: Service


def relet_of(deal: Deal, name: str, service: Service, plan_end: date | None) -> Tenancy | None:
    """The lease at the market's rent that follows, after a gap; None where nothing follows.

    `plan_end` bounds a re-letting without a term of its own; None leaves such a one out.
    """
    lease = deal.leases[name]
    if lease.relet is None:
        return None
    start = lease.relet.gap.after(service.end)
    stop = plan_end if lease.relet.term is None else lease.relet.term.after(start)
    if stop is None or stop <= start:
        return None
    again = Service(start, stop)
    return Tenancy(f"{name} (re-let)", _at_market(deal, lease, again), again)


def _at_market(deal: Deal, lease: Lease, service: Service) -> Lease:
    relet = lease.relet
    assert relet is not None
    rent = BaseRent(
        kind="base_rent",
        amount=market_rent(deal, relet, service.commencement),
        per=relet.per,
        currency=relet.currency,
        tax=relet.tax,
        vat=relet.vat,
    )
    capacity = lease.capacity
    if relet.per in WHOLE_RENTS:
        # A rent of the whole is not for a quantity: what is not let brings down the rent itself.
        rent = rent.changed(amount=rent.amount * relet.utilisation)
    else:
        capacity = capacity.changed(quantity=capacity.quantity * relet.utilisation)
    return lease.changed(
        charges={"market": rent},
        capacity=capacity,
        term=Duration(whole_months_between(service.commencement, service.end), 0),
        **UNSAID,
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
