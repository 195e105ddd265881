"""`lessor usage load`: what do files of usage bring, each event once?"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable, Iterator, Set
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Protocol

from lessor.app.outcome import Outcome, command, listed
from lessor.core.issue import FaultsError, Issue, Severity

if TYPE_CHECKING:
    import pyarrow as pa

    from lessor.store.home import Home
    from lessor.store.usage.catalogue import UsageStore
    from lessor.store.usage.raw_rows import Chunk
    from lessor.store.usage.readers import Meant, UsageFile
    from lessor.store.usage.rejects import Rejects
    from lessor.store.usage.take import Answer
    from lessor.store.usage.validate import Known

OUTCOMES = ("accepted", "duplicate", "conflict", "rejected")
COMPACT_AT, COMPACT_AT_END = 1_000_000, 100_000
"""Events in the hot table that are moved to columnar files, between batches and after a file."""

READ_TOGETHER = 100_000
"""Rows that are read and judged together, where batches are smaller: it costs less for each."""

HELD_SECONDS, YIELD_SECONDS = 2.0, 0.05
"""How long the store is held before another command gets its turn, and is left to it at least."""


class Asked(NamedTuple):
    """What is to be loaded, from where, as whose, and how much at a time."""

    files: tuple[str, ...]
    store: str | None = None
    mapping: str = ""
    lease: str = ""
    source: str = ""
    tenant: str = "default"
    batch: int = 100_000


class Progress(Protocol):
    """Who shows how far a file is; bytes of it."""

    def begin(self, name: str, total: int) -> None:
        """A file of `total` bytes begins."""
        ...

    def advance(self, count: int) -> None:
        """So many more of its bytes are read."""
        ...


@dataclass
class FileLoad:
    """What became of one file; `gone_on_from`: rows that an earlier run had taken."""

    file: str
    accepted: int = 0
    duplicate: int = 0
    conflict: int = 0
    rejected: int = 0
    gone_on_from: int = 0
    reasons: dict[str, int] = field(default_factory=dict)

    def add(self, answer: Answer, reasons: dict[str, int]) -> None:
        """Count the answer to one batch."""
        for name in OUTCOMES:
            setattr(self, name, getattr(self, name) + getattr(answer, name))
        for code, count in reasons.items():
            self.reasons[code] = self.reasons.get(code, 0) + count


@dataclass(frozen=True)
class Loaded:
    """What became of all files, and where the rows are that were set aside."""

    files: list[FileLoad]
    rejects_file: Path | None

    def total(self, outcome: str) -> int:
        """How many events of all files came to that end."""
        return sum(getattr(file, outcome) for file in self.files)

    def document(self) -> dict[str, object]:
        """The JSON document, without Issues."""
        return {
            **{name: self.total(name) for name in OUTCOMES},
            "rejects_file": str(self.rejects_file) if self.rejects_file else None,
            "files": [vars(file) for file in self.files],
        }


@command
def usage_load(asked: Asked, progress: Progress | None = None) -> Outcome[Loaded]:
    """Take usage in from files: every event once, a bad row set aside, the rest kept.

    A run that was interrupted is gone on with by the next of the same file; a file that was taken
    whole is read again from its start, and is duplicates. The document is `{"accepted",
    "duplicate", "conflict", "rejected", "rejects_file", "files", "issues"}`. Issues:
    rows-set-aside and conflicts-open, warnings; choice-of-one, unknown-name, unknown-lease,
    file-not-found, file-not-readable, wrong-format, store-not-writable, missing-field for a tenant
    without a name, tenant-new (a warning) for one that sent nothing yet, those of the readers and
    the store.
    """
    from lessor.store.home import open_home
    from lessor.store.records.records import Records
    from lessor.store.usage.readers import Meant
    from lessor.store.usage.rejects import Rejects
    from lessor.store.usage.validate import Known

    _require_sense(asked)
    home = open_home(asked.store, os.environ)
    with Records.open(home.records_url) as records, records.reading() as reader:
        known = Known(*reader.known())
    _require_lease(asked, known)
    files = _files(asked.files)
    name = _digest(*(file.digest for file in files))[:16]
    rejects = Rejects(home.usage_folder / "rejects" / f"{name}.ndjson")
    meant = Meant(asked.mapping, asked.lease, asked.source)
    loading = Loading(home, known, rejects, meant, asked)
    try:
        loads = [loading.load(file, progress) for file in files]
    except BaseException as fault:
        # Where a person has interrupted it, this is what they are told.
        taken = f"at least {loading.rows} rows are taken" if loading.rows else "no row is taken yet"
        fault.add_note(f"{taken}; run it again, and it goes on from there")
        raise
    loaded = Loaded(loads, rejects.end())
    issues = (*loading.issues, *_warnings(loaded))
    return Outcome({**loaded.document(), "issues": listed(issues)}, issues, loaded)


class Loading:
    """Files on their way into one store."""

    def __init__(
        self, home: Home, known: Known, rejects: Rejects, meant: Meant, asked: Asked
    ) -> None:
        self._turns = Turns(home)
        self._known = known
        self._rejects = rejects
        self._meant = meant
        self._asked = asked
        self.rows = 0
        self.issues: list[Issue] = []

    def load(self, file: UsageFile, progress: Progress | None) -> FileLoad:
        """Take one file in, from where an earlier run was interrupted."""
        from lessor.store.usage.readers import Reading, chunks

        load = _digest(file.digest, self._asked.tenant, *self._meant)[:32]
        with self._turns.store() as store:
            runs, start = _begun(store, load)
            if not self.issues:
                self.issues += _new_tenant(store.tenants(), self._asked.tenant)
        found = FileLoad(str(file.path), gone_on_from=start)
        self._rejects.begin(load, start)
        if progress is not None:
            progress.begin(file.path.name, file.bytes)
        told = progress.advance if progress is not None else None
        done = start
        try:
            reading = Reading(max(self._asked.batch, READ_TOGETHER), start, told)
            for ready in _ahead(self._judged(chunks(file, self._meant, reading))):
                answer = self._take(ready, f"{load}:{runs}", done)
                found.add(answer, self._rejects.add(load, found.file, ready.chunk, answer))
                done = ready.chunk.position
            self._end(load, runs)
        finally:
            self._turns.close()
        return found

    def _judged(self, found: Iterator[Chunk]) -> Iterator[Ready]:
        """The chunks of a file, judged: as much as can be done without holding the store."""
        from lessor.store.usage.judging import Judge

        judge = Judge(self._known)
        for chunk in found:
            at = datetime.now(UTC)
            judged = judge.judged(chunk.table, tenant=self._asked.tenant, received_at=at)
            yield Ready(chunk, judged, at)

    def _take(self, ready: Ready, load: str, done: int) -> Answer:
        """Take a chunk; the position kept with it is where it begins.

        What it rejects is set aside only after it is durable. A run that dies in between goes on at
        its beginning: what was kept of it is duplicates then, and what was not is set aside.
        """
        from lessor.store.usage.take import BatchInfo

        batch = BatchInfo(self._asked.tenant, ready.received_at, load, done)
        with self._turns.store() as store:
            answer = store.keep(ready.judged, batch=batch, most=self._asked.batch)
            self.rows += ready.chunk.table.num_rows
            store.compact(at_least=COMPACT_AT)
        return answer

    def _end(self, load: str, runs: int) -> None:
        """Keep that the file is whole, so that the next run of it begins anew."""
        from lessor.store.usage.raw import RAW_SCHEMA
        from lessor.store.usage.take import BatchInfo

        batch = BatchInfo(self._asked.tenant, datetime.now(UTC), _runs_of(load), runs + 1)
        with self._turns.store() as store:
            store.take(RAW_SCHEMA.empty_table(), self._known, batch=batch)
            store.compact(at_least=COMPACT_AT_END)


class Turns:
    """The usage store, let go now and then so that others have their turn."""

    def __init__(self, home: Home, clock: Callable[[], float] | None = None) -> None:
        self._home = home
        self._clock = clock or time.monotonic
        self._held: UsageStore | None = None
        self._until = 0.0

    @contextmanager
    def store(self) -> Iterator[UsageStore]:
        """The store, held; let go after the block where another waits and it was held long enough.

        What is in memory of it is read anew after each turn, so no turn ends for no one.
        """
        from lessor.store.usage.catalogue import UsageStore
        from lessor.store.usage.writing import writing_to

        folder = self._home.usage_folder
        with writing_to(folder):
            if self._held is None:
                self._held = UsageStore.open(folder)
                self._until = self._clock() + HELD_SECONDS
            yield self._held
        if self._clock() > self._until and self._held is not None and self._held.is_wanted():
            self.close()
            time.sleep(YIELD_SECONDS)

    def close(self) -> None:
        """Let go of the store."""
        held, self._held = self._held, None
        if held is not None:
            held.close()


class Ready(NamedTuple):
    """A chunk of a file with its rows judged as they came at a moment."""

    chunk: Chunk
    judged: pa.Table
    received_at: datetime


def _ahead(found: Iterator[Ready]) -> Iterator[Ready]:
    """What is found, each next one read and judged while the last is taken."""
    with ThreadPoolExecutor(1) as reading:
        coming = reading.submit(next, found, None)
        while (ready := coming.result()) is not None:
            coming = reading.submit(next, found, None)
            yield ready


def _begun(store: UsageStore, load: str) -> tuple[int, int]:
    """How often the file was taken whole, and how far the run after that has come."""
    runs = store.position(_runs_of(load))
    return runs, store.position(f"{load}:{runs}")


def _new_tenant(tenants: Set[str], tenant: str) -> Iterator[Issue]:
    """A tenant has identities of its own: what another one sent already counts again."""
    if tenants and tenant not in tenants:
        others = ", ".join(sorted(tenants)[:3])
        yield Issue(
            "tenant-new",
            f"'{tenant}' sent nothing before: its events count though {others} sent the same",
            "if --tenant is misspelt, they count twice now: void them, or bring back a copy",
            severity=Severity.WARNING,
        )


def _runs_of(load: str) -> str:
    return f"{load}:runs"


def _files(names: tuple[str, ...]) -> list[UsageFile]:
    """All files, or every fault of them at once, before anything is taken."""
    from lessor.store.usage.readers import usage_file

    files: list[UsageFile] = []
    issues: list[Issue] = []
    for name in names:
        try:
            files.append(usage_file(name))
        except FaultsError as fault:
            issues += fault.issues
    if issues:
        raise FaultsError(issues)
    return files


def _require_sense(asked: Asked) -> None:
    from lessor.store.usage.readers import MAPPINGS

    issues = []
    if asked.mapping and asked.mapping not in MAPPINGS:
        told = f"there is no mapping '{asked.mapping}'"
        issues.append(Issue("unknown-name", told, f"write one of {', '.join(MAPPINGS)}"))
    elif bool(asked.mapping) != bool(asked.lease):
        told = "--map and --lease go together: a trace does not say whose usage it is"
        issues.append(Issue("choice-of-one", told, "write both, or neither"))
    if not asked.tenant.strip():
        told = "--tenant names no one"
        issues.append(Issue("missing-field", told, "write whose usage it is, or leave it out"))
    if issues:
        raise FaultsError(issues)


def _require_lease(asked: Asked, known: Known) -> None:
    if asked.lease and asked.lease not in known.leases:
        told = f"no lease '{asked.lease}' is booked"
        names = ", ".join(sorted(known.leases)[:5])
        remedy = f"write one of {names}" if names else "book a deal first: lessor book DEAL"
        raise FaultsError([Issue("unknown-lease", told, remedy)])


def _warnings(loaded: Loaded) -> Iterator[Issue]:
    if loaded.rejects_file is not None:
        yield Issue(
            "rows-set-aside",
            f"rows are set aside: {_reasons(loaded)}",
            f"see {loaded.rejects_file}; mend them and load them: what is taken counts once",
            severity=Severity.WARNING,
        )
    if count := loaded.total("conflict"):
        yield Issue(
            "conflicts-open",
            f"of one identity and other content came {count}; what came first counts",
            "see lessor usage conflicts",
            severity=Severity.WARNING,
        )


def _reasons(loaded: Loaded) -> str:
    counts: dict[str, int] = {}
    for file in loaded.files:
        for code, count in file.reasons.items():
            counts[code] = counts.get(code, 0) + count
    ordered = sorted(counts.items(), key=lambda each: (-each[1], each[0]))
    return ", ".join(f"{count} {code}" for code, count in ordered)


def _digest(*parts: str) -> str:
    """One name for several: each part after its length, so that no two lists give the same."""
    return hashlib.sha256("".join(f"{len(part)}:{part}" for part in parts).encode()).hexdigest()
