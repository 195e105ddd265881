"""Where each cell of a workbook stands: a row for each figure by name, a column for each month.

A figure has a cell of its own, and so has what several formulas share or what would make one too
long; everything else is written inside the formula that uses it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from lessor.core.cells import LEAVES, Cell

ONCE = 3
"""The column of what has no month: sums, amounts at closing."""

FIRST = 4
"""The column of the first month."""

LENGTH_MAX = 900
"""Characters, roughly, of one formula; what is longer is split into steps."""

NESTING_MAX = 24
"""Operations inside operations of one formula; a spreadsheet takes 64 levels."""

WORKINGS, TIMELINE = "Workings", "Timeline"

_ROUTES = (
    ("facilities.", "Debt"),
    ("funding", "Debt"),
    ("leases.", "Charges"),
    ("costs.", "Costs"),
    ("assets.", "Assets"),
    ("taxes.", "Tax"),
    ("spvs.", "Waterfall"),
)
_REFERENCE, _OWN = 16, 6
_REPEATED = {"ratio": {1: 2}, "ceiling": {0: 4}, "round": {0: 2}}


class Spot(NamedTuple):
    """A cell's sheet, and its row and column, both counted from 0."""

    sheet: str
    row: int
    column: int


@dataclass
class Row:
    """A figure over the months: its title, and its cells by column.

    `place`: among the rows that are shown whatever else needs them; the others come after them.
    """

    title: str
    note: str = ""
    place: int | None = None
    cells: dict[int, Cell] = field(default_factory=dict)


@dataclass
class Sheet:
    """A sheet of figures: its blocks of rows by title, in order."""

    name: str
    blocks: dict[str, dict[str, Row]] = field(default_factory=dict)

    def row(self, block: str, title: str) -> Row:
        """The row of a title, made where it is not there yet."""
        rows = self.blocks.setdefault(block, {})
        if title not in rows:
            rows[title] = Row(title)
        return rows[title]


class Series(NamedTuple):
    """A row to be shown whatever else needs it: its cells name figure and month themselves."""

    sheet: str
    block: str
    title: str
    cells: Sequence[Cell]
    note: str = ""


class _Place(NamedTuple):
    sheet: str
    block: str
    title: str
    column: int


def route(name: str) -> tuple[str, str]:
    """The sheet and the block that a figure belongs to, by its dotted name."""
    sheet = next((sheet for start, sheet in _ROUTES if name.startswith(start)), WORKINGS)
    if sheet == WORKINGS:
        return sheet, "Figures"
    first, _, rest = name.partition(".")
    if first == "funding":
        return sheet, "Sources and uses"
    return sheet, f"{first}.{rest.partition('.')[0]}"


def column_of(period: int | None) -> int:
    """The column of a month; what has none stands before the first."""
    return ONCE if period is None else FIRST + period


@dataclass
class Layout:
    """All cells of a workbook, placed.

    `sheets` in the order given; `places` finds a placed cell by identity.
    """

    names: Sequence[str]
    sheets: dict[str, Sheet] = field(default_factory=dict)
    spots: dict[int, Spot] = field(default_factory=dict)
    order: list[Cell] = field(default_factory=list)
    _places: dict[int, _Place] = field(default_factory=dict)
    _steps: dict[int, int] = field(default_factory=dict)
    _forced: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.sheets = {name: Sheet(name) for name in self.names}

    def place(self, series: Iterable[Series]) -> None:
        """Give a cell to everything that the series are made of."""
        shown = list(series)
        roots = [cell for each in shown for cell in each.cells]
        self.order = ordered(roots)
        for number, each in enumerate(shown):
            row = self.sheets[each.sheet].row(each.block, each.title)
            row.place, row.note = number, each.note
            for cell in each.cells:
                column = column_of(cell.period)
                self._put(cell, _Place(each.sheet, each.block, each.title, column))
        self._choose()
        self._place_rest()
        self._number()

    def is_placed(self, cell: Cell) -> bool:
        """Whether a cell stands on a sheet, and is not written inside another's formula."""
        return id(cell) in self.spots

    def _choose(self) -> None:
        """Which cells get a place of their own, beside the series."""
        uses: dict[int, int] = {}
        for cell in self.order:
            repeated = _REPEATED.get(cell.op, {})
            for at, arg in enumerate(cell.args):
                uses[id(arg)] = uses.get(id(arg), 0) + repeated.get(at, 1)
            if any(size > 1 for size in cell.groups):
                self._forced.update(id(arg) for arg in cell.args)
        for cell in self.order:
            if cell.op not in LEAVES and (cell.name or uses.get(id(cell), 0) > 1):
                self._forced.add(id(cell))
        lengths: dict[int, int] = {}
        depths: dict[int, int] = {}
        for cell in self.order:
            self._measure(cell, lengths, depths)

    def _measure(self, cell: Cell, lengths: dict[int, int], depths: dict[int, int]) -> None:
        """How long and deep a cell's formula gets; operands move out until it fits."""

        def length(arg: Cell) -> int:
            return _REFERENCE if id(arg) in self._forced else lengths[id(arg)]

        def depth(arg: Cell) -> int:
            if id(arg) in self._forced:
                return 0
            return depths[id(arg)] - (1 if cell.op == arg.op == "+" else 0)

        inline = sorted((a for a in cell.args if a.op not in LEAVES), key=length, reverse=True)
        if not any(size > 1 for size in cell.groups):
            for arg in inline:
                if sum(map(length, cell.args)) > LENGTH_MAX:
                    self._forced.add(id(arg))
            for arg in inline:
                if depth(arg) >= NESTING_MAX:
                    self._forced.add(id(arg))
        lengths[id(cell)] = _OWN + sum(map(length, cell.args))
        depths[id(cell)] = 1 + max(map(depth, cell.args), default=0)
        if cell.op in LEAVES:
            lengths[id(cell)], depths[id(cell)] = _REFERENCE, 0

    def _place_rest(self) -> None:
        """From the series down: a figure by its name, a step beside the formula it is part of."""
        owners: dict[int, _Place] = {}
        for cell in reversed(self.order):
            own = self._places.get(id(cell))
            if own is None and cell.op == "given":
                own = self._place_given(cell, owners[id(cell)])
            if own is None and id(cell) in self._forced:
                own = self._put(cell, self._wanted(cell, owners.get(id(cell))))
            owner = own or owners.get(id(cell))
            if owner is not None:
                for arg in cell.args:
                    owners.setdefault(id(arg), owner)

    def _wanted(self, cell: Cell, owner: _Place | None) -> _Place:
        if cell.name:
            return _Place(*route(cell.name), cell.name, column_of(cell.period))
        assert owner is not None, "what is no figure is a part of one"
        key = hash(owner)
        self._steps[key] = self._steps.get(key, 0) + 1
        title = f"{owner.title}: step {self._steps[key]}"
        return _Place(WORKINGS, owner.block, title, owner.column)

    def _place_given(self, cell: Cell, owner: _Place) -> _Place:
        """A number that the driver knows: one cell for all that are the same where it is used."""
        title = cell.field
        for number in range(2, 1000):
            row = self.sheets[TIMELINE].row(owner.block, title)
            held = row.cells.setdefault(owner.column, cell)
            if held.value == cell.value:
                break
            title = f"{cell.field} ({number})"
        place = _Place(TIMELINE, owner.block, title, owner.column)
        self._places[id(cell)] = place
        return place

    def _put(self, cell: Cell, wanted: _Place) -> _Place:
        """Take the place, or where it is taken the next free one among the workings."""
        place, number = wanted, 1
        while True:
            row = self.sheets[place.sheet].row(place.block, place.title)
            if row.cells.setdefault(place.column, cell) is cell:
                self._places[id(cell)] = place
                return place
            number += 1
            place = wanted._replace(sheet=WORKINGS, title=f"{wanted.title} ({number})")

    def _number(self) -> None:
        """Number the rows of each sheet, a line between blocks, and find every cell's spot."""
        rows: dict[tuple[str, str, str], int] = {}
        for sheet in self.sheets.values():
            at = HEADING
            for block, held in sheet.blocks.items():
                ordered_rows = sorted(held.values(), key=_rank)
                sheet.blocks[block] = {row.title: row for row in ordered_rows}
                at += 2
                for title in sheet.blocks[block]:
                    rows[sheet.name, block, title] = at
                    at += 1
        for key, place in self._places.items():
            row = rows[place.sheet, place.block, place.title]
            self.spots[key] = Spot(place.sheet, row, place.column)


def _rank(row: Row) -> tuple[bool, int, list[tuple[int, str]]]:
    """Rows shown come first, in their order; the others by title, numbers in it as numbers."""
    if row.place is not None:
        return False, row.place, []
    parts = re.findall(r"\d+|\D+", row.title)
    return True, 0, [(int(part), "") if part.isdecimal() else (-1, part) for part in parts]


HEADING = 4
"""Rows above the first block: the sheet's title and the months."""


def ordered(roots: Iterable[Cell]) -> list[Cell]:
    """Every cell that the roots are made of, operands before what is made of them."""
    done: set[int] = set()
    order: list[Cell] = []
    for root in roots:
        stack: list[tuple[Cell, bool]] = [(root, False)]
        while stack:
            cell, is_open = stack.pop()
            if is_open:
                order.append(cell)
            elif id(cell) not in done:
                done.add(id(cell))
                stack.append((cell, True))
                stack.extend((arg, False) for arg in cell.args if id(arg) not in done)
    return order
