"""Any finance lease that passes the checks is quoted: figures or reasons, and sums that agree."""

import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lessor.forecast.quote import Quote, quote
from tests.forecast.leases import quoted_lease

PROFILES = ("level", "level_payment", "principal_table", "equal_principal", "bullet")
FREQUENCIES = ("monthly", "quarterly", "semiannual", "annual")


def shares(highest: int):
    return st.integers(0, highest).map(lambda each: f"{each}%")


@st.composite
def leases(draw) -> dict[str, Any]:
    """Any lease that a file can write, whole months or not."""
    months = draw(st.integers(1, 72))
    rental: dict[str, Any] = {
        "deposit": draw(shares(60)),
        "deposit_use": draw(st.sampled_from(("set_off", "returned"))),
        "service_fee": draw(shares(20)),
        "vat": draw(shares(17)),
        "vat_on": draw(st.sampled_from(("rent", "interest", "none"))),
        "vat_credited": draw(st.sampled_from(("yes", "no"))),
    }
    if draw(st.booleans()):
        rental["residual"] = {"share": draw(shares(50))}
    if draw(st.booleans()):
        rental["purchase_price"] = str(draw(st.integers(0, 20)))
    if draw(st.booleans()):
        rental["take_downs"] = [
            {"date": "2026-01-01", "amount": "70"},
            {"date": draw(st.sampled_from(("2026-01-15", "2026-02-01"))), "amount": "30"},
        ]
        months = max(months, 2)
    rate = {
        "value": f"{draw(st.integers(0, 4000)) / 100}%",
        "basis": draw(st.sampled_from(("30/360", "actual/360", "actual/365"))),
        "compounding": draw(st.sampled_from(("none", *FREQUENCIES))),
        "quoted": draw(st.sampled_from(("annual", "flat"))),
    }
    repayment = {
        "profile": draw(
            st.sampled_from(
                ("level", "level_payment", "principal_table", "equal_principal", "bullet")
            )
        ),
        "until": f"{months} months",
        "frequency": draw(st.sampled_from(FREQUENCIES)),
        "timing": draw(st.sampled_from(("arrears", "advance"))),
        "interest_only": f"{draw(st.integers(0, months - 1))} months",
        "grace": f"{draw(st.integers(0, 6))} months",
        "balloon": draw(shares(40)),
    }
    lease = {"rate": rate, "repayment": repayment, "rental": rental}
    return {**lease, "rounding": draw(st.sampled_from(("none", "cent")))}


def finite(value: Any) -> bool:
    if isinstance(value, dict):
        return all(map(finite, value.values()))
    if isinstance(value, list):
        return all(map(finite, value))
    return not isinstance(value, float) or math.isfinite(value)


@given(leases())
def test_any_lease_has_figures_or_reasons(said: dict[str, Any]):
    found, issues = quote(quoted_lease(**said))
    assert isinstance(found, Quote), issues
    document = found.as_json()
    json.dumps(document, allow_nan=False)
    assert finite(document)
    for name, value in found.figures.items():
        assert value is not None or found.notes[name], name
    rows = found.rows
    assert sum(row.principal for row in rows) + sum(row.residual for row in rows) == pytest.approx(
        sum(row.financed for row in rows) + sum(run_added(found)), rel=1e-6, abs=0.05
    )
    assert rows[-1].outstanding == pytest.approx(0, abs=0.05)


def run_added(found: Quote) -> list[float]:
    """Interest that was added to what is owed, instead of being paid."""
    return [float(row.rent.added) for run in found.take_downs for row in run.rows]
