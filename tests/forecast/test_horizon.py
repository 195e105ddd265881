"""How long a plan runs, and to which day its hardware stays in use."""

from datetime import date

import pytest

from lessor.forecast.horizon import end_of_use, plan_grid
from tests.forecast.deals import LOAN, built


@pytest.mark.parametrize(
    ("change", "months"),
    [
        ("{}", 12),
        ("leases: {tenant: {events: {accepted: 2026-05-02}}}", 13),
        ("leases: {tenant: {billing: {due_days: 1}}}", 13),
        ("leases: {tenant: {renewal: {term: 3 months}}}", 15),
        ("leases: {tenant: {events: {accepted: 2026-05-01, terminated: 2026-08-01}}}", 3),
        ("leases: {tenant: {relet: {gap: 1 month, term: 6 months, amount: 1}}}", 19),
        ("leased_in: {more: {quantity: 1, rent: 1, term: 18 months}}", 18),
        ("horizon: 7 months", 7),
        ("horizon: 40 days", 2),
        ("horizon: 30 months", 30),
    ],
)
def test_a_plan_lasts_as_long_as_what_is_in_it_unless_it_says(change: str, months: int):
    assert plan_grid(built(change).deal).months == months


@pytest.mark.parametrize(
    ("until", "months"),
    [("lease_end", 12), ("18 months", 18), ("2027-06-15", 14), ("6 months", 12)],
)
def test_a_loan_may_outlast_the_lease(until: str, months: int):
    loan = f"facilities: {{bank: {{repayment: {{until: {until}}}}}}}"
    assert plan_grid(built(LOAN, loan).deal).months == months


def test_letting_again_without_a_term_goes_on_for_the_life_of_the_assets():
    deal = built(
        "leases: {tenant: {relet: {amount: 1}}}",
        "assets: {servers: {depreciation: {life: 36 months}}}",
    ).deal
    assert plan_grid(deal).months == 36


def test_a_deal_without_an_end_lasts_a_month():
    deal = built("leases: {tenant: {events: {accepted: null}}}").deal
    assert plan_grid(deal).months == 1


def test_waiting_for_the_last_payment_is_no_use():
    deal = built("leases: {tenant: {billing: {due_days: 45}}}").deal
    grid = plan_grid(deal)
    assert (grid.end, end_of_use(deal, grid)) == (date(2027, 7, 1), date(2027, 5, 1))
    held = built("leases: {tenant: {billing: {due_days: 45}}}", "horizon: 14 months").deal
    assert end_of_use(held, plan_grid(held)) == date(2027, 7, 1)
