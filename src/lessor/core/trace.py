"""Values that carry the tree they came from, for `lessor explain`.

The engine runs on them unchanged: every operation makes a node that holds its float result and
its operands. A leaf is a term (with its path in the deal file), a number the driver knew, or a
constant. A figure is a node that was given a name and a month.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

from lessor.core.numeric import Kind, Value, ceiling, round_to

_PLAIN = (int, float, bool)


class Traced:
    """A float with its operation and operands; flags are `Traced` with a bool inside."""

    __slots__ = ("args", "field", "name", "op", "period", "value")

    def __init__(
        self, value: float | bool, op: str, args: tuple[Traced, ...] = (), *, field: str = ""
    ) -> None:
        self.value = value
        self.op = op
        self.args = args
        self.field = field
        self.name = ""
        self.period: int | None = None

    def __repr__(self) -> str:
        return f"Traced({self.value!r}, {self.op!r})"

    def constant(self, value: Value) -> Traced:
        """A number that is written in the rule itself."""
        return _traced(value)

    def __float__(self) -> float:
        return float(self.value)

    __hash__ = None  # type: ignore[assignment]

    def __add__(self, other: Value) -> Traced:
        return _sum(self, _traced(other))

    def __radd__(self, other: Value) -> Traced:
        return _sum(_traced(other), self)

    def __sub__(self, other: Value) -> Traced:
        right = _traced(other)
        return self if _is(right, 0) else _binary("-", self, right, lambda a, b: a - b)

    def __rsub__(self, other: Value) -> Traced:
        return _binary("-", other, self, lambda a, b: a - b)

    def __mul__(self, other: Value) -> Traced:
        return _product(self, _traced(other))

    def __rmul__(self, other: Value) -> Traced:
        return _product(_traced(other), self)

    def __truediv__(self, other: Value) -> Traced:
        right = _traced(other)
        if _is(right, 1) or _is(self, 0):
            return self
        return _binary("/", self, right, lambda a, b: a / b)

    def __rtruediv__(self, other: Value) -> Traced:
        return _binary("/", other, self, lambda a, b: a / b)

    def __pow__(self, other: Value) -> Traced:
        return _binary("^", self, other, lambda a, b: a**b)

    def __neg__(self) -> Traced:
        return Traced(-self.value, "negative", (self,))

    def __lt__(self, other: Value) -> Traced:
        return _binary("<", self, other, lambda a, b: a < b)

    def __le__(self, other: Value) -> Traced:
        return _binary("<=", self, other, lambda a, b: a <= b)

    def __gt__(self, other: Value) -> Traced:
        return _binary(">", self, other, lambda a, b: a > b)

    def __ge__(self, other: Value) -> Traced:
        return _binary(">=", self, other, lambda a, b: a >= b)

    def __bool__(self) -> bool:
        raise TypeError("a traced value is never branched on: use where()")

    def symbolic_minimum(self, other: Value) -> Traced:
        """The smaller, as a node."""
        right = _traced(other)
        if _is(self, 0) and _is(right, 0):
            return self
        return _binary("min", self, right, min)

    def symbolic_maximum(self, other: Value) -> Traced:
        """The larger, as a node."""
        right = _traced(other)
        if _is(self, 0) and _is(right, 0):
            return self
        return _binary("max", self, right, max)

    def symbolic_where(self, yes: Value, no: Value) -> Traced:
        """The chosen branch, beside the flag that chose it."""
        chosen = _traced(yes if self.value else no)
        return Traced(chosen.value, "where", (self, chosen))

    def symbolic_both(self, other: Value) -> Traced:
        """Both flags hold."""
        return _binary("and", self, other, lambda a, b: bool(a) and bool(b))

    def symbolic_either(self, other: Value) -> Traced:
        """One of the flags holds."""
        return _binary("or", self, other, lambda a, b: bool(a) or bool(b))

    def symbolic_negate(self) -> Traced:
        """The flag does not hold."""
        return Traced(not self.value, "not", (self,))

    def symbolic_ratio(self, by: Value, otherwise: Value) -> Value:
        """A quotient whose denominator is guarded."""
        if _traced(by).value == 0:
            return _traced(otherwise)
        return self / by

    def symbolic_power(self, exponent: Value) -> Value:
        """A power of a positive base."""
        return self**exponent

    def symbolic_ceiling(self) -> Traced:
        """The next whole number up."""
        return Traced(ceiling(self.value), "ceiling", (self,))

    def symbolic_round(self, decimals: int) -> Traced:
        """To so many decimals, half up."""
        if _is(self, 0):
            return self
        return Traced(round_to(float(self.value), decimals), "rounded", (self,))


def _traced(value: Value) -> Traced:
    if isinstance(value, Traced):
        return value
    if isinstance(value, bool):
        return Traced(value, "constant")
    return Traced(float(value), "constant")


def _binary(op: str, a: Value, b: Value, run: Any) -> Traced:
    if isinstance(a, Decimal) or isinstance(b, Decimal):
        raise TypeError("Decimal and traced values do not mix: lower the terms to one kind")
    left, right = _traced(a), _traced(b)
    return Traced(run(left.value, right.value), op, (left, right))


def _is(value: Traced, number: int) -> bool:
    """A neutral number that no one wrote: the untouched start of a sum, an allowance not made."""
    return value.op == "constant" and value.value == number


def _sum(a: Traced, b: Traced) -> Traced:
    if _is(a, 0):
        return b
    return a if _is(b, 0) else _binary("+", a, b, lambda x, y: x + y)


def _product(a: Traced, b: Traced) -> Traced:
    if _is(a, 1) or _is(b, 0):
        return b
    if _is(b, 1) or _is(a, 0):
        return a
    return _binary("x", a, b, lambda x, y: x * y)


class TraceKind(Kind):
    """Values with their trees: the explanation of a figure.

    `is_written` tells whether the deal file itself says the term at a path; a default of 0 or 1
    that it does not say changes nothing, and is left out of the trees.
    """

    name = "traced"
    keeps_names = True

    def __init__(self, is_written: Callable[[str], bool] = lambda _: True) -> None:
        self._is_written = is_written

    def number(self, value: Decimal | int, field: str = "") -> Value:
        if value in (0, 1) and not self._is_written(field):
            return Traced(float(value), "constant")
        return Traced(float(value), "term", field=field)

    def given(self, value: Fraction | Decimal | int, label: str = "") -> Traced:
        if value == 0 or not label:
            return Traced(float(value), "constant")
        return Traced(float(value), "given", field=label)

    def named(self, value: Value, name: str, period: int | None) -> Value:
        node = _traced(value)
        if node.name or not node.args:
            # A leaf is shared, and a figure keeps its first name: another name is its own node.
            node = Traced(node.value, "same", (node,))
        node.name = name
        node.period = period
        return node
