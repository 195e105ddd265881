"""The events of a real store, counted again, are the hourly sums that it kept."""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime, timedelta

import pytest

from lessor.store.usage.aggregate import SUMS
from lessor.store.usage.catalogue import UsageStore
from lessor.store.usage.raw import raw_of_ndjson
from lessor.store.usage.recount import Drift, drift, event_files, hourly_sums
from lessor.store.usage.take import BatchInfo
from lessor.store.usage.validate import Known
from tests.store.usage.counted_by_hand import sums_of

KNOWN = Known({"acme": "CNY", "zeta": "CNY"}, {})
START = datetime(2026, 6, 1, tzinfo=UTC)
RECEIVED = datetime(2026, 6, 20, tzinfo=UTC)


def _batches(seed, *, batches=4, events=40):
    """NDJSON of events that amend and void one another, some sent again."""
    drawn = random.Random(seed)
    sent: list[dict] = []
    for _ in range(batches):
        batch = []
        for _ in range(events):
            batch.append(drawn.choice(sent) if sent and drawn.random() < 0.2 else _event(drawn))
            sent.append(batch[-1])
        yield "\n".join(json.dumps(event) for event in batch).encode()


def _event(drawn):
    data = {"quantity": drawn.choice((1, 5, 10**27)), "unit": "token"}
    kind = drawn.choice(("", "", "amends", "voids"))
    if kind:
        data[kind] = str(drawn.randrange(400))
    return {
        "specversion": "1.0",
        "id": str(drawn.randrange(400)),
        "source": "gateway",
        "type": drawn.choice(("tokens_in", "tokens_out")),
        "subject": drawn.choice(("acme", "zeta")),
        "time": (START + timedelta(seconds=drawn.randrange(3 * 86_400))).isoformat(),
        "data": data,
    }


def filled_store(folder, seed):
    """A store of several batches: some in segments, some hot; and the cutoff after each batch."""
    UsageStore.create(folder)
    store = UsageStore.open(folder)
    cutoffs = [0]
    for place, batch in enumerate(_batches(seed)):
        store.take(raw_of_ndjson(batch), KNOWN, batch=BatchInfo("default", RECEIVED))
        cutoffs.append(store.cutoff())
        if place in (0, 2):
            store.compact()
    return store, cutoffs


@pytest.mark.parametrize("seed", range(4))
def test_what_was_kept_is_what_the_events_add_up_to_at_every_cutoff(seed, tmp_path):
    store, cutoffs = filled_store(tmp_path / "usage", seed)
    with store:
        files = event_files(store)
        assert sum(len(paths) for paths in files.days.values()) > 3
        assert store.connection.execute("select count(*) from hot").fetchall() > [(0,)]
        for cutoff in cutoffs:
            assert drift(store, cutoff=cutoff) == []
            found = sums_of(list(hourly_sums(store, cutoff=cutoff)))
            assert len(found) > 20 or cutoff < cutoffs[-1]
            kept = store.connection.execute(
                "select lease, meter, hour, sum(quantity)::varchar from deltas "
                "where ingest_seq <= ? group by all having sum(quantity) <> 0",
                [cutoff],
            ).fetchall()
            assert {place: total for place, total in found.items() if total} == {
                (lease, meter, hour): int(total) for lease, meter, hour, total in kept
            }


def test_a_sum_that_is_not_that_of_its_events_is_found(tmp_path):
    store, cutoffs = filled_store(tmp_path / "usage", 1)
    with store:
        hour = datetime(2026, 6, 2, 5)
        store.connection.execute(
            "insert into deltas values (1, 'acme', 'tokens_in', ?, 3, date '2026-06-02')", [hour]
        )
        (found,) = drift(store, cutoff=cutoffs[-1])
        assert isinstance(found, Drift)
        assert (found.lease, found.meter, found.hour) == ("acme", "tokens_in", hour)
        assert found.kept - found.counted == 3
        assert drift(store, cutoff=0) == []


def test_a_hidden_segment_is_missed(tmp_path):
    store, cutoffs = filled_store(tmp_path / "usage", 2)
    with store:
        store.connection.execute("delete from segments where day = date '2026-06-02'")
        found = drift(store, cutoff=cutoffs[-1])
        assert {each.hour.day for each in found} >= {2}
        assert any(each.counted == 0 for each in found)


def test_nothing_is_left_on_the_connection(tmp_path):
    store, cutoffs = filled_store(tmp_path / "usage", 3)
    with store:
        views = "select view_name from duckdb_views() where not internal order by 1"
        tables = "select table_name from duckdb_tables() order by 1"
        before = [store.connection.execute(query).fetchall() for query in (views, tables)]
        drift(store, cutoff=cutoffs[-1])
        assert before == [store.connection.execute(query).fetchall() for query in (views, tables)]


def test_a_store_without_events_sums_to_nothing(tmp_path):
    UsageStore.create(tmp_path / "usage")
    with UsageStore.open(tmp_path / "usage") as store:
        assert [table for table in hourly_sums(store, cutoff=0) if table.num_rows] == []
        assert drift(store, cutoff=0) == []


def test_a_store_that_is_only_read_can_be_recounted(tmp_path):
    store, cutoffs = filled_store(tmp_path / "usage", 1)
    store.close()
    with UsageStore.open(tmp_path / "usage", read_only=True) as reader:
        assert drift(reader, cutoff=cutoffs[-1]) == []
        assert all(table.schema == SUMS for table in hourly_sums(reader, cutoff=cutoffs[-1]))
