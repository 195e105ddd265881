"""Rates a tenancy over its segments with expected usage: the forecast side of the one function."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import NamedTuple

from lessor.core.dates import days_between
from lessor.core.numeric import Kind, Naming, Value
from lessor.engine.charges.lease import (
    Breaks,
    LeaseFlows,
    LeaseTerms,
    break_months,
    initial_state,
    rate_lease,
)
from lessor.engine.charges.segment import LatePart, Passed, Segment
from lessor.forecast.capacity import Units, scaled
from lessor.forecast.grid import Grid
from lessor.forecast.service import HOURS_A_DAY, HOURS_A_MONTH, Service, Span, spans, windows
from lessor.forecast.usage import Expected, PlanTerms, expected_usage
from lessor.terms.scalars import Duration


class Rated(NamedTuple):
    """One rated segment: where it lies, what was put in, what came out."""

    span: Span
    segment: Segment
    flows: LeaseFlows


@dataclass(frozen=True)
class Rating:
    """What rating a lease needs beside its terms and its days."""

    kind: Kind
    grid: Grid
    actual_hours: bool
    units: Units
    capacity_share: Callable[[date], Value]
    plan: PlanTerms | None
    availability: Value
    passed: Callable[[Span], tuple[Passed, ...]]
    late_share: Callable[[date], Fraction] = lambda _: Fraction(0)
    cuts: Sequence[date] = ()


def break_days(breaks: Breaks, service: Service) -> list[date]:
    """The days of a service on which a price changes: ends of rent-free time, escalations."""
    found = [length.after(service.commencement) for length in breaks.at]
    for length in breaks.every:
        step, day = 1, length.after(service.commencement)
        while day < service.end:
            found.append(day)
            step += 1
            day = _times(length, step).after(service.commencement)
    return found


def _times(length: Duration, step: int) -> Duration:
    return Duration(length.months * step, length.days * step)


def rate_service(
    terms: LeaseTerms,
    service: Service,
    rating: Rating,
    *,
    promised: date | None = None,
    terminated: tuple[date, Value] | None = None,
) -> list[Rated]:
    """Every segment of a lease's service, rated in order with its state carried.

    `promised` before the commencement adds segments of late days; `terminated` is the day of an
    early end with the base rent that it leaves unpaid.
    """
    cuts = [*break_days(break_months(terms), service), *rating.cuts]
    if service.renewed is not None:
        cuts.append(service.renewed)
    found = spans(service, rating.grid, cuts)
    first = rating.grid.period_of(service.commencement)
    inputs: list[tuple[Span, Segment]] = []
    if promised is not None and promised < service.commencement:
        inputs += _late(terms, Service(promised, service.commencement), rating)
    for span, (opens, closes) in zip(found, windows(found, first), strict=True):
        segment = _segment(terms, span, rating)
        inputs.append(
            (
                span,
                segment._replace(
                    opens=opens,
                    closes=closes,
                    age_days=days_between(service.commencement, span.start),
                    is_renewed=service.renewed is not None and span.start >= service.renewed,
                ),
            )
        )
    if terminated is not None and found:
        inputs.append(_termination(terms, found[-1], terminated, rating))
    state = initial_state(terms, rating.kind)
    rated = []
    for span, segment in inputs:
        flows, state = rate_lease(terms, state, segment)
        if rating.kind.keeps_names:
            naming = Naming(rating.kind, f"leases.{terms.name}", [span.period])
            state = naming.apply(state, 0, closing=True)
        rated.append(Rated(span, segment, flows))
    return rated


def hours_of(span: Span, kind: Kind, *, actual: bool) -> Value:
    """Hours of a stretch of time: the actual ones, or 730 a month."""
    numbers = span.numbers(kind)
    return numbers.actual_hours if actual else numbers.usual_hours


def hours_of_month(span: Span, kind: Kind, *, actual: bool) -> Value:
    """Hours of the whole month that a stretch of time lies in."""
    hours = span.month_days * HOURS_A_DAY if actual else HOURS_A_MONTH
    return kind.given(hours, "hours of a month")


def _segment(terms: LeaseTerms, span: Span, rating: Rating) -> Segment:
    kind = rating.kind
    share = rating.capacity_share(span.start)
    units = scaled(rating.units, share)
    numbers, nothing = span.numbers(kind), kind.given(0)
    hours = hours_of(span, kind, actual=rating.actual_hours)
    usage = Expected({}, nothing)
    if rating.plan is not None:
        usage = expected_usage(
            rating.plan, span, kind, gpu_hours=units.gpus * hours, capacity_share=share
        )
    late = rating.late_share(span.start)
    return Segment(
        months=numbers.months,
        hours=hours,
        servers=units.servers,
        gpus=units.gpus,
        pflops=units.pflops,
        capacity_share=share,
        quantities=tuple(usage.meters.get(meter, nothing) for meter in terms.meters),
        lessee_revenue=usage.lessee_revenue,
        availability=rating.availability,
        passed=rating.passed(span),
        remaining_rent=nothing,
        days_late=kind.given(span.days, "days late") if late else nothing,
        late=_late_part(rating, late, span) if late else None,
        days=numbers.days,
        own_months=numbers.own_months,
        age_months=span.age_months,
    )


def _late_part(rating: Rating, late: Fraction, span: Span) -> LatePart:
    share = rating.kind.given(late, "part of the capacity that is late")
    units = scaled(rating.units, share)
    hours = hours_of_month(span, rating.kind, actual=rating.actual_hours)
    return LatePart(units.servers, units.gpus, units.pflops, share, hours)


def _idle(terms: LeaseTerms, kind: Kind) -> Segment:
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
        passed=tuple(Passed(nothing, nothing) for _ in terms.passed_costs),
        remaining_rent=nothing,
        days_late=nothing,
        days=nothing,
    )


def _late(terms: LeaseTerms, wait: Service, rating: Rating) -> list[tuple[Span, Segment]]:
    kind = rating.kind
    found = []
    for span in spans(wait, rating.grid, rating.cuts):
        late = rating.late_share(span.start)
        if late:
            segment = _idle(terms, kind)._replace(
                days_late=kind.given(span.days, "days late"), late=_late_part(rating, late, span)
            )
            found.append((span, segment))
    return found


def _termination(
    terms: LeaseTerms, last: Span, terminated: tuple[date, Value], rating: Rating
) -> tuple[Span, Segment]:
    day, remaining = terminated
    span = Span(last.period, day, day, last.month_days, last.age_months)
    return span, _idle(terms, rating.kind)._replace(is_terminated=True, remaining_rent=remaining)
