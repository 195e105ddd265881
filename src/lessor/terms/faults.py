"""What a record refuses, as Issues with the line, the field and how to write it.

A record's refusals come as a list of dictionaries whose places are mixed with names of unions;
here each becomes one Issue whose code is public and whose example comes from the field's own type.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

from pydantic import BaseModel, ValidationError

from lessor.core.issue import Issue
from lessor.terms.examples import block_example
from lessor.terms.fields import Found, Lost, find, listed, near_names
from lessor.terms.money import Money
from lessor.terms.scalars import choice_key
from lessor.terms.shapes import TIMES, Shape
from lessor.terms.source import Path, Source

_CODES = {
    "extra_forbidden": "unknown-field",
    "missing": "missing-field",
    "union_tag_not_found": "missing-field",
    "union_tag_invalid": "unknown-kind",
    "literal_error": "not-a-choice",
    "int_parsing": "wrong-unit",
    "int_from_float": "wrong-unit",
    "int_parsing_size": "too-large",
}
_EXAMPLES = {
    "number": "the number alone, as 1_200 or 1.5e6",
    "fraction": "4%, or 0.04",
    "length of time": "60 months, or 30 days",
    "day": "2026-05-01",
    "yes or no": "yes, or no",
    "maturity": "lease_end, 2031-05-01 or 60 months",
    "day or time": "2031-05-01, or 60 months from closing",
    "claim time": "automatic, or 30 days",
    "whole number": "a whole number, as 30",
    "text": "plain text",
    "list": "a list, as [first, second]",
    "names": "a block of `name: value` lines",
    "block": "a block of `field: value` lines",
    "kinds": "a block of `field: value` lines with its `kind`",
}
_LONGEST_QUOTE = 60

Fault = dict[str, Any]


def record_faults(
    error: ValidationError, source: Source, root: type[BaseModel]
) -> tuple[Issue, ...]:
    """The Issues of a refused record, in the order of the file's lines.

    Issues: unknown-field, missing-field, unknown-kind, not-a-choice, wrong-type, wrong-unit,
    not-finite, too-large, percent-as-number, negative-quantity, out-of-bounds.
    """
    faults: list[Fault] = [
        dict(fault) for fault in error.errors(include_url=False, include_input=True)
    ]
    placed = [(path_of(fault["loc"], fault["type"], source), fault) for fault in faults]
    # A mistyped name is one fault, not an unknown field and a missing one.
    meant = {
        (*path[:-1], name)
        for path, fault in placed
        if fault["type"] == "extra_forbidden"
        for name in _near_fields(path, source, root)[:1]
    }
    issues = (
        _issue(fault, path, source, root)
        for path, fault in placed
        if fault["type"] != "missing" or path not in meant
    )
    return tuple(sorted(dict.fromkeys(issues), key=_line))


def _line(issue: Issue) -> tuple[int, int]:
    return issue.place.line or 0, issue.place.column or 0


def _issue(fault: Fault, path: Path, source: Source, root: type[BaseModel]) -> Issue:
    code = fault["type"] if "-" in fault["type"] else _CODES.get(fault["type"], "wrong-type")
    found = find(path, source.tree, root)
    shape = found.shape if isinstance(found, Found) else Shape("any")
    wording = _as_refused if "remedy" in fault.get("ctx", {}) else _WORDINGS.get(code, _as_refused)
    message, remedy = wording(fault, path, shape, source, root)
    return Issue(code, message, remedy, source.place(path))


def path_of(loc: Iterable[str | int], kind: str, source: Source) -> Path:
    """The field's path: the place of a refusal without the names of unions and of parsers."""
    steps: list[Any] = [step for step in loc if step != "[key]"]
    path: list[str | int] = []
    node: Any = source.tree
    tagged: Any = None
    for depth, step in enumerate(steps):
        if kind in ("missing", "extra_forbidden") and depth == len(steps) - 1:
            path.append(step)
        elif isinstance(node, dict) and node is not tagged and _is_tag(node, step):
            tagged = node
        elif (isinstance(node, dict) and step in node) or (
            isinstance(node, list) and isinstance(step, int) and step < len(node)
        ):
            path.append(step)
            node = node[step]
    if kind == "union_tag_not_found":
        path.append("kind")
    return (*path, "kind") if kind == "union_tag_invalid" else tuple(path)


def _is_tag(block: dict[str, Any], step: Any) -> bool:
    kind = block.get("kind")
    return kind == step or (isinstance(kind, str) and choice_key(kind) == step)


def quoted(value: Any) -> str:
    """A bad value as a message shows it: texts in quotes and cut, blocks by their name."""
    if isinstance(value, dict):
        return "a block"
    if isinstance(value, list):
        return "a list"
    if value is None:
        return "nothing"
    text = str(value)
    return f"'{text[:_LONGEST_QUOTE]}...'" if len(text) > _LONGEST_QUOTE else f"'{text}'"


def example_of(shape: Shape) -> str:
    """How a value of this shape is written."""
    if shape.form == "choice":
        return listed(shape.choices)
    if shape.record is Money:
        return "an amount, as 1_500_000 or {amount: 1_500_000, currency: USD}"
    return _EXAMPLES.get(shape.form, "what the field table says")


def _unknown_field(
    fault: Fault, path: Path, shape: Shape, source: Source, root: type[BaseModel]
) -> tuple[str, str]:
    near = _near_fields(path, source, root)
    lost = find(path, source.tree, root)
    names = lost.names if isinstance(lost, Lost) else ()
    remedy = f"did you mean {listed(near)}?" if near else f"fields here are {listed(names, 20)}"
    return f"there is no field '{path[-1]}' here", remedy


def _near_fields(path: Path, source: Source, root: type[BaseModel]) -> list[str]:
    lost = find(path, source.tree, root)
    return near_names(str(path[-1]), lost.names) if isinstance(lost, Lost) else []


def _missing_field(
    fault: Fault, path: Path, shape: Shape, source: Source, root: type[BaseModel]
) -> tuple[str, str]:
    if fault["type"] == "union_tag_not_found":
        above = find(path[:-1], source.tree, root)
        kinds = above.shape.choices if isinstance(above, Found) else ()
        return "the block does not say its kind", f"add `kind:` with one of {listed(kinds, 20)}"
    remedy = f"add `{path[-1]}:` with {example_of(shape)}"
    if shape.form == "block" and shape.record is not None:
        remedy = f"add it, as `{path[-1]}: {block_example(shape)}`"
    return f"the block needs the field '{path[-1]}'", remedy


def _unknown_kind(
    fault: Fault, path: Path, shape: Shape, source: Source, root: type[BaseModel]
) -> tuple[str, str]:
    tag = str(fault["ctx"]["tag"])
    above = find(path[:-1], source.tree, root)
    kinds = above.shape.choices if isinstance(above, Found) else ()
    near = near_names(tag, kinds)
    remedy = f"did you mean {listed(near)}?" if near else f"write one of {listed(kinds, 20)}"
    return f"there is no kind {quoted(tag)} here", remedy


def _not_a_choice(
    fault: Fault, path: Path, shape: Shape, source: Source, root: type[BaseModel]
) -> tuple[str, str]:
    said = str(fault["ctx"]["expected"]).replace("'", "")
    choices = tuple(said.replace(" or ", ", ").split(", "))
    near = near_names(str(fault["input"]), choices, 1)
    hint = f"did you mean {near[0]}? " if near else ""
    message = f"{quoted(fault['input'])} is not one of the words for this"
    return message, f"{hint}write {listed(choices, 20)}"


def _wrong_type(
    fault: Fault, path: Path, shape: Shape, source: Source, root: type[BaseModel]
) -> tuple[str, str]:
    # What a shorthand stands for was refused inside of it: show what the file has.
    example = example_of(shape)
    if shape.form in ("block", "kinds") and shape.record is not Money:
        example = block_example(shape, fault["input"])
    return f"{quoted(fault['input'])} stands where {_wanted(shape)} is wanted", f"write {example}"


def _wrong_unit(
    fault: Fault, path: Path, shape: Shape, source: Source, root: type[BaseModel]
) -> tuple[str, str]:
    context = fault.get("ctx", {})
    text = context.get("text", fault["input"])
    return f"{quoted(text)} is not {_wanted(shape)}", f"write {_example_near(str(text), shape)}"


def _percent(
    fault: Fault, path: Path, shape: Shape, source: Source, root: type[BaseModel]
) -> tuple[str, str]:
    text = fault["ctx"]["text"].strip()
    message = f"{quoted(text)} is not a fraction: without a % sign it would be {text} times"
    found = find(path, source.tree, root)
    high = found.row.high if isinstance(found, Found) else None
    if high is not None and Decimal(text.replace(",", "")) / 100 > high:
        # An amount, most likely: a % sign would not make it a share.
        return message, f"write a share of at most {_bound_text(high, shape)}, as 4%"
    return message, f"write {text}% (or the fraction itself, as 0.04 for 4%)"


def _bounds(
    fault: Fault, path: Path, shape: Shape, source: Source, root: type[BaseModel]
) -> tuple[str, str]:
    context = fault["ctx"]
    shown = quoted(_raw(source, path, context.get("text", context.get("value", ""))))
    if "want" in context:
        return f"{shown} is out of bounds", f"write {context['want']}"
    found = find(path, source.tree, root)
    row = found.row if isinstance(found, Found) else None
    if shape.form == "block" and isinstance(last := fault["loc"][-1], str) and last != path[-1]:
        # A shorthand (`principal: 120%`) is refused in the field that it stands for.
        found = find((*path, last), source.tree, root)
        row, shape = (found.row, found.shape) if isinstance(found, Found) else (row, shape)
    low, high = (row.low, row.high) if row else (None, None)
    limits = [
        f"{word} {_bound_text(bound, shape)}"
        for word, bound in (("at least", low), ("at most", high))
        if bound is not None
    ]
    if "low" in context or "text" in context:
        edge = "negative" if fault["type"] == "negative-quantity" else "too low"
        return f"{shown} is {edge}", f"write a value of {' and '.join(limits) or 'at least 0'}"
    return f"{shown} is too high", f"write a value of {' and '.join(limits)}"


def _not_finite(
    fault: Fault, path: Path, shape: Shape, source: Source, root: type[BaseModel]
) -> tuple[str, str]:
    text = quoted(fault["ctx"]["text"])
    return f"{text} is not a finite number", f"write {example_of(shape)}"


def _too_large(
    fault: Fault, path: Path, shape: Shape, source: Source, root: type[BaseModel]
) -> tuple[str, str]:
    text = quoted(fault.get("ctx", {}).get("text", fault["input"]))
    limit = "100 years" if shape.form in TIMES else "1e18"
    return f"{text} is larger than a deal can hold ({limit})", f"write {example_of(shape)}"


def _as_refused(
    fault: Fault, path: Path, shape: Shape, source: Source, root: type[BaseModel]
) -> tuple[str, str]:
    remedy = fault.get("ctx", {}).get("remedy")
    return str(fault["msg"]), str(remedy or f"write {example_of(shape)}")


def _wanted(shape: Shape) -> str:
    if shape.record is Money:
        return "an amount of money"
    words = {
        "block": "a block of fields",
        "kinds": "a block of fields",
        "names": "a block of names",
        "yes or no": "yes or no",
        "text": "text",
        "maturity": "a maturity",
        "any": "another value",
    }
    return words.get(shape.form, f"a {shape.form}")


def _example_near(text: str, shape: Shape) -> str:
    """An example as near to what was written as can be: `60` as a time becomes `60 months`."""
    if shape.form in TIMES and text.strip().isdigit():
        return f"{text.strip()} months, {text.strip()} days or {text.strip()} years"
    return example_of(shape)


def _raw(source: Source, path: Path, otherwise: str) -> Any:
    node: Any = source.tree
    for step in path:
        if isinstance(node, list) and isinstance(step, int) and step < len(node):
            node = node[step]
        else:
            node = node.get(step) if isinstance(node, dict) else None
    return otherwise if isinstance(node, dict | list) else node


def _bound_text(bound: Any, shape: Shape) -> str:
    return f"{(bound * 100).normalize():f}%" if shape.form == "fraction" else f"{bound:f}"


Wording = Callable[[Fault, Path, Shape, Source, type[BaseModel]], tuple[str, str]]

_WORDINGS: dict[str, Wording] = {
    "unknown-field": _unknown_field,
    "missing-field": _missing_field,
    "unknown-kind": _unknown_kind,
    "not-a-choice": _not_a_choice,
    "wrong-type": _wrong_type,
    "wrong-unit": _wrong_unit,
    "percent-as-number": _percent,
    "negative-quantity": _bounds,
    "out-of-bounds": _bounds,
    "not-finite": _not_finite,
    "too-large": _too_large,
}
