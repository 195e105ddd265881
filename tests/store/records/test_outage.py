"""A database that is gone is an Issue, nothing is half kept, and when it is back so is all else."""

import signal
import sqlite3
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from lessor.core.issue import FaultsError
from lessor.store.records import database
from lessor.store.records.records import Records
from tests.store.conftest import NO_SERVER
from tests.store.postgres import Server, programs
from tests.store.records.samples import NOW, book, document, issue, lease


def refusal(refused: pytest.ExceptionInfo[FaultsError], code: str = "records-unreachable") -> str:
    (found,) = refused.value.issues
    assert found.code == code
    return found.message


@pytest.fixture
def durable() -> Iterator[Server]:
    """A server that may be killed: it writes everything down as it would for a lessor."""
    if programs() is None:
        pytest.skip(NO_SERVER)
    server = Server(durable=True)
    try:
        yield server
    finally:
        server.remove()


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGQUIT])
def test_a_server_that_is_back_is_used_again(durable: Server, how: signal.Signals):
    durable.execute("create database records")
    with Records.create(durable.url("records")) as records:
        book(records, lease())
        (first,) = issue(records, document(lease(), period="2026-01"))
        durable.stop(how)
        with pytest.raises(FaultsError) as refused:
            issue(records, document(lease(), period="2026-02"))
        assert "lessor@" in refusal(refused)
        with pytest.raises(FaultsError) as refused, records.reading():
            pass
        durable.start()
        (second,) = issue(records, document(lease(), period="2026-02"))
        with records.reading() as reader:
            assert reader.documents() == [first, second]
        assert second.number == "ACME-2026-000002"


def test_a_server_lost_in_the_middle_keeps_nothing_of_it(durable: Server):
    durable.execute("create database records")
    with Records.create(durable.url("records")) as records:
        book(records, lease())
        with pytest.raises(FaultsError) as refused, records.writing(who="ann", at=NOW) as writer:
            ids = writer.keep_runs([])
            writer.add_lease(lease("b"))
            assert ids == []
            durable.stop(signal.SIGQUIT)
            writer.leases()
        refusal(refused)
        durable.start()
        with records.reading() as reader:
            assert reader.leases() == [lease()]


def test_no_server_at_all(tmp_path: Path):
    url = f"postgresql+psycopg://lessor:secret@/records?host={tmp_path}"
    with pytest.raises(FaultsError) as refused:
        Records.open(url)
    assert "secret" not in refusal(refused)


@pytest.mark.parametrize(
    "url", ["records.sqlite", "mysql://lessor@host/records", "postgresql+none://host/records"]
)
def test_a_url_of_no_database(url: str):
    with pytest.raises(FaultsError) as refused:
        Records.open(url)
    refusal(refused)


def test_a_driver_that_is_not_installed(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(FaultsError) as refused:
        Records.open("postgresql+psycopg://lessor@/records")
    assert "not installed" in refusal(refused)
    assert "lessor[postgres]" in refused.value.issues[0].remedy


def test_a_folder_that_is_not_there(tmp_path: Path):
    with pytest.raises(FaultsError) as refused:
        Records.create(f"sqlite:///{tmp_path / 'none' / 'records.sqlite'}")
    assert "No such file" in refusal(refused)


def test_a_file_that_is_no_database(tmp_path: Path):
    path = tmp_path / "records.sqlite"
    path.write_bytes(b"not a database, but long enough to look at" * 100)
    for use in (Records.open, Records.create):
        with pytest.raises(FaultsError) as refused:
            use(f"sqlite:///{path}")
        assert "not a database" in refusal(refused)
        assert "copy" in refused.value.issues[0].remedy


def test_a_writer_that_never_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(database, "_SECONDS_TO_WAIT", 0.1)
    url = f"sqlite:///{tmp_path / 'records.sqlite'}"
    with Records.create(url) as records:
        other = sqlite3.connect(tmp_path / "records.sqlite", isolation_level=None)
        other.execute("begin immediate")
        with pytest.raises(FaultsError) as refused:
            book(records, lease())
        assert "busy" in refusal(refused)
        other.close()
        book(records, lease())


def test_a_writer_elsewhere_that_never_ends(fresh_postgres, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(database, "_SECONDS_TO_WAIT", 0.1)
    with Records.open(fresh_postgres()) as records:
        with records.writing(who="ann", at=NOW):
            with pytest.raises(FaultsError) as refused:
                book(records, lease())
            assert "busy" in refusal(refused)
        book(records, lease())


def test_a_full_disk_keeps_nothing_of_the_transaction(tmp_path: Path):
    url = f"sqlite:///{tmp_path / 'records.sqlite'}"
    with Records.create(url) as records:
        book(records, lease())
        with pytest.raises(FaultsError) as refused, records.writing(who="ann", at=NOW) as writer:
            pages = writer._connection.exec_driver_sql("pragma page_count").scalar()
            writer._connection.exec_driver_sql(f"pragma max_page_count = {pages}")
            writer.add_leases([(lease(str(place)), ()) for place in range(1000)])
        assert "full" in refusal(refused, "store-not-writable")
        with records.reading() as reader:
            assert reader.leases() == [lease()]
            assert len(reader.audit()) == 1


def test_writers_wait_for_each_other(records: Records):
    book(records, lease("a"))
    inside = threading.Event()
    seen: list[str] = []

    def second() -> None:
        inside.wait()
        with records.writing(who="bob", at=NOW) as writer:
            seen.extend(each.name for each in writer.leases())

    thread = threading.Thread(target=second)
    thread.start()
    with records.writing(who="ann", at=NOW) as writer:
        inside.set()
        thread.join(timeout=0.3)
        assert seen == []
        writer.add_lease(lease("b"))
    thread.join(timeout=30)
    assert seen == ["a", "b"]
