"""The terms and inputs behind a figure as a tree."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from rich.text import Text
from rich.tree import Tree

from lessor.report.number_text import NOTHING, plain

if TYPE_CHECKING:
    from rich.console import RenderableType

    from lessor.forecast.explain import ExplainNode

_DIGITS = 12


def explanation_tree(node: ExplainNode) -> Iterable[RenderableType]:
    """A figure with its value; below it how it comes about, then the same of each part.

    What a file says carries its line, so that a reader can go and look.
    """
    tree = Tree(_said(node), guide_style="dim")
    _grow(tree, node)
    yield tree


def _grow(tree: Tree, node: ExplainNode) -> None:
    for child in node.children:
        _grow(tree.add(_said(child)), child)


def _said(node: ExplainNode) -> Text:
    said = Text(node.name)
    said.append(" = ")
    # Twelve digits are what a float64 sum still holds; more would show its dust.
    value = NOTHING if node.value is None else plain(float(f"{node.value:.{_DIGITS}g}"))
    said.append(value, style="bold")
    if node.place is not None and node.place.render():
        said.append(f"  ({node.place.render()})", style="cyan")
    for text, style in ((node.formula, "dim"), (node.note, "italic")):
        if text:
            said.append(f"\n{text}", style=style)
    return said
