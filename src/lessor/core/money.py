"""Rounding of money to the smallest unit of its currency."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import (
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    ROUND_UP,
    Context,
    Decimal,
)
from typing import Literal

Rounding = Literal["half_up", "half_even", "down", "up"]

_MODES = {
    "half_up": ROUND_HALF_UP,
    "half_even": ROUND_HALF_EVEN,
    "down": ROUND_DOWN,
    "up": ROUND_UP,
}
_DECIMALS = {
    **dict.fromkeys(("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG"), 0),
    **dict.fromkeys(("RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF"), 0),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
    **dict.fromkeys(("CLF", "UYW"), 4),
}

_EXACT = Decimal(1).scaleb(-12)
_WIDE = Context(prec=60, rounding=ROUND_HALF_EVEN)


def decimals_of(currency: str) -> int:
    """Decimals of a currency's smallest unit; 2 for all but those that ISO 4217 lists otherwise.

    Source: ISO 4217, list one (minor units).

    >>> decimals_of("CNY"), decimals_of("JPY"), decimals_of("KWD")
    (2, 0, 3)
    """
    return _DECIMALS.get(currency, 2)


def round_money(amount: Decimal, currency: str, mode: Rounding = "half_up") -> Decimal:
    """`amount` rounded to the smallest unit of `currency`, once, at the invoice line.

    half_up and half_even differ in what becomes of exactly half a unit (away from zero, or to the
    even neighbour); down cuts toward zero, up goes away from it. So a credit is rounded as the
    charge that it takes back. What a division such as 16/30 of a month left out in the last digits
    does not count: an amount that is whole to 12 places is whole.

    >>> round_money(Decimal("0.125"), "CNY"), round_money(Decimal("-0.125"), "CNY", "half_even")
    (Decimal('0.13'), Decimal('-0.12'))
    >>> round_money(Decimal("9343.9999999999999999"), "CNY", "down")
    Decimal('9344.00')
    """
    unit = Decimal(1).scaleb(-decimals_of(currency))
    exact = Decimal(amount).quantize(_EXACT, context=_WIDE)
    return exact.quantize(unit, rounding=_MODES[mode], context=_WIDE)


def split_money(amount: Decimal, weights: Sequence[Decimal], currency: str) -> list[Decimal]:
    """A rounded amount in parts by weight that sum to it exactly, by largest remainder.

    Each part is cut to the smallest unit, and the units left over go to the parts that lost most,
    the first of equals first. Weights of nothing leave everything with the first.

    >>> split_money(Decimal("0.05"), [Decimal(1), Decimal(1), Decimal(1)], "CNY")
    [Decimal('0.02'), Decimal('0.02'), Decimal('0.01')]
    """
    unit = Decimal(1).scaleb(-decimals_of(currency))
    whole = sum(weights, Decimal(0))
    if whole == 0:
        return [amount, *[unit * 0] * (len(weights) - 1)]
    exact = [amount * weight / whole for weight in weights]
    parts = [part.quantize(unit, rounding=ROUND_FLOOR) for part in exact]
    left = int((amount - sum(parts, Decimal(0))) / unit)
    by_loss = sorted(range(len(parts)), key=lambda place: (parts[place] - exact[place], place))
    for place in by_loss[:left]:
        parts[place] += unit
    return parts
