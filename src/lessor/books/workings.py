"""How a line's amount came about: the steps of a price, and the availability behind a credit."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from lessor.books.documents import DocumentLine
from lessor.books.lease_book import LeaseBook, Stage, Stretch
from lessor.books.metered import EVIDENCE_REACH, Facts, Metered
from lessor.books.usage import Event, Usage
from lessor.core.numeric import DECIMAL
from lessor.engine.charges.availability import (
    NodeTime,
    is_claimed,
    lower_availability,
    measured_availability,
    node_time,
)
from lessor.engine.charges.usage import UsageSteps, UsageTerms, initial_usage, usage_steps
from lessor.terms.charges import ServiceCredit
from lessor.terms.charges import Usage as UsageCharge
from lessor.terms.meters import CREDIT_CLAIM, DOWNTIME


class PriceWorking(NamedTuple):
    """A usage line by the steps of its price, in the units that are priced, or in packages.

    window: month, quarter, year or term, counted from `since`; package: the units of one, None
    where there are none.
    """

    window: str
    since: date
    mode: str
    included: Decimal
    package: Decimal | None
    steps: UsageSteps


class CreditWorking(NamedTuple):
    """A service credit by what it goes by, of the whole month [start, end); node-seconds.

    all_down: down for any cause; what of it does not count is excluded, or within the maintenance
    that is allowed. below, credit: the band reached; None where none is.
    """

    start: date
    end: date
    in_service: Fraction
    all_down: Fraction
    down: Fraction
    availability: Fraction
    is_claimed: bool
    below: Decimal | None
    credit: Decimal | None


Working = PriceWorking | CreditWorking


def credit_evidence(
    book: LeaseBook, usage: Usage, line: DocumentLine, *, cutoff: int
) -> tuple[list[Event], date, date]:
    """The events of downtime that may touch the month of a credit's line, and that month's days."""
    start, end = month_of(book, line)
    reach = (start - EVIDENCE_REACH, end + EVIDENCE_REACH)
    found = usage.events(book.id, DOWNTIME, *reach, cutoff=cutoff, zone=book.zone)
    return list(found), start, end


def month_of(book: LeaseBook, line: DocumentLine) -> tuple[date, date]:
    """The first day of the billing month that a line lies in, and of the next one."""
    month, bounds = book.grid.period_of(line.start), book.grid.boundaries
    return bounds[month], bounds[month + 1]


def credit_working(
    book: LeaseBook,
    usage: Usage,
    line: DocumentLine,
    said: tuple[Stage, ServiceCredit],
    *,
    cutoff: int,
) -> CreditWorking:
    """What was measured of the month that a credit is for, as the credit goes by it."""
    stage, charge = said
    downtime, start, end = credit_evidence(book, usage, line, cutoff=cutoff)
    claims: list[Event] = []
    if charge.claim != "automatic":
        days = (start, charge.claim.after(end))
        claims = list(usage.events(book.id, CREDIT_CLAIM, *days, cutoff=cutoff, zone=book.zone))
    metered = Metered(book, book.course(), Facts({}, downtime, claims))
    terms = lower_availability(charge)
    month = metered.service_month(stage, book.grid.period_of(line.start))
    measured: NodeTime = node_time(terms, month, metered.evidence)
    every = terms._replace(excluded=frozenset(), maintenance=None)
    availability = measured_availability(terms, month, metered.evidence)
    reached = [band for band in charge.bands if availability < band.below]
    band = min(reached, key=lambda each: each.below, default=None)
    return CreditWorking(
        start,
        end,
        measured.in_service,
        min(node_time(every, month, metered.evidence).down, measured.in_service),
        min(measured.down, measured.in_service),
        availability,
        is_claimed(terms, month, metered.claims),
        None if band is None else band.below,
        None if band is None else band.credit,
    )


def price_working(
    book: LeaseBook, usage: Usage, line: DocumentLine, charge: UsageCharge, *, cutoff: int
) -> PriceWorking | None:
    """The steps of a usage line; None where no stretch of the terms in force is the line's."""
    window = window_before(book, line, charge)
    if window is None:
        return None
    before, own = window
    terms = _terms(book.stages[own.stage], line.charge)
    since = before[0].part.span.start if before else own.part.span.start
    sums: Mapping[date, int] = {
        each.day: each.quantity
        for each in usage.day_sums(
            [book.id], since, line.end, cutoff=cutoff, zone=book.zone, meters=[charge.meter]
        )
    }
    metered = Metered(book, [], Facts({charge.meter: sums}))
    state = initial_usage(DECIMAL)
    for stretch in before:
        counted = metered.quantity(charge.meter, stretch.part.span)
        state = state._replace(used=state.used + counted)
    span = own.part.span
    steps = usage_steps(
        terms,
        state,
        metered.quantity(charge.meter, span),
        age_months=span.age_months,
        age_days=own.part.age_days,
    )
    units = terms.meter_units
    return PriceWorking(
        terms.window,
        since,
        terms.mode,
        Decimal(terms.included / units),
        Decimal(terms.package / units) if terms.package is not None else None,
        steps,
    )


def window_before(
    book: LeaseBook, line: DocumentLine, charge: UsageCharge
) -> tuple[list[Stretch], Stretch] | None:
    """The stretches of a usage line's window before its own, and its own."""
    before: list[Stretch] = []
    for stretch in book.course():
        if stretch.part.what != "service":
            continue
        if charge.window in stretch.part.opens:
            before = []
        if (stretch.part.span.start, stretch.part.span.end) == (line.start, line.end):
            return before, stretch
        before.append(stretch)
    return None


def _terms(stage: Stage, name: str) -> UsageTerms:
    found: UsageTerms = next(each for each in stage.letting.terms.charges if each.name == name)
    return found
