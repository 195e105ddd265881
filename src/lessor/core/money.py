"""Rounding of money to the smallest unit of its currency."""

from __future__ import annotations

from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, ROUND_UP, Decimal
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
    charge that it takes back.

    >>> round_money(Decimal("0.125"), "CNY"), round_money(Decimal("-0.125"), "CNY", "half_even")
    (Decimal('0.13'), Decimal('-0.12'))
    """
    unit = Decimal(1).scaleb(-decimals_of(currency))
    return Decimal(amount).quantize(unit, rounding=_MODES[mode])
