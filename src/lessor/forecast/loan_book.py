"""Many loans at once: arrays with one entry a loan, through the steps that one loan goes through.

Loans that are alike in structure (profile, frequency, number of payments, free time) run together;
their days, day counts and calendars may differ. It serves books of plain loans: at a fixed rate,
drawn whole at closing, paid in arrears, without fees. What has more runs as a plan.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from lessor.core.calendars import Convention, joint_calendar
from lessor.core.cycles import Counting, Periods, accrual_periods
from lessor.core.day_counts import year_fractions
from lessor.core.days import Days, days_of
from lessor.core.numeric import FLOAT, scan
from lessor.core.roll import roll
from lessor.engine.debt.facility import FacilityFlows, facility_segment
from lessor.engine.debt.facility_terms import (
    Draw,
    FacilityInputs,
    FacilityTerms,
    lower_facility,
    opening_facility,
)
from lessor.engine.debt.payment_days import MONTHS
from lessor.engine.debt.schedule import (
    PaymentFactors,
    SegmentTerms,
    annuity_factors,
)
from lessor.engine.debt.whole_periods import with_whole_periods
from lessor.metrics.arrays import Floats
from lessor.terms.facilities import Facility, Fees
from lessor.terms.repayment import PaymentDates
from lessor.terms.scalars import Duration

PROFILES = ("level", "level_payment", "principal_table", "equal_principal", "bullet")


@dataclass(frozen=True)
class LoanBook:
    """The payments of many loans: one row a loan, one column a payment, in its own currency.

    `days` are payment days (see `lessor.core.days`), 0 past a loan's last payment, where amounts
    are 0 too. `outstanding`: after the payment.
    """

    days: Days
    interest: Floats
    principal: Floats
    outstanding: Floats


def loan_book(facilities: Sequence[Facility], closings: Sequence[date]) -> LoanBook:
    """The schedules of many plain loans, each drawn whole on its closing day.

    Raises ValueError for a loan that is not plain.
    """
    groups: dict[Hashable, list[int]] = defaultdict(list)
    for index, facility in enumerate(facilities):
        groups[_structure(facility)].append(index)
    widest = max((_payments(facilities[rows[0]]) for rows in groups.values()), default=0)
    shape = (len(facilities), widest)
    book = LoanBook(np.zeros(shape, np.int64), np.zeros(shape), np.zeros(shape), np.zeros(shape))
    starts = days_of(closings)
    for rows in groups.values():
        own = np.array(rows)
        days, flows = _run([facilities[row] for row in rows], starts[own])
        count = days.shape[1]
        book.days[own, :count] = days
        for part in ("interest_paid", "principal_paid", "outstanding"):
            held: Floats = getattr(book, part.removesuffix("_paid"))
            values = np.stack([np.broadcast_to(getattr(f, part), own.shape) for f in flows], axis=1)
            held[own, :count] = values
    return book


def _structure(facility: Facility) -> Hashable:
    """What loans must share to run together; raises ValueError for a loan that is not plain."""
    said, rate = facility.repayment, facility.rate
    is_plain = (
        said.profile in PROFILES
        and isinstance(said.until, Duration)
        and said.until.days == said.interest_only.days == 0
        and said.timing == "arrears"
        and said.grace.is_zero
        and not said.frequency_steps
        and said.amortization is None
        and said.balloon_amount is None
        and said.payment is None
        and facility.principal.amount is not None
        and rate.value is not None
        and rate.quoted == "annual"
        and not (rate.steps or rate.paid_in_kind or facility.early.planned)
        and MONTHS[rate.compounding] in (0, MONTHS[said.frequency])
        and facility.fees == Fees()
        and _dates(facility).first_payment is None
    )
    if not is_plain:
        raise ValueError("a book holds plain loans only: see `loan_book`")
    return (
        said.profile,
        said.until,
        said.frequency,
        said.interest_only,
        rate.compounding,
        facility.rounding,
    )


def _dates(facility: Facility) -> PaymentDates:
    return facility.dates or _UNADJUSTED


_UNADJUSTED = PaymentDates()


def _payments(facility: Facility) -> int:
    """How many payments a loan has: a broken period comes last."""
    until = facility.repayment.until
    assert isinstance(until, Duration), "the structure was checked"
    return -(-until.months // MONTHS[facility.repayment.frequency])


def _run(loans: Sequence[Facility], starts: Days) -> tuple[Days, list[FacilityFlows]]:
    """The payment days (loans x payments) and the flows (payments, each an array) of a group."""
    first = loans[0]
    days, fractions = _days(loans, starts)
    segments = _segments(first, fractions)
    terms = _terms(loans)
    terms, segments = with_whole_periods(terms, segments, in_advance=False, kind=FLOAT)
    factors: Sequence[PaymentFactors] = [PaymentFactors(0.0, 0.0, 0.0)] * len(segments)
    if terms.profile.name == "level":
        factors = annuity_factors(terms.rate, segments, kind=FLOAT)
    principals = np.array([float(_amount(loan)) for loan in loans])
    inputs = [
        FacilityInputs((), segment, factor)
        for segment, factor in zip(segments, factors, strict=True)
    ]
    inputs[0] = inputs[0]._replace(draws=(Draw(principals, segments[0].year_fraction),))
    flows, _ = scan(facility_segment, terms, opening_facility(terms), inputs)
    return days, flows


def _amount(loan: Facility) -> float:
    assert loan.principal.amount is not None, "the structure was checked"
    return float(loan.principal.amount.amount)


def _terms(loans: Sequence[Facility]) -> FacilityTerms:
    rates = np.array([float(loan.rate.value or 0) for loan in loans])
    terms = lower_facility("book", loans[0], kind=FLOAT, rate=rates)
    balloons = np.array([float(loan.repayment.balloon) for loan in loans])
    return terms._replace(profile=terms.profile._replace(balloon=balloons))


def _segments(first: Facility, fractions: Sequence[Floats]) -> tuple[SegmentTerms, ...]:
    """The periods of a group: each one segment, which ends with a payment."""
    count, every = len(fractions), MONTHS[first.repayment.frequency]
    free = first.repayment.interest_only.months
    until = first.repayment.until
    assert isinstance(until, Duration), "the structure was checked"
    ends = [min(every * (place + 1), until.months) for place in range(count)]
    is_bullet = first.repayment.profile == "bullet"
    paying = [end == until.months or (end > free and not is_bullet) for end in ends]
    compounds = first.rate.compounding != "none"
    return tuple(
        SegmentTerms(
            year_fraction=fraction,
            compounds=compounds and place > 0,
            is_payment=True,
            is_principal_payment=paying[place],
            is_last=place == count - 1,
            payments_left=sum(paying[place:]),
            share_due=0.0,
            amount_due=0.0,
        )
        for place, fraction in enumerate(fractions)
    )


def _days(loans: Sequence[Facility], starts: Days) -> tuple[Days, list[Floats]]:
    """Payment days (loans x payments), and of each payment its period's part of a year."""
    first = loans[0]
    until = first.repayment.until
    assert isinstance(until, Duration), "the structure was checked"
    every = MONTHS[first.repayment.frequency]
    counts = np.minimum(every * np.arange(_payments(first) + 1), until.months)
    said = [_dates(loan) for loan in loans]
    ends = np.array([dates.end_of_month for dates in said])
    unadjusted = roll(starts, 1, counts, end_of_month=ends)
    unadjusted[:, 0] = starts
    periods = _adjusted(said, unadjusted)
    fractions = np.empty(periods.payment.shape)
    for basis, rows in _alike([loan.rate.basis for loan in loans]).items():
        opens, closes = periods.count_start[rows], periods.count_end[rows]
        fractions[rows] = year_fractions(str(basis), opens, closes, maturity=closes[:, -1:])
    return periods.payment, list(np.ascontiguousarray(fractions.T))


def _adjusted(said: Sequence[PaymentDates], unadjusted: Days) -> Periods:
    """The periods of all loans, those of one calendar and convention together."""
    shape = (unadjusted.shape[0], unadjusted.shape[1] - 1)
    found = Periods(*(np.empty(shape, np.int64) for _ in Periods._fields))
    kinds = _alike([(tuple(d.calendar), d.convention, d.accrual) for d in said])
    for rows in kinds.values():
        dates = said[int(rows[0])]
        counting: Counting = "shift_calculate" if dates.accrual == "adjusted" else "calculate_shift"
        convention: Convention = dates.convention
        place = joint_calendar(dates.calendar or ["none"])
        own = accrual_periods(unadjusted[rows], place, convention, counting=counting)
        for held, part in zip(found, own, strict=True):
            held[rows] = part
    return found


def _alike(keys: Sequence[Hashable]) -> dict[Hashable, NDArray[np.int64]]:
    """The places of each key."""
    places: dict[Hashable, list[int]] = defaultdict(list)
    for place, key in enumerate(keys):
        places[key].append(place)
    return {key: np.array(rows, np.int64) for key, rows in places.items()}
