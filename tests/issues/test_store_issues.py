"""The golden message of every fault of a store and of what is entered in its records.

Each code has a folder here with `expected.txt`. LESSOR_REWRITE=1 writes the texts from what is
given now; the difference is then reviewed.
"""

import errno
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from lessor.app.deals import kept_deal
from lessor.books.documents import Before
from lessor.core.issue import FaultsError
from lessor.store.home import make_home, open_home
from lessor.store.records.records import Records
from lessor.store.records.rows import Payment
from lessor.store.records.writer import Writer
from lessor.store.unwritable import not_writable
from tests.store.records.samples import INVOICE_DATE, NOW, document, lease, line, run

HERE = Path(__file__).parent
URL = "sqlite:///records.sqlite"
PAYMENT = Payment("deal/anchor", "CNY", Decimal("5.00"), date(2026, 7, 9), "bank-1")
STOOD = Before(Decimal(1), Decimal("90.00"), Decimal("90.00"))


def _another_store() -> None:
    make_home("books")
    make_home("books", "postgresql+psycopg://lessor@localhost/records")


def _settings_cut_off() -> None:
    make_home("books")
    Path("books", "config.toml").write_text("[records]\n", encoding="utf-8")
    open_home("books", {})


def _records_of_another_version() -> None:
    Records.create(URL).close()
    engine = create_engine(URL)
    with engine.begin() as connection:
        connection.execute(text("update alembic_version set version_num = '0000'"))
    engine.dispose()
    Records.open(URL)


def _void_twice(writer: Writer) -> None:
    for _ in range(2):
        writer.void("ACME-2026-000001", INVOICE_DATE)


def _note_too_late(writer: Writer) -> None:
    note = document(lease(), [line(before=STOOD)], kind="debit_note", corrects="ACME-2026-000001")
    writer.issue([(note, 1)], INVOICE_DATE)


def _reference_again(writer: Writer) -> None:
    writer.add_payment(PAYMENT)
    writer.add_payment(PAYMENT._replace(amount=Decimal("6.00")))


def _full_disk() -> None:
    raise not_writable("the usage store", Path("books/usage"), OSError(errno.ENOSPC, ""))


STORES: dict[str, Callable[[], object]] = {
    "records-unreachable": lambda: Records.create("sqlite:///no-such-folder/records.sqlite"),
    "store-exists": _another_store,
    "store-missing": lambda: open_home(None, {}),
    "store-not-writable": _full_disk,
    "store-outdated": _records_of_another_version,
    "store-settings": _settings_cut_off,
}
ENTRIES: dict[str, Callable[[Writer], object]] = {
    "already-void": _void_twice,
    "currency-of-lease": lambda writer: writer.add_payment(PAYMENT._replace(currency="USD")),
    "lease-booked": lambda writer: writer.add_lease(lease()),
    "records-changed": _note_too_late,
    "reference-taken": _reference_again,
    "unknown-deal": lambda writer: kept_deal(writer, "b300-10k"),
    "unknown-document": lambda writer: writer.void("ACME-2026-000002", INVOICE_DATE),
    "unknown-lease": lambda writer: writer.add_payment(PAYMENT._replace(lease="deal/b")),
}


def _agrees(code: str, refused: pytest.ExceptionInfo[FaultsError], rewrite: bool) -> None:
    issues = refused.value.issues
    assert {issue.code for issue in issues} == {code}
    given = "".join(issue.render() + "\n" for issue in issues)
    golden = HERE / code / "expected.txt"
    if rewrite:
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(given, encoding="utf-8")
    assert given == golden.read_text(encoding="utf-8")


@pytest.mark.parametrize("code", STORES)
def test_a_store_that_is_not_as_it_should_be(code, tmp_path, monkeypatch, rewrite):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(FaultsError) as refused:
        STORES[code]()
    _agrees(code, refused, rewrite)


@pytest.mark.parametrize("code", ENTRIES)
def test_an_entry_that_the_records_refuse(code, tmp_path, monkeypatch, rewrite):
    monkeypatch.chdir(tmp_path)
    with Records.create(URL) as records:
        with records.writing(who="ann", at=NOW) as writer:
            writer.add_lease(lease())
            (number,) = writer.keep_runs([run(lease())])
            writer.issue([(document(lease()), number)], INVOICE_DATE)
        with pytest.raises(FaultsError) as refused, records.writing(who="ann", at=NOW) as writer:
            ENTRIES[code](writer)
    _agrees(code, refused, rewrite)
