"""Exact numbers in arrays, on which the charges run as they run on `Decimal`: for `rating_points`.

A price is written in decimals and a quantity is a whole number, so an amount is a whole number of
some fraction of money. Arrays of 64 bits hold it without rounding; that none overflows is
known from the bounds, which every operation carries on.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from math import gcd

import numpy as np
from numpy.typing import NDArray

from lessor.core.numeric import Kind, Value

Numbers = NDArray[np.int64] | int
_HALF = 32


class Whole:
    """Value = `numbers` x `scale`, exactly; no entry of `numbers` is larger than `bound`."""

    def __init__(self, numbers: Numbers, scale: Fraction, bound: int) -> None:
        if bound >= 1 << 63:
            raise OverflowError("whole numbers of 64 bits do not hold it")
        self.numbers, self.scale, self.bound = numbers, scale, bound

    @classmethod
    def of(cls, value: int | Decimal | Fraction) -> Whole:
        """A number that is given."""
        numerator, denominator = value.as_integer_ratio()
        return cls(numerator, Fraction(1, denominator), abs(numerator))

    @classmethod
    def array(cls, numbers: NDArray[np.int64], scale: Fraction) -> Whole:
        """Whole numbers of a scale; their bound is looked up."""
        bound = max(int(numbers.max(initial=0)), -int(numbers.min(initial=0)))
        return cls(numbers, scale, bound)

    def constant(self, value: int | Decimal | Fraction) -> Whole:
        """A plain number as this kind."""
        return Whole.of(value)

    def __add__(self, other: Whole | int) -> Whole:
        a, b, scale = self._alike(other)
        return Whole(a.numbers + b.numbers, scale, a.bound + b.bound)

    def __sub__(self, other: Whole | int) -> Whole:
        a, b, scale = self._alike(other)
        return Whole(a.numbers - b.numbers, scale, a.bound + b.bound)

    def __mul__(self, other: Whole | int) -> Whole:
        by = _lifted(other)
        return Whole(self.numbers * by.numbers, self.scale * by.scale, self.bound * by.bound)

    def __truediv__(self, units: int) -> Whole:
        return Whole(self.numbers, self.scale / units, self.bound)

    def symbolic_minimum(self, other: Whole) -> Whole:
        """The smaller, entry by entry."""
        a, b, scale = self._alike(other)
        return Whole(np.minimum(a.numbers, b.numbers), scale, max(a.bound, b.bound))

    def symbolic_maximum(self, other: Whole) -> Whole:
        """The larger, entry by entry."""
        a, b, scale = self._alike(other)
        return Whole(np.maximum(a.numbers, b.numbers), scale, max(a.bound, b.bound))

    def symbolic_where(self, yes: Value, no: Value) -> Value:
        """By this name a number is known to bring its own arithmetic; usage charges need none."""
        raise NotImplementedError

    def __len__(self) -> int:
        return int(np.size(self.numbers))

    def total(self) -> Fraction:
        """All entries together, exactly."""
        numbers = np.atleast_1d(self.numbers)
        high, low = numbers >> _HALF, numbers & ((1 << _HALF) - 1)
        return ((int(high.sum()) << _HALF) + int(low.sum())) * self.scale

    def _alike(self, other: Whole | int) -> tuple[Whole, Whole, Fraction]:
        """Both in one scale, the largest that both are whole numbers of."""
        b = _lifted(other)
        if b.scale == self.scale:
            return self, b, self.scale
        x, y = self.scale, b.scale
        common = Fraction(
            gcd(x.numerator * y.denominator, y.numerator * x.denominator),
            x.denominator * y.denominator,
        )
        return self._in(common), b._in(common), common

    def _in(self, scale: Fraction) -> Whole:
        times = int(self.scale / scale)
        if times == 1:
            return self
        return Whole(self.numbers * times, scale, self.bound * times)


def _lifted(value: Whole | int) -> Whole:
    return value if isinstance(value, Whole) else Whole.of(value)


class WholeKind(Kind):
    """Terms as whole numbers of a scale."""

    name = "whole"

    def number(self, value: Decimal | int, field: str = "") -> Value:
        return Whole.of(value)

    def given(self, value: Fraction | Decimal | int, label: str = "") -> Value:
        return Whole.of(value)
