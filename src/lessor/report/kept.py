"""Deals that were kept, for the terminal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

from rich.text import Text

from lessor.report.fitted import FittedTable, names, words
from lessor.report.layout import indented

if TYPE_CHECKING:
    from rich.console import RenderableType

_CHANGES: Mapping[str, str] = {"new": "kept", "changed": "a new version", "unchanged": "unchanged"}


class KeptDeal(Protocol):
    """What the table tells of a deal."""

    @property
    def title(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def version(self) -> int: ...
    @property
    def change(self) -> str: ...


def kept_tables(deals: Sequence[KeptDeal]) -> Iterable[RenderableType]:
    """Each deal with the name that it is found by."""
    yield Text("deals in the store", style="bold")
    headings = [*names("deal"), *words("name", "version")]
    rows = [[each.title, each.name, f"{each.version}, {_CHANGES[each.change]}"] for each in deals]
    yield indented(FittedTable(headings, rows))
