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
Seen = set[tuple[str, float | None]]


def explanation_tree(node: ExplainNode) -> Iterable[RenderableType]:
    """A figure with its value; below it how it comes about, then the same of each part.

    What a file says carries its line, so that a reader can go and look. A part that is the same
    figure under another name stands on its line, and what was opened above is not opened again.
    """
    seen: Seen = set()
    names, end = _same_figure(node)
    tree = Tree(_said(names, end, is_repeated=False), guide_style="dim")
    _grow(tree, end, seen)
    yield tree


def _grow(tree: Tree, node: ExplainNode, seen: Seen) -> None:
    for child in node.children:
        names, end = _same_figure(child)
        is_repeated = bool(end.children) and (end.name, end.value) in seen
        branch = tree.add(_said(names, end, is_repeated=is_repeated))
        if not is_repeated:
            seen.add((end.name, end.value))
            _grow(branch, end, seen)


def _same_figure(node: ExplainNode) -> tuple[list[str], ExplainNode]:
    """The names under which one figure is handed on, and the last node that has it."""
    names = [node.name]
    while len(node.children) == 1 and node.formula == node.children[0].name:
        node = node.children[0]
        if node.name != names[-1]:
            names.append(node.name)
    return names, node


def _said(names: list[str], node: ExplainNode, *, is_repeated: bool) -> Text:
    said = Text(f"{' = '.join(names)} = ")
    said.append(_value(node), style="bold")
    if node.place is not None and node.place.render():
        said.append(f"  ({node.place.render()})", style="cyan")
    if is_repeated:
        said.append("  (as above)", style="italic")
        return said
    if node.formula not in ("", node.name, _value(node)):
        said.append(f"\n{node.formula}", style="dim")
    if node.note:
        said.append(f"\n{node.note}", style="italic")
    return said


def _value(node: ExplainNode) -> str:
    # Twelve digits are what a float64 sum still holds; more would show its dust.
    return NOTHING if node.value is None else plain(float(f"{node.value:.{_DIGITS}g}"))
