"""The store's own door: made once, held by one at a time, and closed to all other files."""

import multiprocessing
import os
import stat
import threading
import time
from pathlib import Path

import duckdb
import pytest

from lessor.core.issue import FaultsError
from lessor.store.usage.catalogue import UsageStore
from tests.store.usage.taking import event, outcomes, take, total


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    UsageStore.create(tmp_path / "it's usage")
    return tmp_path / "it's usage"


def code_of(raised: pytest.ExceptionInfo[FaultsError]) -> str:
    return raised.value.issues[0].code


def test_no_one_else_may_read_what_the_engine_makes(tmp_path: Path):
    folder = tmp_path / "usage"
    usual = os.umask(0o022)
    try:
        UsageStore.create(folder)
        with UsageStore.open(folder) as store:
            take(store, event("a"))
            modes = {path.name: path.stat().st_mode & 0o077 for path in folder.iterdir()}
        assert "catalogue.duckdb.wal" in modes
        assert set(modes.values()) == {0}
        (tmp_path / "other").touch()
        assert (tmp_path / "other").stat().st_mode & 0o077 == 0o044
    finally:
        os.umask(usual)


def test_made_again_it_is_left_as_it_is(folder: Path):
    with UsageStore.open(folder) as store:
        take(store, event("a", 5))
    UsageStore.create(folder)
    with UsageStore.open(folder) as store:
        assert total(store) == 5


def test_only_the_owner_may_look(folder: Path):
    modes = {stat.S_IMODE(path.stat().st_mode) for path in folder.rglob("*") if path.is_file()}
    folders = {stat.S_IMODE(path.stat().st_mode) for path in (folder, *folder.glob("*/"))}
    assert (modes, folders) == ({0o600}, {0o700})


def test_no_store_no_opening(tmp_path: Path):
    with pytest.raises(FaultsError) as raised:
        UsageStore.open(tmp_path)
    assert code_of(raised) == "store-missing"


def test_a_broken_catalogue_is_said(folder: Path):
    (folder / "catalogue.duckdb").write_bytes(b"not a database" * 1000)
    with pytest.raises(FaultsError) as raised:
        UsageStore.open(folder)
    assert code_of(raised) == "store-damaged"


def test_another_version_is_said(folder: Path):
    with duckdb.connect(str(folder / "catalogue.duckdb")) as connection:
        connection.execute("UPDATE about SET schema_version = 99")
    with pytest.raises(FaultsError) as raised:
        UsageStore.open(folder)
    assert code_of(raised) == "store-outdated"


def test_who_comes_second_waits(folder: Path):
    with UsageStore.open(folder):
        with pytest.raises(FaultsError) as raised:
            UsageStore.open(folder, wait_seconds=0.05)
        assert code_of(raised) == "store-busy"
        with pytest.raises(FaultsError):
            UsageStore.open(folder, wait_seconds=0, read_only=True)
    with UsageStore.open(folder, wait_seconds=0):
        pass


def test_a_turn_that_comes_free_is_taken(folder: Path):
    held = UsageStore.open(folder)
    timer = threading.Timer(0.2, held.close)
    timer.start()
    with UsageStore.open(folder, wait_seconds=10) as store:
        take(store, event("a", 5))
    timer.join()


def test_who_waits_is_seen(folder: Path):
    with UsageStore.open(folder) as store:
        assert not store.is_wanted()
        waiting = threading.Thread(target=lambda: UsageStore.open(folder, wait_seconds=30).close())
        waiting.start()
        until = time.monotonic() + 30
        while not store.is_wanted():
            assert time.monotonic() < until
    waiting.join(30)
    with UsageStore.open(folder) as store:
        assert not store.is_wanted()


def test_readers_share_and_cannot_write(folder: Path):
    with UsageStore.open(folder) as store:
        take(store, event("a", 5))
    with (
        UsageStore.open(folder, read_only=True) as one,
        UsageStore.open(folder, read_only=True, wait_seconds=0) as other,
    ):
        assert (total(one), total(other)) == (5, 5)
        with pytest.raises(duckdb.InvalidInputException):
            take(one, event("b", 5))


def take_many(folder: Path, worker: int) -> None:
    for number in range(5):
        with UsageStore.open(folder, wait_seconds=60) as store:
            take(store, event(f"{worker}-{number}"), event(f"shared-{number}"))


def test_writers_of_several_processes_take_turns(folder: Path):
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=take_many, args=(folder, worker)) for worker in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert [worker.exitcode for worker in workers] == [0, 0, 0]
    with UsageStore.open(folder) as store:
        assert (total(store), store.examine()) == (20, [])


REFUSED = (
    "COPY hot TO '{outside}/stolen.csv'",
    "COPY hot TO '{inside}/../stolen.csv'",
    "FROM read_text('{outside}/secret.txt')",
    "FROM read_csv('{outside}/secret.txt')",
    "ATTACH '{outside}/other.duckdb'",
    "INSTALL httpfs",
    "LOAD httpfs",
    "SET enable_external_access = true",
    "SET allowed_directories = ['/']",
)


@pytest.mark.parametrize("statement", REFUSED)
def test_no_way_out_of_the_folder(folder: Path, statement: str):
    (folder.parent / "secret.txt").write_text("secret")
    with UsageStore.open(folder) as store, pytest.raises(duckdb.Error):
        inside = str(folder).replace("'", "''")
        store.connection.execute(statement.format(outside=folder.parent, inside=inside))


def test_a_batch_that_breaks_off_leaves_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch):
    def broken(*_: object, **__: object) -> None:
        raise OSError("the disk is gone")

    with UsageStore.open(folder) as store:
        with monkeypatch.context() as patch:
            patch.setattr("lessor.store.usage.take.Answer", broken)
            with pytest.raises(FaultsError, match="gone"):
                take(store, event("a", 5), load="file", position=1)
        assert (store.cutoff(), store.position("file"), total(store)) == (0, 0, 0)
        assert outcomes(take(store, event("a", 5))) == ["accepted"]


def test_opening_is_quick(folder: Path):
    began = time.process_time()
    with UsageStore.open(folder):
        pass
    assert time.process_time() - began < 1
