"""Money that goes back: service credits by availability, damages for late delivery."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from lessor.core.numeric import DECIMAL
from lessor.engine.charges.lease import ChargeDefaults, lower_lease
from lessor.engine.charges.segment import LatePart
from tests.engine.charges.rating import NO_VAT, VAT_6, lease, lines, nets, segment

BASE = {"base": {"kind": "base_rent", "amount": "3000", "per": "server_month"}}
BANDS = [
    {"below": "99.9%", "credit": "5%"},
    {"below": "99%", "credit": "10%"},
    {"below": "95%", "credit": "50%"},
]


def credit(**fields: Any) -> dict[str, Any]:
    return {**BASE, "credit": {"kind": "service_credit", "bands": BANDS, **fields}}


@pytest.mark.parametrize(
    ("availability", "net"),
    [("1", 0), ("0.999", 0), ("0.995", -1_500), ("0.99", -1_500), ("0.97", -3_000), ("0", -15_000)],
)
def test_the_lowest_band_fallen_below_decides(availability: str, net: int):
    assert nets(lease(credit()), [segment(availability=availability)], "credit") == [net]


def test_the_order_of_the_bands_does_not_matter():
    said = lease(credit(bands=BANDS[::-1]))
    assert nets(said, [segment(availability="0.97")], "credit") == [-3_000]


def test_a_credit_is_capped_and_takes_its_tax_back():
    [line] = lines(lease(credit(cap="20%")), [segment(availability="0.5")], "credit", VAT_6)
    assert (line.quantity, line.net, line.vat) == (Decimal("0.2"), -6_000, -360)


def test_a_credit_may_count_other_charges_as_rent():
    charges = {**credit(of=["use"]), "use": {"kind": "usage", "meter": "kwh", "price": "1"}}
    month = segment(quantities=(1_000,), availability="0.97")
    assert nets(lease(charges), [month], "credit") == [-100]


LATE = LatePart(Decimal(10), Decimal(80), Decimal(5), Decimal(1), Decimal(730))
HALF_LATE = LatePart(Decimal(5), Decimal(40), Decimal("2.5"), Decimal("0.5"), Decimal(730))


def damages(**fields: Any) -> dict[str, Any]:
    return {**BASE, "late": {"kind": "late_delivery", **fields}}


def waiting(days: int, late: LatePart = LATE) -> Any:
    """A segment before acceptance: nothing in service, `days` late."""
    return segment(
        months=0, hours=0, servers=0, gpus=0, pflops=0, capacity_share=0, days_late=days
    )._replace(late=late)


def test_damages_a_day():
    assert nets(lease(damages(per_day="1000")), [waiting(12), segment()], "late") == [-12_000, 0]


def test_grace_is_counted_over_all_segments():
    said = lease(damages(per_day="1000", grace="14 days"))
    assert nets(said, [waiting(10), waiting(10), waiting(5)], "late") == [0, -6_000, -5_000]


def test_grace_in_months_runs_from_the_day_promised():
    said = lease(damages(per_day="1", grace="1 month"))
    promised = ChargeDefaults(promised=date(2026, 2, 10))
    assert nets(said, [waiting(30)], "late", promised) == [-2]


def test_damages_stop_at_the_cap():
    said = lease(damages(per_day="1000", cap="15000"))
    assert nets(said, [waiting(10), waiting(10), waiting(10)], "late") == [-10_000, -5_000, 0]


def test_damages_are_for_the_part_that_is_late():
    assert nets(lease(damages(per_day="1000")), [waiting(4, HALF_LATE)], "late") == [-2_000]


def test_damages_as_a_share_of_the_months_rent_of_the_late_part():
    said = lease(damages(share_of_rent="1%"))
    # A month of ten servers is 30,000; of five, 15,000.
    assert nets(said, [waiting(4)], "late") == [-1_200]
    assert nets(said, [waiting(4, HALF_LATE)], "late") == [-600]


@pytest.mark.parametrize(
    ("per", "amount"),
    [("gpu_hour", "2"), ("gpu_month", "1460"), ("cluster_month", "116800"), ("year", "1401600")],
)
def test_a_months_rent_of_the_late_part_in_each_unit(per: str, amount: str):
    charges = {**damages(share_of_rent="1%"), "base": BASE["base"] | {"per": per, "amount": amount}}
    assert nets(lease(charges), [waiting(1)], "late") == [-1_168]


def test_a_part_may_be_late_while_another_is_in_service():
    said = lease(damages(per_day="1000"))
    month = segment(servers=5, gpus=40, capacity_share="0.5", days_late=30)
    assert nets(said, [month._replace(late=HALF_LATE)], "late") == [-15_000]


def test_damages_bear_tax_only_where_they_say_so():
    assert lines(lease(damages(per_day="106")), [waiting(1)], "late", VAT_6)[0][1:] == (-106, 0)
    inside = damages(per_day={"amount": "106", "tax": "included"})
    assert lines(lease(inside), [waiting(1)], "late", VAT_6)[0][1:] == (-100, -6)


def test_grace_of_a_delivery_that_no_one_promised_is_no_time():
    said = lease(damages(per_day="1", grace="1 month"))
    terms = lower_lease("anchor", said, kind=DECIMAL, defaults=NO_VAT)
    assert terms.charges[-1].grace_days == 0
