"""The migrations make the tables that the code knows, and no other schema is opened."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, text

from lessor.core.issue import FaultsError
from lessor.store.records.migrating import known_revisions
from lessor.store.records.records import Records
from lessor.store.records.schema import HEAD, metadata
from tests.store.conftest import BOTH
from tests.store.postgres import Server
from tests.store.records.samples import book, lease
from tests.store.records.test_numbers import times_killed


def refusal(url: str) -> str:
    with pytest.raises(FaultsError) as refused:
        Records.open(url)
    (issue,) = refused.value.issues
    return f"{issue.code}: {issue.message}"


def test_the_migrated_schema_is_the_one_in_code(records_url: str):
    engine = create_engine(records_url)
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        assert compare_metadata(context, metadata) == []
    engine.dispose()


def test_the_newest_migration_is_the_one_that_is_asked_for():
    assert known_revisions()[0] == HEAD


def test_making_records_that_are_there_keeps_them(records: Records, records_url: str):
    book(records, lease())
    with Records.create(records_url) as again, again.reading() as reader:
        assert reader.leases() == [lease()]


def test_records_of_a_newer_version_are_left_alone(records_url: str):
    engine = create_engine(records_url)
    with engine.begin() as connection:
        connection.execute(text("update alembic_version set version_num = '9999'"))
    engine.dispose()
    assert refusal(records_url).startswith("store-outdated: the records were made by a newer")
    with pytest.raises(FaultsError) as refused:
        Records.create(records_url)
    assert refused.value.issues[0].code == "store-outdated"


def test_records_of_an_older_version_are_to_be_upgraded(records_url: str):
    engine = create_engine(records_url)
    with engine.begin() as connection:
        connection.execute(text("update alembic_version set version_num = '0000'"))
    engine.dispose()
    assert refusal(records_url).startswith("store-outdated: the records are of schema 0000")


def test_opening_makes_nothing(tmp_path: Path):
    path = tmp_path / "records.sqlite"
    assert refusal(f"sqlite:///{path}").startswith("store-missing")
    assert not path.exists()


def test_an_empty_database_holds_no_records(postgres: Server):
    postgres.execute("create database no_tables")
    assert refusal(postgres.url("no_tables")).startswith("store-missing")


def test_a_database_file_is_its_owners_alone(tmp_path: Path):
    path = tmp_path / "records.sqlite"
    with Records.create(f"sqlite:///{path}") as records:
        book(records, lease())
        modes = {each.name: oct(each.stat().st_mode & 0o777) for each in tmp_path.iterdir()}
    assert set(modes) == {"records.sqlite", "records.sqlite-wal", "records.sqlite-shm"}
    assert set(modes.values()) == {"0o600"}


def test_what_is_kept_outlasts_a_loss_of_power(tmp_path: Path):
    url = f"sqlite:///{tmp_path / 'records.sqlite'}"
    with Records.create(url) as records, records.reading() as reader:
        settings = {
            name: reader._connection.exec_driver_sql(f"pragma {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "recursive_triggers")
        }
    # synchronous 2 is FULL: every commit is on the disk before it is told.
    expected = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "recursive_triggers": 1}
    assert settings == expected


@pytest.mark.parametrize("where", BOTH)
def test_four_who_make_records_at_once(where: str, tmp_path: Path, request):
    url = f"sqlite:///{tmp_path / 'records.sqlite'}"
    if where == "postgresql":
        postgres = request.getfixturevalue("postgres")
        postgres.execute("create database made_at_once")
        url = postgres.url("made_at_once")
    with ThreadPoolExecutor(4) as threads:
        for made in threads.map(Records.create, [url] * 4):
            made.close()
    Records.open(url).close()


@pytest.mark.parametrize("where", BOTH)
def test_making_that_is_killed_is_done_again(where: str, tmp_path: Path, request, root: Path):
    url = f"sqlite:///{tmp_path / 'records.sqlite'}"
    if where == "postgresql":
        postgres = request.getfixturevalue("postgres")
        postgres.execute("create database made_in_the_end")
        url = postgres.url("made_in_the_end")
    assert times_killed(root, url) > len(metadata.tables) / 2
    with Records.open(url) as records:
        book(records, lease())
