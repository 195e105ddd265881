"""Which server stands behind an asset or a lease, and what one of them is made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from lessor.terms.assets import Asset, LeasedIn, ServerSpec
from lessor.terms.deal import Deal
from lessor.terms.leases import Lease
from lessor.terms.reference import server_model


@dataclass(frozen=True, slots=True)
class ServerFigures:
    """One server: its GPUs, highest draw in kW, PFLOPS by precision as (dense, sparse).

    None where no figure is known: nothing is computed in its place.
    """

    gpus: Decimal
    power_kw_max: Decimal | None
    pflops: Mapping[str, tuple[Decimal | None, Decimal | None]]

    def peak(self, precision: str, basis: str | None) -> Decimal | None:
        """PFLOPS of the server at a precision, dense unless `basis` is sparse."""
        dense, sparse = self.pflops.get(precision, (None, None))
        return sparse if basis == "sparse" else dense


@cache
def _of_model(model: str) -> ServerFigures | None:
    found = server_model(model)
    if found is None:
        return None
    peaks = {name: (peak.dense, peak.sparse) for name, peak in found.pflops.items()}
    return ServerFigures(Decimal(found.gpus), found.power_kw_max, peaks)


def server_of(model: str | None, spec: ServerSpec | None) -> ServerFigures | None:
    """The server that is described in place, else that of the named model; None for neither."""
    if spec is not None:
        peaks = {str(name): (peak.dense, peak.sparse) for name, peak in spec.pflops.items()}
        return ServerFigures(spec.gpus, spec.power_kw_max, peaks)
    return _of_model(model) if model is not None else None


def holding(deal: Deal, name: str | None) -> Asset | LeasedIn | None:
    """The asset or the leased-in capacity of that name."""
    if name is None:
        return None
    return deal.assets.get(name) or deal.leased_in.get(name)


def lease_server(deal: Deal, lease: Lease) -> ServerFigures | None:
    """The server that a lease's capacity is made of: its own model, else that of its asset."""
    capacity = lease.capacity
    if capacity.model is not None:
        return server_of(capacity.model, None)
    held = holding(deal, capacity.asset)
    return None if held is None else server_of(held.model, held.spec)


def servers_leased(lease: Lease, server: ServerFigures | None) -> Decimal | None:
    """The lease's capacity in servers; None where a figure to convert it is missing."""
    capacity = lease.capacity
    if capacity.unit == "servers":
        return capacity.quantity
    if server is None:
        return None
    a_server = server.gpus
    if capacity.unit == "pflops":
        a_server = server.peak(capacity.precision, capacity.basis) or Decimal(0)
    return capacity.quantity / a_server if a_server > 0 else None
