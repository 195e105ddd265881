"""The plan month by month, for the terminal: the streams that the deal has."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from rich.text import Text

from lessor.report.columns import Column, Row, has_figures, table_of, unit_of

if TYPE_CHECKING:
    from rich.console import RenderableType

COLUMNS = (
    Column("rent_received", "rent received"),
    Column("operating_costs_paid", "costs paid"),
    Column("income_tax_paid", "income tax"),
    Column("cfads", "CFADS"),
    Column("interest_paid", "interest"),
    Column("principal_paid", "principal"),
    Column("dscr", "DSCR", "multiple"),
    Column("debt_outstanding", "debt left"),
    Column("equity_cash", "equity cash"),
)
"""What a month shows, where the deal has it; all streams stand in the JSON document."""


def period_tables(rows: Sequence[Row], currency: str) -> Iterable[RenderableType]:
    """One row a month; streams without any cash are left out."""
    columns = [column for column in COLUMNS if has_figures(rows, column.key)]
    yield Text(f"Month by month, {currency} {unit_of(rows, columns).word}".rstrip(), style="bold")
    yield table_of(rows, columns, Column("period", "month"))
