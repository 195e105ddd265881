"""Sums by day: of a cutoff that is kept, in a time zone, exact beyond what 64 bits hold."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from lessor.books.usage import DaySum, Event
from lessor.store.usage.catalogue import UsageStore
from tests.store.usage.taking import JUNE, event, fresh, sums, take, total


@pytest.fixture
def store(tmp_path: Path):
    with fresh(tmp_path / "usage") as opened:
        yield opened


def test_an_old_cutoff_gives_what_it_gave(store: UsageStore):
    cutoffs = []
    for number in range(1, 6):
        take(store, event(f"a{number}", number), event(f"b{number}", -1))
        cutoffs.append((store.cutoff(), total(store)))
        if number == 3:
            store.compact()
    assert [counted for _, counted in cutoffs] == [1, 3, 6, 10, 15]
    assert [total(store, cutoff) for cutoff, _ in cutoffs] == [1, 3, 6, 10, 15]
    assert total(store, 0) == 0


def test_sums_are_ordered_and_without_zeros(store: UsageStore):
    take(
        store,
        event("a", 1, subject="second"),
        event("b", 2, time="2026-06-11T08:00:00Z"),
        event("c", 3),
        event("d", 4, type="tokens_in"),
        event("e", 0, type="tokens_cached"),
    )
    assert list(store.day_sums(None, *JUNE, cutoff=5)) == [
        DaySum("anchor", "tokens_in", date(2026, 6, 10), 4),
        DaySum("anchor", "tokens_out", date(2026, 6, 10), 3),
        DaySum("anchor", "tokens_out", date(2026, 6, 11), 2),
        DaySum("second", "tokens_out", date(2026, 6, 10), 1),
    ]
    assert [row.lease for row in store.day_sums(["second", "x"], *JUNE, cutoff=5)] == ["second"]
    assert list(store.day_sums([], *JUNE, cutoff=5)) == []


@pytest.mark.parametrize("zone", ["UTC", "Asia/Shanghai", "Asia/Kolkata"])
@pytest.mark.parametrize("compacted", [False, True])
def test_a_report_of_nothing_is_a_report_until_it_is_taken_back(
    store: UsageStore, zone: str, compacted: bool
):
    def report(name: str, quantity: object, day: int, **more: str):
        time = f"2026-06-{day:02d}T08:30:00Z"
        return event(name, quantity, type="lessee_revenue", unit="CNY", time=time, **more)

    take(store, report("a", 0, 3), report("b", 0, 5), report("c", 7, 5), report("d", "8.5", 9))
    before = store.cutoff()
    if compacted:
        store.compact()
    take(store, report("v", None, 3, voids="a"), report("e", 0, 9, amends="d"))
    days = {day.day: total for (_, _, day), total in sums(store, zone=zone).items()}
    assert days == {5: 700, 9: 0}
    days = {day.day: total for (_, _, day), total in sums(store, before, zone).items()}
    assert days == {3: 0, 5: 700, 9: 850}


def test_sums_beyond_64_bits_are_exact(store: UsageStore):
    take(store, *(event(f"a{number}", 10**27 - number) for number in range(50)))
    assert total(store) == 50 * 10**27 - 49 * 25


def test_days_of_which_nothing_is_kept_cost_nothing(store: UsageStore):
    ages = (date.min, date.max)
    assert list(store.day_sums(None, *ages, cutoff=9, zone="Asia/Shanghai")) == []
    take(store, event("a", 1), event("b", 2, time="2026-06-10T23:30:00Z"))
    for zone in ("UTC", "Asia/Shanghai", "Pacific/Auckland", "Pacific/Pago_Pago", "Asia/Kolkata"):
        found = list(store.day_sums(None, *ages, cutoff=2, zone=zone))
        assert found == list(store.day_sums(None, *JUNE, cutoff=2, zone=zone))
        assert sum(each.quantity for each in found) == 3
        assert len(list(store.events("anchor", "tokens_out", *ages, cutoff=2, zone=zone))) == 2


ZONES = {
    "UTC": {10: 2, 11: 4},
    "Asia/Shanghai": {10: 1, 11: 5},
    "America/New_York": {9: 1, 10: 5},
    "Asia/Kolkata": {10: 1, 11: 5},
    "Asia/Kathmandu": {10: 1, 11: 5},
    "Australia/Lord_Howe": {10: 1, 11: 5},
}


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("compacted", [False, True])
def test_days_are_those_of_the_zone(store: UsageStore, zone: str, compacted: bool):
    take(
        store,
        event("a", 1, time="2026-06-10T00:00:00Z"),
        event("b", 1, time="2026-06-10T23:59:59.999999Z"),
        event("c", 4, time="2026-06-11T00:00:00Z"),
    )
    if compacted:
        store.compact()
    found = {day.day: counted for (_, _, day), counted in sums(store, zone=zone).items()}
    assert found == ZONES[zone]


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 3, 8), 23), (date(2025, 11, 2), 25)])
def test_a_day_may_have_23_or_25_hours(store: UsageStore, day: date, hours: int):
    begin = datetime(day.year, day.month, day.day, tzinfo=UTC)
    times = [begin + timedelta(hours=number) for number in range(48)]
    take(store, *(event(f"{time}", time=time.isoformat()) for time in times))
    (found,) = store.day_sums(
        None, day, day + timedelta(days=1), cutoff=store.cutoff(), zone="America/New_York"
    )
    assert found.quantity == hours


def test_events_behind_a_sum(store: UsageStore):
    interval = {"start": "2026-06-10T07:00:00Z", "end": "2026-06-10T08:00:00Z"}
    told = {"model": "m", "cluster": "c", "node": "n", "cause": "maintenance"}
    take(store, event("b", 7, time="2026-06-10T09:00:00Z"), event("a", 5, **told, **interval))
    store.compact()
    take(store, event("c", 9, time="2026-07-01T00:00:00Z"), event("d", 1, type="tokens_in"))
    first, second = store.events("anchor", "tokens_out", *JUNE, cutoff=store.cutoff())
    assert first == Event(
        "gateway", "a", "anchor", "tokens_out", datetime(2026, 6, 10, 8, tzinfo=UTC), 5, 2,
        **told, start=datetime(2026, 6, 10, 7, tzinfo=UTC),
        end=datetime(2026, 6, 10, 8, tzinfo=UTC),
    )  # fmt: skip
    assert (second.id, second.quantity, second.ingest_seq) == ("b", 7, 1)
    assert len(list(store.events("anchor", "tokens_out", *JUNE, cutoff=0))) == 0
