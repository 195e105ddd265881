"""What holds for every dated loan, whatever its terms: nothing is lost between draw and payment."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lessor.core.numeric import DECIMAL, FLOAT, scan, total
from lessor.engine.debt.facility import facility_segment
from tests.forecast.loans import loan_deal, payments, prepared, ran

shares = st.decimals(0, 1, places=2).map(str)


@st.composite
def loans(draw):
    """Any loan that a deal file can write, with two draws in its first months."""
    profile = draw(
        st.sampled_from(
            ["level", "level_payment", "principal_table", "equal_principal", "bullet", "custom"]
        )
    )
    months = draw(st.integers(4, 36))
    repayment: dict[str, Any] = {
        "frequency": draw(st.sampled_from(["monthly", "quarterly"])),
        "timing": draw(st.sampled_from(["arrears", "advance"])),
        "interest_only": f"{draw(st.integers(0, 6))} months",
        "grace": f"{draw(st.integers(0, 3))} months",
        "balloon": draw(st.sampled_from(["0", "0.2"])),
        "negative_amortization": draw(st.sampled_from(["yes", "no"])),
    }
    if profile == "custom":
        repayment["steps"] = [{"after": "2 months", "share": "3%", "every": "monthly"}]
    rate = {
        "value": str(draw(st.decimals(0, Decimal("0.2"), places=3))),
        "basis": draw(st.sampled_from(["30/360", "actual/360", "actual/actual"])),
        "compounding": draw(st.sampled_from(["none", "monthly", "annual"])),
        "paid_in_kind": draw(st.sampled_from(["0", "0.3"])),
    }
    early = {
        "planned": [{"date": f"{draw(st.integers(1, 12))} months", "share": draw(shares)}],
        "reduces": draw(st.sampled_from(["pro_rata", "last", "next"])),
        "premium": [{"until": "36 months", "share": "1%"}],
    }
    convention = draw(st.sampled_from(["none", "following", "modified_preceding"]))
    dates = {
        "calendar": "sofr",
        "convention": convention,
        "accrual": draw(st.sampled_from(["adjusted", "unadjusted"])),
        "stub": draw(st.sampled_from(["short_last", "long_last", "short_first", "long_first"])),
    }
    return loan_deal(
        profile,
        until=f"{months} months",
        rate=rate,
        repayment=repayment,
        early=early,
        dates=draw(st.sampled_from([None, dates])),
        fees={"undrawn": "1%", "exit": "1%", "agency": "1200"},
        rounding=draw(st.sampled_from(["none", "cent"])),
    )


DRAWS = {"2026-01-15": "6_000_000", "2026-02-03": "4_000_000"}


@given(loans(), st.lists(st.integers(0, 2_000_000), min_size=90, max_size=90), st.booleans())
def test_every_unit_drawn_or_earned_is_paid_or_still_owed(deal, cash, is_short):
    loan = prepared(deal, DECIMAL, draws=DRAWS)
    inputs = [
        each._replace(cash_available=Decimal(limit) if is_short else None)
        for each, limit in zip(loan.inputs, cash, strict=False)
    ]
    flows, state = scan(facility_segment, loan.terms, loan.opening(), inputs)
    drawn = total(flow.drawn + flow.capitalised for flow in flows)
    repaid = total(flow.principal_paid + flow.prepaid for flow in flows)
    assert float(drawn - repaid) == pytest.approx(float(state.outstanding), abs=1e-6)
    settled = total(flow.interest_paid + flow.capitalised for flow in flows)
    earned = total(flow.interest_accrued for flow in flows)
    assert float(earned - settled) == pytest.approx(float(state.accrued), abs=1e-6)
    for flow in flows:
        for part in (flow.outstanding, flow.interest_paid, flow.principal_paid, flow.prepaid):
            assert part >= 0
        assert is_short or flow.shortfall == 0
    if not is_short:
        assert state.outstanding == 0
        assert state.fees == 0


@given(loans())
def test_decimals_and_floats_agree(deal):
    exact, quick = ran(deal, DECIMAL, draws=DRAWS), ran(deal, FLOAT, draws=DRAWS)
    # A cent that falls the other way at a half is a cent in a flow, and no more.
    slack = 0.011 if deal.facilities["senior"].rounding == "cent" else 1e-5
    for one, other in zip(payments(exact), payments(quick), strict=True):
        assert [float(each) for each in one] == pytest.approx(list(other), rel=1e-11, abs=slack)
