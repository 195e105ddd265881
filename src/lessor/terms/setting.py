"""Overriding a field by its path: checked against the language before it is set."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from pydantic import BaseModel

from lessor.core.issue import FaultsError, Issue, Place, errors
from lessor.terms.deal import Deal
from lessor.terms.fields import Found, Lost, find, listed, near_paths
from lessor.terms.money import Money
from lessor.terms.source import Path, Source, Value, dotted, load_source_text, parse_dotted


def with_sets(
    source: Source, assignments: Iterable[str], root: type[BaseModel] = Deal
) -> tuple[Source, tuple[Issue, ...]]:
    """The source with each `path=value` that can be set; the faults of all others at once.

    Issues: set-malformed, and those of `with_set`.
    """
    issues: list[Issue] = []
    for assignment in assignments:
        path, equals, text = assignment.partition("=")
        if not equals or not path.strip():
            issues.append(_malformed(assignment))
            continue
        value, faults = _value_of(text.strip())
        issues += faults
        if faults:
            continue
        changed, faults = with_set(source, path, value, root=root)
        issues += faults
        source = changed or source
    return source, tuple(issues)


def with_set(
    source: Source,
    path: str | Path,
    value: Value,
    *,
    by: str = "--set",
    root: type[BaseModel] = Deal,
) -> tuple[Source | None, tuple[Issue, ...]]:
    """A copy of the source in which the field at `path` has the value (text, list or block).

    A shorthand on the way is written out first (`unit_cost: 5_000_000` to `{amount: 5_000_000}`),
    and a bare number set on a block of money sets its amount. The value itself is checked only
    when the deal is built. Issues: path-malformed, unknown-path, path-not-found.
    """
    try:
        steps = source.resolve(parse_dotted(path) if isinstance(path, str) else path)
        found = find(steps, source.tree, root)
        if isinstance(found, Lost):
            return None, (_unknown(steps, found, source, by, root),)
        for prefix, block in found.written_out:
            # Saying the same at length changes nothing, so the file's line is kept as its place.
            source = replace(source.with_value(prefix, block, by=by), set_by=source.set_by)
        steps = source.resolve(steps)
        return source.with_value(steps, _merged(source, steps, found, value), by=by), ()
    except FaultsError as fault:
        return None, fault.issues


def _merged(source: Source, path: Path, found: Found, value: Value) -> Value:
    if found.shape.record is not Money or isinstance(value, dict | list) or value is None:
        return value
    node: Any = source.tree
    for step in path:
        node = node.get(step) if isinstance(node, dict) else None
    return {**node, "amount": value} if isinstance(node, dict) else value


def _value_of(text: str) -> tuple[Value, tuple[Issue, ...]]:
    """The value that a text on the command line writes: a block or list in brackets, else text."""
    if not text.startswith(("{", "[")):
        return text or None, ()
    source, issues = load_source_text(f"value: {text}", "--set")
    if source is None or errors(issues):
        return None, issues
    return source.tree.get("value"), ()


def _malformed(assignment: str) -> Issue:
    return Issue(
        "set-malformed",
        f"'{assignment}' sets nothing: there is no `path=value` in it",
        "write the field's path, an equals sign and the value, "
        "as leases.anchor.charges.base.amount=1.5e9",
        Place("--set"),
    )


def _unknown(path: Path, lost: Lost, source: Source, by: str, root: type[BaseModel]) -> Issue:
    name = str(path[lost.depth])
    above = dotted(path[: lost.depth])
    where = f"under {above}" if above else "in a deal"
    near = near_paths(path, source.tree, root=root)
    if near:
        remedy = f"did you mean {listed(near)}?"
    elif lost.shape.form == "names" and lost.shape.item is not None:
        block = "{kind: ...}" if lost.shape.item.form == "kinds" else "{...}"
        remedy = f"to add one, set the whole of it: {dotted(path[: lost.depth + 1])}={block}"
    elif lost.names:
        remedy = f"what stands there is {listed(lost.names)}"
    else:
        remedy = f"{above} holds a single value: set that"
    return Issue(
        "unknown-path", f"there is no '{name}' {where}", remedy, Place(by, field=dotted(path))
    )
