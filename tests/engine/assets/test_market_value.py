"""What used assets fetch, by age; and what they are sold for."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from lessor.core.numeric import DECIMAL
from lessor.engine.assets.asset import lower_asset
from lessor.engine.assets.cost import CostContext
from lessor.engine.assets.market_value import (
    CurvePoint,
    age_months,
    lower_age,
    market_share,
    market_value,
)
from lessor.engine.assets.residual import ResidualInputs, residual_value
from lessor.terms.scalars import Duration
from tests.engine.assets.fleets import CLOSING, asset, lowered

TABLE = [{"age": "12 months", "share": "0.6"}, {"age": "36 months", "share": "0.3"}]


def share_at(age, *, table=None, decline=None):
    said = {"table": table} if table is not None else {"decline": decline}
    market = lowered(asset(market_value=said)).market
    assert market is not None
    return market_share(market, lower_age(market, Fraction(age), kind=DECIMAL))


@pytest.mark.parametrize(
    ("age", "share"),
    [(0, "1"), (6, "0.8"), (12, "0.6"), (24, "0.45"), (36, "0.3"), (90, "0.3")],
)
def test_a_table_runs_straight_from_all_of_cost(age, share):
    assert share_at(age, table=TABLE) == Decimal(share)


def test_a_table_that_starts_at_age_zero_starts_there():
    table = [{"age": "0 months", "share": "0.9"}, {"age": "10 months", "share": "0.5"}]
    assert (share_at(0, table=table), share_at(5, table=table)) == (Decimal("0.9"), Decimal("0.7"))


def test_a_decline_compounds_by_the_year():
    assert share_at(24, decline="30%") == Decimal("0.49")
    assert share_at(0, decline="100%") == 1
    assert share_at(1, decline="100%") == 0


def test_a_curve_by_name_brings_its_points():
    points = [CurvePoint(Duration(12, 0), Decimal("0.5"), "curves.resale.values[0].share")]
    record = asset(market_value={"curve": "resale"})
    terms = lower_asset("servers", record, CostContext(DECIMAL, CLOSING), curve=points)
    assert terms.market is not None
    assert market_share(terms.market, lower_age(terms.market, Fraction(6), kind=DECIMAL)) == (
        Decimal("0.75")
    )


@pytest.mark.parametrize(
    ("day", "months"),
    [
        (date(2026, 4, 1), 0),
        (date(2026, 5, 1), 0),
        (date(2026, 5, 17), Fraction(16, 31)),
        (date(2027, 5, 1), 12),
    ],
)
def test_age_counts_whole_months_and_days_of_a_broken_one(day, months):
    assert age_months(date(2026, 5, 1), day) == months


def test_market_value_sums_the_lots_at_their_own_ages():
    market = lowered(asset(market_value={"decline": "50%"})).market
    assert market is not None
    ages = [lower_age(market, Fraction(age), kind=DECIMAL) for age in (12, 24)]
    assert market_value(market, [Decimal(100), Decimal(200)], ages) == 100


@pytest.mark.parametrize(
    ("residual", "net", "vat"),
    [
        ("none", 0, 0),
        ("market_value", 400, 52),
        ({"share": "10%"}, 120, "15.6"),
        ({"amount": {"amount": "113", "tax": "included"}}, 100, 13),
        ({"amount": "100"}, 100, 13),
    ],
)
def test_residual_is_sold_with_vat_on_top(residual, net, vat):
    record = asset(residual=residual, market_value={"table": TABLE})
    inputs = ResidualInputs(cost=Decimal(1200), market_value=Decimal(400))
    sale = residual_value(lowered(record, vat=Decimal("0.13")).residual, inputs)
    assert sale == (net, Decimal(vat))
    assert residual_value(lowered(record).residual, inputs).vat == 0
