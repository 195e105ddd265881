"""What a plan tells of loans that it outlives, and of those that outlive it."""

from lessor.forecast.plan import run_plan
from lessor.forecast.warnings import plan_warnings
from tests.forecast.deals import LOAN, built


def told(*changes: str) -> list[str]:
    loaded = built(LOAN, *changes)
    found = plan_warnings(loaded, run_plan(loaded.deal))
    return [issue.message for issue in found if issue.code == "maturity-after-plan"]


def test_a_loan_that_outlives_the_plan_is_named_with_what_is_repaid():
    # 800 at 0.5% a month, level over 12 months, of which 6 are left as the plan ends.
    payment = 800 * 0.005 / (1 - 1.005**-12)
    left = payment * (1 - 1.005**-6) / 0.005
    assert told("horizon: 6 months") == [
        "bank matures on 2027-05-01, and the plan ends on 2026-11-01: "
        f"{left:,.0f} CNY of it is repaid then, ahead of schedule"
    ]


def test_a_loan_that_ends_with_the_plan_or_before_is_not():
    assert told() == []
    assert told("horizon: 20 months") == []
