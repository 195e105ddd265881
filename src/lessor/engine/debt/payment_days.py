"""The accrual periods of a loan and the days on which they are paid."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from lessor.core.dates import add_months, year_fraction
from lessor.core.days import dates_of, days_of
from lessor.core.roll import Cycle, roll
from lessor.terms.facilities import Facility
from lessor.terms.interest import FREQUENCY_MONTHS
from lessor.terms.payment_cycle import payment_steps, stepped_days
from lessor.terms.repayment import PaymentDates, Repayment
from lessor.terms.scalars import Duration

if TYPE_CHECKING:
    # Loans on months from closing need no calendar: importing it is left to those with days.
    from lessor.core.calendars import Calendar
    from lessor.core.cycles import Counting

MONTHS = {"none": 0, **FREQUENCY_MONTHS}
"""Months between two payments, or between two dates on which interest compounds (0: never)."""

_LEVEL = ("level", "level_payment", "principal_table", "equal_principal")


class PaymentRow(NamedTuple):
    """One accrual period `[start, end)` and its payment.

    `due_from`, `due`: its days before business days are looked at; rows of a profile, interest-only
    time and grace are compared with them. `payment_day`: when it is paid. `is_real`: not past
    maturity; `is_last`: the payment of maturity; `is_rest_only`: it pays no level part, as all of
    those were paid in advance. `is_capitalised`: interest is added to principal. `service_years`:
    its length in years for annual fees. `months`: those of its frequency, a broken period's too.
    """

    start: date
    end: date
    payment_day: date
    due_from: date
    due: date
    is_real: bool
    is_last: bool
    is_capitalised: bool
    is_rest_only: bool
    service_years: Fraction
    months: int


def day_after(moment: date | Duration, closing: date) -> date:
    """The day that a term means which holds a day, or a time from closing."""
    return moment.after(closing) if isinstance(moment, Duration) else moment


def opening_draw(facility: Facility, closing: date) -> date | None:
    """The day after closing on which a loan is first drawn and pays in advance too; else None.

    On it the loan is drawn first, as at closing.
    """
    first = None if facility.dates is None else facility.dates.first_payment
    if first is None or first <= closing or facility.repayment.timing != "advance":
        return None
    drawn = [draw.date for draw in facility.draws[:1] if facility.draw == "planned"]
    return first if drawn == [first] else None


def undated_rows(facility: Facility, closing: date, months: int) -> tuple[PaymentRow, ...]:
    """The rows of a loan whose payments fall on months counted from closing."""
    longer = facility.repayment.amortization
    until = 0 if longer is None else _months_to(closing, longer.after(closing))
    ends: list[int] = []
    for start, every in payment_steps(facility, closing):
        first = _months_to(closing, start)
        # Each frequency runs to where the next one takes over; the last one to the end.
        later = range(first + every, max(months, until), every)
        ends = [*(end for end in ends if end <= first), *later]
    ends = [*(end for end in ends if end < months), months, *(end for end in ends if end > months)]
    ends += [until] if until > months else []
    days = [add_months(closing, month) for month in (0, *ends)]
    dues = _dues(facility, days, len([end for end in ends if end <= months]))
    return _rows(facility, dues, tuple(days[:-1]), tuple(days[1:]), tuple(days[1:]))


def dated_rows(facility: Facility, closing: date, maturity: date) -> tuple[PaymentRow, ...]:
    """The rows of a loan whose payment days are terms: rolled, then adjusted to business days.

    Dates roll from the first payment (from closing, where none is named), or back from maturity
    where the stub stands first. A first payment and a maturity are where they are said to be.
    Past maturity, an amortization that is longer rolls on from it.
    """
    from lessor.core.cycles import accrual_periods, unadjusted_dates

    said = facility.dates or PaymentDates()
    start = said.first_payment or closing
    dues = [maturity]
    if start < maturity and facility.repayment.frequency_steps:
        dues = stepped_days(facility, closing, maturity)
    elif start < maturity:
        every = Cycle(MONTHS[facility.repayment.frequency])
        first, last = start.toordinal(), maturity.toordinal()
        dues = dates_of(
            unadjusted_dates(first, every, last, stub=said.stub, end_of_month=said.end_of_month)
        )
    if said.first_payment is not None and said.first_payment > closing:
        dues = [closing, *dues]
    real = len(dues) - 1
    dues += _beyond(facility, closing, maturity)
    days = days_of(dues)
    counting: Counting = "shift_calculate" if said.accrual == "adjusted" else "calculate_shift"
    periods = accrual_periods(days, place_of(facility), said.convention, counting=counting)
    rows = _rows(
        facility,
        _dues(facility, dues, real),
        dates_of(periods.count_start),
        dates_of(periods.count_end),
        dates_of(periods.payment),
    )
    drawn = opening_draw(facility, closing)
    return rows if drawn is None else _paid_once_drawn(rows, drawn)


def _paid_once_drawn(rows: Sequence[PaymentRow], drawn: date) -> tuple[PaymentRow, ...]:
    """The rows with a first payment that no business day moves before the draw that it is on."""
    first, later = rows[0], rows[1:2]
    return (
        first._replace(end=max(first.end, drawn), payment_day=max(first.payment_day, drawn)),
        *(row._replace(start=max(row.start, drawn)) for row in later),
        *rows[2:],
    )


def place_of(facility: Facility) -> Calendar:
    """The business days of a loan: those of its calendars together."""
    from lessor.core.calendars import joint_calendar

    names = facility.dates.calendar if facility.dates is not None else []
    return joint_calendar(names or ["none"])


def adjusted(facility: Facility, day: date) -> date:
    """A day of the loan's cycle as interest is counted to it."""
    said = facility.dates
    if said is None or said.accrual == "unadjusted":
        return day
    moved = place_of(facility).adjust(day.toordinal(), said.convention)
    return date.fromordinal(moved)


def _beyond(facility: Facility, closing: date, maturity: date) -> list[date]:
    longer = facility.repayment.amortization
    end = maturity if longer is None else longer.after(closing)
    if end <= maturity:
        return []
    every = Cycle(payment_steps(facility, closing)[-1].months)
    from lessor.core.cycles import unadjusted_dates

    end_of_month = facility.dates is not None and facility.dates.end_of_month
    start, until = maturity.toordinal(), end.toordinal()
    return dates_of(unadjusted_dates(start, every, until, end_of_month=end_of_month)[1:])


def _months_to(closing: date, day: date) -> int:
    months = (day.year - closing.year) * 12 + day.month - closing.month
    return months if add_months(closing, months) >= day else months + 1


def shortest_months(facility: Facility) -> int:
    """Months between two payments of a loan: the fewest, where its frequency changes."""
    said = facility.repayment
    frequencies = (said.frequency, *(step.frequency for step in said.frequency_steps))
    return min(MONTHS[each] for each in frequencies)


class _Dues(NamedTuple):
    """Closing and the unadjusted ends of all rows; how many rows are real; the months of each."""

    days: tuple[date, ...]
    real: int
    months: tuple[int, ...]


def _dues(facility: Facility, days: Sequence[date], real: int) -> _Dues:
    first, *later = payment_steps(facility, days[0])
    months = [first.months] * (len(days) - 1)
    for step in later:
        begun = bisect_left(days, step.start)
        months[begun:] = [step.months] * len(months[begun:])
    return _Dues(tuple(days), real, tuple(months))


def _rows(
    facility: Facility,
    dues: _Dues,
    starts: Sequence[date],
    ends: Sequence[date],
    payments: Sequence[date],
) -> tuple[PaymentRow, ...]:
    repayment, closing = facility.repayment, dues.days[0]
    free_until = repayment.grace.after(closing)
    is_advance = repayment.timing == "advance"
    rows = [
        PaymentRow(
            start=starts[index],
            end=ends[index],
            payment_day=payments[index],
            due_from=dues.days[index],
            due=dues.days[index + 1],
            is_real=index < dues.real,
            is_last=index == dues.real - 1,
            is_capitalised=dues.days[index + 1] <= free_until and index != dues.real - 1,
            is_rest_only=is_advance and index == dues.real - 1,
            service_years=_service_years(dues, index),
            months=dues.months[index],
        )
        for index in range(len(ends))
    ]
    if not is_advance:
        return tuple(rows)
    named = None if facility.dates is None else facility.dates.first_payment
    # A first payment that is named after closing is the first: none falls on closing.
    opens = named is None or named <= closing
    return _without_rest(_opened(rows) if opens else rows, repayment)


def _opened(rows: list[PaymentRow]) -> list[PaymentRow]:
    """The rows with a payment at the start of the first one too."""
    first = rows[0]
    opening = first._replace(
        end=first.start,
        payment_day=first.start,
        due=first.due_from,
        is_last=False,
        is_capitalised=False,
        is_rest_only=False,
        service_years=Fraction(0),
        months=0,
    )
    return [opening, *rows]


def _without_rest(rows: list[PaymentRow], repayment: Repayment) -> tuple[PaymentRow, ...]:
    """The rows in advance; a loan that level payments repay has none left to pay at maturity."""
    leaves_rest = repayment.balloon > 0 or repayment.balloon_amount is not None
    if leaves_rest or repayment.profile not in _LEVEL or not rows[-1].is_real:
        return tuple(rows)
    rows.pop()
    rows[-1] = rows[-1]._replace(is_last=True, is_rest_only=False, is_capitalised=False)
    return tuple(rows)


def _service_years(dues: _Dues, index: int) -> Fraction:
    start, end = dues.days[index], dues.days[index + 1]
    months = dues.months[index]
    is_inside = 0 < index < dues.real - 1
    if is_inside or _is_whole(start, end, months):
        return Fraction(months, 12)
    return year_fraction("actual/365", start, end)


def _is_whole(start: date, end: date, months: int) -> bool:
    """Whether so many months lie between two days, ends of months meeting ends of months."""
    forth = roll(start.toordinal(), months, 1, end_of_month=True)
    return date.fromordinal(int(forth)) == end or start == add_months(end, -months)
