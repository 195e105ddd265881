"""The yearly income statement, for the terminal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from rich.text import Text

from lessor.report.columns import Column, has_figures, table_of, unit_of

if TYPE_CHECKING:
    from rich.console import RenderableType

COLUMNS = (
    Column("revenue", "revenue"),
    Column("operating_costs", "costs"),
    Column("ebitda", "EBITDA"),
    Column("depreciation", "depre- ciation"),
    Column("interest", "interest"),
    Column("profit_before_tax", "profit before tax"),
    Column("tax", "tax"),
    Column("net_profit", "net profit"),
    Column("net_margin", "net margin", "percent"),
)


def statement_tables(statement: Mapping[str, Any], currency: str) -> Iterable[RenderableType]:
    """One row a year, and how long after signature the first earnings come."""
    years = statement["years"]
    columns = [column for column in COLUMNS if has_figures(years, column.key)]
    yield Text(f"Income by year, {currency} {unit_of(years, columns).word}".rstrip(), style="bold")
    yield table_of(years, columns, Column("year", "year"))
    months = statement["months_to_first_earnings"]
    told = "no month of the plan earns" if months is None else f"{months} months from signature"
    yield Text(f"  First earnings: {told}\n")
