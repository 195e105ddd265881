"""A loan's months as values: year fractions, interest on 1, and the factors of a level payment."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from lessor.core.numeric import Kind, Value, power, total
from lessor.engine.debt.structure import PeriodStructure
from lessor.terms.facilities import Facility


class MonthTerms(NamedTuple):
    """A `PeriodStructure` with its numbers as values of one kind.

    `year_fraction` is that of the whole month; `share_due` the share of the original principal
    that a custom profile repays at its end.
    """

    year_fraction: Value
    compounds: bool
    is_payment: bool
    is_principal_payment: bool
    is_last: bool
    payments_left: int
    share_due: Value


class RateTerms(NamedTuple):
    """A rate a year, and the months between its compoundings (0: none) and its payments."""

    value: Value
    compounding_months: int
    payment_months: int


class PaymentFactors(NamedTuple):
    """The factors of the level payment at the end of a month; zeros where none falls.

    `growth`: interest on 1 over the whole payment period. `annuity`: worth at the start of the
    payment period of 1 paid on this and on every later date. `discount`: worth at that point of 1
    paid at maturity.
    """

    growth: Value
    annuity: Value
    discount: Value


def lower_months(
    name: str, facility: Facility, plan: Sequence[PeriodStructure], *, kind: Kind
) -> tuple[MonthTerms, ...]:
    """The plan of the loan `name` with its numbers as values of `kind`."""
    path = f"facilities.{name}.repayment.steps"
    shares = [
        kind.number(step.share, f"{path}[{row}].share")
        for row, step in enumerate(facility.repayment.steps)
    ]
    nothing = kind.given(0)
    return tuple(
        MonthTerms(
            kind.given(month.year_fraction, "year fraction"),
            month.compounds,
            month.is_payment,
            month.is_principal_payment,
            month.is_last,
            month.payments_left,
            total(shares[row] for row in month.steps) if month.steps else nothing,
        )
        for month in plan
    )


def growth(rate: RateTerms, fraction: Value) -> Value:
    """Interest on 1 over a part of a year: rate x fraction.

    A rate quoted for longer than a payment period, with compounding every c months, grows by
    (1 + rate x c / 12) ** (fraction x 12 / c) - 1.

    >>> growth(RateTerms(0.12, compounding_months=1, payment_months=1), 0.25)
    0.03
    """
    months = rate.compounding_months
    if months <= rate.payment_months:
        return rate.value * fraction
    return power(1 + rate.value * months / 12, fraction * 12 / months) - 1


def annuity_factors(
    rate: RateTerms, months: Sequence[MonthTerms], *, kind: Kind
) -> tuple[PaymentFactors, ...]:
    """The factors of every month's payment, in one backward pass over the payment periods.

    annuity = (1 + annuity of the next payment) / (1 + growth), from 0 after maturity; discount =
    discount of the next payment / (1 + growth), from 1. Computed once for a rate.
    """
    idle = PaymentFactors(kind.given(0), kind.given(0), kind.given(0))
    annuity, discount = idle.annuity, kind.given(1)
    found: list[PaymentFactors] = []
    grown = period_growths(rate, months)
    for month, gain in zip(reversed(months), reversed(grown), strict=True):
        if month.is_principal_payment:
            annuity = (1 + annuity) / (1 + gain)
            discount = discount / (1 + gain)
            found.append(PaymentFactors(gain, annuity, discount))
        else:
            found.append(idle)
    return tuple(reversed(found))


def period_growths(rate: RateTerms, months: Sequence[MonthTerms]) -> list[Value]:
    """Interest on 1 from the start of each month's payment period to the end of the month."""
    grown: list[Value] = []
    accrued: Value | None = None
    bearing: Value | None = None
    for month in months:
        if month.compounds:
            bearing = None if accrued is None else 1 + accrued
        gain = growth(rate, month.year_fraction)
        if bearing is not None:
            gain = bearing * gain
        accrued = gain if accrued is None else accrued + gain
        grown.append(accrued)
        if month.is_payment:
            accrued, bearing = None, None
    return grown
