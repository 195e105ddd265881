"""Formulas: the text of each placed cell, in the words that every spreadsheet knows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from lessor.core.cells import Cell
from lessor.report.workbook.layout import Layout, Spot

COMPARED, ADDED, MULTIPLIED, RAISED, WHOLE = 1, 2, 3, 4, 5
_INFIX = {
    "+": ADDED,
    "-": ADDED,
    "*": MULTIPLIED,
    "/": MULTIPLIED,
    "^": RAISED,
    "<": COMPARED,
    "<=": COMPARED,
    ">": COMPARED,
    ">=": COMPARED,
}
_FUNCTIONS = {"min": "MIN", "max": "MAX", "if": "IF", "and": "AND", "or": "OR", "not": "NOT"}
RANGE_MIN = 3
"""Neighbours from which a sum names a range instead of each cell."""

CEILING = "IF(ABS({0}-ROUND({0},0))<=1E-12*MAX(ABS(ROUND({0},0)),1),ROUND({0},0),-INT(-({0})))"
ROUND = "SIGN({0})*INT(ABS({0})*{1}*(1+8*2^-52)+0.5)/{1}"


class Text(NamedTuple):
    """A piece of a formula and how tightly it binds."""

    text: str
    binding: int = WHOLE

    def within(self, binding: int) -> str:
        """The piece as an operand of something that binds so."""
        return f"({self.text})" if self.binding < binding else self.text


class Formulas:
    """Writes formulas; `names` has the defined name of each input by its path."""

    def __init__(self, layout: Layout, names: Mapping[str, str], fixed: Mapping[int, Spot]) -> None:
        self.layout = layout
        self.names = names
        self.fixed = fixed

    def formula(self, cell: Cell) -> str:
        """The formula of a placed cell, with its equals sign."""
        return "=" + self._made(cell, self.layout.spots[id(cell)].sheet).text

    def _operand(self, cell: Cell, sheet: str) -> Text:
        """What stands in a formula for an operand: a reference, a name, a number, or its own."""
        spot = self._spot(cell)
        if spot is not None:
            return Text(reference(spot, sheet))
        if cell.op == "input":
            return Text(self.names[cell.field])
        if cell.op in ("constant", "given"):
            return number_text(cell.value)
        return self._made(cell, sheet)

    def _spot(self, cell: Cell) -> Spot | None:
        return self.layout.spots.get(id(cell)) or self.fixed.get(id(cell))

    def _made(self, cell: Cell, sheet: str) -> Text:
        """How a cell is made of its operands."""
        if cell.op == "+":
            return self._sum(cell, sheet)
        if cell.op == "call":
            return self._call(cell, sheet)
        if cell.op == "same":
            return self._operand(cell.args[0], sheet)
        if not cell.args:
            return self._leaf(cell)
        if cell.op in ("ratio", "ceiling", "round"):
            return self._guarded(cell, sheet)
        parts = [self._operand(arg, sheet) for arg in cell.args]
        if cell.op in _INFIX:
            binding = _INFIX[cell.op]
            # Of a - b and a / b the right side must bind more tightly; of a ^ b both.
            left = parts[0].within(binding + (cell.op == "^"))
            return Text(f"{left}{cell.op}{parts[1].within(binding + 1)}", binding)
        if cell.op == "negative":
            return Text(f"-{parts[0].within(MULTIPLIED)}", ADDED)
        return Text(f"{_FUNCTIONS[cell.op]}({','.join(part.text for part in parts)})")

    def _leaf(self, cell: Cell) -> Text:
        if cell.op == "input":
            return Text(self.names[cell.field])
        spot = self.fixed.get(id(cell))
        return number_text(cell.value) if spot is None else Text(reference(spot, ""))

    def _guarded(self, cell: Cell, sheet: str) -> Text:
        parts = [self._operand(arg, sheet) for arg in cell.args]
        if cell.op == "ratio":
            over, under, instead = parts
            quotient = f"{over.within(MULTIPLIED)}/{under.within(RAISED)}"
            return Text(f"IF({under.within(ADDED)}=0,{instead.text},{quotient})")
        if cell.op == "ceiling":
            return Text(CEILING.format(parts[0].within(MULTIPLIED)))
        scale = number_text(float(10 ** int(cell.args[1].value))).text
        return Text(ROUND.format(parts[0].within(MULTIPLIED), scale), MULTIPLIED)

    def _sum(self, cell: Cell, sheet: str) -> Text:
        """A sum with neighbours named as ranges."""
        terms = self._terms(cell)
        runs = _runs([self._spot(term) for term in terms])
        pieces: list[str] = []
        ranges: list[str] = []
        for run in runs:
            spots = [spot for at in run if (spot := self._spot(terms[at])) is not None]
            if len(run) >= RANGE_MIN:
                ranges.append(between(spots[0], spots[-1], sheet))
            else:
                pieces += [self._operand(terms[at], sheet).within(ADDED) for at in run]
        if ranges:
            pieces.insert(0, f"SUM({','.join(ranges)})")
        text = "+".join(pieces)
        return Text(text, WHOLE if len(pieces) == 1 and ranges else ADDED)

    def _terms(self, cell: Cell) -> list[Cell]:
        """The terms of a sum, those of sums that are written inside it among them, in order."""
        found: list[Cell] = []
        stack = [cell.args[1], cell.args[0]]
        while stack:
            term = stack.pop()
            if term.op == "+" and self._spot(term) is None:
                stack += [term.args[1], term.args[0]]
            else:
                found.append(term)
        return found

    def _call(self, cell: Cell, sheet: str) -> Text:
        arguments, at = [], 0
        for size in cell.groups:
            own = cell.args[at : at + size]
            arguments.append(self._argument(own, sheet))
            at += size
        return Text(cell.field.format(*arguments), COMPARED)

    def _argument(self, cells: Sequence[Cell], sheet: str) -> str:
        if len(cells) == 1:
            return self._operand(cells[0], sheet).text
        spots = [self.layout.spots[id(each)] for each in cells]
        return ",".join(between(spots[run[0]], spots[run[-1]], sheet) for run in _runs(list(spots)))


def _runs(spots: Sequence[Spot | None]) -> list[list[int]]:
    """Indices of spots that stand side by side in one row, run by run."""
    runs: list[list[int]] = []
    before: Spot | None = None
    for at, spot in enumerate(spots):
        follows = (
            spot is not None
            and before is not None
            and (spot.sheet, spot.row) == (before.sheet, before.row)
            and spot.column == before.column + 1
        )
        if follows:
            runs[-1].append(at)
        else:
            runs.append([at])
        before = spot
    return runs


def number_text(value: float | bool) -> Text:
    """A number as a formula has it.

    >>> number_text(0.25).text, number_text(-2.0), number_text(True).text
    ('0.25', Text(text='-2', binding=2), 'TRUE()')
    """
    if isinstance(value, bool):
        return Text("TRUE()" if value else "FALSE()")
    text = repr(float(value)).upper().removesuffix(".0")
    return Text(text, ADDED if value < 0 else WHOLE)


def column_letters(column: int) -> str:
    """The letters of a column counted from 0.

    >>> column_letters(0), column_letters(25), column_letters(26)
    ('A', 'Z', 'AA')
    """
    letters, left = "", column + 1
    while left:
        left, at = divmod(left - 1, 26)
        letters = chr(ord("A") + at) + letters
    return letters


def reference(spot: Spot, sheet: str) -> str:
    """A cell's reference as a formula on `sheet` writes it."""
    cell = f"{column_letters(spot.column)}{spot.row + 1}"
    return cell if spot.sheet == sheet else f"{spot.sheet}!{cell}"


def between(first: Spot, last: Spot, sheet: str) -> str:
    """A range from one cell to another of its sheet."""
    if first == last:
        return reference(first, sheet)
    return f"{reference(first, sheet)}:{reference(last, last.sheet)}"
