"""What rate a loan is charged: fixed or on a market rate, within limits, hedged, stepped."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from lessor.core.days import dates_of, days_of
from lessor.core.numeric import Kind, Value, maximum, minimum, total
from lessor.engine.debt.payment_days import MONTHS, PaymentRow, day_after, place_of
from lessor.engine.debt.reset import ResetTerms, reset_rate
from lessor.engine.debt.structure import reset_days
from lessor.terms.facilities import Facility
from lessor.terms.interest import MarketRate, RatePoint


class MarketRateTerms(NamedTuple):
    """A market rate: the days of its points, oldest first, and the rate from each on."""

    days: tuple[date, ...]
    rates: tuple[Value, ...]


class InterestTerms(NamedTuple):
    """A rate as numbers of one kind; what is None is not part of it.

    `fixed` stands for a fixed rate, `market` and `reset` for one on a market rate. `step_days`,
    `steps`: days from which so much more is charged. `hedge_until`: the first day without a hedge.
    """

    fixed: Value | None
    market: MarketRateTerms | None
    reset: ResetTerms | None
    floor: Value | None
    cap: Value | None
    hedge_share: Value | None
    hedge_rate: Value | None
    hedge_until: date | None
    step_days: tuple[date, ...]
    steps: tuple[Value, ...]


class RateInputs(NamedTuple):
    """What a rate is found from: the market rate read, how many steps count, whether it is hedged.

    All but the value of `market` is structure.
    """

    market: Value | None
    steps: int
    is_hedged: bool


def lower_market_rate(name: str, market: MarketRate, *, kind: Kind) -> MarketRateTerms:
    """The market rate that stands at `rates.<name>`: what was observed, then the path ahead.

    A point of the path on or before the last day observed is history that was overtaken.
    """
    observed = _points(market.observed, f"rates.{name}.observed", kind)
    forward = _points(market.forward, f"rates.{name}.forward", kind)
    last = max(observed, default=None)
    ahead = [day for day in forward if last is None or day > last]
    days = (*observed, *ahead)
    return MarketRateTerms(days, (*observed.values(), *(forward[day] for day in ahead)))


def _points(points: list[RatePoint], path: str, kind: Kind) -> dict[date, Value]:
    return {
        point.date: kind.number(point.rate, f"{path}[{index}].rate")
        for index, point in enumerate(points)
    }


def market_rate(terms: MarketRateTerms, day: date) -> Value:
    """The rate on a day: that of the last point by then, of the first before any."""
    points = bisect_right(terms.days, day)
    return terms.rates[points - 1] if points > 0 else terms.rates[0]


def lower_interest(
    name: str, facility: Facility, market: MarketRateTerms | None, *, kind: Kind, closing: date
) -> InterestTerms:
    """The rate of the loan at `facilities.<name>`; `market` is the one that its `index` names."""
    path, rate = f"facilities.{name}.rate", facility.rate
    hedge = rate.hedge
    until = None if hedge is None or hedge.until is None else day_after(hedge.until, closing)
    return InterestTerms(
        fixed=None if rate.value is None else kind.number(rate.value, f"{path}.value"),
        market=market,
        reset=None
        if market is None
        else ResetTerms(
            kind.number(rate.multiplier, f"{path}.multiplier"),
            kind.number(rate.spread, f"{path}.spread"),
        ),
        floor=None if rate.floor is None else kind.number(rate.floor, f"{path}.floor"),
        cap=None if rate.cap is None else kind.number(rate.cap, f"{path}.cap"),
        hedge_share=None if hedge is None else kind.number(hedge.share, f"{path}.hedge.share"),
        hedge_rate=None if hedge is None else kind.number(hedge.rate, f"{path}.hedge.rate"),
        hedge_until=until,
        step_days=tuple(day_after(step.from_, closing) for step in rate.steps),
        steps=tuple(
            kind.number(step.add, f"{path}.steps[{row}].add") for row, step in enumerate(rate.steps)
        ),
    )


def rate_inputs(terms: InterestTerms, read_on: date, start: date) -> RateInputs:
    """What the rate of a segment is found from: read on one day, in force from `start` on."""
    market = None if terms.market is None else market_rate(terms.market, read_on)
    is_hedged = terms.hedge_share is not None
    if terms.hedge_until is not None:
        is_running = start < terms.hedge_until
        is_hedged = is_hedged and is_running
    return RateInputs(market, bisect_right(terms.step_days, start), is_hedged)


def interest_rate(terms: InterestTerms, inputs: RateInputs) -> Value:
    """The rate a year: multiplier x market rate within floor and cap, + spread + steps so far.

    The hedged share of the loan pays the fixed rate of the hedge instead of multiplier x market;
    the spread stays. A fixed rate is its value + steps so far.
    """
    steps = terms.steps[: inputs.steps]
    if terms.reset is None or inputs.market is None:
        return terms.fixed if len(steps) == 0 else terms.fixed + total(steps)
    market = inputs.market
    if terms.floor is not None:
        market = maximum(market, terms.floor)
    if terms.cap is not None:
        market = minimum(market, terms.cap)
    rate = reset_rate(terms.reset, market, market)
    if inputs.is_hedged and terms.hedge_share is not None:
        hedged = terms.hedge_rate + terms.reset.spread
        rate = rate * (1 - terms.hedge_share) + hedged * terms.hedge_share
    return rate + total(steps) if steps else rate


class Reset(NamedTuple):
    """A rate is charged from `start` on, on a market rate read on `read_on`."""

    start: date
    read_on: date


def resets(facility: Facility, rows: Sequence[PaymentRow]) -> tuple[Reset, ...]:
    """The days from which the rate of a loan is charged anew, oldest first.

    A reset as long as several payment periods comes with the first of them that begins when its
    months have gone by, counted from the reset before; a shorter one divides each period. The
    market rate is read so many business days before as the lag says.
    """
    rate = facility.rate
    running = [row for row in rows if row.end > row.start]
    if rate.reset is not None:
        running = _reset_rows(running, MONTHS[rate.reset])
    starts = [day for row in running for day in reset_days(facility, row)]
    if rate.lag_days == 0:
        return tuple(Reset(day, day) for day in starts)
    read = place_of(facility).business_days_after(days_of(starts), -rate.lag_days)
    return tuple(Reset(*each) for each in zip(starts, dates_of(read), strict=True))


def _reset_rows(rows: Sequence[PaymentRow], months: int) -> list[PaymentRow]:
    """The accrual periods at whose start so many months have gone by since the one before."""
    found: list[PaymentRow] = []
    left = 0
    for row in rows:
        if left <= 0:
            found.append(row)
            left = months
        left = left - row.months
    return found
