"""Damages for capacity that is accepted later than promised."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from lessor.core.dates import add_months, days_between
from lessor.core.numeric import Kind, Value, maximum, minimum, total
from lessor.engine.charges.base_rent import BaseRentTerms, month_of_late_rent
from lessor.engine.charges.segment import LatePart, Line, Rated, Segment
from lessor.engine.charges.setting import Setting
from lessor.engine.charges.vat import VatTerms, line_of, lower_vat, net_of, nothing_of
from lessor.terms.charges import LateDelivery
from lessor.terms.scalars import Duration


class LateDeliveryTerms(NamedTuple):
    """Damages as numbers of one kind; None for a measure or a cap that the contract lacks."""

    name: str
    path: str
    kind: str
    per_day: Value | None
    share_of_rent: Value | None
    rents: tuple[BaseRentTerms, ...]
    grace_days: int
    cap: Value | None
    vat: VatTerms


class LateDeliveryState(NamedTuple):
    """Days late so far, the grace among them, and damages paid so far (positive, net of VAT)."""

    days_late: Value
    paid: Value


def lower_late_delivery(
    name: str, path: str, said: LateDelivery, setting: Setting
) -> LateDeliveryTerms:
    """The damages that stand at `path`.

    They make good a loss and pay for no service: they bear VAT only where `per_day` itself says a
    rate, or says that tax is inside.
    """
    kind, daily, cap = setting.kind, said.per_day, said.cap
    is_taxed = daily is not None and (daily.vat is not None or daily.tax == "included")
    default = setting.vat if is_taxed else None
    vat = lower_vat(daily, f"{path}.per_day", kind, default)
    return LateDeliveryTerms(
        name=name,
        path=path,
        kind=said.kind,
        per_day=None if daily is None else kind.number(daily.amount, f"{path}.per_day.amount"),
        share_of_rent=None
        if said.share_of_rent is None
        else kind.number(said.share_of_rent, f"{path}.share_of_rent"),
        rents=tuple(rent for rent in setting.before if isinstance(rent, BaseRentTerms)),
        grace_days=_lower_grace(said.grace, setting.promised),
        cap=None if cap is None else kind.number(cap.amount, f"{path}.cap.amount"),
        vat=vat,
    )


def initial_late_delivery(kind: Kind) -> LateDeliveryState:
    """Not late yet."""
    return LateDeliveryState(kind.given(0), kind.given(0))


def rate_late_delivery(
    terms: LateDeliveryTerms, state: LateDeliveryState, inputs: Rated
) -> tuple[Line, LateDeliveryState]:
    """The damages of a segment: net = -minimum(days beyond grace x damages a day, cap - paid).

    damages a day = per_day x the late share of the capacity, or share_of_rent x a month's base
    rent of the late part. Days are counted from the day promised, over all segments together.
    """
    segment = inputs.segment
    late = segment.late
    if late is None:
        return nothing_of(terms.vat), state
    until = state.days_late + segment.days_late
    days = maximum(until - terms.grace_days, 0) - maximum(state.days_late - terms.grace_days, 0)
    damages = days * a_day(terms, segment, late)
    if terms.cap is not None:
        damages = minimum(damages, maximum(net_of(terms.vat, terms.cap) - state.paid, 0))
    return line_of(terms.vat, days, 0 - damages), LateDeliveryState(until, state.paid + damages)


def a_day(terms: LateDeliveryTerms, segment: Segment, late: LatePart) -> Value:
    """The damages for one day on which the part `late` of the capacity is missing."""
    parts = []
    if terms.per_day is not None:
        parts.append(net_of(terms.vat, terms.per_day) * late.share)
    if terms.share_of_rent is not None:
        month = total(month_of_late_rent(rent, segment, late) for rent in terms.rents)
        parts.append(terms.share_of_rent * month)
    return total(parts)


def _lower_grace(grace: Duration, promised: date | None) -> int:
    # Grace in months runs from the day promised; where no day was promised nothing is ever late.
    if grace.days or promised is None:
        return grace.days
    return days_between(promised, add_months(promised, grace.months))
