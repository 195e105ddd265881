"""What assets cost, by lot and by payment, with and without VAT."""

from datetime import date
from decimal import Decimal

import pytest

from lessor.core.numeric import DECIMAL
from lessor.engine.assets.cost import (
    CostContext,
    asset_cost,
    lot_costs,
    lower_cost,
    vendor_payments,
)
from tests.engine.assets.fleets import CLOSING, asset, lowered

VAT = Decimal("0.13")


def test_units_freight_fit_out_and_contingency():
    record = asset(quantity="10", unit_cost="100", freight="30", fit_out="20", contingency="10%")
    cost = asset_cost(lowered(record).cost)
    assert (cost.price.net, cost.extras.net, cost.net, cost.vat) == (1100, 55, 1155, 0)


@pytest.mark.parametrize(
    ("money", "net", "vat"),
    [
        ({"amount": "1_130", "tax": "included"}, 1000, 130),
        ({"amount": "1_000", "tax": "excluded"}, 1000, 130),
        ({"amount": "1_000"}, 1000, 130),
        ({"amount": "1_060", "tax": "included", "vat": "6%"}, 1000, 60),
    ],
)
def test_vat_is_taken_out_of_an_amount_that_holds_it(money, net, vat):
    cost = asset_cost(lowered(asset(cost=money), vat=VAT).cost)
    assert (cost.net, cost.vat) == (net, vat)


def test_while_vat_is_off_an_amount_stands_as_written():
    cost = asset_cost(lowered(asset(cost={"amount": "1_130", "tax": "included", "vat": "6%"})).cost)
    assert (cost.net, cost.vat) == (1130, 0)


def test_an_amount_in_another_currency_is_converted():
    context = CostContext(DECIMAL, CLOSING, None, lambda amount, currency: amount * 7)
    terms = lower_cost("servers", asset(cost={"amount": "100", "currency": "USD"}), context)
    assert asset_cost(terms).net == 700


def test_lots_share_the_cost_by_their_units():
    record = asset(
        quantity="8",
        unit_cost="100",
        deliveries=[
            {"date": "2026-05-01", "quantity": "6", "accepted": "2026-06-01"},
            {"date": "2026-07-01", "quantity": "2", "acceptance": "10 days"},
        ],
    )
    terms = lowered(record).cost
    assert lot_costs(terms, asset_cost(terms)) == (600, 200)
    assert [lot.accepted for lot in terms.lots] == [date(2026, 6, 1), date(2026, 7, 11)]


def test_everything_is_paid_on_delivery_unless_said():
    record = asset(freight="100", deliveries=[{"date": "2026-06-10"}])
    terms = lowered(record, vat=VAT).cost
    assert vendor_payments(terms, asset_cost(terms)) == (
        (0, date(2026, 6, 10), 1200, 156),
        (0, date(2026, 6, 10), 100, 13),
    )


def test_an_asset_without_deliveries_comes_at_closing():
    terms = lowered(asset()).cost
    assert vendor_payments(terms, asset_cost(terms)) == ((0, CLOSING, 1200, 0),)


def test_milestones_fall_on_their_events_for_every_lot():
    record = asset(
        quantity="4",
        unit_cost="300",
        freight="40",
        order_date="2026-05-03",
        deliveries=[
            {"date": "2026-06-01", "quantity": "1", "acceptance": "1 months"},
            {"date": "2026-08-01", "quantity": "3", "acceptance": "1 months"},
        ],
        payments=[
            {"share": "50%", "on": "order"},
            {"share": "20%", "on": "delivery", "after": "30 days"},
            {"share": "20%", "on": "acceptance"},
            {"share": "10%", "on": "date", "date": "2026-12-31"},
        ],
    )
    terms = lowered(record).cost
    paid = vendor_payments(terms, asset_cost(terms))
    assert [(each.lot, each.day, each.net) for each in paid] == [
        (0, date(2026, 5, 3), 150),
        (0, date(2026, 7, 1), 60),
        (0, date(2026, 7, 1), 60),
        (0, date(2026, 12, 31), 30),
        (1, date(2026, 5, 3), 450),
        (1, date(2026, 8, 31), 180),
        (1, date(2026, 9, 1), 180),
        (1, date(2026, 12, 31), 90),
        (0, date(2026, 6, 1), 10),
        (1, date(2026, 8, 1), 30),
    ]
