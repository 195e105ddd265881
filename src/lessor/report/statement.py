"""The yearly income statement, for the terminal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from rich.text import Text

from lessor.report.columns import AmountTable, Column
from lessor.report.layout import indented

if TYPE_CHECKING:
    from rich.console import RenderableType

COLUMNS = (
    Column("revenue", "revenue"),
    Column("operating_costs", "costs"),
    Column("ebitda", "EBITDA"),
    Column("depreciation", "wear"),
    Column("interest", "interest"),
    Column("profit_before_tax", "profit before tax", spare=2),
    Column("tax", "tax"),
    Column("net_profit", "net profit"),
    Column("net_margin", "net margin", "percent", spare=1),
)


def statement_tables(statement: Mapping[str, Any], currency: str) -> Iterable[RenderableType]:
    """One row a year, and how long after signature the first earnings come."""
    title = f"Income by year, {currency}"
    yield AmountTable(statement["years"], COLUMNS, first=Column("year", "year"), title=title)
    months = statement["months_to_first_earnings"]
    told = "in no month of the plan" if months is None else f"{months} months after signature"
    yield indented(Text(f"first earnings {told}"), below=1)
