"""Numbers as people in the trade say them: bn and m, percent, years, times."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

NOTHING = "-"
"""What stands for a figure without value."""

Number = float | int | Decimal


class Scale(NamedTuple):
    """The unit that a whole table of amounts is shown in, so that its columns stay narrow."""

    divisor: float
    word: str
    decimals: int

    def text(self, value: Number | None) -> str:
        """An amount in this unit; a dash where there is none."""
        if value is None:
            return NOTHING
        return unsigned_zero(f"{float(value) / self.divisor:,.{self.decimals}f}")


def scale_of(values: Iterable[Number | None]) -> Scale:
    """The unit in which the largest of the amounts has four to six digits.

    >>> scale_of([7_000_000_000.0, None, 120_000_000.0])
    Scale(divisor=1000000.0, word='m', decimals=1)
    """
    largest = max((abs(float(value)) for value in values if value is not None), default=0.0)
    if largest >= 1e11:
        return Scale(1e9, "bn", 2)
    if largest >= 1e8:
        return Scale(1e6, "m", 1)
    if largest >= 1e7:
        return Scale(1e6, "m", 2)
    return Scale(1e3, "thousand", 1) if largest >= 1e4 else Scale(1.0, "", 2)


def amount(value: Number) -> str:
    """An amount without its currency.

    >>> [amount(v) for v in (7e9, 57_714_286, 162_037.04, 27.7461, -0.2)]
    ['7.000bn', '57.71m', '162,037', '27.746', '-0.200']
    """
    number = float(value)
    # The limits lie half a last digit lower, so that 999,999,999 is 1.000bn and not 1,000.00m.
    for limit, divisor, decimals, word in (
        (999_995_000, 1e9, 3, "bn"),
        (999_999.5, 1e6, 2, "m"),
        (9_999.995, 1, 0, ""),
        (999.9995, 1, 2, ""),
    ):
        if abs(number) >= limit:
            return f"{number / divisor:,.{decimals}f}{word}"
    return unsigned_zero(f"{number:,.3f}") if number else "0"


def said_amount(value: Number) -> str:
    """An amount that a file states: as `amount`, without needless zeros.

    >>> [said_amount(v) for v in (1.45e9, 5e6, 555_360_138, 69_000, 0.5)]
    ['1.45bn', '5m', '555.36m', '69,000', '0.5']
    """
    text = amount(value)
    number, word = text.rstrip("bnm"), text.lstrip("-0123456789.,")
    return f"{number.rstrip('0').rstrip('.') if '.' in number else number}{word}"


def money(value: Number, currency: str) -> str:
    """An amount with its currency: `CNY 7.000bn`."""
    return f"{currency} {amount(value)}"


def percent(value: Number, decimals: int = 2) -> str:
    """A fraction as a percentage.

    >>> percent(-0.26664), percent(0.9)
    ('-26.66%', '90.00%')
    """
    return unsigned_zero(f"{float(value) * 100:,.{decimals}f}") + "%"


def exact_percent(value: Number) -> str:
    """A fraction that a file states, with all its digits and no more: `4%`, `5.25%`."""
    return f"{plain(Decimal(str(value)) * 100)}%"


def plain(value: Number) -> str:
    """A number with all its digits, thousands apart, and no needless zeros.

    >>> plain(Decimal("1200.50")), plain(9600.0)
    ('1,200.5', '9,600')
    """
    text = f"{Decimal(str(value)):,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def figure(value: Number | None, unit: str, currency: str) -> str:
    """A metric's value by its unit in the table of metrics; a dash where it has none.

    >>> figure(4.8276, "years", "CNY"), figure(1.2, "multiple", "CNY")
    ('4.828 years', '1.2000x')
    """
    text = bare_figure(value, unit)
    if value is None:
        return text
    if unit.startswith("money"):
        return f"{currency} {text}"
    return f"{text} years" if unit == "years" else text


def bare_figure(value: Number | None, unit: str) -> str:
    """As `figure`, where currency and years are said elsewhere.

    >>> bare_figure(4.8276, "years"), bare_figure(7e9, "money")
    ('4.828', '7.000bn')
    """
    if value is None:
        return NOTHING
    if unit.startswith("money"):
        return amount(value)
    if unit.startswith("fraction"):
        return percent(value)
    if unit == "years":
        return f"{float(value):,.3f}"
    if unit == "multiple":
        return unsigned_zero(f"{float(value):,.4f}") + "x"
    return f"{float(value):,.1f}".removesuffix(".0")


def unsigned_zero(text: str) -> str:
    """The text of a number without the sign of a zero."""
    return text[1:] if text.startswith("-") and not text.strip("-0.,") else text
