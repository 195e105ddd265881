"""A checked deal's numbers by their paths, and how a number found is written back at one."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from pydantic import BaseModel

from lessor.terms.fields import FieldRow
from lessor.terms.load import Loaded
from lessor.terms.money import Money
from lessor.terms.scalars import Duration
from lessor.terms.shapes import NUMERIC, TIMES, attribute_of
from lessor.terms.source import Path, parse_dotted


def value_at(loaded: Loaded, path: str | Path) -> Decimal | Duration | int | None:
    """The checked value of a numeric field, its default where the file says none.

    Money gives its amount, a fraction is a fraction (0.04 for `4%`). None where nothing is said
    and nothing assumed, or where the field holds no number. Raises FaultsError with
    `path-malformed` for a text that is no path.
    """
    node: Any = loaded.deal
    for step in loaded.source.resolve(parse_dotted(path) if isinstance(path, str) else path):
        node = _below(node, step)
    if isinstance(node, Money):
        node = node.amount
    return node if type(node) in (Decimal, Duration, int) else None


def _below(node: Any, step: str | int) -> Any:
    if isinstance(node, BaseModel):
        return getattr(node, attribute_of(type(node), str(step)), None)
    if isinstance(node, dict):
        return node.get(str(step))
    if isinstance(node, list) and isinstance(step, int) and 0 <= step < len(node):
        return node[step]
    return None


def is_numeric(row: FieldRow) -> bool:
    """Whether the field holds a number that can be varied: money, share, count or time."""
    return row.type in NUMERIC or row.type == "money"


def text_of(row: FieldRow, value: Decimal | float) -> str:
    """How a number is written at a field, exactly: `4%`, `60 months`, `1450000000`.

    A time is in months and, like a whole number, rounded to the nearest. Raises ValueError for a
    field that holds no number, and for a value that is not finite.

    >>> from lessor.terms.fields import field_at
    >>> text_of(field_at(("npv_rate",), {}), 0.085)
    '8.5%'
    """
    number = value if isinstance(value, Decimal) else Decimal(repr(float(value)))
    if not is_numeric(row) or not number.is_finite():
        raise ValueError(f"{value} cannot be written at {row.pattern} ({row.type})")
    if row.type == "fraction":
        return f"{_plain(number * 100)}%"
    if row.type in TIMES:
        return f"{round(number)} months"
    return str(round(number)) if row.type == "whole number" else _plain(number)


def _plain(number: Decimal) -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
