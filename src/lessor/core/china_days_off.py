"""China's days off as published: the weekdays without business and the weekends worked for them.

Each autumn the notice on the next year's holidays moves weekends, so that days off come together.
The interbank market and the banks follow the notice, weekends worked included; the stock exchanges
close on all weekends and are not meant here. Weekends that stay free are not listed.

Source: the yearly notices of the General Office of the State Council on holiday arrangements for
2008 to 2026, with that of 27 January 2020, which prolonged the Spring Festival.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from types import MappingProxyType
from typing import NamedTuple


class DaysOff(NamedTuple):
    """One year's notice: weekdays off as `MMDD` or `MMDD-MMDD`, weekends worked as `MMDD`."""

    off: str
    working: str


PUBLISHED: Mapping[int, DaysOff] = MappingProxyType(
    {
        2008: DaysOff(
            off="0101 0206-0212 0404 0501-0502 0609 0915 0929-1003",
            working="0202 0203 0504 0927 0928",
        ),
        2009: DaysOff(
            off="0101-0102 0126-0130 0406 0501 0528-0529 1001-1008",
            working="0104 0124 0201 0531 0927 1010",
        ),
        2010: DaysOff(
            off="0101 0215-0219 0405 0503 0614-0616 0922-0924 1001-1007",
            working="0220 0221 0612 0613 0919 0925 0926 1009",
        ),
        2011: DaysOff(
            off="0103 0202-0208 0404-0405 0502 0606 0912 1003-1007",
            working="0130 0212 0402 1008 1009 1231",
        ),
        2012: DaysOff(
            off="0102-0103 0123-0127 0402-0404 0430-0501 0622 1001-1005",
            working="0121 0129 0331 0401 0428 0929",
        ),
        2013: DaysOff(
            off="0101-0103 0211-0215 0404-0405 0429-0501 0610-0612 0919-0920 1001-1007",
            working="0105 0106 0216 0217 0407 0427 0428 0608 0609 0922 0929 1012",
        ),
        2014: DaysOff(
            off="0101 0131-0206 0407 0501-0502 0602 0908 1001-1007",
            working="0126 0208 0504 0928 1011",
        ),
        2015: DaysOff(
            off="0101-0102 0218-0224 0406 0501 0622 0903-0904 1001-1007",
            working="0104 0215 0228 0906 1010",
        ),
        2016: DaysOff(
            off="0101 0208-0212 0404 0502 0609-0610 0915-0916 1003-1007",
            working="0206 0214 0612 0918 1008 1009",
        ),
        2017: DaysOff(
            off="0102 0127-0202 0403-0404 0501 0529-0530 1002-1006",
            working="0122 0204 0401 0527 0930",
        ),
        2018: DaysOff(
            off="0101 0215-0221 0405-0406 0430-0501 0618 0924 1001-1005 1231",
            working="0211 0224 0408 0428 0929 0930 1229",
        ),
        2019: DaysOff(
            off="0101 0204-0208 0405 0501-0503 0607 0913 1001-1007",
            working="0202 0203 0428 0505 0929 1012",
        ),
        2020: DaysOff(
            off="0101 0124-0131 0406 0501-0505 0625-0626 1001-1008",
            working="0119 0426 0509 0628 0927 1010",
        ),
        2021: DaysOff(
            off="0101 0211-0217 0405 0503-0505 0614 0920-0921 1001-1007",
            working="0207 0220 0425 0508 0918 0926 1009",
        ),
        2022: DaysOff(
            off="0103 0131-0204 0404-0405 0502-0504 0603 0912 1003-1007",
            working="0129 0130 0402 0424 0507 1008 1009",
        ),
        2023: DaysOff(
            off="0102 0123-0127 0405 0501-0503 0622-0623 0929-1006",
            working="0128 0129 0423 0506 0625 1007 1008",
        ),
        2024: DaysOff(
            off="0101 0212-0216 0404-0405 0501-0503 0610 0916-0917 1001-1007",
            working="0204 0218 0407 0428 0511 0914 0929 1012",
        ),
        2025: DaysOff(
            off="0101 0128-0204 0404 0501-0505 0602 1001-1008",
            working="0126 0208 0427 0928 1011",
        ),
        2026: DaysOff(
            off="0101-0102 0216-0223 0406 0501-0505 0619 0925 1001-1007",
            working="0104 0214 0228 0509 0920 1010",
        ),
    }
)


def published_days_off() -> Iterator[date]:
    """The days without business of the published years; free weekends within them may be there."""
    for year, notice in PUBLISHED.items():
        for word in notice.off.split():
            first, _, last = word.partition("-")
            days = range(_day(year, first).toordinal(), _day(year, last or first).toordinal() + 1)
            yield from map(date.fromordinal, days)


def published_working_weekends() -> Iterator[date]:
    """The Saturdays and Sundays of the published years on which business is done."""
    for year, notice in PUBLISHED.items():
        yield from (_day(year, word) for word in notice.working.split())


def _day(year: int, word: str) -> date:
    return date(year, int(word[:2]), int(word[2:]))
