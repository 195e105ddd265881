"""A borrower's covenant certificate: every test of a date with the figures that it is made of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

from lessor.engine.debt.covenants import CovenantFlows, CovenantTerms
from lessor.forecast.plan import Plan
from lessor.forecast.spv_records import SpvRun

_OVER_A_WINDOW = ("dscr", "contract_realisation")


class CertifiedTest(NamedTuple):
    """One covenant on the date: value = part / base, money in the deal's currency.

    value, headroom: None where there is nothing to divide by. level, lock_up: None where none
    stands; headroom: from the level of default (of lock-up, where there is no other) to the value,
    positive while it is kept. since, until: the days `(since, until]` whose cash is counted, of a
    measure over a window. facilities: the loans counted. cure: money that brings it to its level.
    """

    covenant: str
    measure: str
    facilities: tuple[str, ...]
    since: date | None
    until: date | None
    part: float
    base: float
    value: float | None
    level: float | None
    lock_up: float | None
    headroom: float | None
    is_default: bool
    is_lock_up: bool
    is_cured: bool
    cure: float


class Certificate(NamedTuple):
    """What a borrower certifies for a date, by the plan."""

    spv: str
    currency: str
    day: date
    tests: tuple[CertifiedTest, ...]


def certificates(plan: Plan, day: date) -> list[Certificate]:
    """The certificates of a date, one for each borrower that is tested on it."""
    found = [_of_borrower(run, plan, day) for run in plan.spvs]
    return [each for each in found if each.tests]


def days_tested(plan: Plan) -> dict[str, list[date]]:
    """By borrower the days on which a covenant of it is tested, oldest first."""
    return {
        run.terms.name: [
            each.moment.day for each in run.dates if any(t.is_tested for t in each.tests)
        ]
        for run in plan.spvs
        if run.terms.covenants
    }


def _of_borrower(run: SpvRun, plan: Plan, day: date) -> Certificate:
    tests = [
        _test(terms, flows, window, [loan.name for loan in run.loans])
        for terms, flows, window in _tested(run, plan.deal.closing_date, day)
    ]
    return Certificate(run.terms.name, plan.deal.currency, day, tuple(tests))


Days = tuple[date | None, date | None]


def _tested(
    run: SpvRun, closing: date, day: date
) -> Iterator[tuple[CovenantTerms, CovenantFlows, Days]]:
    """The tests of a date, with the days whose cash they count."""
    days = [closing, *(each.moment.day for each in run.dates if each.is_payment)]
    for date_run in run.dates:
        if date_run.moment.day != day or day not in days[1:]:
            continue
        place = days.index(day, 1)
        for terms, flows in zip(run.terms.covenants, date_run.tests, strict=False):
            if flows.is_tested:
                yield terms, flows, _window(terms, days, place)


def _window(terms: CovenantTerms, days: Sequence[date], place: int) -> Days:
    """The days after the first and up to the last that a sum counts; place 0 is closing."""
    if terms.measure.measure not in _OVER_A_WINDOW:
        return None, None
    window = terms.dates[place].window
    return days[max(window.start - 1, 0)], days[window.end - 1]


def _test(
    terms: CovenantTerms, flows: CovenantFlows, window: Days, loans: Sequence[str]
) -> CertifiedTest:
    is_measured = bool(flows.is_measured)
    since, until = window
    return CertifiedTest(
        covenant=terms.name,
        measure=terms.measure.measure,
        facilities=terms.facilities or tuple(loans),
        since=since,
        until=until,
        part=float(flows.part),
        base=float(flows.base),
        value=float(flows.value) if is_measured else None,
        level=None if flows.level is None else float(flows.level),
        lock_up=None if flows.lock_up_level is None else float(flows.lock_up_level),
        headroom=float(flows.headroom) if is_measured else None,
        is_default=bool(flows.is_default),
        is_lock_up=bool(flows.is_lock_up),
        is_cured=bool(flows.is_cured),
        cure=float(flows.cure_amount),
    )
