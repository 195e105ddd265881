"""Checks of loans whose frequency of payments changes: each change is a payment date."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from lessor.core.dates import add_months, whole_months_between
from lessor.terms.check_finance_leases import FINANCE_LEASES
from lessor.terms.deal import Deal
from lessor.terms.facilities import Facility
from lessor.terms.fields import listed
from lessor.terms.findings import Finding, rising_days, without_effect
from lessor.terms.payment_cycle import payment_steps, stepped_days
from lessor.terms.plan_dates import maturity, rolled_day
from lessor.terms.source import Path


def check_frequency(deal: Deal) -> Iterator[Finding]:
    """The changes of how often each loan pays.

    Issues: points-not-rising, dates-out-of-order, frequency-off-cycle, term-not-handled; warning
    without-effect.
    """
    for name, facility in deal.facilities.items():
        steps = facility.repayment.frequency_steps
        path: Path = ("facilities", name, "repayment", "frequency_steps")
        if not steps:
            continue
        yield from _same_as_before(facility, path)
        faults = [*rising_days(deal, steps, path, "from"), *_within_loan(deal, facility, path)]
        yield from faults or _on_the_cycle(deal, facility, path)
        if facility.rental is not None or facility.kind in FINANCE_LEASES:
            yield Finding(
                "term-not-handled",
                path,
                "the rents of a finance lease fall due at one frequency, from which its rates are "
                "quoted",
                "write `kind: term_loan` without `rental:`, or one `frequency:`",
            )


def _same_as_before(facility: Facility, path: Path) -> Iterator[Finding]:
    before = facility.repayment.frequency
    for index, step in enumerate(facility.repayment.frequency_steps):
        if step.frequency == before:
            yield without_effect(
                (*path, index, "frequency"), f"the loan pays {before} before this day too"
            )
        before = step.frequency


def _within_loan(deal: Deal, facility: Facility, path: Path) -> Iterator[Finding]:
    end, closing = maturity(deal, facility), deal.closing_date
    for index, step in enumerate(payment_steps(facility, closing)[1:]):
        where = (*path, index, "from")
        if step.start <= closing:
            yield Finding(
                "dates-out-of-order",
                where,
                f"the frequency changes on {step.start}, and the loan begins at closing on "
                f"{closing}",
                "write the frequency of then as `frequency:`, or a later day",
            )
        elif end is not None and step.start >= end:
            yield Finding(
                "dates-out-of-order",
                where,
                f"the frequency changes on {step.start}, and the loan ends on {end}",
                "write a day before the end, or take the change away",
            )


def _on_the_cycle(deal: Deal, facility: Facility, path: Path) -> Iterator[Finding]:
    """Each change is a date of the cycle before it, or after it where dates roll back from the end.

    The first change that is none moves all that follow from it: it alone is told.
    """
    end, closing = _end(deal, facility), deal.closing_date
    first = closing if facility.dates is None else facility.dates.first_payment or closing
    if end is None or end <= first:
        return
    days = stepped_days(facility, closing, end)
    steps = payment_steps(facility, closing)[1:]
    off = [index for index, step in enumerate(steps) if step.start not in days]
    if not off:
        return
    backward = facility.dates is not None and facility.dates.stub.endswith("first")
    index = off[-1 if backward else 0]
    before = (
        facility.repayment.frequency,
        *(s.frequency for s in facility.repayment.frequency_steps),
    )
    cycle = before[index + 1] if backward else before[index]
    near = _nearest([day for day in days if closing < day < end], steps[index].start)
    yield Finding(
        "frequency-off-cycle",
        (*path, index, "from"),
        f"the frequency changes on {steps[index].start}, which is no {cycle} payment date of the "
        "loan",
        f"write {listed(near)}"
        if near
        else "take the change away: no payment comes before the end",
    )


def _end(deal: Deal, facility: Facility) -> date | None:
    """Maturity as payments are rolled to it: without `dates` the end of its month of the loan."""
    until, closing = facility.repayment.until, deal.closing_date
    end = maturity(deal, facility)
    if facility.dates is not None:
        return end if isinstance(until, str) else rolled_day(facility, until, closing)
    if end is None or end <= closing:
        return end
    whole = whole_months_between(closing, end)
    rolled = add_months(closing, whole)
    return rolled if rolled == end else add_months(closing, whole + 1)


def _nearest(days: Sequence[date], day: date) -> list[str]:
    """The last of the days before a day, and the first after it."""
    before = [each for each in days if each < day][-1:]
    after = [each for each in days if each > day][:1]
    return [str(each) for each in (*before, *after)]
