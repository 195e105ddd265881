"""Which weekdays are holidays, by calendar: one function from a year to that year's holidays.

The rules are those in force since about 1990 and are carried on as they stand; a holiday may be
said for a weekend, on which no business is done anyway.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache

from lessor.core.lunar_festivals import festivals

MONDAY, THURSDAY, FRIDAY, SATURDAY, SUNDAY = 0, 3, 4, 5, 6


@lru_cache(maxsize=1024)
def easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar, by the anonymous (Meeus-Jones-Butcher) rule.

    Source: J. Meeus, Astronomical Algorithms, 2nd edition, chapter 8.

    >>> easter(2026)
    datetime.date(2026, 4, 5)
    """
    golden, (century, rest) = year % 19, divmod(year, 100)
    skipped = (century - (century + 8) // 25 + 1) // 3
    epact = (19 * golden + century - century // 4 - skipped + 15) % 30
    weekday = (32 + 2 * (century % 4) + 2 * (rest // 4) - epact - rest % 4) % 7
    shift = (golden + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * shift + 114, 31)
    return date(year, month, day + 1)


def nth_weekday(year: int, month: int, weekday: int, number: int) -> date:
    """The `number`-th Monday (0) to Sunday (6) of a month.

    >>> nth_weekday(2026, 11, THURSDAY, 4)
    datetime.date(2026, 11, 26)
    """
    first = date(year, month, 1)
    return first + timedelta((weekday - first.weekday()) % 7 + 7 * (number - 1))


def _monday_if_sunday(day: date) -> date:
    return day + timedelta(1) if day.weekday() == SUNDAY else day


def _nearest_weekday(day: date) -> date:
    return day - timedelta(1) if day.weekday() == SATURDAY else _monday_if_sunday(day)


def target_holidays(year: int) -> Iterator[date]:
    """Closing days of TARGET; 31 December was one in three early years.

    Source: European Central Bank, long-term calendar of TARGET closing days, 14 December 2000.
    """
    yield date(year, 1, 1)
    yield date(year, 12, 25)
    if year >= 2000:
        yield easter(year) - timedelta(2)
        yield easter(year) + timedelta(1)
        yield date(year, 5, 1)
        yield date(year, 12, 26)
    if year in (1998, 1999, 2001):
        yield date(year, 12, 31)


def _monday_holidays(year: int) -> Iterator[date]:
    # Washington's birthday, Memorial Day (the last Monday of May), Labor Day.
    yield nth_weekday(year, 2, MONDAY, 3)
    yield nth_weekday(year, 6, MONDAY, 1) - timedelta(7)
    yield nth_weekday(year, 9, MONDAY, 1)


def fed_holidays(year: int) -> Iterator[date]:
    """Holidays of the Federal Reserve Banks: a Sunday's is kept on Monday, a Saturday's is not.

    Source: holiday schedules of the Federal Reserve Banks; the days of 5 U.S.C. 6103 (a).
    """
    yield from _monday_holidays(year)
    yield nth_weekday(year, 1, MONDAY, 3)
    yield nth_weekday(year, 10, MONDAY, 2)
    yield nth_weekday(year, 11, THURSDAY, 4)
    fixed = [(1, 1), (7, 4), (11, 11), (12, 25)] + [(6, 19)] * (year >= 2022)
    yield from (_monday_if_sunday(date(year, month, day)) for month, day in fixed)


_NYSE_CLOSED = frozenset(
    [
        date(1994, 4, 27),  # mourning for President Nixon
        *(date(2001, 9, day) for day in (11, 12, 13, 14)),
        date(2004, 6, 11),  # mourning for President Reagan
        date(2007, 1, 2),  # mourning for President Ford
        date(2012, 10, 29),  # Hurricane Sandy
        date(2012, 10, 30),
        date(2018, 12, 5),  # mourning for President Bush
        date(2025, 1, 9),  # mourning for President Carter
    ]
)


def nyse_holidays(year: int) -> Iterator[date]:
    """Holidays of the New York Stock Exchange, and the days on which it closed unforeseen.

    A Saturday's holiday is kept on Friday, a Sunday's on Monday, but New Year's Day never on the
    last Friday of the year before.

    Source: NYSE Rule 7.2; the exchange's notices of closings.
    """
    yield from _monday_holidays(year)
    if year >= 1998:
        yield nth_weekday(year, 1, MONDAY, 3)
    yield nth_weekday(year, 11, THURSDAY, 4)
    yield easter(year) - timedelta(2)
    yield _monday_if_sunday(date(year, 1, 1))
    fixed = [(7, 4), (12, 25)] + [(6, 19)] * (year >= 2022)
    yield from (_nearest_weekday(date(year, month, day)) for month, day in fixed)
    yield from (day for day in _NYSE_CLOSED if day.year == year)


_GOVERNMENT_SECURITIES_CLOSED = frozenset(
    [date(2004, 6, 11), date(2012, 10, 30), date(2018, 12, 5)]
)


def sofr_holidays(year: int) -> Iterator[date]:
    """Days without SOFR: not a U.S. Government Securities Business Day, or Good Friday.

    As the Federal Reserve's, but a Saturday's Juneteenth, Independence Day or Christmas is kept on
    Friday. No SOFR has been published on a Good Friday, even when the market closed early only.

    Source: SIFMA, holiday schedule for U.S. government securities; SOFR's publication calendar.
    """
    yield from fed_holidays(year)
    yield easter(year) - timedelta(2)
    fixed = [(7, 4), (12, 25)] + [(6, 19)] * (year >= 2022)
    yield from (_nearest_weekday(date(year, month, day)) for month, day in fixed)
    yield from (day for day in _GOVERNMENT_SECURITIES_CLOSED if day.year == year)


def china_statutory_holidays(year: int) -> Iterator[date]:
    """China's public holidays of a year whose notice is not tabled: assumed, no weekend moved.

    The statutory days of 2025 on: New Year; four from the eve of the Spring Festival; Ching Ming;
    1 and 2 May; Dragon Boat; Mid-Autumn; 1 to 3 October. One that meets a weekend or another of
    them is made up for on the next free weekday. After 2100 the fixed days only.

    Source: Regulation on Public Holidays for National Annual Festivals and Memorial Days, State
    Council decree 795, in force from 1 January 2025.
    """
    days = [date(year, *day) for day in [(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)]]
    if year in festivals():
        lunar = festivals()[year]
        days += [lunar.new_year + timedelta(shift) for shift in (-1, 0, 1, 2)]
        days += [lunar.ching_ming, lunar.dragon_boat, lunar.mid_autumn]
    yield from _made_up(days, free=(SATURDAY, SUNDAY))


def hong_kong_holidays(year: int) -> Iterator[date]:
    """General holidays in Hong Kong; after 2100 without those of the Chinese calendar.

    One that meets a Sunday or another is kept on the next day that is neither. If one of the three
    days of the Lunar New Year is a Sunday, the fourth is a holiday too; until 2011, if the first
    was a Sunday, the day before was one instead. Storms that close the exchange are not in it.

    Source: General Holidays Ordinance (Cap. 149), its schedule before and since 2012.
    """
    good_friday = easter(year) - timedelta(2)
    days = [date(year, *day) for day in [(1, 1), (5, 1), (7, 1), (10, 1), (12, 25), (12, 26)]]
    days += [good_friday, good_friday + timedelta(1), good_friday + timedelta(3)]
    if year == 2015:
        days.append(date(2015, 9, 3))  # seventy years after the war
    if year in festivals():
        lunar = festivals()[year]
        first = lunar.new_year
        if first.weekday() == SUNDAY and year < 2012:
            first -= timedelta(1)
            days += [first, first + timedelta(2), first + timedelta(3)]
        else:
            days += [first, first + timedelta(1), first + timedelta(2)]
        days += [lunar.ching_ming, lunar.buddha, lunar.dragon_boat, lunar.chung_yeung]
        if year >= 2012 or lunar.mid_autumn.weekday() != SATURDAY:
            days.append(lunar.mid_autumn + timedelta(1))
    yield from _made_up(days, free=(SUNDAY,))


def _made_up(days: list[date], *, free: tuple[int, ...]) -> Iterator[date]:
    # In order: a day that is free or taken moves behind all that were said for themselves.
    named = {day for day in days if day.weekday() not in free}
    taken = set(named)
    spare = sorted(days)
    for day in set(named):
        spare.remove(day)
    for day in spare:
        while day.weekday() in free or day in taken:
            day += timedelta(1)
        taken.add(day)
    yield from taken
