"""Money as an invoice writes it: to the last digit, thousands apart, with its currency."""

from __future__ import annotations

from decimal import Decimal

from lessor.core.money import decimals_of


def exact(amount: Decimal, currency: str) -> str:
    """An amount to its currency's smallest unit.

    >>> exact(Decimal("16560000"), "CNY"), exact(Decimal("-1234.5"), "JPY")
    ('16,560,000.00', '-1,234')
    """
    return f"{amount:,.{decimals_of(currency)}f}"


def exact_money(amount: Decimal, currency: str) -> str:
    """An amount with its currency before it.

    >>> exact_money(Decimal("345000"), "CNY")
    'CNY 345,000.00'
    """
    return f"{currency} {exact(amount, currency)}"


def exact_number(number: Decimal) -> str:
    """A quantity or price with all its digits and no needless zeros.

    >>> exact_number(Decimal("1234.500")), exact_number(Decimal("1E+3"))
    ('1,234.5', '1,000')
    """
    text = f"{number:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


PAPER_PLACES = 6
PAPER_DIGITS = 4


def paper_price(price: Decimal) -> str:
    """A price as a document shows it: to six places, or as many as its first four digits need.

    >>> paper_price(Decimal("2.951467268623")), paper_price(Decimal("0.000000123456"))
    ('2.951467', '0.0000001235')
    """
    places = max(PAPER_PLACES, PAPER_DIGITS - 1 - price.adjusted()) if price else 0
    return exact_number(round(price, places))
