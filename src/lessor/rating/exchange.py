"""Conversion at dated rates: the only place where one currency becomes another."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from lessor.core.numeric import Kind, Value
from lessor.terms.deal import Deal


def rate_at(deal: Deal, currency: str | None, day: date) -> Decimal:
    """Units of the deal's currency for one unit of `currency`: the last rate dated by `day`.

    A day before the first rate takes the first. A currency without rates never gets here: the
    checks of the deal refuse it (`exchange-rate-missing`).
    """
    if currency is None or currency == deal.currency:
        return Decimal(1)
    rates = sorted(deal.exchange_rates[currency], key=lambda rate: rate.date)
    known = [rate.rate for rate in rates if rate.date <= day]
    return known[-1] if known else rates[0].rate


def converted(deal: Deal, amount: Value, currency: str | None, day: date, kind: Kind) -> Value:
    """`amount` in the deal's currency."""
    if currency is None or currency == deal.currency:
        return amount
    rate = kind.given(rate_at(deal, currency, day), f"{deal.currency} for one {currency}")
    return amount * rate
