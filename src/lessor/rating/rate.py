"""Rates a tenancy over its segments: the one function of forecast and invoice.

What was used is handed in (`Use`), expected of a plan or metered; nothing here can tell which.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Literal, NamedTuple, TypeAlias

from lessor.core.dates import days_between
from lessor.core.numeric import Kind, Naming, Value
from lessor.engine.charges.lease import (
    Breaks,
    LeaseFlows,
    LeaseState,
    LeaseTerms,
    break_months,
    initial_state,
    rate_lease,
)
from lessor.engine.charges.segment import LatePart, Passed, Segment
from lessor.rating.capacity import Units, scaled
from lessor.rating.grid import Grid
from lessor.rating.service import HOURS_A_DAY, HOURS_A_MONTH, Service, Span, spans, windows
from lessor.terms.scalars import Duration


class Used(NamedTuple):
    """What a stretch of service used: by meter in the meter's own unit, and what follows from it.

    lessee_revenue: what the lessee earned on it; availability: the part of the time promised.
    """

    meters: Mapping[str, Value]
    lessee_revenue: Value
    availability: Value


class InService(NamedTuple):
    """What of a lease's capacity is in service in a stretch of time."""

    units: Units
    share: Value
    hours: Value


Use: TypeAlias = Callable[[Span, InService], Used]
"""What was used in a stretch of service: expected, or metered."""


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
    use: Use
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


class Part(NamedTuple):
    """A stretch of a lease that is rated by one call, and where it stands among the others.

    what: service; late, before service begins, while capacity is promised and missing; or end, the
    moment of an early one. opens and closes: the windows that begin and end with it.
    """

    span: Span
    what: Literal["service", "late", "end"]
    opens: frozenset[str] = frozenset()
    closes: frozenset[str] = frozenset()
    age_days: int = 0
    is_renewed: bool = False


def parts_of(
    terms: LeaseTerms,
    service: Service,
    rating: Rating,
    *,
    promised: date | None = None,
    terminated: date | None = None,
) -> list[Part]:
    """The stretches in which a lease is rated, in order: structure alone, no value is looked at.

    `promised` before the commencement adds stretches of late days; `terminated`: an early end.
    """
    cuts = [*break_days(break_months(terms), service), *rating.cuts]
    if service.renewed is not None:
        cuts.append(service.renewed)
    found = spans(service, rating.grid, cuts)
    parts: list[Part] = []
    if promised is not None and promised < service.commencement:
        wait = spans(Service(promised, service.commencement), rating.grid, rating.cuts)
        parts += [Part(span, "late") for span in wait if rating.late_share(span.start)]
    marks = windows(found, rating.grid.period_of(service.commencement))
    parts += [
        Part(
            span,
            "service",
            opens,
            closes,
            age_days=days_between(service.commencement, span.start),
            is_renewed=service.renewed is not None and span.start >= service.renewed,
        )
        for span, (opens, closes) in zip(found, marks, strict=True)
    ]
    if terminated is not None and found:
        last = found[-1]
        end = Span(last.period, terminated, terminated, last.month_days, last.age_months)
        parts.append(Part(end, "end"))
    return parts


def rate_parts(
    terms: LeaseTerms,
    state: LeaseState,
    parts: Sequence[Part],
    rating: Rating,
    *,
    remaining_rent: Value = None,
) -> tuple[list[Rated], LeaseState]:
    """Stretches of a lease rated in order, its state carried; and the state after the last.

    A lease that is rated month by month, each from the state before it, is the lease rated whole.
    `remaining_rent`: the base rent that an early end leaves unpaid.
    """
    rated = []
    for part in parts:
        segment = _segment(terms, part, rating, remaining_rent)
        flows, state = rate_lease(terms, state, segment)
        if rating.kind.keeps_names:
            naming = Naming(rating.kind, f"leases.{terms.name}", [part.span.period])
            state = naming.apply(state, 0, closing=True)
        rated.append(Rated(part.span, segment, flows))
    return rated, state


def rate_service(
    terms: LeaseTerms,
    service: Service,
    rating: Rating,
    *,
    promised: date | None = None,
    terminated: tuple[date, Value] | None = None,
) -> list[Rated]:
    """Every stretch of a lease's service, rated from its first day.

    `terminated` is the day of an early end with the base rent that it leaves unpaid.
    """
    end, remaining = (None, None) if terminated is None else terminated
    parts = parts_of(terms, service, rating, promised=promised, terminated=end)
    opening = initial_state(terms, rating.kind)
    return rate_parts(terms, opening, parts, rating, remaining_rent=remaining)[0]


def hours_of(span: Span, kind: Kind, *, actual: bool) -> Value:
    """Hours of a stretch of time: the actual ones, or 730 a month."""
    numbers = span.numbers(kind)
    return numbers.actual_hours if actual else numbers.usual_hours


def hours_of_month(span: Span, kind: Kind, *, actual: bool) -> Value:
    """Hours of the whole month that a stretch of time lies in."""
    hours = span.month_days * HOURS_A_DAY if actual else HOURS_A_MONTH
    return kind.given(hours, "hours of a month")


def _segment(terms: LeaseTerms, part: Part, rating: Rating, remaining_rent: Value) -> Segment:
    if part.what == "service":
        return _served(terms, part, rating)
    idle = _idle(terms, rating.kind)
    if part.what == "late":
        late = rating.late_share(part.span.start)
        return idle._replace(
            days_late=rating.kind.given(part.span.days, "days late"),
            late=_late_part(rating, late, part.span),
        )
    return idle._replace(is_terminated=True, remaining_rent=remaining_rent)


def _served(terms: LeaseTerms, part: Part, rating: Rating) -> Segment:
    kind, span = rating.kind, part.span
    share = rating.capacity_share(span.start)
    units = scaled(rating.units, share)
    numbers, nothing = span.numbers(kind), kind.given(0)
    hours = hours_of(span, kind, actual=rating.actual_hours)
    used = rating.use(span, InService(units, share, hours))
    late = rating.late_share(span.start)
    return Segment(
        months=numbers.months,
        hours=hours,
        servers=units.servers,
        gpus=units.gpus,
        pflops=units.pflops,
        capacity_share=share,
        quantities=tuple(used.meters.get(meter, nothing) for meter in terms.meters),
        lessee_revenue=used.lessee_revenue,
        availability=used.availability,
        passed=rating.passed(span),
        remaining_rent=nothing,
        days_late=kind.given(span.days, "days late") if late else nothing,
        late=_late_part(rating, late, span) if late else None,
        days=numbers.days,
        own_months=numbers.own_months,
        age_months=span.age_months,
        age_days=part.age_days,
        is_renewed=part.is_renewed,
        opens=part.opens,
        closes=part.closes,
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
