"""Rates, fees, early repayment, rounding and draws of loans, worked by hand."""

from datetime import date
from decimal import Decimal

import pytest

from lessor.core.numeric import DECIMAL, FLOAT, total
from lessor.engine.debt.facility import (
    accrue_segment,
    facility_segment,
    settle_segment,
)
from lessor.forecast.funding import run_facility
from tests.forecast.loans import loan_deal, payment_days, payments, prepared, ran, service

THIRTY = {"basis": "30/360", "compounding": "none"}


def sofr(*points: tuple[str, str], forward: tuple[tuple[str, str], ...] = ()):
    def told(rows):
        return [{"date": day, "rate": rate} for day, rate in rows]

    return {"SOFR": {"observed": told(points), "forward": told(forward)}}


def rates_of(run) -> list[float]:
    return [run.prepared.rates[index] for index in run.prepared.payments]


def floating(until: str = "6 months", **rate):
    market = sofr(
        ("2026-01-01", "4%"),
        ("2026-02-15", "3%"),
        forward=(("2026-02-01", "9%"), ("2026-04-01", "5%"), ("2026-05-20", "6%")),
    )
    return loan_deal("bullet", until=until, rates=market, rate={"index": "SOFR", **THIRTY, **rate})


def test_observed_rates_come_before_the_forward_path():
    run = ran(floating(spread="2%"))
    assert rates_of(run) == pytest.approx([0.06, 0.05, 0.05, 0.07, 0.07, 0.08])


def test_floor_and_cap_limit_the_market_rate_not_the_spread():
    run = ran(floating(spread="2%", floor="3.5%", cap="5.5%", multiplier="1"))
    assert rates_of(run) == pytest.approx([0.06, 0.055, 0.055, 0.07, 0.07, 0.075])
    assert rates_of(ran(floating(spread="2%", multiplier="0.5"))) == pytest.approx(
        [0.04, 0.035, 0.035, 0.045, 0.045, 0.05]
    )


def test_a_hedged_share_pays_the_fixed_rate_until_it_ends():
    hedge = {"share": "80%", "rate": "4%", "until": "3 months"}
    run = ran(floating(spread="2%", hedge=hedge))
    assert rates_of(run) == pytest.approx([0.06, 0.058, 0.058, 0.07, 0.07, 0.08])


def test_a_rate_is_reset_as_often_as_it_says():
    assert rates_of(ran(floating(reset="quarterly"))) == pytest.approx([0.04] * 3 + [0.05] * 3)
    by_quarter = loan_deal(
        "bullet",
        until="6 months",
        rates=sofr(("2026-01-01", "4%"), forward=(("2026-02-01", "5%"),)),
        rate={"index": "SOFR", "reset": "monthly", **THIRTY},
        repayment={"frequency": "quarterly"},
    )
    first = payments(ran(by_quarter))[0]
    assert first.interest_paid == pytest.approx(1e7 * (0.04 + 0.05 + 0.05) / 12)


def test_a_lag_reads_the_rate_on_an_earlier_business_day():
    market = sofr(("2026-01-01", "4%"), ("2026-02-12", "5%"), ("2026-02-16", "6%"))
    # The period begins on Tuesday the 17th, after Presidents' Day: two business days before is
    # Thursday the 12th.
    deal = loan_deal(
        "bullet",
        until="3 months",
        rates=market,
        rate={"index": "SOFR", "lag_days": 2, **THIRTY},
        dates={"calendar": "sofr", "convention": "following"},
    )
    assert rates_of(ran(deal)) == pytest.approx([0.04, 0.05, 0.06])


def test_steps_add_up_from_their_days():
    steps = [{"from": "2 months", "add": "1%"}, {"from": "2026-05-15", "add": "0.5%"}]
    run = ran(loan_deal("bullet", until="6 months", rate={"steps": steps, **THIRTY}))
    assert rates_of(run) == pytest.approx([0.105] * 2 + [0.115] * 2 + [0.12] * 2)


def test_a_step_inside_a_period_counts_from_its_day():
    steps = [{"from": "2026-01-25", "add": "1%"}]
    deal = loan_deal(
        "bullet",
        until="2 months",
        rate={"steps": steps, "compounding": "none"},
        dates={"first_payment": "2026-02-15"},
    )
    first = payments(ran(deal))[0]
    assert first.interest_paid == pytest.approx(1e7 / 360 * (10 * 0.105 + 21 * 0.115))


def test_interest_in_kind_becomes_principal():
    deal = loan_deal("bullet", until="3 months", rate={"paid_in_kind": "40%", **THIRTY})
    flows = payments(ran(deal))
    month = 0.105 / 12
    assert flows[0].interest_paid == pytest.approx(1e7 * month * 0.6)
    assert flows[1].outstanding == pytest.approx(1e7 * (1 + month * 0.4) ** 2)
    assert service(flows[2]) == pytest.approx(1e7 * (1 + month * 0.4) ** 2 * (1 + month))


def test_a_floating_level_payment_is_found_anew_with_the_rate():
    market = sofr(("2026-01-01", "6%"), forward=(("2026-03-15", "9%"),))
    deal = loan_deal(until="4 months", rates=market, rate={"index": "SOFR", **THIRTY})
    flows = payments(ran(deal))
    first = 1e7 * 0.005 / (1 - 1.005**-4)
    left = 1e7 * 1.005**2 - first * 2.005
    second = left * 0.0075 / (1 - 1.0075**-2)
    assert [service(f) for f in flows] == pytest.approx([first, first, second, second])


def test_interest_quoted_flat_is_on_the_original_principal():
    deal = loan_deal(until="10 months", rate={"value": "6%", "quoted": "flat", **THIRTY})
    assert [service(f) for f in payments(ran(deal))] == pytest.approx([1e6 + 50_000] * 10)


def test_fees_fall_due_with_interest():
    deal = loan_deal(
        "bullet",
        until="6 months",
        rate=THIRTY,
        fees={"undrawn": "1%", "agency": "12_000", "exit": "2%"},
        availability={"until": "3 months"},
    )
    run = ran(deal, draws={"2026-01-15": "4_000_000", "2026-02-15": "3_000_000"})
    fees = [flow.fees_paid for flow in payments(run)]
    undrawn = [6e6 * 0.01 / 12, 3e6 * 0.01 / 12, 3e6 * 0.01 / 12, 0, 0, 0]
    leaving = [0, 0, 0, 0, 0, 0.02 * 7e6]
    assert fees == pytest.approx(
        [1000 + one + other for one, other in zip(undrawn, leaving, strict=True)]
    )


@pytest.mark.parametrize(
    ("reduces", "principal"),
    [
        # 10m in ten parts; 3m is repaid early with the second.
        ("pro_rata", [1e6, 1e6] + [625_000] * 8),
        ("last", [1e6, 1e6] + [1e6] * 5 + [0, 0, 0]),
        ("next", [1e6, 1e6, 0, 0, 0] + [1e6] * 5),
    ],
)
@pytest.mark.parametrize("profile", ["equal_principal", "custom"])
def test_what_is_repaid_early_reduces_later_payments(profile, reduces, principal):
    rows = [{"after": "1 months", "share": "10%", "every": "monthly"}]
    deal = loan_deal(
        profile,
        until="10 months",
        repayment={"steps": rows if profile == "custom" else []},
        early={"planned": [{"date": "2 months", "amount": "3_000_000"}], "reduces": reduces},
    )
    flows = payments(ran(deal))
    assert [f.principal_paid for f in flows] == pytest.approx(principal)
    assert [f.prepaid for f in flows] == pytest.approx([0, 3e6] + [0] * 8)


@pytest.mark.parametrize("profile", ["level", "level_payment", "principal_table"])
def test_a_level_loan_repaid_early_in_part(profile):
    def paid(reduces):
        early = {"planned": [{"date": "2 months", "share": "25%"}], "reduces": reduces}
        deal = loan_deal(profile, until="10 months", rate=THIRTY, early=early)
        return payments(ran(deal))

    month = 0.105 / 12
    payment = 1e7 * month / (1 - (1 + month) ** -10)
    left = 1e7 * (1 + month) ** 2 - payment * (2 + month)
    flows = paid("pro_rata")
    assert flows[1].prepaid == pytest.approx(left / 4)
    assert [service(f) for f in flows[2:]] == pytest.approx([payment * 0.75] * 8)
    if profile != "principal_table":
        # The payment stays, and the loan ends sooner.
        kept = [service(f) for f in paid("last")]
        assert kept[:7] == pytest.approx([payment] * 7)
        assert kept[-1] == 0
    assert total(f.principal_paid + f.prepaid for f in paid("next")) == pytest.approx(1e7)


def test_a_make_whole_pays_the_worth_of_what_is_forgone():
    early = {
        "planned": [{"date": "1 months", "share": "100%"}],
        "make_whole_until": "2 months",
        "make_whole_rate": "6%",
    }
    flows = payments(ran(loan_deal("bullet", until="3 months", rate=THIRTY, early=early)))
    coupon, half = 1e7 * 0.105 / 12, 1.005
    worth = coupon / half + (coupon + 1e7) / half**2
    assert flows[0].premium_paid == pytest.approx(worth - 1e7)
    assert flows[0].outstanding == 0


def test_a_make_whole_is_never_below_nothing_and_a_premium_declines():
    early = {
        "planned": [{"date": f"{month} months", "amount": "1_000_000"} for month in (1, 3, 5)],
        "make_whole_until": "2 months",
        "make_whole_rate": "20%",
        "premium": [{"until": "4 months", "share": "2%"}, {"until": "8 months", "share": "1%"}],
    }
    flows = payments(ran(loan_deal("bullet", until="9 months", rate=THIRTY, early=early)))
    assert [f.premium_paid for f in flows] == pytest.approx([0, 0, 20_000, 0, 10_000] + [0] * 4)


def test_an_equal_principal_in_cents_trues_up_once():
    deal = loan_deal(
        "equal_principal", until="12 months", principal="1_234_567.89", rounding="cent"
    )
    paid = [f.principal_paid for f in payments(ran(deal, DECIMAL))]
    assert paid == [Decimal("102880.66")] * 11 + [Decimal("102880.63")]


@pytest.mark.parametrize("kind", [FLOAT, DECIMAL])
@pytest.mark.parametrize("profile", ["level", "level_payment"])
def test_level_payments_in_cents_true_up_in_the_last(profile, kind):
    deal = loan_deal(profile, rate=THIRTY, rounding="cent")
    flows = payments(ran(deal, kind))
    assert [round(float(service(f)), 6) for f in flows[:-1]] == [214_939.0] * 59
    assert float(service(flows[-1])) == pytest.approx(214_939.0, abs=0.6)
    for flow in flows:
        for part in (flow.interest_paid, flow.principal_paid, flow.outstanding):
            assert round(float(part), 2) == pytest.approx(float(part), abs=1e-9)
    assert flows[-1].outstanding == 0


def test_interest_of_half_a_cent_is_rounded_up():
    deal = loan_deal("bullet", until="1 months", principal="1_002", rate={"value": "6%", **THIRTY})
    exact = deal.model_copy(
        update={
            "facilities": {
                "senior": deal.facilities["senior"].model_copy(update={"rounding": "cent"})
            }
        }
    )
    # 1,002 x 6% / 12 = 5.01; of 1,001 it is 5.005.
    assert payments(ran(exact))[0].interest_paid == 5.01
    half = loan_deal(
        "bullet",
        until="1 months",
        principal="1_001",
        rate={"value": "6%", **THIRTY},
        rounding="cent",
    )
    assert payments(ran(half))[0].interest_paid == 5.01
    assert payments(ran(half, DECIMAL))[0].interest_paid == Decimal("5.01")


def test_a_loan_made_earlier_starts_with_its_balance():
    rows = [{"after": "3 months", "share": "5%", "every": "quarterly"}]
    deal = loan_deal(
        "custom",
        until="12 months",
        principal="2_300",
        balance="2_012.5",
        repayment={"frequency": "quarterly", "steps": rows},
    )
    flows = payments(ran(deal, DECIMAL, draws={"2026-01-15": "2012.5"}))
    assert [f.principal_paid for f in flows] == [115, 115, 115, Decimal("1667.5")]


def test_a_waterfall_may_pay_less_and_sweep_more():
    loan = prepared(loan_deal("equal_principal", until="4 months", rate=THIRTY), DECIMAL)
    state = loan.opening()
    month = Decimal("0.105") / 12
    due, owed = accrue_segment(loan.terms, state, loan.inputs[0])
    assert (due.principal, due.early) == (2_500_000, 0)
    assert due.interest == pytest.approx(10_000_000 * month)
    short = due._replace(interest=due.interest - 500, principal=Decimal(1_000_000))
    flows, state = settle_segment(loan.terms, owed, due, short, loan.inputs[0])
    assert (flows.shortfall, state.arrears, state.overdue) == (1_500_500, 500, 1_500_000)
    due, owed = accrue_segment(loan.terms, state, loan.inputs[1])
    # What was not paid is due again; simple interest bears none.
    assert float(due.interest) == pytest.approx(float(9_000_000 * month + 500))
    assert due.principal == 1_500_000 + 2_500_000
    swept = due._replace(early=Decimal(1_000_000))
    flows, state = settle_segment(loan.terms, owed, due, swept, loan.inputs[1])
    assert (flows.prepaid, flows.shortfall, state.outstanding) == (1_000_000, 0, 4_000_000)
    flows, state = facility_segment(loan.terms, state, loan.inputs[2])
    assert flows.principal_paid == 2_000_000


def test_days_of_a_loan_past_the_end_of_its_calendar_month():
    deal = loan_deal(
        "bullet",
        closing="2026-01-31",
        until="3 months",
        dates={"calendar": "nyse", "convention": "modified_following"},
    )
    # 28 February is a Saturday, 31 March a Tuesday.
    assert payment_days(ran(deal)) == [date(2026, 2, 27), date(2026, 3, 31), date(2026, 4, 30)]


def test_an_agent_is_paid_by_whole_months_at_ends_of_months():
    deal = loan_deal(
        "bullet",
        closing="2026-01-31",
        until="2026-04-30",
        dates={"end_of_month": "yes"},
        fees={"agency": "12_000"},
    )
    assert [f.fees_paid for f in payments(run_facility(prepared(deal)))] == pytest.approx(
        [1000] * 3
    )
