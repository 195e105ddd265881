"""Rounding of money as a term: half away from zero, on every kind of value."""

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lessor.core.numeric import round_to
from lessor.core.trace import TraceKind

HALVES = [("2.675", "2.68"), ("1.005", "1.01"), ("-1.005", "-1.01"), ("0.125", "0.13")]
OTHERS = [("2.674", "2.67"), ("-0.001", "0"), ("0", "0"), ("96250.12499", "96250.12")]
LARGE = [("123456789012.345", "123456789012.35"), ("9999999.994", "9999999.99")]


@pytest.mark.parametrize(("value", "cents"), [*HALVES, *OTHERS, *LARGE])
def test_halves_go_away_from_zero_on_every_kind(value: str, cents: str):
    assert round_to(Decimal(value), 2) == Decimal(cents)
    assert round_to(float(value), 2) == float(cents)
    assert round_to(np.array([float(value)] * 2), 2).tolist() == [float(cents)] * 2
    traced = round_to(TraceKind().number(Decimal(value), "amount"), 2)
    assert float(traced) == float(cents)


def test_no_zero_is_negative():
    assert str(round_to(-0.001, 2)) == "0.0"
    assert str(round_to(Decimal("-0.001"), 2)) == "0.00"


def test_what_rounding_of_digits_left_of_a_half_counts_as_one():
    assert round_to(0.07 * 100.5 / 2, 4) == 3.5175
    assert round_to(1.1 * 1.05, 2) == 1.16
    third = Decimal(1) / 3
    assert round_to(third * 3 / 200, 2) == Decimal("0.01")


@given(st.integers(-(10**14), 10**14), st.integers(0, 4))
def test_numbers_of_so_many_decimals_stay(units: int, decimals: int):
    exact = Decimal(units).scaleb(-decimals)
    assert round_to(exact, decimals) == exact
    assert round_to(float(exact), decimals) == float(exact)


@given(st.decimals(-(10**9), 10**9, places=5))
def test_floats_agree_with_decimals(value: Decimal):
    assert round_to(float(value), 2) == float(round_to(value, 2))
