"""Rates a tenancy over its segments with expected usage: the forecast side of the one function."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import NamedTuple

from lessor.core.dates import add_months, days_between
from lessor.core.numeric import Kind, Value
from lessor.engine.charges.lease import (
    LeaseFlows,
    LeaseTerms,
    break_months,
    initial_state,
    rate_lease,
)
from lessor.engine.charges.segment import Passed, Segment
from lessor.forecast.capacity import Units, scaled
from lessor.forecast.grid import Grid
from lessor.forecast.service import Service, Span, spans, windows
from lessor.forecast.usage import Expected, PlanTerms, expected_usage

HOURS_A_MONTH = 730
HOURS_A_DAY = 24


class Rated(NamedTuple):
    """One rated segment: where it lies, what was put in, what came out."""

    span: Span
    segment: Segment
    flows: LeaseFlows


@dataclass(frozen=True)
class Rating:
    """What rating a tenancy needs beside its terms."""

    kind: Kind
    grid: Grid
    actual_hours: bool
    units: Units
    capacity_share: Callable[[date], Value]
    plan: PlanTerms | None
    availability: Value
    passed: Callable[[Span], tuple[Passed, ...]]
    lots: Sequence[date] = ()


def price_breaks(terms: LeaseTerms, service: Service) -> list[date]:
    """The days on which a price of the lease changes: ends of rent-free time, escalations."""
    months = days_between(service.commencement, service.end) // 28 + 1
    found = []
    for rule in break_months(terms):
        steps = range(rule.every, months, rule.every) if rule.repeats else (rule.every,)
        found += [add_months(service.commencement, step) for step in steps]
    return found


def rate_tenancy(
    terms: LeaseTerms,
    service: Service,
    rating: Rating,
    *,
    promised: date | None = None,
    terminated: tuple[date, Value] | None = None,
) -> list[Rated]:
    """Every segment of a tenancy, rated in order with its state carried.

    `promised` before the commencement adds segments of late days; `terminated` is the day of an
    early end with the base rent that it leaves unpaid.
    """
    cuts = [*price_breaks(terms, service), *rating.lots]
    found = spans(service, rating.grid, cuts)
    first = rating.grid.period_of(service.commencement)
    inputs: list[tuple[Span, Segment]] = []
    if promised is not None and promised < service.commencement:
        inputs += _late(terms, Service(promised, service.commencement), rating)
    for span, (opens, closes) in zip(found, windows(found, first), strict=True):
        segment = _segment(terms, span, rating, promised)
        inputs.append((span, segment._replace(opens=opens, closes=closes)))
    if terminated is not None and found:
        inputs.append(_termination(terms, found[-1], terminated, rating))
    state = initial_state(terms, rating.kind)
    rated = []
    for span, segment in inputs:
        flows, state = rate_lease(terms, state, segment)
        rated.append(Rated(span, segment, flows))
    return rated


def _hours(span: Span, rating: Rating) -> Value:
    kind = rating.kind
    if rating.actual_hours:
        return kind.given(span.days * HOURS_A_DAY, "hours in service")
    return kind.given(span.months * HOURS_A_MONTH, "hours in service, 730 a month")


def _segment(
    terms: LeaseTerms, span: Span, rating: Rating, promised: date | None
) -> Segment:
    kind = rating.kind
    share = rating.capacity_share(span.start)
    units = scaled(rating.units, share)
    hours = _hours(span, rating)
    usage = Expected({}, kind.given(0))
    if rating.plan is not None:
        usage = expected_usage(
            rating.plan, span, kind, gpu_hours=units.gpus * hours, capacity_share=share
        )
    late = kind.given(0)
    if promised is not None and span.start >= promised:
        late = 1 - share
    return empty_segment(terms, span, kind)._replace(
        months=kind.given(span.months, "part of the month in service"),
        hours=hours,
        servers=units.servers,
        gpus=units.gpus,
        pflops=units.pflops,
        capacity_share=share,
        quantities=tuple(usage.meters.get(meter, kind.given(0)) for meter in terms.meters),
        lessee_revenue=usage.lessee_revenue,
        availability=rating.availability,
        passed=rating.passed(span),
        days_late=late * kind.given(span.days, "days"),
        late_months=late * kind.given(span.months, "part of the month"),
    )


def empty_segment(terms: LeaseTerms, span: Span, kind: Kind) -> Segment:
    """A segment in which nothing is in service and nothing used."""
    nothing = kind.given(0)
    return Segment(
        months=nothing,
        hours=nothing,
        servers=nothing,
        gpus=nothing,
        pflops=nothing,
        capacity_share=nothing,
        quantities=tuple(nothing for _ in terms.meters),
        lessee_revenue=nothing,
        availability=kind.given(1),
        passed=tuple(Passed(nothing, nothing) for _ in terms.passed),
        days_late=nothing,
        late_months=nothing,
        age_months=span.age_months,
        on_anniversary=span.on_anniversary,
        opens=frozenset(),
        closes=frozenset(),
        terminated=False,
        remaining_rent=nothing,
    )


def _late(terms: LeaseTerms, wait: Service, rating: Rating) -> list[tuple[Span, Segment]]:
    kind = rating.kind
    found = []
    for span in spans(wait, rating.grid):
        segment = empty_segment(terms, span, kind)._replace(
            servers=rating.units.servers,
            gpus=rating.units.gpus,
            pflops=rating.units.pflops,
            days_late=kind.given(span.days, "days late"),
            late_months=kind.given(span.months, "part of the month late"),
            age_months=0,
            on_anniversary=False,
        )
        found.append((span, segment))
    return found


def _termination(
    terms: LeaseTerms, last: Span, terminated: tuple[date, Value], rating: Rating
) -> tuple[Span, Segment]:
    day, remaining = terminated
    span = Span(last.period, day, day, last.month_days, last.age_months, False)
    segment = empty_segment(terms, span, rating.kind)._replace(
        terminated=True, remaining_rent=remaining
    )
    return span, segment


def part_of_month(span: Span) -> Fraction:
    """The share of its month that a span covers."""
    return span.months
