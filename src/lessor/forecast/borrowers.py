"""The borrowers of a deal one by one: what each owes, against what value, and how it is covered."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import NamedTuple

import numpy as np

from lessor.core.numeric import FLOAT
from lessor.engine.debt.covenants import CovenantFlows
from lessor.forecast.cases import BASE
from lessor.forecast.cashflow import DUE
from lessor.forecast.closing_tables import closing_tables, sculpting_cases
from lessor.forecast.figures import as_floats
from lessor.forecast.lease_loans import with_lease_loans
from lessor.forecast.loan_schedule import ScheduleRow, joined_rows
from lessor.forecast.plan import Plan, part_plans
from lessor.forecast.trace_rows import Trace, trace_of
from lessor.metrics.cover import by_payment, dscr, ltv
from lessor.terms.load import Loaded


class Cover(NamedTuple):
    """DSCR of the payment period that ends on a day: cfads / debt_service."""

    day: date
    dscr: float


class Debt(NamedTuple):
    """A boundary of the plan: debt and the collateral's value, in the deal's currency.

    ltv: debt / collateral; None where no debt stands, or no value behind it (`is_unsecured`).
    """

    day: date
    debt: float
    collateral: float
    ltv: float | None
    is_unsecured: bool


class CovenantTest(NamedTuple):
    """A covenant on one of its test dates.

    value: the measure, None where there is nothing to divide by. headroom: from the level to it,
    positive where it is kept; headroom_share: of the level. level: that of default, else lock-up.
    """

    day: date
    covenant: str
    measure: str
    value: float | None
    level: float | None
    lock_up: float | None
    headroom: float | None
    headroom_share: float | None
    is_default: bool
    is_lock_up: bool
    is_cured: bool


@dataclass(frozen=True)
class Borrower:
    """One borrower with its plan; `name` is that of the SPV, empty for what no SPV holds."""

    name: str
    plan: Plan
    made_of: dict[str, tuple[str, ...]]

    @property
    def currency(self) -> str:
        """The currency of its amounts."""
        return self.plan.deal.currency

    @cached_property
    def covers(self) -> tuple[Cover, ...]:
        """DSCR on every payment date that has debt service."""
        plan = self.plan
        paying = plan.payment_flags
        if not paying.any():
            return ()
        cfads, service = (
            by_payment(as_floats(plan.to_payments(name)), paying) for name in ("cfads", DUE)
        )
        days = {moment.period: moment.day for moment in plan.payment_moments}
        ratios = zip(np.flatnonzero(paying).tolist(), dscr(cfads, service).tolist(), strict=True)
        return tuple(Cover(days[period], ratio) for period, ratio in ratios if ratio == ratio)

    @cached_property
    def debts(self) -> tuple[Debt, ...]:
        """Debt against collateral at each boundary of the plan."""
        owed, worth = as_floats(self.plan.outstanding), as_floats(self.plan.collateral)
        found = ltv(owed, worth)
        rows = zip(
            self.plan.grid.boundaries,
            owed.tolist(),
            worth.tolist(),
            found.ratio.tolist(),
            found.unsecured.tolist(),
            strict=True,
        )
        return tuple(
            Debt(day, debt, value, ratio if ratio == ratio else None, is_unsecured)
            for day, debt, value, ratio, is_unsecured in rows
        )

    @cached_property
    def trace(self) -> Trace:
        """Every step of its waterfall on every date; empty where it has none."""
        return trace_of(self.plan)

    @cached_property
    def tests(self) -> tuple[CovenantTest, ...]:
        """Every test of its covenants, oldest first."""
        return tuple(
            _test(run_date.moment.day, terms.name, terms.measure.measure, flows)
            for run in self.plan.spvs
            for run_date in run.dates
            for terms, flows in zip(run.terms.covenants, run_date.tests, strict=False)
            if flows.is_tested
        )

    @cached_property
    def schedules(self) -> dict[str, list[ScheduleRow]]:
        """The schedule of each of its loans, by the loan's name in the deal."""
        return dict(self._schedules())

    def _schedules(self) -> Iterator[tuple[str, list[ScheduleRow]]]:
        runs = {run.name: run for run in self.plan.facilities}
        taken_down = {name for names in self.made_of.values() for name in names}
        for name in dict.fromkeys([*self.made_of, *runs]):
            own = self.made_of.get(name, () if name in taken_down else (name,))
            found = [runs[each] for each in own if each in runs]
            if found:
                yield name, joined_rows(found)


def borrowers(loaded: Loaded) -> tuple[Borrower, ...]:
    """The borrowers of a checked deal: its SPVs, and what no SPV holds; itself where it has none.

    Raises FaultsError: those of `closing_tables`.
    """
    cases = sculpting_cases(loaded)
    tables = {} if cases in ([], [BASE]) else closing_tables(loaded)
    made_of = {name: tuple(names) for name, names in with_lease_loans(loaded.deal)[1].items()}
    return tuple(
        Borrower(next(iter(plan.deal.spvs), ""), plan, made_of)
        for plan in part_plans(loaded.deal, FLOAT, tables)
    )


def _test(day: date, covenant: str, measure: str, flows: CovenantFlows) -> CovenantTest:
    level = None if flows.level is None else float(flows.level)
    lock_up = None if flows.lock_up_level is None else float(flows.lock_up_level)
    asked = lock_up if level is None else level
    is_measured = bool(flows.is_measured)
    room = float(flows.headroom) if is_measured and asked is not None else None
    return CovenantTest(
        day=day,
        covenant=covenant,
        measure=measure,
        value=float(flows.value) if is_measured else None,
        level=level,
        lock_up=lock_up,
        headroom=room,
        headroom_share=room / abs(asked) if room is not None and asked else None,
        is_default=bool(flows.is_default),
        is_lock_up=bool(flows.is_lock_up),
        is_cured=bool(flows.is_cured),
    )
