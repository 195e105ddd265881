"""Arithmetic that runs unchanged on every kind of value.

Terms are written once, with the operators and these functions, and run on `Decimal` (the
invoice), `float` and NumPy arrays (the forecast), `Traced` values (`lessor explain`) and
whatever else brings a class with the methods of `Symbolic`. The functions never mix kinds:
`Decimal` with `float` raises, as it should.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from typing import Any, Protocol, TypeAlias, TypeVar, cast, runtime_checkable

import numpy as np

Value: TypeAlias = Any
"""A number of one kind: `Decimal`, `float`, a float64 array (one entry a path), or symbolic."""

Flag: TypeAlias = Any
"""What a comparison of values gives; it goes into `where`, `both`, `either`, `negate` only."""

_ROUNDING = 1e-12
_LAST_PLACES = 8 * 2.0**-52
_DECIMAL_ROUNDING = Decimal("1e-20")

State = TypeVar("State")
Inputs = TypeVar("Inputs")
Flows = TypeVar("Flows")
Terms = TypeVar("Terms")


@runtime_checkable
class Symbolic(Protocol):
    """What a kind of value that is no plain number must be able to do, beside the operators."""

    def symbolic_minimum(self, other: Value) -> Value: ...
    def symbolic_maximum(self, other: Value) -> Value: ...
    def symbolic_where(self, yes: Value, no: Value) -> Value: ...
    def symbolic_both(self, other: Flag) -> Flag: ...
    def symbolic_either(self, other: Flag) -> Flag: ...
    def symbolic_negate(self) -> Flag: ...
    def symbolic_ratio(self, by: Value, otherwise: Value) -> Value: ...
    def symbolic_power(self, exponent: Value) -> Value: ...
    def symbolic_ceiling(self) -> Value: ...
    def symbolic_round(self, decimals: int) -> Value: ...


def _of_one_kind(a: Value, b: Value, chosen: Value) -> Value:
    """`chosen` of `a` and `b` as the kind of the two: a whole number is of every kind.

    Decimal and float compare without complaint in Python; money must not.
    """
    exact = isinstance(a, Decimal) or isinstance(b, Decimal)
    binary = isinstance(a, float) or isinstance(b, float)
    if exact and binary:
        raise TypeError("Decimal and float do not mix: lower the terms to one kind")
    if exact:
        return Decimal(chosen)
    return float(chosen) if binary else chosen


def _symbolic(*values: Value) -> bool:
    return any(hasattr(v, "symbolic_where") for v in values)


def _lift(like: Value, value: Value) -> Value:
    """`value` as the symbolic kind of `like`, for when the plain number stands on the left."""
    return value if hasattr(value, "symbolic_where") else like.constant(value)


def minimum(a: Value, b: Value) -> Value:
    """The smaller of two values, entry by entry on arrays.

    >>> minimum(3.0, 2.0)
    2.0
    """
    if type(a) is float and (type(b) is float or type(b) is int):
        return a if a <= b else float(b)
    if isinstance(a, np.ndarray) or isinstance(b, np.ndarray):
        return np.minimum(a, b)
    if _symbolic(a, b):
        return _lift(b, a).symbolic_minimum(b)
    return _of_one_kind(a, b, a if a <= b else b)


def maximum(a: Value, b: Value) -> Value:
    """The larger of two values, entry by entry on arrays.

    >>> maximum(Decimal("3"), 0)
    Decimal('3')
    """
    if type(a) is float and (type(b) is float or type(b) is int):
        return a if a >= b else float(b)
    if isinstance(a, np.ndarray) or isinstance(b, np.ndarray):
        return np.maximum(a, b)
    if _symbolic(a, b):
        return _lift(b, a).symbolic_maximum(b)
    return _of_one_kind(a, b, a if a >= b else b)


def clip(value: Value, low: Value, high: Value) -> Value:
    """`value` held between `low` and `high`.

    >>> clip(12.0, 0.0, 10.0)
    10.0
    """
    return minimum(maximum(value, low), high)


def where(flag: Flag, yes: Value, no: Value) -> Value:
    """`yes` where the flag holds, else `no`; a flag known before the run picks at once.

    >>> where(True, 1.0, 2.0)
    1.0
    """
    if flag is True or flag is False:
        return yes if flag else no
    if isinstance(flag, np.ndarray | np.bool_):
        return np.where(flag, yes, no)
    return flag.symbolic_where(yes, no)


def both(a: Flag, b: Flag) -> Flag:
    """Both flags hold."""
    if _symbolic(a, b):
        return _lift(b, a).symbolic_both(b)
    return np.logical_and(a, b) if _array(a, b) else bool(a) and bool(b)


def either(a: Flag, b: Flag) -> Flag:
    """At least one of the flags holds."""
    if _symbolic(a, b):
        return _lift(b, a).symbolic_either(b)
    return np.logical_or(a, b) if _array(a, b) else bool(a) or bool(b)


def negate(flag: Flag) -> Flag:
    """The flag does not hold."""
    if _symbolic(flag):
        return flag.symbolic_negate()
    return np.logical_not(flag) if _array(flag) else not flag


def _array(*values: Value) -> bool:
    return any(isinstance(v, np.ndarray) for v in values)


def ratio(a: Value, by: Value, otherwise: Value) -> Value:
    """`a / by`, or `otherwise` where `by` is zero; the denominator is guarded first.

    >>> ratio(6.0, 3.0, 0.0), ratio(6.0, 0.0, 1.0)
    (2.0, 1.0)
    """
    if isinstance(a, np.ndarray) or isinstance(by, np.ndarray):
        empty = np.equal(by, 0)
        return np.where(empty, otherwise, a / np.where(empty, 1.0, by))
    if _symbolic(a, by):
        return _lift(by, a).symbolic_ratio(by, otherwise)
    return otherwise if by == 0 else a / by


def power(base: Value, exponent: Value) -> Value:
    """`base ** exponent` for a positive base; the only place with fractional powers.

    >>> power(4.0, 0.5)
    2.0
    """
    if isinstance(base, np.ndarray) or isinstance(exponent, np.ndarray):
        return np.power(base, exponent)
    if _symbolic(base, exponent):
        return _lift(exponent, base).symbolic_power(exponent)
    if exponent == 0:
        # Decimal refuses 0 ** 0, which floats and arrays give as 1.
        return type(base)(1)
    return base**exponent


def compounded(growth: Value, times: int) -> Value:
    """`growth ** times` for a known whole number of times, by multiplication alone.

    So an entry of an array and a float give the same bits, which powers do not promise.

    >>> compounded(2.0, 10)
    1024.0
    """
    if _symbolic(growth):
        return growth.symbolic_power(times)
    result: Value = 0 * growth + 1
    square = growth
    while times > 0:
        if times % 2:
            result = square * result
        square = square * square
        times //= 2
    return result


def discounted_ones(later: Value, factors: Sequence[Value]) -> Value:
    """Worth of 1 on each of several dates and of `later` after them, from the last date back.

    worth = (1 + worth of the next date) x its discount factor; on arrays in one piece of memory,
    for it is reckoned anew at every rate of every path.

    >>> discounted_ones(0.0, [0.5, 0.5])
    0.75
    """
    if factors and isinstance(factors[0], np.ndarray):
        worths = np.array(np.broadcast_to(later, factors[0].shape))
        for factor in factors:
            np.add(worths, 1, out=worths)
            np.multiply(worths, factor, out=worths)
        return worths
    worth = later
    for factor in factors:
        worth = (1 + worth) * factor
    return worth


def ceiling(value: Value) -> Value:
    """The smallest whole number not below `value`.

    A number that only rounding tells from a whole one is that whole (binary ones within 1e-12,
    Decimals, which keep 28 digits of a division, within 1e-20): 0.3 / 0.1 is 3 here.

    >>> ceiling(0.3 / 0.1), ceiling(Decimal("3.01"))
    (3.0, Decimal('4'))
    """
    if _symbolic(value):
        return value.symbolic_ceiling()
    if isinstance(value, Decimal):
        nearest = value.to_integral_value(ROUND_HALF_EVEN)
        if abs(value - nearest) <= _DECIMAL_ROUNDING * max(abs(nearest), Decimal(1)):
            return nearest
        return value.to_integral_value(ROUND_CEILING)
    if isinstance(value, np.ndarray):
        wholes = np.rint(value)
        near = np.abs(value - wholes) <= _ROUNDING * np.maximum(np.abs(wholes), 1)
        return np.where(near, wholes, np.ceil(value))
    whole = float(round(value))
    is_near = abs(value - whole) <= _ROUNDING * max(abs(whole), 1.0)
    return whole if is_near else float(math.ceil(value))


def round_to(value: Value, decimals: int) -> Value:
    """`value` to so many decimals, half away from zero.

    What only rounding of the last digits tells from a half counts as a half: binary numbers within
    8 units of their last place, Decimals within 1e-20 of their size.

    >>> round_to(2.675, 2), round_to(Decimal("-0.125"), 2)
    (2.68, Decimal('-0.13'))
    """
    if _symbolic(value):
        return value.symbolic_round(decimals)
    if isinstance(value, Decimal):
        scaled = abs(value).scaleb(decimals)
        whole = (scaled * (1 + _DECIMAL_ROUNDING) + Decimal("0.5")).to_integral_value(ROUND_DOWN)
        return whole.scaleb(-decimals).copy_sign(value) + 0
    scale = 10**decimals
    scaled = np.abs(value) * scale
    rounded = np.copysign(np.floor(scaled * (1 + _LAST_PLACES) + 0.5) / scale, value)
    # No negative zeros.
    return rounded + 0.0 if isinstance(value, np.ndarray) else float(rounded) + 0.0


def at_most(a: Value, b: Value) -> Flag:
    """`a <= b` for a positive `b`; numbers that only rounding tells apart count as equal.

    For thresholds at which a result jumps: 0.1 + 0.2 is at most 0.3 here.

    >>> at_most(0.1 + 0.2, 0.3), at_most(Decimal("0.31"), Decimal("0.3"))
    (True, False)
    """
    return a <= b * (1 + (_DECIMAL_ROUNDING if isinstance(b, Decimal) else _ROUNDING))


def total(values: Iterable[Value]) -> Value:
    """The sum in the order given (fixed, so that figures repeat); 0 for nothing.

    >>> total([1.0, 2.0])
    3.0
    """
    result: Value = None
    for value in values:
        result = value if result is None else result + value
    return 0 if result is None else result


def _plain(value: Decimal | int) -> Decimal:
    # By way of its text, so that a term that is watched notes that it was taken as a number.
    return value if type(value) is Decimal else Decimal(str(value))


class Kind:
    """One kind of value: how a term becomes a number of it, and how a figure gets its name.

    `number` lowers one term at the driver's edge; `named` marks a figure (a flow or a piece of
    state) with its dotted name and period, which plain numbers ignore.
    """

    name: str = "decimal"
    keeps_names: bool = False

    def number(self, value: Decimal | int, field: str = "") -> Value:
        """The term `value`, which stands at path `field` of the deal, as this kind."""
        return _plain(value)

    def given(self, value: Fraction | Decimal | int, label: str = "") -> Value:
        """A number that the driver knows (days, hours, a share of a month), as this kind."""
        if isinstance(value, Fraction):
            return Decimal(value.numerator) / Decimal(value.denominator)
        return _plain(value)

    def named(self, value: Value, name: str, period: int | None) -> Value:
        """`value`, known from here on as figure `name` of period `period`."""
        return value


class FloatKind(Kind):
    """float64: the forecast."""

    name = "float"

    def number(self, value: Decimal | int, field: str = "") -> Value:
        return float(value)

    def given(self, value: Fraction | Decimal | int, label: str = "") -> Value:
        if type(value) is Fraction:
            # The same as float(value), without the abstract number's detour: this is called often.
            return value.numerator / value.denominator
        return float(value)


DECIMAL = Kind()
FLOAT = FloatKind()

Step: TypeAlias = Callable[[Terms, State, Inputs], tuple[Flows, State]]


def scan(
    step: Step[Terms, State, Inputs, Flows],
    terms: Terms,
    state: State,
    inputs: Sequence[Inputs],
    *,
    naming: Naming | None = None,
) -> tuple[list[Flows], State]:
    """Run `step` over the periods, carrying the state; flows of every period and the last state.

    `naming` gives each field of flows and state its name, for kinds that keep names.
    """
    flows: list[Flows] = []
    for index, given in enumerate(inputs):
        flow, state = step(terms, state, given)
        if naming is not None:
            flow = cast(Flows, naming.apply(flow, index))
            state = cast(State, naming.apply(state, index, closing=True))
        flows.append(flow)
    return flows, state


class Naming:
    """Names for the fields of a named tuple: `prefix.field` of the period `periods[index]`."""

    def __init__(self, kind: Kind, prefix: str, periods: Sequence[int | None]) -> None:
        self.kind = kind
        self.prefix = prefix
        self.periods = periods

    def apply(self, record: Any, index: int, *, closing: bool = False) -> Any:
        """`record` (a possibly nested named tuple) with every value named."""
        return self._name(record, self.prefix, self.periods[index], closing)

    def _name(self, record: Any, name: str, period: int | None, closing: bool) -> Any:
        if isinstance(record, tuple):
            fields = getattr(record, "_fields", None) or [str(i) for i in range(len(record))]
            parts = [
                self._name(part, f"{name}.{field}", period, closing)
                for field, part in zip(fields, record, strict=True)
            ]
            return type(record)(*parts) if hasattr(record, "_fields") else tuple(parts)
        suffix = " (closing)" if closing else ""
        return self.kind.named(record, name + suffix, period)
