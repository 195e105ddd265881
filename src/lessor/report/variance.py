"""Plan against bill for the terminal: each charge by month, with why it differs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from lessor.books.variance import Causes
from lessor.report.exact_text import exact
from lessor.report.fitted import FittedTable, numbers, words
from lessor.report.layout import indented
from lessor.report.number_text import NOTHING

if TYPE_CHECKING:
    from rich.console import RenderableType

    from lessor.books.variance import Row

_MEANINGS = {
    "timing": "dates of acceptance, lots, suspension and end",
    "volume": "quantities, the lessee's revenue, costs charged on",
    "availability": "service credits",
    "price": "amended terms",
    "unbilled": "owed and on no document yet",
    "rounding": "of invoice lines",
}


def variance_tables(
    lease: str, currency: str, rows: Sequence[Row], total: Row
) -> Iterable[RenderableType]:
    """What was planned, what was billed, and each cause that has any part in the difference."""
    yield Text(f"{lease}: plan and bill without VAT, {currency}", style="bold")
    if not rows:
        yield indented(Text("no month of it is closed there yet"), below=1)
        return
    shown = [name for name in Causes._fields if any(getattr(row.causes, name) for row in rows)]
    yield indented(_table(currency, rows, total, shown), below=1)
    if not shown:
        yield indented(Text("billed as planned"), below=1)
        return
    meanings = Table.grid(padding=(0, 2))
    for name in shown:
        meanings.add_row(Text(name, style="dim"), _MEANINGS[name])
    yield indented(meanings, below=1)


def _table(currency: str, rows: Sequence[Row], total: Row, shown: Sequence[str]) -> FittedTable:
    headings = [*words("month", "charge"), *numbers("plan", "billed", "difference", *shown)]
    cells = [[row.period, row.charge, *_cells(row, currency, shown)] for row in rows]
    cells.append(["all", "", *_cells(total, currency, shown)])
    return FittedTable(headings, cells, has_total=True)


def _cells(row: Row, currency: str, shown: Sequence[str]) -> list[str]:
    amounts = [row.plan, row.billed, row.billed - row.plan]
    amounts += [getattr(row.causes, name) for name in shown]
    return [_amount(each, currency) for each in amounts]


def _amount(amount: Decimal, currency: str) -> str:
    return exact(amount, currency) if amount else NOTHING
