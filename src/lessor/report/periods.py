"""The plan month by month, for the terminal: the streams that the deal has."""

from __future__ import annotations

from collections.abc import Sequence

from lessor.report.columns import AmountTable, Column, Row

COLUMNS = (
    Column("rent_received", "rent received"),
    Column("prepayment_received", "prepaid rent"),
    Column("operating_costs_paid", "costs paid"),
    Column("income_tax_paid", "income tax"),
    Column("cfads", "CFADS"),
    Column("vat_timing", "VAT timing", spare=4),
    Column("interest_paid", "interest"),
    Column("principal_paid", "principal"),
    Column("debt_prepaid", "repaid early", spare=5),
    Column("dscr", "DSCR", "multiple", spare=1),
    Column("debt_outstanding", "debt left", spare=2),
    Column("sale_proceeds", "sale", spare=3),
    Column("equity_cash", "equity cash"),
)
"""What a month shows, where the deal has it; the JSON document holds more."""


def period_table(rows: Sequence[Row], currency: str) -> AmountTable:
    """One row a month; streams without any cash are left out."""
    first = Column("period", "month")
    return AmountTable(rows, COLUMNS, first=first, title=f"Month by month, {currency}")
