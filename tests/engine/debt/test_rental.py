"""What a finance lease moves beside its rents, date by date."""

from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from lessor.core.numeric import DECIMAL, FLOAT, Kind, scan
from lessor.engine.debt.rental import (
    RentalFlows,
    RentalInputs,
    lower_rental,
    opening_rental,
    rental_date,
)
from tests.engine.debt.loans import facility


def moved(rents: list[int], *, kind: Kind = DECIMAL, **rental: object) -> list[RentalFlows]:
    """A lease of 100 whose rents each hold interest of 1."""
    loan = facility(kind="direct_lease", rental=rental)
    terms = lower_rental("lease", loan, kind.given(100), kind=kind, convert=lambda x, _: x)
    dates = [0, *rents]
    inputs = [
        RentalInputs(
            financed=kind.given(100 if place == 0 else 0),
            rent=kind.given(rent),
            interest=kind.given(1 if rent else 0),
            later_rents=kind.given(sum(dates[place + 1 :])),
            end_share=kind.given(int(place == len(rents))),
            is_end=place == len(rents),
        )
        for place, rent in enumerate(dates)
    ]
    return scan(rental_date, terms, opening_rental(terms), inputs)[0]


def test_deposit_and_fee_are_paid_with_the_drawdown():
    flows = moved([40, 40, 40], deposit="5%", service_fee="2%")
    assert [flow.deposit_paid for flow in flows] == [5, 0, 0, 0]
    assert [flow.service_fee for flow in flows] == [2, 0, 0, 0]
    assert [flow.deposit_held for flow in flows] == [5, 5, 5, 0]


@pytest.mark.parametrize(
    ("deposit", "set_off"),
    [
        ("5%", [0, 0, 0, 5]),
        ("40%", [0, 0, 0, 40]),
        ("50%", [0, 0, 10, 40]),
        ("90%", [0, 10, 40, 40]),
    ],
)
def test_a_deposit_pays_the_last_rents(deposit, set_off):
    flows = moved([40, 40, 40], deposit=deposit)
    assert [flow.deposit_set_off for flow in flows] == set_off
    assert [flow.deposit_returned for flow in flows] == [0, 0, 0, 0]


def test_what_rents_leave_of_a_deposit_comes_back():
    assert [f.deposit_returned for f in moved([10, 10], deposit="30%")] == [0, 0, 10]
    returned = moved([40, 40], deposit="30%", deposit_use="returned")
    assert [f.deposit_set_off for f in returned] == [0, 0, 0]
    assert [f.deposit_returned for f in returned] == [0, 0, 30]


def test_purchase_price_and_residual_fall_on_the_end():
    flows = moved([40, 40], purchase_price="7", residual={"share": "20%"})
    assert [(f.purchase_price, f.residual) for f in flows] == [(0, 0), (0, 0), (7, 20)]
    assert moved([40], residual={"amount": "9"})[1].residual == 9


@pytest.mark.parametrize(("on", "vat"), [("rent", [0, 4, 4]), ("interest", [0, "0.1", "0.1"])])
def test_vat_stands_on_the_rent_or_on_the_interest(on, vat):
    flows = moved([40, 40], vat="10%", vat_on=on)
    assert [flow.vat for flow in flows] == [Decimal(each) for each in vat]
    assert [flow.vat_credited for flow in flows] == [flow.vat for flow in flows]
    kept = moved([40, 40], vat="10%", vat_on=on, vat_credited="no")
    assert [flow.vat_credited for flow in kept] == [0, 0, 0]


def test_floats_and_decimals_agree():
    said: dict[str, Any] = {
        "deposit": "50%",
        "service_fee": "1.5%",
        "vat": "6%",
        "vat_on": "interest",
    }
    exact, quick = moved([40, 40, 40], **said), moved([40, 40, 40], kind=FLOAT, **said)
    assert np.allclose(np.array(exact, dtype=float), np.array(quick), rtol=1e-14)


def test_each_path_has_the_deposit_set_off_against_its_own_rents():
    loan = facility(kind="direct_lease", rental={"deposit": "50%"})
    terms = lower_rental("lease", loan, 100.0, kind=FLOAT, convert=lambda x, _: x)
    rents = np.array([40.0, 60.0])
    first = RentalInputs(100.0, 0.0, 0.0, 2 * rents, 0.0, False)
    middle = RentalInputs(0.0, rents, 0.0, rents, 0.0, False)
    last = RentalInputs(0.0, rents, 0.0, 0.0 * rents, 1.0, True)
    flows, _ = scan(rental_date, terms, opening_rental(terms), [first, middle, last])
    assert flows[1].deposit_set_off.tolist() == [10, 0]
    assert flows[2].deposit_set_off.tolist() == [40, 50]
    assert flows[2].deposit_returned.tolist() == [0, 0]
