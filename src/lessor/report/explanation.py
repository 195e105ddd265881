"""The terms and inputs behind a figure as a tree."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from rich.text import Text
from rich.tree import Tree

from lessor.report.number_text import plain

if TYPE_CHECKING:
    from rich.console import RenderableType

    from lessor.forecast.explain import ExplainNode


def explanation_tree(node: ExplainNode) -> Iterable[RenderableType]:
    """One line a node: its value, the formula behind it, the line of the file that says it."""
    tree = Tree(_line(node), guide_style="dim")
    _grow(tree, node)
    yield tree


def _grow(tree: Tree, node: ExplainNode) -> None:
    for child in node.children:
        _grow(tree.add(_line(child)), child)


def _line(node: ExplainNode) -> Text:
    line = Text(node.name)
    if node.value is not None:
        line.append(" = ")
        line.append(plain(float(f"{node.value:.12g}")), style="bold")
    if node.formula:
        line.append(f"  = {node.formula}", style="dim")
    if node.place is not None and (node.place.file or node.place.field):
        line.append(f"  {node.place.render()}", style="italic")
    return line
