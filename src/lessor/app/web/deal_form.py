"""The form of a deal, made of the field table: every field of every block that the deal has."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import NamedTuple

from lessor.forecast.sensitivity import terms_that_matter
from lessor.terms.deal import Deal
from lessor.terms.fields import FieldRow, field_at
from lessor.terms.load import Loaded
from lessor.terms.paths import value_at
from lessor.terms.scalars import Duration
from lessor.terms.shapes import TIMES, FieldShape, Shape, member_fields
from lessor.terms.source import Path, Source, Value, dotted, parse_dotted

PREFIX = "set."
STEPS = 200


class FormField(NamedTuple):
    """A field of the form: its path, what the file says there, and its row of the field table.

    said: the text that stands in the file; empty where it says nothing. choices: what may stand
    there, where that is a closed list.
    """

    path: str
    name: str
    said: str
    type: str
    unit: str
    default: str
    choices: tuple[str, ...]
    meaning: str

    @property
    def is_said(self) -> bool:
        """Whether the file says it."""
        return self.said != ""


class Section(NamedTuple):
    """A block of the deal with its fields: those that the file says first, then the others."""

    path: str
    said: tuple[FormField, ...]
    unsaid: tuple[FormField, ...]


class Slider(NamedTuple):
    """A term that matters, as a slider moves it.

    said: the text of the file. low, high, step, value: in the unit that `suffix` names behind the
    number: `%`, ` months`, or none.
    """

    path: str
    said: str
    suffix: str
    low: float
    high: float
    step: float
    value: float
    row: FieldRow


def sections(source: Source) -> tuple[Section, ...]:
    """The blocks of a deal, outermost first, each with all the fields that may stand in it."""
    return tuple(_sections(Shape("block", record=Deal), source.tree, ()))


def _sections(shape: Shape, node: Value, path: Path) -> Iterator[Section]:
    if shape.holds_fields and isinstance(node, dict):
        kind = node.get("kind")
        fields = member_fields(shape, kind)
        found = [
            _field(field, node.get(name), (*path, name))
            for name, field in fields.items()
            if _is_single(field.shape, node.get(name))
        ]
        said = tuple(each for each in found if each.is_said)
        yield Section(dotted(path), said, tuple(each for each in found if not each.is_said))
        for name, field in fields.items():
            yield from _sections(field.shape, node.get(name), (*path, name))
    elif shape.item is not None and isinstance(node, dict):
        for name, child in node.items():
            yield from _sections(shape.item, child, (*path, name))
    elif shape.item is not None and isinstance(node, list):
        for place, child in enumerate(node):
            yield from _sections(shape.item, child, (*path, place))


def _is_single(shape: Shape, node: Value) -> bool:
    """Whether a field is written as one value here: a scalar, or a block's shorthand."""
    if isinstance(node, dict | list):
        return False
    if shape.holds_fields or shape.form in ("names", "list", "any"):
        return node is not None
    return True


def _field(field: FieldShape, node: Value, path: Path) -> FormField:
    return FormField(
        path=dotted(path),
        name=field.name,
        said=node if isinstance(node, str) else "",
        type=field.shape.form,
        unit=field.unit,
        default=field.default,
        choices=field.shape.choices if field.shape.form == "choice" else (),
        meaning=field.meaning,
    )


def sliders(loaded: Loaded) -> tuple[Slider, ...]:
    """A slider for each term that drives most deals, as far as this one has them."""
    terms = [f"leases.{name}.term" for name in loaded.deal.leases]
    found = (_slider(loaded, path) for path in (*terms_that_matter(loaded), *terms))
    return tuple(each for each in found if each is not None)


def _slider(loaded: Loaded, path: str) -> Slider | None:
    row = field_at(parse_dotted(path), loaded.source.tree)
    value = value_at(loaded, path)
    if row is None or value is None:
        return None
    number, suffix = _in_unit(row, value)
    low, high = _reach(row, number)
    if not low < high:
        return None
    step = _step(high - low)
    return Slider(
        path=path,
        said=said_at(loaded.source, path),
        suffix=suffix,
        low=math.floor(low / step) * step,
        high=math.ceil(high / step) * step,
        step=step,
        value=number,
        row=row,
    )


def _in_unit(row: FieldRow, value: Decimal | Duration | int) -> tuple[float, str]:
    """A value as a slider counts it, and what stands behind the number in the file."""
    if isinstance(value, Duration):
        return float(value.months), " months"
    if row.type == "fraction":
        return float(value) * 100, "%"
    return float(value), ""


def _reach(row: FieldRow, number: float) -> tuple[float, float]:
    """From half of a value to one and a half of it, as far as the field allows."""
    if row.type in TIMES:
        return max(number - 36, 1), number + 36
    low, high = number * 0.5, number * 1.5
    if row.type == "fraction":
        low, high = (0.0, 10.0) if number == 0 else (low, high)
        least = -math.inf if row.low is None else float(row.low) * 100
        most = math.inf if row.high is None else float(row.high) * 100
        return max(low, least), min(high, most)
    return low, high


def _step(width: float) -> float:
    """A round step that divides a width into no more than so many parts: 1, 2 or 5 of a power."""
    power = 10.0 ** math.floor(math.log10(width / STEPS))
    return next(power * part for part in (1, 2, 5, 10) if width / (power * part) <= STEPS)


def said_at(source: Source, path: str) -> str:
    """The text that stands at a path, or at the shorthand of its block; empty where none does."""
    node: Value = source.tree
    for step in source.resolve(parse_dotted(path)):
        if isinstance(node, str):
            return node
        if isinstance(node, dict):
            node = node.get(str(step))
        elif isinstance(node, list) and isinstance(step, int) and step < len(node):
            node = node[step]
        else:
            return ""
    return node if isinstance(node, str) else ""


def sets_of(source: Source, form: Mapping[str, str]) -> list[str]:
    """What a form sets otherwise than the file says, as `path=value`."""
    found = []
    for name, value in form.items():
        if not name.startswith(PREFIX):
            continue
        path, told = name.removeprefix(PREFIX), typed(value)
        if told != said_at(source, path).strip():
            found.append(f"{path}={told}")
    return found


def typed(value: str) -> str:
    """What was typed into a field; a browser ends the lines of a text as Windows does."""
    return value.replace("\r\n", "\n").strip()
