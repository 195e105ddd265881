"""What each field of a record may hold, read off its declaration once and kept.

The same reading serves the field table, the checks of paths and the remedies of messages, so that
no list of fields is written twice.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from types import MappingProxyType, NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel, BeforeValidator
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from lessor.terms.money import Money
from lessor.terms.record import bounds_of
from lessor.terms.scalars import (
    Duration,
    choice_key,
    parse_claim_time,
    parse_date,
    parse_day_or_time,
    parse_duration,
    parse_flag,
    parse_fraction,
    parse_maturity,
    parse_number,
    parse_ratio,
)

Parse = Callable[[Any], Any]

REQUIRED = "required"
_SCALARS: dict[Parse, str] = {
    parse_number: "number",
    parse_ratio: "number",
    parse_fraction: "fraction",
    parse_duration: "length of time",
    parse_date: "day",
    parse_flag: "yes or no",
    parse_maturity: "maturity",
    parse_day_or_time: "day or time",
    parse_claim_time: "claim time",
}
_PLAIN = {str: "text", int: "whole number", bool: "yes or no", Any: "value"}
TIMES = frozenset({"length of time", "maturity", "day or time", "claim time"})
NUMERIC = frozenset({"number", "fraction", "whole number"}) | TIMES


@dataclass(frozen=True, slots=True)
class Shape:
    """What may stand at a field.

    `form` is the name of a scalar (number, fraction, length of time, day, day or time, claim time,
    yes or no, maturity, whole number, text, choice, value: as another field wants it), or block,
    kinds (a block told apart by its `kind`), list, names (blocks or values under free names), any.
    `written_out` turns a shorthand (`5_000_000`, `none`) into the block that it stands for.
    """

    form: str
    record: type[BaseModel] | None = None
    members: Mapping[str, type[BaseModel]] = field(default_factory=dict)
    item: Shape | None = None
    choices: tuple[str, ...] = ()
    written_out: Parse | None = None

    @property
    def holds_fields(self) -> bool:
        """Whether named fields can stand below it."""
        return self.form in ("block", "kinds")


@dataclass(frozen=True, slots=True)
class FieldShape:
    """One field of a record: its name in the file, its shape, unit, default, bounds, meaning."""

    name: str
    shape: Shape
    unit: str
    default: str
    low: Decimal | None
    high: Decimal | None
    meaning: str


@cache
def fields_of(record: type[BaseModel]) -> Mapping[str, FieldShape]:
    """The fields of a record by the name that a file uses, in the order declared."""
    hints = get_type_hints(record, include_extras=True)
    return MappingProxyType(
        {
            shape.name: shape
            for shape in (
                _field_shape(record, name, info, hints[name])
                for name, info in record.model_fields.items()
            )
        }
    )


@cache
def kinds_fields(members: tuple[type[BaseModel], ...]) -> Mapping[str, FieldShape]:
    """The fields of several records together, the first record's where two share a name."""
    found: dict[str, FieldShape] = {}
    for record in members:
        for name, shape in fields_of(record).items():
            found.setdefault(name, shape)
    return MappingProxyType(found)


@cache
def _attributes_of(record: type[BaseModel]) -> Mapping[str, str]:
    return {info.alias or name: name for name, info in record.model_fields.items()}


def attribute_of(record: type[BaseModel], name: str) -> str:
    """The attribute of a record that holds the field of that name in a file (`in` is `in_`)."""
    return _attributes_of(record).get(name, name)


def member_fields(shape: Shape, kind: Any) -> Mapping[str, FieldShape]:
    """The fields that may stand in a block; of every kind where the kind is not (yet) known."""
    if shape.record is not None:
        return fields_of(shape.record)
    known = shape.members.get(choice_key(kind)) if isinstance(kind, str) else None
    if known is not None:
        return fields_of(known)
    return kinds_fields(tuple(dict.fromkeys(shape.members.values())))


def _field_shape(record: type[BaseModel], name: str, info: FieldInfo, hint: Any) -> FieldShape:
    shape = shape_of(hint)
    extra = info.json_schema_extra if isinstance(info.json_schema_extra, dict) else {}
    is_money = shape.record is Money
    low, high = (None, None)
    innermost = shape if shape.item is None else shape.item
    if is_money or innermost.form in NUMERIC:
        low, high = bounds_of(Money, "amount") if is_money else bounds_of(record, name)
    return FieldShape(
        name=info.alias or name,
        shape=shape,
        unit="money" if is_money else str(extra.get("unit", "")),
        default=_default_text(info, shape),
        low=low,
        high=high,
        meaning=info.description or "",
    )


def shape_of(hint: Any) -> Shape:
    """The shape that a type annotation of a record declares."""
    written_out: Parse | None = None
    if get_origin(hint) is Annotated:
        hint, *marks = get_args(hint)
        for mark in marks:
            if isinstance(mark, BeforeValidator):
                parse: Any = mark.func
                if parse in _SCALARS:
                    return Shape(_SCALARS[parse])
                written_out = parse
    return _bare_shape(hint, written_out)


def _bare_shape(hint: Any, written_out: Parse | None) -> Shape:
    origin, inner = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        options = [option for option in inner if option is not NoneType]
        return shape_of(options[0]) if len(options) == 1 else _kinds(options)
    if origin is Literal:
        return Shape("choice", choices=tuple(str(choice) for choice in inner))
    if origin is list:
        return Shape("list", item=shape_of(inner[0]), written_out=written_out)
    if origin is dict:
        key = shape_of(inner[0])
        return Shape("names", item=shape_of(inner[1]), choices=key.choices)
    if isinstance(hint, type) and issubclass(hint, BaseModel):
        return Shape("block", record=hint, written_out=written_out)
    return Shape(_PLAIN.get(hint, "any"))


def _kinds(options: list[Any]) -> Shape:
    members: dict[str, type[BaseModel]] = {}
    for option in options:
        if not (isinstance(option, type) and issubclass(option, BaseModel)):
            return Shape("any")
        for kind in get_args(get_type_hints(option).get("kind")):
            members[kind] = option
    return Shape("kinds", members=MappingProxyType(members), choices=tuple(members))


def _default_text(info: FieldInfo, shape: Shape) -> str:
    if info.is_required():
        return REQUIRED
    value, made = info.default, info.default_factory
    if isinstance(made, type) and issubclass(made, BaseModel):
        value = made()
    elif made is not None or value is PydanticUndefined:
        return "none"
    if isinstance(value, BaseModel):
        is_nothing = all(held is None for _, held in value)
        return "none" if is_nothing else "its own defaults"
    if value is None:
        return ""
    if isinstance(value, Decimal) and shape.form == "fraction":
        return f"{(value * 100).normalize():f}%"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "0" if isinstance(value, Duration) and value == (0, 0) else str(value)
