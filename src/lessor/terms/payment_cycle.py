"""The cycle of a loan's payments where it changes: the days as rolled, from the terms alone."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from lessor.terms.facilities import Facility
from lessor.terms.interest import FREQUENCY_MONTHS
from lessor.terms.plan_dates import rolled_day
from lessor.terms.repayment import PaymentDates


class PaymentStep(NamedTuple):
    """From the day `start` on, whole periods of a loan last so many months."""

    start: date
    months: int


def payment_steps(facility: Facility, closing: date) -> tuple[PaymentStep, ...]:
    """The frequencies of a loan, that of closing first."""
    said = facility.repayment
    first = PaymentStep(closing, FREQUENCY_MONTHS[said.frequency])
    later = (
        PaymentStep(rolled_day(facility, step.from_, closing), FREQUENCY_MONTHS[step.frequency])
        for step in said.frequency_steps
    )
    return (first, *later)


def stepped_days(facility: Facility, closing: date, maturity: date) -> list[date]:
    """The days of a loan's cycle from its first payment (else closing) to maturity, unadjusted."""
    # Few loans change their frequency: schedules of arrays are left to those.
    from lessor.core.cycles import CycleStep, stepped_dates
    from lessor.core.days import dates_of

    said = facility.dates or PaymentDates()
    start = (said.first_payment or closing).toordinal()
    first, *later = payment_steps(facility, closing)
    steps = [CycleStep(start, first.months)]
    steps += [CycleStep(step.start.toordinal(), step.months) for step in later]
    end = maturity.toordinal()
    return dates_of(stepped_dates(steps, end, stub=said.stub, end_of_month=said.end_of_month))
