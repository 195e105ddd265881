"""What a deal returns, for the terminal: the deal, its metrics by group, months and years."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from lessor.forecast.metric_table import METRIC
from lessor.report.metric_groups import METRIC_GROUPS
from lessor.report.number_text import figure
from lessor.report.summary import summary

if TYPE_CHECKING:
    from rich.console import RenderableType

    from lessor.forecast.underwriting import Underwriting

_LABEL_WIDTH, _VALUE_WIDTH = 30, 16


def underwriting_tables(
    result: Underwriting, *, periods: bool = False, statement: bool = False
) -> Iterable[RenderableType]:
    """The deal in a few lines, its metrics, and where asked for its years and months."""
    deal = result.loaded.deal
    yield from summary(deal)
    for title, labels in METRIC_GROUPS.items():
        yield Text(title, style="bold")
        yield _group(labels, result.metrics, deal.currency)
        yield _notes(labels, result.metric_notes)
    if statement:
        from lessor.forecast.statement import statement as statement_of
        from lessor.report.statement import statement_tables

        yield from statement_tables(statement_of(result), deal.currency)
    if periods:
        from lessor.forecast.underwriting import period_rows
        from lessor.report.periods import period_tables

        yield from period_tables(period_rows(result), deal.currency)


def _group(
    labels: Mapping[str, str], metrics: Mapping[str, float | None], currency: str
) -> RenderableType:
    """The metrics of one group: what it is called, its value, its name for options and JSON."""
    table = Table.grid(padding=(0, 2))
    table.add_column(width=_LABEL_WIDTH)
    table.add_column(width=_VALUE_WIDTH, justify="right", no_wrap=True)
    table.add_column(style="dim", no_wrap=True)
    for name, label in labels.items():
        table.add_row(label, figure(metrics[name], METRIC[name].unit, currency), name)
    return Padding(table, (0, 0, 0, 2))


def _notes(labels: Mapping[str, str], notes: Mapping[str, str]) -> RenderableType:
    """Why a metric has no value, or what its value stands on."""
    table = Table.grid()
    for name, label in labels.items():
        if notes.get(name):
            table.add_row(Text(f"{label}: {notes[name]}", style="italic"))
    return Padding(table, (0, 0, 1 , 4))
