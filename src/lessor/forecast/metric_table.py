"""The figures of a plan: name, unit, what it is, its formula; code, docs and `explain` read it."""

from __future__ import annotations

from typing import NamedTuple


class Metric(NamedTuple):
    """One figure of a plan."""

    name: str
    unit: str
    meaning: str
    formula: str


METRICS: tuple[Metric, ...] = (
    Metric(
        "cost_total",
        "money",
        "price of all assets with freight, fit-out and contingency, net of VAT that is credited",
        "sum of assets.*.cost",
    ),
    Metric(
        "equity_invested",
        "money",
        "what the owners put in towards the uses: assets, their VAT, fees and duties, less debt",
        "sum of equity_contributed",
    ),
    Metric("debt_drawn", "money", "principal drawn on all facilities", "sum of debt_drawn"),
    Metric(
        "rent_total",
        "money",
        "rent earned over the plan: base rent, usage, minimums, revenue shares, less credits",
        "sum of rent_earned",
    ),
    Metric(
        "revenue_total",
        "money",
        "all that is billed to lessees over the plan, without VAT",
        "sum of revenue",
    ),
    Metric(
        "payback_years_total",
        "years",
        "time from closing until operating cash and sale proceeds, before tax and financing, "
        "reach the cost",
        "first t with sum(operating_cash + sale_proceeds) >= cost_total, linear in the month",
    ),
    Metric(
        "payback_years_equity",
        "years",
        "time from closing until distributions to the owners reach what they put in",
        "first t with sum(equity_distributed) >= equity_invested, linear in the month",
    ),
    Metric(
        "irr_project",
        "fraction a year",
        "return on cost before tax and financing, annual effective, equal 1/12-year rests",
        "(1 + monthly rate) ^ 12 - 1 at which project_cash is worth nothing",
    ),
    Metric(
        "irr_project_after_tax",
        "fraction a year",
        "the same after income tax, duties and the timing of VAT",
        "(1 + monthly rate) ^ 12 - 1 at which project_cash_after_tax is worth nothing",
    ),
    Metric(
        "irr_equity",
        "fraction a year",
        "return to the owners after debt and tax, annual effective, equal 1/12-year rests",
        "(1 + monthly rate) ^ 12 - 1 at which equity_cash is worth nothing",
    ),
    Metric(
        "irr_project_nominal",
        "fraction a year",
        "12 x the monthly rate of irr_project",
        "12 x monthly rate",
    ),
    Metric(
        "irr_equity_nominal",
        "fraction a year",
        "12 x the monthly rate of irr_equity",
        "12 x monthly rate",
    ),
    Metric(
        "xirr_project",
        "fraction a year",
        "irr_project on the dates of the flows, actual/365",
        "rate at which project_cash by day is worth nothing",
    ),
    Metric(
        "xirr_equity",
        "fraction a year",
        "irr_equity on the dates of the flows, actual/365",
        "rate at which equity_cash by day is worth nothing",
    ),
    Metric(
        "npv_equity",
        "money",
        "value at closing of the owners' flows at the deal's npv_rate (annual effective)",
        "sum of equity_cash[k] / (1 + npv_rate) ^ (k / 12)",
    ),
    Metric(
        "moic_equity",
        "multiple",
        "all that the owners get over all that they put in",
        "sum of equity_cash where positive / sum where negative, month by month",
    ),
    Metric(
        "dscr_min",
        "multiple",
        "lowest cover of debt service by CFADS in a payment period",
        "min of cfads / debt_service",
    ),
    Metric(
        "dscr_average",
        "multiple",
        "mean cover over the payment periods",
        "mean of cfads / debt_service",
    ),
    Metric(
        "llcr_min",
        "multiple",
        "lowest cover of debt by the CFADS left in the loan's life, discounted at its own rate",
        "min of present value of cfads to maturity / debt_outstanding",
    ),
    Metric(
        "ltv_max",
        "fraction",
        "highest debt over value: cost net of depreciation, or the market curve the deal names",
        "max of debt_outstanding / collateral_value while debt is outstanding",
    ),
    Metric(
        "debt_service_year_1",
        "money",
        "interest and principal paid in the first twelve months",
        "sum of debt_service over months 1 to 12",
    ),
    Metric(
        "rent_per_gpu_hour",
        "money a GPU-hour",
        "contracted base rent (minimums too) over contracted GPU-hours",
        "contract_value / contract_gpu_hours",
    ),
    Metric(
        "rent_per_server_month",
        "money a server-month",
        "contracted base rent over contracted server-months",
        "contract_value / contract_server_months",
    ),
    Metric(
        "rent_per_pflops_year",
        "money a PFLOPS-year",
        "contracted base rent over PFLOPS-years, in the lease's own basis, else dense BF16",
        "contract_value / contract_pflops_years",
    ),
    Metric(
        "cash_equity_year_1",
        "money",
        "distributions to the owners in the first twelve months",
        "sum of equity_distributed over months 1 to 12",
    ),
    Metric(
        "break_even_rent_share",
        "fraction",
        "share of contracted rent at which debt service is just covered in every payment period; "
        "costs that are a share of rent follow it, other costs and income tax stay as planned",
        "max of (debt_service + rent_received - costs_of_rent - cfads) / "
        "(rent_received - costs_of_rent)",
    ),
    Metric(
        "break_even_residual",
        "money",
        "sale proceeds at the end of the plan that make the owners whole, undiscounted",
        "residual_proceeds - sum of equity_cash, at least 0",
    ),
    Metric(
        "backlog_signed",
        "money",
        "contract value of leases signed and not accepted at closing",
        "sum of contract_value of signed leases",
    ),
    Metric(
        "backlog_accepted",
        "money",
        "contract value still to be served of leases in service at closing",
        "sum of contract_value left of accepted leases",
    ),
    Metric(
        "gpus",
        "GPUs",
        "GPUs bought and leased in; of the contracts where there are none",
        "sum of servers x GPUs a server",
    ),
    Metric(
        "servers",
        "servers",
        "servers bought and leased in; of the contracts where there are none",
        "sum of quantity",
    ),
    Metric("pflops_dense_bf16", "PFLOPS", "their dense BF16 peak", "sum of servers x dense PFLOPS"),
    Metric(
        "pflops_sparse_bf16",
        "PFLOPS",
        "their BF16 peak with sparsity",
        "sum of servers x sparse PFLOPS",
    ),
)

METRIC = {metric.name: metric for metric in METRICS}
"""The table by name."""
