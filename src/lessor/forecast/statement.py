"""A yearly income statement from the same run: what the cluster earns, by calendar year."""

from __future__ import annotations

from lessor.core.dates import whole_months_between
from lessor.core.numeric import Value
from lessor.forecast.plan import Plan
from lessor.forecast.taxation import years_of
from lessor.forecast.underwriting import Underwriting


def statement(result: Underwriting) -> dict[str, object]:
    """Revenue to net profit by calendar year, and the months from first signature to first rent.

    Revenue and costs are those of the months of service, without VAT; depreciation is the books';
    interest is what accrues, up-front fees and duties are charged at closing; a sale's gain or
    loss falls in the last year. Tax is the year's charge.
    """
    plan = result.plan
    taxes = {}
    if plan.tax_run is not None:
        taxes = dict(zip(plan.tax_run.years, plan.tax_run.flows, strict=True))
    rows = []
    for year, periods in years_of(plan.grid):
        row = _year(plan, year, periods)
        tax = float(taxes[year].tax) if year in taxes else 0.0
        profit = float(row["profit_before_tax"])
        row["tax"] = tax
        row["net_profit"] = profit - tax
        revenue = float(row["revenue"])
        rows.append({**row, "net_margin": (profit - tax) / revenue if revenue else None})
    return {"years": rows, "months_to_first_earnings": _months_to_first_earnings(plan)}


def _year(plan: Plan, year: int, periods: list[int]) -> dict[str, float]:
    revenue = _sum(plan.revenue, periods)
    costs = _sum(plan.operating_costs, periods)
    depreciation = _sum(plan.depreciation, periods)
    interest = _sum(plan.interest, periods)
    fees = float(plan.fees) + float(plan.duties) if 0 in periods else 0.0
    sale = 0.0
    for run in plan.assets:
        if run.sale.moment.period in periods:
            sale += float(run.gain(run.depreciation))
    return {
        "year": year,
        "months": len(periods),
        "revenue": revenue,
        "operating_costs": costs,
        "ebitda": revenue - costs,
        "depreciation": depreciation,
        "interest": interest,
        "fees_and_duties": fees,
        "gain_on_sale": sale,
        "profit_before_tax": revenue - costs - depreciation - interest - fees + sale,
    }


def _sum(values: list[Value], periods: list[int]) -> float:
    return sum((float(values[period]) for period in periods), 0.0)


def _months_to_first_earnings(plan: Plan) -> int | None:
    """Whole months from the first signature (else closing) to the first month that earns rent."""
    signed = [
        lease.events.signed
        for lease in plan.deal.leases.values()
        if lease.events.signed is not None
    ]
    start = min(signed, default=plan.deal.closing_date)
    for period, amount in enumerate(plan.revenue):
        if float(amount) > 0:
            first = plan.grid.boundaries[period + 1]
            return whole_months_between(start, first)
    return None
