"""Meters: what is counted of a lease, in which smallest unit, and in which units it may be told.

Quantities are kept as whole numbers of the smallest unit, so that no sum ever drifts. What the
engine rates is in the meter's own unit (a kWh, a GPU second, a token, one of money).
"""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple

from lessor.core.money import decimals_of


class Meter(NamedTuple):
    """A meter: its units with how many of the smallest one each holds; and the one that is rated.

    `units` of a meter of money are not listed: they are the currencies (`money_units`).
    """

    name: str
    rated_in: str
    units: dict[str, int]
    is_money: bool = False


_TOKENS = {"token": 1, "thousand_tokens": 1_000, "million_tokens": 1_000_000}
_PLAIN = {"unit": 1, "thousand": 1_000, "million": 1_000_000}

GPU_SECONDS = "gpu_seconds"
DOWNTIME = "downtime"
CREDIT_CLAIM = "service_credit_claim"
LESSEE_REVENUE = "lessee_revenue"
COST_PREFIX = "cost."

BUILT_IN = {
    meter.name: meter
    for meter in (
        Meter("tokens_in", "token", _TOKENS),
        Meter("tokens_out", "token", _TOKENS),
        Meter("tokens_cached", "token", _TOKENS),
        Meter(GPU_SECONDS, "gpu_second", {"gpu_second": 1, "gpu_minute": 60, "gpu_hour": 3_600}),
        Meter("kwh", "kwh", {"wh": 1, "kwh": 1_000, "mwh": 1_000_000}),
        # Evidence and reports: no charge prices them, they are inputs of one.
        Meter(DOWNTIME, "node_second", {"node_second": 1, "node_minute": 60, "node_hour": 3_600}),
        Meter(CREDIT_CLAIM, "unit", {"unit": 1}),
        Meter(LESSEE_REVENUE, "", {}, is_money=True),
    )
}
"""The meters that every lease may bring, by name; all others are a lease's own, or `cost.NAME`."""


def meter_of(name: str) -> Meter:
    """The meter called `name`: built in, the amount of a cost charged on, or a lease's own."""
    if name in BUILT_IN:
        return BUILT_IN[name]
    if name.startswith(COST_PREFIX):
        return Meter(name, "", {}, is_money=True)
    return Meter(name, "unit", _PLAIN)


_OF_TIME = ("second", "minute", "hour")


def spellings(unit: str) -> tuple[str, ...]:
    """How a unit may be written: one or many of it, and time of a thing as time alone.

    Capitals, hyphens and spaces are evened out before (`GPU-hours`).

    >>> spellings("gpu_hour")
    ('gpu_hour', 'gpu_hours', 'hour', 'hours')
    """
    time = unit.rpartition("_")[2]
    words = (unit, time) if time in _OF_TIME and time != unit else (unit,)
    return tuple(
        s for word in words for s in ((word,) if word.endswith("s") else (word, f"{word}s"))
    )


def money_unit(currency: str) -> int:
    """How many of its smallest unit one of a currency holds.

    >>> money_unit("CNY"), money_unit("JPY")
    (100, 1)
    """
    return int(10 ** decimals_of(currency))


def rated(meter: Meter, quantity: int, currency: str) -> Fraction:
    """A quantity in smallest units as the engine rates it.

    >>> rated(BUILT_IN["kwh"], 1_500, "CNY")
    Fraction(3, 2)
    """
    held = money_unit(currency) if meter.is_money else meter.units[meter.rated_in]
    return Fraction(quantity, held)
