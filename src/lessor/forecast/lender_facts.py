"""What the factors of a lender's case are read from: the deal, its plan, and the ends of things."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import NamedTuple

import numpy as np

from lessor.forecast.closing_tables import closing_tables
from lessor.forecast.figures import as_floats
from lessor.forecast.plan import Plan, run_plan
from lessor.forecast.preparing import Tables
from lessor.forecast.scaled_loans import drawn_by_loan, owners_pay
from lessor.forecast.stress import dates_of, reserves_by_month
from lessor.metrics.arrays import Floats
from lessor.metrics.cover import dscr, lowest
from lessor.terms.deal import Deal
from lessor.terms.lender_case import LenderCase
from lessor.terms.load import Loaded
from lessor.terms.plan_dates import lease_end, letting_end, maturity

DAYS_A_MONTH = 30.4375

FactorValue = float | bool | str | None


class Factor(NamedTuple):
    """A factor: its figure, what is asked of it, and whether it meets that (None: not known).

    `unit`: what the figure is, as in the table of metrics; money, multiple, fraction, months.
    """

    name: str
    value: FactorValue
    test: str
    passes: bool | None
    unit: str = ""


def at_least(name: str, value: float | None, bar: float, test: str, unit: str = "") -> Factor:
    """A factor that passes where its figure is known and not below a bar."""
    return Factor(name, value, test, None if value is None else bool(value >= bar), unit)


def at_most(name: str, value: float | None, bar: float, test: str, unit: str = "") -> Factor:
    """A factor that passes where its figure is known and not above a bar."""
    return Factor(name, value, test, None if value is None else bool(value <= bar), unit)


@dataclass
class Facts:
    """A deal as a lender looks at it."""

    loaded: Loaded

    @property
    def deal(self) -> Deal:
        """The deal as it is."""
        return self.loaded.deal

    @property
    def said(self) -> LenderCase:
        """What the deal says of its security, and the bars it names."""
        return self.deal.lender_case

    @cached_property
    def owed(self) -> Deal:
        """The deal with all debt service paid, by the owners where cash is short."""
        return owners_pay(self.deal, self.deal.facilities)

    @cached_property
    def tables(self) -> Tables:
        """The principal of sculpted loans as it is fixed at closing."""
        return closing_tables(self.loaded)

    @cached_property
    def plan(self) -> Plan:
        """The plan with all debt service paid."""
        return run_plan(self.owed, tables=self.tables)

    @cached_property
    def reserves(self) -> Floats:
        """What reserves hold in each month before it pays; nothing without a waterfall."""
        months = self.plan.grid.months
        if not self.deal.spvs:
            return np.zeros(months)
        held = reserves_by_month(run_plan(self.deal, tables=self.tables))
        return np.resize(np.append(held, np.zeros(months)), months)

    @cached_property
    def drawn(self) -> dict[str, float]:
        """What is drawn on each loan."""
        return drawn_by_loan(self.owed, self.plan)

    @property
    def debt(self) -> float:
        """What is drawn on all loans."""
        return sum(self.drawn.values(), 0.0)

    @cached_property
    def first_term_end(self) -> date | None:
        """The end of the first lease terms as signed, without renewal; None without a lease."""
        return lease_end(self.deal) if self.is_let else None

    @property
    def is_let(self) -> bool:
        """Whether any lease is in the forecast."""
        return any(letting_end(lease) is not None for lease in self.deal.leases.values())

    @cached_property
    def maturities(self) -> dict[str, date]:
        """The day each loan ends."""
        ends = {name: maturity(self.deal, loan) for name, loan in self.deal.facilities.items()}
        return {name: end for name, end in ends.items() if end is not None}

    @property
    def outstanding(self) -> Floats:
        """Debt at each boundary of the plan."""
        return as_floats(self.plan.outstanding)

    def boundary_of(self, day: date) -> int:
        """The boundary of the plan on a day, or the first one after it (the last one at most)."""
        boundaries = self.plan.grid.boundaries
        return next((at for at, each in enumerate(boundaries) if each >= day), len(boundaries) - 1)

    def lowest_cover(self, deal: Deal) -> float | None:
        """min over payment dates of cfads / debt_service of a case; None without debt service."""
        dates = dates_of(run_plan(owners_pay(deal, deal.facilities), tables=self.tables))
        value = float(lowest(dscr(dates.cash, dates.service)))
        return None if np.isnan(value) else value
