"""The rows of a loan's schedule, and many loans at once."""

from datetime import date
from itertools import pairwise

import pytest

from lessor.forecast.loan_book import loan_book
from lessor.forecast.loan_schedule import schedule_rows
from lessor.forecast.plan import run_plan
from lessor.terms.deal import Deal
from tests.forecast.loans import BUSINESS, loan_deal, payments, ran

THIRTY = {"basis": "30/360", "compounding": "none"}


def rows_of(deal, draws=None):
    return schedule_rows(ran(deal, draws=draws))


def test_a_row_for_closing_and_each_payment():
    deal = loan_deal("equal_principal", until="2 months", dates=BUSINESS, fees={"up_front": "1%"})
    closing, first, second = rows_of(deal)
    assert closing == (date(2026, 1, 15), 0, 0.105, 0, 1e7, 0, 0, 1e5, 1e7)
    assert first == (date(2026, 2, 17), 33, 0.105, 1e7, 0, 96_250, 5e6, 0, 5e6)
    assert second[:3] == (date(2026, 3, 16), 27, 0.105)
    assert second.interest == pytest.approx(5e6 * 0.105 * 27 / 360)
    assert (second.principal, second.closing) == (5e6, 0)


def test_balances_follow_and_days_are_those_since_the_row_before():
    deal = loan_deal(
        "bullet", until="2 months", dates={"first_payment": "2026-02-15"}, fees={"on_draw": "1%"}
    )
    rows = rows_of(deal, {"2026-01-15": "4_000_000", "2026-01-25": "6_000_000"})
    assert [row.days for row in rows] == [0, 10, 21, 28]
    assert [row.drawn for row in rows] == [4e6, 6e6, 0, 0]
    assert [row.fees for row in rows] == [40_000, 60_000, 0, 0]
    stretches = [row.opening * row.rate * row.days / 360 for row in rows[:3]]
    assert rows[2].interest == pytest.approx(sum(stretches))
    for row, later in pairwise(rows):
        assert row.closing == later.opening == row.opening + row.drawn - row.principal


def test_days_are_counted_as_the_rate_counts_them():
    assert [row.days for row in rows_of(loan_deal(until="3 months", rate=THIRTY))] == [
        0,
        30,
        30,
        30,
    ]


def test_interest_added_to_principal_stands_under_interest():
    deal = loan_deal("bullet", until="2 months", repayment={"grace": "1 months"}, rate=THIRTY)
    _, first, last = rows_of(deal)
    assert (first.interest, first.principal) == pytest.approx((87_500, -87_500))
    assert first.closing == pytest.approx(10_087_500)
    assert last.interest == pytest.approx(10_087_500 * 0.105 / 12)


def test_early_repayment_and_its_premium():
    early = {
        "planned": [{"date": "1 months", "amount": "1_000_000"}],
        "premium": [{"until": "12 months", "share": "3%"}],
    }
    _, first, _ = rows_of(loan_deal("bullet", until="2 months", rate=THIRTY, early=early))
    assert (first.principal, first.fees) == (1e6, 30_000)


def test_a_draw_inside_a_month_keeps_its_day():
    deal = loan_deal("bullet", until="2 months")
    rows = rows_of(deal, {"2026-01-15": "4_000_000", "2026-01-25": "6_000_000"})
    assert [row.date for row in rows] == [
        date(2026, 1, 15),
        date(2026, 1, 25),
        date(2026, 2, 15),
        date(2026, 3, 15),
    ]
    assert rows[2].interest == pytest.approx(0.105 / 360 * (4e6 * 31 + 6e6 * 21))


def test_a_book_is_its_loans_run_alone():
    deals = [
        loan_deal(profile, until="17 months", repayment={"interest_only": "3 months", **more})
        for profile, more in [
            ("level", {"balloon": "20%"}),
            ("level_payment", {}),
            ("principal_table", {"frequency": "quarterly"}),
            ("equal_principal", {}),
            ("bullet", {}),
        ]
    ]
    loans = [
        deal.facilities["senior"].model_copy(
            update={
                "rate": deal.facilities["senior"].rate.model_copy(update={"compounding": "none"})
            }
        )
        for deal in deals
    ]
    deals = [
        deal.model_copy(update={"facilities": {"senior": loan}})
        for deal, loan in zip(deals, loans, strict=True)
    ]
    book = loan_book(loans, [deal.closing_date for deal in deals])
    for row, deal in enumerate(deals):
        flows = payments(ran(deal))
        count = len(flows)
        for part, held in (("interest", book.interest), ("principal", book.principal)):
            alone = [getattr(flow, f"{part}_paid") for flow in flows]
            assert held[row, :count].tolist() == pytest.approx(alone, rel=1e-12, abs=1e-6)


@pytest.mark.parametrize(
    "more",
    [
        {"fees": {"exit": "1%"}},
        {"repayment": {"timing": "advance"}},
        {"rate": {"steps": [{"from": "2 months", "add": "1%"}]}},
        {"dates": {"first_payment": "2026-02-01"}},
    ],
)
def test_a_book_refuses_loans_that_are_not_plain(more):
    loan = loan_deal(until="12 months", **more).facilities["senior"]
    with pytest.raises(ValueError, match="plain loans only"):
        loan_book([loan], [date(2026, 1, 15)])


def delivered(**loan):
    """300 servers in three lots, with a loan against them."""
    tree = {
        "format": "lessor/1",
        "deal": "lots",
        "currency": "USD",
        "closing_date": "2026-01-15",
        "horizon": "24 months",
        "assets": {
            "servers": {
                "model": "B300-HGX8",
                "quantity": "300",
                "unit_cost": "1_000",
                "deliveries": [
                    {"date": "2026-01-15", "quantity": "100"},
                    {"date": "2026-04-15", "quantity": "100"},
                    {"date": "2026-07-15", "accepted": "2026-08-15", "quantity": "100"},
                ],
                "depreciation": {"life": "60 months"},
                "residual": "none",
            }
        },
        "facilities": {
            "ddtl": {
                "kind": "delayed_draw",
                "rate": {"value": "6%", **THIRTY},
                "repayment": {"profile": "bullet", "until": "24 months"},
                "draw": "delayed",
                **loan,
            }
        },
    }
    return run_plan(Deal.model_validate(tree))


def drawn(plan) -> dict[int, float]:
    flows = plan.facilities[0].flows
    return {month: flow.drawn for month, flow in enumerate(flows) if flow.drawn}


def test_a_delayed_draw_loan_is_drawn_as_lots_are_accepted():
    plan = delivered(principal="250_000", advance={"rate": "90%"})
    assert drawn(plan) == pytest.approx({0: 90_000, 3: 90_000, 7: 70_000})
    contributed = plan.cash.by_period("equity_contributed")
    # The third lot is paid for on delivery, and lent on a month later.
    assert [contributed[month] for month in (0, 3, 6, 7)] == pytest.approx(
        [10_000, 10_000, 100_000, -70_000]
    )


def test_what_was_accepted_before_the_loan_is_available_is_lent_on_net_of_wear():
    plan = delivered(
        principal="250_000",
        advance={"rate": "90%", "of": "net_cost", "life": "60 months"},
        availability={"from": "2026-04-15", "until": "2026-06-30"},
    )
    assert drawn(plan) == pytest.approx({3: 90_000 * 57 / 60 + 90_000})


def test_planned_draws_pay_for_what_falls_due():
    plan = delivered(
        principal="250_000",
        draw="planned",
        draws=[
            {"date": "2026-01-15", "amount": "120_000"},
            {"date": "2026-07-15", "amount": "80_000"},
        ],
    )
    assert drawn(plan) == pytest.approx({0: 120_000, 6: 80_000})
    uses = sum(plan.cash.by_period("uses"))
    sources = sum(plan.cash.by_period("debt_drawn")) + sum(
        plan.cash.by_period("equity_contributed")
    )
    assert sources == pytest.approx(uses)


def test_fees_on_draws_are_uses():
    plan = delivered(principal="270_000", draw="pro_rata", fees={"on_draw": "1%", "discount": "1%"})
    fees = plan.cash.by_period("fees_paid")
    assert sum(fees) == pytest.approx(270_000 * 0.02)
    uses = sum(plan.cash.by_period("uses"))
    assert uses == pytest.approx(300_000 + 5_400)
    sources = sum(plan.cash.by_period("debt_drawn")) + sum(
        plan.cash.by_period("equity_contributed")
    )
    assert sources == pytest.approx(uses)
