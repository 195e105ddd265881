"""A table of amounts with one row a month or a year, in one unit, with no figure ever cut."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.text import Text

from lessor.report.layout import GAP, INDENT, framed, indented
from lessor.report.number_text import NOTHING, Scale, percent, scale_of

Row = Mapping[str, object]


class Column(NamedTuple):
    """A column: its figure's key, its heading, and what it holds.

    `form`: amount, percent, rate (a percentage to four places), multiple, days.
    `spare`: the order in which columns give way on a narrow terminal, highest first; 0 stays.
    """

    key: str
    heading: str
    form: str = "amount"
    spare: int = 0


class AmountTable:
    """Rows under the columns that have any figure; on a narrow terminal under fewer of them."""

    def __init__(
        self,
        rows: Sequence[Row],
        columns: Sequence[Column],
        *,
        first: Column,
        title: str,
        scale: Scale | None = None,
    ) -> None:
        self._rows, self._first = rows, first
        self._columns = [c for c in columns if any(_number(row, c.key) for row in rows)]
        amounts = [c.key for c in self._columns if c.form == "amount"]
        self._scale = scale or scale_of(_number(row, key) for row in rows for key in amounts)
        self._title = f"{title} {self._scale.word}".rstrip()

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """The title, the table, and below it what found no room."""
        kept, left_out = self._fitting(options.max_width)
        yield Text(self._title, style="bold")
        if not kept:
            yield indented("nothing moves", below=1)
            return
        yield indented(self._table(kept), below=0 if left_out else 1)
        if left_out:
            names = ", ".join(column.heading for column in left_out)
            told = f"no room here for {names}: use a wider terminal, or --json"
            yield indented(Text(told, style="italic"), below=1)

    def _fitting(self, room: int) -> tuple[list[Column], list[Column]]:
        kept = list(self._columns)
        left_out: list[Column] = []
        while self._width(kept) > room:
            spare = max(kept, key=lambda column: column.spare, default=None)
            if spare is None or not spare.spare:
                break
            kept.remove(spare)
            left_out.append(spare)
        return kept, left_out

    def _width(self, columns: Sequence[Column]) -> int:
        first = max((len(str(row[self._first.key])) for row in self._rows), default=0)
        widths = [first, *(self._column_width(column) for column in columns)]
        return INDENT + sum(widths) + GAP * (len(widths) - 1)

    def _column_width(self, column: Column) -> int:
        words = [len(word) for word in column.heading.split()]
        return max(*words, *(len(self._cell(row, column)) for row in self._rows))

    def _table(self, columns: Sequence[Column]) -> RenderableType:
        table = framed()
        table.add_column(self._first.heading, no_wrap=True)
        for column in columns:
            width = self._column_width(column)
            table.add_column(column.heading, justify="right", width=width)
        for row in self._rows:
            cells = [self._cell(row, column) for column in columns]
            table.add_row(str(row[self._first.key]), *cells)
        return table

    def _cell(self, row: Row, column: Column) -> str:
        value = _number(row, column.key)
        if value is None:
            return NOTHING
        written = FORMS.get(column.form)
        return self._scale.text(value) if written is None else written(value)


FORMS: Mapping[str, Callable[[float], str]] = {
    "percent": lambda value: percent(value, 1),
    "rate": lambda value: percent(value, 4),
    "multiple": lambda value: f"{value:,.3f}x",
    "days": lambda value: f"{value:.0f}",
}
"""How a figure that is no amount is written."""


def _number(row: Row, key: str) -> float | None:
    value = row.get(key)
    return float(value) if isinstance(value, int | float) else None
