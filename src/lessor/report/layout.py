"""The few shapes that all tables share: one frame, one indent."""

from __future__ import annotations

from rich.box import SIMPLE_HEAD
from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table

INDENT = 2
GAP = 2
"""Blanks to the left of what is indented, and between the columns of a framed table."""


def framed() -> Table:
    """An empty table with a line under its headings and nothing else around it."""
    # The frame itself puts one blank between columns.
    return Table(box=SIMPLE_HEAD, padding=(0, GAP - 1, 0, 0), pad_edge=False, show_edge=False)


def indented(content: RenderableType, *, below: int = 0, by: int = INDENT) -> Padding:
    """The content moved in from the left, with empty lines below it."""
    return Padding(content, (0, 0, below, by), expand=False)
