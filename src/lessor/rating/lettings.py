"""A lease made ready to be rated: its capacity, its terms as numbers, its contract as signed.

All of it follows from the deal. What was used comes from whoever rates: a plan, or the meters.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cached_property

from lessor.core.numeric import Kind, Value
from lessor.engine.charges.lease import ChargeDefaults, LeaseTerms, lower_lease
from lessor.engine.charges.segment import Passed
from lessor.engine.charges.vat import VatRate
from lessor.rating.capacity import (
    Lot,
    Units,
    contracted,
    first_promised,
    late_share,
    lots_of,
    share_in_service,
)
from lessor.rating.contracts import (
    FIXED,
    Contract,
    Signed,
    contract_of,
    contract_service,
    rated_as_signed,
)
from lessor.rating.expected import planned
from lessor.rating.grid import Grid
from lessor.rating.rate import Rating, Use
from lessor.rating.service import Service, Span
from lessor.terms.deal import Deal
from lessor.terms.leases import Lease
from lessor.terms.servers import holding, lease_server
from lessor.terms.taxes import Taxes

NOTHING_LATE = Fraction(0)


def rent_vat(taxes: Taxes) -> VatRate | None:
    """The VAT that a lease's charges bear unless they say their own; None: VAT is off."""
    return None if taxes.vat is None else VatRate(taxes.vat.rent, "taxes.vat.rent")


@dataclass(frozen=True)
class Letting:
    """The lease `name` of a deal, rated on the months of `grid` in numbers of `kind`."""

    deal: Deal
    name: str
    lease: Lease
    grid: Grid
    kind: Kind
    vat: VatRate | None

    @cached_property
    def units(self) -> Units:
        """The capacity that the contract names."""
        return contracted(self.name, self.lease, lease_server(self.deal, self.lease), self.kind)

    @cached_property
    def lots(self) -> list[Lot]:
        """The deliveries of the asset that it stands on; none where it stands on none."""
        held = holding(self.deal, self.lease.capacity.asset)
        return [] if held is None else lots_of(self.deal, held)

    @property
    def promised(self) -> date | None:
        """The first day on which capacity was promised; None: never."""
        return first_promised(self.lease, self.lots)

    @cached_property
    def terms(self) -> LeaseTerms:
        """Its charges as numbers."""
        return self._lowered(self.lease, self.promised)

    @cached_property
    def contract(self) -> Contract:
        """The lease as signed: its fixed charges over the whole term."""
        return contract_of(self.signed, rated_as_signed(self.signed, *self._as_signed()), self.kind)

    @property
    def signed(self) -> Signed:
        """The whole term with the capacity that the contract names."""
        service = contract_service(self.lease, self.deal.closing_date)
        return Signed(self.deal, self.name, self.lease, service, self.units)

    def ended_early(self, service: Service) -> date | None:
        """The day of a termination within the term."""
        day = self.lease.events.terminated
        return (
            day if day is not None and day < self.lease.term.after(service.commencement) else None
        )

    def rating(
        self,
        use: Use,
        passed: Callable[[Span], tuple[Passed, ...]],
        *,
        cuts: Sequence[date] = (),
    ) -> Rating:
        """What rating it needs beside its terms and its days; `cuts`: further days to break at."""
        days = [self.lease.events.promised]
        days += [day for lot in self.lots for day in (lot.accepted, lot.promised)]
        return Rating(
            kind=self.kind,
            grid=self.grid,
            actual_hours=self.deal.hours == "actual",
            units=self.units,
            capacity_share=self._readiness(),
            use=use,
            passed=passed,
            late_share=self._lateness(),
            cuts=[*(day for day in days if day is not None), *cuts],
        )

    def _lowered(self, lease: Lease, promised: date | None) -> LeaseTerms:
        defaults = ChargeDefaults(self.vat, promised)
        return lower_lease(self.name, lease, kind=self.kind, defaults=defaults)

    def _as_signed(self) -> tuple[LeaseTerms, Rating]:
        charges = self.lease.charges
        fixed = {key: charge for key, charge in charges.items() if charge.kind in FIXED}
        kept = {
            key: charge.changed(of=[other for other in charge.of if other in fixed])
            if charge.kind == "minimum"
            else charge
            for key, charge in fixed.items()
        }
        nothing_used = planned(None, self.kind.given(1), self.kind)
        terms = self._lowered(self.lease.changed(charges=kept), None)
        return terms, self.rating(nothing_used, lambda _: ())

    def _readiness(self) -> Callable[[date], Value]:
        """The part of the capacity that is accepted on a day; all of it once the last lot is."""
        complete = max((lot.accepted for lot in self.lots), default=date.min)
        everything = self.kind.given(1)

        def share(day: date) -> Value:
            if complete <= day:
                return everything
            return share_in_service(self.deal, self.name, day, self.units.servers, self.kind)

        return share

    def _lateness(self) -> Callable[[date], Fraction]:
        """The part of the capacity that is late on a day; none is where nothing was promised."""
        if self.promised is None:
            return lambda _: NOTHING_LATE
        return lambda day: late_share(self.lease, self.lots, day)
