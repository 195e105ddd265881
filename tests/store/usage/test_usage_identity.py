"""An event is known by tenant, source and id for ever; what it says is compared as it is meant."""

from pathlib import Path
from typing import Any

import pytest

from lessor.store.usage.catalogue import UsageStore
from tests.store.usage.taking import event, fresh, listed, outcomes, take, total


@pytest.fixture
def store(tmp_path: Path):
    with fresh(tmp_path / "usage") as opened:
        yield opened


def test_the_same_again_is_a_duplicate(store: UsageStore):
    assert outcomes(take(store, event("a", 5))) == ["accepted"]
    assert outcomes(take(store, event("a", 5))) == ["duplicate"]
    assert total(store) == 5


def test_the_time_is_no_part_of_the_identity(store: UsageStore):
    take(store, event("a", 5))
    assert outcomes(take(store, event("a", 5, time="2001-01-01T00:00:00Z"))) == ["conflict"]
    assert total(store) == 5


def test_tenant_and_source_are_parts_of_the_identity(store: UsageStore):
    take(store, event("a", 5))
    assert outcomes(take(store, event("a", 5, source="other"))) == ["accepted"]
    assert outcomes(take(store, event("a", 5), tenant="other")) == ["accepted"]
    assert total(store) == 15


def test_parts_of_the_identity_do_not_run_together(store: UsageStore):
    first = event("c", source='a","b')
    second = event('b","c', source="a")
    assert outcomes(take(store, first, second)) == ["accepted", "accepted"]


def test_within_a_batch_the_first_one_counts(store: UsageStore):
    answer = take(store, event("a", 5), event("a", 6), event("a", 5), event("a", 7), event("b", 1))
    assert outcomes(answer) == ["accepted", "conflict", "duplicate", "conflict", "accepted"]
    assert answer[:4] == (2, 1, 2, 0)
    assert total(store) == 6


def test_a_rejected_row_does_not_claim_its_identity(store: UsageStore):
    answer = take(store, event("a", 1.5), event("a", 5))
    assert outcomes(answer) == ["quantity-is-float", "accepted"]


def test_other_content_is_kept_as_a_conflict_once(store: UsageStore):
    take(store, event("a", 5))
    for _ in range(2):
        assert outcomes(take(store, event("a", 6), event("a", 6))) == ["conflict", "conflict"]
    (conflict,) = store.conflicts()
    assert (conflict.id, conflict.quantity, conflict.first_seq) == ("a", 6, 1)
    assert total(store) == 5


SAME: dict[str, tuple[dict[str, Any], Any]] = {
    "another offset": ({"time": "2026-06-10T16:00:00+08:00"}, 3600),
    "lower case": ({"time": "2026-06-10t08:00:00.000z"}, 3600),
    "text": ({}, "3600"),
    "text with a fraction": ({}, "3600.000"),
    "text with zeros": ({}, "+003600"),
    "another unit": ({"unit": "gpu_hour"}, 1),
    "a part of another unit": ({"unit": "gpu_hour"}, "1.0"),
    "an empty field": ({"model": ""}, 3600),
    "no value": ({"node": None, "start": None}, 3600),
    "more than we keep": ({"prompt": "a secret"}, 3600),
}


@pytest.mark.parametrize("case", SAME)
def test_the_same_in_other_words_is_a_duplicate(store: UsageStore, case: str):
    other, quantity = SAME[case]
    of = {"type": "gpu_seconds", "unit": "gpu_second"}
    take(store, event("a", 3600, **of))
    sent = event("a", quantity, **{**of, "model": "", **other})
    assert outcomes(take(store, sent)) == ["duplicate"]


OTHER: dict[str, dict[str, Any]] = {
    "quantity": {"quantity": 2},
    "lease": {"subject": "second"},
    "meter": {"type": "tokens_in"},
    "time": {"time": "2026-06-10T08:00:00.000001Z"},
    "model": {"model": "m"},
    "cluster": {"cluster": "m"},
    "node": {"node": "m"},
    "cause": {"cause": "m"},
    "start": {"start": "2026-06-10T07:00:00Z"},
    "amends": {"amends": "m"},
    "voids": {"voids": "m"},
}


@pytest.mark.parametrize("field", OTHER)
def test_whatever_is_kept_is_compared(store: UsageStore, field: str):
    take(store, event("a", 1))
    assert outcomes(take(store, event("a", **OTHER[field]))) == ["conflict"]


def test_a_redelivery_is_found_after_compaction(store: UsageStore):
    take(store, event("a", 5), event("b", 6))
    store.compact()
    assert outcomes(take(store, event("b", 6), event("a", 4))) == ["duplicate", "conflict"]
    assert sorted(listed(store)) == ["a", "b"]


def test_each_row_has_its_answer_in_order(store: UsageStore):
    rows = take(store, event("a"), event("b", -1), event("a", 3)).rows.to_pylist()
    assert [(row["row"], row["outcome"], row["code"]) for row in rows] == [
        (0, "accepted", ""),
        (1, "rejected", "quantity-negative"),
        (2, "conflict", "conflict"),
    ]
    assert [bool(row["message"]) for row in rows] == [False, True, True]


def test_an_empty_batch_changes_nothing(store: UsageStore):
    take(store, event("a"))
    assert take(store)[:4] == (0, 0, 0, 0)
    assert store.cutoff() == 1


def test_a_load_goes_on_where_it_was_committed(store: UsageStore):
    take(store, event("a"), load="file", position=1)
    take(store, event("b"), load="file", position=2)
    assert (store.position("file"), store.position("other")) == (2, 0)
