"""The pipe: one lease rated for one segment, charge by charge in contract order.

convert units -> price -> minimum / maximum -> service credits and damages -> revenue share ->
pass-through -> termination payment; VAT is worked out on each line as it leaves its station.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, NamedTuple

from lessor.core.numeric import Kind, Value
from lessor.engine.charges.base_rent import BaseRentTerms, lower_base_rent, rate_base_rent
from lessor.engine.charges.commitment import initial_commitment, lower_commitment, rate_commitment
from lessor.engine.charges.escalation import EscalatorTerms
from lessor.engine.charges.late_delivery import (
    initial_late_delivery,
    lower_late_delivery,
    rate_late_delivery,
)
from lessor.engine.charges.pass_through import lower_pass_through, rate_pass_through
from lessor.engine.charges.revenue_share import (
    initial_revenue_share,
    lower_revenue_share,
    rate_revenue_share,
)
from lessor.engine.charges.segment import Line, Rated, Segment, net_of_lines, vat_of_lines
from lessor.engine.charges.service_credit import lower_service_credit, rate_service_credit
from lessor.engine.charges.setting import Setting
from lessor.engine.charges.termination import lower_termination, rate_termination
from lessor.engine.charges.usage import initial_usage, lower_usage, rate_usage
from lessor.engine.charges.vat import VatRate
from lessor.terms.charges import RATING_ORDER, Usage
from lessor.terms.leases import Lease
from lessor.terms.scalars import Duration
from lessor.terms.source_path import dotted

_RENT = frozenset(RATING_ORDER) - {"late_delivery", "pass_through", "termination"}


class LeaseTerms(NamedTuple):
    """A lease's charges as numbers of one kind, in the order in which they are rated.

    meters: the meters whose quantities a segment brings; passed_costs: the costs that are charged
    on; both in the order in which the segment must bring them. base_rents and rents: the places
    of the charges that make up those sums.
    """

    name: str
    meters: tuple[str, ...]
    passed_costs: tuple[str, ...]
    charges: tuple[Any, ...]
    base_rents: tuple[int, ...]
    rents: tuple[int, ...]
    zero: Value


class LeaseState(NamedTuple):
    """What each charge remembers between segments, in the order of `LeaseTerms.charges`."""

    charges: tuple[Any, ...]


class LeaseFlows(NamedTuple):
    """What a lease owes for a segment: a line for each charge, in their order, and sums.

    base_rent and rent are net of VAT; rent is all but pass-through, damages for late delivery and
    the payment for termination; net and vat are the sums of all lines.
    """

    lines: tuple[Line, ...]
    base_rent: Value
    rent: Value
    net: Value
    vat: Value


class ChargeDefaults(NamedTuple):
    """What a lease's charges take from the deal.

    vat: the rate on rent (None: no VAT); promised: the day its capacity was promised for, where
    the lease itself does not say (months of grace are counted from it).
    """

    vat: VatRate | None = None
    promised: date | None = None


class Breaks(NamedTuple):
    """Ages of the lease, from commencement, at which a segment must end and another begin.

    every: all multiples of each of these lengths; at: each of these ages once.
    """

    every: tuple[Duration, ...]
    at: tuple[Duration, ...]


def lower_lease(name: str, lease: Lease, *, kind: Kind, defaults: ChargeDefaults) -> LeaseTerms:
    """The charges of the lease called `name` as numbers of `kind`, ready to be rated."""
    ordered = sorted(lease.charges.items(), key=lambda item: RATING_ORDER.index(item[1].kind))
    meters = tuple(dict.fromkeys(c.meter for _, c in ordered if isinstance(c, Usage)))
    path = dotted(("leases", name))
    setting = Setting(
        kind=kind,
        term=lease.term,
        vat=defaults.vat,
        renewal=None
        if lease.renewal is None
        else kind.number(lease.renewal.rent, f"{path}.renewal.rent"),
        promised=lease.events.promised or defaults.promised,
        meters=meters,
        before=(),
    )
    for own, charge in ordered:
        lowered = _STATIONS[charge.kind].lower(
            own, dotted(("leases", name, "charges", own)), charge, setting
        )
        setting = setting._replace(before=(*setting.before, lowered))
    passed = tuple(charge.cost for _, charge in ordered if charge.kind == "pass_through")
    kinds = [charge.kind for charge in setting.before]
    return LeaseTerms(
        name=name,
        meters=meters,
        passed_costs=passed,
        charges=setting.before,
        base_rents=tuple(i for i, found in enumerate(kinds) if found == "base_rent"),
        rents=tuple(i for i, found in enumerate(kinds) if found in _RENT),
        zero=kind.given(0),
    )


def initial_state(terms: LeaseTerms, kind: Kind) -> LeaseState:
    """The state of a lease on which nothing has been rated yet."""
    return LeaseState(tuple(_STATIONS[charge.kind].initial(kind) for charge in terms.charges))


def rate_lease(
    terms: LeaseTerms, state: LeaseState, inputs: Segment
) -> tuple[LeaseFlows, LeaseState]:
    """What the lease owes for one segment, each charge after those it may be measured against.

    Money in the lease's own currency, unrounded; positive is owed to the lessor.
    """
    lines: tuple[Line, ...] = ()
    closing: tuple[Any, ...] = ()
    for charge, opening in zip(terms.charges, state.charges, strict=True):
        rate = _STATIONS[charge.kind].rate
        line, after = rate(charge, opening, Rated(inputs, lines))
        lines = (*lines, line)
        closing = (*closing, after)
    every = tuple(range(len(lines)))
    flows = LeaseFlows(
        lines=lines,
        base_rent=net_of_lines(lines, terms.base_rents, terms.zero),
        rent=net_of_lines(lines, terms.rents, terms.zero),
        net=net_of_lines(lines, every, terms.zero),
        vat=vat_of_lines(lines, every, terms.zero),
    )
    return flows, LeaseState(closing)


def break_months(terms: LeaseTerms) -> Breaks:
    """The ages at which a price changes: every step of an escalator, the end of rent-free time."""
    escalators = [getattr(charge, "escalator", None) for charge in terms.charges]
    every = {said.every for said in escalators if isinstance(said, EscalatorTerms)}
    free = {c.rent_free for c in terms.charges if isinstance(c, BaseRentTerms)}
    return Breaks(tuple(sorted(every)), tuple(sorted(free - {Duration(0, 0)})))


class _Station(NamedTuple):
    lower: Callable[[str, str, Any, Setting], Any]
    initial: Callable[[Kind], Any]
    rate: Callable[[Any, Any, Rated], tuple[Line, Any]]


def _stateless(kind: Kind) -> tuple[()]:
    return ()


_STATIONS: dict[str, _Station] = {
    "base_rent": _Station(lower_base_rent, _stateless, rate_base_rent),
    "usage": _Station(lower_usage, initial_usage, rate_usage),
    "minimum": _Station(lower_commitment, initial_commitment, rate_commitment),
    "maximum": _Station(lower_commitment, initial_commitment, rate_commitment),
    "service_credit": _Station(lower_service_credit, _stateless, rate_service_credit),
    "late_delivery": _Station(lower_late_delivery, initial_late_delivery, rate_late_delivery),
    "revenue_share": _Station(lower_revenue_share, initial_revenue_share, rate_revenue_share),
    "pass_through": _Station(lower_pass_through, _stateless, rate_pass_through),
    "termination": _Station(lower_termination, _stateless, rate_termination),
}
