"""What a used asset would fetch, as a share of its cost at an age."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from lessor.core.dates import add_months, days_between, whole_months_between
from lessor.core.numeric import Kind, Value, power, total
from lessor.terms.assets import MarketValue, ValuePoint
from lessor.terms.scalars import Duration


class CurvePoint(NamedTuple):
    """A point of a curve before it is lowered, with the path of the deal it stands at.

    A share that comes from reference data, or is another curve's times a factor, has its own path.
    """

    age: Duration
    share: Decimal
    field: str


class MarketTerms(NamedTuple):
    """A table by age in months (structure) with its shares of cost, or a decline a year."""

    ages: tuple[Fraction, ...]
    shares: tuple[Value, ...]
    decline: Value | None
    one: Value


class Age(NamedTuple):
    """An age as a curve sees it.

    `is_new`: no age at all (structure). `above`: index of the first point at or beyond it
    (structure); `weight`: how far it is from the point before towards that one; `years`: the age.
    """

    is_new: bool
    above: int
    weight: Value
    years: Value


def lower_market_value(
    market: MarketValue, path: str, *, kind: Kind, curve: Sequence[CurvePoint] = ()
) -> MarketTerms:
    """The market value that stands at `path`; a curve by name comes with its points in `curve`."""
    points = list(curve) or points_of(market.table or (), f"{path}.table")
    one = kind.given(1)
    if market.decline is not None:
        return MarketTerms((), (), kind.number(market.decline, f"{path}.decline"), one)
    ages = [_months(point.age) for point in points]
    shares = [kind.number(point.share, point.field) for point in points]
    if not ages or ages[0] > 0:
        ages, shares = [Fraction(0), *ages], [one, *shares]
    return MarketTerms(tuple(ages), tuple(shares), None, one)


def points_of(table: Sequence[ValuePoint], path: str) -> list[CurvePoint]:
    """The points of a table that stands at `path`."""
    return [
        CurvePoint(point.age, point.share, f"{path}[{row}].share")
        for row, point in enumerate(table)
    ]


def age_months(accepted: date, day: date) -> Fraction:
    """Months from acceptance to a day, a broken month by its own days; 0 before acceptance.

    >>> age_months(date(2026, 5, 1), date(2027, 5, 1))
    Fraction(12, 1)
    """
    if day <= accepted:
        return Fraction(0)
    whole = whole_months_between(accepted, day)
    start, end = add_months(accepted, whole), add_months(accepted, whole + 1)
    return whole + Fraction(days_between(start, day), days_between(start, end))


def lower_age(terms: MarketTerms, age: Fraction, *, kind: Kind) -> Age:
    """Where an age in months falls on the curve."""
    years = kind.given(age / 12, "age in years")
    above = bisect_left(terms.ages, age)
    if above == 0 or above == len(terms.ages):
        return Age(age == 0, above, kind.given(0), years)
    before = terms.ages[above - 1]
    weight = (age - before) / (terms.ages[above] - before)
    return Age(False, above, kind.given(weight, "way between two points"), years)


def market_share(terms: MarketTerms, age: Age) -> Value:
    """Share of cost that an asset fetches at an age.

    A table runs straight between its points, from 1 at age 0 unless it starts there itself, and
    stays flat after the last. A decline gives (1 - decline) ** years.
    """
    if terms.decline is not None:
        return terms.one if age.is_new else power(1 - terms.decline, age.years)
    if age.above == 0:
        return terms.shares[0]
    low = terms.shares[age.above - 1]
    if age.above == len(terms.shares):
        return low
    return low + (terms.shares[age.above] - low) * age.weight


def market_value(terms: MarketTerms, lot_costs: Sequence[Value], ages: Sequence[Age]) -> Value:
    """What lots would fetch: cost x share of cost at the age of each, in money, without VAT."""
    return total(cost * market_share(terms, age) for cost, age in zip(lot_costs, ages, strict=True))


def _months(age: Duration) -> Fraction:
    return Fraction(age.days * 12, 365) if age.days else Fraction(age.months)
