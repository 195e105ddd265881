"""A share of what the lessee earns: banded, capped, floored, or set against other charges."""

from decimal import Decimal
from typing import Any

import pytest

from lessor.core.numeric import DECIMAL
from lessor.engine.charges.lease import lower_lease
from tests.engine.charges.rating import NO_VAT, VAT_6, lease, lines, months_of, nets

BANDS = [{"up_to": "1000", "share": "10%"}, {"share": "20%"}]
BASE = {"base": {"kind": "base_rent", "amount": "100", "per": "cluster_month"}}


def share(**fields: Any) -> dict[str, Any]:
    return {"share": {"kind": "revenue_share", **fields}}


def earning(*revenue: int, **fields: Any) -> Any:
    return months_of(len(revenue), lessee_revenue=list(revenue), **fields)


def test_from_the_first_unit_of_money():
    assert nets(lease(share(share="25%")), earning(1_000, 0), "share") == [250, 0]


def test_above_a_threshold_in_each_window():
    said = lease(share(share="25%", above="1000", window="quarter"))
    assert nets(said, earning(800, 800, 400, 1_200), "share") == [0, 150, 100, 50]


def test_banded():
    said = lease(share(bands=BANDS, window="quarter"))
    assert nets(said, earning(800, 800, 400, 800), "share") == [80, 20 + 120, 80, 80]


def test_bands_above_a_threshold_stay_where_they_are():
    said = lease(share(bands=BANDS, above="500"))
    assert nets(said, earning(400, 800, 1_500), "share") == [0, 30, 50 + 100]


def test_capped_in_the_window():
    said = lease(share(share="50%", cap="600", window="quarter"))
    assert nets(said, earning(1_000, 1_000, 1_000, 1_000), "share") == [500, 100, 0, 500]


def test_raised_to_the_floor_when_the_window_closes():
    said = lease(share(share="10%", floor="300", window="quarter"))
    assert nets(said, earning(1_000, 500, 0), "share") == [100, 50, 150]


def test_the_floor_of_a_broken_window_is_prorated():
    said = lease(share(share="10%", floor="300", window="quarter"))
    assert nets(said, earning(0, 0, months=["0.5", 1]), "share") == [0, 150]


def test_the_floor_of_a_term_in_days():
    said = lease(share(share="10%", floor="300", window="term"), term="60 days")
    assert nets(said, earning(0, 0, days=30), "share") == [0, 300]


@pytest.mark.parametrize(("revenue", "net"), [(500, 0), (1_000, 0), (1_500, 50)])
def test_the_greater_of_rent_and_share(revenue: int, net: int):
    said = lease({**BASE, **share(share="10%", greater_of=["base"])})
    assert nets(said, earning(revenue), "share") == [net]


def test_set_against_other_charges_it_is_settled_when_the_window_closes():
    said = lease({**BASE, **share(share="10%", greater_of=["base"], window="quarter")})
    # 10% of 6,000 is 600, and three months of rent are 300.
    assert nets(said, earning(4_000, 1_000, 1_000), "share") == [0, 0, 300]
    assert [line.quantity for line in lines(said, earning(1, 2, 3), "share")] == [1, 2, 3]


def test_the_floor_counts_before_it_is_set_against_other_charges():
    said = lease({**BASE, **share(share="10%", floor="130", greater_of=["base"])})
    assert nets(said, earning(1_000), "share") == [30]


def test_a_share_with_tax_inside():
    said = lease({**BASE, **share(share="21.2%", tax="included", greater_of=["base"])})
    [line] = lines(said, earning(1_000), "share", VAT_6)
    assert (line.net, line.vat) == (100, 6)


def test_neither_share_nor_bands_is_never_guessed():
    with pytest.raises(ValueError, match=r"leases\.anchor\.charges\.share"):
        lower_lease("anchor", lease(share()), kind=DECIMAL, defaults=NO_VAT)


def test_revenue_of_one_window_does_not_count_in_the_next():
    said = lease(share(share="10%", above="100", window="month"))
    assert nets(said, earning(150, 150), "share") == [5, Decimal(5)]
