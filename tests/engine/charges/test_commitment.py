"""Minimum and maximum: settled once, when their window closes."""

from decimal import Decimal
from typing import Any

import pytest

from lessor.core.numeric import DECIMAL
from lessor.engine.charges.lease import lower_lease
from tests.engine.charges.rating import NO_VAT, VAT_6, lease, lines, months_of, nets

USE = {"use": {"kind": "usage", "meter": "kwh", "price": "1"}}


def bound(kind: str, amount: str, **fields: Any) -> dict[str, Any]:
    return {**USE, "bound": {"kind": kind, "amount": amount, **fields}}


def test_a_monthly_minimum_is_trued_up_each_month():
    said = lease(bound("minimum", "100"))
    months = months_of(3, quantities=[(40,), (100,), (170,)])
    assert nets(said, months, "bound") == [60, 0, 0]


def test_a_quarterly_minimum_looks_at_the_quarter():
    said = lease(bound("minimum", "100", window="quarter"))
    months = months_of(6, quantities=[(40,), (100,), (170,), (40,), (50,), (60,)])
    assert nets(said, months, "bound") == [0, 0, 0, 0, 0, 150]


def test_a_yearly_maximum_takes_the_excess_off_at_the_end_of_the_year():
    said = lease(bound("maximum", "1000", per="year", window="year"))
    # The thirteenth month is a year of one month, in which a twelfth of the amount is allowed.
    paid = nets(said, months_of(13, quantities=(100,)), "bound")
    assert paid == [0] * 11 + [-200, Decimal("-16.67")]


def test_a_broken_window_has_a_smaller_bound():
    said = lease(bound("minimum", "300", per="quarter", window="quarter"))
    # Two months and a half of the quarter are in service.
    months = months_of(3, quantities=(10,), months=["0.5", 1, 1])
    assert nets(said, months, "bound") == [0, 0, 250 - 30]


def test_capacity_that_is_not_there_yet_is_not_committed():
    said = lease(bound("minimum", "100"))
    assert nets(said, months_of(2, quantities=(0,), capacity_share=["0.5", 1]), "bound") == [
        50,
        100,
    ]


def test_a_window_settles_once_however_often_it_is_closed():
    said = lease(bound("minimum", "100"))
    [month] = months_of(1, quantities=(40,))
    after = month._replace(
        months=Decimal(0), quantities=(Decimal(0),), opens=frozenset(), closes=month.closes
    )
    assert nets(said, [month, after], "bound") == [60, 0]


def test_it_binds_base_rent_and_usage_unless_it_says_otherwise():
    charges = {
        **bound("minimum", "100"),
        "base": {"kind": "base_rent", "amount": "70", "per": "cluster_month"},
        "only": {"kind": "minimum", "amount": "100", "of": ["use"]},
    }
    months = months_of(1, quantities=(20,))
    assert nets(lease(charges), months, "bound") == [10]
    assert nets(lease(charges), months, "only") == [80]


def test_a_maximum_may_bind_the_minimum_before_it():
    charges = {
        **bound("minimum", "100"),
        "top": {"kind": "maximum", "amount": "90", "of": ["use", "bound"]},
    }
    assert nets(lease(charges), months_of(1, quantities=(20,)), "top") == [-10]


def test_a_rent_free_time_lowers_what_is_billed_and_not_the_bound():
    charges = {
        "base": {
            "kind": "base_rent",
            "amount": "70",
            "per": "cluster_month",
            "rent_free": "1 month",
        },
        "bound": {"kind": "minimum", "amount": "100"},
    }
    assert nets(lease(charges), months_of(2), "bound") == [100, 30]


def test_a_bound_with_tax_inside_is_compared_without_it():
    said = lease(bound("minimum", "106", tax="included"))
    [line] = lines(said, months_of(1, quantities=(40,)), "bound", VAT_6)
    assert (line.net, line.vat) == (60, Decimal("3.6"))


def test_a_charge_that_is_rated_later_cannot_be_bound():
    charges = {
        "share": {"kind": "revenue_share", "share": "10%"},
        "bound": {"kind": "minimum", "amount": "1", "of": ["share"]},
    }
    with pytest.raises(ValueError, match="share"):
        lower_lease("anchor", lease(charges), kind=DECIMAL, defaults=NO_VAT)
