"""Receivables for the terminal: lessees by age of what they owe, and their open documents."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from rich.text import Text

from lessor.report.exact_text import exact, exact_money
from lessor.report.fitted import FittedTable, names, numbers, words
from lessor.report.layout import indented
from lessor.report.number_text import NOTHING

if TYPE_CHECKING:
    from rich.console import RenderableType

    from lessor.books.receivables import OpenItem, Receivable

_SHOWN_AT_ONCE = 200
"""Open documents that the page shows; --json has them all."""


def receivables_tables(as_of: date, found: Sequence[Receivable]) -> Iterator[RenderableType]:
    """What is owed at the end of a day, by lessee and currency, and by document."""
    yield Text(f"receivables at the end of {as_of}", style="bold")
    if not found:
        yield indented(Text("nothing is owed, and nothing is held"))
        return
    yield indented(_ages(found), below=1)
    items = [(each, item) for each in found for item in each.items]
    if not items:
        yield indented(Text("no document is open"))
        return
    shown, more = items[:_SHOWN_AT_ONCE], len(items) - _SHOWN_AT_ONCE
    yield indented(_documents(shown), below=0 if more > 0 else 1)
    if more > 0:
        yield indented(Text(f"and {more:,} more: --json has all of them", style="italic"), below=1)


def _ages(found: Sequence[Receivable]) -> FittedTable:
    headings = [*names("lessee"), *words("")]
    headings += numbers("not due", "1-30 days", "31-60", "61-90", "over 90", "to credit", "open")
    headings += numbers("unmatched", "deposits", "prepayments")
    cells = []
    for each in found:
        amounts = (*each.ages.values(), each.to_credit, each.open, each.unmatched)
        held = (each.deposits, each.prepayments)
        told = [_amount(amount, each.currency) for amount in (*amounts, *held)]
        cells.append([each.lessee, each.currency, *told])
    return FittedTable(headings, cells)


def _documents(items: Sequence[tuple[Receivable, OpenItem]]) -> FittedTable:
    headings = [*words("number"), *names("lessee", "lease"), *words("due")]
    headings += numbers("days past", "open")
    cells = []
    for of, item in items:
        named = [item.issued.number, of.lessee, item.issued.document.lease]
        cells.append([*named, *_due(item), exact_money(item.open, of.currency)])
    return FittedTable(headings, cells)


def _due(item: OpenItem) -> list[str]:
    if item.open < 0:
        return ["to credit", NOTHING]
    past = str(item.days_past_due) if item.days_past_due > 0 else NOTHING
    return [str(item.issued.due_date), past]


def _amount(amount: Decimal, currency: str) -> str:
    return exact(amount, currency) if amount else NOTHING
