"""The rows that metrics are reckoned from: cash without rounding residue, sums by payment."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np

from lessor.core.cells import Cell, as_cell, call, figure
from lessor.core.numeric import Value, maximum, where
from lessor.forecast.figures import RESIDUE, SIZES
from lessor.report.workbook.layout import Series
from lessor.report.workbook.model import Model

SHEET = "Returns"
NONE = "n/a"
"""What a metric without value shows."""

_DAY_ZERO = date(1899, 12, 30)
_NOTHING = as_cell(0)


@dataclass
class Returns:
    """The rows that metrics are reckoned from, made as they are asked for."""

    model: Model
    rows: list[Series] = field(default_factory=list)

    def row(self, block: str, title: str, values: Sequence[Value], start: int = 0) -> list[Cell]:
        """Values as a row of the sheet, each in a cell of its own."""
        cells = [figure(value, title, start + at) for at, value in enumerate(values)]
        self.rows.append(Series(SHEET, block, title, cells))
        return cells

    def single(self, block: str, title: str, value: Value) -> Cell:
        """A value in the column of what has no month."""
        cell = figure(value, title, None)
        self.rows.append(Series(SHEET, block, title, [cell]))
        return cell

    def metric(self, name: str, template: str, *groups: Sequence[Cell]) -> Cell:
        """A function over cells, holding the engine's figure until the sheet is reckoned anew."""
        value: Any = self.model.figures[name].value
        return call(template, NONE if value is None else value, *groups)

    @cached_property
    def residue(self) -> Cell:
        """What an amount may be and count as rounding, beside purchases, draws and rents."""
        groups = [self.plain(name) for name in SIZES]
        places = ",".join(f"{{{at}}}" for at in range(len(groups)))
        largest = max((abs(float(cell)) for group in groups for cell in group), default=0.0)
        found = call(f"{RESIDUE!r}*MAX({places})", RESIDUE * largest, *groups)
        return self.single("Rounding", "rounding residue", found)

    def plain(self, title: str) -> list[Cell]:
        """A row of the plan by its title; nothing where it is left out, as nothing moves in it."""
        found = self.model.rows.get(title)
        return [as_cell(0)] if found is None else list(found.cells)

    def clean(self, values: Sequence[Value]) -> list[Value]:
        """Amounts with what only rounding leaves set to nothing."""
        return [
            cell
            if cell.op == "constant"
            else where(maximum(cell, -cell) <= self.residue, _NOTHING, cell)
            for cell in map(as_cell, values)
        ]

    def periods(self, name: str) -> list[Cell]:
        """A stream or total by month, without rounding residue."""
        return self._kept(f"{name} by month", lambda: self.model.plan.cash.by_period(name), 0)

    def rests(self, name: str) -> list[Cell]:
        """A stream or total by equal months after closing, which stands before the first."""
        return self._kept(f"{name} by rest", lambda: self.model.plan.cash.by_rest(name), -1)

    def to_payments(self, name: str) -> list[Cell]:
        """A stream or total by the month of the payment that it is there for."""
        return self._kept(f"{name} to payments", lambda: self.model.plan.to_payments(name), 0)

    def _kept(self, title: str, values: Callable[[], list[Value]], start: int) -> list[Cell]:
        found = next((row for row in self.rows if row.title == title), None)
        if found is not None:
            return list(found.cells)
        return self.row("Cash", title, self.clean(values()), start)

    @cached_property
    def ends(self) -> list[int]:
        """The months that end with a payment on a loan."""
        ends: list[int] = np.flatnonzero(self.model.plan.payment_flags).tolist()
        return ends

    def by_payment(self, title: str, values: Sequence[Cell], ends: Sequence[int]) -> list[Cell]:
        """Sums over payment periods, each in the month of its payment."""
        starts = [0, *(end + 1 for end in ends[:-1])]
        cells = []
        for start, end in zip(starts, ends, strict=True):
            own = values[start : end + 1]
            summed = call("SUM({0})", sum(float(each) for each in own), own)
            cells.append(figure(summed, title, end))
        self.rows.append(Series(SHEET, "Cover", title, cells))
        return cells

    def at(self, title: str, values: Sequence[Value], ends: Sequence[int]) -> list[Cell]:
        """Values of payment dates, each in the month of its payment."""
        cells = [figure(value, title, end) for value, end in zip(values, ends, strict=True)]
        self.rows.append(Series(SHEET, "Cover", title, cells))
        return cells


def day_number(day: date) -> int:
    """A day as spreadsheets count it.

    >>> day_number(date(2026, 5, 1))
    46143
    """
    return (day - _DAY_ZERO).days
