"""The metrics of a plan as a spreadsheet reckons them: its own functions over rows of the plan.

The one list of them, by the names of `forecast.metric_table`: a figure that iterates (IRR) or
looks over months (the lowest cover) is no formula of the engine, and is written here as the
function that every spreadsheet has. The checks of the workbook hold each against the engine's own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from lessor.core.cells import Cell, as_cell, call
from lessor.core.numeric import Value, clip, ratio, where
from lessor.forecast.figures import CAPACITY, MONTHS_A_YEAR
from lessor.metrics.arrays import NEGLIGIBLE
from lessor.report.workbook.cover_cells import break_evens, covers
from lessor.report.workbook.layout import Series
from lessor.report.workbook.model import Model
from lessor.report.workbook.return_rows import NONE, Returns, day_number

BEYOND = 1e12
"""Stands for a month that never comes."""

TOTAL_LOSS = -0.9
"""A rate a year below which no spreadsheet's own function is to be trusted to find it."""

GUESS_MONTHLY, GUESS_YEARLY = 0.008, 0.1
"""Where a rate is looked for unless the engine found one."""


def metric_cells(model: Model) -> tuple[dict[str, Cell | None], list[Series]]:
    """Every metric as a cell (None: it has no value whatever the inputs), and the rows it needs."""
    returns = Returns(model)
    found: dict[str, Cell | None] = {}
    for part in (_sizes, _paybacks, _returns, covers, _rents, break_evens):
        found |= part(returns)
    return found, returns.rows


def _sizes(returns: Returns) -> Mapping[str, Cell | None]:
    plan = returns.model.plan
    rent, revenue = returns.plain("rent_earned"), returns.plain("revenue")

    def summed(name: str, cells: Sequence[Cell]) -> Cell:
        return returns.metric(name, "SUM({0})", cells)

    return {
        "cost_total": as_cell(plan.cost_total),
        "equity_invested": summed("equity_invested", returns.periods("equity_contributed")),
        "debt_drawn": summed("debt_drawn", returns.periods("debt_drawn")),
        "rent_total": summed("rent_total", rent),
        "revenue_total": summed("revenue_total", revenue),
        "debt_service_year_1": summed(
            "debt_service_year_1", returns.periods("debt_service")[:MONTHS_A_YEAR]
        ),
        "cash_equity_year_1": summed(
            "cash_equity_year_1", returns.periods("equity_distributed")[:MONTHS_A_YEAR]
        ),
        "backlog_signed": as_cell(plan.backlog.signed),
        "backlog_accepted": as_cell(plan.backlog.accepted),
        **{name: _counted(getattr(plan.capacity, name)) for name in CAPACITY},
    }


def _counted(units: Value | None) -> Cell | None:
    return None if units is None else as_cell(units)


def _paybacks(returns: Returns) -> Mapping[str, Cell | None]:
    invested = call(
        "SUM({0})",
        sum(map(float, returns.periods("equity_contributed"))),
        returns.periods("equity_contributed"),
    )
    cost = returns.single("Payback", "cost to be paid back", returns.model.plan.cost_total)
    owners = returns.single("Payback", "equity to be paid back", invested)
    return {
        "payback_years_total": _payback(
            returns, "payback_years_total", returns.periods("project_inflow"), cost
        ),
        "payback_years_equity": _payback(
            returns, "payback_years_equity", returns.periods("equity_distributed"), owners
        ),
    }


def _payback(returns: Returns, name: str, inflows: Sequence[Cell], cost: Cell) -> Cell:
    """The first month by whose end the inflows have summed to the cost, and the part of it."""
    sums: list[Value] = []
    for flow in inflows:
        sums.append(flow if not sums else sums[-1] + flow)
    running = returns.row("Payback", f"{name}: inflow so far", sums)
    enough = cost * (1 - NEGLIGIBLE)
    hits: list[Value] = []
    for month, (flow, reached) in enumerate(zip(inflows, running, strict=True)):
        lacking = cost - running[month - 1] if month else cost
        part = clip(ratio(lacking, flow, as_cell(0)), as_cell(0), as_cell(1))
        hits.append(where(reached >= enough, month + part, as_cell(BEYOND)))
    months = returns.row("Payback", f"{name}: months to it", hits)
    template = f'IF(OR({{1}}<=0,MIN({{0}})>={BEYOND!r}),"{NONE}",MIN({{0}})/{MONTHS_A_YEAR})'
    return returns.metric(name, template, months, [cost])


def _returns(returns: Returns) -> Mapping[str, Cell | None]:
    plan = returns.model.plan
    found: dict[str, Cell | None] = {}
    for rate, nominal, flows in (
        ("irr_project", "irr_project_nominal", "project_cash"),
        ("irr_project_after_tax", None, "project_cash_after_tax"),
        ("irr_equity", "irr_equity_nominal", "equity_cash"),
    ):
        if _is_lost(returns, rate):
            found |= dict.fromkeys(each for each in (rate, nominal) if each is not None)
            continue
        monthly = _monthly(returns, rate, returns.rests(flows))
        yearly = f'IF(ISNUMBER({{0}}),(1+{{0}})^{MONTHS_A_YEAR}-1,"{NONE}")'
        found[rate] = returns.metric(rate, yearly, [monthly])
        if nominal is not None:
            twelve = f'IF(ISNUMBER({{0}}),{MONTHS_A_YEAR}*{{0}},"{NONE}")'
            found[nominal] = returns.metric(nominal, twelve, [monthly])
    for rate, flows in (("xirr_project", "project_cash"), ("xirr_equity", "equity_cash")):
        found[rate] = _dated(returns, rate, flows)
    wanted = as_cell(plan.kind.number(plan.deal.npv_rate, "npv_rate"))
    equity = returns.rests("equity_cash")
    factors = [1 / (1 + wanted) ** (at / MONTHS_A_YEAR) for at in range(len(equity))]
    worth = returns.row("Returns", "discount factor at npv_rate", factors, -1)
    found["npv_equity"] = returns.metric("npv_equity", "SUMPRODUCT({0},{1})", equity, worth)
    multiple = f'IF(SUMIF({{0}},"<0")<0,-SUMIF({{0}},">0")/SUMIF({{0}},"<0"),"{NONE}")'
    found["moic_equity"] = returns.metric("moic_equity", multiple, equity)
    return found


def _is_lost(returns: Returns, name: str) -> bool:
    value = returns.model.figures[name].value
    return value is not None and value < TOTAL_LOSS


def _monthly(returns: Returns, name: str, flows: Sequence[Cell]) -> Cell:
    """The monthly rate at which flows are worth nothing, looked for near the one found."""
    value = returns.model.figures[name].value
    rate: Any = NONE if value is None else (1 + value) ** (1 / MONTHS_A_YEAR) - 1
    guess = GUESS_MONTHLY if value is None else round(rate, 6) or GUESS_MONTHLY
    found = call(f'IFERROR(IRR({{0}},{guess!r}),"{NONE}")', rate, flows)
    return returns.single("Returns", f"{name}: monthly rate", found)


def _dated(returns: Returns, name: str, flows: str) -> Cell | None:
    days = returns.model.plan.cash.by_day(flows)
    dated = [(day, as_cell(amount)) for day, amount in days.items()]
    while dated and dated[0][1].op == "constant" and float(dated[0][1]) == 0:
        dated.pop(0)
    if len(dated) < 2 or _is_lost(returns, name):
        return None
    amounts = returns.row("Dates", f"{flows} by day", returns.clean([each for _, each in dated]))
    when = returns.row("Dates", f"{flows}: day", [day_number(day) for day, _ in dated])
    value = returns.model.figures[name].value
    guess = GUESS_YEARLY if value is None else round(value, 6) or GUESS_YEARLY
    return returns.metric(name, f'IFERROR(XIRR({{0}},{{1}},{guess!r}),"{NONE}")', amounts, when)


def _rents(returns: Returns) -> Mapping[str, Cell | None]:
    contract = returns.model.plan.contract
    units = {
        "rent_per_gpu_hour": contract.gpu_hours,
        "rent_per_server_month": contract.server_months,
        "rent_per_pflops_year": contract.pflops_years,
    }
    if not contract.has_rent:
        return dict.fromkeys(units)
    value = returns.single("Contracts", "contract_value", contract.value)
    found: dict[str, Cell | None] = {}
    for name, count in units.items():
        counted = returns.single("Contracts", f"{name}: units", count)
        found[name] = returns.metric(name, f'IF({{1}}=0,"{NONE}",{{0}}/{{1}})', [value], [counted])
    return found
