"""Loans paid on business days: their days, year fractions, and the schedules of banks."""

from datetime import date
from decimal import Decimal
from itertools import pairwise

import numpy as np
import pytest

from lessor.core.numeric import DECIMAL, FLOAT, total
from lessor.forecast.funding import run_facility
from lessor.forecast.paths import PathsKind
from tests.cases.oracle import thirty360
from tests.forecast.loans import BUSINESS, loan_deal, payment_days, payments, prepared, ran, service

DATES = {**BUSINESS, "accrual": "adjusted"}


@pytest.mark.parametrize("kind", [FLOAT, DECIMAL])
@pytest.mark.parametrize(
    ("profile", "payment", "second", "interest"),
    [
        ("principal_table", None, 77_746.41784522, 2_937_549.65810304),
        ("level_payment", 214_939.00378117, 77_815.32409522, 2_954_296.41181616),
        ("level", 215_674.57373639, None, 2_940_474.42418338),
    ],
)
def test_a_loan_of_ten_million_over_60_months(profile, payment, second, interest, kind):
    run = ran(loan_deal(profile, dates=DATES), kind)
    flows = payments(run)
    assert payment_days(run)[:2] == [date(2026, 2, 17), date(2026, 3, 16)]
    assert payment_days(run)[-1] == date(2031, 1, 15)
    assert float(flows[0].interest_paid) == pytest.approx(96_250, rel=1e-12)
    assert float(total(f.interest_paid for f in flows)) == pytest.approx(interest, rel=1e-12)
    assert float(total(f.principal_paid for f in flows)) == pytest.approx(1e7, rel=1e-12)
    if second is not None:
        assert float(flows[1].interest_paid) == pytest.approx(second, rel=1e-12)
    if payment is not None:
        assert [float(service(f)) for f in flows[:-1]] == pytest.approx([payment] * 59, rel=1e-12)


def test_the_last_level_payment_trues_up():
    flows = payments(ran(loan_deal("level_payment", dates=DATES)))
    assert service(flows[-1]) - service(flows[0]) == pytest.approx(57_956.18494572, rel=1e-9)


def test_the_first_principals_of_a_table_are_those_of_equal_months():
    flows = payments(ran(loan_deal("principal_table", dates=DATES)))
    rate = 0.105 / 12
    payment = 1e7 * rate / (1 - (1 + rate) ** -60)
    first = payment - 1e7 * rate
    assert [f.principal_paid for f in flows[:-1]] == pytest.approx(
        [first * (1 + rate) ** k for k in range(59)]
    )


def test_an_accrual_that_is_not_adjusted_counts_to_the_15th_and_pays_later():
    run = ran(loan_deal("bullet", until="3 months", dates={**BUSINESS, "accrual": "unadjusted"}))
    assert payment_days(run) == [date(2026, 2, 17), date(2026, 3, 16), date(2026, 4, 15)]
    days = [31, 28, 31]
    assert [f.interest_paid for f in payments(run)] == pytest.approx(
        [1e7 * 0.105 * each / 360 for each in days]
    )


@pytest.mark.parametrize(
    ("stub", "days"),
    [
        ("short_last", ["2026-04-15", "2026-07-15", "2026-09-01"]),
        ("long_last", ["2026-04-15", "2026-09-01"]),
        ("short_first", ["2026-03-01", "2026-06-01", "2026-09-01"]),
        ("long_first", ["2026-06-01", "2026-09-01"]),
    ],
)
def test_stubs_stand_where_they_are_said_to(stub, days):
    deal = loan_deal(
        "bullet",
        until="2026-09-01",
        repayment={"frequency": "quarterly"},
        dates={"stub": stub},
    )
    assert [day.isoformat() for day in payment_days(ran(deal))] == days


def test_a_first_payment_and_a_maturity_that_are_named_stay_and_ends_of_months_roll():
    deal = loan_deal(
        "equal_principal",
        until="2026-06-15",
        dates={"first_payment": "2026-02-28", "end_of_month": "yes"},
    )
    run = ran(deal)
    assert [day.isoformat() for day in payment_days(run)] == [
        "2026-02-28",
        "2026-03-31",
        "2026-04-30",
        "2026-05-31",
        "2026-06-15",
    ]
    assert [f.principal_paid for f in payments(run)] == pytest.approx([2e6] * 5)


def test_parts_of_a_period_sum_to_the_whole():
    # 30/360 from 30 Jan: the grid cuts the period at the 15th, the bank does not.
    deal = loan_deal(
        "bullet",
        until="6 months",
        rate={"basis": "30/360"},
        dates={"first_payment": "2026-01-31"},
    )
    run = ran(deal)
    days = [date(2026, 1, 15), *payment_days(run)]
    # 31 Jan to 28 Feb is 28 days of 360, 28 Feb to 31 Mar is 33, 31 Mar to 30 Apr is 30.
    wholes = [thirty360(start, end) for start, end in pairwise(days)]
    assert [round(whole * 360) for whole in wholes[:4]] == [16, 28, 33, 30]
    assert [f.interest_paid / 1e7 / 0.105 for f in payments(run)] == pytest.approx(wholes)


def test_the_grid_changes_nothing():
    # The same loan beside a longer plan, whose months cut its periods all the same.
    deal = loan_deal(dates=DATES, until="24 months")
    longer = deal.model_copy(update={"horizon": date(2032, 1, 1)})
    one, other = ran(deal), ran(longer)
    assert [f.interest_paid for f in payments(one)] == [f.interest_paid for f in payments(other)]
    assert other.flows[-1].outstanding == 0
    assert len(other.flows) == 72


def test_months_of_the_plan_sum_the_segments():
    run = ran(loan_deal(dates=DATES))
    assert len(run.flows) == 60
    for part in ("interest_accrued", "interest_paid", "principal_paid"):
        assert total(getattr(f, part) for f in run.flows) == pytest.approx(
            total(getattr(f, part) for f in run.segment_flows)
        )
    # 17 February falls in the month of the plan that begins on the 15th.
    assert run.flows[0].principal_paid == 0 and run.flows[1].principal_paid > 0


def test_a_plan_that_ends_before_the_loan_repays_it_in_full():
    deal = loan_deal(dates=DATES).model_copy(update={"horizon": date(2027, 1, 15)})
    run = ran(deal)
    last = run.segment_flows[-1]
    assert last.prepaid > 8_000_000 and last.outstanding == 0


def test_payments_in_advance_begin_at_closing():
    deal = loan_deal(until="12 months", repayment={"timing": "advance"}, rate={"basis": "30/360"})
    run = ran(deal)
    flows = payments(run)
    rate = 0.105 / 12
    payment = 1e7 / (1 + (1 - (1 + rate) ** -11) / rate)
    assert len(flows) == 12
    assert payment_days(run)[0] == date(2026, 1, 15)
    assert flows[0].interest_paid == 0
    assert [service(f) for f in flows] == pytest.approx([payment] * 12)


@pytest.mark.parametrize("profile", ["level_payment", "principal_table"])
def test_payments_in_advance_of_whole_periods(profile):
    deal = loan_deal(
        profile, until="12 months", repayment={"timing": "advance"}, rate={"basis": "30/360"}
    )
    rate = 0.105 / 12
    payment = 1e7 / (1 + (1 - (1 + rate) ** -11) / rate)
    assert [service(f) for f in payments(ran(deal))] == pytest.approx([payment] * 12)


def test_a_balloon_in_advance_falls_at_maturity():
    deal = loan_deal(
        until="12 months",
        repayment={"timing": "advance", "balloon": "30%"},
        rate={"basis": "30/360"},
    )
    flows = payments(ran(deal))
    assert len(flows) == 13
    rate = 0.105 / 12
    worth = sum(service(f) / (1 + rate) ** k for k, f in enumerate(flows))
    assert worth == pytest.approx(1e7)
    assert service(flows[-1]) == pytest.approx(3e6)
    assert [service(f) for f in flows[:-1]] == pytest.approx([service(flows[0])] * 12)


def test_a_level_loan_over_a_longer_time_leaves_the_rest_to_maturity():
    deal = loan_deal(repayment={"amortization": "120 months"}, rate={"basis": "30/360"})
    flows = payments(ran(deal))
    rate = 0.105 / 12
    payment = 1e7 * rate / (1 - (1 + rate) ** -120)
    assert [service(f) for f in flows[:-1]] == pytest.approx([payment] * 59)
    left = 1e7 * (1 + rate) ** 59 - payment * ((1 + rate) ** 59 - 1) / rate
    assert flows[-1].principal_paid == pytest.approx(left)


@pytest.mark.parametrize("dates", [None, {"first_payment": "2026-02-15"}])
def test_equal_principal_over_a_longer_time(dates):
    deal = loan_deal("equal_principal", repayment={"amortization": "120 months"}, dates=dates)
    flows = payments(ran(deal))
    assert [f.principal_paid for f in flows] == pytest.approx([1e7 / 120] * 59 + [1e7 * 61 / 120])


def test_a_grace_adds_interest_to_principal():
    deal = loan_deal(
        "equal_principal",
        until="12 months",
        repayment={"grace": "6 months"},
        rate={"basis": "30/360"},
    )
    flows = payments(ran(deal))
    grown = 1e7 * (1 + 0.105 / 12) ** 6
    assert [service(f) for f in flows[:6]] == [0] * 6
    assert flows[5].outstanding == pytest.approx(grown)
    assert [f.principal_paid for f in flows[6:]] == pytest.approx([grown / 6] * 6)


def test_negative_amortization_is_a_term():
    said = {"payment": "50_000", "negative_amortization": "yes"}
    deal = loan_deal("level_payment", until="3 months", repayment=said, rate={"basis": "30/360"})
    flows = payments(ran(deal))
    assert [service(f) for f in flows[:2]] == [50_000, 50_000]
    assert flows[1].outstanding == pytest.approx((1e7 * 1.00875 - 50_000) * 1.00875 - 50_000)
    kept = loan_deal(
        "level_payment", until="3 months", repayment={"payment": "50_000"}, rate={"basis": "30/360"}
    )
    assert [(f.interest_paid, f.principal_paid) for f in payments(ran(kept))[:2]] == [
        (pytest.approx(87_500), 0),
        (pytest.approx(87_500), 0),
    ]


def test_rows_repeat_until_the_next_and_the_rest_falls_at_maturity():
    steps = [
        {"after": "2026-06-28", "share": "5%", "every": "quarterly"},
        {"after": "2027-06-28", "amount": "600_000", "every": "quarterly"},
    ]
    deal = loan_deal(
        "custom",
        closing="2026-03-28",
        until="2028-03-28",
        repayment={"frequency": "quarterly", "steps": steps},
        dates={"first_payment": "2026-06-28"},
    )
    paid = [f.principal_paid for f in payments(ran(deal))]
    assert paid == [5e5] * 4 + [6e5] * 3 + [pytest.approx(1e7 - 4 * 5e5 - 3 * 6e5)]


def test_a_sculpted_loan_leaves_its_cover_on_every_date():
    deal = loan_deal(
        "sculpted", until="12 months", repayment={"dscr": "1.25"}, rate={"basis": "30/360"}
    )
    cfads = [1_000_000.0 + 20_000 * month for month in range(12)]
    loan = prepared(deal).sculpted(cfads)
    flows = payments(run_facility(loan))
    assert [each / service(f) for each, f in zip(cfads[:-1], flows[:-1], strict=True)] == (
        pytest.approx([1.25] * 11)
    )
    assert flows[-1].outstanding == 0


def test_the_greatest_of_several_is_due():
    deal = loan_deal(
        "custom", until="4 months", repayment={"steps": [{"after": "1 months", "share": "10%"}]}
    )
    loan = prepared(deal)
    last = loan.payments[1]
    flows = payments(run_facility(loan.with_ceilings({last: (7_000_000.0, 6_500_000.0)})))
    assert [f.principal_paid for f in flows] == [1e6, 2.5e6, 0, 6.5e6]


def test_draws_within_a_period_bear_interest_from_their_day():
    deal = loan_deal("bullet", until="3 months", dates={"first_payment": "2026-02-15"})
    run = ran(deal, draws={"2026-01-15": "4_000_000", "2026-01-25": "6_000_000"})
    first = payments(run)[0]
    assert first.interest_paid == pytest.approx(0.105 / 360 * (4e6 * 31 + 6e6 * 21))


@pytest.mark.parametrize("profile", ["level", "level_payment", "equal_principal"])
def test_every_path_of_a_rate_is_the_loan_run_alone(profile):
    def floating(ahead: str):
        market = {
            "observed": [{"date": "2026-01-01", "rate": "4%"}],
            "forward": [{"date": "2026-06-01", "rate": ahead}],
        }
        hedge = {"share": "50%", "rate": "4%"}
        rate = {"index": "SOFR", "spread": "2%", "floor": "3%", "hedge": hedge}
        return loan_deal(profile, until="12 months", rates={"SOFR": market}, rate=rate, dates=DATES)

    rates = np.array([0.02, 0.05, 0.08])
    together = ran(floating("4.5%"), PathsKind({"rates.SOFR.forward[0].rate": rates}))
    for path, rate in enumerate(rates):
        alone = ran(floating(str(rate)))
        for many, one in zip(together.segment_flows, alone.segment_flows, strict=True):
            own = [np.broadcast_to(each, 3)[path] for each in many]
            assert own == pytest.approx(list(one), rel=1e-12, abs=1e-6)


@pytest.mark.parametrize("profile", ["level", "level_payment", "principal_table", "custom"])
def test_decimal_and_float_agree(profile):
    steps = (
        [{"after": "1 months", "share": "2%", "every": "monthly"}] if profile == "custom" else []
    )
    deal = loan_deal(
        profile,
        dates=DATES,
        repayment={"steps": steps},
        fees={"undrawn": "0.5%", "exit": "1%", "agency": "12_000"},
        rounding="cent",
    )
    draws = {"2026-01-15": "6_000_000", "2026-04-20": "3_000_000"}
    exact, quick = ran(deal, DECIMAL, draws=draws), ran(deal, FLOAT, draws=draws)
    for one, other in zip(exact.segment_flows, quick.segment_flows, strict=True):
        assert [float(each) for each in one] == pytest.approx(list(other), rel=1e-12, abs=1e-6)
    assert all(
        flow.interest_paid == flow.interest_paid.quantize(Decimal("0.01"))
        for flow in payments(exact)
    )
