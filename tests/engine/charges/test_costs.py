"""Running costs and the rent of leased-in capacity."""

from decimal import Decimal
from typing import Any

import pytest
from pydantic import TypeAdapter

from lessor.core.numeric import DECIMAL
from lessor.engine.charges.costs import (
    CostInputs,
    cost_break_months,
    lower_cost,
    lower_leased_in,
    rate_cost,
)
from lessor.engine.charges.segment import Line
from lessor.engine.charges.vat import VatRate
from lessor.terms.assets import LeasedIn
from lessor.terms.costs import AnyCost
from lessor.terms.scalars import Duration
from tests.engine.charges.rating import numbers

COSTS: TypeAdapter[Any] = TypeAdapter(AnyCost)
VAT_13 = VatRate(Decimal("0.13"), "taxes.vat.costs")


def inputs(**fields: Any) -> CostInputs:
    """A whole month of 10 servers with 80 GPUs and 140 kW that cost 1,200,000."""
    usual: dict[str, Any] = {
        "months": 1,
        "hours": 730,
        "servers": 10,
        "gpus": 80,
        "kw": 140,
        "asset_cost": 1_200_000,
        "rent": 50_000,
        "quantity": 9_000,
    }
    return CostInputs(**numbers(DECIMAL, {**usual, **fields}))


def cost(said: dict[str, str], vat: VatRate | None = None, **fields: Any) -> Line:
    terms = lower_cost("power", COSTS.validate_python(said), kind=DECIMAL, vat=vat)
    line, state = rate_cost(terms, (), inputs(**fields))
    assert state == ()
    return line


@pytest.mark.parametrize(
    ("said", "quantity", "net"),
    [
        ({"kind": "cabinet", "amount": "600", "pue": "1.25"}, 175, 105_000),
        ({"kind": "cabinet", "amount": "600", "kw": "10"}, 100, 60_000),
        ({"kind": "power", "amount": "0.5", "load": "80%", "pue": "1.25"}, 102_200, 51_100),
        ({"kind": "maintenance", "share": "4%"}, 100_000, 4_000),
        ({"kind": "fixed", "amount": "7000"}, 1, 7_000),
        ({"kind": "fixed", "amount": "900", "per": "quarter"}, Decimal(1) / 3, 300),
        ({"kind": "fixed", "amount": "1200", "per": "year", "quantity": "5"}, Decimal(5) / 12, 500),
        ({"kind": "fixed", "amount": "30", "per": "server_month"}, 10, 300),
        ({"kind": "fixed", "amount": "4", "per": "gpu_month"}, 80, 320),
        ({"kind": "fixed", "amount": "360", "per": "server_year"}, Decimal(10) / 12, 300),
        ({"kind": "share_of_rent", "share": "2%"}, 50_000, 1_000),
        ({"kind": "by_use", "meter": "kwh", "amount": "0.1"}, 9_000, 900),
    ],
)
def test_what_each_kind_costs(said: dict[str, str], quantity: Decimal, net: int):
    assert cost(said) == (quantity, net, 0)


def test_a_cost_paid_once_is_paid_when_it_is_due():
    said = {"kind": "one_off", "amount": "5000"}
    assert cost(said).net == 0
    assert cost(said, is_due=True) == (1, 5_000, 0)


def test_a_cost_rises_from_its_first_day():
    said: dict[str, Any] = {"kind": "fixed", "amount": "100", "escalator": {"rate": "10%"}}
    assert [cost(said, age_months=age).net for age in (0, 11, 12, 24)] == [100, 100, 110, 121]
    terms = lower_cost("staff", COSTS.validate_python(said), kind=DECIMAL, vat=None)
    assert cost_break_months(terms) == (Duration(12, 0),)


def test_tax_on_costs():
    assert cost({"kind": "fixed", "amount": "100"}, VAT_13) == (1, 100, 13)
    assert cost({"kind": "fixed", "amount": "113", "tax": "included"}, VAT_13) == (1, 100, 13)
    assert cost({"kind": "fixed", "amount": "100", "vat": "6%"}, VAT_13) == (1, 100, 6)


def leased_in(vat: VatRate | None = None, age_months: int = 0, **fields: Any) -> Line:
    said = LeasedIn.model_validate(
        {"model": "HGX-B300-8", "quantity": "10", "rent": "1200", "term": "36 months", **fields}
    )
    terms = lower_leased_in("rented", said, kind=DECIMAL, vat=vat)
    return rate_cost(terms, (), inputs(age_months=age_months))[0]


@pytest.mark.parametrize(
    ("per", "net"),
    [
        ("gpu_hour", 1_200 * 80 * 730),
        ("gpu_month", 96_000),
        ("server_month", 12_000),
        ("cluster_month", 1_200),
        ("year", 100),
    ],
)
def test_the_rent_of_leased_in_capacity(per: str, net: int):
    assert leased_in(per=per).net == net


def test_the_rent_of_leased_in_capacity_rises_every_year():
    assert [leased_in(escalator="5%", age_months=age).net for age in (11, 12)] == [12_000, 12_600]


def test_tax_on_the_rent_of_leased_in_capacity():
    rent = {"amount": "1060", "tax": "included", "vat": "6%"}
    assert leased_in(VAT_13, rent=rent) == (10, 10_000, 600)
    # With VAT off nothing is taken out, whatever the amount says.
    assert leased_in(rent=rent) == (10, 10_600, 0)
