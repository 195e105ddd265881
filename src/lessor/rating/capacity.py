"""Capacity in each unit: how many servers, GPUs and PFLOPS a lease or an asset stands for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from lessor.core.numeric import Kind, Value, clip, ratio
from lessor.terms.assets import Asset, LeasedIn
from lessor.terms.deal import Deal
from lessor.terms.leases import Lease
from lessor.terms.servers import ServerFigures, holding, lease_server


class Units(NamedTuple):
    """The same capacity in every unit; PFLOPS in the precision and basis asked for."""

    servers: Value
    gpus: Value
    pflops: Value


def contracted(name: str, lease: Lease, shape: ServerFigures | None, kind: Kind) -> Units:
    """The capacity that the contract names, in every unit; 0 in a unit that cannot be known."""
    path = f"leases.{name}.capacity.quantity"
    quantity = kind.number(lease.capacity.quantity, path)
    if shape is None:
        nothing = kind.given(0)
        unit = lease.capacity.unit
        return Units(
            quantity if unit == "servers" else nothing,
            quantity if unit == "gpus" else nothing,
            quantity if unit == "pflops" else nothing,
        )
    gpus = kind.given(shape.gpus, "GPUs a server")
    peak = kind.given(
        shape.peak(lease.capacity.precision, lease.capacity.basis) or Decimal(0), "PFLOPS a server"
    )
    if lease.capacity.unit == "servers":
        servers = quantity
    elif lease.capacity.unit == "gpus":
        servers = quantity / gpus
    else:
        servers = ratio(quantity, peak, kind.given(0))
    return Units(servers, servers * gpus, servers * peak)


def scaled(units: Units, share: Value) -> Units:
    """The capacity times a share of it; a share known to be 1 changes nothing."""
    if type(share) is float and share == 1.0:
        return units
    return Units(units.servers * share, units.gpus * share, units.pflops * share)


class Lot(NamedTuple):
    """Units that are accepted together on one day."""

    accepted: date
    quantity: Decimal
    promised: date | None = None


def lots_of(deal: Deal, held: Asset | LeasedIn) -> list[Lot]:
    """The lots of an asset by day of acceptance; one on the closing date unless it says others."""
    if isinstance(held, LeasedIn):
        day = held.commencement or deal.closing_date
        return [Lot(day, held.quantity)]
    if not held.deliveries:
        return [Lot(deal.closing_date, held.quantity)]
    found = []
    for delivery in held.deliveries:
        quantity = held.quantity if delivery.quantity is None else delivery.quantity
        found.append(Lot(delivery.acceptance_day, quantity, delivery.promised))
    return sorted(found, key=lambda lot: lot.accepted)


def first_promised(lease: Lease, lots: Sequence[Lot]) -> date | None:
    """The first day on which capacity was promised, by the lease or for a lot; None: never."""
    days = [lease.events.promised, *(lot.promised for lot in lots)]
    return min((day for day in days if day is not None), default=None)


def late_share(lease: Lease, lots: Sequence[Lot], day: date) -> Fraction:
    """The part of the capacity that was promised by `day` and is not accepted then.

    A lot goes by its own promise, else by the lease's; nothing is accepted before the lease is.
    """
    start = lease.events.commencement
    waiting = start is None or day < start
    if not lots:
        promised = lease.events.promised
        return Fraction(int(waiting and promised is not None and promised <= day))
    late = Decimal(0)
    for lot in lots:
        promised = lot.promised or lease.events.promised
        if promised is not None and promised <= day and (waiting or lot.accepted > day):
            late += lot.quantity
    return Fraction(late) / Fraction(sum((lot.quantity for lot in lots), Decimal(0)))


def accepted_units(lots: list[Lot], day: date) -> Decimal:
    """Units accepted by a day."""
    return sum((lot.quantity for lot in lots if lot.accepted <= day), Decimal(0))


def share_in_service(deal: Deal, name: str, day: date, servers: Value, kind: Kind) -> Value:
    """The part of a lease's capacity that has been accepted by `day`.

    Leases on one asset are served in the order of the file.
    """
    lease = deal.leases[name]
    held = holding(deal, lease.capacity.asset)
    if held is None:
        return kind.given(1)
    lots = lots_of(deal, held)
    if lots[-1].accepted <= day:
        return kind.given(1)
    ahead = kind.given(0)
    for other, earlier in deal.leases.items():
        if other == name:
            break
        if earlier.capacity.asset == lease.capacity.asset:
            ahead = ahead + contracted(other, earlier, lease_server(deal, earlier), kind).servers
    ready = kind.given(accepted_units(lots, day), "servers accepted")
    return ratio(clip(ready - ahead, 0, servers), servers, kind.given(0))
