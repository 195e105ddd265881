"""Records that someone changed behind the triggers are found out."""

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from lessor.store.records.doctor import Finding
from lessor.store.records.records import Records
from tests.store.records.samples import INVOICE_DATE, NOW, book, document, issue, lease


@pytest.fixture
def tampered(records: Records, records_url: str) -> Callable[[str], list[Finding]]:
    """Records with three documents: runs a statement on them as if there were no triggers."""
    book(records, lease())
    issue(records, document(lease()), document(lease(), period="2026-07", entity="Other Ltd"))
    with records.writing(who="ann", at=NOW) as writer:
        writer.void("ACME-2026-000001", INVOICE_DATE)

    def tamper(*statements: str) -> list[Finding]:
        engine = create_engine(records_url)
        with engine.begin() as connection:
            if engine.dialect.name == "postgresql":
                connection.execute(text("set session_replication_role = replica"))
            else:
                triggers = text("select name from sqlite_master where type = 'trigger'")
                for (name,) in connection.execute(triggers).all():
                    connection.execute(text(f"drop trigger {name}"))
            for statement in statements:
                connection.execute(text(statement))
        engine.dispose()
        with records.reading() as reader:
            return reader.examine()

    return tamper


def test_sound_records_give_no_finding(tampered):
    assert tampered() == []


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        (
            ["update document_lines set amount = amount + 1 where document = 2"],
            [
                Finding(
                    "unbalanced",
                    "OTHER-LTD-2026-000001",
                    "net is 10000 smallest units, and its parts sum to 10001",
                )
            ],
        ),
        (
            ["update document_taxes set tax = 7 where document = 1"],
            [
                Finding(
                    "unbalanced",
                    "ACME-2026-000001",
                    "tax is 0 smallest units, and its parts sum to 7",
                )
            ],
        ),
        (
            [
                f"delete from {table} where {key} = 3"
                for table, key in (
                    ("document_lines", "document"),
                    ("document_taxes", "document"),
                    ("documents", "id"),
                )
            ],
            [Finding("gap", "ACME-2026", "1 documents, the last is number 1, the counter is at 2")],
        ),
        (
            ["update number_series set last = 5 where entity = 'OTHER-LTD'"],
            [
                Finding(
                    "gap",
                    "OTHER-LTD-2026",
                    "1 documents, the last is number 1, the counter is at 5",
                )
            ],
        ),
    ],
)
def test_what_was_changed_by_hand_is_found(tampered, statements, expected):
    assert tampered(*statements) == expected


def test_a_damaged_file_is_found(tmp_path: Path):
    url = f"sqlite:///{tmp_path / 'records.sqlite'}"
    engine = create_engine(url)
    with Records.create(url) as records:
        book(records, lease())
        issue(records, document(lease()))
        with engine.begin() as connection:
            connection.execute(text("insert into meters values ('deal/none', 'cost.power')"))
        engine.dispose()
        with records.reading() as reader:
            (found,) = reader.examine()
    assert (found.kind, found.place) == ("damaged", "meters")
