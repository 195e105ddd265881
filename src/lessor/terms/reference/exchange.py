"""Exchange rates: monthly averages against the US dollar, inverted and crossed when asked."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cache

from lessor.terms.reference.fact import Fact, joined, read, weakest

_DOLLAR = "USD"


def exchange_rate(currency: str, per: str, on: date) -> Fact | None:
    """Units of `currency` for one unit of `per`, by the average of the month of `on`.

    rate = (currency for one dollar) / (per for one dollar). After the last month held, that
    month's rate, and the note says so. None before the first month, for a currency that is not
    held, and for a currency against itself. Source: Federal Reserve H.10.
    """
    if currency == per:
        return None
    if per == _DOLLAR:
        return _for_a_dollar(currency, on)
    below = _for_a_dollar(per, on)
    above = below if currency == _DOLLAR else _for_a_dollar(currency, on)
    if above is None or below is None:
        return None
    return _divided(above, below, currency, per)


def _divided(above: Fact, below: Fact, currency: str, per: str) -> Fact:
    """An inverse rate (above is below: 1 / below) or a cross rate (above / below)."""
    inverse = above is below
    top = Decimal(1) if inverse else Decimal(above.value)
    formula = f"{1 if inverse else above.name} / {below.name}"
    return replace(
        below,
        name=f"{currency}-per-{below.name}",
        value=top / Decimal(below.value),
        unit=f"{currency} per {per}",
        as_of=min(above.as_of, below.as_of),
        source=f"computed: {formula}; {below.source}",
        grade=weakest(above.grade, below.grade),
        note=joined(below.note, f"computed through {_DOLLAR}: {formula}"),
    )


def _for_a_dollar(currency: str, on: date) -> Fact | None:
    """Units of a currency for one dollar in the month of `on`."""
    months = _months(currency)
    month = f"{on:%Y-%m}"
    if not months or month < min(months):
        return None
    if month in months:
        return months[month]
    last = max(months)
    return replace(months[last], note=f"no rate held for {month}; that of {last} is used")


@cache
def _months(currency: str) -> dict[str, Fact]:
    """The rates of a currency by month, YYYY-MM."""
    prefix = f"{currency}."
    held = (fact for fact in read("exchange_rates") if fact.name.startswith(prefix))
    return {fact.name.removeprefix(prefix): fact for fact in held}
