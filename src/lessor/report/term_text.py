"""The value of a term in words, by the field that holds it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lessor.report.number_text import NOTHING, Number, amount, money, percent, plain

if TYPE_CHECKING:
    from lessor.terms.fields import FieldRow


def term_text(value: Number | None, row: FieldRow | None, currency: str) -> str:
    """A term's value as people write it; one that no field describes is a plain number.

    >>> term_text(2_333_333_333.3, None, "CNY")
    '2.333bn'
    """
    if value is None:
        return NOTHING
    if row is None:
        return amount(value)
    if row.type == "fraction":
        return percent(value, 3)
    if row.type in ("length of time", "maturity"):
        return f"{plain(round(float(value), 2))} months"
    if row.unit.startswith("money"):
        return money(value, currency)
    return f"{plain(round(float(value), 4))} {row.unit}".rstrip()
