"""What is entered is never changed or deleted, not even by SQL of someone else."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import create_engine, inspect, text
from sqlalchemy.exc import DBAPIError

from lessor.store.records.records import Records
from lessor.store.records.rows import Payment, Received
from lessor.store.records.schema import APPEND_ONLY, metadata
from tests.store.records.samples import NOW, document, issue, lease, run


@pytest.fixture
def filled_url(records: Records, records_url: str) -> str:
    """Records with a row in every table."""
    received = Received("deal/anchor", "CNY", Decimal("5.00"), date(2026, 7, 9), "bank-2")
    with records.writing(who="ann", at=NOW) as writer:
        writer.add_lease(lease(), ["cost.power"])
        writer.add_deposit(received)
        writer.add_prepayment(received)
        writer.add_payment(Payment(*received))
        writer.add_closing("2026-06", cutoff=1, documents=1)
        writer.add_deal_version("b300", "format: lessor/1\n", note="", after=0)
        writer.put_drafts([(document(lease()), run(lease()))])
    issue(records, document(lease()))
    return records_url


def test_nothing_kept_is_changed_or_deleted(filled_url: str):
    engine = create_engine(filled_url)
    for table in APPEND_ONLY:
        column = metadata.tables[table].columns.keys()[0]
        for statement in (f"update {table} set {column} = {column}", f"delete from {table}"):
            with pytest.raises(DBAPIError, match=f"{table} is append-only"), engine.begin() as sql:
                assert sql.execute(text(f"select count(*) from {table}")).scalar() != 0
                sql.execute(text(statement))
    engine.dispose()


def test_nothing_kept_is_truncated(fresh_postgres: Callable[[], str]):
    engine = create_engine(fresh_postgres())
    with pytest.raises(DBAPIError, match="is append-only"), engine.begin() as sql:
        sql.execute(text("truncate documents cascade"))
    engine.dispose()


def test_all_tables_but_two_are_append_only(records_url: str):
    engine = create_engine(records_url)
    tables = set(inspect(engine).get_table_names()) - {"alembic_version"}
    engine.dispose()
    assert tables - set(APPEND_ONLY) == {"drafts", "number_series"}
    assert tables == set(metadata.tables)
