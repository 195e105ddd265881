"""What counts, by the one definition on DuckDB, is what plain Python counts."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import duckdb
import pytest

from lessor.store.usage.aggregate import EVENTS, SUMS, EventFiles, queries, sums_by_day
from tests.store.usage.counted_by_hand import (
    START,
    Row,
    key_of,
    random_rows,
    store_of,
    sums_by_hand,
    sums_of,
    table_of,
)

ALL = 10**12
SEEDS = range(12)
CUTOFFS = (0, 1, 17, 40, ALL)


def _whole(rows, cutoff):
    """The definition in one query over all rows."""
    connection = duckdb.connect()
    connection.register(EVENTS, table_of(rows))
    return sums_of([connection.sql(queries("duckdb", cutoff).whole).to_arrow_table()])


def _days(files, cutoff=ALL, days=None):
    return dict(sums_by_day(files, cutoff=cutoff, days=days))


def _row(number, sequence, quantity, **other):
    return Row(key_of(number), sequence, "acme", "tokens_in", START, quantity)._replace(**other)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_random_store_counts_as_by_hand(seed):
    rows = random_rows(seed, crossing=True)
    for cutoff in CUTOFFS:
        assert _whole(rows, cutoff) == sums_by_hand(rows, cutoff)


@pytest.mark.parametrize("seed", SEEDS)
def test_day_by_day_over_segments_and_hot_rows_counts_as_by_hand(seed, tmp_path):
    rows = random_rows(seed)
    files = store_of(rows, tmp_path, hot=seed)
    for cutoff in CUTOFFS:
        found = _days(files, cutoff)
        assert sums_of(list(found.values())) == sums_by_hand(rows, cutoff)
        for day, table in found.items():
            assert {hour.date() for hour in table["hour"].to_pylist()} <= {day}
            assert table.schema == SUMS


def test_random_stores_hold_what_they_are_made_for():
    stores = [random_rows(seed) for seed in SEEDS]
    rows = [row for store in stores for row in store]
    found = [sum for store in stores for sum in sums_by_hand(store, ALL).values()]
    assert max(found) > 2**63
    assert any(row.voids for row in rows)
    assert any(row.target_key and not row.voids for row in rows)
    places = {(row.key, row.lease, row.meter) for row in rows}
    named = {(row.target_key, row.lease, row.meter) for row in rows if row.target_key}
    assert named & places, "a correction of its own lease and meter"
    keys = {row.key for row in rows}
    assert any(place[0] in keys for place in named - places), "one of another's"
    for store in stores:
        assert len(set(store)) < len(store), "a row that stands twice"
        assert len({row.key for row in store}) < len({row.ingest_seq for row in store})


def test_one_day_alone_knows_what_later_days_void(tmp_path):
    rows = [
        _row(1, 1, 5),
        _row(2, 2, 8),
        _row(3, 3, 0, time=START + timedelta(days=2), target_key=key_of(1), voids="1"),
    ]
    files = store_of(rows, tmp_path, hot=0)
    first = START.date()
    assert list(_days(files, days=[first])) == [first]
    assert sums_of(list(_days(files, days=[first]).values())) == {("acme", "tokens_in", START): 8}
    assert _days(files, days=[date(2026, 7, 1)]) == {}


def test_a_day_of_hot_rows_alone_is_counted(tmp_path):
    files = store_of([_row(1, 1, 5)], tmp_path, hot=1)
    assert sums_of(list(_days(files).values())) == {("acme", "tokens_in", START): 5}


def test_the_first_taken_in_counts_whichever_row_is_read_first():
    rows = [_row(1, sequence, quantity) for sequence, quantity in ((9, 1), (4, 70), (5, 900))]
    for turn in range(3):
        turned = rows[turn:] + rows[:turn]
        assert _whole(turned, ALL) == {("acme", "tokens_in", START): 70}


def test_rows_of_one_key_and_number_that_differ_count_the_same_in_any_order():
    rows = [_row(1, 4, 70), _row(1, 4, 900), _row(1, 4, 5, target_key=key_of(2))]
    assert {tuple(_whole(each, ALL).values()) for each in (rows, rows[::-1])} == {(70,)}


def test_who_amends_an_amendment_leaves_the_first_event_stopped():
    rows = [_row(1, 1, 5), _row(2, 2, 6, target_key=key_of(1))]
    assert list(_whole(rows, ALL).values()) == [6]
    rows.append(_row(3, 3, 7, target_key=key_of(2)))
    assert list(_whole(rows, ALL).values()) == [7]


def test_an_event_is_stopped_by_the_first_payload_of_a_correction_alone():
    rows = [_row(1, 1, 5), _row(2, 2, 6), _row(2, 3, 0, target_key=key_of(1), voids="1")]
    assert list(_whole(rows, ALL).values()) == [11]


@pytest.mark.parametrize("other", [{"lease": "zeta"}, {"meter": "tokens_out"}])
@pytest.mark.parametrize("is_void", [False, True])
def test_a_correction_stops_nothing_of_another_lease_or_meter(other, is_void):
    of, voids = key_of(1), "1" if is_void else ""
    naming = _row(2, 2, 0 if is_void else 6, target_key=of, voids=voids)._replace(**other)
    for rows in ([_row(1, 1, 5), naming], [_row(1, 3, 5), naming]):
        assert sum(_whole(rows, ALL).values()) == (5 if is_void else 11)
        assert _whole(rows, ALL)[("acme", "tokens_in", START)] == 5
    own = _row(3, 4, 0, target_key=of, voids="1")
    assert sum(_whole([*rows, own], ALL).values()) == (0 if is_void else 6)


def test_a_correction_after_the_cutoff_stops_nothing_yet():
    rows = [_row(1, 1, 5), _row(2, 2, 0, target_key=key_of(1), voids="1")]
    assert list(_whole(rows, 1).values()) == [5]
    assert _whole(rows, 2) == {}


def test_a_sum_past_38_digits_is_refused():
    most = [_row(number, number, 10**38 - 1) for number in (1, 2)]
    assert list(_whole(most[:1], ALL).values()) == [10**38 - 1]
    with pytest.raises(duckdb.OutOfRangeException, match=r"[Oo]verflow"):
        _whole(most, ALL)


def test_nothing_of_the_count_is_left_on_the_connection(tmp_path):
    files = store_of([_row(1, 1, 5)], tmp_path, hot=0)
    _days(files)
    left = files.connection.execute("select table_name from information_schema.tables").fetchall()
    assert left == [("hot",)]


def test_a_store_of_nothing_sums_to_nothing(tmp_path):
    files = store_of([], tmp_path, hot=0)
    assert isinstance(files, EventFiles)
    assert _days(files) == {}


def test_hours_are_cut_in_utc_whatever_the_zone_of_the_session(tmp_path):
    late = datetime(2026, 6, 1, 23, 59, 59, 999_999)
    files = store_of([_row(1, 1, 5, time=late)], tmp_path, hot=0)
    files.connection.execute("set timezone = 'Asia/Kolkata'")
    found = sums_of(list(_days(files).values()))
    assert found == {("acme", "tokens_in", datetime(2026, 6, 1, 23)): 5}
