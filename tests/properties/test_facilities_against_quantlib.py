"""Dated loans against QuantLib: its schedules and day counters, and a plain loop over their dates.

Thousands of loans run together as a book, and some of them alone, cut by the months of a plan.
"""

import random
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
import QuantLib
from hypothesis import given
from hypothesis import strategies as st

from lessor.forecast.loan_book import loan_book
from lessor.terms.facilities import Facility
from tests.forecast.loans import loan_deal, payment_days, payments, ran
from tests.properties.test_dates_against_quantlib import CONVENTIONS, COUNTERS, PLACES, SHIFT

LOANS = 3000
PROFILES = ("level", "level_payment", "principal_table", "equal_principal", "bullet")
MONTHS = {"monthly": 1, "quarterly": 3, "semiannual": 6, "annual": 12}
# Calendars for which QuantLib has all the years of the loans.
LONG = [name for name, (_, _, last) in PLACES.items() if last > 2100]


def quantlib(day: date) -> QuantLib.Date:
    return QuantLib.Date(day.toordinal() - SHIFT)


def counter(basis: str, maturity: QuantLib.Date) -> QuantLib.DayCounter:
    if basis == "30E/360 ISDA":
        return QuantLib.Thirty360(QuantLib.Thirty360.ISDA, maturity)
    return COUNTERS[basis]


class Oracle:
    """A loan as QuantLib dates it: its payment days, and the part of a year of each period."""

    def __init__(self, said: dict[str, Any], closing: date) -> None:
        is_end = QuantLib.Date.isEndOfMonth(quantlib(closing)) and said["end_of_month"]
        end = quantlib(closing) + QuantLib.Period(said["months"], QuantLib.Months)
        end = QuantLib.Date.endOfMonth(end) if is_end else end
        rolled = QuantLib.Schedule(
            quantlib(closing),
            end,
            QuantLib.Period(MONTHS[said["frequency"]], QuantLib.Months),
            QuantLib.NullCalendar(),
            QuantLib.Unadjusted,
            QuantLib.Unadjusted,
            QuantLib.DateGeneration.Forward,
            bool(is_end),
        )
        place, convention = PLACES[said["calendar"]][0], CONVENTIONS[said["convention"]]
        dues = list(rolled)
        paid = [place.adjust(day, convention) for day in dues[1:]]
        points = [dues[0], *paid] if said["accrual"] == "adjusted" else dues
        count = counter(said["basis"], points[-1])
        self.days = [day.serialNumber() + SHIFT for day in paid]
        self.fractions = [count.yearFraction(start, stop) for start, stop in pairwise(points)]


def schedule(said: dict[str, Any], fractions: Sequence[float]) -> list[tuple[float, float]]:
    """Interest and principal of each payment, by the plainest loop there is."""
    rate, left, count = said["rate"], 1e6, len(fractions)
    whole = rate * MONTHS[said["frequency"]] / 12
    worth, factor = 0.0, 1.0
    for fraction in fractions:
        factor /= 1 + rate * fraction
        worth += factor
    annuity = sum((1 + whole) ** -k for k in range(1, count + 1))
    table, owed, rows = [], 1e6, []
    for _ in range(count):
        table.append(1e6 / annuity - owed * whole)
        owed -= table[-1]
    for k, fraction in enumerate(fractions):
        interest = left * rate * fraction
        principal = {
            "level": 1e6 / worth - interest,
            "level_payment": 1e6 / annuity - interest,
            "principal_table": table[k],
            "equal_principal": 1e6 / count,
            "bullet": 0.0,
        }[said["profile"]]
        principal = left if k == count - 1 else min(max(principal, 0.0), left)
        rows.append((interest, principal))
        left -= principal
    return rows


def some_loan(pick: random.Random) -> dict[str, Any]:
    return {
        "profile": pick.choice(PROFILES),
        "frequency": pick.choice(list(MONTHS)),
        "months": 12 * pick.randint(1, 10) + pick.choice([0, 0, 0, 5]),
        "basis": pick.choice(list(COUNTERS)),
        "calendar": pick.choice(LONG),
        "convention": pick.choice(list(CONVENTIONS)),
        "accrual": pick.choice(["adjusted", "unadjusted"]),
        "end_of_month": pick.random() < 0.5,
        "rate": round(pick.uniform(0.001, 0.2), 4),
    }


def as_terms(said: dict[str, Any]) -> dict[str, Any]:
    return {
        "rate": {
            "value": str(said["rate"]),
            "basis": said["basis"],
            "compounding": said["frequency"],
        },
        "repayment": {
            "profile": said["profile"],
            "until": f"{said['months']} months",
            "frequency": said["frequency"],
        },
        "dates": {
            "calendar": said["calendar"],
            "convention": said["convention"],
            "accrual": said["accrual"],
            "end_of_month": "yes" if said["end_of_month"] else "no",
        },
    }


def a_closing(pick: random.Random) -> date:
    day = date(2026, 1, 1) + timedelta(days=pick.randrange(1000))
    # Every third closes at the end of a month.
    return day if pick.random() < 0.67 else (day.replace(day=1) - timedelta(days=1))


def test_a_book_of_thousands_of_loans_has_quantlibs_days_and_figures():
    pick = random.Random(20_260_115)
    said = [some_loan(pick) for _ in range(LOANS)]
    closings = [a_closing(pick) for _ in said]
    plain = {"kind": "term_loan", "principal": "1_000_000", "draw": "at_closing"}
    loans = [Facility.model_validate({**plain, **as_terms(each)}) for each in said]
    book = loan_book(loans, closings)
    for row, (each, closing) in enumerate(zip(said, closings, strict=True)):
        oracle = Oracle(each, closing)
        count = len(oracle.days)
        assert book.days[row, :count].tolist() == oracle.days, (each, closing)
        assert not book.days[row, count:].any()
        rows = np.array(schedule(each, oracle.fractions))
        assert book.interest[row, :count] == pytest.approx(rows[:, 0], rel=1e-9, abs=1e-4)
        assert book.principal[row, :count] == pytest.approx(rows[:, 1], rel=1e-9, abs=1e-4)
        assert book.outstanding[row, count - 1] == 0


@given(st.integers(0, 2**32))
def test_a_loan_cut_by_the_months_of_a_plan_has_quantlibs_days_and_figures(seed):
    pick = random.Random(seed)
    each, closing = some_loan(pick), a_closing(pick)
    deal = loan_deal(closing=closing.isoformat(), principal="1_000_000", **as_terms(each))
    run = ran(deal)
    oracle = Oracle(each, closing)
    assert [day.toordinal() for day in payment_days(run)] == oracle.days
    rows = np.array(schedule(each, oracle.fractions))
    flows = payments(run)
    assert [f.interest_paid for f in flows] == pytest.approx(
        rows[:, 0].tolist(), rel=1e-9, abs=1e-4
    )
    assert [f.principal_paid for f in flows] == pytest.approx(
        rows[:, 1].tolist(), rel=1e-9, abs=1e-4
    )
