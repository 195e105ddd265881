"""The base of every record of a deal, and how a field says its unit, bounds and meaning.

The same declarations validate the file, bound the solver and make the field table of the docs.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator, model_validator
from pydantic_core import PydanticCustomError

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
    def _empty_is_unsaid(cls, value: Any) -> Any:
        # `costs:` with nothing after it says nothing; a wrong name stays, to be refused.
        if not isinstance(value, dict) or None not in value.values():
            return value
        known = _names_of(cls)
        return {name: said for name, said in value.items() if said is not None or name not in known}

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


@cache
def _names_of(record: type[BaseModel]) -> frozenset[str]:
    return frozenset(info.alias or name for name, info in record.model_fields.items())


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
) -> Any:
    """One field: what it means, its unit, its default and the bounds a number must keep.

    `low` and `high` bind numbers and fractions only; fields of other types ignore them.
    """
    extra: dict[str, Any] = {"unit": unit}
    if low is not None:
        extra["low"] = Decimal(low)
    if high is not None:
        extra["high"] = Decimal(high)
    if default is _UNSET:
        return Field(description=meaning, json_schema_extra=extra)
    if isinstance(default, Mapping | list):
        return Field(default_factory=type(default), description=meaning, json_schema_extra=extra)
    return Field(default=default, description=meaning, json_schema_extra=extra)
