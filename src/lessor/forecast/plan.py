"""The plan of a deal: the engine driven over every month, and what came of it.

Order within a run: assets (what is bought, when paid) -> running costs that depend on no lease ->
leases -> costs that follow rent or use -> loans, sized on the uses and drawn for them -> taxes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from lessor.core.numeric import FLOAT, Kind
from lessor.forecast.cashflow import Cash
from lessor.forecast.desk import Desk
from lessor.forecast.horizon import end_of_use, plan_grid
from lessor.forecast.letting import run_lease
from lessor.forecast.owning import buy
from lessor.forecast.parts import parts_of
from lessor.forecast.plan_debt import PlanDebt
from lessor.forecast.plan_record import Plan
from lessor.forecast.preparing import Tables
from lessor.forecast.running import Running
from lessor.forecast.taxation import merged_taxes
from lessor.rating.lettings import rent_vat
from lessor.rating.rate import Use
from lessor.terms.deal import Deal
from lessor.terms.tax_preset import taxes_in_force

__all__ = ["Plan", "merged", "part_plans", "run_plan"]

if TYPE_CHECKING:
    # What few deals have is imported where one has it: the command starts faster without.
    from lessor.forecast.lease_loans import LoansOf


def run_plan(
    deal: Deal,
    kind: Kind = FLOAT,
    tables: Tables | None = None,
    *,
    metered: Mapping[str, Use] | None = None,
) -> Plan:
    """The plan of a checked deal on one kind of value.

    `tables`: principal by payment of the loans that are sculpted, as it was fixed at closing; found
    from this plan's own cash unless given. `metered`: what was used of a lease, by its name,
    instead of what its usage plan expects; nothing else of the plan can tell.
    """
    plans = part_plans(deal, kind, tables, metered=metered)
    return plans[0] if len(plans) == 1 else merged(_with_lease_loans(deal)[0], plans)


def part_plans(
    deal: Deal,
    kind: Kind = FLOAT,
    tables: Tables | None = None,
    *,
    metered: Mapping[str, Use] | None = None,
) -> list[Plan]:
    """The plans of a deal's borrowers apart, in the order of `parts_of`; see `run_plan`."""
    lent, made_of = _with_lease_loans(deal)
    grid = plan_grid(lent)
    plans = []
    for part in parts_of(lent):
        plan = Plan(part, taxes_in_force(part.taxes), Cash(grid, kind))
        _buy_assets(plan)
        running = _let(plan, metered or {})
        PlanDebt(plan, running, deal, made_of, tables or {}).run()
        plans.append(plan)
    return plans


def _with_lease_loans(deal: Deal) -> tuple[Deal, LoansOf]:
    if all(facility.rental is None for facility in deal.facilities.values()):
        return deal, {}
    from lessor.forecast.lease_loans import with_lease_loans

    return with_lease_loans(deal)


def merged(deal: Deal, plans: Sequence[Plan]) -> Plan:
    """The plans of a deal's borrowers together."""
    first = plans[0]
    plan = Plan(deal, first.taxes, Cash(first.grid, first.kind))
    for part in plans:
        for name, stream in part.cash.streams.items():
            plan.cash.streams[name].entries.extend(stream.entries)
        plan.cash.due.entries.extend(part.cash.due.entries)
        plan.assets += part.assets
        plan.leases += part.leases
        plan.facilities += part.facilities
        plan.spvs += part.spvs
        plan.fees = plan.fees + part.fees
        plan.duties = plan.duties + part.duties
    plan.operating_costs = plan.summed([part.operating_costs for part in plans], "operating_costs")
    plan.costs_of_rent = plan.summed([part.costs_of_rent for part in plans], "costs_of_rent")
    plan.tax_run = merged_taxes([part.tax_run for part in plans])
    return plan


def _buy_assets(plan: Plan) -> None:
    vat = None
    if plan.taxes.vat is not None:
        vat = plan.kind.number(plan.taxes.vat.equipment, "taxes.vat.equipment")
    tax = plan.taxes.income.depreciation if plan.taxes.income is not None else None
    plan.assets = [buy(plan.deal, name, plan.cash, vat=vat, tax=tax) for name in plan.deal.assets]


def _let(plan: Plan, metered: Mapping[str, Use]) -> Running:
    """Costs and leases over the plan; the costs as they ran."""
    running = Running(
        plan.deal, plan.taxes, plan.cash, plan.assets, end_of_use(plan.deal, plan.grid)
    )
    running.run_independent()
    desk = Desk(plan.deal, plan.cash, rent_vat(plan.taxes), running.passed, metered)
    plan.leases = [run_lease(desk, name) for name in plan.deal.leases]
    running.run_dependent(plan.leases)
    plan.operating_costs = plan.summed([run.earned for run in running.runs], "operating_costs")
    follows = [run.earned for run in running.runs if run.follows_rent]
    plan.costs_of_rent = plan.summed(follows, "costs_of_rent")
    return running
