"""Loans that change how often they pay: advance, compounding, resets, waterfalls, by hand."""

from datetime import date
from typing import Any

import pytest

from lessor.core.numeric import DECIMAL, FLOAT
from lessor.forecast.cashflow import STREAMS
from lessor.forecast.loan_book import loan_book
from lessor.forecast.plan import run_plan
from lessor.forecast.trace_rows import trace_of
from tests.forecast.deals import built
from tests.forecast.loans import loan_deal, payment_days, payments, ran, service
from tests.forecast.test_loan_terms import sofr

YEARLY = [{"from": "12 months", "frequency": "quarterly"}]
PLAIN = {"value": "12%", "basis": "30/360", "compounding": "none"}


def stepped(profile: str = "level", *, until: str = "24 months", **said: Any):
    """1,000 at 12% for two years, monthly for the first and quarterly for the second."""
    repayment = {"frequency_steps": YEARLY, **said.pop("repayment", {})}
    rate = PLAIN | said.pop("rate", {})
    return loan_deal(
        profile, until=until, principal="1_000", rate=rate, repayment=repayment, **said
    )


@pytest.mark.parametrize("kind", [FLOAT, DECIMAL])
@pytest.mark.parametrize("profile", ["level", "level_payment"])
def test_payments_in_advance_of_months_and_quarters_are_all_equal(profile, kind):
    run = ran(stepped(profile, repayment={"timing": "advance"}), kind)
    days, flows = payment_days(run), payments(run)
    assert days[0] == date(2026, 1, 15)
    assert days[11:14] == [date(2026, 12, 15), date(2027, 1, 15), date(2027, 4, 15)]
    assert days[-1] == date(2027, 10, 15)
    paid = [float(service(flow)) for flow in flows]
    worth, factor = 0.0, 1.0
    for months in [1] * 12 + [3] * 4:
        worth += factor
        factor /= 1 + 0.01 * months
    assert paid == pytest.approx([1000 / worth] * 16)


def test_a_table_in_advance_leaves_its_balloon():
    said = {"timing": "advance", "balloon": "30%"}
    flows = payments(ran(stepped("principal_table", repayment=said)))
    # The payments are equal: the worth of 1,000 less that of 300 after 12 months and 4 quarters.
    worth, factor = 0.0, 1.0
    for months in [1] * 12 + [3] * 4:
        worth += factor
        factor /= 1 + 0.01 * months
    shares = 1 / worth
    left = 700.0
    for place, months in enumerate([0] + [1] * 12 + [3] * 3):
        repaid = 700 * shares - left * 0.01 * months
        assert flows[place].principal_paid == pytest.approx(repaid)
        left -= repaid
    assert flows[-1].principal_paid == pytest.approx(300)


def test_a_rate_that_compounds_by_the_quarter_grows_as_a_power_in_months():
    flows = payments(ran(stepped("bullet", rate={"compounding": "quarterly"})))
    assert [flow.interest_paid for flow in flows[:12]] == pytest.approx(
        [1000 * (1.03 ** (1 / 3) - 1)] * 12
    )
    assert [flow.interest_paid for flow in flows[12:]] == pytest.approx([30.0] * 4)


def test_a_rate_that_compounds_by_the_month_does_so_within_the_quarters():
    dated: dict[str, Any] = {"dates": {"first_payment": "2026-02-15"}}
    for dates in ({}, dated):
        flows = payments(ran(stepped("bullet", rate={"compounding": "monthly"}, **dates)))
        assert [flow.interest_paid for flow in flows[:12]] == pytest.approx([10.0] * 12)
        assert [flow.interest_paid for flow in flows[12:]] == pytest.approx(
            [1000 * (1.01**3 - 1)] * 4
        )


@pytest.mark.parametrize(
    ("change", "read"),
    [
        ("6 months", ["2026-01-15", "2026-07-15", "2027-01-15", "2027-07-15"]),
        # Four months, then quarters: six months have gone by after seven, on a payment date.
        ("4 months", ["2026-01-15", "2026-08-15", "2027-02-15", "2027-08-15"]),
    ],
)
def test_a_reset_longer_than_the_periods_comes_when_its_months_have_gone_by(change, read):
    days = [f"{2026 + (month // 12)}-{month % 12 + 1:02}-01" for month in range(24)]
    market = sofr(*((day, f"{month + 1}%") for month, day in enumerate(days)))
    deal = loan_deal(
        "bullet",
        until="24 months",
        rates=market,
        rate={"index": "SOFR", "reset": "semiannual", "basis": "30/360", "compounding": "none"},
        repayment={"frequency_steps": [{"from": change, "frequency": "quarterly"}]},
    )
    prepared = ran(deal).prepared
    starts: dict[float, str] = {}
    for segment, rate in zip(prepared.segments, prepared.rates, strict=False):
        starts.setdefault(rate, segment.start.isoformat())
    assert list(starts.values()) == read


def test_two_loans_that_differ_in_the_change_alone_have_days_of_their_own():
    one, other = stepped(), stepped(repayment={"frequency_steps": []})
    assert len(payments(ran(one))) == 16
    assert len(payments(ran(other))) == 24


def test_a_book_of_plain_loans_takes_none_that_changes():
    with pytest.raises(ValueError, match="plain loans only"):
        loan_book([stepped().facilities["senior"]], [date(2026, 1, 15)])


LOAN = """
facilities:
  bank:
    kind: term_loan
    principal: {share: 40%}
    rate: {value: 6%, basis: actual/360, compounding: none}
    repayment: {profile: level, frequency_steps: [{from: 2026-11-15, frequency: quarterly}]}
    dates: {first_payment: 2026-06-15, calendar: nyse, convention: modified_following}
"""
COSTS = "costs: {staff: {kind: fixed, amount: 5, per: month}}"
SPV = """
spvs:
  borrower:
    accounts:
      collection: {kind: collection}
      service: {kind: reserve, target: {next_payment: 100%}, funded: from_cash}
    waterfall:
      - pay operating_costs
      - pay bank.interest
      - pay bank.principal
      - fill service
      - distribute equity
"""


def test_a_waterfall_runs_on_the_payment_dates_of_both_frequencies():
    plan = run_plan(built(LOAN, COSTS, SPV).deal)
    rows = [row for row in trace_of(plan).rows if row["what"] == "bank.interest" and row["paid"]]
    assert [str(row["date"]) for row in rows] == [
        *("2026-06-15", "2026-07-15", "2026-08-17", "2026-09-15", "2026-10-15", "2026-11-16"),
        # 15 February 2027 is Washington's birthday; the lease ends on 1 May, a Saturday.
        *("2027-02-16", "2027-05-03"),
    ]
    alone = run_plan(built(LOAN, COSTS).deal)
    for name in ("interest_paid", "principal_paid"):
        assert name in STREAMS
        assert plan.cash.by_period(name) == pytest.approx(alone.cash.by_period(name)), name
