"""What interest a loan is charged: fixed or on a market rate, hedged in part, stepped up."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Literal

from lessor.terms.record import Record, field
from lessor.terms.scalars import Day, DayOrTime, Fraction, Number

Frequency = Literal["monthly", "quarterly", "semiannual", "annual"]
FREQUENCY_MONTHS: Mapping[str, int] = MappingProxyType(
    {"monthly": 1, "quarterly": 3, "semiannual": 6, "annual": 12}
)
"""Months from one date of a frequency to the next."""

DayCountBasis = Literal[
    "30/360", "30E/360", "30E/360 ISDA", "actual/360", "actual/365", "actual/actual"
]


class RatePoint(Record):
    """A market rate from a day on."""

    date: Day = field("from this day")
    rate: Fraction = field("the rate", unit="fraction a year", low=-1, high=1)


class MarketRate(Record):
    """A market rate (SOFR, LPR, HIBOR): what was observed, then what is assumed to come.

    On a day up to the last observation the rate is the last one observed by then; later it is the
    last point of the forward path by then, or the last observation before the path begins.
    """

    observed: list[RatePoint] = field("rates observed, oldest first", default=[])
    forward: list[RatePoint] = field("rates assumed after the last observed", default=[])
    source: str | None = field("where they were read", default=None)


class Hedge(Record):
    """A share of the loan whose market rate is exchanged for a fixed one; the spread stays."""

    share: Fraction = field("share of the balance that is hedged", unit="fraction", high=1)
    rate: Fraction = field("fixed rate paid instead of the market rate", unit="fraction a year")
    until: DayOrTime | None = field("to this day; to maturity unless said", default=None)


class RateStep(Record):
    """A change of the spread (or of a fixed rate) from a day on."""

    from_: DayOrTime = field("from this day, or time from closing")
    add: Fraction = field(
        "added to the rate from then on, beside earlier steps", unit="fraction a year", low=-1
    )


class Rate(Record):
    """What interest is charged: the basis and compounding of a rate are terms, never assumed."""

    value: Fraction | None = field(
        "a fixed rate", unit="fraction a year", default=None, low=0, high=1
    )
    index: str | None = field("a market rate by its name under `rates`", default=None)
    spread: Fraction = field(
        "added to the market rate",
        unit="fraction a year",
        default=Decimal(0),
        low=-1,
        high=1,
    )
    multiplier: Number = field("factor on the market rate, not on the spread", default=Decimal(1))
    floor: Fraction | None = field(
        "lowest market rate counted", unit="fraction a year", default=None, low=-1, high=1
    )
    cap: Fraction | None = field(
        "highest market rate counted", unit="fraction a year", default=None, low=-1, high=1
    )
    reset: Frequency | None = field(
        "how often the market rate is read; with each payment unless said", default=None
    )
    lag_days: int = field(
        "business days before a period on which its rate is read", unit="days", default=0, high=30
    )
    hedge: Hedge | None = field("a share at a fixed rate", default=None)
    steps: list[RateStep] = field("changes of the spread or of the fixed rate", default=[])
    paid_in_kind: Fraction = field(
        "share of the interest that is added to principal instead of paid",
        unit="fraction",
        default=Decimal(0),
        high=1,
    )
    basis: DayCountBasis = field("day count")
    compounding: Literal["none", "monthly", "quarterly", "semiannual", "annual"] = field(
        "how often the quoted rate compounds"
    )
    quoted: Literal["annual", "flat"] = field(
        "flat: interest on the original principal for the whole term, as hire purchase is quoted",
        default="annual",
    )
