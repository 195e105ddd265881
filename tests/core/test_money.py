"""Money is rounded to the smallest unit of its currency, in the mode that the contract says."""

from decimal import Decimal

import pytest

from lessor.core.money import Rounding, decimals_of, round_money


@pytest.mark.parametrize(
    ("mode", "amount", "rounded"),
    [
        ("half_up", "0.125", "0.13"),
        ("half_up", "-0.125", "-0.13"),
        ("half_even", "0.125", "0.12"),
        ("half_even", "0.135", "0.14"),
        ("down", "0.129", "0.12"),
        ("down", "-0.129", "-0.12"),
        ("up", "0.121", "0.13"),
        ("up", "-0.121", "-0.13"),
    ],
)
def test_each_mode(mode: Rounding, amount: str, rounded: str):
    assert str(round_money(Decimal(amount), "CNY", mode)) == rounded


@pytest.mark.parametrize(
    ("currency", "rounded"), [("JPY", "1235"), ("KRW", "1235"), ("CLP", "1235")]
)
def test_currencies_without_cents(currency: str, rounded: str):
    assert str(round_money(Decimal("1234.5"), currency)) == rounded


def test_currencies_with_other_decimals():
    assert str(round_money(Decimal("1.23456"), "KWD")) == "1.235"
    assert str(round_money(Decimal("1.23456"), "CLF")) == "1.2346"
    assert [decimals_of(currency) for currency in ("CNY", "USD", "EUR", "VND")] == [2, 2, 2, 0]


def test_half_up_is_the_mode_unless_said():
    assert round_money(Decimal("8.335"), "CNY") == Decimal("8.34")
