"""A full disk, several closers at once, a database that goes and comes back, a clock moved back."""

import json
import signal
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import Engine
from sqlalchemy import event as sql_event

from lessor.app.closing import close_month
from lessor.app.closing_order import Order
from lessor.app.doctor import Orders, examine
from lessor.core.issue import FaultsError
from lessor.store.records.records import Records
from lessor.store.usage.catalogue import UsageStore
from tests.app.kept_store import NOW, book, close, event, make_store, take, use
from tests.faults.closing_killed import said_of, standing
from tests.faults.conftest import THOROUGH
from tests.faults.taken import batch, counted, expected
from tests.store.conftest import NO_SERVER
from tests.store.postgres import Server, programs

LIMITS = (100, 1_000, 4_096, 10_000, 20_000, 1_500_000) if THOROUGH else (100, 10_000)
CUT_AT = range(2, 60, 3) if THOROUGH else (9, 30)


def sound(home) -> bool:
    return not examine(home, Orders(False, True, "ann", NOW)).issues


def numbers(home) -> list[str]:
    return [each.number for each in standing(home)]


def without_gap(found) -> bool:
    return found == [f"ACME-COMPUTE-2026-{place:06d}" for place in range(1, len(found) + 1)]


@pytest.mark.parametrize("limit", LIMITS)
def test_a_full_disk_is_an_issue_and_what_was_there_stays(tmp_path, crashing, limit):
    home = make_store(tmp_path / "store")
    book(home, copies=2)
    take(home, batch(0))
    ends = {what: crashing("full", home.folder, what, limit) for what in ("take", "close")}
    assert ends["take"] in ("store-not-writable", "done")
    assert ends["close"] in ("store-not-writable", "done")
    if limit == LIMITS[0]:
        assert "done" not in ends.values()
    assert (ends["take"] == "done") == (counted(home) == expected(2))
    assert len(standing(home)) == (2 if ends["close"] == "done" else 0)
    assert sound(home)
    # With room again, what was refused is taken and what was kept is not taken twice.
    take(home, batch(1))
    close(home, "2026-01")
    assert (counted(home), len(standing(home))) == (expected(2), 2)


def test_closers_at_once_issue_each_invoice_once(tmp_path, crashing):
    home = make_store(tmp_path / "store")
    book(home, copies=5)
    told = json.loads(crashing("closers", home.folder, "2026-01", 3))
    # Whoever came first: all of them see the same documents in the end.
    assert told == [numbers(home)] * 3
    assert without_gap(numbers(home)) and len(numbers(home)) == 5
    assert sound(home)


def test_closers_on_two_machines_issue_each_invoice_once(server, tmp_path, crashing):
    server.execute("create database records")
    one = make_store(tmp_path / "one", url=server.url("records"))
    book(one, copies=5)
    # Another folder has another lock: nothing but the records keeps these two apart.
    two = make_store(tmp_path / "two", url=server.url("records"))
    told = json.loads(crashing("closers", f"{one.folder},{two.folder}", "2026-01", 4))
    assert told == [numbers(one)] * 4
    assert without_gap(numbers(one)) and len(numbers(one)) == 5
    assert sound(one) and sound(two)


@pytest.fixture
def server() -> Iterator[Server]:
    if programs() is None:
        pytest.skip(NO_SERVER)
    durable = Server(durable=True)
    try:
        yield durable
    finally:
        durable.remove()


def closed_while_it_goes(home, server, statement):
    """Close a month, while the database goes before the n-th statement; whether it was met."""
    count = 0

    def gone(*_: object) -> None:
        nonlocal count
        count += 1
        if count == statement:
            server.stop(signal.SIGQUIT)

    sql_event.listen(Engine, "before_cursor_execute", gone)
    try:
        close(home, "2026-01")
    except FaultsError as fault:
        assert [issue.code for issue in fault.issues] == ["records-unreachable"]
        return True
    finally:
        sql_event.remove(Engine, "before_cursor_execute", gone)
    return False


def test_a_database_that_goes_while_a_month_is_closed_is_gone_on_with(
    server, tmp_path, monkeypatch
):
    monkeypatch.setattr("lessor.app.closing.GROUP", 1)
    clean = make_store(tmp_path / "clean")
    book(clean, copies=4)
    close(clean, "2026-01")
    met = 0
    for statement in CUT_AT:
        server.execute(f"create database records_{statement}")
        home = make_store(tmp_path / f"{statement}", url=server.url(f"records_{statement}"))
        book(home, copies=4)
        if closed_while_it_goes(home, server, statement):
            met += 1
            server.start()
        close(home, "2026-01")
        assert without_gap(numbers(home))
        assert said_of(standing(home)) == said_of(standing(clean))
        assert sound(home)
    assert met > len(CUT_AT) // 2


def test_a_clock_that_goes_back_skips_no_number_and_bills_nothing_twice(tmp_path):
    home = make_store(tmp_path / "store")
    book(home)
    use(home, "a", date(2026, 1, 20), 60_000_000, number=1)
    close(home, "2026-01")
    long_ago = datetime(2020, 1, 1, tzinfo=UTC)
    for period, day in (("2026-02", date(2025, 12, 31)), ("2026-01", date(2026, 1, 1))):
        close_month(home, Order(period, None, False, day, "ann", long_ago))
    close(home, "2026-03")
    assert numbers(home) == [
        "ACME-COMPUTE-2026-000001",
        "ACME-COMPUTE-2025-000001",
        "ACME-COMPUTE-2026-000002",
    ]
    assert sound(home)


def test_an_event_that_a_wrong_clock_set_aside_counts_once_it_is_right(tmp_path):
    home = make_store(tmp_path / "store")
    book(home)
    moment = datetime(2026, 1, 20, 12, tzinfo=UTC)
    line = event(1, "a", moment, 7)
    early = take(home, [line], at=moment - timedelta(days=40))
    assert early.rows.column("code").to_pylist() == ["time-in-future"]
    assert take(home, [line], at=moment).accepted == 1
    # The clock goes back behind an event that is kept: it is the same one, and its answer is kept.
    again = take(home, [line], at=moment - timedelta(days=40))
    assert again.accepted == 0
    assert counted(home) == {"a": 7}


def test_a_later_event_is_later_in_sequence_whatever_the_clock_says(tmp_path):
    home = make_store(tmp_path / "store")
    book(home)
    moment = datetime(2026, 1, 20, tzinfo=UTC)
    first, second = (event(number, "a", moment, 5_000_000) for number in (1, 2))
    take(home, [first], at=NOW)
    close(home, "2026-01")
    take(home, [second], at=NOW - timedelta(days=300))
    [_, note] = close(home, "2026-01").issued
    assert note.document.kind == "debit_note"
    with Records.open(home.records_url) as records, records.reading() as reader:
        runs = [reader.run(each.run) for each in reader.documents()]
    with UsageStore.open(home.usage_folder) as store:
        assert [run.cutoff for run in runs] == [1, store.cutoff()]


def test_a_month_is_closed_on_usage_whose_taker_was_killed(tmp_path, crashing):
    home = make_store(tmp_path / "store")
    book(home, copies=2)
    crashing("taker_killed", home.folder)
    log = home.usage_folder / "catalogue.duckdb.wal"
    assert log.stat().st_size > 0, "nothing was left to be read from the log"
    # Closing only reads: what is in the log counts, and the log stays for the next who writes.
    lines = [each.document.lines for each in close(home, "2026-01").issued]
    tokens = sum(line.quantity for each in lines for line in each if line.charge == "tokens")
    assert tokens * 1_000_000 == sum(expected(1).values())
    assert sound(home)
    assert counted(home) == expected(1)
