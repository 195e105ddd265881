"""Databases for the tests of the store: each test has a fresh one, on SQLite and on PostgreSQL."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from lessor.store.records.records import Records
from tests.store.postgres import Server, programs

NO_SERVER = "no PostgreSQL server under /usr/lib/postgresql: apt-get install postgresql"

needs_postgres = pytest.mark.skipif(programs() is None, reason=NO_SERVER)
BOTH = ("sqlite", pytest.param("postgresql", marks=needs_postgres))


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """A server for the whole run; it need not survive a crash of the machine."""
    if programs() is None:
        pytest.skip(NO_SERVER)
    server = Server(durable=False)
    try:
        yield server
    finally:
        server.remove()


@pytest.fixture(scope="session")
def fresh_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path], str]:
    """Makes a database with tables and no records in a folder, by copying one; gives its URL."""
    pattern = tmp_path_factory.mktemp("pattern") / "records.sqlite"
    Records.create(f"sqlite:///{pattern}").close()

    def make(folder: Path) -> str:
        shutil.copy(pattern, folder / "records.sqlite")
        return f"sqlite:///{folder / 'records.sqlite'}"

    return make


@pytest.fixture(scope="session")
def fresh_postgres(postgres: Server) -> Callable[[], str]:
    """Makes a database with tables and no records, by copying one; gives its URL."""
    postgres.execute("create database pattern")
    Records.create(postgres.url("pattern")).close()
    numbers = itertools.count(1)

    def make() -> str:
        name = f"test_{next(numbers)}"
        postgres.execute(f"create database {name} template pattern")
        return postgres.url(name)

    return make


@pytest.fixture(params=BOTH)
def records_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of fresh records, on each database in turn."""
    if request.param == "sqlite":
        return str(request.getfixturevalue("fresh_sqlite")(tmp_path))
    return str(request.getfixturevalue("fresh_postgres")())


@pytest.fixture
def records(records_url: str) -> Iterator[Records]:
    """Fresh records, on each database in turn."""
    with Records.open(records_url) as opened:
        yield opened
