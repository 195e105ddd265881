"""When a loan pays: its segments with their day counts and compounding, known before a run."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from datetime import date
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from lessor.core.dates import add_months, whole_months_between, year_fraction
from lessor.core.roll import roll
from lessor.engine.debt.payment_days import (
    MONTHS as MONTHS,
)
from lessor.engine.debt.payment_days import (
    PaymentRow,
    adjusted,
    dated_rows,
    day_after,
    opening_draw,
    shortest_months,
    undated_rows,
)
from lessor.terms.facilities import Facility
from lessor.terms.plan_dates import rolled_day
from lessor.terms.scalars import Duration


class SegmentStructure(NamedTuple):
    """What one segment `[start, end)` is to a loan: it lies in one month and one accrual period.

    `period`: the month of the plan, counted on from the last. `payment_day`: the day on which what
    falls due at `end` is paid. `compounds`: at the start, interest accrued so far begins to bear
    interest. `is_payment`, `is_principal_payment`: a payment of interest, of principal falls on
    the end; `is_last`: it is the loan's last one; `is_capitalised`: interest due is added to
    principal. `payments_left`: payments of principal from this segment on. `steps`, `planned`: rows
    of a custom profile, and of early repayments, that fall due with this payment. `is_available`:
    the loan may still be drawn. `service_years`: part of a year that an annual fee is charged for.
    `alike`: a number that segments share up to whose end a payment period has grown alike.
    `months`: those of its payment period when whole. `is_opening`: the loan is first drawn at its
    start and pays in advance at its end; its payment period begins here.
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
    period: int
    payment_day: date
    row: int
    is_capitalised: bool = False
    is_available: bool = True
    service_years: Fraction = Fraction(0)
    planned: tuple[int, ...] = ()
    alike: int = 0
    months: int = 0
    is_opening: bool = False


def maturity_day(facility: Facility, closing: date, lease_end: date) -> date:
    """The day a loan ends; `lease_end` is the day that `until: lease_end` stands for."""
    until = facility.repayment.until
    return lease_end if isinstance(until, str) else rolled_day(facility, until, closing)


def maturity_month(facility: Facility, closing: date, lease_end: date) -> int:
    """Months from closing that reach the last payment day, at least 1.

    Without `dates`, a maturity inside a month is the end of that month. With them it is the day
    itself, as business days adjust it.
    """
    day = maturity_day(facility, closing, lease_end)
    if facility.dates is not None:
        last = dated_rows(facility, closing, day)[-1]
        day = max(last.end, last.payment_day)
    whole = whole_months_between(closing, day)
    return max(1, whole if add_months(closing, whole) == day else whole + 1)


def facility_rows(facility: Facility, closing: date, maturity: date) -> tuple[PaymentRow, ...]:
    """The accrual periods of a loan, each with its payment; those past maturity are not real.

    An amortization longer than the loan goes on past maturity; a level or equal profile reckons
    with those payments, and what is left at maturity falls due then.
    """
    if facility.dates is not None:
        return dated_rows(facility, closing, maturity)
    whole = whole_months_between(closing, maturity)
    months = max(1, whole if add_months(closing, whole) == maturity else whole + 1)
    return undated_rows(facility, closing, months)


class _Dates:
    """A loan as far as its days go: two loans with the same days are one, and found once."""

    def __init__(self, facility: Facility) -> None:
        self.facility = facility
        said, rate, early = facility.repayment, facility.rate, facility.early
        self.key = (
            (said.profile, said.frequency, said.timing, said.interest_only, said.grace),
            tuple((step.from_, step.frequency) for step in said.frequency_steps),
            (said.amortization, said.balloon > 0, said.balloon_amount is None),
            tuple((step.after, step.every) for step in said.steps),
            (rate.basis, rate.compounding, rate.index is None, rate.reset),
            tuple(step.from_ for step in rate.steps),
            None if rate.hedge is None else rate.hedge.until,
            None if facility.dates is None else facility.dates.model_dump_json(),
            facility.availability.until,
            facility.draws[0].date if facility.draw == "planned" and facility.draws else None,
            tuple(row.date for row in early.planned),
        )

    def __hash__(self) -> int:
        return hash(self.key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Dates) and self.key == other.key


def payment_plan(
    facility: Facility,
    grid_dates: Sequence[date],
    maturity: int | date,
    *,
    draw_days: Iterable[date] = (),
) -> tuple[SegmentStructure, ...]:
    """The segments of a loan, to maturity or to the end of the grid if that is later.

    `grid_dates` starts with closing; month m is `[grid_dates[m], grid_dates[m + 1])`. Without
    `dates`, segments are months: payments are counted from closing and the last one falls at
    maturity (a number of months), so a broken payment period comes last. With them, a segment ends
    at every accrual date, boundary of a month, draw, reset and change of the rate, and the parts of
    a year in one accrual period sum to that of the whole. A grid that ends before maturity is
    carried on by months from closing, for a level payment depends on all that follow. A payment
    within `interest_only` pays no principal. A row of a custom profile falls due with the first
    payment on or after its day, interest-only or not.
    """
    return _plan_kept(_Dates(facility), tuple(grid_dates), maturity, frozenset(draw_days))


def _planned(
    dates: _Dates, grid_dates: tuple[date, ...], maturity: int | date, draw_days: frozenset[date]
) -> tuple[SegmentStructure, ...]:
    facility = dates.facility
    closing = grid_dates[0]
    end = add_months(closing, maturity) if isinstance(maturity, int) else maturity
    rows = facility_rows(facility, closing, end)
    reach = max(row.end for row in rows)
    boundaries = list(grid_dates)
    while boundaries[-1] < reach:
        boundaries.append(add_months(closing, len(boundaries)))
    plan = _Plan(facility, rows, boundaries, draw_days)
    found = [segment for index in range(len(rows)) for segment in plan.segments_of(index)]
    return _numbered((*found, *plan.after(reach)))


def _numbered(segments: Sequence[SegmentStructure]) -> tuple[SegmentStructure, ...]:
    """The segments with `alike`.

    Simple interest grows with the whole time, wherever the months of the plan cut it.
    """
    numbers: dict[tuple[tuple[Fraction, ...], Fraction], int] = {}
    found: list[SegmentStructure] = []
    compounded_at: tuple[Fraction, ...] = ()
    row, whole = -1, Fraction(0)
    for segment in segments:
        if segment.row != row or segment.is_opening:
            row, whole, compounded_at = segment.row, Fraction(0), ()
        elif segment.compounds:
            compounded_at = (*compounded_at, whole)
        whole = whole + segment.year_fraction
        key = (compounded_at, whole)
        found.append(segment._replace(alike=numbers.setdefault(key, len(numbers))))
    return tuple(found)


# All structure: a deal that is run again with other amounts has the same days.
_plan_kept = lru_cache(maxsize=256)(_planned)


class _Plan:
    """The segments of a loan's accrual periods."""

    def __init__(
        self,
        facility: Facility,
        rows: Sequence[PaymentRow],
        boundaries: Sequence[date],
        draw_days: frozenset[date],
    ) -> None:
        self.facility, self.rows, self.boundaries = facility, rows, boundaries
        closing = boundaries[0]
        self.closing = closing
        self.shortest = shortest_months(facility)
        self.opening = opening_draw(facility, closing)
        self.principal = _principal_rows(facility, rows, closing)
        self.steps = _by_row(rows, step_days(facility, closing, rows))
        early = [
            (index, day_after(row.date, closing))
            for index, row in enumerate(facility.early.planned)
        ]
        self.planned = _by_row(rows, early)
        said = facility.availability.until
        self.available_until = None if said is None else day_after(said, closing)
        self.cuts = sorted({*boundaries, *self._marks(draw_days)})

    def _marks(self, draw_days: frozenset[date]) -> set[date]:
        """The days on which a loan changes inside an accrual period."""
        facility, closing = self.facility, self.closing
        marks = {day_after(step.from_, closing) for step in facility.rate.steps}
        if facility.rate.hedge is not None and facility.rate.hedge.until is not None:
            marks.add(day_after(facility.rate.hedge.until, closing))
        if self.available_until is not None:
            marks.add(self.available_until)
        if facility.dates is None:
            # Without days of its own, a draw counts in its month with its own part of a year.
            return marks
        marks.update(draw_days)
        for row in self.rows:
            marks.update(reset_days(facility, row))
            marks.update(compounding_days(facility, row))
        return marks

    def segments_of(self, index: int) -> Iterable[SegmentStructure]:
        """The segments of one accrual period, the payment at the end of the last."""
        row = self.rows[index]
        inside = self.cuts[bisect_right(self.cuts, row.start) : bisect_left(self.cuts, row.end)]
        points = [row.start, *inside, row.end]
        drawn = self.opening if index == 0 else None
        if drawn == row.end:
            # What is paid on the day of the draw is paid once it is drawn.
            points = [*points, drawn]
        compounding = set(compounding_days(self.facility, row))
        for place, (start, end) in enumerate(pairwise(points), start=2):
            is_end = place == len(points)
            yield SegmentStructure(
                start=start,
                end=end,
                year_fraction=self._fraction(row, start, end),
                compounds=self._compounds(start, compounding),
                is_payment=is_end and row.is_real,
                is_principal_payment=is_end and index in self.principal,
                is_last=is_end and row.is_last,
                payments_left=self._payments_left(index),
                steps=self.steps.get(index, ()) if is_end else (),
                period=bisect_right(self.boundaries, start) - 1,
                payment_day=row.payment_day if is_end else end,
                row=index,
                is_capitalised=is_end and row.is_capitalised,
                is_available=self.available_until is None or start < self.available_until,
                service_years=row.service_years if is_end else Fraction(0),
                planned=self.planned.get(index, ()) if is_end else (),
                is_opening=start == drawn,
                months=row.months,
            )

    def after(self, end: date) -> Iterable[SegmentStructure]:
        """The months of the grid after the last accrual period: nothing falls due in them."""
        later = self.boundaries[bisect_left(self.boundaries, end) :]
        later = later if later and later[0] == end else [end, *later]
        for start, until in pairwise(later):
            fraction = year_fraction(self.facility.rate.basis, start, until)
            yield SegmentStructure(
                start,
                until,
                fraction,
                compounds=self._compounds(start, {start}),
                is_payment=False,
                is_principal_payment=False,
                is_last=False,
                payments_left=0,
                steps=(),
                period=bisect_right(self.boundaries, start) - 1,
                payment_day=until,
                row=len(self.rows),
                is_available=False,
            )

    @property
    def _is_undated(self) -> bool:
        return self.facility.dates is None

    def _fraction(self, row: PaymentRow, start: date, end: date) -> Fraction:
        basis = self.facility.rate.basis
        if self._is_undated:
            month = self.boundaries[bisect_right(self.boundaries, start) - 1]
            whole = year_fraction(basis, month, end)
            return whole if month == start else whole - year_fraction(basis, month, start)
        last = self.rows[-1].end
        so_far = year_fraction(basis, row.start, start, maturity=last)
        return year_fraction(basis, row.start, end, maturity=last) - so_far

    def _compounds(self, start: date, days: set[date]) -> bool:
        every = MONTHS[self.facility.rate.compounding]
        if every == 0 or start == self.closing:
            return False
        if every > self.shortest:
            # A rate quoted for longer than a payment period grows as a power, so day by day.
            return True
        if self._is_undated:
            months = whole_months_between(self.closing, start)
            return months % every == 0 and add_months(self.closing, months) == start
        return start in days

    def _payments_left(self, index: int) -> int:
        left = len(self.principal) - bisect_left(self.principal, index)
        return left - 1 if self.rows[-1].is_rest_only else left


def compounding_days(facility: Facility, row: PaymentRow) -> list[date]:
    """The days within an accrual period from which interest accrued before bears interest."""
    return _divided(facility, row, MONTHS[facility.rate.compounding])


def reset_days(facility: Facility, row: PaymentRow) -> list[date]:
    """The days within an accrual period on which its market rate may be read anew."""
    reset = facility.rate.reset
    return _divided(facility, row, 0 if reset is None else MONTHS[reset])


def _divided(facility: Facility, row: PaymentRow, every: int) -> list[date]:
    """The start of an accrual period, and every so many months from it while it lasts."""
    if not 0 < every < row.months:
        return [row.start]
    days = [row.start]
    while True:
        day = adjusted(facility, _rolled(facility, row.due_from, every * len(days)))
        if day >= row.end:
            return days
        days.append(day)


def _rolled(facility: Facility, day: date, months: int) -> date:
    end_of_month = facility.dates is not None and facility.dates.end_of_month
    return date.fromordinal(int(roll(day.toordinal(), months, 1, end_of_month=end_of_month)))


def _principal_rows(facility: Facility, rows: Sequence[PaymentRow], closing: date) -> list[int]:
    repayment = facility.repayment
    if repayment.profile == "bullet":
        return [index for index, row in enumerate(rows) if row.is_last]
    real = range(len(rows))
    if repayment.profile in ("custom", "sculpted"):
        return [index for index in real if rows[index].is_real]
    free_until = max(repayment.interest_only.after(closing), repayment.grace.after(closing))
    is_advance = repayment.timing == "advance" and free_until == closing
    return [i for i in real if rows[i].due > free_until or is_advance or rows[i].is_last]


def step_days(
    facility: Facility, closing: date, rows: Sequence[PaymentRow]
) -> list[tuple[int, date]]:
    """The days of the rows of a custom profile, each row repeated until the next one begins."""
    steps = facility.repayment.steps
    last = max(row.due for row in rows if row.is_real)
    starts = [day_after(step.after, closing) for step in steps]
    found: list[tuple[int, date]] = []
    for index, (step, start) in enumerate(zip(steps, starts, strict=True)):
        found.append((index, start))
        if step.every is None:
            continue
        until = min([last, *starts[index + 1 : index + 2]])
        every, count = MONTHS[step.every], 1
        while (day := _repeated(step.after, closing, every * count)) < until:
            found.append((index, day))
            count += 1
    return found


def _repeated(after: date | Duration, closing: date, months: int) -> date:
    if isinstance(after, Duration) and not after.days:
        return add_months(closing, after.months + months)
    return add_months(day_after(after, closing), months)


def _by_row(
    rows: Sequence[PaymentRow], days: Iterable[tuple[int, date]]
) -> dict[int, tuple[int, ...]]:
    real = [index for index, row in enumerate(rows) if row.is_real]
    found: dict[int, tuple[int, ...]] = {}
    for item, day in days:
        on = next((index for index in real if rows[index].due >= day), real[-1])
        # What comes after maturity is part of the rest that the last payment takes.
        found[on] = (*found.get(on, ()), item)
    return found
