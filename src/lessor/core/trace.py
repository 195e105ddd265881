"""Values that carry the tree they came from, for `lessor explain`.

The engine runs on them unchanged: every operation makes a node that holds its float result and its
operands. A leaf is a term (with its path in the deal file), a number the driver knew, or a constant.
A figure is a node that was given a name and a month.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

from lessor.core.numeric import Kind, Value, ceiling

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
        if isinstance(other, _PLAIN) and other == 0:
            return self
        return _binary("+", self, other, lambda a, b: a + b)

    def __radd__(self, other: Value) -> Traced:
        if isinstance(other, _PLAIN) and other == 0:
            return self
        return _binary("+", other, self, lambda a, b: a + b)

    def __sub__(self, other: Value) -> Traced:
        if isinstance(other, _PLAIN) and other == 0:
            return self
        return _binary("-", self, other, lambda a, b: a - b)

    def __rsub__(self, other: Value) -> Traced:
        return _binary("-", other, self, lambda a, b: a - b)

    def __mul__(self, other: Value) -> Traced:
        if isinstance(other, _PLAIN) and other == 1:
            return self
        return _binary("x", self, other, lambda a, b: a * b)

    def __rmul__(self, other: Value) -> Traced:
        if isinstance(other, _PLAIN) and other == 1:
            return self
        return _binary("x", other, self, lambda a, b: a * b)

    def __truediv__(self, other: Value) -> Traced:
        return _binary("/", self, other, lambda a, b: a / b)

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
        return _binary("min", self, other, min)

    def symbolic_maximum(self, other: Value) -> Traced:
        """The larger, as a node."""
        return _binary("max", self, other, max)

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

    def symbolic_ratio(self, by: Value, otherwise: Value) -> Traced:
        """A quotient whose denominator is guarded."""
        if _traced(by).value == 0:
            return _traced(otherwise)
        return self / by

    def symbolic_power(self, exponent: Value) -> Traced:
        """A power of a positive base."""
        return self**exponent

    def symbolic_ceiling(self) -> Traced:
        """The next whole number up."""
        return Traced(ceiling(self.value), "ceiling", (self,))


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


class TraceKind(Kind):
    """Values with their trees: the explanation of a figure."""

    name = "traced"
    keeps_names = True

    def number(self, value: Decimal | int, field: str = "") -> Traced:
        return Traced(float(value), "term", field=field)

    def given(self, value: Fraction | Decimal | int, label: str = "") -> Traced:
        return Traced(float(value), "given", field=label)

    def named(self, value: Value, name: str, period: int | None) -> Traced:
        if isinstance(value, Traced) and value.name:
            # A figure keeps its first name; another name for it is a node of its own.
            figure = Traced(value.value, "same", (value,))
        else:
            plain = _traced(value)
            figure = Traced(plain.value, plain.op, plain.args, field=plain.field)
        figure.name = name
        figure.period = period
        return figure


TRACED = TraceKind()
