"""The base of every record of a deal, and how a field says its unit, bounds and meaning.

The same declarations validate the file, bound the solver and make the field table of the docs.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from typing import Any, Literal, Self, get_args, get_origin

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator, model_validator
from pydantic.fields import FieldInfo
from pydantic_core import PydanticCustomError

from lessor.terms.scalars import choice_key

_UNSET: Any = object()


class Record(BaseModel):
    """A frozen, validated piece of a deal; unknown fields are refused."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        defer_build=True,
        hide_input_in_errors=True,
        # Words that Python reserves (`in`, `from`) are written with a trailing underscore here.
        alias_generator=lambda name: name.rstrip("_"),
    )

    @model_validator(mode="before")
    @classmethod
    def _as_written(cls, value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        if None in value.values():
            # `costs:` with nothing after it says nothing; a wrong name stays, to be refused.
            known = _names_of(cls)
            value = {n: said for n, said in value.items() if said is not None or n not in known}
        for name, choices in _choices_of(cls):
            said = value.get(name)
            if isinstance(said, str) and (meant := choices.get(choice_key(said), said)) != said:
                value = {**value, name: meant}
        return value

    @field_validator("*", mode="after")
    @classmethod
    def _within_bounds(cls, value: Any, info: ValidationInfo) -> Any:
        if type(value) not in (Decimal, int) or info.field_name is None:
            return value
        low, high = bounds_of(cls, info.field_name)
        if low is not None and value < low:
            code = "negative-quantity" if low == 0 else "out-of-bounds"
            raise PydanticCustomError(
                code, "{value} is below {low}", {"value": str(value), "low": str(low)}
            )
        if high is not None and value > high:
            raise PydanticCustomError(
                "out-of-bounds",
                "{value} is above {high}",
                {"value": str(value), "high": str(high)},
            )
        return value

    def changed(self, **changes: Any) -> Self:
        """A copy with other, already validated values in the named fields."""
        return self.model_copy(update=changes)


def as_kind(value: Any) -> Any:
    """A block told apart by its `kind`, whose words are compared as those of a choice are."""
    kind = value.get("kind") if isinstance(value, dict) else None
    if not isinstance(kind, str) or (meant := choice_key(kind)) == kind:
        return value
    return {**value, "kind": meant}


@cache
def _names_of(record: type[BaseModel]) -> frozenset[str]:
    return frozenset(info.alias or name for name, info in record.model_fields.items())


@cache
def _choices_of(record: type[BaseModel]) -> tuple[tuple[str, Mapping[str, str]], ...]:
    """Each field that holds a word of a choice, with its words by how they are compared."""
    return tuple(
        (info.alias or name, {choice_key(word): word for word in words} | _also(info))
        for name, info in record.model_fields.items()
        if (words := _words(info.annotation))
    )


def _also(info: FieldInfo) -> dict[str, str]:
    extra = info.json_schema_extra
    return extra.get("also", {}) if isinstance(extra, dict) else {}  # type: ignore[return-value]


def _words(hint: Any) -> tuple[str, ...]:
    if get_origin(hint) is Literal:
        return get_args(hint)
    return tuple(word for inner in get_args(hint) for word in _words(inner))


def bounds_of(record: type[BaseModel], name: str) -> tuple[Decimal | None, Decimal | None]:
    """The lowest and highest number that field `name` may hold (None: no bound)."""
    extra = record.model_fields[name].json_schema_extra
    if not isinstance(extra, dict):
        return None, None
    return extra.get("low"), extra.get("high")  # type: ignore[return-value]


def field(
    meaning: str,
    *,
    unit: str = "",
    default: Any = _UNSET,
    low: int | str | None = 0,
    high: int | str | None = None,
    also: Mapping[str, str] | None = None,
) -> Any:
    """One field: what it means, its unit, its default and the bounds a number must keep.

    `low` and `high` bind numbers and fractions only; fields of other types ignore them. `also`:
    other words for words of a choice, which the meaning names.
    """
    extra: dict[str, Any] = {"unit": unit, "also": dict(also or {})}
    if low is not None:
        extra["low"] = Decimal(low)
    if high is not None:
        extra["high"] = Decimal(high)
    if default is _UNSET:
        return Field(description=meaning, json_schema_extra=extra)
    if isinstance(default, type):
        # A record with nothing said, made when it is needed: its schema is then built only once.
        return Field(default_factory=default, description=meaning, json_schema_extra=extra)
    if isinstance(default, Mapping | list):
        return Field(default_factory=type(default), description=meaning, json_schema_extra=extra)
    return Field(default=default, description=meaning, json_schema_extra=extra)
