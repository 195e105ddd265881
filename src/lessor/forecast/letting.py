"""Drives every lease over the plan: rated, billed, and its cash put into the plan."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from fractions import Fraction

from lessor.core.dates import add_months, whole_months_between
from lessor.core.numeric import Value
from lessor.engine.charges.lease import LeaseTerms, lower_lease
from lessor.engine.charges.segment import Passed
from lessor.forecast.capacity import (
    Lot,
    Units,
    contracted,
    first_promised,
    late_share,
    lots_of,
    share_in_service,
)
from lessor.forecast.collecting import collect
from lessor.forecast.contracts import (
    FIXED,
    Contract,
    Signed,
    contract_of,
    lease_currency,
    rated_as_signed,
)
from lessor.forecast.desk import Desk, LeaseRun, Stretch
from lessor.forecast.exchange import rate_at
from lessor.forecast.grid import Grid
from lessor.forecast.rating import Rated, Rating, rate_service
from lessor.forecast.reletting import Tenancy, contract_service, relet_of
from lessor.forecast.service import Service, Span, service_of
from lessor.forecast.usage import lower_plan
from lessor.terms.charges import PassThrough
from lessor.terms.leases import Lease
from lessor.terms.servers import holding, lease_server

NOTHING_LATE = Fraction(0)


def run_lease(desk: Desk, name: str) -> LeaseRun:
    """One lease, all its tenancies."""
    deal, kind = desk.deal, desk.kind
    lease = deal.leases[name]
    units = contracted(name, lease, lease_server(deal, lease), kind)
    months = desk.cash.grid.months
    run = LeaseRun(
        name,
        lease,
        units,
        lambda: _contract(desk, name, lease, units),
        rent_earned=[0] * months,
        revenue=[0] * months,
    )
    service = service_of(lease)
    if service is None:
        return run
    _run_tenancy(desk, run, Tenancy(name, lease, service))
    if _is_served_as_signed(desk, lease, service):
        rated = [item for _, _, item in run.rated]
        run.sign = lambda: contract_of(_signed(desk, name, lease, units), rated, kind)
    again = relet_of(deal, name, service, desk.cash.grid.end)
    if again is not None:
        _run_tenancy(desk, run, again)
    return run


def _contract(desk: Desk, name: str, lease: Lease, units: Units) -> Contract:
    fixed = {key: charge for key, charge in lease.charges.items() if charge.kind in FIXED}
    kept = {
        key: charge.changed(of=[other for other in charge.of if other in fixed])
        if charge.kind == "minimum"
        else charge
        for key, charge in fixed.items()
    }
    terms = lower_lease(name, lease.changed(charges=kept), kind=desk.kind, defaults=desk.defaults)
    signed = _signed(desk, name, lease, units)
    rated = rated_as_signed(signed, terms, _rating(desk, name, lease, units))
    return contract_of(signed, rated, desk.kind)


def _signed(desk: Desk, name: str, lease: Lease, units: Units) -> Signed:
    service = contract_service(lease, desk.deal.closing_date)
    return Signed(desk.deal, name, lease, service, units)


def _is_served_as_signed(desk: Desk, lease: Lease, service: Service) -> bool:
    """Whether the plan serves a contract of fixed charges whole, month for month of its own.

    Then the plan's rating is the contract's, and nothing is rated twice.
    """
    held, grid = holding(desk.deal, lease.capacity.asset), desk.cash.grid
    lots = [] if held is None else lots_of(desk.deal, held)
    return (
        service == contract_service(lease, desk.deal.closing_date)
        and grid.closing == service.commencement
        and grid.end >= service.end
        and all(lot.accepted <= service.commencement for lot in lots)
        and all(charge.kind in ("base_rent", "minimum") for charge in lease.charges.values())
    )


def _rating(desk: Desk, name: str, lease: Lease, units: Units) -> Rating:
    deal, kind = desk.deal, desk.kind
    plan = None
    if lease.usage is not None:
        plan = lower_plan(lease.usage, f"leases.{name}.usage", kind)
    held = holding(deal, lease.capacity.asset)
    lots = [] if held is None else lots_of(deal, held)
    days = [lease.events.promised, *(day for lot in lots for day in (lot.accepted, lot.promised))]
    changes = [day for day in days if day is not None]
    costs = [charge.cost for charge in lease.charges.values() if isinstance(charge, PassThrough)]
    return Rating(
        kind=kind,
        grid=desk.cash.grid,
        actual_hours=deal.hours == "actual",
        units=units,
        capacity_share=_readiness(desk, name, lots, units),
        plan=plan,
        availability=kind.number(lease.availability, f"leases.{name}.availability"),
        passed=lambda span: tuple(_in_own_currency(desk, lease, cost, span) for cost in costs),
        late_share=_lateness(lease, lots),
        cuts=[*changes, *_months_of_use(lease, desk.cash.grid)],
    )


def _readiness(desk: Desk, name: str, lots: list[Lot], units: Units) -> Callable[[date], Value]:
    """The part of the capacity that is accepted on a day; all of it once the last lot is."""
    complete = max((lot.accepted for lot in lots), default=date.min)
    everything = desk.kind.given(1)

    def share(day: date) -> Value:
        if complete <= day:
            return everything
        return share_in_service(desk.deal, name, day, units.servers, desk.kind)

    return share


def _lateness(lease: Lease, lots: list[Lot]) -> Callable[[date], Fraction]:
    """The part of the capacity that is late on a day; none is where nothing was promised."""
    if first_promised(lease, lots) is None:
        return lambda _: NOTHING_LATE
    return lambda day: late_share(lease, lots, day)


def _months_of_use(lease: Lease, grid: Grid) -> list[date]:
    """The days on which expected usage changes: the lease's months, where the plan says it does."""
    plan, start = lease.usage, lease.events.commencement
    if plan is None or start is None:
        return []
    declines = plan.prices is not None and plan.prices.decline != 0
    if plan.ramp_up.is_zero and plan.growth == 0 and not declines:
        return []
    months = whole_months_between(start, grid.end)
    return [add_months(start, month) for month in range(1, months + 1)]


def _in_own_currency(desk: Desk, lease: Lease, cost: str, span: Span) -> Passed:
    """A cost charged on, in the lease's currency."""
    passed, currency = desk.passed(cost, span), lease_currency(lease)
    if currency is None or currency == desk.deal.currency:
        return passed
    rate = desk.kind.given(rate_at(desk.deal, currency, span.start), f"rate of {currency}")
    return Passed(passed.amount / rate, passed.quantity)


def _run_tenancy(desk: Desk, run: LeaseRun, tenancy: Tenancy) -> None:
    deal, kind, lease = desk.deal, desk.kind, tenancy.lease
    held = holding(deal, lease.capacity.asset)
    units, terminated = run.units, None
    promised = first_promised(lease, [] if held is None else lots_of(deal, held))
    if tenancy.name != run.name:
        units, promised = contracted(run.name, lease, lease_server(deal, lease), kind), None
    elif (day := lease.events.terminated) is not None and day < lease.term.after(
        tenancy.service.commencement
    ):
        terminated = (day, run.contract.base_from(day, kind))
    defaults = desk.defaults._replace(promised=promised)
    terms = lower_lease(run.name, lease, kind=kind, defaults=defaults)
    rated = rate_service(
        terms,
        tenancy.service,
        _rating(desk, run.name, lease, units),
        promised=promised,
        terminated=terminated,
    )
    run.rated += [(tenancy, terms, item) for item in rated]
    _earn(desk, run, tenancy, terms, rated)
    collect(desk, run, tenancy, terms, rated)


def _earn(
    desk: Desk, run: LeaseRun, tenancy: Tenancy, terms: LeaseTerms, rated: list[Rated]
) -> None:
    for item in rated:
        period, day = item.span.period, item.span.start
        rent = desk.converted(tenancy, item.flows.rent, day)
        net = desk.converted(tenancy, item.flows.net, day)
        run.rent_earned[period] = run.rent_earned[period] + rent
        run.revenue[period] = run.revenue[period] + net
        meters = dict(zip(terms.meters, item.segment.quantities, strict=True))
        run.stretches.append(Stretch(item.span, rent, meters))
