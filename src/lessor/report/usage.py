"""Usage on the terminal: what was loaded, what waits to be resolved, and whether it adds up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn
from rich.text import Text

from lessor.report.layout import framed, indented

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table

OUTCOMES = ("accepted", "duplicate", "conflict", "rejected")
FIGURES = ("accepted", "rated", "pending", "void")


class FileLoad(Protocol):
    """What became of one file."""

    file: str
    gone_on_from: int


class Loaded(Protocol):
    """What became of all files."""

    @property
    def files(self) -> Sequence[FileLoad]: ...

    @property
    def rejects_file(self) -> Path | None: ...


class Conflict(Protocol):
    """Two events of one identity; what the second one says."""

    @property
    def conflict(self) -> int: ...

    @property
    def lease(self) -> str: ...

    @property
    def meter(self) -> str: ...

    @property
    def source(self) -> str: ...

    @property
    def id(self) -> str: ...

    @property
    def time(self) -> datetime: ...

    @property
    def quantity(self) -> int: ...


class Balance(Protocol):
    """One meter of one lease on one day."""

    @property
    def lease(self) -> str: ...

    @property
    def meter(self) -> str: ...

    @property
    def day(self) -> date: ...


class Audited(Protocol):
    """All leases, meters and days."""

    @property
    def cutoff(self) -> int: ...

    @property
    def rows(self) -> Sequence[Balance]: ...


class FileProgress:
    """The bar of a file that is being read, on stderr."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._task = progress.add_task("", visible=False)

    def begin(self, name: str, total: int) -> None:
        """A file of `total` bytes begins."""
        self._progress.reset(self._task, description=name, total=total, visible=True)

    def advance(self, count: int) -> None:
        """So many more of its bytes are read."""
        self._progress.advance(self._task, count)


@contextmanager
def shown_progress() -> Iterator[FileProgress]:
    """A bar while files are loaded, which is gone when they are."""
    # A file's name is text, not markup.
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        DownloadColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        yield FileProgress(progress)


def load_tables(loaded: Loaded) -> Iterable[RenderableType]:
    """A row a file: how many events were accepted, and what became of the others."""
    table = _counted("file", OUTCOMES)
    for file in loaded.files:
        table.add_row(file.file, *_figures(file, OUTCOMES))
    yield table
    for file in loaded.files:
        if file.gone_on_from:
            yield indented(Text(f"{file.file}: {file.gone_on_from:,} rows were taken before"))
    if loaded.rejects_file is not None:
        yield indented(Text(f"rows set aside: {loaded.rejects_file}"))


def conflict_tables(conflicts: Sequence[Conflict]) -> Iterable[RenderableType]:
    """A row a conflict: whose, and what the event says that does not count."""
    if not conflicts:
        yield Text("No conflict is open.")
        return
    table = framed()
    table.add_column("conflict", justify="right")
    for name in ("lease", "meter", "source", "id", "time, second"):
        table.add_column(name)
    table.add_column("quantity, second", justify="right")
    for each in conflicts:
        named = (each.lease, each.meter, each.source, each.id, f"{each.time:%Y-%m-%d %H:%M:%S}Z")
        table.add_row(str(each.conflict), *named, f"{each.quantity:,}")
    yield table


def audit_tables(found: Audited) -> Iterable[RenderableType]:
    """A row a lease and meter, all its days together; days that do not add up are Issues."""
    if not found.rows:
        yield Text("No usage is kept.")
        return
    table = _counted("lease", FIGURES, "meter", "days")
    for (lease, meter), days in groupby(found.rows, lambda row: (row.lease, row.meter)):
        rows = list(days)
        totals = [f"{sum(getattr(row, name) for row in rows):,}" for name in FIGURES]
        told = f"{rows[0].day} to {rows[-1].day}"
        table.add_row(lease, meter, told, *totals)
    yield table
    yield indented(Text(f"in smallest units, up to event {found.cutoff:,}"))


def _counted(first: str, figures: Sequence[str], *others: str) -> Table:
    table = framed()
    for name in (first, *others):
        table.add_column(name, overflow="fold")
    for name in figures:
        table.add_column(name, justify="right", no_wrap=True)
    return table


def _figures(row: object, names: Sequence[str]) -> list[str]:
    return [f"{getattr(row, name):,}" for name in names]
