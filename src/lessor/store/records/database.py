"""Connections and transactions on SQLite and PostgreSQL, and what becomes of their failures.

A writer has the database to itself from its first statement (SQLite: BEGIN IMMEDIATE; PostgreSQL:
an advisory lock), so that what it reads stays true until it commits. A reader sees one moment.
SQLite writes beside its file even to read it; where it cannot, the file is read as it stands.
"""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import (
    ArgumentError,
    DatabaseError,
    DBAPIError,
    InterfaceError,
    OperationalError,
)

from lessor.core.issue import FaultsError, Issue
from lessor.store.unwritable import is_full, not_writable

_LOCK = 7_263_015_118
"""The advisory lock of writers: any number that nothing else in the database locks."""

_SECONDS_TO_WAIT = 30
_BEGIN = "lessor_begin"
"""The option of a connection that says how SQLite begins its transaction; empty: not at all."""


def connect(url: str) -> Engine:
    """The engine of a database by its URL: `sqlite:///PATH` or `postgresql+psycopg://...`.

    Issue `records-unreachable` for a URL that is not one, or whose driver is not installed.
    """
    try:
        told = parsed(url)
        dialect = told.get_backend_name()
        options = _OPTIONS[dialect]
        if dialect == "sqlite":
            options = {"creator": partial(_opened, Path(told.database or ""))}
        engine = create_engine(told, **options)
    except ArgumentError:
        raise _unreachable("the URL of the records is none that can be read", _EXAMPLE) from None
    except KeyError:
        raise _unreachable(f"records are not kept in {dialect!r}", _EXAMPLE) from None
    except ModuleNotFoundError:
        remedy = "install it: pip install 'lessor[postgres]'"
        raise _unreachable("the driver of PostgreSQL is not installed", remedy) from None
    if dialect == "sqlite":
        event.listen(engine, "connect", _set_up_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def parsed(url: str) -> URL:
    """The URL in its parts. Raises ArgumentError where it is none."""
    # A path may hold any sign, a question mark too, which would end it in a URL.
    if url.startswith(_SQLITE):
        return URL.create("sqlite", database=url.removeprefix(_SQLITE))
    return make_url(url)


_SQLITE = "sqlite:///"
_EXAMPLE = "write sqlite:///records.sqlite or postgresql+psycopg://user@host/database"
_SEE_TO_IT = (
    "see that the database runs and may be written to, and run the command again: nothing is half "
    "kept, and what is kept is not entered twice"
)
_OPTIONS: dict[str, dict[str, Any]] = {
    "sqlite": {},
    "postgresql": {
        "connect_args": {"connect_timeout": 10},
        "pool_pre_ping": True,
    },
}


def prepare(engine: Engine) -> None:
    """Make a SQLite database's file, readable by its owner alone, with a write-ahead log.

    SQLite itself would let others read it; the log, set once for ever, lets readers never wait.
    """
    if engine.dialect.name != "sqlite":
        return
    file = Path(engine.url.database or "")
    try:
        file.touch(mode=0o600)
    except OSError as error:
        if file.parent.is_dir():
            raise not_writable("the records", file.parent, error) from None
        raise _unreachable(f"{named(engine.url)}: {error.strerror}", _SEE_TO_IT) from None
    with _failures_as_issues(engine), _transaction(engine, {_BEGIN: ""}) as connection:
        connection.exec_driver_sql("pragma journal_mode = wal")


def has_file(engine: Engine) -> bool:
    """Whether there is a database to connect to, as far as can be told without connecting."""
    return engine.dialect.name != "sqlite" or Path(engine.url.database or "").is_file()


def _opened(file: Path) -> sqlite3.Connection:
    """A connection to a SQLite file; where nothing can be written beside it, one that only reads.

    What is in a log that was not folded in yet would be left out then: the first fault stands.
    """
    connection = _connected(str(file))
    try:
        connection.execute("select 1 from sqlite_master limit 1").fetchone()
    except sqlite3.OperationalError as error:
        connection.close()
        if not (_is_unwritable(error) and file.is_file()) or _has_log(file):
            raise
        return _connected(f"{file.absolute().as_uri()}?immutable=1")
    except BaseException:
        connection.close()
        raise
    return connection


def _connected(place: str) -> sqlite3.Connection:
    # The pool hands a connection from thread to thread, to one at a time.
    return sqlite3.connect(
        place, timeout=_SECONDS_TO_WAIT, check_same_thread=False, uri=place.startswith("file:")
    )


def _has_log(file: Path) -> bool:
    log = file.with_name(f"{file.name}-wal")
    return log.is_file() and log.stat().st_size > 0


def _is_unwritable(error: BaseException | None) -> bool:
    """Whether SQLite could not write: its primary code, without what it was about to do."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    return code in _WRITE_FAULTS


_WRITE_FAULTS = (
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_FULL,
)
_DAMAGES = (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT)


def _set_up_sqlite(connection: sqlite3.Connection, _: object) -> None:
    # Transactions are begun below, by hand: Python's module would begin them late.
    connection.isolation_level = None
    for setting in ("foreign_keys = on", "synchronous = full", "recursive_triggers = on"):
        connection.execute(f"pragma {setting}")


def _begin_sqlite(connection: Connection) -> None:
    if statement := connection.get_execution_options().get(_BEGIN, "begin"):
        connection.exec_driver_sql(statement)


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """One transaction that changes records, committed at the end, undone by whatever is raised."""
    with (
        _failures_as_issues(engine),
        _transaction(engine, {_BEGIN: "begin immediate"}) as connection,
    ):
        if engine.dialect.name == "postgresql":
            wait = text("select set_config('lock_timeout', :wait, true)")
            connection.execute(wait, {"wait": f"{_SECONDS_TO_WAIT * 1000:.0f}"})
            connection.execute(text("select pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        yield connection


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """One transaction that reads: everything in it is of one moment."""
    options: dict[str, Any] = {}
    if engine.dialect.name == "postgresql":
        options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    with _failures_as_issues(engine), _transaction(engine, options) as connection:
        yield connection


@contextmanager
def _transaction(engine: Engine, options: dict[str, Any]) -> Iterator[Connection]:
    with engine.connect().execution_options(**options) as connection, connection.begin():
        yield connection


@contextmanager
def _failures_as_issues(engine: Engine) -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        if not _is_outage(error):
            raise
        raise _outage(engine, error) from error


def _is_outage(error: DBAPIError) -> bool:
    """Whether the database itself failed; what breaks a constraint or is no SQL is our mistake."""
    outages = (OperationalError, InterfaceError)
    return isinstance(error, outages) or type(error) is DatabaseError


def _outage(engine: Engine, error: DBAPIError) -> FaultsError:
    reason = (str(error.orig).strip() or "no reason given").splitlines()[0]
    if "database is locked" in reason or "lock timeout" in reason:
        message = f"others have kept {named(engine.url)} busy for {_SECONDS_TO_WAIT} seconds"
        return _unreachable(message, "try again when the other command has ended")
    file = Path(engine.url.database or "")
    if _is_unwritable(error.orig) and file.is_file():
        return _unwritable_file(file, reason)
    if getattr(error.orig, "sqlite_errorcode", 0) & 0xFF in _DAMAGES:
        return _unreachable(f"{named(engine.url)}: {reason}", "bring the file back from a copy")
    return _unreachable(f"{named(engine.url)}: {reason}", _SEE_TO_IT)


def _unwritable_file(file: Path, reason: str) -> FaultsError:
    what = "the records"
    if _has_log(file):
        what = "the log of the records, without which they are not whole,"
    fault: Exception = RuntimeError(reason)
    may_write = all(os.access(place, os.W_OK) for place in (file.parent, file))
    if not may_write and not is_full(file.parent):
        fault = PermissionError(errno.EACCES, reason)
    return not_writable(what, file.parent, fault)


def named(url: URL) -> str:
    """A URL as a person reads it: without a password, and a path as it was written."""
    if url.get_backend_name() == "sqlite":
        return f"{_SQLITE}{url.database}"
    return url.render_as_string(hide_password=True)


def _unreachable(message: str, remedy: str) -> FaultsError:
    return FaultsError([Issue("records-unreachable", message, remedy)])
