"""The plan of a deal as cells: run on them once, and gathered into the rows that sheets show."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lessor.core.cells import CellKind, Seen, moves, shown
from lessor.core.numeric import Value
from lessor.forecast.cases import BASE, case_deal
from lessor.forecast.cashflow import STREAMS, TOTALS
from lessor.forecast.closing_tables import plan_of, sculpting_cases, tables_of
from lessor.forecast.explain import is_written
from lessor.forecast.figures import Figure, figures_of
from lessor.forecast.plan import Plan, run_plan
from lessor.report.workbook.layout import Series
from lessor.report.workbook.spv_rows import spv_series
from lessor.terms.deal import Deal
from lessor.terms.load import Loaded
from lessor.terms.source import parse_dotted
from lessor.terms.watching import numbers_of, watched


@dataclass(frozen=True)
class Model:
    """A deal run on cells: the plan, its inputs, what the run looked at, and the engine's figures.

    `plain` is the plan on floats, `figures` are its own: what the workbook's are held against.
    `rows`: those of the plan by title.
    """

    loaded: Loaded
    deal: Deal
    plan: Plan
    plain: Plan
    kind: CellKind
    seen: Seen
    figures: dict[str, Figure]
    rows: dict[str, Series]


def model_of(loaded: Loaded) -> Model:
    """The plan of a checked deal on cells."""
    seen = Seen(set(), set())
    deal = watched(loaded.deal, seen)

    def says(path: str) -> bool:
        return bool(path) and is_written(loaded.source, parse_dotted(path))

    kind = CellKind(says)
    tables = _closing_tables(loaded, kind, seen)
    plan = run_plan(deal, kind, tables)
    rows = {each.title: each for each in plan_series(plan)}
    plain = plan_of(loaded)
    return Model(loaded, deal, plan, plain, kind, seen, figures_of(plain), rows)


def _closing_tables(loaded: Loaded, kind: CellKind, seen: Seen) -> dict[str, Sequence[Value]]:
    """Principal of sculpted loans from the cases that they name, run on the same inputs.

    What a case sets is fixed; where all take the plan's own cash, nothing is needed.
    """
    cases = sculpting_cases(loaded)
    if cases in ([], [BASE]):
        return {}
    base = dict(numbers_of(loaded.deal))
    tables: dict[str, Sequence[Value]] = {}
    for case in cases:
        deal = case_deal(loaded, case)
        others = {path: said for path, said in numbers_of(deal) if base.get(path) != said}
        run = run_plan(watched(deal, seen), kind.in_case(case, others))
        own = {n for n, loan in deal.facilities.items() if loan.repayment.case == case}
        tables |= {name: table for name, table in tables_of(run).items() if name in own}
    return tables


def series(sheet: str, block: str, title: str, values: Sequence[Value], start: int = 0) -> Series:
    """Values of one month after the other under one title; `start`: the first one's month."""
    cells = [shown(value, title, start + at) for at, value in enumerate(values)]
    return Series(sheet, block, title, cells)


def plan_series(plan: Plan) -> Iterator[Series]:
    """Every row of a plan, sheet by sheet; those that nothing can ever move are left out."""
    rows = [
        *_charges(plan),
        *_costs(plan),
        *_assets(plan),
        *_debt(plan),
        *_tax(plan),
        *_cash(plan),
    ]
    for sheet, block, title, values in rows:
        if moves(values):
            yield series(sheet, block, title, values)
    yield from spv_series(plan)


_Rows = list[tuple[str, str, str, Sequence[Value]]]


def _charges(plan: Plan) -> _Rows:
    found: _Rows = []
    for lease in plan.leases:
        block = f"leases.{lease.name}"
        lines: dict[str, list[Value]] = {}
        for tenancy, terms, item in lease.rated:
            for charge, line in zip(terms.charges, item.flows.lines, strict=True):
                name = f"leases.{tenancy.name}.{charge.name}"
                months = lines.setdefault(name, [0] * plan.grid.months)
                months[item.span.period] = months[item.span.period] + line.net
        found += [("Charges", block, name, months) for name, months in lines.items()]
        found.append(("Charges", block, f"{block}.rent_earned", lease.rent_earned))
        found.append(("Charges", block, f"{block}.revenue", lease.revenue))
    found.append(("Charges", "All leases", "rent_earned", plan.rent_earned))
    found.append(("Charges", "All leases", "revenue", plan.revenue))
    return found


def _costs(plan: Plan) -> _Rows:
    return [
        ("Costs", "All costs", "operating_costs", plan.operating_costs),
        ("Costs", "All costs", "costs_of_rent", plan.costs_of_rent),
    ]


def _assets(plan: Plan) -> _Rows:
    found: _Rows = []
    for asset in plan.assets:
        block = f"assets.{asset.name}"
        found.append(("Assets", block, f"{block}.depreciation", asset.depreciation))
        found.append(("Assets", block, f"{block}.value", asset.value[1:]))
    found.append(("Assets", "All assets", "depreciation", plan.depreciation))
    found.append(("Assets", "All assets", "collateral_value", plan.collateral[1:]))
    return found


def _debt(plan: Plan) -> _Rows:
    found: _Rows = []
    for facility in plan.facilities:
        block = f"facilities.{facility.name}"
        for part in type(facility.flows[0])._fields:
            values = [getattr(flow, part) for flow in facility.flows]
            found.append(("Debt", block, f"{block}.{part}", values))
    found.append(("Debt", "All loans", "interest_accrued", plan.interest))
    found.append(("Debt", "All loans", "debt_outstanding", plan.outstanding[1:]))
    return found


def _tax(plan: Plan) -> _Rows:
    if plan.tax_run is None:
        return []
    months: dict[str, list[Value]] = {}
    for moment, part in plan.tax_run.payments:
        row = months.setdefault("taxes.income.prepaid", [0] * plan.grid.months)
        row[moment.period] = row[moment.period] + part
    return [("Tax", "taxes.income", name, values) for name, values in months.items()]


def _cash(plan: Plan) -> _Rows:
    streams = [("Cash", "Streams", name, plan.cash.by_period(name)) for name in STREAMS]
    return [
        *streams,
        *(("Cash", "Totals", name, plan.cash.by_period(name)) for name in TOTALS),
    ]
