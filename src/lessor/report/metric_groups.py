"""How the metrics are grouped and called where people read them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

METRIC_GROUPS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "Size": {
            "cost_total": "Cost",
            "equity_invested": "Equity",
            "debt_drawn": "Debt",
            "servers": "Servers",
            "gpus": "GPUs",
            "pflops_dense_bf16": "PFLOPS, dense BF16",
            "pflops_sparse_bf16": "PFLOPS, sparse BF16",
        },
        "Rent": {
            "rent_total": "Rent over the plan",
            "revenue_total": "Revenue over the plan",
            "rent_per_gpu_hour": "Rent per GPU-hour",
            "rent_per_server_month": "Rent per server-month",
            "rent_per_pflops_year": "Rent per PFLOPS-year",
            "backlog_signed": "Backlog, signed",
            "backlog_accepted": "Backlog, in service",
        },
        "Payback": {
            "payback_years_total": "On the whole cost",
            "payback_years_equity": "On equity, after debt",
        },
        "Returns": {
            "irr_project": "Project IRR",
            "irr_project_after_tax": "Project IRR after tax",
            "irr_equity": "Equity IRR",
            "irr_project_nominal": "Project IRR, 12 x monthly",
            "irr_equity_nominal": "Equity IRR, 12 x monthly",
            "xirr_project": "Project XIRR, dated",
            "xirr_equity": "Equity XIRR, dated",
            "npv_equity": "NPV of equity",
            "moic_equity": "Multiple on equity",
            "cash_equity_year_1": "Cash to equity, year 1",
        },
        "Debt": {
            "debt_service_year_1": "Debt service, year 1",
            "dscr_min": "DSCR, lowest",
            "dscr_average": "DSCR, average",
            "llcr_min": "LLCR, lowest",
            "ltv_max": "LTV, highest",
        },
        "Break-even": {
            "break_even_rent_share": "Share of rent that pays debt",
            "break_even_residual": "Residual that returns equity",
        },
    }
)
"""Title -> metric -> what it is called; every metric stands in one group."""
