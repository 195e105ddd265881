"""Values that are spreadsheet cells: a number with the operation that makes it, kept whole.

The engine runs on them unchanged. Unlike `Traced`, a cell keeps both branches of a choice, so that
what is written from it still answers when an input moves. Terms are handed over as `Watched`
numbers, which tell where the run looked at a term as plain Python instead of computing with it:
such a term shapes the plan, and a workbook must not offer it as one that may be changed.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

from lessor.core.numeric import Kind, Value, ceiling, round_to

LEAVES = frozenset({"constant", "input", "given", "fixed"})


class Cell:
    """A float (a flag, or a text that stands for no number) with its operation and operands.

    Leaves: `input` (a term of the deal, `field` its path), `given` (a number that the driver knows,
    `field` its label), `fixed` (a number found outside of the cells), `constant`. `name` and
    `period` say which figure it is; `groups`, of a spreadsheet's own function, how many operands
    each of its arguments takes.
    """

    __slots__ = ("args", "field", "groups", "name", "op", "period", "value")

    def __init__(
        self, value: Value, op: str, args: tuple[Cell, ...] = (), *, field: str = ""
    ) -> None:
        self.value = value
        self.op = op
        self.args = args
        self.field = field
        self.name = ""
        self.period: int | None = None
        self.groups: tuple[int, ...] = ()

    def __repr__(self) -> str:
        return f"Cell({self.value!r}, {self.op!r}, name={self.name!r})"

    __hash__ = None  # type: ignore[assignment]

    def constant(self, value: Value) -> Cell:
        """A number that is written in the rule itself."""
        return as_cell(value)

    def __float__(self) -> float:
        return float(self.value)

    def __bool__(self) -> bool:
        raise TypeError("a cell is never branched on: use where()")

    def __add__(self, other: Value) -> Cell:
        return _sum(self, as_cell(other))

    def __radd__(self, other: Value) -> Cell:
        return _sum(as_cell(other), self)

    def __sub__(self, other: Value) -> Cell:
        right = as_cell(other)
        if _is(right, 0):
            return self
        return -right if _is(self, 0) else _binary("-", self, right, operator.sub)

    def __rsub__(self, other: Value) -> Cell:
        return as_cell(other) - self

    def __mul__(self, other: Value) -> Cell:
        return _product(self, as_cell(other))

    def __rmul__(self, other: Value) -> Cell:
        return _product(as_cell(other), self)

    def __truediv__(self, other: Value) -> Cell:
        right = as_cell(other)
        if _is(right, 1) or _is(self, 0):
            return self
        return _binary("/", self, right, operator.truediv)

    def __rtruediv__(self, other: Value) -> Cell:
        return as_cell(other) / self

    def __pow__(self, other: Value) -> Cell:
        right = as_cell(other)
        if _is(right, 0):
            # A spreadsheet knows no 0 ^ 0.
            return Cell(1.0, "constant")
        return self if _is(right, 1) else _binary("^", self, right, operator.pow)

    def __neg__(self) -> Cell:
        if self.op == "constant":
            return Cell(-self.value, "constant")
        return self.args[0] if self.op == "negative" else Cell(-self.value, "negative", (self,))

    def __lt__(self, other: Value) -> Cell:
        return _binary("<", self, as_cell(other), operator.lt)

    def __le__(self, other: Value) -> Cell:
        return _binary("<=", self, as_cell(other), operator.le)

    def __gt__(self, other: Value) -> Cell:
        return _binary(">", self, as_cell(other), operator.gt)

    def __ge__(self, other: Value) -> Cell:
        return _binary(">=", self, as_cell(other), operator.ge)

    def symbolic_minimum(self, other: Value) -> Cell:
        """The smaller of two."""
        return _binary("min", self, as_cell(other), min)

    def symbolic_maximum(self, other: Value) -> Cell:
        """The larger of two."""
        return _binary("max", self, as_cell(other), max)

    def symbolic_where(self, yes: Value, no: Value) -> Cell:
        """A choice, with both its branches; at once where the flag can never change."""
        left, right = as_cell(yes), as_cell(no)
        if self.op == "constant" or left is right:
            return left if self.value else right
        if left.op == right.op == "constant" and left.value == right.value:
            return left
        return Cell(left.value if self.value else right.value, "if", (self, left, right))

    def symbolic_both(self, other: Value) -> Cell:
        """Both flags hold."""
        right = as_cell(other)
        for flag, beside in ((self, right), (right, self)):
            if flag.op == "constant":
                return beside if flag.value else flag
        return Cell(bool(self.value) and bool(right.value), "and", (self, right))

    def symbolic_either(self, other: Value) -> Cell:
        """One of the flags holds."""
        right = as_cell(other)
        for flag, beside in ((self, right), (right, self)):
            if flag.op == "constant":
                return flag if flag.value else beside
        return Cell(bool(self.value) or bool(right.value), "or", (self, right))

    def symbolic_negate(self) -> Cell:
        """The flag does not hold."""
        if self.op == "constant":
            return Cell(not self.value, "constant")
        return Cell(not self.value, "not", (self,))

    def symbolic_ratio(self, by: Value, otherwise: Value) -> Cell:
        """A quotient whose denominator is guarded."""
        under, instead = as_cell(by), as_cell(otherwise)
        if under.op == "constant":
            return self / under if under.value else instead
        value = self.value / under.value if under.value else instead.value
        return Cell(value, "ratio", (self, under, instead))

    def symbolic_power(self, exponent: Value) -> Cell:
        """A power of a positive base."""
        raised: Cell = self**exponent
        return raised

    def symbolic_ceiling(self) -> Cell:
        """The next whole number up."""
        return _folded(Cell(ceiling(float(self.value)), "ceiling", (self,)))

    def symbolic_round(self, decimals: int) -> Cell:
        """To so many decimals, half up."""
        places = Cell(decimals, "constant")
        return _folded(Cell(round_to(float(self.value), decimals), "round", (self, places)))


def as_cell(value: Value) -> Cell:
    """A plain number as a constant; a cell as it is. Raises TypeError for a Decimal."""
    if isinstance(value, Cell):
        return value
    if isinstance(value, Decimal):
        raise TypeError("Decimal and cells do not mix: lower the terms to one kind")
    return Cell(value if isinstance(value, bool) else float(value), "constant")


def figure(value: Value, name: str, period: int | None) -> Cell:
    """`value` in a cell of its own: figure `name` of a month, also where it is a constant."""
    cell = as_cell(value)
    if cell.name or not cell.args:
        # A leaf is shared, and a figure keeps its first name: another name is a cell of its own.
        cell = Cell(cell.value, "same", (cell,))
    cell.name, cell.period = name, period
    return cell


def shown(value: Value, name: str, period: int | None) -> Cell:
    """A value in a cell of this name: its own where it has the name already."""
    if isinstance(value, Cell) and (value.name, value.period) == (name, period):
        return value
    return figure(value, name, period)


def moves(values: Sequence[Value]) -> bool:
    """Whether a row has anything but nothing in it, whatever the inputs."""
    cells = [as_cell(value) for value in values]
    return any(cell.op != "constant" or cell.value != 0 for cell in cells)


def call(template: str, value: Value, *groups: Sequence[Cell]) -> Cell:
    """A spreadsheet's own function over cells: `{0}`, `{1}` in the template are the arguments."""
    cell = Cell(value, "call", tuple(each for group in groups for each in group), field=template)
    cell.groups = tuple(len(group) for group in groups)
    return cell


def _folded(cell: Cell) -> Cell:
    """The cell, or its value where nothing that it is made of can change."""
    if all(arg.op == "constant" for arg in cell.args):
        return Cell(cell.value, "constant")
    return cell


def _binary(op: str, a: Cell, b: Cell, run: Callable[[Any, Any], Any]) -> Cell:
    value = run(a.value, b.value)
    if a.op == b.op == "constant":
        return Cell(value, "constant")
    return Cell(value, op, (a, b))


def _is(cell: Cell, number: int) -> bool:
    return cell.op == "constant" and cell.value == number


def _sum(a: Cell, b: Cell) -> Cell:
    if _is(a, 0):
        return b
    return a if _is(b, 0) else _binary("+", a, b, operator.add)


def _product(a: Cell, b: Cell) -> Cell:
    if _is(a, 1) or _is(b, 0):
        return b
    if _is(b, 1) or _is(a, 0):
        return a
    return _binary("*", a, b, operator.mul)


class Seen(NamedTuple):
    """Terms that a run looked at as plain Python, by path.

    `values`: what they are decides something; `zeros`: only whether they are zero does.
    """

    values: set[str]
    zeros: set[str]


class Watched(Decimal):
    """A term of a deal that notes each time it is looked at other than to be lowered.

    It is the same number; `path` says where it stands, `seen` takes the path.
    """

    path: str
    seen: Seen

    def __new__(cls, value: Decimal | int, path: str, seen: Seen) -> Watched:
        made = super().__new__(cls, value)
        made.path, made.seen = path, seen
        return made

    def __copy__(self) -> Watched:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Watched:
        return self

    __hash__ = Decimal.__hash__

    def __eq__(self, other: object) -> bool:
        # Two records are compared field by field; that both are watched tells nothing of either.
        if not isinstance(other, Watched):
            self.seen.values.add(self.path)
        return Decimal.__eq__(self, other)

    def __bool__(self) -> bool:
        self.seen.zeros.add(self.path)
        return Decimal.__bool__(self)


def _noting(name: str) -> Callable[..., Any]:
    plain = getattr(Decimal, name)

    def noted(self: Watched, *args: Any) -> Any:
        self.seen.values.add(self.path)
        return plain(self, *args)

    return noted


_OPERATORS = (
    *("add", "sub", "mul", "truediv", "floordiv", "mod", "divmod", "pow"),
    *("radd", "rsub", "rmul", "rtruediv", "rfloordiv", "rmod", "rdivmod", "rpow"),
    *("neg", "pos", "abs", "lt", "le", "gt", "ge", "float", "int", "round", "trunc", "floor"),
    *("ceil", "str", "format", "complex"),
)
for _name in [f"__{word}__" for word in _OPERATORS] + [
    "as_integer_ratio",
    "as_tuple",
    "quantize",
    "scaleb",
    "is_zero",
    "is_signed",
    "compare",
    "normalize",
    "to_integral_value",
    "copy_abs",
    "copy_sign",
]:
    setattr(Watched, _name, _noting(_name))


class CellKind(Kind):
    """Cells: the workbook. Inputs are kept by path, so that each is one cell wherever it is used.

    `is_written` tells whether the deal file itself says the term at a path; a default of 0 or 1
    that it does not say changes nothing, and stands as the number it is.
    """

    name = "cells"
    keeps_names = True

    def __init__(self, is_written: Callable[[str], bool] = lambda _: True) -> None:
        self.is_written = is_written
        self.inputs: dict[str, Cell] = {}
        self.fixed: dict[tuple[str, float], Cell] = {}
        self._case = ""
        self._others: Mapping[str, Decimal] = {}

    def number(self, value: Decimal | int, field: str = "") -> Cell:
        """A term as an input; what is no term as it stands (worked out of several) is fixed."""
        if isinstance(value, Watched):
            return self._input(value)
        number = float(value)
        if number in (0, 1) or not field:
            return Cell(number, "constant")
        return self.as_fixed(number, field)

    def as_fixed(self, number: float, label: str) -> Cell:
        """A number that was found outside of the cells, and stays as it was found."""
        key = (label, number)
        if key not in self.fixed:
            self.fixed[key] = Cell(number, "fixed", field=label)
        return self.fixed[key]

    def in_case(self, name: str, others: Mapping[str, Decimal]) -> CellKind:
        """The same inputs for a run in which some terms are other ones: those are fixed in it."""
        kind = CellKind(self.is_written)
        kind.inputs, kind.fixed = self.inputs, self.fixed
        kind._case, kind._others = name, others
        return kind

    def _input(self, value: Watched) -> Cell:
        number = Decimal.__float__(value)
        if value.path in self._others:
            return self.as_fixed(number, f"{value.path} in case {self._case}")
        if number in (0, 1) and not self.is_written(value.path):
            return Cell(number, "constant")
        if value.path not in self.inputs:
            self.inputs[value.path] = Cell(number, "input", field=value.path)
        return self.inputs[value.path]

    def given(self, value: Fraction | Decimal | int, label: str = "") -> Cell:
        """A number that the driver knows; a term that the driver hands on unchanged is an input."""
        if isinstance(value, Watched):
            return self._input(value)
        number = value.numerator / value.denominator if type(value) is Fraction else float(value)
        if number in (0, 1) or not label:
            return Cell(number, "constant")
        return Cell(number, "given", field=label)

    def named(self, value: Value, name: str, period: int | None) -> Cell:
        """`value` as a figure; a constant stays a constant, so that nothing is made of nothing."""
        cell = as_cell(value)
        title = f"case {self._case}: {name}" if self._case else name
        return cell if cell.op == "constant" else figure(cell, title, period)
