"""Money and exact numbers survive their columns, whatever their digits."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lessor.core.issue import FaultsError
from lessor.store.records.amounts import exact, major, minor

CURRENCIES = st.sampled_from(["CNY", "JPY", "KWD", "CLF"])
UNITS = st.integers(-(2**63) + 1, 2**63 - 1)


@given(UNITS, CURRENCIES)
def test_units_come_back_as_they_were(units: int, currency: str):
    assert minor(major(units, currency), currency) == units


@given(st.decimals(allow_nan=False, allow_infinity=False))
def test_exact_numbers_come_back_digit_by_digit(number: Decimal):
    assert Decimal(exact(number)).as_tuple() == number.as_tuple()


@pytest.mark.parametrize(
    ("amount", "units"), [("1E+2", 10000), ("-0.00", 0), ("0E+90", 0), ("1.2300000", 123)]
)
def test_money_may_be_written_in_any_way(amount: str, units: int):
    assert minor(Decimal(amount), "CNY") == units


@pytest.mark.parametrize("amount", ["1E+30", "1E+999999", "92233720368547758.08", "-1E+18"])
def test_money_beyond_a_column_is_an_issue(amount: str):
    with pytest.raises(FaultsError) as refused:
        minor(Decimal(amount), "CNY")
    assert refused.value.issues[0].code == "too-large"


@pytest.mark.parametrize("amount", ["0.001", "1E-30", "1E-999999", "NaN", "Infinity"])
def test_what_is_not_money_is_our_mistake(amount: str):
    with pytest.raises(AssertionError):
        minor(Decimal(amount), "CNY")


def test_no_number_is_never_kept():
    with pytest.raises(AssertionError):
        exact(Decimal("NaN"))
