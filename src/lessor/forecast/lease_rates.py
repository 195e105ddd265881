"""The rates of dated cash: periodic, nominal and effective, over equal periods or over days."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date
from functools import reduce
from typing import NamedTuple

from lessor.core.dates import add_months, days_between, whole_months_between
from lessor.metrics.irr import IrrResult, IrrStatus, irr, xirr

NO_RATE = "no rate makes this cash worth nothing: it never changes sign"
SEVERAL = "several rates make this cash worth nothing; the one nearest the contract's is shown"


class CashRate(NamedTuple):
    """The rate of return of dated cash; None, with the reason, where there is none.

    `nominal` = rate of a rent period x periods a year; `effective` = (1 + that rate) ** periods
    a year - 1. Both are fractions a year.
    """

    nominal: float | None
    effective: float | None
    note: str


def rate_of_cash(cash: Mapping[date, float], *, months: int, near: float = 0.0) -> CashRate:
    """The rate at which dated cash is worth nothing, said for rent periods of so many months.

    Days that lie whole months after the first count as equal periods, as people quote; where one
    does not, all count by days over 365. `near`: the effective rate to keep to among several.
    """
    days = sorted(cash)
    offsets = [_whole_months(days[0], day) for day in days]
    amounts = [cash[day] for day in days]
    known = [offset for offset in offsets if offset is not None]
    if len(known) < len(days):
        found = xirr(amounts, [days_between(days[0], day) for day in days], near=near)
        return _said(found, 12.0, months)
    step = reduce(math.gcd, known) or 1
    flows = [0.0] * (known[-1] // step + 1)
    for offset, amount in zip(known, amounts, strict=True):
        flows[offset // step] += amount
    found = irr(flows, near=near, periods_per_year=12 / step)
    return _said(found, float(step), months)


def _said(found: IrrResult, step: float, months: int) -> CashRate:
    """A rate for `step` months as one for `months`, nominal and effective a year."""
    if found.status == IrrStatus.NONE:
        return CashRate(None, None, NO_RATE)
    periodic = float(found.rate)
    if step != months:
        periodic = math.expm1(math.log1p(periodic) * months / step)
    effective = math.expm1(math.log1p(periodic) * 12 / months)
    if not math.isfinite(effective):
        return CashRate(None, None, "the rate is beyond all bounds: hardly anything is received")
    note = SEVERAL if found.status == IrrStatus.SEVERAL else ""
    return CashRate(periodic * 12 / months, effective, note)


def _whole_months(start: date, day: date) -> int | None:
    months = whole_months_between(start, day)
    return months if add_months(start, months) == day else None
