"""What the checks of market rates and of each loan's interest find, and what they let pass."""

from typing import Any

import pytest

from lessor.core.issue import Severity
from tests.terms.deals import codes_of
from tests.terms.rich_deal import built_rich, codes_of_rich, issues_of_rich

RATE = "facilities.senior.rate"
FIXED = "facilities.mezzanine.rate"
BANK = "facilities.bank.rate"
POINTS = [{"date": "2026-04-15", "rate": "3%"}, {"date": "2026-04-15", "rate": "4%"}]


def test_the_rich_deal_is_sound():
    assert built_rich().issues == ()


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({f"{RATE}.value": "4%"}, ["choice-of-one"]),
        ({f"{FIXED}.value": None}, ["choice-of-one"]),
        ({f"{RATE}.index": "SOFA"}, ["unknown-name"]),
        ({"rates": None}, ["unknown-name"]),
        ({"rates.SOFR.observed": None, "rates.SOFR.forward": None}, ["rate-unknown"]),
        ({"rates.LPR": {"source": "a bank"}}, ["rate-unknown"]),
        ({"rates.SOFR.observed": None}, ["rate-unknown"]),
        ({"rates.SOFR.observed": POINTS}, ["points-not-rising"]),
        ({"rates.SOFR.forward": POINTS}, ["points-not-rising"]),
        ({f"{RATE}.floor": "6.1%"}, ["floor-above-cap"]),
        ({f"{RATE}.floor": "6%"}, []),
        ({f"{RATE}.multiplier": "0"}, ["not-positive"]),
        ({f"{RATE}.quoted": "flat"}, ["choice-of-one"]),
        ({f"{RATE}.hedge.share": "0"}, ["without-effect"]),
        ({f"{RATE}.hedge.until": "2026-04-30"}, ["dates-out-of-order"]),
        ({f"{RATE}.hedge.until": "60 months"}, []),
        ({f"{RATE}.hedge.until": "61 months"}, ["without-effect"]),
        ({f"{RATE}.steps[0].from": "2026-04-29"}, ["date-before-closing"]),
        ({f"{RATE}.steps[0].from": "60 months"}, ["without-effect"]),
        ({f"{RATE}.steps[0].add": "0"}, ["without-effect"]),
        ({f"{RATE}.steps[1]": {"from": "2028-04-30", "add": "1%"}}, ["points-not-rising"]),
        ({f"{FIXED}.spread": "1%"}, ["without-effect"]),
        ({f"{FIXED}.cap": "9%", f"{FIXED}.lag_days": "2"}, ["without-effect"] * 2),
        ({f"{FIXED}.steps": [{"from": "12 months", "add": "1%"}]}, []),
        ({f"{FIXED}.hedge": {"share": "50%", "rate": "4%"}}, ["without-effect"]),
    ],
)  # fmt: skip
def test_what_is_wrong_with_interest_is_named(changes, codes):
    assert codes_of_rich(changes) == codes


@pytest.mark.parametrize(
    ("first", "lag", "codes"),
    [
        # Closing is Friday 1 May 2026, a holiday of the calendar: two business days before it is
        # Wednesday the 29th.
        ("2026-04-29", "2", []),
        ("2026-04-30", "2", ["rate-unknown"]),
        ("2026-05-01", "0", []),
        ("2026-05-02", "0", ["rate-unknown"]),
    ],
)
def test_a_rate_must_be_known_on_the_day_on_which_it_is_first_read(first, lag, codes):
    changes: dict[str, Any] = {
        "rates.SHIBOR": {"observed": [{"date": first, "rate": "2%"}]},
        BANK: {"index": "SHIBOR", "lag_days": lag, "basis": "30/360", "compounding": "none"},
        "facilities.bank.dates": {"calendar": "china", "convention": "following"},
        # All of it in a year whose days off are published.
        "facilities.bank.repayment.until": "6 months",
    }
    assert codes_of(changes) == codes


def test_a_step_of_the_past_is_let_pass_with_a_warning():
    (issue,) = issues_of_rich({f"{RATE}.steps[0].from": "2025-04-29"})
    assert issue.severity is Severity.WARNING and "from closing on" in issue.message


def test_a_weekend_counts_in_the_days_before_a_reading():
    # Thursday 30 April 2026 less two business days of New York is Tuesday the 28th.
    late = {"rates.SOFR.observed": [{"date": "2026-04-29", "rate": "3.6%"}]}
    (issue,) = issues_of_rich(late)
    assert issue.code == "rate-unknown" and "2026-04-28" in issue.message
