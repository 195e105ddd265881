"""The usage store: one folder with a transactional catalogue and columnar segments.

catalogue.duckdb   batches, seen keys, hot events, corrections, hourly deltas, conflicts, segments
catalogue.lock     who holds it; catalogue.waiting: who waits for it
events/day=.../    segments: compacted events by UTC day, named by the catalogue or ignored
staging/           files being written, or set aside; never read
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from datetime import date
from pathlib import Path
from types import TracebackType

import duckdb
import pyarrow as pa

from lessor.books.usage import DaySum, Event
from lessor.core.issue import FaultsError, Issue, Place
from lessor.store.unwritable import is_full, not_writable
from lessor.store.usage import (
    compaction,
    conflicts,
    doctor,
    locking,
    migrating,
    schema,
    sums,
    take,
)
from lessor.store.usage.compaction import Segment
from lessor.store.usage.conflicts import Conflict, Resolution
from lessor.store.usage.doctor import Finding
from lessor.store.usage.judging import Judge, put
from lessor.store.usage.one_row import one_row
from lessor.store.usage.take import Answer, BatchInfo
from lessor.store.usage.validate import Known
from lessor.store.usage.writing import for_its_owner_alone, writing_to

CATALOGUE = "catalogue.duckdb"
_MEMORY = "1GB"
# Commits go to the log and are synced there; the log is folded into the file once it is this long.
# Hot events leave for segments before that: folded in, each of them would be written once more.
_LOG_SIZE = "384MB"


class UsageStore:
    """Kept usage (`lessor.books.usage.Usage`); one process at a time holds it open to write."""

    def __init__(
        self, folder: Path, connection: duckdb.DuckDBPyConnection, held: ExitStack
    ) -> None:
        self.folder = folder
        self.connection = connection
        self._held = held
        self._judge: Judge | None = None
        self._log = 0

    @staticmethod
    def is_in(folder: Path) -> bool:
        """Whether there is a store in that folder."""
        return (folder / CATALOGUE).exists()

    @classmethod
    def create(cls, folder: Path) -> None:
        """Make an empty store in `folder`; one that is there already is left as it is."""
        for path in (folder, *(folder / name for name in ("events", "staging", "rejects"))):
            path.mkdir(mode=0o700, parents=True, exist_ok=True)
        with locking.turn(_lock_of(folder), wait_seconds=30, shared=False):
            if (folder / CATALOGUE).exists():
                return
            # Made aside and renamed, so that a crash leaves no catalogue without its tables.
            new = folder / "staging" / CATALOGUE
            for left in (new, new.with_suffix(".duckdb.wal")):
                left.unlink(missing_ok=True)
            with for_its_owner_alone(), duckdb.connect(str(new)) as connection:
                connection.execute(schema.TABLES)
            new.chmod(0o600)
            new.rename(folder / CATALOGUE)
            compaction.sync_folder(folder)

    @classmethod
    def open(cls, folder: Path, *, wait_seconds: float = 30, read_only: bool = False) -> UsageStore:
        """Open the store, waiting for a turn; one of an older version is brought up to date first.

        Raises FaultsError: store-missing, store-busy, store-outdated, store-damaged,
        store-not-writable where it can only be read, and is of an older version or not `read_only`.
        """
        try:
            return cls._opened(folder, wait_seconds=wait_seconds, read_only=read_only)
        except _OlderError:
            cls._opened(folder, wait_seconds=wait_seconds, read_only=False).close()
            return cls._opened(folder, wait_seconds=wait_seconds, read_only=True)

    @classmethod
    def _opened(cls, folder: Path, *, wait_seconds: float, read_only: bool) -> UsageStore:
        if not (folder / CATALOGUE).exists():
            message = "there is no usage here: catalogue.duckdb is missing"
            raise FaultsError([_fault(folder, "store-missing", message)])
        with ExitStack() as stack:
            stack.enter_context(
                locking.turn(_lock_of(folder), wait_seconds=wait_seconds, shared=read_only)
            )
            connection = stack.enter_context(_connected(folder, read_only=read_only))
            return cls(folder, connection, stack.pop_all())
        raise AssertionError("unreachable: the block above returns or raises")

    def close(self) -> None:
        """Let go of the store, so that another process has its turn."""
        self._held.close()

    def is_wanted(self) -> bool:
        """Whether another process waits for its turn."""
        return locking.is_wanted(_lock_of(self.folder))

    def __enter__(self) -> UsageStore:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def take(self, raw: pa.Table, known: Known, *, batch: BatchInfo, most: int = 0) -> Answer:
        """Take in raw rows: durable when the answer is given.

        most: rows of one transaction, 0 for all. Where no answer is given, each transaction is kept
        whole or not at all, and none after one that is not.
        """
        if self._judge is None or known is not self._judge.known:
            self._judge = Judge(known)
        judged = self._judge.judged(raw, tenant=batch.tenant, received_at=batch.received_at)
        return self.keep(judged, batch=batch, most=most)

    def keep(self, judged: pa.Table, *, batch: BatchInfo, most: int = 0) -> Answer:
        """Take in rows that were judged (`judging.py`): as `take`, without what that does first."""
        with writing_to(self.folder):
            answers = []
            for part in take.arrive(self.connection, judged).parts(most):
                with self._transaction():
                    answers.append(take.settle(self, batch, part))
            return Answer.of_all(answers)

    def compact(self, *, at_least: int = 0) -> int:
        """Move hot events to segments once there are `at_least` so many; how many were moved."""
        with writing_to(self.folder):
            return compaction.compact(self.connection, self.folder, at_least=at_least)

    def position(self, load: str) -> int:
        """How far the load of that identity has come: the last position that was committed."""
        return take.position(self.connection, load)

    def tenants(self) -> frozenset[str]:
        """Those whose events were taken in."""
        found = self.connection.execute("SELECT DISTINCT tenant FROM batches WHERE accepted > 0")
        return frozenset(tenant for (tenant,) in found.fetchall())

    def cutoff(self) -> int:
        """The last ingest_seq that is committed; 0 before any."""
        return sums.cutoff(self.connection)

    def day_sums(
        self,
        leases: Sequence[str] | None,
        start: date,
        end: date,
        *,
        cutoff: int,
        zone: str = "UTC",
        meters: Sequence[str] | None = None,
    ) -> Iterable[DaySum]:
        """Sums by lease, meter and day of `zone` in `[start, end)`, ordered so; zeros left out."""
        span = sums.Span(start, end, zone)
        return sums.day_sums(self, leases, span, cutoff=cutoff, meters=meters)

    def meters(
        self,
        leases: Sequence[str] | None,
        start: date,
        end: date,
        *,
        cutoff: int,
        zone: str = "UTC",
    ) -> Iterable[tuple[str, str]]:
        """Each lease and meter that counted anything on days of `zone` in `[start, end)`."""
        return sums.meters(self, leases, sums.Span(start, end, zone), cutoff=cutoff)

    def changed(self, *, after: int, until: int) -> Iterable[tuple[str, date]]:
        """Each lease touched by events with after < ingest_seq <= until, and the first UTC day."""
        return sums.changed(self.connection, after=after, until=until)

    def events(
        self, lease: str, meter: str, start: date, end: date, *, cutoff: int, zone: str = "UTC"
    ) -> Iterable[Event]:
        """The events that count by the cutoff, ordered by time and ingest_seq."""
        return sums.events(self, lease, meter, sums.Span(start, end, zone), cutoff=cutoff)

    def segments(self, first: date | None = None, last: date | None = None) -> list[Segment]:
        """The segments that the catalogue names, of the UTC days from `first` to `last`."""
        return compaction.segments(self.connection, first, last)

    def conflicts(self, *, resolved: bool = False) -> list[Conflict]:
        """The conflicts that are open, or all of them with `resolved`, oldest first."""
        return conflicts.listed(self, resolved=resolved)

    def resolve(self, conflict: int, resolution: Resolution) -> str:
        """Close a conflict; see `conflicts.resolve`."""
        with writing_to(self.folder), self._transaction():
            return conflicts.resolve(self, conflict, resolution)

    def examine(self, *, mend: bool = False) -> list[Finding]:
        """What is wrong with the store, and with `mend` what was mended; see `doctor.examine`."""
        return doctor.examine(self, mend=mend)

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self.connection.execute("BEGIN")
        try:
            yield
            self.connection.execute("COMMIT")
            self._sync_log_name()
        except BaseException:
            # A commit that failed has rolled back already.
            with suppress(duckdb.TransactionException):
                self.connection.execute("ROLLBACK")
            raise

    def _sync_log_name(self) -> None:
        """The engine syncs its log at each commit; a log that is new needs its name synced too."""
        with suppress(FileNotFoundError):
            log = (self.folder / f"{CATALOGUE}.wal").stat().st_ino
            if log != self._log:
                compaction.sync_folder(self.folder)
                self._log = log


def _lock_of(folder: Path) -> Path:
    return folder / "catalogue.lock"


_CONNECTING = threading.Lock()
"""Connections of one program share an engine, which sets itself up anew for each: one at a time."""


@contextmanager
def _connected(folder: Path, *, read_only: bool) -> Iterator[duckdb.DuckDBPyConnection]:
    with _CONNECTING:
        connection = _connection(folder, read_only=read_only)
    with connection:
        _bring_up_to_date(connection, folder, read_only=read_only)
        put(connection, "reasons", take.reasons())
        yield connection


def _connection(folder: Path, *, read_only: bool) -> duckdb.DuckDBPyConnection:
    try:
        with for_its_owner_alone():
            connection = duckdb.connect(
                str(folder / CATALOGUE),
                read_only=read_only,
                config={
                    "threads": os.cpu_count() or 1,
                    "memory_limit": _MEMORY,
                    "autoinstall_known_extensions": False,
                    "autoload_known_extensions": False,
                },
            )
    except duckdb.Error as fault:
        if not read_only and (is_full(folder) or not os.access(folder / CATALOGUE, os.W_OK)):
            raise not_writable("the usage store", folder, fault) from fault
        told = str(fault).splitlines()[0].replace(f"{folder.resolve()}/", "")
        message = f"the usage catalogue cannot be opened: {told}"
        raise FaultsError([_fault(folder, "store-damaged", message)]) from fault
    try:
        _confine(connection, folder)
    except BaseException:
        connection.close()
        raise
    return connection


class _OlderError(Exception):
    """The catalogue is of an older version, which who only reads cannot bring up to date."""


def _bring_up_to_date(
    connection: duckdb.DuckDBPyConnection, folder: Path, *, read_only: bool
) -> None:
    (version,) = one_row(connection, "SELECT schema_version FROM about")
    if version == schema.SCHEMA_VERSION:
        return
    if version not in migrating.OLDER:
        message = f"the usage catalogue is of version {version}, not {schema.SCHEMA_VERSION}"
        raise FaultsError([_fault(folder, "store-outdated", message)])
    if read_only:
        raise _OlderError
    try:
        with for_its_owner_alone():
            migrating.migrate(connection, folder, version)
    except duckdb.Error as fault:
        if is_full(folder):
            raise not_writable("the usage store", folder, fault) from fault
        told = str(fault).splitlines()[0].replace(f"{folder.resolve()}/", "")
        message = f"the usage catalogue of version {version} cannot be brought up to date: {told}"
        raise FaultsError([_fault(folder, "store-damaged", message)]) from fault


def _confine(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """No files but the store's own, no extensions; and no statement can change that again."""
    (locked,) = one_row(connection, "SELECT current_setting('lock_configuration')::BOOLEAN")
    if locked:
        # Two readers within one program share the engine, and the first has confined it.
        return
    inside = str(folder.resolve()).replace("'", "''")
    for setting in (
        "GLOBAL TimeZone = 'UTC'",
        f"checkpoint_threshold = '{_LOG_SIZE}'",
        f"temp_directory = '{inside}/staging/spill'",
        f"allowed_directories = ['{inside}/']",
        "enable_external_access = false",
        "lock_configuration = true",
    ):
        connection.execute(f"SET {setting}")


def _fault(folder: Path, code: str, message: str) -> Issue:
    remedy = {
        "store-missing": "bring the folder back from a copy; if no usage was taken: lessor init",
        "store-damaged": "run `lessor doctor`, or bring the folder back from a copy",
        "store-outdated": "use the version of Lessor that made it, or make a new store",
    }
    return Issue(code, message, remedy[code], Place(str(folder)))
