"""What all leases of a plan share, and what each of them leaves behind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import NamedTuple

from lessor.core.numeric import Kind, Value
from lessor.engine.charges.lease import LeaseTerms
from lessor.engine.charges.segment import Passed
from lessor.engine.charges.vat import VatRate
from lessor.forecast.cashflow import Cash
from lessor.forecast.reletting import Tenancy
from lessor.rating.capacity import (
    Units,
)
from lessor.rating.contracts import (
    Contract,
    lease_currency,
)
from lessor.rating.exchange import converted
from lessor.rating.grid import Moment
from lessor.rating.lettings import Letting
from lessor.rating.rate import Rated, Use
from lessor.rating.service import Span
from lessor.terms.deal import Deal
from lessor.terms.leases import Lease

PassedCost = Callable[[str, Span], Passed]
"""What a cost of the deal amounts to in a stretch of service, by the cost's name."""


class Stretch(NamedTuple):
    """What a stretch of service brought: rent in the reporting currency, and units by meter."""

    span: Span
    rent: Value
    meters: dict[str, Value]


@dataclass
class LeaseRun:
    """A lease over the plan: contract, rated segments, and what is earned in each month."""

    name: str
    lease: Lease
    units: Units
    sign: Callable[[], Contract]
    rated: list[tuple[Tenancy, LeaseTerms, Rated]] = field(default_factory=list)
    rent_earned: list[Value] = field(default_factory=list)
    revenue: list[Value] = field(default_factory=list)
    stretches: list[Stretch] = field(default_factory=list)
    prepaid_for_uses: list[tuple[Moment, Value]] = field(default_factory=list)

    @cached_property
    def contract(self) -> Contract:
        """The lease as signed; rated only when a figure asks for it."""
        return self.sign()


@dataclass(frozen=True)
class Desk:
    """What all leases of a plan share: the deal, its cash, VAT on rent, and costs charged on.

    metered: what was used of a lease, by its name, where it is known and not only planned.
    """

    deal: Deal
    cash: Cash
    vat: VatRate | None
    passed: PassedCost
    metered: Mapping[str, Use] = field(default_factory=dict)

    @property
    def kind(self) -> Kind:
        """The kind of value of the plan."""
        return self.cash.kind

    def letting(self, name: str, lease: Lease) -> Letting:
        """A lease on the plan's months; `lease` is what holds of the one called `name`."""
        return Letting(self.deal, name, lease, self.cash.grid, self.kind, self.vat)

    def converted(self, tenancy: Tenancy, amount: Value, day: date) -> Value:
        """An amount of a lease in the reporting currency."""
        return converted(self.deal, amount, lease_currency(tenancy.lease), day, self.kind)
