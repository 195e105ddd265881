"""The dates and rents of a finance lease, by hand."""

from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from lessor.core.numeric import DECIMAL, FLOAT, Kind, scan
from lessor.engine.debt.rental_dates import RentDate, lease_dates
from lessor.engine.debt.rental_rents import (
    RentFlows,
    RentInputs,
    RentTerms,
    level_rent,
    opening_rents,
    period_growth,
    rent_date,
)
from lessor.engine.debt.schedule import RateTerms
from tests.engine.debt.loans import facility

START = date(2026, 1, 31)


def dates(months: int = 12, **repayment: Any) -> tuple[RentDate, ...]:
    said = {"frequency": "quarterly", **repayment}
    end = date(2026 + (months // 12), 1 + months % 12, 28 if months % 12 == 1 else 31)
    return lease_dates(facility(repayment=said), START, START, end)


def test_rents_in_arrears_count_from_the_drawdown():
    found = dates()
    assert [each.day for each in found] == [
        START,
        date(2026, 4, 30),
        date(2026, 7, 31),
        date(2026, 10, 31),
        date(2027, 1, 31),
    ]
    assert [each.is_rent for each in found] == [False, True, True, True, True]
    assert [each.is_last_rent for each in found] == [False, False, False, False, True]
    assert found[-1].is_end


def test_rents_in_advance_begin_with_the_drawdown_and_leave_a_period_after_them():
    found = dates(timing="advance")
    assert [each.is_rent for each in found] == [True, True, True, True, False]
    assert [each.is_last_rent for each in found] == [False, False, False, True, False]
    assert [each.is_end for each in found] == [False, False, False, False, True]
    # A balloon stands alone at the end of the term.
    found = dates(timing="advance", balloon="10%")
    assert [each.is_balloon for each in found] == [False, False, False, False, True]
    assert [each.is_last_rent for each in found] == [False, False, False, False, True]


def test_the_last_period_may_be_a_broken_one():
    assert [each.day for each in dates(14)][-2:] == [date(2027, 1, 31), date(2027, 3, 31)]


def test_periods_are_cut_where_interest_begins_to_bear_interest():
    # 30/360, compounding monthly, rents by the quarter.
    assert dates()[2].pieces == (Fraction(1, 12),) * 3
    growth = period_growth(RateTerms(0.12, 1, 3), [1 / 12] * 3)
    assert growth == pytest.approx(1.01**3 - 1, rel=1e-14)


def test_a_first_rent_that_is_named_is_the_first():
    loan = facility(repayment={"frequency": "quarterly"}, dates={"first_payment": "2026-06-15"})
    found = lease_dates(loan, START, START, date(2026, 12, 15))
    assert [each.day for each in found][1:] == [
        date(2026, 6, 15),
        date(2026, 9, 15),
        date(2026, 12, 15),
    ]


def test_interest_only_and_grace_count_from_closing():
    found = dates(interest_only="6 months")
    assert [each.has_principal for each in found] == [False, False, False, True, True]
    found = dates(grace="3 months")
    assert [each.is_rent for each in found] == [False, False, True, True, True]


def points(growths: list[Any], kind: Kind, *, advance: bool = False) -> list[RentInputs]:
    zero, last = kind.given(0), len(growths)
    paying = range(0 if advance else 1, last if advance else last + 1)
    all_growths = [zero, *growths]
    return [
        RentInputs(
            growth=all_growths[place],
            later_growth=all_growths[place + 1] if place < last else zero,
            scheduled=zero,
            principals_left=len([each for each in paying if each >= place]),
            is_rent=place in paying,
            has_principal=place in paying,
            is_last_rent=place == paying[-1],
            is_end=place == last,
        )
        for place in range(last + 1)
    ]


def run(terms: RentTerms, inputs: list[RentInputs]) -> list[RentFlows]:
    return scan(rent_date, terms, opening_rents(terms), inputs)[0]


def lease(kind: Kind, profile: str = "level", residual: int = 0, balloon: int = 0) -> RentTerms:
    zero = kind.given(0)
    return RentTerms(
        profile, kind.given(100), kind.given(balloon), kind.given(residual), zero, zero
    )


def test_two_rents_at_ten_percent_by_hand():
    tenth = DECIMAL.given(Fraction(1, 10))
    inputs = points([tenth, tenth], DECIMAL)
    terms = lease(DECIMAL)
    level = level_rent(terms, inputs)
    # 121 / 2.1 = 57.619...: 10 of interest, then 5.238...
    assert level == pytest.approx(DECIMAL.given(Fraction(1210, 21)))
    flows = run(terms._replace(level=level), inputs)
    assert [flow.outstanding for flow in flows] == pytest.approx(
        [100, DECIMAL.given(Fraction(1100, 21)), 0]
    )
    assert flows[-1].outstanding == 0


@pytest.mark.parametrize("advance", [False, True])
@pytest.mark.parametrize("profile", ["level", "equal_principal"])
def test_a_residual_is_what_is_left_at_the_end(advance, profile):
    inputs = points([0.01, 0.02, 0.03], FLOAT, advance=advance)
    terms = lease(FLOAT, profile, residual=20)
    flows = run(terms._replace(level=level_rent(terms, inputs)), inputs)
    assert flows[-1].outstanding == pytest.approx(0, abs=1e-12)
    worth = 20.0
    for flow, at in zip(reversed(flows), reversed(inputs), strict=True):
        worth = (worth + flow.rent) / (1 + at.growth)
    assert worth == pytest.approx(100, rel=1e-13)


def test_a_balloon_raises_the_last_rent_alone():
    inputs = points([0.01] * 3, FLOAT)
    terms = lease(FLOAT, balloon=30)
    level = level_rent(terms, inputs)
    rents = [flow.rent for flow in run(terms._replace(level=level), inputs)]
    assert rents == pytest.approx([0, level, level, level + 30])


def test_rents_given_end_at_nothing_whatever_they_hold():
    inputs = [each._replace(scheduled=35.0) for each in points([0.02] * 3, FLOAT)]
    flows = run(lease(FLOAT, "given"), inputs)
    assert [flow.rent for flow in flows] == [0, 35, 35, 35]
    assert flows[-1].outstanding == 0
    assert flows[-1].interest == pytest.approx(35 - flows[-2].outstanding)
