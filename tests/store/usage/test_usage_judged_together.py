"""Rows that are decided together and kept in parts are what they are when each comes alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from lessor.store.usage.catalogue import UsageStore
from tests.store.usage.taking import event, fresh, outcomes, sums, take

SENT = [
    event("a", 1),
    event("b", 2),
    event("a", 1),
    event("a", 9),
    event("c", None, voids="b"),
    event("d", 4, amends="b"),
    event("d", 5),
    event("e", -1),
    event("a", 9),
    event("a", 8),
    event("f", 6, amends="a"),
    event("b", 2),
    event("f", 7),
    event("c", None, voids="a"),
]


def batches_of(store: UsageStore) -> list[tuple[int, ...]]:
    found = store.connection.execute(
        "SELECT batch, accepted, duplicate, conflict, rejected FROM batches ORDER BY batch"
    )
    return found.fetchall()


def conflicts_of(store: UsageStore) -> list[tuple[str, int]]:
    return [(each.id, each.quantity) for each in store.conflicts()]


@pytest.mark.parametrize("before", [0, 3, 6])
@pytest.mark.parametrize("most", [0, 1, 2, 5, 100])
def test_parts_are_decided_as_if_each_row_came_alone(tmp_path: Path, before: int, most: int):
    with fresh(tmp_path / "alone") as alone, fresh(tmp_path / "together") as together:
        expected = [outcomes(take(alone, sent))[0] for sent in SENT]
        first = outcomes(take(together, *SENT[:before])) if before else []
        assert first + outcomes(take(together, *SENT[before:], most=most)) == expected
        assert sums(together) == sums(alone)
        assert conflicts_of(together) == conflicts_of(alone)
        assert not together.examine()


def test_each_part_is_a_batch_with_its_own_counts(tmp_path: Path):
    with fresh(tmp_path / "usage") as store:
        take(store, *SENT, most=5)
        assert batches_of(store) == [(1, 3, 1, 1, 0), (2, 1, 0, 2, 2), (3, 1, 1, 2, 0)]
