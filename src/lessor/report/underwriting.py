"""What a deal returns, for the terminal: the deal, its metrics by group, months and years."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from lessor.forecast.metric_table import METRIC
from lessor.report.layout import indented
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
        from lessor.report.periods import period_table

        yield period_table(period_rows(result), deal.currency)


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
    return indented(table)


def _notes(labels: Mapping[str, str], notes: Mapping[str, str]) -> RenderableType:
    """Why a metric has no value, or what its value stands on; what several share is said once."""
    told: dict[str, list[str]] = {}
    for name, label in labels.items():
        if notes.get(name):
            told.setdefault(notes[name], []).append(label)
    lines = Table.grid()
    for note, sharing in told.items():
        lines.add_row(Text(f"{'; '.join(sharing)}: {note}", style="italic"))
    return indented(lines, below=1, by=4)
