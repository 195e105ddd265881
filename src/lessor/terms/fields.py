"""The field table: every field of the language with type, unit, default, bounds and meaning.

It is read off the records, and is what `lessor schema`, the docs, the checks of paths and the
bounds of the solver all read.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any

from pydantic import BaseModel

from lessor.terms.deal import Deal
from lessor.terms.money import Money
from lessor.terms.scalars import choice_key
from lessor.terms.shapes import NUMERIC, FieldShape, Shape, fields_of, member_fields
from lessor.terms.source import Path, Value, dotted

_LISTED = 8
_LIST = Shape("list")


@dataclass(frozen=True, slots=True)
class FieldRow:
    """One field as a table row.

    `pattern`: its dotted path with `<name>` for a free name and `[n]` for a place in a list.
    `owner`: the record, or for charges and costs the kind, that has the field. `type`: what may be
    written. `default`: `required`, empty where nothing is assumed, else the value. `low`, `high`:
    bounds of a number, both inclusive, in the unit of the value read (a fraction, not a percent).
    """

    pattern: str
    owner: str
    type: str
    unit: str
    default: str
    low: Decimal | None
    high: Decimal | None
    choices: tuple[str, ...]
    meaning: str


@dataclass(frozen=True, slots=True)
class Found:
    """A path that the language has: its row and its shape.

    `written_out`: blocks on the way that stand as a shorthand or not at all, each with the value
    that says the same at length, outermost first.
    """

    row: FieldRow
    shape: Shape
    written_out: tuple[tuple[Path, Value], ...]


@dataclass(frozen=True, slots=True)
class Lost:
    """A path that fails at one step: how many steps are right, what stands there, names known."""

    depth: int
    shape: Shape
    names: tuple[str, ...]


def field_table(root: type[BaseModel] = Deal) -> tuple[FieldRow, ...]:
    """Every field below a record, in the order declared, blocks before what they hold."""
    return _table(root)


@cache
def _table(root: type[BaseModel]) -> tuple[FieldRow, ...]:
    # A block that several kinds share (an escalator) is listed once.
    return tuple(dict.fromkeys(_rows(root, root.__name__, "")))


def _rows(record: type[BaseModel], owner: str, prefix: str) -> Iterator[FieldRow]:
    for found in fields_of(record).values():
        pattern = f"{prefix}.{found.name}" if prefix else found.name
        yield _row(found, pattern, owner)
        yield from _rows_below(found.shape, pattern)


def _rows_below(shape: Shape, pattern: str) -> Iterator[FieldRow]:
    if shape.form == "list" and shape.item is not None:
        yield from _rows_below(shape.item, f"{pattern}[n]")
    elif shape.form == "names" and shape.item is not None:
        yield from _rows_below(shape.item, f"{pattern}.<name>")
    elif shape.record is not None:
        yield from _rows(shape.record, shape.record.__name__, pattern)
    for kind, record in shape.members.items():
        yield from _rows(record, kind, pattern)


def _row(found: FieldShape, pattern: str, owner: str) -> FieldRow:
    return FieldRow(
        pattern=pattern,
        owner=owner,
        type=type_words(found.shape),
        unit=found.unit,
        default=found.default,
        low=found.low,
        high=found.high,
        choices=_choices(found.shape),
        meaning=found.meaning,
    )


def type_words(shape: Shape) -> str:
    """What may be written at a field, in words."""
    if shape.form == "list" and shape.item is not None:
        return f"list of {type_words(shape.item)}"
    if shape.form == "names" and shape.item is not None:
        return f"{type_words(shape.item)} by name"
    if shape.record is not None:
        return "money" if shape.record is Money else f"block ({shape.record.__name__})"
    return "block by kind" if shape.form == "kinds" else shape.form


def _choices(shape: Shape) -> tuple[str, ...]:
    if shape.item is not None and not shape.choices:
        return _choices(shape.item)
    return shape.choices


def field_at(
    path: Path, tree: Mapping[str, Value], root: type[BaseModel] = Deal
) -> FieldRow | None:
    """The row of a concrete path in a concrete tree, which tells the kind of a charge or cost."""
    found = find(path, tree, root)
    return found.row if isinstance(found, Found) else None


def find(path: Path, tree: Mapping[str, Value], root: type[BaseModel] = Deal) -> Found | Lost:
    """Follow a path through the language and a tree at once.

    A name under which nothing stands is taken only where it ends the path, or where its `kind` is
    said next: a mistyped name shall not make a new block.
    """
    shape, pattern = Shape("block", record=root), ""
    node: Any = tree
    row = FieldRow("", root.__name__, f"block ({root.__name__})", "", "", None, None, (), "")
    added: list[tuple[Path, Value]] = []
    for depth, step in enumerate(path):
        node = _at_length(shape, node, path[:depth], added)
        name = str(step)
        if shape.holds_fields:
            kind = node.get("kind") if isinstance(node, dict) else None
            fields = member_fields(shape, kind)
            if name not in fields:
                return Lost(depth, shape, tuple(fields))
            pattern = f"{pattern}.{name}" if pattern else name
            row = _row(fields[name], pattern, _owner(shape, kind))
            shape = fields[name].shape
            node = node.get(name) if isinstance(node, dict) else None
        else:
            known = _names_in(shape, node)
            if shape.item is None or not _may_be_new(shape, name, known, path[depth + 1 :]):
                return Lost(depth, shape, known)
            pattern += "[n]" if shape.form == "list" else ".<name>"
            shape, node = shape.item, _entry(node, name)
            row = _entry_row(row, pattern, shape)
    return Found(row, shape, tuple(added))


def _owner(shape: Shape, kind: Any) -> str:
    if shape.record is not None:
        return shape.record.__name__
    return choice_key(kind) if isinstance(kind, str) and kind else "any kind"


def _entry_row(row: FieldRow, pattern: str, shape: Shape) -> FieldRow:
    words = type_words(shape)
    bounds = (row.low, row.high) if shape.form in NUMERIC else (None, None)
    return FieldRow(pattern, row.owner, words, row.unit, "", *bounds, _choices(shape), row.meaning)


def _at_length(shape: Shape, node: Any, path: Path, added: list[tuple[Path, Value]]) -> Any:
    """The block at a path, its shorthand written out; an empty list where a list will be."""
    if node is None and shape.form == "list":
        node = []
        added.append((path, node))
    elif not isinstance(node, dict | list) and node is not None and shape.written_out is not None:
        node = shape.written_out(node)
        added.append((path, node))
    return node


def _names_in(shape: Shape, node: Any) -> tuple[str, ...]:
    if shape.form == "list" and isinstance(node, list):
        return tuple(str(index) for index in range(len(node)))
    return tuple(node) if shape.form == "names" and isinstance(node, dict) else ()


def _may_be_new(shape: Shape, name: str, known: tuple[str, ...], rest: Path) -> bool:
    if name in known:
        return True
    if shape.form == "list":
        return name == str(len(known))
    return not rest or rest[0] == "kind"


def _entry(node: Any, name: str) -> Any:
    """What stands under a name of a block, or at a place of a list; None where nothing does."""
    if isinstance(node, list):
        return node[int(name)] if name in _names_in(_LIST, node) else None
    return node.get(name) if isinstance(node, dict) else None


def near_names(name: str, names: tuple[str, ...], n: int = 3) -> list[str]:
    """The names most like a mistyped one, nearest first; none where none is like it."""
    lowered = {known.lower(): known for known in names}
    return [lowered[near] for near in difflib.get_close_matches(name.lower(), lowered, n, 0.6)]


def near_paths(
    path: Path, tree: Mapping[str, Value], n: int = 3, root: type[BaseModel] = Deal
) -> list[str]:
    """Paths near a wrong one, nearest first.

    Those that end as it does, else those in which a mistyped name is mended; where there are
    neither and it is wrong from its first step, those that share as much of its ending as can be.
    """
    near = _with_ending(path, tree) or _mended(path, tree, n, root)
    lost = find(path, tree, root)
    if isinstance(lost, Lost) and lost.depth == 0:
        for length in range(len(path) - 1, 0, -1):
            near = near or _with_ending(path[-length:], tree)
    return list(dict.fromkeys(near))[:n]


def _mended(path: Path, tree: Mapping[str, Value], n: int, root: type[BaseModel]) -> list[str]:
    lost = find(path, tree, root)
    if isinstance(lost, Found):
        return [dotted(path)]
    near: list[str] = []
    for name in near_names(str(path[lost.depth]), lost.names, n):
        repaired = (*path[: lost.depth], name, *path[lost.depth + 1 :])
        near += _mended(repaired, tree, 1, root) or [dotted(repaired[: lost.depth + 1])]
    return near


def _with_ending(ending: Path, tree: Mapping[str, Value]) -> list[str]:
    names = tuple(str(step) for step in ending)
    return [
        dotted(path)
        for path in _paths(tree, ())
        if tuple(str(step) for step in path[-len(names) :]) == names
    ]


def _paths(node: Any, path: Path) -> Iterator[Path]:
    if path:
        yield path
    if isinstance(node, Mapping):
        for name, child in node.items():
            yield from _paths(child, (*path, name))
    elif isinstance(node, list):
        for index, child in enumerate(node):
            yield from _paths(child, (*path, index))


def listed(names: tuple[str, ...] | list[str], most: int = _LISTED, joint: str = "or") -> str:
    """Names for a message: `a, b or c`, cut after `most`."""
    shown = [*names[:most], "..."] if len(names) > most else list(names)
    if len(shown) < 2 or shown[-1] == "...":
        return ", ".join(shown)
    return f"{', '.join(shown[:-1])} {joint} {shown[-1]}"
