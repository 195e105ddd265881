"""Covers and break-evens of a plan as rows of payment periods, and functions over them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from lessor.core.cells import Cell, as_cell, call, figure
from lessor.core.numeric import Value, both, either, minimum, where
from lessor.forecast.cashflow import DUE
from lessor.metrics.arrays import NEGLIGIBLE
from lessor.report.workbook.layout import Series
from lessor.report.workbook.return_rows import NONE, SHEET, Returns

UNKNOWN = 1e12
"""Stands for a ratio over nothing, which no figure can be made of."""

_NAMES = ("dscr_min", "dscr_average", "llcr_min", "ltv_max")


def covers(returns: Returns) -> Mapping[str, Cell | None]:
    """The covers of debt by cash and by value; no metric has a value without payments."""
    if not returns.ends:
        return dict.fromkeys(_NAMES)
    ends = returns.ends
    cash = returns.by_payment("cfads of the payment period", returns.to_payments("cfads"), ends)
    due = returns.by_payment("debt service of the payment period", returns.to_payments(DUE), ends)
    cover = _quotients(returns, "dscr", cash, due)
    return {
        "dscr_min": returns.metric("dscr_min", _unless_none("MIN({0})"), cover),
        "dscr_average": returns.metric("dscr_average", _unless_none("AVERAGE({0})"), cover),
        "llcr_min": returns.metric("llcr_min", _unless_none("MIN({0})"), _life_cover(returns)),
        "ltv_max": _highest_ltv(returns),
    }


def _unless_none(function: str) -> str:
    return f'IF(COUNT({{0}})=0,"{NONE}",{function})'


def _quotients(
    returns: Returns, title: str, over: Sequence[Cell], under: Sequence[Cell]
) -> list[Cell]:
    """Quotients where there is anything to divide by; blank text elsewhere, which none counts."""
    largest = max((float(each) for each in under), default=0.0)
    most = returns.single("Cover", f"{title}: largest divisor", call("MAX({0})", largest, under))
    cells = []
    for a, b in zip(over, under, strict=True):
        stands = float(b) > NEGLIGIBLE * largest
        value = float(a) / float(b) if stands else 0.0
        template = f'IF({{1}}>{NEGLIGIBLE!r}*{{2}},{{0}}/{{1}},"")'
        found = call(template, value if stands else "", [a], [b], [most])
        cells.append(figure(found, title, b.period))
    returns.rows.append(Series(SHEET, "Cover", title, cells))
    return cells


def _life_cover(returns: Returns) -> list[Cell]:
    """LLCR on each payment date: what is to come to the end of the debt, at the loans' own rates.

    to_come = (cash + to_come of the next date) / (1 + rate of the period).
    """
    plan = returns.model.plan
    paying = plan.payment_flags.copy()
    prepaid, sold = returns.periods("debt_prepaid"), returns.periods("sale_proceeds")
    paying[-1] = paying[-1] or as_cell(plan.cash.by_period("debt_prepaid")[-1]).op != "constant"
    ends: list[int] = np.flatnonzero(paying).tolist()
    repaid = [minimum(a, b) for a, b in zip(sold, prepaid, strict=True)]
    flows = [a + b for a, b in zip(returns.to_payments("cfads"), repaid, strict=True)]
    flows = returns.row("Cover", "cfads and debt repaid from sales", flows)
    cash = returns.by_payment("cash for the loans of the payment period", flows, ends)
    starts = [0, *(end + 1 for end in ends[:-1])]
    opening = [plan.debt_opening[start] for start in starts]
    debt = returns.at("debt as the payment period opens", opening, ends)
    rates = returns.at("rate of the payment period", plan.period_rates(paying), ends)
    largest = call("MAX({0})", max(map(float, debt)), debt)
    most = returns.single("Cover", "largest debt of a payment period", largest)
    worths: list[Value] = []
    lives: list[Value] = []
    for at in reversed(range(len(ends))):
        stands: Value = debt[at] > NEGLIGIBLE * most
        lives.append(either(stands, lives[-1]) if lives else stands)
        own = where(lives[-1], cash[at], as_cell(0))
        worths.append((own + (worths[-1] if worths else 0)) / (1 + rates[at]))
    returns.at("debt stands from here on", lives[::-1], ends)
    worth = returns.at("worth of the cash of the loan's life", worths[::-1], ends)
    return _quotients(returns, "llcr", worth, debt)


def _highest_ltv(returns: Returns) -> Cell:
    """Debt over value at each boundary from the first with anything of value on."""
    plan = returns.model.plan
    debt = returns.row("Cover", "debt at the end of the month", plan.outstanding, -1)
    worth = returns.row("Cover", "collateral at the end of the month", plan.collateral, -1)
    most_debt = returns.single("Cover", "highest debt", _largest(debt))
    most_worth = returns.single("Cover", "highest collateral", _largest(worth))
    begun: list[Value] = []
    for value in worth:
        begun.append(either(value > 0, begun[-1]) if begun else value > 0)
    flags = returns.row("Cover", "anything was delivered", begun, -1)
    cells = []
    for owed, value, since in zip(debt, worth, flags, strict=True):
        stands = both(since, owed > NEGLIGIBLE * most_debt)
        valued = value > NEGLIGIBLE * most_worth
        template = f'IF({{0}},IF({{1}},{{2}}/{{3}},{UNKNOWN!r}),"")'
        cached: float | str = ""
        if stands.value:
            cached = float(owed) / float(value) if valued.value else UNKNOWN
        found = call(template, cached, [stands], [valued], [owed], [value])
        cells.append(figure(found, "ltv", owed.period))
    returns.rows.append(Series(SHEET, "Cover", "ltv", cells))
    template = f'IF(COUNT({{0}})=0,"{NONE}",IF(MAX({{0}})>={UNKNOWN!r},"{NONE}",MAX({{0}})))'
    return returns.metric("ltv_max", template, cells)


def _largest(cells: Sequence[Cell]) -> Cell:
    return call("MAX({0})", max(map(float, cells)), cells)


def break_evens(returns: Returns) -> Mapping[str, Cell | None]:
    """The share of rent that just covers debt service, and the sale that makes the owners whole."""
    template = "MAX(SUM({1})-SUM({0}),0)"
    residual = returns.metric(
        "break_even_residual",
        template,
        returns.rests("equity_cash"),
        returns.periods("sale_proceeds"),
    )
    if not returns.ends:
        return {"break_even_rent_share": None, "break_even_residual": residual}
    return {"break_even_rent_share": _rent_share(returns), "break_even_residual": residual}


def _rent_share(returns: Returns) -> Cell:
    plan, ends = returns.model.plan, returns.ends
    paid = [
        a + b
        for a, b in zip(
            returns.to_payments("rent_received"),
            returns.to_payments("prepayment_received"),
            strict=True,
        )
    ]
    rows = {
        "rent of the payment period": returns.row("Cover", "rent and prepayments received", paid),
        "costs that follow rent": returns.row("Cover", "costs of rent", plan.costs_of_rent),
    }
    sums = [returns.by_payment(title, cells, ends) for title, cells in rows.items()]
    kept = {row.title: row.cells for row in returns.rows}
    cash, due = kept["cfads of the payment period"], kept["debt service of the payment period"]
    rent = [a - b for a, b in zip(*sums, strict=True)]
    needed = [a + b - c for a, b, c in zip(due, rent, cash, strict=True)]
    base = returns.at("rent less costs that follow it", rent, ends)
    wanted = returns.at("needed of it for debt service", needed, ends)
    template = f'IF({{0}}>0,IF({{1}}>0,{{2}}/{{1}},{UNKNOWN!r}),"")'
    cells = []
    for service, own, need in zip(due, base, wanted, strict=True):
        cached: float | str = ""
        if float(service) > 0:
            cached = float(need) / float(own) if float(own) > 0 else UNKNOWN
        found = call(template, cached, [service], [own], [need])
        cells.append(figure(found, "break-even share of rent", service.period))
    returns.rows.append(Series(SHEET, "Cover", "break-even share of rent", cells))
    over = f'IF(COUNT({{0}})=0,"{NONE}",IF(MAX({{0}})>={UNKNOWN!r},"{NONE}",MAX({{0}})))'
    return returns.metric("break_even_rent_share", over, cells)
