"""Reference figures for the terminal, by kind and source, with date and grade."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from lessor.report.layout import indented
from lessor.report.number_text import plain

if TYPE_CHECKING:
    from rich.console import RenderableType

    from lessor.terms.reference import Fact


def reference_tables(facts: Sequence[Fact]) -> Iterable[RenderableType]:
    """One block a kind; below it, under each source with its date and grade, what it says."""
    for kind, found in groupby(facts, key=lambda fact: fact.kind):
        of_kind = list(found)
        names = max(len(fact.name) for fact in of_kind)
        values = max(len(_value(fact)) for fact in of_kind)
        yield Text(kind, style="bold")
        for origin, read in groupby(of_kind, key=_origin):
            yield indented(Text(origin, style="dim"))
            yield indented(_figures(read, names, values), by=4)
        yield Text()


def _origin(fact: Fact) -> str:
    note = f"; {fact.note}" if fact.note else ""
    return f"{fact.source}: {fact.as_of}, {fact.grade.value}{note}"


def _value(fact: Fact) -> str:
    return f"{fact.value if isinstance(fact.value, str) else plain(fact.value)} {fact.unit}"


def _figures(facts: Iterable[Fact], names: int, values: int) -> RenderableType:
    table = Table.grid(padding=(0, 2))
    table.add_column(width=names, overflow="fold")
    table.add_column(width=values, justify="right", overflow="fold")
    for fact in facts:
        table.add_row(fact.name, _value(fact))
    return table
