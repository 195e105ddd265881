"""Money and other exact numbers as columns hold them, and back without a digit lost."""

from __future__ import annotations

from decimal import Decimal

from lessor.core.issue import FaultsError, Issue
from lessor.core.money import decimals_of

_LARGEST = 2**63 - 1


def minor(amount: Decimal, currency: str) -> int:
    """`amount` in the smallest units of `currency`: amount x 10 ^ decimals, a whole number.

    Issue `too-large` beyond what a column holds (9.2e18 units). Raises AssertionError for an
    amount that is finer than the unit: it was to be rounded before.

    >>> minor(Decimal("12.30"), "CNY"), minor(Decimal("12"), "JPY"), minor(Decimal("0.5"), "KWD")
    (1230, 12, 500)
    """
    sign, digits, exponent = amount.as_tuple()
    if not isinstance(exponent, int):
        raise AssertionError(f"{amount} is not an amount of money")
    shift = exponent + decimals_of(currency)
    # Above 40 digits no column holds it, and 10 ** shift would only cost memory.
    units = int("".join(map(str, digits)))
    if units and len(digits) + shift > 40:
        raise _too_large(amount, currency)
    if shift >= 0:
        units *= int(10**shift)
    else:
        units, finer = divmod(units, int(10**-shift))
        if finer:
            raise AssertionError(f"{amount} {currency} is finer than the smallest unit")
    if units > _LARGEST:
        raise _too_large(amount, currency)
    return -units if sign else units


def _too_large(amount: Decimal, currency: str) -> FaultsError:
    message = f"{amount:.6E} {currency} is more than the records can hold"
    return FaultsError([Issue("too-large", message, "check the prices and quantities behind it")])


def major(units: int, currency: str) -> Decimal:
    """The amount of so many smallest units of `currency`, with all its decimals.

    >>> major(1230, "CNY"), major(-5, "KWD"), major(12, "JPY")
    (Decimal('12.30'), Decimal('-0.005'), Decimal('12'))
    """
    sign, digits = ("-", str(-units)) if units < 0 else ("", str(units))
    decimals = decimals_of(currency)
    if decimals == 0:
        return Decimal(sign + digits)
    padded = digits.rjust(decimals + 1, "0")
    return Decimal(f"{sign}{padded[:-decimals]}.{padded[-decimals:]}")


def exact(number: Decimal) -> str:
    """The text of a finite number, which reads back as the same digits and exponent."""
    if not number.is_finite():
        raise AssertionError(f"{number} is no number to keep")
    return str(number)
