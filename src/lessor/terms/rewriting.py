"""A deal's text with some of its values changed: comments, order and layout stay as written.

A value is replaced where it stands, and a new field is added to the block that holds it. What
cannot be fitted in so is written anew as a whole, without its comments: the values are right in
any case, since the text is read back and compared before it is handed out.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import yaml

from lessor.terms.source import Path, Source, Value, load_source_text

_PLAIN = re.compile(r"[\w.%/+\-^][\w.%/+\-^ ]*", re.ASCII)
_WIDTH = 100


class _Change(NamedTuple):
    """A place of the text and what is to stand there; equal ends: it is put in between."""

    start: int
    end: int
    text: str


def rewritten(text: str, changed: Source) -> str:
    """The text with the values of `changed`, which was read from it and then set otherwise.

    Raises AssertionError where even the text written anew does not say the same: our mistake.
    """
    for candidate in (_spliced(text, changed.tree), _written_anew(changed.tree)):
        if candidate is not None and _tree_of(candidate) == changed.tree:
            return candidate
    raise AssertionError("a changed deal cannot be written out")


def _tree_of(text: str) -> dict[str, Value] | None:
    source, _ = load_source_text(text, "")
    return None if source is None else source.tree


def _written_anew(tree: Mapping[str, Value]) -> str:
    made = yaml.dump(
        dict(tree), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=_WIDTH, indent=2
    )
    return str(made)


class _Dumper(yaml.SafeDumper):
    """Writes every text without quotes where it can: a file reads all its values as text."""


def _text_node(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    is_plain = _PLAIN.fullmatch(value) is not None and not value.endswith(" ")
    # A plain scalar keeps the tag that it would be read by, so that no quotes are added.
    resolve: Any = dumper.resolve
    tag = resolve(yaml.ScalarNode, value, (True, False)) if is_plain else _TEXT
    return dumper.represent_scalar(str(tag), value)


def _none_node(dumper: yaml.SafeDumper, _: None) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:null", "~")


_TEXT = "tag:yaml.org,2002:str"
_Dumper.add_representer(str, _text_node)
_Dumper.add_representer(type(None), _none_node)


def _spliced(text: str, tree: dict[str, Value]) -> str | None:
    """The text with each changed value put in its place; None where it has no place for one."""
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    if not isinstance(root, yaml.MappingNode):
        return None
    try:
        changes = list(_changes(root, tree, text))
    except _UnfitError:
        return None
    found = text
    for change in sorted(changes, key=lambda each: (each.start, each.end), reverse=True):
        found = found[: change.start] + change.text + found[change.end :]
    return found


class _UnfitError(Exception):
    """The text has no place for a change."""


def _changes(node: yaml.Node, value: Value, text: str) -> Iterator[_Change]:
    if isinstance(node, yaml.MappingNode) and isinstance(value, dict):
        yield from _in_mapping(node, value, text)
    elif isinstance(node, yaml.SequenceNode) and isinstance(value, list):
        if len(node.value) != len(value):
            yield _replaced(node, value)
            return
        for child, wanted in zip(node.value, value, strict=True):
            yield from _changes(child, wanted, text)
    elif _said(node) != value:
        yield _replaced(node, value)


def _in_mapping(node: yaml.MappingNode, value: dict[str, Value], text: str) -> Iterator[_Change]:
    had = {str(key.value): child for key, child in node.value}
    if set(had) - set(value):
        raise _UnfitError
    for name, child in had.items():
        yield from _changes(child, value[name], text)
    added = {name: value[name] for name in value if name not in had}
    if added:
        yield _added(node, added, text)


def _added(node: yaml.MappingNode, added: Mapping[str, Value], text: str) -> _Change:
    """New fields at the end of a block: on lines of their own, or before the closing brace."""
    fields = [f"{_inline(name)}: {_inline(child)}" for name, child in added.items()]
    if node.flow_style:
        at = node.end_mark.index - 1
        return _Change(at, at, (", " if node.value else "") + ", ".join(fields))
    indent = " " * node.value[0][0].start_mark.column
    at = _end_of(node.value[-1][1])
    # Behind the last value may stand a comment, which belongs to its line.
    at = text.find("\n", at) if "\n" in text[at:] else len(text)
    return _Change(at, at, "".join(f"\n{indent}{each}" for each in fields))


def _end_of(node: yaml.Node) -> int:
    """Where the last value below a node ends: a block's own end lies before what follows it."""
    if isinstance(node, yaml.MappingNode) and not node.flow_style and node.value:
        return _end_of(node.value[-1][1])
    if isinstance(node, yaml.SequenceNode) and not node.flow_style and node.value:
        return _end_of(node.value[-1])
    return int(node.end_mark.index)


def _replaced(node: yaml.Node, value: Value) -> _Change:
    is_block = isinstance(node, yaml.CollectionNode) and not node.flow_style
    if is_block:
        raise _UnfitError
    start, end = node.start_mark.index, node.end_mark.index
    # A field without a value has its place right behind the colon.
    return _Change(start, end, f" {_inline(value)}" if start == end else _inline(value))


def _inline(value: Value) -> str:
    """A value on one line, as it stands in a flow: `{amount: 5_000_000, tax: excluded}`."""
    if value is None:
        return "~"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_inline(k)}: {_inline(v)}" for k, v in value.items()) + "}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "[" + ", ".join(_inline(each) for each in value) + "]"
    is_plain = _PLAIN.fullmatch(value) is not None and not value.endswith(" ")
    starts_oddly = value.startswith("-") and not value[1:2].isdigit()
    is_nothing = value.lower() in ("~", "null", "")
    return value if is_plain and not starts_oddly and not is_nothing else _quoted(value)


def _quoted(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)


def _said(node: yaml.Node) -> Any:
    """What a scalar of the file says: its text, or None for nothing; no value for a block."""
    if not isinstance(node, yaml.ScalarNode):
        return node
    is_plain = node.style is None
    return None if is_plain and node.value in ("", "~", "null", "Null", "NULL") else node.value


def differences(
    before: Value, after: Value, path: Path = ()
) -> Iterator[tuple[Path, Value, Value]]:
    """Every leaf at which two trees differ, with what stands there before and after.

    A block that one of them lacks is one difference, and so is a list of another length.
    """
    if isinstance(before, dict) and isinstance(after, dict):
        for name in dict.fromkeys((*before, *after)):
            yield from differences(before.get(name), after.get(name), (*path, name))
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for place, (one, other) in enumerate(zip(before, after, strict=True)):
            yield from differences(one, other, (*path, place))
    elif before != after:
        yield path, before, after
