"""The cash of a plan by calendar year adds up, and knows where what owners do not get is kept."""

from datetime import date
from pathlib import Path

import pytest

from lessor.forecast.cash_years import PARTS, cash_years
from lessor.forecast.trace_rows import trace_of
from lessor.forecast.underwriting import underwrite
from lessor.terms.load import require_deal

EXAMPLES = Path(__file__).parents[2] / "examples"
DEALS = ["b300-10k", "ddtl-1", "ddtl-4", "h200-64", "notes", "spv-finance-lease", "token-share"]


def plan_of(name):
    return underwrite(require_deal(EXAMPLES / name / "deal.yaml")).plan


@pytest.mark.parametrize("name", DEALS)
def test_years_add_up_to_the_plan(name):
    plan = plan_of(name)
    years = cash_years(plan)
    assert sum(year.months for year in years) == plan.grid.months
    for field, stream in (
        ("to_owners", "equity_distributed"),
        ("uses", "uses"),
        ("debt_drawn", "debt_drawn"),
        ("equity", "equity_contributed"),
    ):
        total = sum(float(amount) for amount in plan.cash.by_period(stream))
        assert sum(getattr(year, field) for year in years) == pytest.approx(total)
    for year in years:
        parts = sum(getattr(year, part) for part in PARTS)
        assert parts == pytest.approx(year.to_owners, rel=1e-9, abs=1e-3)


@pytest.mark.parametrize("name", DEALS)
def test_what_funds_the_uses_is_their_sum_and_the_rest_is_support(name):
    for year in cash_years(plan_of(name)):
        funded = year.debt_drawn + year.equity + year.prepaid - year.support
        assert funded == pytest.approx(year.uses, rel=1e-9, abs=1e-3)
        assert year.support >= 0


@pytest.mark.parametrize("name", ["ddtl-1", "ddtl-4", "notes", "spv-finance-lease"])
def test_accounts_hold_what_years_kept_on_them(name):
    """Balances at the end of a year = what was kept on them, and what the uses filled them with."""
    plan = plan_of(name)
    trace = trace_of(plan)
    funded = dict.fromkeys({year.year for year in cash_years(plan)}, 0.0)
    for moment, amount in plan.cash.streams["reserves_funded"].entries:
        funded[moment.day.year] += float(amount)
    held = 0.0
    for year in cash_years(plan):
        held += funded[year.year] - year.accounts
        # A month belongs to the year it starts in, and its date may be the first day of the next.
        last = plan.grid.boundaries[
            max(p for p, day in enumerate(plan.grid.boundaries[:-1]) if day.year == year.year) + 1
        ]
        days = [day for day in trace.days if day <= last.isoformat()]
        if days:
            on_accounts = trace.on(date.fromisoformat(max(days))).accounts
            balances = [float(str(row["balance"])) for row in on_accounts]
            assert held == pytest.approx(sum(balances), rel=1e-6, abs=1.0)
