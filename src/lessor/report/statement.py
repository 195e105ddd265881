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
    Column("depreciation", "depreciation"),
    Column("interest", "interest"),
    Column("fees_and_duties", "fees, duties", spare=2),
    Column("gain_on_sale", "gain on sale", spare=1),
    Column("profit_before_tax", "profit before tax", spare=4),
    Column("tax", "tax"),
    Column("net_profit", "net profit"),
    Column("net_margin", "net margin", "percent", spare=3),
)


def statement_tables(statement: Mapping[str, Any], currency: str) -> Iterable[RenderableType]:
    """One row a year, and how long after signature the first earnings come."""
    title = f"Income by year, {currency}"
    yield AmountTable(statement["years"], COLUMNS, first=Column("year", "year"), title=title)
    months = statement["months_to_first_earnings"]
    if months is None:
        told = "in no month of the plan"
    else:
        told = f"{months} month{'' if months == 1 else 's'} after signature"
    yield indented(Text(f"first earnings {told}"), below=1)
