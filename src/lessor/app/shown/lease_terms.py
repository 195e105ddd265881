"""The terms of a booked lease one by one, as its deal wrote them and the field table names them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from lessor.terms.fields import field_at

OF_LEASE, OF_DEAL = "lease", "deal"


class Term(NamedTuple):
    """One term: its path below the lease (or in the deal), what is written, and what it means.

    unit and meaning are the field table's; both are empty where it knows no such path.
    """

    part: str
    path: str
    said: str
    unit: str
    meaning: str


def terms_of(terms: Mapping[str, Any], name: str) -> tuple[Term, ...]:
    """Every term that the booked source says: the lease's own first, then what it stands on."""
    tree = dict(terms)
    own = list(_leaves(tree.get("leases", {}).get(name, {}), ("leases", name)))
    beside = [
        leaf
        for key, block in tree.items()
        if key not in ("format", "leases")
        for leaf in _leaves(block, (key,))
    ]
    return tuple(
        _term(path, said, tree, part)
        for part, leaves in ((OF_LEASE, own), (OF_DEAL, beside))
        for path, said in leaves
    )


def _term(path: tuple[str, ...], said: Any, tree: dict[str, Any], part: str) -> Term:
    row = field_at(path, tree)
    shown = path[2:] if part == OF_LEASE else path
    return Term(
        part=part,
        path=_dotted(shown),
        said=_text(said),
        unit="" if row is None else row.unit,
        meaning="" if row is None else row.meaning,
    )


def _leaves(node: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    if isinstance(node, Mapping) and node:
        for key, below in node.items():
            yield from _leaves(below, (*path, str(key)))
    elif isinstance(node, list) and any(isinstance(each, Mapping) for each in node):
        for place, below in enumerate(node):
            yield from _leaves(below, (*path, str(place)))
    else:
        yield path, node


def _dotted(path: tuple[str, ...]) -> str:
    """The path as a deal writes it: places of a list in brackets."""
    text = ""
    for step in path:
        if step.isdigit():
            text += f"[{step}]"
        else:
            text += f".{step}" if text else step
    return text


def _text(said: Any) -> str:
    if isinstance(said, list):
        return ", ".join(_text(each) for each in said)
    if isinstance(said, bool):
        return "yes" if said else "no"
    return "" if said is None else str(said)
