"""When a loan pays: dates, day counts, compounding and the rows of a custom profile."""

from datetime import date
from fractions import Fraction

import pytest

from lessor.engine.debt.structure import maturity_month, payment_plan
from tests.engine.debt.loans import CLOSING, facility, grid

LEASE_END = date(2031, 5, 1)


@pytest.mark.parametrize(
    ("until", "months"),
    [
        ("60 months", 60),
        ("5 years", 60),
        ("lease_end", 60),
        ("2027-05-01", 12),
        ("2027-05-02", 13),
        ("90 days", 3),
        ("2026-05-01", 1),
    ],
)
def test_maturity_is_counted_in_months_from_closing(until: str, months: int):
    assert maturity_month(facility(until=until), CLOSING, LEASE_END) == months


def test_quarterly_payments_fall_on_every_third_month_and_at_maturity():
    loan = facility(until="11 months", repayment={"frequency": "quarterly"})
    plan = payment_plan(loan, grid(11), 11)
    assert [index for index, month in enumerate(plan, 1) if month.is_payment] == [3, 6, 9, 11]
    assert [index for index, month in enumerate(plan, 1) if month.is_last] == [11]
    assert [month.payments_left for month in plan if month.is_payment] == [4, 3, 2, 1]


def test_the_plan_reaches_maturity_and_the_end_of_the_grid():
    loan = facility(until="12 months")
    assert len(payment_plan(loan, grid(3), 12)) == 12
    longer = payment_plan(loan, grid(15), 12)
    assert len(longer) == 15
    assert not any(month.is_payment for month in longer[12:])


def test_interest_only_comes_first_and_a_bullet_pays_principal_once():
    free = facility(until="12 months", repayment={"interest_only": "6 months"})
    plan = payment_plan(free, grid(12), 12)
    assert [month.is_principal_payment for month in plan] == [False] * 6 + [True] * 6
    assert all(month.is_payment for month in plan)
    bullet = payment_plan(facility("bullet", until="12 months"), grid(12), 12)
    assert [month.is_principal_payment for month in bullet] == [False] * 11 + [True]


def test_year_fractions_follow_the_basis():
    loan = facility(until="3 months", rate={"basis": "actual/360"})
    fractions = [month.year_fraction for month in payment_plan(loan, grid(3), 3)]
    assert fractions == [Fraction(31, 360), Fraction(30, 360), Fraction(31, 360)]


@pytest.mark.parametrize(
    ("compounding", "frequency", "months"),
    [
        ("none", "monthly", []),
        ("monthly", "quarterly", [2, 3, 4, 5, 6, 7]),
        ("quarterly", "quarterly", [4, 7]),
        ("annual", "quarterly", [2, 3, 4, 5, 6, 7]),
    ],
)
def test_interest_joins_the_base_at_the_start_of_months(
    compounding: str, frequency: str, months: list[int]
):
    loan = facility(
        until="7 months", rate={"compounding": compounding}, repayment={"frequency": frequency}
    )
    plan = payment_plan(loan, grid(7), 7)
    assert [index for index, month in enumerate(plan, 1) if month.compounds] == months


def test_a_custom_row_falls_due_with_the_first_payment_on_or_after_its_day():
    loan = facility(
        "custom",
        until="12 months",
        repayment={
            "frequency": "quarterly",
            "steps": [
                {"after": "3 months", "share": "20%"},
                {"after": "100 days", "share": "10%"},
                {"after": "5 months", "share": "10%"},
                {"after": "24 months", "share": "30%"},
            ],
        },
    )
    plan = payment_plan(loan, grid(12), 12)
    assert {index: month.steps for index, month in enumerate(plan, 1) if month.steps} == {
        3: (0,),
        6: (1, 2),
        12: (3,),
    }
