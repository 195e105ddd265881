"""The debt of one borrower of a plan: funded, taxed, and paid by a waterfall or by its owners."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from lessor.core.issue import FaultsError
from lessor.core.numeric import Value
from lessor.engine.taxes.stamp import StampBases
from lessor.forecast.borrowing import (
    ROUNDS,
    TOLERANCE,
    Borrowed,
    Borrowing,
    endless,
    funded_until,
)
from lessor.forecast.funding import FacilityRun, Use, facility_run, pay_facility
from lessor.forecast.plan_record import Plan
from lessor.forecast.preparing import Preparation, Tables
from lessor.forecast.running import Running
from lessor.forecast.taxation import TaxRun, duty, income_tax, remit_vat
from lessor.rating.grid import Moment
from lessor.terms.deal import Deal

if TYPE_CHECKING:
    # What few deals have is imported where one has it: the command starts faster without.
    from lessor.engine.debt.rental import RentalFlows
    from lessor.forecast.lease_loans import LoansOf
    from lessor.forecast.spv_setup import SpvSetup


@dataclass
class PlanDebt:
    """The debt of one borrower: funded, taxed, and paid by its waterfall or by its owners.

    `said`: the deal as it was written, with its finance leases; `made_of`: their loans.
    """

    plan: Plan
    running: Running
    said: Deal
    made_of: LoansOf
    tables: Tables

    def run(self) -> None:
        """Sources and uses, then VAT and income tax on interest as scheduled, then payments."""
        plan = self.plan
        spv = self._spv()
        borrowed = self._borrowed(spv)
        self._fund(borrowed)
        on_rents = self._pay_beside(borrowed)
        remit_vat(plan.taxes, plan.cash)
        if plan.tax_run is not None:
            for moment, part in plan.tax_run.payments:
                plan.cash.add("income_tax_paid", moment, part)
        until = funded_until(plan.deal)
        if spv is None:
            for run in borrowed.runs:
                pay_facility(run, plan.cash, until)
            plan.cash.distribute(plan.payment_moments)
            return
        done = spv.run(borrowed.runs, on_rents)
        plan.facilities = [facility_run(loan.prepared, loan.flows) for loan in done.loans]
        plan.spvs = [done]

    def _borrowed(self, spv: SpvSetup | None) -> Borrowed:
        """The loans as they run if all is paid, with the income tax on that.

        A loan that is sculpted on cash after tax changes the tax: found as a fixed point.
        """
        plan = self.plan
        for _ in range(ROUNDS):
            known = plan.tax_run
            preparation = Preparation(
                plan.deal,
                plan.cash,
                plan.assets,
                plan.leases,
                self.tables,
                () if known is None else known.payments,
            )
            borrowed = Borrowing(
                plan.deal,
                plan.cash,
                plan.assets,
                plan.leases,
                self._duties,
                preparation.prepare,
                self._uses_beside,
                self._charged,
                spv.reserves if spv is not None and spv.is_funded_by_uses else None,
            ).borrow()
            plan.facilities = borrowed.runs
            plan.fees, plan.duties = borrowed.fees, borrowed.duties
            profit = _taxable_profit(plan)
            plan.tax_run = income_tax(plan.taxes, profit, plan.grid, plan.kind)
            if not preparation.leans_on_taxes or _is_settled(known, plan.tax_run):
                return borrowed
        remedy = "sculpt on another `case`, or write the repayments as rows (`profile: custom`)"
        raise FaultsError([endless("facilities", "tax and sculpted debt do not settle", remedy)])

    def _spv(self) -> SpvSetup | None:
        plan = self.plan
        if not plan.deal.spvs:
            return None
        from lessor.forecast.spv_setup import spv_setup

        return spv_setup(
            plan.deal,
            plan.cash,
            assets=plan.assets,
            leases=plan.leases,
            costs=self.running.runs,
        )

    def _beside(self, runs: Sequence[FacilityRun]) -> list[tuple[date, RentalFlows]]:
        """What finance leases move beside their rents."""
        from lessor.forecast.lease_loans import lease_flows

        return lease_flows(self.said, self.made_of, runs, self.plan.kind)

    def _uses_beside(self, runs: Sequence[FacilityRun]) -> list[tuple[str, Use]]:
        if not self.made_of:
            return []
        from lessor.forecast.lease_loans import uses_beside

        return uses_beside(self._beside(runs), runs, self.plan.grid)

    def _charged(self, runs: list[FacilityRun]) -> list[FacilityRun]:
        if not self.made_of:
            return runs
        from lessor.forecast.lease_loans import charged

        return charged(self.said, self.made_of, runs)

    def _pay_beside(self, borrowed: Borrowed) -> list[tuple[Moment, Value]]:
        """Deposits back and VAT that is credited put into the cash; the VAT on rents among it."""
        if not self.made_of:
            return []
        from lessor.forecast.lease_loans import pay_beside, vat_on_rents

        cash, beside = self.plan.cash, self._beside(borrowed.runs)
        pay_beside(beside, cash)
        if self.plan.taxes.vat is None:
            return []
        paid = vat_on_rents(beside, cash.grid)
        for moment, amount in paid:
            cash.add("vat_paid_on_costs", moment, amount)
        return paid

    def _duties(self, principal: Value) -> Value:
        plan = self.plan
        if plan.taxes.stamp_duty is None:
            return plan.kind.given(0)
        bases = StampBases(plan.contract.value, plan.cost_total, principal)
        return duty(plan.taxes.stamp_duty, bases, plan.kind)

    def _fund(self, borrowed: Borrowed) -> None:
        """Put sources and uses into the cash of the plan."""
        plan, cash = self.plan, self.plan.cash
        closing = cash.grid.opening(0)
        for fee in borrowed.sizing.fees:
            cash.add("fees_paid", closing, fee)
        for moment, fee in borrowed.funding.fees:
            cash.add("fees_paid", moment, fee)
        for stream, use in zip(borrowed.caused.streams, borrowed.caused.uses, strict=True):
            cash.add(stream, use.moment, use.amount)
        if plan.taxes.stamp_duty is not None:
            cash.add("stamp_duty_paid", closing, borrowed.duties)
        for moment, amount in borrowed.funding.equity:
            cash.add("equity_contributed", moment, amount)
        for own in borrowed.funding.draws:
            for moment, amount in own:
                cash.add("debt_drawn", moment, amount)
        for moment, amount in borrowed.spent:
            cash.add("prepayment_spent", moment, amount)
        if borrowed.spent:
            cash.add("prepayment_received", borrowed.spent[-1][0], borrowed.prepaid_left)


def _is_settled(before: TaxRun | None, after: TaxRun | None) -> bool:
    """Whether tax did not move between two rounds."""
    if after is None:
        return True
    if before is None:
        return False
    pairs = list(zip(before.payments, after.payments, strict=True))
    moved = [np.max(np.abs(np.asarray(now - then, np.float64))) for (_, then), (_, now) in pairs]
    largest = [np.max(np.abs(np.asarray(now, np.float64))) for _, (_, now) in pairs]
    return bool(max(moved) <= TOLERANCE * max(*largest, 1.0))


def _taxable_profit(plan: Plan) -> list[Value]:
    """Revenue less costs, tax depreciation, interest, fees, duties; gain or loss on the sale."""
    if plan.taxes.income is None:
        return []
    worn = plan.summed([run.tax_depreciation for run in plan.assets], "tax_depreciation")
    parts = [[flow.interest_accrued for flow in run.flows] for run in plan.facilities]
    scheduled = plan.summed(parts, "interest_accrued")
    profit = [
        revenue - cost - wear - interest
        for revenue, cost, wear, interest in zip(
            plan.revenue, plan.operating_costs, worn, scheduled, strict=True
        )
    ]
    profit[0] = profit[0] - plan.fees - plan.duties
    for run in plan.assets:
        period = run.sale.moment.period
        profit[period] = profit[period] + run.gain(run.tax_depreciation)
    return profit
