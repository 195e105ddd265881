"""The value of a term in words, by the field that holds it."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from lessor.report.number_text import NOTHING, Number, amount, plain
from lessor.terms.fields import field_table
from lessor.terms.shapes import TIMES

if TYPE_CHECKING:
    from lessor.terms.fields import FieldRow

_INDEX = re.compile(r"\[\d+\]|\.\d+(?=\.|$)")


def term_text(path: str, value: Number | None) -> str:
    """The value of the term at a dotted path, as people write it.

    >>> term_text("facilities.bank.principal.share", 0.78109)
    '78.109%'
    >>> term_text("leases.anchor.term", 60)
    '60 months'
    >>> term_text("leases.anchor.charges.base.amount", 2_333_333_333.33)
    '2.333bn'
    """
    if value is None:
        return NOTHING
    row = _row_of(path)
    if row is not None and row.type == "fraction":
        return f"{plain(round(float(value) * 100, 3))}%"
    if row is not None and row.type in TIMES:
        return f"{plain(round(float(value), 2))} months"
    return amount(value)


@cache
def _row_of(path: str) -> FieldRow | None:
    """The first row whose pattern fits; kinds that share a field's name share its type too."""
    steps = _INDEX.sub("[n]", path).split(".")
    for row in field_table():
        pattern = row.pattern.split(".")
        if len(pattern) == len(steps) and all(map(_fits, pattern, steps)):
            return row
    return None


def _fits(pattern: str, step: str) -> bool:
    return pattern in ("<name>", step)
