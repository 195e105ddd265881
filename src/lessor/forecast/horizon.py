"""How long a plan runs: to the end of all leases and loans unless the deal says."""

from __future__ import annotations

from datetime import date

from lessor.core.dates import add_days
from lessor.engine.debt.structure import maturity_day, maturity_month
from lessor.forecast.reletting import relet_of
from lessor.rating.grid import Grid, months_to_cover
from lessor.rating.service import service_of
from lessor.terms.deal import Deal
from lessor.terms.plan_dates import day_of, lease_end

SHORTEST = 1


def plan_grid(deal: Deal) -> Grid:
    """The months of the plan."""
    if deal.horizon is not None:
        end = day_of(deal, deal.horizon)
        return Grid(deal.closing_date, max(months_to_cover(deal.closing_date, end), SHORTEST))
    return Grid(deal.closing_date, _months(deal, pays=True))


def _months(deal: Deal, *, pays: bool) -> int:
    """Months to the end of leases, loans, leased-in capacity; `pays`: and of the last payment.

    A last payment that a holiday moves is later than the loan's end.
    """
    days = [deal.closing_date, *_ends_of_use(deal, pays=pays)]
    if any(lease.relet is not None and lease.relet.term is None for lease in deal.leases.values()):
        days += _ends_of_life(deal)
    months = [months_to_cover(deal.closing_date, day) for day in days]
    end = lease_end(deal) or deal.closing_date
    closing = deal.closing_date
    months += [
        maturity_month(facility, closing, end)
        if pays
        else months_to_cover(closing, maturity_day(facility, closing, end))
        for facility in deal.facilities.values()
    ]
    return max(*months, SHORTEST)


def end_of_use(deal: Deal, grid: Grid) -> date:
    """The day on which the hardware is sold and costs end.

    It is the end of the plan, but for the days that the last invoices wait for their payment, and
    that a holiday puts between the end of a loan and its last payment.
    """
    if deal.horizon is not None:
        return grid.end
    waits = max((lease.billing.due_days for lease in deal.leases.values()), default=0)
    if waits == 0 and all(facility.dates is None for facility in deal.facilities.values()):
        return grid.end
    months = _months(deal, pays=False)
    return min(Grid(deal.closing_date, months).end, grid.end)


def _ends_of_use(deal: Deal, *, pays: bool) -> list[date]:
    days = []
    for name, lease in deal.leases.items():
        service = service_of(lease)
        if service is None:
            continue
        again = relet_of(deal, name, service, None)
        end = service.end if again is None else again.service.end
        days.append(add_days(end, lease.billing.due_days if pays else 0))
    for held in deal.leased_in.values():
        days.append(held.term.after(held.commencement or deal.closing_date))
    return days


def _ends_of_life(deal: Deal) -> list[date]:
    return [
        asset.depreciation.life.after(deal.closing_date)
        for asset in deal.assets.values()
        if asset.depreciation is not None
    ]
