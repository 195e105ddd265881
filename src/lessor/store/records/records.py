"""The records of a lessor: made once, opened by every command, read and written in transactions."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from types import TracebackType

from sqlalchemy import Connection, Engine, inspect, text

from lessor.core.issue import FaultsError, Issue
from lessor.store.records import database
from lessor.store.records.reader import Reader
from lessor.store.records.schema import HEAD
from lessor.store.records.writer import Writer


class Records:
    """Leases, documents and all else kept in SQL. Safe to share between threads, not over a fork.

    Every use may raise FaultsError with `records-unreachable`; the next one tries anew.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @classmethod
    def create(cls, url: str) -> Records:
        """Make the tables, or bring older ones up to date; records already there stay.

        Issue `store-outdated` where a newer Lessor made them.
        """
        # Every other command starts without the library of migrations.
        from lessor.store.records import migrating

        engine = database.connect(url)
        try:
            database.prepare(engine)
            with database.writing(engine) as connection:
                if _revision(connection) not in {"", *migrating.known_revisions()}:
                    raise _made_by_newer()
                migrating.upgrade(connection)
        except BaseException:
            engine.dispose()
            raise
        return cls(engine)

    @classmethod
    def open(cls, url: str) -> Records:
        """Open records that are there, of this version's schema.

        Issues `store-missing` where none were made, `store-outdated` where they are of an older or
        a newer version.
        """
        engine = database.connect(url)
        try:
            found = ""
            if database.has_file(engine):
                with database.reading(engine) as connection:
                    found = _revision(connection)
            if found != HEAD:
                raise _unfit(found)
        except BaseException:
            engine.dispose()
            raise
        return cls(engine)

    def close(self) -> None:
        """Give the connections back."""
        self._engine.dispose()

    def __enter__(self) -> Records:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @contextmanager
    def writing(self, *, who: str, at: datetime) -> Iterator[Writer]:
        """One transaction by one writer: kept whole at the end, or not at all if anything raises.

        who, at: for the audit trail; `at` with its time zone. Other writers wait their turn.
        """
        moment = at.astimezone(UTC)
        if at.tzinfo is None:
            raise AssertionError("the time of a change lacks its time zone")
        with database.writing(self._engine) as connection:
            yield Writer(connection, who=who, at=moment)

    @contextmanager
    def reading(self) -> Iterator[Reader]:
        """One transaction that reads: everything in it is as of one moment."""
        with database.reading(self._engine) as connection:
            yield Reader(connection)


def place_of(url: str) -> str:
    """Where records are kept, as a person reads it: without a password."""
    return database.named(database.parsed(url))


def _revision(connection: Connection) -> str:
    """The migration that the tables are at; empty where there are none."""
    if not inspect(connection).has_table("alembic_version"):
        return ""
    found = connection.execute(text("select version_num from alembic_version")).scalar()
    return "" if found is None else str(found)


def _unfit(found: str) -> FaultsError:
    if not found:
        return FaultsError(
            [Issue("store-missing", "there are no records there", "make them: lessor init")]
        )
    if found < HEAD:
        message = f"the records are of schema {found}, and this Lessor reads {HEAD}"
        return FaultsError([Issue("store-outdated", message, "bring them up to date: lessor init")])
    return _made_by_newer()


def _made_by_newer() -> FaultsError:
    message = f"the records were made by a newer Lessor than this one, which knows schema {HEAD}"
    return FaultsError([Issue("store-outdated", message, "use that Lessor, or a newer one")])
