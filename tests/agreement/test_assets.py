"""Cost, wear and value of assets on Decimal, on floats and on arrays of paths say the same."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from lessor.core.dates import add_days
from lessor.core.numeric import DECIMAL, FLOAT, scan
from lessor.engine.assets.asset import lower_asset
from lessor.engine.assets.cost import CostContext, asset_cost, lot_costs, vendor_payments
from lessor.engine.assets.depreciation import depreciate, opening_lots
from lessor.engine.assets.market_value import lower_age, market_value
from lessor.engine.assets.residual import ResidualInputs, residual_value
from lessor.terms.assets import Asset
from tests.agreement.agreeing import assert_agree, assert_paths_agree
from tests.engine.assets.fleets import CLOSING, wear_inputs

money = st.builds(
    lambda amount, tax, vat: {"amount": str(amount), "tax": tax} | ({"vat": vat} if vat else {}),
    st.decimals(0, 1_000_000_000, places=2),
    st.sampled_from(("included", "excluded")),
    st.sampled_from(("", "6%")),
)


@st.composite
def assets(draw):
    """Any asset that a deal file can write."""
    lots = draw(st.lists(st.tuples(st.integers(0, 900), st.integers(1, 500)), max_size=3))
    market = st.sampled_from(
        (
            {"decline": "30%"},
            {"decline": "100%"},
            {"table": [{"age": "12 months", "share": "0.6"}, {"age": "36 months", "share": "0.3"}]},
        )
    )
    tree = {
        "quantity": str(sum(units for _, units in lots) or 10),
        "unit_cost": draw(money),
        "freight": draw(money),
        "contingency": str(draw(st.decimals(0, 1, places=2))),
        "deliveries": [
            {"date": str(add_days(CLOSING, days)), "quantity": str(units), "acceptance": "20 days"}
            for days, units in lots
        ],
        "payments": [{"share": "60%", "on": "order"}, {"share": "40%", "on": "acceptance"}],
        "depreciation": {
            "method": draw(st.sampled_from(("straight_line", "declining"))),
            "life": draw(st.sampled_from(("1 months", "60 months", "500 days"))),
            "salvage": str(draw(st.decimals(0, 1, places=2))),
            "factor": str(draw(st.decimals(Decimal("0.5"), 3, places=1))),
        },
        "market_value": draw(market),
        "residual": draw(
            st.sampled_from(("none", "market_value", {"share": "20%"}, {"amount": "1_000"}))
        ),
    }
    return Asset.model_validate(tree)


def figures(asset, kind, *, months=36, vat: Decimal | None = Decimal("0.13"), factor=1):
    """Everything that the engine says of an asset over `months`, its cost times `factor`."""
    rate = None if vat is None else kind.number(vat, "taxes.vat.equipment")
    terms = lower_asset("servers", asset, CostContext(kind, CLOSING, rate))
    assert terms.market is not None
    cost = asset_cost(terms.cost)
    costs = tuple(each * factor for each in lot_costs(terms.cost, cost))
    inputs = wear_inputs(asset, terms.cost, costs, months=months, kind=kind)
    worn = scan(
        depreciate, terms.depreciation, opening_lots(terms.depreciation, len(costs)), inputs
    )
    ages = [lower_age(terms.market, Fraction(30 + lot), kind=kind) for lot in range(len(costs))]
    value = market_value(terms.market, costs, ages)
    sale = residual_value(terms.residual, ResidualInputs(cost.net, value))
    paid = [(each.net, each.vat) for each in vendor_payments(terms.cost, cost)]
    return cost, paid, worn, value, sale


@given(assets(), st.sampled_from((None, Decimal("0.13"))))
def test_an_asset_agrees(asset, vat):
    exact, quick = figures(asset, DECIMAL, vat=vat), figures(asset, FLOAT, vat=vat)
    assert_agree(exact, quick, scale=float(exact[0].net))


@given(assets(), st.lists(st.floats(0.1, 10), min_size=1, max_size=4))
def test_every_path_of_costs_is_the_asset_run_alone(asset, factors):
    # A decline takes a power of its age, whose last bit differs from arrays to floats.
    together = figures(asset, FLOAT, factor=np.array(factors))[2]
    for path, factor in enumerate(factors):
        assert_paths_agree(together, figures(asset, FLOAT, factor=factor)[2], path)


def test_a_day_of_acceptance_that_breaks_a_month_agrees():
    asset = Asset.model_validate(
        {"cost": "100", "depreciation": {"life": "3 months"}, "market_value": {"decline": "10%"}}
        | {"deliveries": [{"date": str(date(2026, 5, 17))}]}
    )
    assert_agree(figures(asset, DECIMAL, months=6), figures(asset, FLOAT, months=6), scale=100)
