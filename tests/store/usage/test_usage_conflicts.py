"""Conflicts are listed until a person settles them; the second one counts as an amendment."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from lessor.store.usage.catalogue import UsageStore
from lessor.store.usage.conflicts import Resolution
from tests.store.usage.taking import event, fresh, listed, outcomes, sums, take, total

FIRST = Resolution("ada", datetime(2026, 7, 2, tzinfo=UTC))
SECOND = FIRST._replace(keep="second")


@pytest.fixture
def store(tmp_path: Path):
    with fresh(tmp_path / "usage") as opened:
        take(opened, event("a", 5), event("b", 1))
        take(opened, event("a", 7, node="n"))
        yield opened


def test_keeping_the_first_changes_no_sum(store: UsageStore):
    assert store.resolve(1, FIRST) == "first"
    assert (store.conflicts(), total(store)) == ([], 6)
    (settled,) = store.conflicts(resolved=True)
    assert (settled.kept, settled.resolved_by, settled.resolved_at) == ("first", "ada", FIRST.at)


@pytest.mark.parametrize("compacted", [False, True])
def test_keeping_the_second_amends_the_first(store: UsageStore, compacted: bool):
    before = store.cutoff()
    if compacted:
        store.compact()
    assert store.resolve(1, SECOND) == "second"
    assert (store.conflicts(), total(store), total(store, before)) == ([], 8, 6)
    assert [name.split("~")[0] for name in listed(store)] == ["b", "a"]
    assert store.examine() == []


def test_a_second_that_voids_takes_the_first_back(store: UsageStore):
    take(store, event("b", None, voids="z"))
    assert store.resolve(2, SECOND) == "second"
    assert total(store) == 5


OTHERS = ({"subject": "second"}, {"type": "tokens_in"}, {"subject": "second", "type": "tokens_in"})


@pytest.mark.parametrize("other", OTHERS)
@pytest.mark.parametrize("compacted", [False, True])
def test_a_second_of_another_lease_or_meter_counts_there_and_the_first_is_void(
    store: UsageStore, other: dict[str, str], compacted: bool
):
    take(store, event("b", 9, **other))
    before, firsts = store.cutoff(), sums(store)
    if compacted:
        store.compact()
    assert store.resolve(2, SECOND) == "second"
    place = (other.get("subject", "anchor"), other.get("type", "tokens_out"))
    day = date(2026, 6, 10)
    assert sums(store) == {("anchor", "tokens_out", day): 5, (*place, day): 9}
    assert (listed(store), sums(store, before)) == (["a"], firsts)
    assert (store.resolve(2, SECOND), store.examine()) == ("second", [])


def test_a_second_of_another_lease_corrects_there(store: UsageStore):
    take(store, event("s", 3, subject="second"), event("b", 9, amends="s", subject="second"))
    assert store.resolve(2, SECOND) == "second"
    assert (listed(store), listed(store, "second")) == (["a"], [id_of_second(store, 2)])
    assert (total(store), store.examine()) == (14, [])


def test_a_second_of_the_same_lease_that_corrects_another_does_so(store: UsageStore):
    take(store, event("x", 3), event("b", 9, amends="x"))
    assert store.resolve(2, SECOND) == "second"
    assert (listed(store), total(store)) == (["a", id_of_second(store, 2)], 14)


def test_a_second_that_corrects_what_the_first_did_amends_it(store: UsageStore):
    take(store, event("f", 8, amends="b"))
    take(store, event("f", None, voids="b"))
    assert store.resolve(2, SECOND) == "second"
    assert (listed(store), total(store)) == (["a"], 5)


@pytest.mark.parametrize("by", ["b", "s"])
def test_nothing_is_kept_of_a_second_where_either_is_corrected_already(store: UsageStore, by: str):
    take(store, event("s", 3, subject="second"), event("b", 9, amends="s", subject="second"))
    lease = "anchor" if by == "b" else "second"
    take(store, event("w", None, voids=by, subject=lease))
    before = (store.cutoff(), total(store))
    assert store.resolve(2, SECOND) == "already-amended"
    assert (store.cutoff(), total(store)) == before
    assert [row.conflict for row in store.conflicts()] == [1, 2]


def id_of_second(store: UsageStore, conflict: int) -> str:
    """The id under which the second event of a conflict was taken in."""
    ((name,),) = store.connection.execute(
        "SELECT id || '~' || lower(hex(payload)) FROM conflicts WHERE conflict = ?", [conflict]
    ).fetchall()
    return str(name)


def test_a_settled_conflict_stays_settled(store: UsageStore):
    store.resolve(1, SECOND)
    assert store.resolve(1, FIRST) == "second"
    assert outcomes(take(store, event("a", 7, node="n"), event("a", 5))) == [
        "conflict",
        "duplicate",
    ]
    assert (store.conflicts(), total(store)) == ([], 8)


def test_of_three_only_one_can_amend(store: UsageStore):
    take(store, event("a", 9))
    assert store.resolve(2, SECOND) == "second"
    assert store.resolve(1, SECOND) == "already-amended"
    assert ([row.conflict for row in store.conflicts()], total(store)) == ([1], 10)


def test_an_unknown_conflict_is_said(store: UsageStore):
    assert store.resolve(9, FIRST) == "unknown"


@pytest.mark.parametrize("compacted", [False, True])
def test_a_conflict_tells_both(store: UsageStore, compacted: bool):
    if compacted:
        store.compact()
    [conflict] = store.conflicts()
    assert conflict.first is not None
    assert (conflict.first.quantity, conflict.quantity) == (5, 7)
    assert (conflict.first.lease, conflict.first.time) == (conflict.lease, conflict.time)
