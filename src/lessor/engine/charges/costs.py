"""What it costs to run a cluster, and the rent of capacity that is leased in.

The same shape as a lease's charges, seen from the other side: positive is paid. The driver counts
the assets that a cost is measured by; what a unit costs is settled here.
"""

from __future__ import annotations

from typing import NamedTuple

from lessor.core.numeric import Kind, Value
from lessor.engine.charges.escalation import EscalatorTerms, escalated, lower_escalator
from lessor.engine.charges.segment import Line
from lessor.engine.charges.vat import (
    VatRate,
    VatTerms,
    line_of,
    lower_vat,
    net_of,
    nothing_of,
)
from lessor.terms.assets import LeasedIn
from lessor.terms.costs import AnyCost
from lessor.terms.scalars import Duration
from lessor.terms.source_path import dotted

_PARTS = {"quarter": 3, "year": 12, "server_year": 12}
_PRICE_FIELDS = {"maintenance": "share", "share_of_rent": "share"}


class CostTerms(NamedTuple):
    """A cost as numbers of one kind.

    price is an amount or a share, for `per`, of which `parts` months make one; factors multiply
    what is counted (PUE, load, how many); kw is the draw of a server, where the deal says its own.
    """

    name: str
    path: str
    kind: str
    price: Value
    per: str
    parts: int
    factors: tuple[Value, ...]
    kw: Value | None
    escalator: EscalatorTerms | None
    vat: VatTerms


class CostInputs(NamedTuple):
    """A part of one month in which the cost runs.

    months and hours: how long; servers, gpus, kw (at the models' highest draw) and asset_cost: of
    the assets that count, in service; rent: billed to the leases that count, net of VAT;
    quantity: units of the meter. Structure: the age from the cost's first day at the start, and
    is_due: a cost that is paid once falls into this part.
    """

    months: Value
    hours: Value
    servers: Value
    gpus: Value
    kw: Value
    asset_cost: Value = 0
    rent: Value = 0
    quantity: Value = 0
    age_months: int = 0
    age_days: int = 0
    is_due: bool = False


def lower_cost(name: str, cost: AnyCost, *, kind: Kind, vat: VatRate | None) -> CostTerms:
    """The running cost called `name` as numbers of `kind`; vat: the deal's rate on costs."""
    path = dotted(("costs", name))
    price = _PRICE_FIELDS.get(cost.kind, "amount")
    own_kw = getattr(cost, "kw", None)
    per = getattr(cost, "per", cost.kind)
    said = [word for word in ("pue", "load", "quantity") if hasattr(cost, word)]
    return CostTerms(
        name=name,
        path=path,
        kind=cost.kind,
        price=kind.number(getattr(cost, price), f"{path}.{price}"),
        per=per,
        parts=12 if cost.kind == "maintenance" else _PARTS.get(per, 1),
        factors=tuple(kind.number(getattr(cost, word), f"{path}.{word}") for word in said),
        kw=None if own_kw is None else kind.number(own_kw, f"{path}.kw"),
        escalator=lower_escalator(cost.escalator, path, kind),
        vat=lower_vat(cost, path, kind, vat),
    )


def lower_leased_in(
    name: str, leased_in: LeasedIn, *, kind: Kind, vat: VatRate | None
) -> CostTerms:
    """The rent of the capacity leased in under `name`; it rises after every 12 months."""
    path = dotted(("leased_in", name))
    growth = 1 + kind.number(leased_in.escalator, f"{path}.escalator")
    return CostTerms(
        name=name,
        path=path,
        kind="leased_in",
        price=kind.number(leased_in.rent.amount, f"{path}.rent.amount"),
        per=leased_in.per,
        parts=_PARTS.get(leased_in.per, 1),
        factors=(),
        kw=None,
        escalator=EscalatorTerms(growth, Duration(12, 0)) if leased_in.escalator else None,
        vat=lower_vat(leased_in.rent, f"{path}.rent", kind, vat),
    )


def rate_cost(terms: CostTerms, state: tuple[()], inputs: CostInputs) -> tuple[Line, tuple[()]]:
    """The cost of a part of a month: net = price x quantity x escalation; positive is paid.

    cabinet: kW x PUE x months; power: kW x load x PUE x hours (kWh); maintenance: cost of assets x
    months / 12; fixed: how many x months (/ 3, / 12), by server or GPU where it is for one;
    share_of_rent: rent; by_use: units of the meter; one_off: once; leased_in: as a base rent.
    """
    if terms.kind == "one_off" and not inputs.is_due:
        return nothing_of(terms.vat), state
    counted = measured(terms, inputs)
    for factor in terms.factors:
        counted = counted * factor
    price = escalated(terms.escalator, terms.price, inputs.age_months, inputs.age_days)
    net = net_of(terms.vat, counted * price / terms.parts)
    return line_of(terms.vat, counted / terms.parts, net), state


def measured(terms: CostTerms, inputs: CostInputs) -> Value:
    """What a cost is measured by, in months where it is for longer; before its factors."""
    per = terms.per
    if per == "cabinet":
        return draw(terms, inputs) * inputs.months
    if per == "power":
        return draw(terms, inputs) * inputs.hours
    if per == "maintenance":
        return inputs.asset_cost * inputs.months
    if per == "share_of_rent":
        return inputs.rent
    if per == "by_use":
        return inputs.quantity
    if per == "one_off":
        return 1 + terms.vat.zero
    if per == "gpu_hour":
        return inputs.gpus * inputs.hours
    if per == "gpu_month":
        return inputs.gpus * inputs.months
    if per in ("server_month", "server_year"):
        return inputs.servers * inputs.months
    return inputs.months


def draw(terms: CostTerms, inputs: CostInputs) -> Value:
    """kW drawn at most by what counts: servers x the deal's own kW, else the models' highest."""
    return inputs.kw if terms.kw is None else inputs.servers * terms.kw


def cost_break_months(terms: CostTerms) -> tuple[Duration, ...]:
    """The lengths of time after every one of which, from the first day, the price changes."""
    return () if terms.escalator is None else (terms.escalator.every,)
