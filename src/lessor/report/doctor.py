"""What was examined in a store, for the terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from rich.text import Text

from lessor.report.layout import framed, indented

if TYPE_CHECKING:
    from rich.console import RenderableType


def doctor_tables(
    checks: Iterable[tuple[str, int, int]], *, is_sound: bool
) -> Iterator[RenderableType]:
    """What was looked at, how much of it, and how much was found; then the one word."""
    table = framed()
    table.add_column("examined")
    table.add_column("of them", justify="right", no_wrap=True)
    table.add_column("found", justify="right", no_wrap=True)
    for name, looked_at, faults in checks:
        table.add_row(name, f"{looked_at:,}", f"{faults:,}" if faults else "nothing")
    yield indented(table, below=1)
    yield Text("the store is sound" if is_sound else "the store is not sound", style="bold")
