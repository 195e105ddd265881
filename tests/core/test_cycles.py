"""Schedules: rolling from the anchor, ends of months, stubs, and what is counted when adjusted."""

from datetime import date
from itertools import pairwise

import numpy as np
import pytest

from lessor.core.calendars import calendar
from lessor.core.cycles import (
    Counting,
    CycleStep,
    Stub,
    accrual_periods,
    schedule_rows,
    stepped_dates,
    unadjusted_dates,
)
from lessor.core.dates import add_months
from lessor.core.days import Days, dates_of, days_of
from lessor.core.roll import Cycle, roll, roll_cycle


def day(text: str) -> int:
    return date.fromisoformat(text).toordinal()


def texts(days: Days) -> list[str]:
    return [str(one) for one in dates_of(days)]


def schedule(
    start: str, cycle: Cycle, end: str, *, stub: Stub = "short_last", end_of_month: bool = False
) -> list[str]:
    return texts(
        unadjusted_dates(day(start), cycle, day(end), stub=stub, end_of_month=end_of_month)
    )


def test_the_day_of_the_anchor_comes_back():
    expected = ["2024-02-29", "2024-03-31", "2024-04-30", "2024-05-31"]
    assert texts(roll(day("2024-01-31"), 1, np.arange(1, 5))) == expected
    assert texts(roll(day("2024-02-29"), 12, np.array([1, 4, -4]))) == [
        "2025-02-28",
        "2028-02-29",
        "2020-02-29",
    ]


def test_end_of_month_needs_an_anchor_at_the_end_of_its_month():
    counts = np.arange(4)
    assert texts(roll(day("2026-02-28"), 1, counts, end_of_month=True)) == [
        "2026-02-28",
        "2026-03-31",
        "2026-04-30",
        "2026-05-31",
    ]
    for anchor, flag in [("2026-02-28", False), ("2026-02-27", True)]:
        found = roll(day(anchor), 1, counts, end_of_month=flag)
        assert {text[-2:] for text in texts(found)} == {anchor[-2:]}


def test_end_of_month_is_without_effect_on_days():
    fortnight = Cycle(14, "days")
    with_flag = roll_cycle(day("2026-02-28"), fortnight, np.arange(9), end_of_month=True)
    assert (np.diff(with_flag) == 14).all()


def test_many_anchors_roll_as_each_alone():
    chance = np.random.default_rng(7)
    anchors = chance.integers(day("1999-01-01"), day("2061-01-01"), 500)
    anchors[:50] = days_of([date(2020 + year, 1, 31) for year in range(50)])
    months, flags = chance.integers(1, 14, 500), chance.random(500) < 0.5
    rolled = roll(anchors, months, np.arange(-5, 30), end_of_month=flags)
    assert rolled.shape == (500, 35)
    for row, anchor, step, flag in zip(rolled, anchors, months, flags, strict=True):
        assert (row == roll(int(anchor), int(step), np.arange(-5, 30), end_of_month=flag)).all()
        start = date.fromordinal(anchor)
        if not flag or add_months(start.replace(day=1), 1).toordinal() != anchor + 1:
            plain = [add_months(start, count * int(step)) for count in range(-5, 30)]
            assert dates_of(row) == plain


def test_each_anchor_may_have_its_own_counts():
    anchors = days_of([date(2026, 1, 31), date(2026, 2, 15)])
    rolled = roll(anchors, 1, np.array([[1, 2], [5, 6]]))
    assert [texts(row) for row in rolled] == [
        ["2026-02-28", "2026-03-31"],
        ["2026-07-15", "2026-08-15"],
    ]


@pytest.mark.parametrize(
    ("stub", "expected"),
    [
        ("short_last", ["2026-01-15", "2026-04-15", "2026-07-15", "2026-08-31"]),
        ("long_last", ["2026-01-15", "2026-04-15", "2026-08-31"]),
        ("short_first", ["2026-01-15", "2026-02-28", "2026-05-31", "2026-08-31"]),
        ("long_first", ["2026-01-15", "2026-05-31", "2026-08-31"]),
    ],
)
def test_stubs(stub: Stub, expected: list[str]):
    assert schedule("2026-01-15", Cycle(3), "2026-08-31", stub=stub) == expected


@pytest.mark.parametrize("stub", ["short_last", "long_last", "short_first", "long_first"])
def test_a_cycle_that_meets_both_ends_has_no_stub(stub: Stub):
    assert schedule("2026-01-15", Cycle(1), "2026-04-15", stub=stub) == [
        "2026-01-15",
        "2026-02-15",
        "2026-03-15",
        "2026-04-15",
    ]
    weeks = schedule("2026-01-15", Cycle(7, "days"), "2026-02-05", stub=stub)
    assert weeks == ["2026-01-15", "2026-01-22", "2026-01-29", "2026-02-05"]


@pytest.mark.parametrize("stub", ["short_last", "long_last", "short_first", "long_first"])
def test_a_schedule_shorter_than_its_cycle_is_one_period(stub: Stub):
    assert schedule("2026-01-15", Cycle(3), "2026-02-01", stub=stub) == ["2026-01-15", "2026-02-01"]
    assert schedule("2026-01-15", Cycle(30, "days"), "2026-01-16", stub=stub) == [
        "2026-01-15",
        "2026-01-16",
    ]


def test_a_long_stub_may_be_the_only_period():
    ends = ["2026-01-15", "2026-05-01"]
    assert schedule(ends[0], Cycle(3), ends[1], stub="long_last") == ends
    assert schedule(ends[0], Cycle(3), ends[1], stub="long_first") == ends


def test_said_dates_are_not_moved_to_the_end_of_their_month():
    found = schedule("2026-01-31", Cycle(1), "2026-04-29", end_of_month=True)
    assert found == ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-29"]
    found = schedule("2026-01-30", Cycle(1), "2026-04-30", stub="short_first", end_of_month=True)
    assert found == ["2026-01-30", "2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30"]


def test_cycles_that_lead_nowhere_raise():
    for every in (0, -1):
        with pytest.raises(ValueError, match="leads nowhere"):
            Cycle(every)
        with pytest.raises(ValueError, match="leads nowhere"):
            roll(739617, every, np.arange(3))
    with pytest.raises(ValueError, match="leads nowhere"):
        roll(np.array([739617, 739618]), np.array([1, 0]), np.arange(3))


def test_schedules_that_end_before_they_start_raise():
    for end in ("2026-01-15", "2026-01-14"):
        with pytest.raises(ValueError, match="ends after it starts"):
            schedule("2026-01-15", Cycle(1), end)
    with pytest.raises(ValueError, match="ends after it starts"):
        schedule_rows(np.array([739617]), 1, np.array([739617]))


def test_years_that_dates_do_not_have_raise():
    for counts in (np.array([-30000]), np.array([120000])):
        with pytest.raises(ValueError, match="years 1 to 9999"):
            roll(739617, 1, counts)


@pytest.mark.parametrize("counting", ["shift_calculate", "calculate_shift"])
def test_the_payment_moves_and_the_counted_days_with_it_or_not(counting: Counting):
    # 15 February 2026 is a Sunday before a holiday, 15 August a Saturday.
    unadjusted = unadjusted_dates(day("2025-11-15"), Cycle(3), day("2026-08-15"))
    periods = accrual_periods(unadjusted, calendar("nyse"), "modified_following", counting=counting)
    payments = ["2026-02-17", "2026-05-15", "2026-08-17"]
    plain = ["2025-11-15", "2026-02-15", "2026-05-15", "2026-08-15"]
    assert texts(periods.payment) == payments
    assert texts(periods.start) == plain[:-1]
    assert texts(periods.end) == plain[1:]
    # The first date, a Saturday, is when the money went out: it stays under both.
    counted = [plain[0], *payments] if counting == "shift_calculate" else plain
    assert texts(periods.count_start) == counted[:-1]
    assert texts(periods.count_end) == counted[1:]


@pytest.mark.parametrize("counting", ["shift_calculate", "calculate_shift"])
def test_counted_periods_leave_no_day_out(counting: Counting):
    rows = roll(np.arange(739617, 740000), 1, np.arange(25))
    periods = accrual_periods(rows, calendar("china"), "preceding", counting=counting)
    assert periods.payment.shape == (383, 24)
    assert (periods.count_start[:, 1:] == periods.count_end[:, :-1]).all()
    assert (periods.count_start[:, 0] == rows[:, 0]).all()


def test_many_schedules_are_as_each_alone():
    chance = np.random.default_rng(11)
    starts = chance.integers(739617, 740617, 200)
    months, flags = chance.choice([1, 2, 3, 6, 12], 200), chance.random(200) < 0.5
    ends = starts + chance.integers(1, 3650, 200)
    ends[:100] = roll(starts[:100], months[:100], np.array([5]), end_of_month=flags[:100])[:, 0]
    rows = schedule_rows(starts, months, ends, end_of_month=flags)
    for row, *said in zip(rows, starts, months, ends, flags, strict=True):
        start, step, end, flag = said
        alone = unadjusted_dates(int(start), Cycle(int(step)), int(end), end_of_month=bool(flag))
        assert row[: len(alone)].tolist() == alone.tolist()
        assert (row[len(alone) :] == end).all()
    assert max(len(set(row.tolist())) for row in rows) == rows.shape[1]


def test_dates_rise():
    stubs: list[Stub] = ["short_last", "long_last", "short_first", "long_first"]
    for stub in stubs:
        found = unadjusted_dates(739617 + 30, Cycle(1), 739617 + 3000, stub=stub)
        assert all(one < next_one for one, next_one in pairwise(found.tolist()))


@pytest.mark.parametrize(
    ("stub", "end_of_month"),
    [("short_last", False), ("long_last", True), ("short_first", False), ("long_first", True)],
)
def test_one_step_is_the_schedule_of_one_cycle(stub: Stub, end_of_month: bool):
    for start, end in (("2026-01-31", "2026-08-31"), ("2026-01-15", "2026-02-01")):
        steps = [CycleStep(day(start), 1), CycleStep(day(start), 3)]
        found = stepped_dates(steps, day(end), stub=stub, end_of_month=end_of_month)
        assert texts(found) == schedule(start, Cycle(3), end, stub=stub, end_of_month=end_of_month)


@pytest.mark.parametrize(
    ("stub", "expected"),
    [
        ("short_last", ["01-15", "02-15", "03-15", "06-15", "09-15", "10-31"]),
        ("long_last", ["01-15", "02-15", "03-15", "06-15", "10-31"]),
        # Back from the end; the change is then a date of the quarters.
        ("short_first", ["01-15", "01-31", "02-28", "03-31", "04-30", "07-31", "10-31"]),
        ("long_first", ["01-15", "02-28", "03-31", "04-30", "07-31", "10-31"]),
    ],
)
def test_the_stub_of_a_changing_cycle_stands_at_one_end_alone(stub: Stub, expected: list[str]):
    turn = "2026-04-30" if stub.endswith("first") else "2026-03-15"
    steps = [CycleStep(day("2026-01-15"), 1), CycleStep(day(turn), 3)]
    found = texts(stepped_dates(steps, day("2026-10-31"), stub=stub))
    assert found == [f"2026-{each}" for each in expected]


def test_a_change_is_kept_by_a_long_stub_and_put_off_where_it_is_no_date():
    january, end = day("2026-01-15"), day("2026-05-01")
    kept = stepped_dates(
        [CycleStep(january, 1), CycleStep(day("2026-04-15"), 3)], end, stub="long_last"
    )
    assert texts(kept) == ["2026-01-15", "2026-02-15", "2026-03-15", "2026-04-15", "2026-05-01"]
    late = stepped_dates([CycleStep(january, 1), CycleStep(day("2026-02-16"), 6)], end)
    assert texts(late) == ["2026-01-15", "2026-02-15", "2026-03-15", "2026-05-01"]
    with pytest.raises(ValueError, match="ends after it starts"):
        stepped_dates([CycleStep(january, 1)], january)
