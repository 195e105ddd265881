"""A table of amounts with one row a month or a year, in one unit, wide enough for every digit."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from rich.box import SIMPLE_HEAD
from rich.padding import Padding
from rich.table import Table

from lessor.report.number_text import NOTHING, Scale, percent, scale_of

Row = Mapping[str, object]


class Column(NamedTuple):
    """A column: the key of its figure, its heading, and whether it is an amount of money."""

    key: str
    heading: str
    form: str = "amount"


def number(row: Row, key: str) -> float | None:
    """The figure of a row under a key; None where there is none."""
    value = row.get(key)
    return float(value) if isinstance(value, int | float) else None


def has_figures(rows: Sequence[Row], key: str) -> bool:
    """Whether any row has a figure other than zero under the key."""
    return any(number(row, key) for row in rows)


def unit_of(rows: Sequence[Row], columns: Sequence[Column]) -> Scale:
    """The one unit in which all amounts of a table are shown."""
    keys = [column.key for column in columns if column.form == "amount"]
    return scale_of(number(row, key) for row in rows for key in keys)


def table_of(rows: Sequence[Row], columns: Sequence[Column], first: Column) -> Padding:
    """The rows as a table; the unit of its amounts stands in the first column's heading."""
    scale = unit_of(rows, columns)
    forms: dict[str, Callable[[float], str]] = {
        "amount": scale.text,
        "percent": lambda value: percent(value, 1),
        "multiple": lambda value: f"{value:,.3f}x",
    }
    table = Table(box=SIMPLE_HEAD, padding=(0, 1), pad_edge=False, show_edge=False)
    table.add_column(first.heading, no_wrap=True)
    for column in columns:
        table.add_column(column.heading, justify="right", min_width=_width(rows, column, forms))
    for row in rows:
        cells = [_cell(row, column, forms) for column in columns]
        table.add_row(str(row[first.key]), *cells)
    return Padding(table, (0, 0, 1, 2))


def _cell(row: Row, column: Column, forms: Mapping[str, Callable[[float], str]]) -> str:
    value = number(row, column.key)
    return NOTHING if value is None else forms[column.form](value)


def _width(
    rows: Sequence[Row], column: Column, forms: Mapping[str, Callable[[float], str]]
) -> int:
    """The widest figure of a column: headings may be broken, figures never."""
    return max((len(_cell(row, column, forms)) for row in rows), default=1)
