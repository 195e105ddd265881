"""The schedule of a loan as its lender writes it: a row for each payment and each draw."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from lessor.core.dates import days_between, year_fraction
from lessor.core.numeric import Value
from lessor.engine.debt.facility import FacilityFlows
from lessor.forecast.funding import FacilityRun
from lessor.forecast.prepared import PreparedFacility


class ScheduleRow(NamedTuple):
    """One date of a loan, in the currency of the deal.

    closing = opening + drawn - principal. `days`: days since the row before, as the day count
    counts them; `rate`: a year, in force on them; `interest`: paid, or added to principal; then
    `principal` is less by it. `principal` holds early repayments, `fees` all that is paid beside.
    """

    date: date
    days: int
    rate: float
    opening: float
    drawn: float
    interest: float
    principal: float
    fees: float
    closing: float

    def as_json(self) -> dict[str, object]:
        """The row with its date as text."""
        return {**self._asdict(), "date": self.date.isoformat()}


class _Event(NamedTuple):
    """What happens on a day at the start (a draw) or at the end (a payment) of a segment."""

    day: date
    counted_to: date
    rate: float
    drawn: float = 0.0
    interest: float = 0.0
    principal: float = 0.0
    fees: float = 0.0


def schedule_rows(run: FacilityRun) -> list[ScheduleRow]:
    """The rows of a loan over the plan, oldest first; what was drawn at closing comes first.

    Draws without an amount have no row. Fees at closing and on draws stand with the draws.
    """
    by_day: dict[date, list[_Event]] = {}
    for event in sorted(_events(run)):
        by_day.setdefault(event.day, []).append(event)
    rows: list[ScheduleRow] = []
    balance, counted = 0.0, run.prepared.grid.closing
    for day, events in by_day.items():
        drawn = sum((event.drawn for event in events), 0.0)
        principal = sum((event.principal for event in events), 0.0)
        closing = balance + drawn - principal
        # What floats leave of a balance that was repaid is no debt.
        closing = 0.0 if abs(closing) < 1e-9 * max(balance, drawn) else closing
        rows.append(
            ScheduleRow(
                date=day,
                days=_counted_days(run.prepared, counted, events[0].counted_to),
                rate=events[0].rate,
                opening=balance,
                drawn=drawn,
                interest=sum((event.interest for event in events), 0.0),
                principal=principal,
                fees=sum((event.fees for event in events), 0.0),
                closing=closing,
            )
        )
        balance, counted = closing, max(counted, events[0].counted_to)
    return rows


def joined_rows(runs: Sequence[FacilityRun]) -> list[ScheduleRow]:
    """The rows of several loans (the take-downs of a finance lease) as those of one, date by date.

    `rate` is that of the first loan with a row on the date.
    """
    if len(runs) == 1:
        return schedule_rows(runs[0])
    by_day: dict[date, list[ScheduleRow]] = {}
    for run in runs:
        for row in schedule_rows(run):
            by_day.setdefault(row.date, []).append(row)
    rows: list[ScheduleRow] = []
    balance = 0.0
    for day, parts in sorted(by_day.items()):
        moved = sum((part.closing - part.opening for part in parts), 0.0)
        last = rows[-1].date if rows else day
        rows.append(
            ScheduleRow(
                date=day,
                days=_counted_days(runs[0].prepared, last, day),
                rate=parts[0].rate,
                opening=balance,
                drawn=sum((part.drawn for part in parts), 0.0),
                interest=sum((part.interest for part in parts), 0.0),
                principal=sum((part.principal for part in parts), 0.0),
                fees=sum((part.fees for part in parts), 0.0),
                closing=balance + moved,
            )
        )
        balance += moved
    return rows


def _events(run: FacilityRun) -> list[_Event]:
    prepared = run.prepared
    events = _at_closing(prepared)
    share = float(prepared.terms.fees.draw or 0)
    if prepared.facility.balance is not None:
        share = 0.0
    for index, (segment, flow) in enumerate(zip(prepared.segments, run.segment_flows, strict=True)):
        before = prepared.rates[index - 1] if index else prepared.rates[0]
        for day, amount in _draws(prepared, index, flow.drawn):
            rate = float(before if day == segment.start else prepared.rates[index])
            events.append(_Event(day, day, rate, drawn=amount, fees=share * amount))
        if segment.is_payment or prepared.is_end(segment) or _is_paid(flow):
            capitalised = float(flow.capitalised)
            events.append(
                _Event(
                    day=segment.payment_day,
                    counted_to=segment.end,
                    rate=float(prepared.rates[index]),
                    interest=float(flow.interest_paid) + capitalised,
                    principal=float(flow.principal_paid) + float(flow.prepaid) - capitalised,
                    fees=float(flow.fees_paid) + float(flow.premium_paid),
                )
            )
    return events


def _is_paid(flow: FacilityFlows) -> bool:
    """Whether the lender got anything: after maturity arrears are paid on further days."""
    parts = (flow.interest_paid, flow.principal_paid, flow.prepaid, flow.fees_paid)
    return any(float(part) > 0 for part in parts)


def _at_closing(prepared: PreparedFacility) -> list[_Event]:
    """The up-front fee; a loan made earlier paid it then."""
    fees, facility = prepared.terms.fees, prepared.facility
    share = float(facility.fees.up_front)
    if not share or fees.commitment is None or facility.balance is not None:
        return []
    closing = prepared.grid.closing
    return [_Event(closing, closing, float(prepared.rates[0]), fees=share * float(fees.commitment))]


def _draws(prepared: PreparedFacility, index: int, drawn: Value) -> list[tuple[date, float]]:
    """The draws of a segment by day; those that the run itself made are of its first day."""
    segment = prepared.segments[index]
    said = [
        (max(moment.day, segment.start), float(amount))
        for moment, amount in prepared.drawn_on.get(index, ())
        if float(amount)
    ]
    if not said and float(drawn):
        return [(segment.start, float(drawn))]
    return said


def _counted_days(prepared: PreparedFacility, start: date, end: date) -> int:
    if end <= start:
        return 0
    basis = prepared.facility.rate.basis
    if not basis.startswith("30"):
        return days_between(start, end)
    return round(360 * year_fraction(basis, start, end))
