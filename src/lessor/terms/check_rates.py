"""Checks of interest: market rates and the rate of each loan."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from lessor.core.dates import add_days
from lessor.core.issue import Severity
from lessor.terms.deal import Deal
from lessor.terms.facilities import Facility
from lessor.terms.findings import (
    Finding,
    above_zero,
    known_name,
    one_of,
    percent,
    rising,
    rising_days,
    without_effect,
)
from lessor.terms.interest import MarketRate, Rate
from lessor.terms.plan_dates import day_of, maturity
from lessor.terms.scalars import FIRST_YEAR
from lessor.terms.source import Path

_OF_A_MARKET_RATE = ("spread", "multiplier", "floor", "cap", "reset", "lag_days", "hedge")


def check_rates(deal: Deal) -> Iterator[Finding]:
    """Market rates, and the interest of each loan.

    Issues: choice-of-one, unknown-name, rate-unknown, points-not-rising, floor-above-cap,
    not-positive, dates-out-of-order; warnings date-before-closing, without-effect.
    """
    for name, market in deal.rates.items():
        yield from _market_rate(market, ("rates", name))
    for name, facility in deal.facilities.items():
        rate, path = facility.rate, ("facilities", name, "rate")
        yield from one_of(rate, path, ("value", "index"))
        if rate.value is None or rate.index is not None:
            yield from _floating(deal, facility, path)
        else:
            yield from _fixed(rate, path)
        yield from _steps(deal, facility, path)


def _market_rate(market: MarketRate, path: Path) -> Iterator[Finding]:
    if not market.observed and not market.forward:
        yield Finding(
            "rate-unknown",
            path,
            "the market rate has neither observations nor a forward path",
            "add `observed: [{date: 2026-05-01, rate: 4%}]`, `forward:`, or both",
        )
    yield from rising(market.observed, (*path, "observed"), "date")
    yield from rising(market.forward, (*path, "forward"), "date")


def _fixed(rate: Rate, path: Path) -> Iterator[Finding]:
    for name in _OF_A_MARKET_RATE:
        if getattr(rate, name) != Rate.model_fields[name].default:
            yield without_effect(
                (*path, name),
                f"`{name}` is a term of a market rate, and this rate is fixed",
                "write `index:` instead of `value:`, or take it away",
            )


def _floating(deal: Deal, facility: Facility, path: Path) -> Iterator[Finding]:
    rate = facility.rate
    yield from known_name(rate.index, (*path, "index"), "market rate", deal.rates)
    if rate.index in deal.rates:
        yield from _known_at_first(deal, facility, path)
    yield from above_zero(rate.multiplier, (*path, "multiplier"), "a multiplier")
    if rate.floor is not None and rate.cap is not None and rate.floor > rate.cap:
        yield Finding(
            "floor-above-cap",
            (*path, "floor"),
            f"the lowest rate counted, {percent(rate.floor)}, is above the highest, "
            f"{percent(rate.cap)}",
            "write a floor up to the cap, or take one of them away",
        )
    if rate.quoted == "flat":
        yield Finding(
            "choice-of-one",
            (*path, "quoted"),
            "a flat rate is fixed for the whole term, and this one follows the market",
            "write `quoted: annual`, or `value:` instead of `index:`",
        )
    yield from _hedge(deal, facility, path)


def _known_at_first(deal: Deal, facility: Facility, path: Path) -> Iterator[Finding]:
    market = deal.rates[facility.rate.index or ""]
    first = min((point.date for point in (*market.observed, *market.forward)), default=None)
    needed = _first_reading(deal, facility)
    if first is not None and first > needed:
        yield Finding(
            "rate-unknown",
            (*path, "index"),
            f"the rate is read on {needed} for the first time, and '{facility.rate.index}' "
            f"is known from {first} on only",
            f"add what was observed on or before {needed} under `rates:`",
        )


def _first_reading(deal: Deal, facility: Facility) -> date:
    """The day the first period's rate is read: so many business days before closing."""
    lag, closing = facility.rate.lag_days, deal.closing_date
    calendars = facility.dates.calendar if facility.dates is not None else []
    if not lag or closing < date(FIRST_YEAR + 1, 1, 1):
        return closing
    if not calendars:
        return add_days(closing, -lag)
    from lessor.core.calendars import joint_calendar

    place = joint_calendar(calendars)
    return date.fromordinal(place.business_days_after(closing.toordinal(), -lag))


def _hedge(deal: Deal, facility: Facility, path: Path) -> Iterator[Finding]:
    hedge, end = facility.rate.hedge, maturity(deal, facility)
    if hedge is None:
        return
    where = (*path, "hedge")
    if hedge.share == 0:
        yield without_effect((*where, "share"), "no part of the loan is hedged")
    if hedge.until is None:
        return
    until = day_of(deal, hedge.until)
    if until <= deal.closing_date:
        yield Finding(
            "dates-out-of-order",
            (*where, "until"),
            f"the hedge ends on {until}, and the loan begins at closing on {deal.closing_date}",
            "write a later day, or a time from closing, as 36 months",
        )
    elif end is not None and until > end:
        yield without_effect(
            (*where, "until"),
            f"the hedge runs to {until}, and the loan ends on {end}",
            f"write a day up to {end}, or take it away: a hedge runs to the loan's end",
        )


def _steps(deal: Deal, facility: Facility, path: Path) -> Iterator[Finding]:
    steps, end = facility.rate.steps, maturity(deal, facility)
    yield from rising_days(deal, steps, (*path, "steps"), "from")
    for index, step in enumerate(steps):
        where: Path = (*path, "steps", index)
        day = day_of(deal, step.from_)
        if day < deal.closing_date:
            yield Finding(
                "date-before-closing",
                (*where, "from"),
                f"{day} is before closing on {deal.closing_date}: the step counts from closing on",
                "nothing, if so; else write a later day",
                Severity.WARNING,
            )
        elif end is not None and day >= end:
            yield without_effect(
                (*where, "from"), f"the rate changes on {day}, and the loan ends on {end}"
            )
        if step.add == Decimal(0):
            yield without_effect((*where, "add"), "a step of 0 changes no rate")
