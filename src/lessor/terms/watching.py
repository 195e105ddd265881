"""A deal whose numbers note where they are looked at: what tells an input from structure."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from lessor.core.cells import Seen, Watched
from lessor.terms.deal import Deal
from lessor.terms.record import Record
from lessor.terms.source import Path, dotted


def watched(deal: Deal, seen: Seen) -> Deal:
    """The same deal; each number of it notes in `seen` when it is used as plain Python."""
    found: Deal = _watched(deal, (), seen)
    return found


def _watched(node: Any, path: Path, seen: Seen) -> Any:
    if type(node) is Decimal:
        return Watched(node, dotted(path), seen)
    if isinstance(node, Record):
        fields = type(node).model_fields
        changes = {
            name: _watched(getattr(node, name), (*path, info.alias or name), seen)
            for name, info in fields.items()
        }
        return node.changed(**changes)
    if isinstance(node, dict):
        return {name: _watched(item, (*path, str(name)), seen) for name, item in node.items()}
    if isinstance(node, list):
        return [_watched(item, (*path, index), seen) for index, item in enumerate(node)]
    if type(node) is tuple:
        return tuple(_watched(item, (*path, index), seen) for index, item in enumerate(node))
    return node


def numbers_of(node: Any, path: Path = ()) -> Iterator[tuple[str, Decimal]]:
    """Every number of a deal with its path."""
    if isinstance(node, Decimal):
        yield dotted(path), node
    elif isinstance(node, Record):
        for name, info in type(node).model_fields.items():
            yield from numbers_of(getattr(node, name), (*path, info.alias or name))
    elif isinstance(node, dict):
        for name, item in node.items():
            yield from numbers_of(item, (*path, str(name)))
    elif isinstance(node, list | tuple):
        for index, item in enumerate(node):
            yield from numbers_of(item, (*path, index))
