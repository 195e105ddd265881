"""Amending and voiding: what was counted stays counted in older cutoffs; order does not matter."""

from datetime import date
from pathlib import Path

import pytest

from lessor.store.usage.catalogue import UsageStore
from tests.store.usage.taking import event, fresh, listed, outcomes, sums, take, total


@pytest.fixture
def store(tmp_path: Path):
    with fresh(tmp_path / "usage") as opened:
        yield opened


def void(name: str, of: str):
    return event(name, None, voids=of)


@pytest.mark.parametrize("compacted", [False, True])
def test_an_amendment_counts_instead(store: UsageStore, compacted: bool):
    take(store, event("a", 5))
    before = store.cutoff()
    if compacted:
        store.compact()
    take(store, event("b", 7, amends="a", time="2026-06-12T08:00:00Z"))
    assert sums(store) == {("anchor", "tokens_out", date(2026, 6, 12)): 7}
    assert sums(store, before) == {("anchor", "tokens_out", date(2026, 6, 10)): 5}
    assert listed(store) == ["b"]


@pytest.mark.parametrize("compacted", [False, True])
def test_a_void_counts_nothing_and_takes_back(store: UsageStore, compacted: bool):
    take(store, event("a", 5), event("b", 6))
    if compacted:
        store.compact()
    take(store, void("v", "a"))
    assert (total(store), listed(store)) == (6, ["b"])


def test_the_correction_may_come_first(store: UsageStore):
    take(store, void("v", "a"), event("c", 9, amends="b"))
    assert outcomes(take(store, event("a", 5), event("b", 6))) == ["accepted", "accepted"]
    assert (total(store), listed(store)) == (9, ["c"])


def test_the_correction_may_come_in_the_same_batch(store: UsageStore):
    take(store, void("v", "a"), event("a", 5), event("b", 6), event("c", 9, amends="b"))
    assert (total(store), listed(store)) == (9, ["c"])


def test_an_amendment_may_be_amended(store: UsageStore):
    take(store, event("a", 5))
    take(store, event("b", 6, amends="a"))
    take(store, event("c", 7, amends="b"))
    assert (total(store), listed(store)) == (7, ["c"])


def test_voiding_an_amendment_does_not_bring_the_first_back(store: UsageStore):
    take(store, event("a", 5), event("b", 6, amends="a"))
    take(store, void("v", "b"))
    assert (total(store), listed(store)) == (0, [])


def test_the_first_correction_stands(store: UsageStore):
    take(store, event("a", 5))
    answer = take(store, event("b", 6, amends="a"), event("c", 7, amends="a"), void("v", "a"))
    assert outcomes(answer) == ["accepted", "already-amended", "already-amended"]
    assert outcomes(take(store, void("w", "a"))) == ["already-amended"]
    assert outcomes(take(store, event("b", 6, amends="a"))) == ["duplicate"]
    assert total(store) == 6


def test_a_refused_correction_leaves_its_identity_free(store: UsageStore):
    take(store, event("a", 5), event("b", 6, amends="a"))
    late = event("c", 7, amends="a")
    answer = take(store, late, late, event("c", 8), late)
    assert outcomes(answer) == ["already-amended", "already-amended", "accepted", "conflict"]
    assert total(store) == 14


def test_a_freed_identity_may_correct_another(store: UsageStore):
    take(store, event("a", 5), event("b", 6, amends="a"), event("x", 1))
    answer = take(
        store,
        event("c", 7, amends="a"),
        event("c", 8, amends="x"),
        event("d", 9, amends="x"),
        event("d", 10),
    )
    assert outcomes(answer) == ["already-amended", "accepted", "already-amended", "accepted"]
    assert total(store) == 24


def test_a_correction_is_of_the_same_source_and_tenant(store: UsageStore):
    take(store, event("a", 5))
    take(store, event("v", None, voids="a", source="other"))
    take(store, void("v", "a"), tenant="other")
    assert total(store) == 5


OTHERS = ({"subject": "second"}, {"type": "tokens_in"})


@pytest.mark.parametrize("other", OTHERS)
@pytest.mark.parametrize("is_first", [False, True])
@pytest.mark.parametrize("compacted", [False, True])
def test_a_correction_takes_back_nothing_of_another_lease_or_meter(
    store: UsageStore, other: dict[str, str], is_first: bool, compacted: bool
):
    corrections = [event("v", None, voids="a", **other), event("c", 9, amends="b", **other)]
    counted = [event("a", 5), event("b", 6)]
    for batch in (corrections, counted) if is_first else (counted, corrections):
        assert outcomes(take(store, *batch)) == ["accepted", "accepted"]
        if compacted:
            store.compact()
    assert (listed(store), total(store)) == (["a", "b"], 20)
    assert outcomes(take(store, *corrections, *counted)) == ["duplicate"] * 4
    assert (store.examine(), total(store)) == ([], 20)


@pytest.mark.parametrize("other", OTHERS)
def test_a_correction_of_another_lease_leaves_the_event_to_its_own(
    store: UsageStore, other: dict[str, str]
):
    take(store, event("a", 5), event("v", None, voids="a", **other))
    answer = take(store, void("w", "a"), void("x", "a"), event("y", None, voids="a", **other))
    assert outcomes(answer) == ["accepted", "already-amended", "already-amended"]
    assert (total(store), store.examine()) == (0, [])


def test_what_was_touched_and_since_when(store: UsageStore):
    take(store, event("a", 5, time="2026-06-03T08:00:00Z"))
    before = store.cutoff()
    take(store, event("b", 5, amends="a", time="2026-06-20T08:00:00Z"))
    take(store, event("c", 5, subject="second", time="2026-06-21T08:00:00Z"))
    until = store.cutoff()
    assert list(store.changed(after=before, until=until)) == [
        ("anchor", date(2026, 6, 3)),
        ("second", date(2026, 6, 21)),
    ]
    assert list(store.changed(after=until, until=until)) == []
    assert list(store.changed(after=0, until=before)) == [("anchor", date(2026, 6, 3))]


def test_an_amendment_of_the_same_amount_is_a_change(store: UsageStore):
    take(store, event("a", 5))
    before = store.cutoff()
    take(store, event("b", 5, amends="a", cause="maintenance"))
    changed = store.changed(after=before, until=store.cutoff())
    assert list(changed) == [("anchor", date(2026, 6, 10))]


def test_an_interval_touches_the_day_it_starts_on(store: UsageStore):
    take(store, event("a", 5, start="2026-06-02T08:00:00Z", end="2026-06-10T08:00:00Z"))
    assert list(store.changed(after=0, until=1)) == [("anchor", date(2026, 6, 2))]
