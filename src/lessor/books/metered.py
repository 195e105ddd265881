"""What was metered, as the rating asks for it: the invoice side of the one function."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from fractions import Fraction
from functools import cached_property
from typing import NamedTuple
from zoneinfo import ZoneInfo

from lessor.books.lease_book import LeaseBook, PassedOn, Stage, Stretch
from lessor.books.usage import Event
from lessor.core.numeric import DECIMAL, Kind, Value
from lessor.engine.charges.availability import (
    Claim,
    Evidence,
    ServiceMonth,
    credited_availability,
    lower_availability,
)
from lessor.engine.charges.availability import Stretch as InServiceDays
from lessor.engine.charges.segment import Passed
from lessor.rating.expected import expected_usage, lower_plan
from lessor.rating.rate import InService, Use, Used
from lessor.rating.service import Span
from lessor.terms.charges import PassThrough, ServiceCredit
from lessor.terms.meters import (
    COST_PREFIX,
    CREDIT_CLAIM,
    DOWNTIME,
    LESSEE_REVENUE,
    meter_of,
    rated,
)


class Facts(NamedTuple):
    """Everything metered of one lease in the days that are rated.

    sums: by meter and day of the lease's time zone, in smallest units. downtime and claims: the
    single events of evidence.
    """

    sums: Mapping[str, Mapping[date, int]]
    downtime: Sequence[Event] = ()
    claims: Sequence[Event] = ()


NO_FACTS = Facts({})


EVIDENCE_REACH = timedelta(days=35)
"""How far around the days rated an event of evidence may lie: an outage reported as one event."""

CLAIM_REACH = timedelta(days=100)
"""How long after the days rated a claim may still come."""

EVIDENCE = (DOWNTIME, CREDIT_CLAIM)
"""What may be reported on any day, and says itself which days it is about."""


def meters_asked(stage: Stage) -> set[str]:
    """The meters that a version of the terms is rated by, evidence among them."""
    found = set(stage.letting.terms.meters)
    for charge in stage.letting.lease.charges.values():
        if charge.kind == "revenue_share":
            found.add(LESSEE_REVENUE)
        if isinstance(charge, ServiceCredit):
            found |= {DOWNTIME} if charge.claim == "automatic" else {*EVIDENCE}
        if isinstance(charge, PassThrough):
            found.add(f"{COST_PREFIX}{charge.cost}")
            if stage.letting.deal.costs[charge.cost].kind == "power":
                found.add("kwh")
    return found


def meters_needed(book: LeaseBook) -> tuple[str, ...]:
    """The meters whose daily sums a lease is rated from."""
    asked = {meter for stage in book.stages for meter in meters_asked(stage)}
    return tuple(sorted(asked - {*EVIDENCE}))


def evidence_needed(book: LeaseBook) -> tuple[str, ...]:
    """The meters whose single events a lease is rated from."""
    asked = {meter for stage in book.stages for meter in meters_asked(stage)}
    return tuple(meter for meter in EVIDENCE if meter in asked)


class Metered:
    """The metered use of one lease; what is not reported yet of a revenue is estimated by plan.

    kind: the kind of value it is handed on as; a forecast may ask for another than the books.
    """

    def __init__(
        self, book: LeaseBook, course: Sequence[Stretch], facts: Facts, kind: Kind = DECIMAL
    ) -> None:
        self.book, self.course, self.facts, self.kind = book, course, facts, kind

    def use(self, stage: Stage) -> Use:
        """What was used in each stretch of a stage."""
        meters = stage.letting.terms.meters

        def used(span: Span, served: InService) -> Used:
            counted = {meter: self.quantity(meter, span) for meter in meters}
            return Used(
                counted, self._revenue(stage, span, served), self._availability(stage, span)
            )

        return used

    def passed(self, stage: Stage) -> PassedOn:
        """What the costs charged on came to, as reported in the lease's currency."""
        deal, charges = stage.letting.deal, stage.letting.lease.charges.values()
        costs = [charge.cost for charge in charges if isinstance(charge, PassThrough)]

        def passed(span: Span) -> tuple[Passed, ...]:
            return tuple(
                Passed(
                    self.quantity(f"{COST_PREFIX}{cost}", span),
                    self.quantity("kwh", span)
                    if deal.costs[cost].kind == "power"
                    else self.kind.given(0),
                )
                for cost in costs
            )

        return passed

    def quantity(self, meter: str, span: Span) -> Value:
        """What a meter counted in a span, as the engine rates it."""
        return self.kind.given(
            rated(meter_of(meter), self.counted(meter, span), self.book.currency)
        )

    def counted(self, meter: str, span: Span) -> int:
        """What a meter counted in a span, in its smallest unit."""
        days = self.facts.sums.get(meter)
        if not days:
            return 0
        return sum(count for day, count in days.items() if span.start <= day < span.end)

    def is_reported(self, period: int) -> bool:
        """Whether the lessee's revenue of a billing month is known."""
        bounds = self.book.grid.boundaries
        days = self.facts.sums.get(LESSEE_REVENUE, {})
        return any(bounds[period] <= day < bounds[period + 1] for day in days)

    def is_estimated(self, stage: Stage, period: int) -> bool:
        """Whether a plan stands in for the lessee's revenue of a billing month."""
        return not self.is_reported(period) and stage.letting.lease.usage is not None

    def _revenue(self, stage: Stage, span: Span, served: InService) -> Value:
        if not self.is_estimated(stage, span.period):
            return self.quantity(LESSEE_REVENUE, span)
        letting = stage.letting
        assert letting.lease.usage is not None
        plan = lower_plan(letting.lease.usage, f"leases.{letting.name}.usage", self.kind)
        gpu_hours = served.units.gpus * served.hours
        expected = expected_usage(
            plan, span, self.kind, gpu_hours=gpu_hours, capacity_share=served.share
        )
        return expected.lessee_revenue

    def _availability(self, stage: Stage, span: Span) -> Value:
        said = credits_of(stage)
        if not said:
            return self.kind.given(1)
        measure = self._measures.get((stage.version.number, span.period))
        if measure is None:
            measure = self._measured(stage, said[0], span.period)
            self._measures[stage.version.number, span.period] = measure
        return self.kind.given(measure)

    @cached_property
    def _measures(self) -> dict[tuple[int, int], Fraction]:
        return {}

    def _measured(self, stage: Stage, said: ServiceCredit, period: int) -> Fraction:
        return credited_availability(
            lower_availability(said),
            self.service_month(stage, period),
            evidence=self.evidence,
            claims=self.claims,
        )

    def service_month(self, stage: Stage, period: int) -> ServiceMonth:
        """A billing month with the nodes that were in service in it, by the terms of a stage."""
        bounds, letting = self.book.grid.boundaries, stage.letting
        rating = letting.rating(self.use(stage), self.passed(stage))
        nodes = letting.units.servers or letting.units.gpus or letting.kind.given(1)
        service = tuple(
            InServiceDays(span.start, span.end, Fraction(nodes * rating.capacity_share(span.start)))
            for each in self.course
            if (span := each.part.span).period == period and each.part.what == "service"
        )
        return ServiceMonth(bounds[period], bounds[period + 1], service, ZoneInfo(self.book.zone))

    @cached_property
    def evidence(self) -> list[Evidence]:
        """What is known of downtime."""
        return [
            Evidence(e.time, e.quantity, e.node, e.cause, e.start, e.end)
            for e in self.facts.downtime
        ]

    @cached_property
    def claims(self) -> list[Claim]:
        """What the lessee claimed."""
        return [Claim(event.time, event.start) for event in self.facts.claims]


def credits_of(stage: Stage) -> list[ServiceCredit]:
    """The service credits of a version of the terms."""
    charges = stage.letting.lease.charges.values()
    return [charge for charge in charges if isinstance(charge, ServiceCredit)]
