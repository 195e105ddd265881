"""What rounding and mixing do: whole numbers join every kind, Decimal and float never meet."""

from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from lessor.core.numeric import at_most, ceiling, compounded, maximum, minimum
from lessor.core.trace import TraceKind

TRACE = TraceKind()


@pytest.mark.parametrize("pick", [minimum, maximum])
def test_a_whole_number_takes_the_kind_of_what_it_stands_beside(pick: Any):
    for value in (Decimal(0), 0.0):
        assert type(pick(value, 0)) is type(value)
        assert type(pick(0, value)) is type(value)
        assert type(pick(value + 2, 1)) is type(value)
        assert type(pick(1, value + 2)) is type(value)
    assert type(pick(2, 1)) is int


@pytest.mark.parametrize("pick", [minimum, maximum])
def test_decimal_and_float_do_not_mix(pick: Any):
    for a, b in [(Decimal(1), 2.0), (2.0, Decimal(1))]:
        with pytest.raises(TypeError, match="do not mix"):
            pick(a, b)


@pytest.mark.parametrize(
    ("value", "whole"), [(2.0, 2), (2.1, 3), (0.3 / 0.1, 3), (3 + 1e-13, 3), (0.0, 0), (-1.5, -1)]
)
def test_the_next_whole_number_of_floats(value: float, whole: int):
    assert ceiling(value) == whole
    assert ceiling(np.array([value]))[0] == whole
    assert TRACE.given(Decimal(value), "units").symbolic_ceiling().value == whole


def test_the_next_whole_number_of_decimals_is_exact():
    assert ceiling(Decimal("3.0000000000000001")) == 4
    assert ceiling(Decimal(3)) == 3


def test_a_threshold_is_not_passed_by_a_rounding_alone():
    assert at_most(0.1 + 0.2, 0.3)
    assert not at_most(0.3001, 0.3)
    assert not at_most(Decimal("0.3000000000000001"), Decimal("0.3"))
    assert list(at_most(np.array([0.1 + 0.2, 0.4]), 0.3)) == [True, False]


@pytest.mark.parametrize("times", [0, 1, 2, 7, 40])
def test_growth_compounds_by_multiplication(times: int):
    assert compounded(Decimal("1.03"), times) == pytest.approx(Decimal("1.03") ** times)
    assert compounded(1.03, times) == pytest.approx(1.03**times, rel=1e-14)
    paths = compounded(np.array([1.03, 1.1]), times)
    assert np.all(paths == [compounded(1.03, times), compounded(1.1, times)])
    assert compounded(TRACE.number(Decimal("1.03"), "rate"), times).value == pytest.approx(
        1.03**times
    )
