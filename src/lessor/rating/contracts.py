"""Contracts as signed: value, hours and backlog, whatever becomes of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import NamedTuple

from lessor.core.dates import whole_months_between
from lessor.core.numeric import Kind, Value, total
from lessor.engine.charges.lease import LeaseTerms
from lessor.rating.capacity import Units
from lessor.rating.exchange import converted
from lessor.rating.expected import planned
from lessor.rating.grid import Grid
from lessor.rating.rate import Rated, Rating, rate_service
from lessor.rating.service import Service, Span
from lessor.terms.assets import Asset, LeasedIn
from lessor.terms.charges import BaseRent
from lessor.terms.deal import Deal
from lessor.terms.lease_state import LeaseState, state_at
from lessor.terms.leases import Lease
from lessor.terms.servers import ServerFigures, lease_server, server_of

FIXED = ("base_rent", "usage", "minimum")
"""What a contract is worth before anything is used: rents, and minimums beside unused meters."""


class Rent(NamedTuple):
    """Contracted rent of a stretch of the term: base rent in the lease's currency, all reported."""

    span: Span
    base: Value
    reported: Value


class Contract(NamedTuple):
    """A lease as signed: its rents by stretch of the term, and its capacity.

    `value` (without VAT) and `gross` (with it) are in the reporting currency; `first_rent` is the
    base rent of the first whole month that has one, in the lease's own.
    """

    lease: Lease
    service: Service
    rents: tuple[Rent, ...]
    value: Value
    gross: Value
    first_rent: Value
    gpu_hours: Value
    server_months: Value
    pflops_years: Value

    def value_from(self, day: date, kind: Kind) -> Value:
        """Contracted rent of the time from `day` on, in the reporting currency."""
        return total_of([rent.reported for rent in self.rents if rent.span.start >= day], kind)

    def base_from(self, day: date, kind: Kind) -> Value:
        """Contracted base rent of the time from `day` on, in the lease's currency."""
        return total_of([rent.base for rent in self.rents if rent.span.start >= day], kind)


def total_of(values: Sequence[Value], kind: Kind) -> Value:
    """The sum of values of a kind; its zero where there are none."""
    return total([kind.given(0), *values])


@dataclass(frozen=True)
class ContractTotals:
    """All contracts of a deal together."""

    value: Value
    gpu_hours: Value
    server_months: Value
    pflops_years: Value
    pflops_basis: str
    has_rent: bool


class Backlog(NamedTuple):
    """Contract value not yet served at closing: signed and not accepted, and in service."""

    signed: Value
    accepted: Value


class Signed(NamedTuple):
    """A lease as signed: its name in the deal, its whole term, and the capacity it names."""

    deal: Deal
    name: str
    lease: Lease
    service: Service
    units: Units


def contract_service(lease: Lease, closing: date) -> Service:
    """The whole term as signed, whatever became of it: the base of contract value."""
    start = lease.events.commencement or lease.events.signed or closing
    return Service(start, lease.term.after(start))


def contract_grid(service: Service) -> Grid:
    """Months counted from the lease's own first day, enough for its whole term."""
    whole = whole_months_between(service.commencement, service.end)
    months = Grid(service.commencement, max(whole, 1))
    return months if months.end >= service.end else Grid(service.commencement, whole + 1)


def rated_as_signed(signed: Signed, terms: LeaseTerms, rating: Rating) -> list[Rated]:
    """The fixed charges of a contract over its whole term, all capacity in service.

    `rating` gives the kind of value and the hours; its grid is replaced by the lease's own months,
    cut at closing and at an early end, so that what is left after either can be told.
    """
    kind = rating.kind
    ends = (signed.deal.closing_date, signed.lease.events.terminated)
    whole = Rating(
        kind=kind,
        grid=contract_grid(signed.service),
        actual_hours=rating.actual_hours,
        units=signed.units,
        capacity_share=lambda _: kind.given(1),
        use=planned(None, kind.given(1), kind),
        passed=lambda _: (),
        cuts=[day for day in ends if day is not None],
    )
    return rate_service(terms, signed.service, whole)


def contract_of(signed: Signed, rated: Sequence[Rated], kind: Kind) -> Contract:
    """The contract of a lease from its rated term, in the reporting currency."""
    deal, name, lease, service, units = signed
    currency = lease_currency(lease)

    def reported(amount: Value, span: Span) -> Value:
        return converted(deal, amount, currency, span.start, kind)

    rents = tuple(
        Rent(item.span, item.flows.base_rent, reported(item.flows.rent, item.span))
        for item in rated
    )
    gross = [reported(item.flows.net + item.flows.vat, item.span) for item in rated]
    months = sum((item.span.months for item in rated), Fraction(0))
    term = kind.given(months, "months of the term")
    return Contract(
        lease,
        service,
        rents,
        kind.named(
            total_of([rent.reported for rent in rents], kind),
            f"leases.{name}.contract_value",
            None,
        ),
        kind.named(total_of(gross, kind), f"leases.{name}.contract_value_with_vat", None),
        _first_rent(lease, service, rents, kind),
        units.gpus * total_of([item.segment.hours for item in rated], kind),
        units.servers * term,
        units.pflops * term / 12,
    )


def _first_rent(lease: Lease, service: Service, rents: Sequence[Rent], kind: Kind) -> Value:
    """Base rent of the first whole month after all rent-free time: what a deposit is counted in."""
    charges = [charge for charge in lease.charges.values() if isinstance(charge, BaseRent)]
    free = [charge.rent_free.after(service.commencement) for charge in charges]
    by_month: dict[int, list[Rent]] = {}
    for rent in rents:
        if all(rent.span.start >= day for day in free):
            by_month.setdefault(rent.span.period, []).append(rent)
    for month in by_month.values():
        if sum(rent.span.days for rent in month) == month[0].span.month_days:
            return total_of([rent.base for rent in month], kind)
    return total_of([rent.base for rent in rents], kind)


def lease_currency(lease: Lease) -> str | None:
    """The one currency of a lease's charges; None: the deal's own."""
    for charge in lease.charges.values():
        currency = getattr(charge, "currency", None)
        if currency is not None:
            return str(currency)
    return None


def contract_totals(contracts: list[Contract], kind: Kind) -> ContractTotals:
    """The contracts of a deal together, and in which PFLOPS they are counted."""
    sums: list[Value] = [kind.given(0)] * 4
    for contract in contracts:
        parts = (
            contract.value,
            contract.gpu_hours,
            contract.server_months,
            contract.pflops_years,
        )
        sums = [total + part for total, part in zip(sums, parts, strict=True)]
    bases = {
        f"{contract.lease.capacity.basis or 'dense'} {contract.lease.capacity.precision.upper()}"
        for contract in contracts
    }
    has_rent = any(
        charge.kind in ("base_rent", "minimum")
        for contract in contracts
        for charge in contract.lease.charges.values()
    )
    basis = " and ".join(sorted(bases))
    return ContractTotals(sums[0], sums[1], sums[2], sums[3], basis, has_rent)


def backlog(deal: Deal, contracts: list[Contract], kind: Kind) -> Backlog:
    """Contract value still to be served at closing; leases ended by then leave none."""
    signed: Value = kind.given(0)
    accepted: Value = kind.given(0)
    day = deal.closing_date
    for contract in contracts:
        state = state_at(contract.lease, day)
        if state in (LeaseState.IN_SERVICE, LeaseState.SUSPENDED):
            accepted = accepted + contract.value_from(day, kind)
        elif state is LeaseState.SIGNED:
            signed = signed + contract.value
    return Backlog(signed, accepted)


class CapacityTotals(NamedTuple):
    """Hardware of a deal: bought and leased in, or that of the contracts where there is none.

    A unit that no model or contract tells is None.
    """

    gpus: Value | None
    servers: Value | None
    pflops_dense_bf16: Value | None
    pflops_sparse_bf16: Value | None
    note: str


def capacity_totals(
    deal: Deal, contracted_units: list[tuple[Lease, Units]], kind: Kind
) -> CapacityTotals:
    """GPUs, servers and BF16 peaks of a deal."""
    held: list[Asset | LeasedIn] = [*deal.assets.values(), *deal.leased_in.values()]
    known = [
        _of_servers(server, kind.given(item.quantity, "units"), kind)
        for item in held
        if (server := server_of(item.model, item.spec)) is not None
    ]
    note = ""
    if not known:
        note = "of the contracts: no servers are bought or leased in"
        known = [_of_lease(deal, lease, units, kind) for lease, units in contracted_units]
    columns = [_added(column, kind) for column in zip(*known, strict=True)] or [None] * 4
    return CapacityTotals(columns[0], columns[1], columns[2], columns[3], note)


Counts = tuple[Value | None, Value | None, Value | None, Value | None]
"""GPUs, servers, dense and sparse BF16 PFLOPS."""


def _of_servers(server: ServerFigures, quantity: Value, kind: Kind) -> Counts:
    dense, sparse = server.pflops.get("bf16", (None, None))
    return (
        quantity * kind.given(server.gpus, "GPUs a server"),
        quantity,
        None if dense is None else quantity * kind.given(dense, "PFLOPS a server"),
        None if sparse is None else quantity * kind.given(sparse, "PFLOPS a server"),
    )


def _of_lease(deal: Deal, lease: Lease, units: Units, kind: Kind) -> Counts:
    server = lease_server(deal, lease)
    if server is not None:
        return _of_servers(server, units.servers, kind)
    said = lease.capacity
    bf16 = said.unit == "pflops" and said.precision == "bf16"
    return (
        units.gpus if said.unit == "gpus" else None,
        units.servers if said.unit == "servers" else None,
        units.pflops if bf16 and said.basis == "dense" else None,
        units.pflops if bf16 and said.basis == "sparse" else None,
    )


def _added(counts: Sequence[Value | None], kind: Kind) -> Value | None:
    """The sum, unless one of the parts is not known."""
    known = [count for count in counts if count is not None]
    return total_of(known, kind) if len(known) == len(counts) else None
