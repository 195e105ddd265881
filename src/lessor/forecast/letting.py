"""Drives every lease over the plan: rated, billed, and its cash put into the plan."""

from __future__ import annotations

from datetime import date

from lessor.core.dates import add_months, whole_months_between
from lessor.engine.charges.lease import LeaseTerms
from lessor.engine.charges.segment import Passed
from lessor.forecast.collecting import collect
from lessor.forecast.desk import Desk, LeaseRun, Stretch
from lessor.forecast.reletting import Tenancy, relet_of
from lessor.rating.capacity import lots_of
from lessor.rating.contracts import contract_of, contract_service, lease_currency
from lessor.rating.exchange import rate_at
from lessor.rating.expected import lower_plan, planned
from lessor.rating.grid import Grid
from lessor.rating.lettings import Letting
from lessor.rating.rate import Rated, Use, rate_service
from lessor.rating.service import Service, Span, service_of
from lessor.terms.charges import PassThrough
from lessor.terms.leases import Lease
from lessor.terms.servers import holding


def run_lease(desk: Desk, name: str) -> LeaseRun:
    """One lease, all its tenancies."""
    deal = desk.deal
    lease = deal.leases[name]
    letting = desk.letting(name, lease)
    months = desk.cash.grid.months
    run = LeaseRun(
        name,
        lease,
        letting.units,
        lambda: letting.contract,
        rent_earned=[0] * months,
        revenue=[0] * months,
    )
    service = service_of(lease)
    if service is None:
        return run
    _run_tenancy(desk, run, Tenancy(name, lease, service))
    if _is_served_as_signed(desk, lease, service):
        rated = [item for _, _, item in run.rated]
        run.sign = lambda: contract_of(letting.signed, rated, desk.kind)
    again = relet_of(deal, name, service, desk.cash.grid.end)
    if again is not None:
        _run_tenancy(desk, run, again)
    return run


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


def _use(letting: Letting) -> Use:
    """What the lease's usage plan expects."""
    lease, kind, path = letting.lease, letting.kind, f"leases.{letting.name}"
    plan = None if lease.usage is None else lower_plan(lease.usage, f"{path}.usage", kind)
    return planned(plan, kind.number(lease.availability, f"{path}.availability"), kind)


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
    lease, terminated = tenancy.lease, None
    letting = desk.letting(run.name, lease)
    is_relet = tenancy.name != run.name
    day = None if is_relet else letting.ended_early(tenancy.service)
    if day is not None:
        terminated = (day, run.contract.base_from(day, desk.kind))
    costs = [charge.cost for charge in lease.charges.values() if isinstance(charge, PassThrough)]
    rated = rate_service(
        letting.terms,
        tenancy.service,
        letting.rating(
            _use(letting) if is_relet else desk.metered.get(run.name) or _use(letting),
            lambda span: tuple(_in_own_currency(desk, lease, cost, span) for cost in costs),
            cuts=_months_of_use(lease, desk.cash.grid),
        ),
        promised=None if is_relet else letting.promised,
        terminated=terminated,
    )
    run.rated += [(tenancy, letting.terms, item) for item in rated]
    _earn(desk, run, tenancy, letting.terms, rated)
    collect(desk, run, tenancy, letting.terms, rated)


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
