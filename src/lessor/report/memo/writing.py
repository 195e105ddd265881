"""How figures of one deal are written into cells: in its currency, by the reader's language."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from lessor.forecast.cash_years import RESIDUE
from lessor.report.memo.model import Cell, Column, Figure, Row
from lessor.report.retold import retold
from lessor.report.said import (
    exact_amount,
    metric_name,
    metric_value,
    short_amount,
    unit_value,
)
from lessor.report.tongues import Tongue

Number = float | int | Decimal


@dataclass(frozen=True)
class Pen:
    """Writes the figures of a deal."""

    tongue: Tongue
    currency: str

    def say(self, english: str, /, **values: object) -> str:
        """A text in the reader's language."""
        return self.tongue.say(english, **values)

    def text(self, said: str | None, below: str = "") -> Cell:
        """Words; a dash for none."""
        return Cell(said or "-", below=below)

    def day(self, value: date | None) -> Cell:
        """A day."""
        return Cell(self.tongue.short_day(value))

    def amount(self, value: Number | None) -> Cell:
        """An amount in the unit that people say."""
        number = None if value is None else float(value)
        return Cell(short_amount(number, self.currency, self.tongue), number)

    def price(self, value: Number, currency: str | None = None) -> str:
        """A price as its file says it, in its own currency."""
        return exact_amount(Decimal(str(value)), currency or self.currency, self.tongue)

    def percent(self, value: Number | None, decimals: int = 2) -> Cell:
        """A share."""
        number = None if value is None else float(value)
        return Cell(self.tongue.percent(number, decimals), number)

    def exact_percent(self, value: Number) -> str:
        """A share as its file says it, with all its digits and no more."""
        return f"{self.tongue.number(Decimal(str(value)) * 100)}%"

    def times(self, value: Number | None, decimals: int = 3) -> Cell:
        """A multiple."""
        number = None if value is None else float(value)
        return Cell(self.tongue.times(number, decimals), number)

    def count(self, value: Number | None) -> Cell:
        """A number of things."""
        number = None if value is None else float(value)
        return Cell(self.tongue.number(value), number)

    def by_unit(self, unit: str, value: float | None) -> Cell:
        """A value by a unit of the table of metrics."""
        return Cell(unit_value(unit, value, self.currency, self.tongue), value)

    def metric(self, name: str, value: float | None) -> Cell:
        """A metric's value by its unit."""
        return Cell(metric_value(name, value, self.currency, self.tongue), value)

    def figure(self, name: str, value: float | None, note: str) -> Figure:
        """A metric that stands alone, with its note."""
        said = metric_value(name, value, self.currency, self.tongue)
        label = metric_name(name, self.tongue)
        return Figure(name, label, said, value, retold(note, self.tongue) if value is None else "")


@dataclass(frozen=True)
class Amounts:
    """Amounts of one table, all in one unit, which stands in its title."""

    pen: Pen
    divisor: Decimal
    unit: str
    least: float

    @staticmethod
    def of(pen: Pen, amounts: Iterable[float | None]) -> Amounts:
        """The unit in which the largest of the amounts is short to read."""
        largest = max((abs(value) for value in amounts if value is not None), default=0.0)
        divisor, unit = pen.tongue.short_unit(largest, pen.currency)
        return Amounts(pen, divisor, unit, largest * RESIDUE)

    def is_seen(self, value: float) -> bool:
        """Whether an amount is more than what rounding leaves of the others."""
        return abs(value) > self.least

    def cell(self, value: float | None) -> Cell:
        """An amount in the unit, which its table's title names; nothing is a dash."""
        if value is None or not self.is_seen(value):
            return Cell("-", value)
        # Where people say bn and 亿 the cents of a million still matter, so three places.
        places = 3 if self.divisor >= 10**8 else 2
        return Cell(self.pen.tongue.number(Decimal(repr(value)) / self.divisor, places), value)


def start(label: str, *, is_wide: bool = False, is_code: bool = False) -> Column:
    """A column of words."""
    return Column(label, "start", is_wide, is_code)


def turned(
    labels: Sequence[str], columns: Sequence[Sequence[Cell]], strong: Iterable[int] = ()
) -> tuple[Row, ...]:
    """Rows of a table whose first column holds the labels; those at `strong` are totals."""
    totals = set(strong)
    return tuple(
        Row((Cell(label), *(column[place] for column in columns)), place in totals)
        for place, label in enumerate(labels)
    )
