"""Rent for capacity in service, whether it is used or not."""

from __future__ import annotations

from typing import NamedTuple

from lessor.core.numeric import Value, compounded
from lessor.engine.charges.escalation import EscalatorTerms, escalated, lower_escalator, rises
from lessor.engine.charges.segment import LatePart, Line, Rated, Segment
from lessor.engine.charges.setting import Setting
from lessor.engine.charges.vat import VatTerms, line_of, lower_vat, net_of
from lessor.terms.charges import BaseRent, Escalator
from lessor.terms.scalars import Duration

_PARTS = {"pflops_year": 12, "quarter": 3, "year": 12}


class BaseRentTerms(NamedTuple):
    """A base rent as numbers of one kind.

    parts: how many months its `per` holds, or days where a total is for a term in days;
    renewal: share of the last rent (None: no renewal), which is the rent before the
    `renewal_rises` that would fall on the renewal's first day.
    """

    name: str
    path: str
    kind: str
    amount: Value
    per: str
    parts: int
    is_by_day: bool
    escalator: EscalatorTerms | None
    rent_free: Duration
    renewal: Value | None
    renewal_rises: int
    vat: VatTerms


def lower_base_rent(name: str, path: str, said: BaseRent, setting: Setting) -> BaseRentTerms:
    """The base rent that stands at `path`."""
    return BaseRentTerms(
        name=name,
        path=path,
        kind=said.kind,
        amount=setting.kind.number(said.amount, f"{path}.amount"),
        per=said.per,
        parts=_lower_parts(said.per, setting.term),
        is_by_day=said.per == "total" and setting.term.days > 0,
        escalator=lower_escalator(said.escalator, path, setting.kind),
        rent_free=said.rent_free,
        renewal=setting.renewal,
        renewal_rises=_lower_rises(said.escalator, setting.term),
        vat=lower_vat(said, path, setting.kind, setting.vat),
    )


def rate_base_rent(terms: BaseRentTerms, state: tuple[()], inputs: Rated) -> tuple[Line, tuple[()]]:
    """The base rent of a segment: net = price x quantity, quantity in what the rent is `per`.

    gpu_hour: GPUs x hours; gpu_month, server_month: units x months; pflops_year: PFLOPS x
    months / 12; cluster_month: months, quarter: months / 3, year: months / 12, total: the part of
    the term, each x the share of contracted capacity in service. Nothing in the rent-free time,
    counted from commencement; the quantity shows all the same.
    """
    segment = inputs.segment
    quantity = capacity_time(terms, segment)
    if is_rent_free(terms.rent_free, segment):
        return line_of(terms.vat, quantity / terms.parts, terms.vat.zero), state
    net = net_of(terms.vat, quantity * price_at(terms, segment) / terms.parts)
    return line_of(terms.vat, quantity / terms.parts, net), state


def capacity_time(terms: BaseRentTerms, segment: Segment) -> Value:
    """Capacity x time of a segment, in `parts` of what the rent is `per` (months for a year).

    Divided by `parts` after it was priced, so that twelve months make a year to the last digit.
    """
    per = terms.per
    if per == "gpu_hour":
        return segment.gpus * segment.hours
    if per == "gpu_month":
        return segment.gpus * segment.months
    if per == "server_month":
        return segment.servers * segment.months
    if per == "pflops_year":
        return segment.pflops * segment.months
    if terms.is_by_day:
        return segment.capacity_share * segment.days
    if per == "total":
        return segment.capacity_share * segment.own_months
    return segment.capacity_share * segment.months


def price_at(terms: BaseRentTerms, segment: Segment) -> Value:
    """The rent, as written, for one of what it is `per`, at the age of the segment.

    A renewal starts at a share of the last rent: the rise that would fall on its first day is
    not taken; those after it are.
    """
    if segment.is_renewed and terms.renewal is not None:
        return _renewed(terms, terms.amount * terms.renewal, segment)
    return escalated(terms.escalator, terms.amount, segment.age_months, segment.age_days)


def is_rent_free(rent_free: Duration, segment: Segment) -> bool:
    """Whether the segment lies in the rent-free time (the driver breaks at its end)."""
    if rent_free.days:
        return segment.age_days < rent_free.days
    return segment.age_months < rent_free.months


def month_of_late_rent(terms: BaseRentTerms, segment: Segment, late: LatePart) -> Value:
    """The base rent, net of VAT, that the late part of the capacity would bring in a whole month.

    The rent-free time is left out of account: damages are measured by what the capacity is worth.
    """
    whole = segment._replace(
        months=1,
        hours=late.month_hours,
        servers=late.servers,
        gpus=late.gpus,
        pflops=late.pflops,
        capacity_share=late.share,
        days=late.month_hours / 24,
        own_months=1,
    )
    return net_of(terms.vat, capacity_time(terms, whole) * price_at(terms, segment) / terms.parts)


def _lower_parts(per: str, term: Duration) -> int:
    return (term.days or term.months) if per == "total" else _PARTS.get(per, 1)


def _lower_rises(said: Escalator | None, term: Duration) -> int:
    if said is None or bool(said.every.days) != bool(term.days):
        return 0
    before = rises(said.every, term.months - 1, term.days - 1)
    return rises(said.every, term.months, term.days) - before


def _renewed(terms: BaseRentTerms, price: Value, segment: Segment) -> Value:
    if terms.escalator is None:
        return price
    # The age counts on through the renewal, so the rise of its first day is taken off again.
    times = rises(terms.escalator.every, segment.age_months, segment.age_days)
    return price * compounded(terms.escalator.growth, times - terms.renewal_rises)
