"""Compaction moves events and changes no figure; a file that nothing names is not read."""

import os
import shutil
import stat
from pathlib import Path

import duckdb
import pytest

from lessor.core.issue import FaultsError
from lessor.store.usage import compaction
from lessor.store.usage.catalogue import UsageStore
from tests.store.usage.taking import JUNE, event, fresh, listed, sums, take, total

DAYS = ("2026-06-01T00:00:00Z", "2026-06-02T12:00:00Z", "2026-06-30T23:59:59.999999Z")
EVENTS = [event(f"e{n}", n, time=DAYS[n % 3], node=f"n{n % 2}") for n in range(30)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "usage"


@pytest.fixture
def store(folder: Path):
    with fresh(folder) as opened:
        take(opened, *EVENTS[:20], event("v", None, voids="e3", time=DAYS[0]))
        yield opened


def kept(store: UsageStore):
    found = list(store.events("anchor", "tokens_out", *JUNE, cutoff=store.cutoff()))
    return found, sums(store), sums(store, zone="Asia/Kolkata")


def test_figures_are_the_same_before_and_after(store: UsageStore):
    before = kept(store)
    assert store.compact() == 21
    assert kept(store) == before
    assert store.compact() == 0


def test_segments_of_one_day_add_up(store: UsageStore):
    store.compact()
    take(store, *EVENTS[20:])
    store.compact()
    segments = store.segments()
    assert [segment.events for segment in segments] == [8, 3, 7, 3, 6, 4]
    assert len(listed(store)) == 29
    assert total(store) == sum(range(30)) - 3
    assert store.examine() == []


def test_few_events_stay_hot(store: UsageStore):
    assert store.compact(at_least=22) == 0
    assert store.segments() == []
    assert store.compact(at_least=21) == 21


def test_a_segment_is_a_plain_columnar_file(store: UsageStore, folder: Path):
    store.compact()
    (segment,) = store.segments(JUNE[0], JUNE[0])
    assert segment.segment.startswith("events/day=2026-06-01/")
    path = folder / segment.segment
    assert (path.stat().st_size, compaction.sha256_of(path)) == (segment.bytes, segment.sha256)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with duckdb.connect() as other:
        rows = other.execute(
            "SELECT id, quantity, octet_length(key), target_key FROM read_parquet(?) ORDER BY id",
            [str(path)],
        ).fetchall()
        types = other.execute("DESCRIBE FROM read_parquet(?)", [str(path)]).fetchall()
    assert rows[0] == ("e0", 0, 16, None)
    kinds = {name: kind for name, kind, *_ in types}
    assert (kinds["quantity"], kinds["key"], kinds["time"]) == (
        "DECIMAL(38,0)",
        "BLOB",
        "TIMESTAMP",
    )


def test_what_nothing_names_is_not_counted(store: UsageStore, folder: Path):
    store.compact()
    (segment, *_) = store.segments()
    path = folder / segment.segment
    shutil.copy(path, path.with_name("copy.parquet"))
    before = kept(store)
    assert (kept(store), total(store)) == (before, sum(range(20)) - 3)
    (finding,) = store.examine()
    assert (finding.kind, finding.mended) == ("orphan", False)
    (finding,) = store.examine(mend=True)
    assert finding.mended
    assert store.examine() == []
    assert (folder / "staging" / "orphan-events-day=2026-06-01-copy.parquet").exists()


def test_a_lost_or_changed_segment_is_found(store: UsageStore, folder: Path):
    store.compact()
    lost, torn, changed = (folder / segment.segment for segment in store.segments())
    lost.unlink()
    os.truncate(torn, 100)
    content = bytearray(changed.read_bytes())
    content[50] ^= 1
    changed.write_bytes(content)
    assert [finding.kind for finding in store.examine()] == ["missing", "damaged", "damaged"]


def test_figures_that_disagree_are_found(store: UsageStore):
    store.connection.execute("UPDATE deltas SET quantity = quantity + 1 WHERE quantity > 0")
    assert {finding.kind for finding in store.examine()} == {"miscounted"}
    store.connection.execute("DELETE FROM seen WHERE ingest_seq = 1")
    assert "identities" in store.examine()[0].message


def test_the_disk_is_full(store: UsageStore, monkeypatch: pytest.MonkeyPatch):
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    before = kept(store)
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(FaultsError, match="disk is full"):
            store.compact()
    assert kept(store) == before
    store.compact()
    assert kept(store) == before
    assert store.examine(mend=True) == []
