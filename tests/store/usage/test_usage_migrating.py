"""A catalogue of an older version is brought up to date when it is opened, whole or not at all."""

import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import duckdb
import pytest

from lessor.core.issue import FaultsError
from lessor.store.usage import migrating
from lessor.store.usage.catalogue import UsageStore
from lessor.store.usage.schema import SCHEMA_VERSION
from tests.store.usage.taking import Sent, Sums, event, fresh, listed, outcomes, sums, take, total

SECOND = {"subject": "second", "time": "2026-06-12T08:00:00Z"}
AT_9 = {"time": "2026-06-10T09:00:00Z"}
BATCHES = (
    [event("a", 5), event("b", 6), event("m", 3, type="tokens_in")],
    [event("c", 7, amends="b"), event("early", None, voids="d", **SECOND)],
    [event("late", 11, amends="a", **SECOND), event("by", None, voids="m")],
    [event("d", 13, **AT_9), event("e", 17), event("beside", None, voids="e", **SECOND)],
    [event("own", None, voids="c"), event("nowhere", None, voids="z")],
)
# What version 1 took back of another lease or meter: the event, and the batch that took it.
TAKEN = (("a", 3), ("m", 3), ("d", 4), ("e", 4))

# As version 1 would have kept it: a correction without lease and meter, and nothing counted of what
# it named, whichever lease's.
_OF_VERSION_1 = """
CREATE OR REPLACE TABLE corrections (
    target_key UHUGEINT NOT NULL, key UHUGEINT NOT NULL, ingest_seq BIGINT NOT NULL
)
"""
_TAKEN = """
INSERT INTO deltas
SELECT (SELECT seq_to FROM batches WHERE batch = $batch), lease, meter, date_trunc('hour', time),
    -quantity, day
FROM hot WHERE id = $id
"""


def made_version_1(store: UsageStore, taken: Sequence[tuple[str, int]]) -> None:
    """Keep what an open store holds as version 1 kept it, and let it take back hot events."""
    connection = store.connection
    connection.execute(
        "CREATE TEMP TABLE kept AS SELECT target_key, key, ingest_seq FROM corrections"
    )
    connection.execute(_OF_VERSION_1)
    connection.execute("INSERT INTO corrections FROM kept")
    for name, batch in taken:
        connection.execute(_TAKEN, {"batch": batch, "id": name})
    connection.execute("UPDATE about SET schema_version = 1")


def version_1(
    folder: Path,
    batches: Sequence[Sequence[Sent]] = BATCHES,
    taken: Sequence[tuple[str, int]] = TAKEN,
    *,
    compacted: bool = False,
) -> dict[int, Sums]:
    """Make a store of version 1; for each of its cutoffs the sums that it should have given."""
    with fresh(folder) as store:
        for batch in batches:
            take(store, *batch)
        cutoffs = store.connection.execute("SELECT seq_to FROM batches ORDER BY 1").fetchall()
        expected = {cutoff: sums(store, cutoff) for (cutoff,) in cutoffs}
        made_version_1(store, taken)
        if compacted:
            store.compact()
    return expected


def version_of(folder: Path) -> int:
    with duckdb.connect(str(folder / "catalogue.duckdb"), read_only=True) as connection:
        return int(connection.execute("SELECT schema_version FROM about").fetchall()[0][0])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "usage"


@pytest.mark.parametrize("compacted", [False, True])
@pytest.mark.parametrize("read_only", [False, True])
def test_what_was_taken_of_another_lease_is_given_back(
    folder: Path, compacted: bool, read_only: bool
):
    expected = version_1(folder, compacted=compacted)
    closed_at = max(expected)
    with UsageStore.open(folder, read_only=read_only) as store:
        assert {cutoff: sums(store, cutoff) for cutoff in expected} == expected
        assert (total(store), listed(store)) == (49, ["a", "e", "d"])
        assert store.examine() == []
        told = list(store.changed(after=closed_at, until=store.cutoff()))
        assert told == [("anchor", date(2026, 6, 10))]
    assert version_of(folder) == SCHEMA_VERSION


def test_it_is_done_once_and_what_comes_then_counts(folder: Path):
    version_1(folder)
    with UsageStore.open(folder) as store:
        cutoff = store.cutoff()
    with UsageStore.open(folder) as store:
        assert store.cutoff() == cutoff
        again = [each for batch in BATCHES for each in batch]
        assert outcomes(take(store, *again)) == ["duplicate"] * len(again)
        answer = take(store, event("v", None, voids="b"), event("w", None, voids="a"))
        assert outcomes(answer) == ["already-amended", "accepted"]
        assert (total(store), store.examine()) == (44, [])


def test_corrections_of_their_own_lease_change_nothing(folder: Path):
    own = ([event("a", 5), event("b", 6)], [event("c", 7, amends="a"), event("v", None, voids="b")])
    expected = version_1(folder, own, ())
    with UsageStore.open(folder) as store:
        assert (store.cutoff(), sums(store)) == (max(expected), expected[max(expected)])
        assert store.examine() == []


STEPS = ("_CORRECTIONS", "_GIVEN_BACK", "_COUNTED_AGAIN", "_TOLD_BATCH", "_TOLD")


@pytest.mark.parametrize("step", STEPS)
def test_what_fails_half_way_leaves_it_as_it_was(folder: Path, step: str):
    expected = version_1(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(migrating, step, "SELECT error('the machine went away')")
        with pytest.raises(FaultsError) as raised:
            UsageStore.open(folder)
    (issue,) = raised.value.issues
    assert (issue.code, version_of(folder)) == ("store-damaged", 1)
    assert "the machine went away" in issue.message
    with UsageStore.open(folder) as store:
        assert {cutoff: sums(store, cutoff) for cutoff in expected} == expected


def test_without_its_segments_it_stays_as_it_was(folder: Path):
    version_1(folder, compacted=True)
    shutil.rmtree(folder / "events")
    for read_only in (False, True):
        with pytest.raises(FaultsError) as raised:
            UsageStore.open(folder, read_only=read_only)
        assert [issue.code for issue in raised.value.issues] == ["store-damaged"]
    assert version_of(folder) == 1


_KILLED = """
import os, signal, sys
from pathlib import Path
from lessor.store.usage import migrating
from lessor.store.usage.catalogue import UsageStore

step = migrating.OLDER[1]

def killed(connection, events):
    step(connection, events)
    os.kill(os.getpid(), signal.SIGKILL)

migrating.OLDER = {1: killed}
UsageStore.open(Path(sys.argv[1]))
"""


def test_killed_before_its_commit_it_is_done_at_the_next_opening(folder: Path):
    expected = version_1(folder)
    ran = subprocess.run([sys.executable, "-c", _KILLED, str(folder)], check=False)
    assert ran.returncode == -signal.SIGKILL
    assert version_of(folder) == 1
    with UsageStore.open(folder) as store:
        assert {cutoff: sums(store, cutoff) for cutoff in expected} == expected
        assert store.examine() == []
