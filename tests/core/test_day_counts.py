"""Day counts against published examples, and the exact fraction against the float64 array."""

from datetime import date
from fractions import Fraction

import numpy as np
import pytest

from lessor.core.dates import year_fraction
from lessor.core.day_counts import DAY_COUNTS, exact_year_fraction, year_fractions
from lessor.core.days import civil, days_of, is_month_end, month_index


def fraction(basis: str, start: str, end: str, maturity: str | None = None) -> Fraction:
    return year_fraction(
        basis,
        date.fromisoformat(start),
        date.fromisoformat(end),
        maturity=date.fromisoformat(maturity) if maturity else None,
    )


@pytest.mark.parametrize(
    ("start", "end", "normal", "leap"),
    [
        ("2003-11-01", "2004-05-01", 61, 121),
        ("1999-02-01", "1999-07-01", 150, 0),
        ("1999-07-01", "2000-07-01", 184, 182),
        ("2002-08-15", "2003-07-15", 334, 0),
        ("2003-07-15", "2004-01-15", 170, 14),
        ("1999-07-30", "2000-01-30", 155, 29),
        ("2000-01-30", "2000-06-30", 0, 152),
        ("1999-12-31", "2001-01-01", 1, 366),
        ("1999-06-15", "2005-06-15", 200 + 365 * 3 + 165, 2 * 366),
    ],
)
def test_actual_actual_splits_by_calendar_year(start: str, end: str, normal: int, leap: int):
    """The first seven: ISDA, EMU and market conventions: recent developments (1999), appendix."""
    assert fraction("actual/actual", start, end) == Fraction(normal, 365) + Fraction(leap, 366)


@pytest.mark.parametrize(
    ("start", "end", "bond", "eurobond", "isda"),
    [
        ("2007-01-15", "2007-01-30", 15, 15, 15),
        ("2007-01-15", "2007-01-31", 16, 15, 15),
        ("2007-01-31", "2007-02-28", 28, 28, 30),
        ("2007-01-15", "2007-02-15", 30, 30, 30),
        ("2007-01-30", "2007-03-31", 60, 60, 60),
        ("2007-02-14", "2007-02-28", 14, 14, 16),
        ("2007-02-28", "2007-03-31", 33, 32, 30),
        ("2007-03-31", "2007-09-30", 180, 180, 180),
        ("2008-02-29", "2009-02-28", 359, 359, 360),
        ("2008-02-28", "2008-03-31", 33, 32, 32),
        ("2026-08-20", "2026-08-20", 0, 0, 0),
    ],
)
def test_the_three_30_360_rules_differ_at_ends_of_months(
    start: str, end: str, bond: int, eurobond: int, isda: int
):
    """Counted by hand from 2006 ISDA Definitions, section 4.16 (f), (g), (h)."""
    assert fraction("30/360", start, end) == Fraction(bond, 360)
    assert fraction("30E/360", start, end) == Fraction(eurobond, 360)
    assert fraction("30E/360 ISDA", start, end) == Fraction(isda, 360)


def test_the_end_of_february_on_which_a_loan_ends_keeps_its_day():
    assert fraction("30E/360 ISDA", "2026-08-31", "2027-02-28") == Fraction(180, 360)
    ending = fraction("30E/360 ISDA", "2026-08-31", "2027-02-28", "2027-02-28")
    assert ending == Fraction(178, 360)
    # Of the maturity only: not of its start, nor of the end of another month.
    last = date(2027, 2, 28).toordinal()
    days = days_of([date(2027, 2, 28), date(2027, 5, 31)])
    assert exact_year_fraction("30E/360 ISDA", *days.tolist(), maturity=last) == Fraction(1, 4)
    april = fraction("30E/360 ISDA", "2027-03-31", "2027-05-31", "2027-05-31")
    assert april == Fraction(60, 360)


def test_days_of_a_year_are_360_or_365():
    assert fraction("actual/360", "2026-01-01", "2027-01-01") == Fraction(365, 360)
    assert fraction("actual/365", "2028-01-01", "2029-01-01") == Fraction(366, 365)


@pytest.mark.parametrize("basis", DAY_COUNTS)
def test_the_array_is_the_exact_fraction(basis: str):
    chance = np.random.default_rng(20260115)
    start = chance.integers(date(1970, 1, 1).toordinal(), date(2200, 12, 31).toordinal(), 2000)
    end = start + chance.integers(-4000, 4000, 2000)
    maturity = date(2032, 2, 29).toordinal()
    end[:20] = maturity
    found = year_fractions(basis, start, end, maturity=maturity)
    pairs = zip(start.tolist(), end.tolist(), strict=True)
    exact = [float(exact_year_fraction(basis, *pair, maturity=maturity)) for pair in pairs]
    np.testing.assert_allclose(found, exact, rtol=4e-16, atol=0)


@pytest.mark.parametrize("basis", DAY_COUNTS)
def test_backward_is_the_negative_of_forward(basis: str):
    forward = year_fractions(basis, 739617, np.arange(739617, 740617))
    assert (year_fractions(basis, np.arange(739617, 740617), 739617) == -forward).all()
    assert exact_year_fraction(basis, 739650, 739617) == -exact_year_fraction(basis, 739617, 739650)


def test_days_are_taken_apart_as_dates_are():
    days = np.arange(date(1895, 1, 1).toordinal(), date(2405, 1, 1).toordinal())
    dates = [date.fromordinal(day) for day in days.tolist()]
    parts = civil(days)
    assert parts.year.tolist() == [day.year for day in dates]
    assert parts.month.tolist() == [day.month for day in dates]
    assert parts.day.tolist() == [day.day for day in dates]
    assert is_month_end(days)[:-1].tolist() == [day.day == 1 for day in dates[1:]]


def test_months_are_counted_through_all_years():
    assert month_index(1) == 0
    assert month_index(date(9999, 12, 31).toordinal()) == 9999 * 12 - 1
    days = np.arange(1, date(9999, 12, 31).toordinal(), 17)
    parts = civil(days)
    assert (month_index(days) == parts.year * 12 - 12 + parts.month - 1).all()
    assert (np.diff(month_index(days)) >= 0).all()
