"""Base rent: what it is for, how it rises, when it is free."""

from decimal import Decimal
from typing import Any

import pytest

from lessor.core.numeric import DECIMAL
from lessor.engine.charges.lease import break_months, lower_lease
from lessor.terms.scalars import Duration
from tests.engine.charges.rating import NO_VAT, VAT_6, lease, lines, months_of, nets, segment


def rent(amount: str = "1200", per: str = "cluster_month", **fields: Any) -> dict[str, Any]:
    return {"base": {"kind": "base_rent", "amount": amount, "per": per, **fields}}


@pytest.mark.parametrize(
    ("amount", "per", "quantity", "net"),
    [
        ("2", "gpu_hour", 58_400, 116_800),  # 80 GPUs x 730 hours
        ("1500", "gpu_month", 80, 120_000),
        ("69000", "server_month", 10, 690_000),
        ("1200", "pflops_year", Decimal(5) / 12, 500),
        ("50000", "cluster_month", 1, 50_000),
        ("600000", "year", Decimal(1) / 12, 50_000),
        ("3000000", "total", Decimal(1) / 60, 50_000),
    ],
)
def test_a_rent_for_each_unit(amount: str, per: str, quantity: Decimal, net: int):
    [line] = lines(lease(rent(amount, per)), [segment()], "base")
    assert line == (quantity, net, 0)


def test_a_year_is_twelve_equal_parts_to_the_last_digit():
    said = lease(rent("100.02", "year"))
    assert lines(said, [segment()], "base")[0].net == Decimal("8.335")


def test_a_broken_month_goes_by_its_days():
    part: dict[str, Any] = {"months": Decimal(17) / 31, "hours": 730 * Decimal(17) / 31}
    assert nets(lease(rent("310")), [segment(**part)], "base") == [170]
    assert nets(lease(rent("310", "gpu_hour")), [segment(**part)], "base") == [
        round(310 * 80 * 730 * Decimal(17) / 31, 2)
    ]


@pytest.mark.parametrize("per", ["cluster_month", "year", "total"])
def test_a_rent_of_the_whole_is_for_the_part_in_service(per: str):
    said = lease(rent("600", per))
    [half] = lines(said, [segment(capacity_share="0.5", servers=5, gpus=40)], "base")
    [whole] = lines(said, [segment()], "base")
    assert half.net * 2 == whole.net


def test_a_total_over_a_term_in_days_goes_by_days():
    said = lease(rent("4500", "total"), term="45 days")
    parts = [segment(days=31), segment(months="0.5", days=14)]
    assert nets(said, parts, "base") == [3100, 1400]


def test_it_rises_after_every_full_year():
    said = lease(rent("1000", escalator={"rate": "10%"}))
    assert nets(said, months_of(36), "base") == [1000] * 12 + [1100] * 12 + [1210] * 12


def test_a_suspended_anniversary_still_raises_the_rent():
    said = lease(rent("1000", escalator={"rate": "10%"}))
    served = [month for month in months_of(15) if not 11 <= month.age_months < 14]
    assert nets(said, served, "base")[-1] == 1100


def test_it_can_rise_by_days():
    said = lease(rent("1000", escalator={"rate": "10%", "every": "90 days"}))
    assert nets(said, months_of(5), "base") == [1000, 1000, 1000, 1100, 1100]


def test_no_rent_in_the_rent_free_time_but_the_quantity_shows():
    free = lines(lease(rent(rent_free="2 months")), months_of(3), "base")
    assert [(line.quantity, line.net) for line in free] == [(1, 0), (1, 0), (1, 1200)]
    by_days = nets(lease(rent(rent_free="45 days")), months_of(3), "base")
    assert by_days == [0, 0, 1200]


def test_a_renewal_starts_at_a_share_of_the_last_rent_and_rises_from_there():
    said = lease(
        rent("1000", escalator={"rate": "10%"}),
        term="24 months",
        renewal={"term": "24 months", "rent": "80%"},
    )
    renewed = [False] * 24 + [True] * 24
    paid = nets(said, months_of(48, is_renewed=renewed), "base")
    assert paid[12:24] == [1100] * 12
    assert paid[24:36] == [880] * 12
    assert paid[36:] == [968] * 12


def test_a_renewal_of_a_rent_that_does_not_rise():
    said = lease(rent("1000"), renewal={"term": "12 months", "rent": "80%"})
    assert nets(said, [segment(age_months=60, is_renewed=True)], "base") == [800]


def test_tax_inside_is_taken_out():
    line = lines(lease(rent("1060", tax="included")), [segment()], "base", VAT_6)[0]
    assert (line.net, line.vat) == (1000, 60)
    excluded = lines(lease(rent("1000", tax="excluded")), [segment()], "base", VAT_6)[0]
    assert (excluded.net, excluded.vat) == (1000, 60)


def test_a_rate_of_its_own_comes_before_the_deals():
    line = lines(lease(rent("1000", vat="13%")), [segment()], "base", VAT_6)[0]
    assert (line.net, line.vat) == (1000, 130)


@pytest.mark.parametrize("said", [{"tax": "included"}, {"vat": "6%"}])
def test_while_vat_is_off_the_amount_stands_as_written(said: dict[str, str]):
    line = lines(lease(rent("1060", **said)), [segment()], "base", NO_VAT)[0]
    assert (line.net, line.vat) == (1060, 0)


def test_a_segment_must_break_where_the_price_changes():
    said = lease(
        {
            **rent(escalator={"rate": "3%", "every": "24 months"}, rent_free="3 months"),
            "used": {
                "kind": "usage",
                "meter": "kwh",
                "price": "1",
                "escalator": {"rate": "-10%", "every": "6 months"},
            },
        }
    )
    breaks = break_months(lower_lease("anchor", said, kind=DECIMAL, defaults=NO_VAT))
    assert breaks.every == (Duration(6, 0), Duration(24, 0))
    assert breaks.at == (Duration(3, 0),)
