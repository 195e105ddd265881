"""The months of a plan and the moments in them: which month, which rest, which day."""

from datetime import date

import pytest

from lessor.rating.grid import Grid, Moment, Stream, by_day, months_to_cover

MAY = Grid(date(2026, 5, 1), 12)


def test_months_run_from_closing_and_keep_its_day():
    grid = Grid(date(2026, 1, 31), 3)
    assert grid.boundaries == (
        date(2026, 1, 31),
        date(2026, 2, 28),
        date(2026, 3, 31),
        date(2026, 4, 30),
    )
    assert grid.labels == ("2026-01", "2026-02", "2026-03")
    assert grid.end == date(2026, 4, 30)


@pytest.mark.parametrize(
    ("day", "period"),
    [
        (date(2026, 4, 1), 0),
        (date(2026, 5, 1), 0),
        (date(2026, 5, 31), 0),
        (date(2026, 6, 1), 1),
        (date(2027, 4, 30), 11),
        (date(2027, 5, 1), 11),
        (date(2030, 1, 1), 11),
    ],
)
def test_a_day_lies_in_one_month_and_days_outside_in_the_nearest(day: date, period: int):
    assert MAY.period_of(day) == period


@pytest.mark.parametrize(
    ("day", "opening", "slot", "shown"),
    [
        (date(2026, 3, 1), True, 0, date(2026, 5, 1)),
        (date(2026, 5, 1), False, 0, date(2026, 5, 1)),
        (date(2026, 5, 16), True, 1, date(2026, 5, 16)),
        (date(2026, 6, 1), False, 1, date(2026, 6, 1)),
        (date(2026, 6, 1), True, 2, date(2026, 6, 1)),
        (date(2027, 5, 1), True, 23, date(2027, 5, 1)),
        (date(2028, 1, 1), True, 23, date(2027, 5, 1)),
    ],
    ids=["before", "closing", "inside", "in arrears", "in advance", "end", "after"],
)
def test_cash_of_a_day_moves_at_one_moment(day: date, opening: bool, slot: int, shown: date):
    assert MAY.moment(day, opening=opening) == Moment(slot, shown)


def test_an_opening_and_the_closing_before_it_are_one_rest_in_two_months():
    opening, closing = MAY.opening(3), MAY.closing_of(2)
    assert (opening.rest, closing.rest) == (3, 3)
    assert (opening.period, closing.period) == (3, 2)
    assert opening.day == closing.day == date(2026, 8, 1)


def test_cash_inside_a_month_counts_at_its_end():
    assert MAY.moment(date(2026, 7, 2), opening=False).rest == 3


def test_a_stream_sums_by_month_by_rest_and_by_day():
    stream = Stream()
    for moment, amount in ((MAY.opening(0), 5), (MAY.closing_of(0), 7), (MAY.opening(1), 11)):
        stream.add(moment, amount)
    assert stream.by_period(2) == [12, 11]
    assert stream.by_rest(2) == [5, 18, 0]
    other = Stream([(MAY.opening(0), 2)])
    assert by_day([(1, stream), (-1, other)]) == {date(2026, 5, 1): 3, date(2026, 6, 1): 18}


@pytest.mark.parametrize(
    ("day", "months"),
    [
        (date(2026, 5, 1), 0),
        (date(2026, 5, 2), 1),
        (date(2026, 6, 1), 1),
        (date(2026, 6, 2), 2),
        (date(2031, 5, 1), 60),
    ],
)
def test_months_to_cover_a_day(day: date, months: int):
    assert months_to_cover(date(2026, 5, 1), day) == months
