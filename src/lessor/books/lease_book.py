"""A lease as it is kept: its versions, its billing months, and the course of its stretches."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import NamedTuple

from lessor.core.numeric import DECIMAL, Value
from lessor.engine.charges.segment import Passed
from lessor.rating.grid import Grid, months_to_cover
from lessor.rating.lettings import Letting, rent_vat
from lessor.rating.rate import Part, Rating, Use, parts_of
from lessor.rating.service import Service, Span, service_of
from lessor.terms.deal import Deal
from lessor.terms.leases import Lease
from lessor.terms.tax_preset import taxes_in_force

MONTHS_BEYOND = 12
"""Months after the last day of service: base rent in advance, and late ends, still find one."""


class Version(NamedTuple):
    """The terms of a lease from a day on; `effective` None: from the beginning."""

    number: int
    effective: date | None
    deal: Deal


class Stage(NamedTuple):
    """A version made ready: its lease, and the service that it gives."""

    version: Version
    letting: Letting
    service: Service


class Stretch(NamedTuple):
    """A part of the course, and the place of the version that it is rated by."""

    part: Part
    stage: int


@dataclass(frozen=True)
class LeaseBook:
    """A lease in the books; `name` is what its deal calls it, `id` what usage calls it.

    Billing months are the months of its plan, from the day of closing of its deal; each is called
    by the calendar month that it begins in.
    """

    id: str
    name: str
    entity: str
    lessee: str
    currency: str
    versions: tuple[Version, ...]

    @property
    def lease(self) -> Lease:
        """What holds at last."""
        return self.versions[-1].deal.leases[self.name]

    def lessee_before(self, day: date) -> str:
        """What its lessee is called on the last day before `day`, by the version in force then."""
        for version in reversed(self.versions):
            if version.effective is None or version.effective < day:
                return version.deal.leases[self.name].lessee.name
        return self.lessee

    @cached_property
    def as_signed(self) -> Letting:
        """What holds at last, to be rated as signed, whatever became of it."""
        deal = self.versions[-1].deal
        vat = rent_vat(taxes_in_force(deal.taxes))
        return Letting(deal, self.name, self.lease, Grid(deal.closing_date, 1), DECIMAL, vat)

    @property
    def zone(self) -> str:
        """The time zone in which its days begin."""
        return self.lease.billing.time_zone

    @cached_property
    def grid(self) -> Grid:
        """The billing months, from closing to beyond the end of service."""
        closing = self.versions[0].deal.closing_date
        ends = [service.end for service in self._services if service is not None]
        return Grid(closing, months_to_cover(closing, max(ends, default=closing)) + MONTHS_BEYOND)

    @cached_property
    def stages(self) -> tuple[Stage, ...]:
        """The versions that give service; none before acceptance."""
        found = []
        for version, service in zip(self.versions, self._services, strict=True):
            if service is not None:
                deal, lease = version.deal, version.deal.leases[self.name]
                vat = rent_vat(taxes_in_force(deal.taxes))
                letting = Letting(deal, self.name, lease, self.grid, DECIMAL, vat)
                found.append(Stage(version, letting, service))
        return tuple(found)

    @cached_property
    def _services(self) -> tuple[Service | None, ...]:
        return tuple(_performed(version.deal.leases[self.name]) for version in self.versions)

    def month_of(self, period: str) -> int | None:
        """The billing month called `period`; None where the lease has none."""
        labels = self.grid.labels
        return labels.index(period) if period in labels else None

    @property
    def start_month(self) -> int:
        """The month of commencement, in which the first document is due."""
        return self.grid.period_of(min(stage.service.commencement for stage in self.stages))

    def course(self) -> list[Stretch]:
        """Every stretch of the lease's life in order, each by the version that holds on it."""
        days = [stage.version.effective or date.min for stage in self.stages]
        cuts = [day for day in days if day > date.min]
        found = []
        for place, stage in enumerate(self.stages):
            until = min(days[place + 1 :], default=date.max)
            rating = stage.letting.rating(_no_use, _nothing_passed, cuts=cuts)
            terms, letting = stage.letting.terms, stage.letting
            parts = parts_of(
                terms,
                stage.service,
                rating,
                promised=letting.promised,
                terminated=letting.ended_early(stage.service),
            )
            holds = [part for part in parts if days[place] <= part.span.start < until]
            found += [Stretch(part, place) for part in holds]
        return sorted(found, key=lambda stretch: (stretch.part.span.start, stretch.part.span.end))

    def rating(self, place: int, use: Use, passed: PassedOn) -> Rating:
        """The rating of a stage with what was used."""
        return self.stages[place].letting.rating(use, passed)


PassedOn = Callable[[Span], tuple[Passed, ...]]
"""What the costs charged on came to in a stretch, in the order of `LeaseTerms.passed_costs`."""


def _performed(lease: Lease) -> Service | None:
    """The service of a lease that was accepted: what is only expected bills nothing."""
    return None if lease.events.accepted is None else service_of(lease)


def _no_use(span: Span, served: object) -> Value:
    raise AssertionError("the course of a lease is structure: nothing of it is rated")


def _nothing_passed(span: Span) -> tuple[Passed, ...]:
    return ()
