"""How cost wears off, by hand."""

from decimal import Decimal

import pytest

from tests.engine.assets.fleets import asset, depreciated


def test_straight_line_ends_at_salvage():
    record = asset(depreciation={"life": "12 months", "salvage": "10%"})
    flows = depreciated(record, months=14)
    assert [flow.depreciation for flow in flows] == [90] * 12 + [0, 0]
    assert [flow.carrying for flow in flows[10:]] == [210, 120, 120, 120]
    assert [flow.capitalised for flow in flows] == [1200] + [0] * 13


def test_life_starts_at_acceptance_in_the_middle_of_a_month():
    record = asset(
        depreciation={"life": "2 months"}, deliveries=[{"date": "2026-06-16", "quantity": "1"}]
    )
    flows = depreciated(record, months=5)
    assert [flow.depreciation for flow in flows] == [0, 300, 600, 300, 0]
    assert [flow.carrying for flow in flows] == [0, 900, 300, 0, 0]


def test_a_lot_accepted_before_closing_wears_from_closing():
    record = asset(depreciation={"life": "2 months"}, deliveries=[{"date": "2026-01-01"}])
    assert [flow.depreciation for flow in depreciated(record, months=3)] == [600, 600, 0]


def test_lots_wear_each_by_itself():
    record = asset(
        quantity="4",
        unit_cost="300",
        depreciation={"life": "3 months"},
        deliveries=[
            {"date": "2026-05-01", "quantity": "3"},
            {"date": "2026-07-01", "quantity": "1"},
        ],
    )
    flows = depreciated(record, months=5)
    assert [flow.depreciation for flow in flows] == [300, 300, 400, 100, 100]
    assert [flow.capitalised for flow in flows] == [900, 0, 300, 0, 0]


def test_declining_turns_to_straight_line_when_that_is_faster():
    # Twice 1/4 of what is left, until spreading the rest over the months left gives as much.
    record = asset(cost="160", depreciation={"method": "declining", "life": "4 months"})
    assert [flow.depreciation for flow in depreciated(record, months=5)] == [80, 40, 20, 20, 0]


def test_declining_never_goes_below_salvage():
    record = asset(
        cost="160", depreciation={"method": "declining", "life": "4 months", "salvage": "40%"}
    )
    flows = depreciated(record, months=5)
    assert [flow.depreciation for flow in flows] == [80, 16, 0, 0, 0]
    assert flows[-1].carrying == 64


def test_a_life_in_days_counts_365_to_a_year():
    record = asset(depreciation={"life": "73 days"})
    flows = depreciated(record, months=4)
    assert sum(flow.depreciation for flow in flows) == pytest.approx(Decimal(1200))
    assert flows[0].depreciation == 500


def test_without_terms_nothing_is_charged():
    flows = depreciated(asset(), months=2)
    assert [(flow.depreciation, flow.carrying) for flow in flows] == [(0, 1200), (0, 1200)]
