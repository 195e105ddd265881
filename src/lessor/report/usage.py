"""Usage on the terminal: what was loaded, what waits to be resolved, and whether it adds up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn
from rich.text import Text

from lessor.books.tracing import smallest_unit
from lessor.report.fitted import FittedTable, names, numbers, words
from lessor.report.layout import indented
from lessor.terms.meters import meter_of

if TYPE_CHECKING:
    from rich.console import RenderableType

OUTCOMES = ("accepted", "duplicate", "conflict", "rejected")
FIGURES = ("accepted", "rated", "pending", "void", "uncharged")


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


class Said(Protocol):
    """What an event says that a conflict is about."""

    @property
    def lease(self) -> str: ...

    @property
    def meter(self) -> str: ...

    @property
    def time(self) -> datetime: ...

    @property
    def quantity(self) -> int: ...


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

    @property
    def first(self) -> Said | None: ...


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

    @property
    def currencies(self) -> Mapping[str, str]: ...


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
    headings = [*words("file"), *numbers(*OUTCOMES)]
    yield FittedTable(headings, [[file.file, *_figures(file, OUTCOMES)] for file in loaded.files])
    for file in loaded.files:
        if file.gone_on_from:
            yield indented(Text(f"{file.file}: {file.gone_on_from:,} rows were taken before"))
    if loaded.rejects_file is not None:
        yield indented(Text(f"rows set aside: {loaded.rejects_file}"))


def conflict_tables(conflicts: Sequence[Conflict]) -> Iterable[RenderableType]:
    """Two rows a conflict: what the event says that counts, and what the one says that does not."""
    if not conflicts:
        yield Text("No conflict is open.")
        return
    headings = [*words("conflict", "lease", "meter", "source", "id", "which"), *numbers("time")]
    cells = []
    for each in conflicts:
        for which, said in (("first", each.first), ("second", each)):
            if said is not None:
                told = [said.lease, said.meter, each.source, each.id, which]
                moment = f"{said.time:%Y-%m-%d %H:%M:%S}Z"
                cells.append([str(each.conflict), *told, moment, f"{said.quantity:,}"])
    yield FittedTable([*headings, *numbers("quantity")], cells)
    yield indented(
        Text("the first one counts until another is kept: --resolve NUMBER --keep WHICH")
    )


def audit_tables(found: Audited) -> Iterable[RenderableType]:
    """A row a lease and meter, all its days together; days that do not add up are Issues."""
    if not found.rows:
        yield Text("No usage is kept.")
        return
    headings = [*names("lease"), *words("meter", "days", "in"), *numbers(*FIGURES)]
    cells = []
    for (lease, meter), days in groupby(found.rows, lambda row: (row.lease, row.meter)):
        rows = list(days)
        totals = [f"{sum(getattr(row, name) for row in rows):,}" for name in FIGURES]
        first, last = rows[0].day, rows[-1].day
        told = str(first) if first == last else f"{first} to {last}"
        unit = smallest_unit(meter_of(meter), found.currencies.get(lease, "money"))
        cells.append([lease, meter, told, unit.replace("_", " "), *totals])
    yield FittedTable(headings, cells)
    yield indented(Text(f"up to event {found.cutoff:,}"))


def _figures(row: object, names: Sequence[str]) -> list[str]:
    return [f"{getattr(row, name):,}" for name in names]
