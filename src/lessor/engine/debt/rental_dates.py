"""The dates of a finance lease as quoted: drawdown, rents, and the end of its term."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from fractions import Fraction
from itertools import pairwise
from typing import NamedTuple

from lessor.core.dates import add_months, year_fraction
from lessor.core.roll import rolled
from lessor.engine.debt.payment_days import MONTHS, day_after
from lessor.terms.facilities import Facility
from lessor.terms.scalars import Duration


class RentDate(NamedTuple):
    """A date of a finance lease.

    `pieces`: parts of a year since the date before, one for each stretch between compounding
    dates. `has_principal`: the rent here repays principal, beside interest; a rent that does not
    is interest alone. `is_last_rent`: all but the residual is repaid. `is_balloon`: it is a balloon
    alone, that of a lease in advance. `is_end`: the term ends here, which in advance is one period
    after the last equal rent. `rows`: rows of a custom profile that fall due with this rent.
    """

    day: date
    pieces: tuple[Fraction, ...]
    is_rent: bool
    has_principal: bool
    is_last_rent: bool
    is_balloon: bool
    is_end: bool
    rows: tuple[int, ...] = ()


def lease_dates(facility: Facility, closing: date, start: date, end: date) -> tuple[RentDate, ...]:
    """Every date of a lease that is drawn on `start` and ends on `end`, the drawdown first.

    Rents fall on whole periods from the first one: on `start` in advance, a period later in
    arrears, or on the first payment that the terms name. The last period may be a broken one.
    Holidays do not move them. `closing` is where lengths of time of the terms count from.
    """
    rents = list(_rent_days(facility, start, end))
    days = sorted({start, *rents, end})
    paying = _days_after(facility.repayment.grace, rents, closing)
    free = facility.repayment.interest_only
    # The rows of a custom profile fall due whether the time without principal is over or not.
    is_custom = facility.repayment.profile == "custom"
    principal = paying if is_custom else _days_after(free, paying, closing)
    rows = _rows_by_day(facility, closing, paying, end)
    ballooned = _balloon_day(facility, paying, end)
    return tuple(
        RentDate(
            day=day,
            pieces=() if index == 0 else _pieces(facility, start, days[index - 1], day),
            is_rent=day in {*paying, ballooned},
            has_principal=day in principal,
            is_last_rent=day == ballooned,
            is_balloon=day in {ballooned} - {*paying},
            is_end=day == end,
            rows=tuple(rows.get(day, ())),
        )
        for index, day in enumerate(days)
    )


def _rent_days(facility: Facility, start: date, end: date) -> Iterator[date]:
    """The days of rents, counted from the drawdown or from the first payment that is named.

    A first payment before the drawdown is that of an earlier take-down, and says nothing of this.
    """
    every = MONTHS[facility.repayment.frequency]
    is_advance = facility.repayment.timing == "advance"
    named = facility.dates.first_payment if facility.dates is not None else None
    anchor, number = start, 0 if is_advance else 1
    if named is not None:
        anchor, number = (named, 0) if named >= start else (anchor, number)
    is_month_end = False if facility.dates is None else facility.dates.end_of_month
    while (day := rolled(anchor, every, number, end_of_month=is_month_end)) < end:
        yield day
        number = number + 1
    if not is_advance:
        yield end


def _balloon_day(facility: Facility, paying: Sequence[date], end: date) -> date:
    """The day of the last payment: of the last rent, or of a balloon after rents in advance."""
    said = facility.repayment
    has_balloon = said.balloon > 0 if said.balloon_amount is None else True
    return end if has_balloon else paying[-1]


def _days_after(free: Duration, days: Sequence[date], closing: date) -> list[date]:
    """The days after a time from closing, or the last one where none is; all for no time."""
    if free.is_zero:
        return list(days)
    later = [day for day in days if day > free.after(closing)]
    return later if later else [days[-1]]


def _rows_by_day(
    facility: Facility, closing: date, paying: Sequence[date], end: date
) -> dict[date, list[int]]:
    """The rows of a custom profile by the rent they fall due with; what comes later is the rest."""
    steps = facility.repayment.steps
    found: dict[date, list[int]] = {}
    for row, step in enumerate(steps):
        first = day_after(step.after, closing)
        after = steps[row + 1].after if row + 1 < len(steps) else end
        until = day_after(after, closing)
        for day in _repeated(first, until, MONTHS[step.every] if step.every else 0):
            due = [each for each in paying if each >= day]
            if due:
                found.setdefault(due[0], []).append(row)
    return found


def _repeated(first: date, until: date, months: int) -> Iterator[date]:
    """A day once, or every so many months before `until`."""
    yield first
    if months == 0:
        return
    number = 1
    while add_months(first, months * number) < until:
        yield add_months(first, months * number)
        number = number + 1


def _pieces(facility: Facility, drawn: date, start: date, end: date) -> tuple[Fraction, ...]:
    """Parts of a year from `start` to `end`, cut where interest begins to bear interest.

    Those days count from the day drawn. A rate that compounds no more often than rents fall due
    needs no cut.
    """
    every = MONTHS[facility.rate.compounding]
    cuts: list[date] = []
    if every < MONTHS[facility.repayment.frequency]:
        cuts = [day for day in _repeated(drawn, end, every) if day > start]
    basis = facility.rate.basis
    return tuple(year_fraction(basis, one, other) for one, other in pairwise([start, *cuts, end]))
