"""Day counts, calendars and schedules against QuantLib, on days that it has data for."""

from datetime import date
from typing import Literal

import numpy as np
import pytest
import QuantLib
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from lessor.core.calendars import CalendarName, Convention, calendar, joint_calendar
from lessor.core.cycles import Stub, unadjusted_dates
from lessor.core.dates import add_months
from lessor.core.day_counts import year_fractions
from lessor.core.days import dates_of
from lessor.core.roll import Cycle, roll

# QuantLib counts days from 1899-12-30.
SHIFT = date(1899, 12, 30).toordinal()
FIRST, LAST = date(1970, 1, 1).toordinal(), date(2190, 12, 31).toordinal()

MATURITY = date(2032, 2, 29).toordinal()

COUNTERS = {
    "30/360": QuantLib.Thirty360(QuantLib.Thirty360.BondBasis),
    "30E/360": QuantLib.Thirty360(QuantLib.Thirty360.European),
    "30E/360 ISDA": QuantLib.Thirty360(QuantLib.Thirty360.ISDA, QuantLib.Date(MATURITY - SHIFT)),
    "actual/360": QuantLib.Actual360(),
    "actual/365": QuantLib.Actual365Fixed(),
    "actual/actual": QuantLib.ActualActual(QuantLib.ActualActual.ISDA),
}

# The spans are those for which QuantLib has the yearly notices (China; before 2008 it repeats
# later festivals), the lunar festivals (Hong Kong), or all the rules (the others).
PLACES: dict[CalendarName, tuple[QuantLib.Calendar, int, int]] = {
    "china": (QuantLib.China(QuantLib.China.IB), 2008, 2026),
    "hong_kong": (QuantLib.HongKong(), 2004, 2026),
    "nyse": (QuantLib.UnitedStates(QuantLib.UnitedStates.NYSE), 1990, 2199),
    "fed": (QuantLib.UnitedStates(QuantLib.UnitedStates.FederalReserve), 1990, 2199),
    "sofr": (QuantLib.UnitedStates(QuantLib.UnitedStates.SOFR), 1990, 2199),
    "target": (QuantLib.TARGET(), 1999, 2199),
    "weekdays": (QuantLib.WeekendsOnly(), 1970, 2199),
    "none": (QuantLib.NullCalendar(), 1970, 2199),
}

# Days on which QuantLib has Hong Kong open, but the General Holidays Ordinance (Cap. 149) does not:
# the weekday after a Christmas or a Boxing Day that met a Sunday, the day after Mid-Autumn 2012
# that met the National Day, the Buddha's birthday 2019 made up for, Easter Monday 2021 that met the
# day after Ching Ming. And 10 May 2012, its Buddha's birthday, which was Saturday 28 April.
KEPT_APART = {
    "hong_kong": {
        *("2004-12-27", "2005-12-27", "2010-12-27", "2021-12-27", "2022-12-27"),
        *("2012-05-10", "2012-10-02", "2019-05-13", "2021-04-06"),
    }
}

CONVENTIONS: dict[Convention, int] = {
    "none": QuantLib.Unadjusted,
    "following": QuantLib.Following,
    "modified_following": QuantLib.ModifiedFollowing,
    "preceding": QuantLib.Preceding,
    "modified_preceding": QuantLib.ModifiedPreceding,
}

days = st.integers(FIRST, LAST)
month_ends = st.builds(
    lambda year, month, shift: date(year, month, 28).toordinal() + shift,
    st.integers(1990, 2060),
    st.integers(1, 12),
    st.integers(-1, 4),
)
pairs = st.tuples(days | month_ends | st.just(MATURITY), days | month_ends | st.just(MATURITY))


@pytest.mark.parametrize("basis", COUNTERS)
@given(st.lists(pairs, min_size=40, max_size=60))
def test_day_counts(basis: str, drawn: list[tuple[int, int]]):
    start, end = np.sort(np.array(drawn), axis=1).T
    counter = COUNTERS[basis]
    expected = [
        counter.yearFraction(QuantLib.Date(one - SHIFT), QuantLib.Date(other - SHIFT))
        for one, other in zip(start.tolist(), end.tolist(), strict=True)
    ]
    found = year_fractions(basis, start, end, maturity=MATURITY)
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-13)


@pytest.mark.parametrize("name", PLACES)
def test_every_day_of_a_calendar(name: CalendarName):
    theirs, first_year, last_year = PLACES[name]
    span = np.arange(date(first_year, 1, 1).toordinal(), date(last_year, 12, 31).toordinal() + 1)
    expected = [theirs.isBusinessDay(QuantLib.Date(day - SHIFT)) for day in span.tolist()]
    apart = span[calendar(name).is_business(span) != np.array(expected)]
    assert {str(day) for day in dates_of(apart)} == KEPT_APART.get(name, set())


@pytest.mark.parametrize("name", [name for name in PLACES if name != "hong_kong"])
@given(st.data())
def test_adjusting_and_counting_business_days(name: CalendarName, data: st.DataObject):
    theirs, first_year, last_year = PLACES[name]
    inside = st.integers(
        date(first_year, 3, 1).toordinal(), date(min(last_year, 2100), 10, 31).toordinal()
    )
    drawn = data.draw(st.lists(inside, min_size=30, max_size=30))
    place = calendar(name)
    for convention, code in CONVENTIONS.items():
        found = place.adjust(np.array(drawn), convention)
        expected = [theirs.adjust(QuantLib.Date(day - SHIFT), code).serialNumber() for day in drawn]
        assert (found - SHIFT).tolist() == expected
    for count in (-5, -2, -1, 1, 2, 10):
        found = place.business_days_after(np.array(drawn), count)
        expected = [
            theirs.advance(QuantLib.Date(day - SHIFT), count, QuantLib.Days) for day in drawn
        ]
        assert (found - SHIFT).tolist() == [day.serialNumber() for day in expected]


@pytest.mark.parametrize("rule", ["holidays", "business_days"])
def test_joint_calendars(rule: Literal["holidays", "business_days"]):
    span = np.arange(date(2008, 1, 1).toordinal(), date(2026, 12, 31).toordinal() + 1)
    code = QuantLib.JoinHolidays if rule == "holidays" else QuantLib.JoinBusinessDays
    theirs = QuantLib.JointCalendar(
        PLACES["china"][0], PLACES["sofr"][0], PLACES["target"][0], code
    )
    ours = joint_calendar(["china", "sofr", "target"], rule)
    expected = [theirs.isBusinessDay(QuantLib.Date(day - SHIFT)) for day in span.tolist()]
    assert ours.is_business(span).tolist() == expected


cycles = st.builds(Cycle, st.sampled_from([1, 2, 3, 6, 12]), st.just("months")) | st.builds(
    Cycle, st.sampled_from([7, 14, 28, 30, 91]), st.just("days")
)
starts = st.integers(date(2015, 1, 1).toordinal(), date(2040, 1, 1).toordinal()) | month_ends
lengths = st.integers(1, 4000)

CALENDARLESS = QuantLib.NullCalendar()
ADJUSTING: list[CalendarName] = ["nyse", "sofr", "target", "weekdays"]


def their_schedule(
    span: tuple[int, int],
    cycle: Cycle,
    *,
    place: QuantLib.Calendar = CALENDARLESS,
    code: int = QuantLib.Unadjusted,
    rule: int = QuantLib.DateGeneration.Forward,
    end_of_month: bool = False,
) -> list[int]:
    period = QuantLib.Period(
        cycle.every, QuantLib.Months if cycle.unit == "months" else QuantLib.Days
    )
    ends = QuantLib.Date(span[0] - SHIFT), QuantLib.Date(span[1] - SHIFT)
    assume(place.adjust(ends[0], code) < place.adjust(ends[1], code))
    schedule = QuantLib.Schedule(*ends, period, place, code, code, rule, end_of_month)
    return [day.serialNumber() + SHIFT for day in schedule.dates()]


@settings(max_examples=500)
@given(starts, cycles, lengths, st.booleans(), st.booleans())
@example(date(2026, 1, 31).toordinal(), Cycle(1), 393, False, True)
def test_unadjusted_schedules(
    start: int, cycle: Cycle, length: int, backward: bool, end_of_month: bool
):
    end = start + length
    stub: Stub = "short_first" if backward else "short_last"
    rule = QuantLib.DateGeneration.Backward if backward else QuantLib.DateGeneration.Forward
    found = unadjusted_dates(start, cycle, end, stub=stub, end_of_month=end_of_month)
    expected = their_schedule((start, end), cycle, rule=rule, end_of_month=end_of_month)
    assert found.tolist() == expected


@settings(max_examples=500)
@given(starts, cycles, lengths, st.sampled_from(ADJUSTING), st.sampled_from(list(CONVENTIONS)))
def test_adjusted_schedules(
    start: int, cycle: Cycle, length: int, name: CalendarName, convention: Convention
):
    """QuantLib drops a stub that adjusting makes empty, so the dates are compared as a set."""
    place, code = PLACES[name][0], CONVENTIONS[convention]
    expected = their_schedule((start, start + length), cycle, place=place, code=code)
    found = calendar(name).adjust(unadjusted_dates(start, cycle, start + length), convention)
    assert set(found.tolist()) == set(expected)


@settings(max_examples=500)
@given(
    st.tuples(st.integers(2015, 2040), st.integers(1, 12)),
    st.sampled_from([Cycle(1), Cycle(3), Cycle(12)]),
    st.integers(1, 60),
    st.sampled_from(ADJUSTING),
    st.sampled_from(["modified_following", "preceding"]),
)
def test_adjusted_schedules_at_ends_of_months(
    first: tuple[int, int], cycle: Cycle, count: int, name: CalendarName, convention: Convention
):
    """Where the conventions turn back, the end of a month becomes its last business day.

    The other conventions are not compared. QuantLib goes to the last business day under all of
    them, and does so too from a start that is the last business day but not the last day of its
    month; here the end of month is that of the calendar month, adjusted as the convention says.
    """
    start = add_months(date(*first, 1), 1).toordinal() - 1
    end = int(roll(start, cycle.every, count, end_of_month=True))
    place, code = PLACES[name][0], CONVENTIONS[convention]
    expected = their_schedule((start, end), cycle, place=place, code=code, end_of_month=True)
    unadjusted = unadjusted_dates(start, cycle, end, end_of_month=True)
    assert calendar(name).adjust(unadjusted, convention).tolist() == expected
