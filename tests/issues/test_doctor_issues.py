"""The golden message of every fault in money received, and of what the doctor finds.

Each code has a folder here with `expected.txt`. LESSOR_REWRITE=1 writes the texts from what is
given now; the difference is then reviewed.
"""

import sqlite3
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path

import pytest

from lessor.app.asking import Asker
from lessor.app.commands.receive import ReceiveRequest, receive
from lessor.app.doctor import Orders, examine
from lessor.core.issue import Issue
from lessor.store.home import Home
from lessor.store.records.records import Records
from tests.app.kept_store import NOW, RENTED, book, close, make_store, use

HERE = Path(__file__).parent
AGREED = RENTED.replace("    term:", "    deposit: 1 months\n    term:")


def _receive(amount: str, purpose: str) -> Callable[[Home], Iterable[Issue]]:
    request = ReceiveRequest("a", amount, purpose, "2026-01-05", "bank-1", Asker("ann", NOW))
    return lambda home: receive("store", request).issues


def _examined(home: Home) -> Iterable[Issue]:
    return examine(home, Orders(False, True, "ann", NOW)).issues


def _change(home: Home, statement: str) -> None:
    with sqlite3.connect(home.folder / "records.sqlite") as connection:
        for table in ("documents_no_update", "rating_runs_no_update"):
            connection.execute(f"drop trigger {table}")
        connection.execute(statement)
    connection.close()


def _segment_put_there(home: Home) -> Iterable[Issue]:
    (home.usage_folder / "events" / "part.parquet").write_bytes(b"")
    return _examined(home)


def _segment_gone(home: Home) -> Iterable[Issue]:
    from lessor.store.usage.catalogue import UsageStore

    with UsageStore.open(home.usage_folder) as store:
        store.compact()
    next(home.usage_folder.glob("events/*/*.parquet")).unlink()
    return _examined(home)


def _total_changed(home: Home) -> Iterable[Issue]:
    _change(home, "update documents set net = net + 1, total = total + 1")
    return _examined(home)


def _state_changed(home: Home) -> Iterable[Issue]:
    _change(home, "update rating_runs set closing = '{}'")
    return _examined(home)


def _invoice_voided(home: Home) -> Iterable[Issue]:
    with Records.open(home.records_url) as records, records.writing(who="ann", at=NOW) as writer:
        writer.void(writer.documents()[-1].number, date(2026, 2, 1))
    return _examined(home)


FAULTS: dict[str, Callable[[Home], Iterable[Issue]]] = {
    "amount-malformed": _receive("345,000", "deposit"),
    "left-over": _segment_put_there,
    "lines-differ": _state_changed,
    "more-than-held": _receive("-5", "deposit"),
    "not-agreed": _receive("5", "prepayment"),
    "records-unsound": _total_changed,
    "usage-unsound": _segment_gone,
    "void-not-billed": _invoice_voided,
}


@pytest.mark.parametrize("code", FAULTS)
def test_a_fault_of_a_store_gives_its_golden_message(code, tmp_path, monkeypatch, rewrite):
    monkeypatch.chdir(tmp_path)
    home = make_store(Path("store"))
    book(home, AGREED)
    use(home, "a", date(2026, 1, 20), 60_000_000, number=1)
    close(home, "2026-01")
    issues = FAULTS[code](home)
    assert code in {issue.code for issue in issues}
    given = "".join(issue.render() + "\n" for issue in issues).replace(str(tmp_path), ".")
    golden = HERE / code / "expected.txt"
    if rewrite:
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(given, encoding="utf-8")
    assert given == golden.read_text(encoding="utf-8")
