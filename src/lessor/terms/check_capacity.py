"""Checks of what leases and costs stand on: the figures they need, and enough capacity for all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from lessor.core.issue import Severity
from lessor.terms.assets import Asset, LeasedIn
from lessor.terms.charges import BaseRent, Usage
from lessor.terms.costs import CabinetCost, FixedCost, PowerCost
from lessor.terms.deal import Deal
from lessor.terms.findings import Finding, figure
from lessor.terms.leases import Lease
from lessor.terms.plan_dates import day_of, letting_end
from lessor.terms.servers import ServerFigures, holding, lease_server, server_of, servers_leased
from lessor.terms.source import Path

# Quotients of Decimals (GPUs by GPUs a server) are cut at 28 digits: no server is lost in that.
_SLACK = Decimal("1e-12")
_UNIT_OF = {
    "gpu_hour": "gpus",
    "gpu_month": "gpus",
    "server_month": "servers",
    "server_year": "servers",
    "pflops_year": "pflops",
}


def check_capacity(deal: Deal) -> Iterator[Finding]:
    """Leases against their assets, and the figures of hardware that leases and costs need.

    Issues: pflops-basis-unsaid, figure-missing, lease-larger-than-assets, leases-overlap; warning
    lease-outlasts-capacity.
    """
    stays: dict[str, list[_Stay]] = {}
    for name, lease in deal.leases.items():
        path: Path = ("leases", name)
        server = lease_server(deal, lease)
        missing = [*_figures_of_lease(lease, server, path)]
        yield from missing
        servers = servers_leased(lease, server)
        held = holding(deal, lease.capacity.asset)
        if isinstance(held, LeasedIn):
            yield from _rented_long_enough(deal, lease, held, path)
        elif held is not None and held.residual.at is not None:
            yield from _owned_long_enough(lease, day_of(deal, held.residual.at), path)
        if missing or servers is None or held is None:
            continue
        if held.quantity == 0:
            continue
        if servers > held.quantity * (1 + _SLACK):
            yield _too_large(lease, servers, held.quantity, path)
        else:
            stays.setdefault(lease.capacity.asset or "", []).extend(_stays(name, lease, servers))
    for asset, on_it in stays.items():
        held = holding(deal, asset)
        assert held is not None
        yield from _overlaps(asset, held.quantity, on_it)
    for name in deal.costs:
        yield from _figures_of_cost(deal, name)


def _too_large(lease: Lease, servers: Decimal, held: Decimal, path: Path) -> Finding:
    capacity = lease.capacity
    converted = "" if capacity.unit == "servers" else f", which are {figure(servers)} servers,"
    return Finding(
        "lease-larger-than-assets",
        (*path, "capacity", "quantity"),
        f"{figure(capacity.quantity)} {capacity.unit}{converted} are leased, and "
        f"'{capacity.asset}' has {figure(held)}",
        f"lease at most {figure(held)} servers, or buy more of '{capacity.asset}'",
    )


def _rented_long_enough(deal: Deal, lease: Lease, held: LeasedIn, path: Path) -> Iterator[Finding]:
    """Capacity rented in must be there as long as it is let on."""
    first = held.commencement or deal.closing_date
    last = held.term.after(first)
    start, end = lease.events.commencement, letting_end(lease)
    if start is not None and end is not None and (start < first or end > last):
        yield Finding(
            "lease-outlasts-capacity",
            (*path, "term"),
            f"let from {start} to {end}, and '{lease.capacity.asset}' is rented in from {first} "
            f"to {last}",
            "rent the capacity in for as long as it is let, or let it for a shorter time",
            Severity.WARNING,
        )


def _owned_long_enough(lease: Lease, sold: date, path: Path) -> Iterator[Finding]:
    """An asset cannot be let beyond the day on which it is sold."""
    let_until = letting_end(lease)
    if let_until is None:
        return
    end: date | None = let_until
    if lease.relet is not None:
        again = lease.relet.gap.after(let_until)
        end = None if lease.relet.term is None else lease.relet.term.after(again)
    if end is None or end > sold:
        yield Finding(
            "lease-outlasts-capacity",
            (*path, "term"),
            f"let to {end or 'the end of the plan'}, and '{lease.capacity.asset}' is sold on "
            f"{sold}",
            "sell the asset when it is no longer let, or let it for a shorter time",
            Severity.WARNING,
        )


def _figures_of_lease(lease: Lease, server: ServerFigures | None, path: Path) -> Iterator[Finding]:
    """Each figure that the lease's units need and its server does not give, once."""
    capacity = lease.capacity
    needed = _units_needed(lease, path)
    if "pflops" in needed and capacity.basis is None:
        yield Finding(
            "pflops-basis-unsaid",
            (*path, "capacity"),
            "PFLOPS are named, and not whether they are dense or sparse",
            "add `basis: dense` or `basis: sparse` (announcements in China quote sparse)",
        )
        return
    for unit, where in needed.items():
        if unit == capacity.unit and (server is None or capacity.asset is None):
            continue
        if server is None:
            yield Finding(
                "figure-missing",
                where,
                f"{unit} cannot be told: no server model stands behind the lease",
                "name a `model:` under `capacity:`, or give the asset a `model:` or a `spec:`",
            )
        elif unit == "pflops" and server.peak(capacity.precision, capacity.basis) is None:
            yield Finding(
                "figure-missing",
                where,
                f"no {capacity.basis} {capacity.precision} PFLOPS are known of this server",
                "name another `precision:` or `basis:`, or give the figure under a `spec:`",
            )


def _units_needed(lease: Lease, path: Path) -> dict[str, Path]:
    """The units in which the capacity is needed, each with the first field that asks for it."""
    needed: dict[str, Path] = {lease.capacity.unit: (*path, "capacity", "unit")}
    if lease.capacity.asset is not None and lease.capacity.unit != "servers":
        needed["servers"] = (*path, "capacity", "unit")
    for name, charge in lease.charges.items():
        here = (*path, "charges", name)
        if isinstance(charge, BaseRent) and charge.per in _UNIT_OF:
            needed.setdefault(_UNIT_OF[charge.per], (*here, "per"))
        if isinstance(charge, Usage) and charge.meter == "gpu_seconds":
            needed.setdefault("gpus", (*here, "meter"))
    if lease.relet is not None and lease.relet.per in _UNIT_OF:
        needed.setdefault(_UNIT_OF[lease.relet.per], (*path, "relet", "per"))
    if lease.usage is not None:
        for field in ("tokens_per_gpu_hour", "kwh_per_gpu_hour"):
            if getattr(lease.usage, field) is not None:
                needed.setdefault("gpus", (*path, "usage", field))
    return needed


class _Stay(NamedTuple):
    """A stretch of time in which a lease takes up servers of an asset."""

    start: date
    end: date
    servers: Decimal
    lease: str
    letting: str


def _stays(name: str, lease: Lease, servers: Decimal) -> Iterator[_Stay]:
    """The lease's own time, its renewal and its re-letting, as far as they are forecast."""
    start, end = lease.events.commencement, letting_end(lease)
    if start is None or end is None:
        return
    yield _Stay(start, end, servers, name, "the lease")
    if lease.relet is not None:
        again = lease.relet.gap.after(end)
        last = date.max if lease.relet.term is None else lease.relet.term.after(again)
        let = servers * lease.relet.utilisation
        yield _Stay(again, last, let, name, "the re-letting")


def _overlaps(asset: str, quantity: Decimal, stays: list[_Stay]) -> Iterator[Finding]:
    """Each stay at whose start the asset is let beyond what it has, with those in the way."""
    for stay in sorted(stays):
        beside = [
            other for other in stays if other is not stay and other.start <= stay.start < other.end
        ]
        together = stay.servers + sum((other.servers for other in beside), Decimal(0))
        # Of stays that start together only the last by name is told, with all the others.
        is_last = all((o.start, o.lease) <= (stay.start, stay.lease) for o in beside)
        if together > quantity * (1 + _SLACK) and is_last:
            others = " and ".join(
                dict.fromkeys(f"{o.letting} '{o.lease}' ({figure(o.servers)})" for o in beside)
            )
            yield Finding(
                "leases-overlap",
                ("leases", stay.lease, "capacity", "quantity"),
                f"from {stay.start} {stay.letting} takes {figure(stay.servers)} of '{asset}' "
                f"beside {others}: {figure(together)} where there are {figure(quantity)}",
                f"let at most {figure(quantity)} servers of '{asset}' at a time, "
                "or let one begin when the other has ended",
            )


def _figures_of_cost(deal: Deal, name: str) -> Iterator[Finding]:
    cost, path = deal.costs[name], ("costs", name)
    if isinstance(cost, CabinetCost | PowerCost) and cost.kw is None:
        yield from _power_known(deal, cost.asset, path)
    if isinstance(cost, FixedCost) and cost.per == "gpu_month":
        servers = _servers_counted(deal, cost.asset)
        lacking = [held for held, server in servers.items() if server is None]
        if cost.asset is not None and lacking:
            yield Finding(
                "figure-missing",
                (*path, "per"),
                f"the GPUs of '{lacking[0]}' cannot be told: it has no server model",
                "give the asset a `model:` or a `spec:`",
            )


def _power_known(deal: Deal, asset: str | None, path: Path) -> Iterator[Finding]:
    servers = _servers_counted(deal, asset)
    for held, server in servers.items():
        # Network and the like draw within the servers' figure, unless a cost is put on them.
        unknown = server is None and asset is not None
        if unknown or (server is not None and server.power_kw_max is None):
            yield Finding(
                "figure-missing",
                path,
                f"the kW of '{held}' are not known",
                "add `kw:` with the kW of a server, or give the asset a `spec:` with power_kw_max",
            )
    if asset is None and servers and all(server is None for server in servers.values()):
        yield Finding(
            "figure-missing",
            path,
            "no asset of the deal has kW that are known",
            "add `kw:` with the kW of a unit, or give an asset a `model:` or a `spec:`",
        )


def _servers_counted(deal: Deal, asset: str | None) -> Mapping[str, ServerFigures | None]:
    held: dict[str, Asset | LeasedIn] = {**deal.leased_in, **deal.assets}
    counted = held if asset is None else {asset: held[asset]} if asset in held else {}
    return {name: server_of(each.model, each.spec) for name, each in counted.items()}
