"""When a loan pays: its payment dates, day counts and compounding, and the factors of a level loan.

All of a schedule is structure, known before a run, save the factors that come from the rate.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from typing import NamedTuple

from lessor.core.dates import add_days, add_months, whole_months_between, year_fraction
from lessor.core.numeric import Kind, Value, power, total
from lessor.terms.facilities import Facility
from lessor.terms.scalars import Duration

MONTHS = {"none": 0, "monthly": 1, "quarterly": 3, "semiannual": 6, "annual": 12}
"""Months between two payments, or between two dates on which interest compounds (0: never)."""


class PeriodStructure(NamedTuple):
    """What one grid month is to a loan.

    `compounds`: at the start of the month, interest accrued so far begins to bear interest.
    `pays_interest`, `pays_principal`: a payment falls on the end of the month; `is_last`: it is
    the loan's last one. `payments_left`: payments of principal from this one on. `steps`: rows of
    a custom profile that fall due with this payment.
    """

    start: date
    end: date
    year_fraction: Fraction
    compounds: bool
    pays_interest: bool
    pays_principal: bool
    is_last: bool
    payments_left: int
    steps: tuple[int, ...]


class MonthTerms(NamedTuple):
    """A `PeriodStructure` with its numbers as values of one kind.

    `year_fraction` is that of the whole month; `share_due` the share of the original principal
    that a custom profile repays at its end.
    """

    year_fraction: Value
    compounds: bool
    pays_interest: bool
    pays_principal: bool
    is_last: bool
    payments_left: int
    share_due: Value


class PaymentFactors(NamedTuple):
    """The factors of the payment at the end of a month; zero where no level payment falls.

    `growth`: interest of the whole payment period on 1 outstanding. `annuity`: worth, at the start
    of the payment period, of 1 paid on this and each later date. `discount`: worth, at the same
    point, of 1 paid at maturity.
    """

    growth: Value
    annuity: Value
    discount: Value


class GrowthTerms(NamedTuple):
    """The rate, and how often it compounds and is paid in months (compounding 0: never)."""

    rate: Value
    compounding_months: int
    payment_months: int


def maturity_month(facility: Facility, closing: date, lease_end: date) -> int:
    """Months from closing to the last payment; a day inside a month counts as the end of it.

    `lease_end` is the end of the leases that `until: lease_end` waits for. At least 1.
    """
    until = facility.repayment.until
    if until == "lease_end":
        day = lease_end
    elif isinstance(until, Duration):
        day = _after(closing, until)
    else:
        day = until
    whole = whole_months_between(closing, day)
    months = whole if add_months(closing, whole) == day else whole + 1
    return months if months >= 1 else 1


def payment_plan(
    facility: Facility, grid_dates: Sequence[date], maturity_month: int
) -> tuple[PeriodStructure, ...]:
    """What each grid month is to the loan, up to maturity or the end of the grid if later.

    `grid_dates` starts with the closing date; month m is [grid_dates[m], grid_dates[m + 1]). Payment
    dates are counted from closing, and the last falls at maturity, so a broken period comes last.
    A grid that ends before maturity goes on by months from closing: a level payment depends on all
    that follow. Dates before the end of `interest_only` pay no principal; a row of a custom profile
    falls due with the first payment on or after its day, and what is left at maturity.
    """
    dates = list(grid_dates)
    dates += [add_months(dates[0], month) for month in range(len(dates), maturity_month + 1)]
    paying = _principal_months(facility, dates, maturity_month)
    return tuple(
        _structure(facility, dates, month, maturity_month, paying)
        for month in range(1, len(dates))
    )


def _principal_months(facility: Facility, dates: Sequence[date], maturity: int) -> list[int]:
    if facility.repayment.profile == "bullet":
        return [maturity]
    every = MONTHS[facility.repayment.frequency]
    free_until = _after(dates[0], facility.repayment.interest_only)
    return [
        month
        for month in range(1, maturity + 1)
        if month == maturity or _pays(month, every, maturity) and dates[month] > free_until
    ]


def _pays(month: int, every: int, maturity: int) -> bool:
    return month == maturity if month >= maturity else month % every == 0


def _structure(
    facility: Facility, dates: Sequence[date], month: int, maturity: int, paying: Sequence[int]
) -> PeriodStructure:
    start, end = dates[month - 1], dates[month]
    every = MONTHS[facility.repayment.frequency]
    compounding = MONTHS[facility.rate.compounding]
    if compounding > every:
        compounding = 1
    pays = _pays(month, every, maturity)
    return PeriodStructure(
        start=start,
        end=end,
        year_fraction=year_fraction(facility.rate.basis, start, end),
        compounds=compounding > 0 and month > 1 and (month - 1) % compounding == 0,
        pays_interest=pays,
        pays_principal=month in paying,
        is_last=month == maturity,
        payments_left=len([later for later in paying if later >= month]),
        steps=_steps_due(facility, dates, month, maturity) if pays else (),
    )


def _steps_due(
    facility: Facility, dates: Sequence[date], month: int, maturity: int
) -> tuple[int, ...]:
    every = MONTHS[facility.repayment.frequency]
    earlier = [other for other in range(1, month) if _pays(other, every, maturity)]
    since = dates[earlier[-1]] if earlier else date.min
    return tuple(
        index
        for index, step in enumerate(facility.repayment.steps)
        if since < _after(dates[0], step.after) and _after(dates[0], step.after) <= dates[month]
    )


def _after(day: date, length: Duration) -> date:
    return add_days(day, length.days) if length.days else add_months(day, length.months)


def lower_months(
    name: str, facility: Facility, plan: Sequence[PeriodStructure], *, kind: Kind
) -> tuple[MonthTerms, ...]:
    """The plan of a loan with its numbers as values of `kind`; custom shares keep their path."""
    path = f"facilities.{name}.repayment.steps"
    steps = facility.repayment.steps
    nothing = kind.given(0)
    return tuple(
        MonthTerms(
            kind.given(month.year_fraction, "year fraction"),
            month.compounds,
            month.pays_interest,
            month.pays_principal,
            month.is_last,
            month.payments_left,
            total(kind.number(steps[row].share, f"{path}[{row}].share") for row in month.steps)
            if month.steps
            else nothing,
        )
        for month in plan
    )


def growth(terms: GrowthTerms, fraction: Value) -> Value:
    """Interest on 1 over a part of a year.

    rate x fraction where the rate is quoted at, or more often than, the payments' interval; else
    (1 + rate x c / 12) ** (fraction x 12 / c) - 1, with c the months of the quoted compounding.
    """
    months = terms.compounding_months
    if months <= terms.payment_months:
        return terms.rate * fraction
    return power(1 + terms.rate * months / 12, fraction * 12 / months) - 1


def annuity_factors(
    terms: GrowthTerms, months: Sequence[MonthTerms], *, kind: Kind
) -> tuple[PaymentFactors, ...]:
    """The factors of every month's payment, in one backward pass over the payment periods.

    annuity = (1 + annuity of the next payment) / (1 + growth); discount likewise from 1 at
    maturity. Computed once for a rate; months without a payment of principal have zeros.
    """
    nothing = kind.given(0)
    idle = PaymentFactors(nothing, nothing, nothing)
    periods = _period_growths(terms, months)
    annuity, discount = nothing, kind.given(1)
    found: list[PaymentFactors] = []
    for month, grown in zip(reversed(months), reversed(periods), strict=True):
        if grown is None or not (month.pays_principal is True):
            found.append(idle)
            continue
        annuity = (1 + annuity) / (1 + grown)
        discount = discount / (1 + grown)
        found.append(PaymentFactors(grown, annuity, discount))
    return tuple(reversed(found))


def _period_growths(terms: GrowthTerms, months: Sequence[MonthTerms]) -> list[Value | None]:
    """Interest on 1 over the payment period that ends with each month; None where none ends."""
    growths: list[Value | None] = []
    accrued: Value | None = None
    bearing: Value = 1
    for month in months:
        if month.compounds and accrued is not None:
            bearing = 1 + accrued
        one = growth(terms, month.year_fraction)
        gain = one if bearing is 1 else bearing * one  # noqa: F632 - the untouched start only
        accrued = gain if accrued is None else accrued + gain
        growths.append(accrued if month.pays_interest else None)
        if month.pays_interest:
            accrued, bearing = None, 1
    return growths
