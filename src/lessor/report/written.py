"""Files that a command wrote, for the terminal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from rich.text import Text

if TYPE_CHECKING:
    from rich.console import RenderableType

_SHOWN = 20


def written_tables(files: Sequence[str]) -> Iterable[RenderableType]:
    """The files by name; of many the first ones, and how many more."""
    for file in files[:_SHOWN]:
        yield Text(f"written {file}")
    if len(files) > _SHOWN:
        yield Text(f"and {len(files) - _SHOWN:,} more: --json has all of them", style="italic")
