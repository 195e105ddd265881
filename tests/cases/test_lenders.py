"""The lender's own books against what is known of loans in closed form."""

from __future__ import annotations

from datetime import date

import pytest

from tests.cases.accounts import Trustee
from tests.cases.lenders import (
    Charges,
    Loan,
    average_life,
    bullet,
    equal,
    equal_payment,
    frozen,
    in_steps,
    level,
    month_ends,
    off_weekends,
    on_days,
    payment_of,
    table,
    undated,
    weekdays_before,
)
from tests.cases.oracle import pmt

CLOSING = date(2026, 1, 15)
MONTHLY = on_days(date(2026, 2, 15), 12)


def sixpercent(on: date) -> float:
    return 0.06


def test_a_level_loan_of_equal_months_pays_the_annuity():
    rows = Loan(MONTHLY, {CLOSING: 1000.0}, sixpercent, level(), "30/360").rows()
    assert [row.service for row in rows[1:]] == pytest.approx([pmt(0.005, 12, 1000)] * 12)
    same = Loan(MONTHLY, {CLOSING: 1000.0}, sixpercent, payment_of(pmt(0.005, 12, 1000)), "30/360")
    assert [row.closing for row in same.rows()] == pytest.approx([row.closing for row in rows])
    frozen = Loan(MONTHLY, {CLOSING: 1000.0}, sixpercent, table(undated(1000, 0.005, 12)), "30/360")
    assert [row.closing for row in frozen.rows()] == pytest.approx([row.closing for row in rows])


def test_equal_payments_of_unequal_periods_leave_nothing():
    assert equal_payment(1000, 0.06, [1] * 12) == pytest.approx(pmt(0.005, 12, 1000))
    repaid = frozen(1000, 0.12, [1, 1, 3])
    assert sum(repaid) == pytest.approx(1000)
    # The last balance bears three months: 1% + 1% + 1% of it, and the payment is all equal.
    assert repaid[2] * 1.03 == pytest.approx(repaid[1] + 0.01 * (1000 - repaid[0]))


def test_a_bullet_earns_every_day_once():
    rows = Loan(MONTHLY, {CLOSING: 1000.0}, sixpercent, bullet, "actual/365").rows()
    assert sum(row.interest for row in rows) == pytest.approx(60)
    assert rows[-1].principal == 1000
    assert average_life(rows) == pytest.approx(365 / 365.25)


def test_equal_principal_lives_half_its_months_and_a_half():
    rows = Loan(MONTHLY, {CLOSING: 1200.0}, sixpercent, equal(), "30/360").rows()
    assert sum(row.interest for row in rows) == pytest.approx(1200 * 0.005 * 6.5)


def test_fees_are_reckoned_on_what_is_undrawn_and_drawn():
    charges = Charges(1000.0, 0.01, date(2026, 4, 15), on_draw=0.02, each_payment=1.0)
    draws = {CLOSING: 400.0, date(2026, 4, 15): 600.0}
    rows = Loan(MONTHLY, draws, sixpercent, equal(), charges=charges).rows()
    assert sum(row.fees for row in rows) == pytest.approx(600 * 0.01 * 90 / 360 + 20 + 12)


def test_interest_is_rounded_and_the_last_payment_true():
    rows = Loan(MONTHLY, {CLOSING: 999.99}, sixpercent, equal(), cents=True).rows()
    assert [round(row.service, 2) for row in rows] == pytest.approx([row.service for row in rows])
    assert sum(row.principal for row in rows) == pytest.approx(999.99)


def test_days_are_found_by_the_calendar_alone():
    assert off_weekends([date(2026, 2, 15), date(2026, 5, 31)]) == [
        date(2026, 2, 16),
        date(2026, 5, 29),
    ]
    assert weekdays_before(date(2026, 6, 15), 5) == date(2026, 6, 8)
    assert month_ends(date(2026, 2, 1), date(2026, 8, 31), 3) == [
        date(2026, 2, 28),
        date(2026, 5, 31),
        date(2026, 8, 31),
    ]
    assert in_steps(("2026-01-01", 1.0), ("2026-03-01", 2.0))(date(2026, 2, 28)) == 1.0


def test_the_trustee_loses_no_cash():
    books = Trustee({"reserve": 5.0})
    books.begin(CLOSING, 10.0)
    assert books.pay("costs", 12.0, ("reserve",)) == 12.0
    assert books.pay("interest", 4.0, ("reserve",)) == 3.0
    assert books.fill("reserve", 2.0) == 0.0
    assert (books.cash, books.balances) == (0.0, {"reserve": 0.0})
    assert books.entries[1].short == 1.0
