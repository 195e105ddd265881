"""Business-day calendars: known days of each, adjusting, counting business days, joining."""

from datetime import date, timedelta
from math import radians, sin

import numpy as np
import pytest

from lessor.core.calendar_rules import (
    china_statutory_holidays,
    easter,
    hong_kong_holidays,
    nth_weekday,
)
from lessor.core.calendars import (
    CALENDAR_NAMES,
    CalendarName,
    Convention,
    calendar,
    joint_calendar,
)
from lessor.core.days import dates_of, days_of
from lessor.core.lunar_festivals import festivals

EVERY_DAY = np.arange(date(1970, 1, 1).toordinal(), date(2201, 12, 31).toordinal() + 1)
MODES: tuple[Convention, ...] = (
    "none",
    "following",
    "modified_following",
    "preceding",
    "modified_preceding",
)


def is_open(name: CalendarName, *days: str) -> list[bool]:
    dates = days_of(map(date.fromisoformat, days))
    flags: list[bool] = calendar(name).is_business(dates).tolist()
    return flags


def adjusted(name: CalendarName, day: str, convention: Convention) -> str:
    ordinal = date.fromisoformat(day).toordinal()
    return str(date.fromordinal(calendar(name).adjust(ordinal, convention)))


def test_china_works_on_the_weekends_of_the_notice():
    assert is_open("china", "2026-01-04", "2026-02-14", "2026-02-28", "2026-09-20") == [True] * 4
    assert is_open("china", "2026-02-15", "2026-02-22", "2026-09-26") == [False] * 3
    assert is_open("china", "2026-02-16", "2026-02-23", "2026-10-07") == [False] * 3
    # The eve of the Lunar New Year 2024 was a working day of the banks, not of the exchanges.
    assert is_open("china", "2024-02-09", "2024-02-12") == [True, False]


def test_china_beyond_its_notices_keeps_the_statutory_days():
    place = calendar("china")
    assert place.announced_until == date(2026, 12, 31)
    weekdays = [day for day in dates_of(EVERY_DAY) if day.year == 2028 and day.weekday() < 5]
    off = [f"{day:%m%d}" for day in weekdays if not place.is_business(day.toordinal())]
    # New Year made up for; the eve (a Tuesday) and three days; Ching Ming; two of May; Dragon Boat
    # (a Sunday) made up for; October with its Sunday and its Mid-Autumn made up for.
    expected = "0103 0125 0126 0127 0128 0404 0501 0502 0529 1002 1003 1004 1005"
    assert " ".join(off) == expected
    weekends = EVERY_DAY[(EVERY_DAY - 1) % 7 >= 5]
    later = weekends[weekends > date(2026, 12, 31).toordinal()]
    assert not place.is_business(later).any()


def test_thirteen_statutory_days_are_kept_every_year():
    assert all(len(set(china_statutory_holidays(year))) == 13 for year in festivals())
    assert len(set(china_statutory_holidays(2150))) == 6


def test_hong_kong_makes_up_for_sundays_and_for_meetings():
    # Ching Ming on Easter Sunday 2026; the day after it on Easter Monday 2021.
    assert is_open("hong_kong", "2026-04-07", "2026-04-08") == [False, True]
    assert is_open("hong_kong", "2021-04-06", "2021-04-07") == [False, True]
    assert is_open("hong_kong", "2022-12-27", "2022-12-28") == [False, True]
    # The day after Mid-Autumn on the National Day.
    assert is_open("hong_kong", "2012-10-01", "2012-10-02", "2012-10-03") == [False, False, True]
    assert all(len(set(hong_kong_holidays(year))) == 17 for year in range(2016, 2101))
    assert not is_open("hong_kong", "2015-09-03")[0]


def test_the_american_calendars_are_three():
    # Saturday 4 July 2026 is kept on Friday by the exchange and the bond market, not by the Fed.
    assert is_open("nyse", "2026-07-03", "2026-07-06") == [False, True]
    assert is_open("sofr", "2026-07-03") == [False]
    assert is_open("fed", "2026-07-03") == [True]
    # Good Friday, Columbus Day, Veterans Day.
    assert is_open("nyse", "2026-04-03", "2026-10-12", "2026-11-11") == [False, True, True]
    assert is_open("fed", "2026-04-03", "2026-10-12", "2026-11-11") == [True, False, False]
    assert is_open("sofr", "2026-04-03", "2026-10-12", "2026-11-11") == [False] * 3
    # New Year's Day on a Saturday closes no Friday of the year before.
    assert is_open("nyse", "2021-12-31", "2025-01-09") == [True, False]


def test_target_keeps_easter_and_no_national_day():
    assert is_open("target", "2026-04-03", "2026-04-06", "2026-05-01") == [False] * 3
    assert is_open("target", "2026-12-25", "2026-12-28", "2026-05-14") == [False, True, True]


def test_none_has_no_day_off_and_weekdays_no_holiday():
    assert calendar("none").is_business(EVERY_DAY).all()
    weeks = EVERY_DAY[: len(EVERY_DAY) // 7 * 7].reshape(-1, 7)
    assert (calendar("weekdays").is_business(weeks).sum(axis=1) == 5).all()
    assert is_open("weekdays", "2026-01-01", "2026-01-03", "2026-01-04") == [True, False, False]


@pytest.mark.parametrize(
    ("convention", "day", "expected"),
    [
        ("none", "2026-01-31", "2026-01-31"),
        ("following", "2026-01-31", "2026-02-02"),
        ("modified_following", "2026-01-31", "2026-01-30"),
        ("preceding", "2026-01-31", "2026-01-30"),
        ("modified_preceding", "2026-01-31", "2026-01-30"),
        ("preceding", "2026-02-01", "2026-01-30"),
        ("modified_preceding", "2026-02-01", "2026-02-02"),
        ("modified_following", "2026-02-01", "2026-02-02"),
        ("following", "2026-01-30", "2026-01-30"),
    ],
)
def test_conventions(convention: Convention, day: str, expected: str):
    assert adjusted("weekdays", day, convention) == expected


@pytest.mark.parametrize("name", CALENDAR_NAMES)
def test_adjusting_is_going_day_by_day(name: CalendarName):
    place = calendar(name)
    days = np.arange(date(2024, 1, 1).toordinal(), date(2030, 1, 1).toordinal())
    for day in days[::3].tolist():
        after, before = day, day
        while not place.is_business(after):
            after += 1
        while not place.is_business(before):
            before -= 1
        same_month = date.fromordinal(after).month == date.fromordinal(day).month
        assert place.next(day) == after
        assert place.previous(day) == before
        assert place.adjust(day, "modified_following") == (after if same_month else before)


@pytest.mark.parametrize("name", CALENDAR_NAMES)
def test_adjusted_days_are_business_days_and_stay(name: CalendarName):
    place = calendar(name)
    for convention in MODES[1:]:
        moved = place.adjust(EVERY_DAY, convention)
        inside = (moved >= EVERY_DAY[0]) & (moved <= EVERY_DAY[-1])
        assert place.is_business(moved[inside]).all()
        assert (place.adjust(moved[inside], convention) == moved[inside]).all()
    assert (place.adjust(EVERY_DAY, "none") == EVERY_DAY).all()


def test_business_days_are_counted_from_the_day_itself():
    place = calendar("weekdays")
    friday, saturday, sunday, monday = range(739653, 739657)
    assert date.fromordinal(friday).weekday() == 4
    assert [place.business_days_after(friday, count) for count in (0, 1, -1)] == [
        friday,
        monday,
        friday - 1,
    ]
    weekend = np.array([saturday, sunday])
    assert (place.business_days_after(weekend, 1) == monday).all()
    assert (place.business_days_after(weekend, 0) == monday).all()
    assert (place.business_days_after(weekend, -1) == friday).all()
    assert (place.business_days_after(weekend, -6) == friday - 7).all()


@pytest.mark.parametrize("name", CALENDAR_NAMES)
def test_counting_there_and_back_returns(name: CalendarName):
    place = calendar(name)
    business = EVERY_DAY[place.is_business(EVERY_DAY)][100:-100]
    for count in (1, 2, 5, 90):
        there = place.business_days_after(business, count)
        assert (place.business_days_after(there, -count) == business).all()


def test_days_outside_the_years_of_calendars_raise():
    place = calendar("nyse")
    for day in (date(1969, 12, 31), date(2202, 1, 1)):
        with pytest.raises(ValueError, match="1970-01-01 to 2201-12-31"):
            place.is_business(day.toordinal())
    with pytest.raises(ValueError, match="out of the years"):
        place.business_days_after(date(1970, 1, 5).toordinal(), -300)


def test_joint_calendars():
    days = np.arange(date(2024, 1, 1).toordinal(), date(2030, 1, 1).toordinal())
    china, sofr = calendar("china").is_business(days), calendar("sofr").is_business(days)
    both = joint_calendar(["china", "sofr"])
    assert (both.is_business(days) == (china & sofr)).all()
    assert both.announced_until == date(2026, 12, 31)
    either = joint_calendar(["china", "sofr"], "business_days")
    assert (either.is_business(days) == (china | sofr)).all()
    assert joint_calendar(["fed"]) is calendar("fed")
    assert joint_calendar(["china", "sofr"]) is both
    with pytest.raises(ValueError, match="at least one"):
        joint_calendar([])


def test_a_shared_calendar_cannot_be_written_to():
    with pytest.raises(ValueError, match="read-only"):
        calendar("fed").open_table[0] = True


def test_easter_and_weekdays_of_months():
    assert [str(easter(year)) for year in (1981, 2000, 2038, 2049)] == [
        "1981-04-19",
        "2000-04-23",
        "2038-04-25",
        "2049-04-18",
    ]
    assert nth_weekday(2026, 9, 0, 1) == date(2026, 9, 7)


def new_moon(day: date) -> float:
    """Days from a day's start in Beijing to the new moon near it; within a few minutes.

    Source: J. Meeus, Astronomical Algorithms, 2nd edition, chapter 49, the terms above 0.0003 day.
    """
    count = round((day.toordinal() - 730125.0) / 29.530588861)
    century = count / 1236.85
    dim = 1 - 0.002516 * century
    sun = radians(2.5534 + 29.10535670 * count)
    moon = radians(201.5643 + 385.81693528 * count + 0.0107582 * century**2)
    node = radians(160.7108 + 390.67050284 * count - 0.0016118 * century**2)
    terms = [
        (-0.40720, moon),
        (0.17241 * dim, sun),
        (0.01608, 2 * moon),
        (0.01039, 2 * node),
        (0.00739 * dim, moon - sun),
        (-0.00514 * dim, moon + sun),
        (0.00208 * dim**2, 2 * sun),
        (-0.00111, moon - 2 * node),
        (-0.00057, moon + 2 * node),
        (0.00056 * dim, 2 * moon + sun),
        (-0.00042, 3 * moon),
        (0.00042 * dim, sun + 2 * node),
        (0.00038 * dim, sun - 2 * node),
        (0.000325, radians(299.77 + 0.107408 * count - 0.009173 * century**2)),
    ]
    julian = 2451550.09766 + 29.530588861 * count + 0.00015437 * century**2
    julian += sum(size * sin(angle) for size, angle in terms)
    # Julian days begin at noon; Beijing is eight hours ahead; the earth slows by a minute or three.
    slowing = (70 + max(0, day.year - 2010) * 1.4) / 86400
    return julian - 1721424.5 + 8 / 24 - slowing - day.toordinal()


def test_the_lunar_months_of_the_festivals_begin_with_new_moons():
    for year in festivals().values():
        for day, number in [
            (year.new_year, 1),
            (year.buddha, 8),
            (year.dragon_boat, 5),
            (year.mid_autumn, 15),
            (year.chung_yeung, 9),
        ]:
            # Minutes, for the shortened series; a wrong day would be off by up to a whole one.
            assert -0.005 < new_moon(day - timedelta(number - 1)) < 1.005, day


def test_the_festivals_keep_their_distance():
    for year in festivals().values():
        # Three months on, or a leap month more; four months; from the fifth month to the eighth.
        assert year.ching_ming.day in (4, 5)
        assert 94 <= (year.buddha - year.new_year).days <= 127
        assert 26 <= (year.dragon_boat - year.buddha).days <= 57
        assert 97 <= (year.mid_autumn - year.dragon_boat).days <= 130
        assert 23 <= (year.chung_yeung - year.mid_autumn).days <= 54
