"""Records of every earlier schema are brought up to date with all that they hold."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, MetaData, create_engine, insert, select, text

from lessor.books.documents import Before
from lessor.core.issue import FaultsError
from lessor.store.records import database
from lessor.store.records.migrating import known_revisions, upgrade
from lessor.store.records.records import Records
from lessor.store.records.rows import LeaseVersion, Payment, Received
from lessor.store.records.schema import HEAD, metadata
from tests.store.conftest import BOTH
from tests.store.records.samples import INVOICE_DATE, NOW, book, document, issue, lease, line, run

EARLIER = [revision for revision in known_revisions() if revision != HEAD]


@pytest.fixture(params=BOTH)
def old_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database without tables, on each database in turn."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'old.sqlite'}"
    postgres = request.getfixturevalue("postgres")
    name = f"old_{tmp_path.name.replace('-', '_')}".lower()
    postgres.execute(f'create database "{name}"')
    return postgres.url(name)


def fill(records: Records, held: MetaData) -> None:
    """Something in every table and column that a schema holds."""
    a, b = lease("a"), lease("b", "JPY")
    book(records, a, b)
    invoice, other = issue(
        records,
        document(a, [line(unrounded="100.000000000001")]),
        document(b, [line("5", unrounded="4.6")]),
    )
    before = Before(Decimal(1), Decimal("100.00"), Decimal("100.000000000001"))
    note = document(a, [line("-1.00", before=before)], kind="credit_note", corrects=invoice.number)
    issue(records, note)
    money = (a.id, a.currency, Decimal("9.99"), date(2026, 7, 1))
    with records.writing(who="bob", at=NOW) as writer:
        named = "Tokens Limited" if "lessee" in held.tables["lease_versions"].columns else None
        amended = LeaseVersion(2, date(2026, 8, 1), {"rent": "90"}, "d", named)
        writer.add_version(a.id, amended, ["images"])
        if "deal_versions" in held.tables:
            writer.add_deal_version("deal", "format: lessor/1", note="first", after=0)
        writer.add_deposit(Received(*money, "bank-1"))
        writer.add_prepayment(Received(*money, "bank-2"))
        writer.add_payment(Payment(*money, "bank-3", invoice.number))
        writer.add_payment(Payment(*money, "bank-4"))
        writer.void(other.number, INVOICE_DATE, reason="wrong")
        writer.put_drafts([(document(b, [line("7")], period="2026-07"), run(b, "2026-07"))])
        writer.add_closing("2026-06", cutoff=7, documents=3)


def everything(records: Records) -> dict[str, Any]:
    """All that can be asked of records."""
    with records.reading() as reader:
        return {
            "leases": reader.leases(),
            "lessees": reader.lessees(),
            "deals": reader.deals(),
            "known": reader.known(),
            "documents": reader.documents(),
            "drafts": reader.drafts(),
            "runs": reader.runs(),
            "progress": reader.progress(),
            "payments": reader.payments(),
            "deposits": reader.deposits(),
            "prepayments": reader.prepayments(),
            "held": reader.held(),
            "closings": reader.closings(),
            "audit": reader.audit(),
            "wrong": reader.examine(),
        }


def at_revision(url: str, revision: str) -> MetaData:
    """Make a database as it was at a revision; its tables."""
    engine = database.connect(url)
    database.prepare(engine)
    with database.writing(engine) as connection:
        upgrade(connection, to=revision)
    held = MetaData()
    held.reflect(engine)
    engine.dispose()
    held.remove(held.tables["alembic_version"])
    return held


def copy(source: Connection, target: Connection, held: MetaData) -> Iterator[str]:
    """Copy every row into the tables of an earlier schema, column by column; the tables filled."""
    # In the order in which rows name each other.
    for table in metadata.sorted_tables:
        if table.name not in held.tables:
            continue
        earlier = held.tables[table.name]
        wanted = select(*(table.c[column.name] for column in earlier.columns))
        found = source.execute(wanted.order_by(*table.primary_key.columns))
        rows = [dict(row._mapping) for row in found]
        if rows:
            target.execute(insert(earlier), rows)
            yield table.name


@pytest.mark.parametrize("revision", EARLIER)
def test_records_of_an_earlier_schema_read_the_same(revision: str, old_url: str, tmp_path: Path):
    held = at_revision(old_url, revision)
    source_url = f"sqlite:///{tmp_path / 'source.sqlite'}"
    with Records.create(source_url) as source:
        fill(source, held)
        expected = everything(source)
    engine = database.connect(old_url)
    with create_engine(source_url).connect() as source, database.writing(engine) as target:
        assert set(copy(source, target, held)) == set(held.tables)
    engine.dispose()
    with pytest.raises(FaultsError) as refused:
        Records.open(old_url)
    assert [each.code for each in refused.value.issues] == ["store-outdated"]
    Records.create(old_url).close()
    with Records.open(old_url) as upgraded:
        assert everything(upgraded) == expected


@pytest.mark.parametrize("revision", EARLIER)
def test_an_upgraded_schema_takes_and_refuses_what_a_new_one_does(revision: str, old_url: str):
    at_revision(old_url, revision)
    Records.create(old_url).close()
    engine = database.connect(old_url)
    now = MetaData()
    now.reflect(engine)
    with Records.open(old_url) as records:
        fill(records, now)
        with records.reading() as reader:
            assert reader.leases(["deal/a"])[0].lessee == "Tokens Limited"
    assert set(now.tables) == {*metadata.tables, "alembic_version"}
    with pytest.raises(Exception, match="append-only"), engine.begin() as connection:
        connection.execute(text("update lease_versions set lessee = 'Tokens Ltd'"))
    engine.dispose()
