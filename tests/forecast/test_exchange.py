"""The rate at which an amount in another currency becomes one in the deal's."""

from datetime import date
from decimal import Decimal

import pytest

from lessor.core.numeric import DECIMAL, FLOAT
from lessor.rating.exchange import converted, rate_at
from tests.forecast.deals import built

RATES = """
exchange_rates:
  USD:
    - {date: 2026-01-01, rate: 7.0, source: a bank}
    - {date: 2026-08-16, rate: 7.5, source: a bank}
"""
DEAL = built(RATES).deal


@pytest.mark.parametrize(
    ("day", "rate"),
    [
        (date(2025, 6, 1), "7.0"),
        (date(2026, 1, 1), "7.0"),
        (date(2026, 8, 15), "7.0"),
        (date(2026, 8, 16), "7.5"),
        (date(2040, 1, 1), "7.5"),
    ],
    ids=["before the first", "first", "day before", "day itself", "long after"],
)
def test_the_last_rate_dated_by_a_day_holds(day: date, rate: str):
    assert rate_at(DEAL, "USD", day) == Decimal(rate)


@pytest.mark.parametrize("currency", [None, "CNY"])
def test_the_deal_s_own_currency_is_worth_itself(currency: str | None):
    assert rate_at(DEAL, currency, date(2026, 5, 1)) == 1
    amount = object()
    assert converted(DEAL, amount, currency, date(2026, 5, 1), FLOAT) is amount


def test_an_amount_is_converted_in_its_kind():
    day = date(2026, 9, 1)
    assert converted(DEAL, Decimal("2"), "USD", day, DECIMAL) == Decimal("15")
    assert converted(DEAL, 2.0, "USD", day, FLOAT) == 15.0
