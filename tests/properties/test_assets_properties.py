"""What holds for every asset: cost is paid once, wears off once, and never below salvage."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lessor.core.dates import add_days
from lessor.core.numeric import DECIMAL, total
from lessor.engine.assets.cost import asset_cost, lot_costs, vendor_payments
from lessor.engine.assets.market_value import lower_age, market_share
from tests.engine.assets.fleets import CLOSING, asset, depreciated, lowered

lots = st.lists(st.tuples(st.integers(0, 500), st.integers(1, 100)), min_size=1, max_size=4)
shares = st.decimals(0, 1, places=2)


def staged(days_and_units, **said):
    """An asset that comes in lots, each accepted a month after its delivery."""
    deliveries = [
        {"date": str(add_days(CLOSING, days)), "quantity": str(units), "acceptance": "1 months"}
        for days, units in days_and_units
    ]
    quantity = sum(units for _, units in days_and_units)
    return asset(quantity=str(quantity), unit_cost="100", deliveries=deliveries, **said)


@given(lots, shares, shares, st.sampled_from((None, Decimal("0.13"))))
def test_lots_and_payments_sum_to_the_cost(days_and_units, first, contingency, vat):
    record = staged(
        days_and_units,
        freight="77",
        contingency=str(contingency),
        payments=[
            {"share": str(first), "on": "order"},
            {"share": str(1 - first), "on": "delivery"},
        ],
    )
    terms = lowered(record, vat=vat).cost
    cost = asset_cost(terms)
    paid = vendor_payments(terms, cost)
    for parts, whole in (
        (lot_costs(terms, cost), cost.net),
        ([each.net for each in paid], cost.net),
        ([each.vat for each in paid], cost.vat),
    ):
        assert float(total(parts)) == pytest.approx(float(whole))


@given(
    lots,
    st.sampled_from(("straight_line", "declining")),
    st.integers(1, 30),
    shares,
    st.decimals(Decimal("0.5"), 5, places=1),
)
def test_what_is_capitalised_wears_down_to_salvage_and_no_further(
    days_and_units, method, life, salvage, factor
):
    record = staged(
        days_and_units,
        depreciation={
            "method": method,
            "life": f"{life} months",
            "salvage": str(salvage),
            "factor": str(factor),
        },
    )
    flows = depreciated(record, months=60)
    capitalised = worn = Decimal(0)
    for flow in flows:
        capitalised, worn = capitalised + flow.capitalised, worn + flow.depreciation
        assert flow.depreciation >= 0
        assert float(flow.carrying) == pytest.approx(float(capitalised - worn), abs=1e-9)
        assert flow.carrying >= capitalised * salvage - Decimal("1e-9")
    assert float(flows[-1].carrying) == pytest.approx(float(capitalised * salvage), abs=1e-9)


@given(
    st.dictionaries(st.integers(0, 60), shares, min_size=1, max_size=5),
    st.fractions(0, 72),
    st.fractions(0, 72),
)
def test_a_falling_table_gives_falling_shares(points, one, other):
    falling = zip(sorted(points), sorted(points.values(), reverse=True), strict=True)
    table = [{"age": f"{age} months", "share": str(share)} for age, share in falling]
    market = lowered(asset(market_value={"table": table})).market
    assert market is not None
    early, late = (
        market_share(market, lower_age(market, Fraction(age), kind=DECIMAL))
        for age in sorted((one, other))
    )
    assert early >= late - Decimal("1e-20")
    assert min(points.values()) - Decimal("1e-20") <= late
