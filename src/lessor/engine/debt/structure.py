"""When a loan pays: its payment dates, day counts and compounding, all known before a run."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from typing import NamedTuple

from lessor.core.dates import add_months, whole_months_between, year_fraction
from lessor.terms.facilities import Facility, Repayment
from lessor.terms.scalars import Duration

MONTHS = {"none": 0, "monthly": 1, "quarterly": 3, "semiannual": 6, "annual": 12}
"""Months between two payments, or between two dates on which interest compounds (0: never)."""


class PeriodStructure(NamedTuple):
    """What one grid month is to a loan.

    `compounds`: at the start of the month, interest accrued so far begins to bear interest.
    `is_payment`, `is_principal_payment`: a payment of interest, of principal falls on the end of
    the month; `is_last`: it is the loan's last one. `payments_left`: payments of principal from
    this month on. `steps`: rows of a custom profile that fall due with this payment.
    """

    start: date
    end: date
    year_fraction: Fraction
    compounds: bool
    is_payment: bool
    is_principal_payment: bool
    is_last: bool
    payments_left: int
    steps: tuple[int, ...]


def maturity_month(facility: Facility, closing: date, lease_end: date) -> int:
    """Months from closing to the last payment, at least 1; a day inside a month is its end.

    `lease_end` is the day that `until: lease_end` stands for.
    """
    until = facility.repayment.until
    if isinstance(until, Duration):
        day = until.after(closing)
    else:
        day = until if isinstance(until, date) else lease_end
    whole = whole_months_between(closing, day)
    return max(1, whole if add_months(closing, whole) == day else whole + 1)


def payment_plan(
    facility: Facility, grid_dates: Sequence[date], maturity_month: int
) -> tuple[PeriodStructure, ...]:
    """What each grid month is to the loan, to maturity or to the end of the grid if that is later.

    `grid_dates` starts with closing; month m is `[grid_dates[m], grid_dates[m + 1])`. Payments are
    counted from closing and the last one falls at maturity, so a broken payment period comes last.
    A grid that ends before maturity is carried on by months from closing, for a level payment
    depends on all that follow. A payment within `interest_only` pays no principal. A row of a
    custom profile falls due with the first payment on or after its day, interest-only or not.
    """
    dates = list(grid_dates)
    dates += [add_months(dates[0], month) for month in range(len(dates), maturity_month + 1)]
    every = MONTHS[facility.repayment.frequency]
    payments = [*range(every, maturity_month, every), maturity_month]
    principal = _principal_payments(facility.repayment, dates, payments)
    steps = _steps_by_payment(facility.repayment, dates, payments)
    return tuple(
        PeriodStructure(
            start=dates[month - 1],
            end=dates[month],
            year_fraction=year_fraction(facility.rate.basis, dates[month - 1], dates[month]),
            compounds=_compounds(facility, month),
            is_payment=month in payments,
            is_principal_payment=month in principal,
            is_last=month == maturity_month,
            payments_left=len(principal) - bisect_left(principal, month),
            steps=tuple(steps.get(month, ())),
        )
        for month in range(1, len(dates))
    )


def _principal_payments(
    repayment: Repayment, dates: Sequence[date], payments: Sequence[int]
) -> list[int]:
    if repayment.profile == "bullet":
        return [payments[-1]]
    if repayment.profile == "custom":
        return list(payments)
    free_until = repayment.interest_only.after(dates[0])
    return [month for month in payments if dates[month] > free_until or month == payments[-1]]


def _steps_by_payment(
    repayment: Repayment, dates: Sequence[date], payments: Sequence[int]
) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for row, step in enumerate(repayment.steps):
        day = step.after.after(dates[0])
        due = [month for month in payments if dates[month] >= day]
        # A row beyond maturity is part of the rest that the last payment takes.
        found.setdefault(due[0] if due else payments[-1], []).append(row)
    return found


def _compounds(facility: Facility, month: int) -> bool:
    every = MONTHS[facility.rate.compounding]
    if every > MONTHS[facility.repayment.frequency]:
        # A rate quoted for longer than a payment period grows as a power, so day by day.
        every = 1
    return every > 0 and month > 1 and (month - 1) % every == 0
