"""Sets a borrower's waterfall up on a plan: its dates, accounts, tests and opening balances."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from lessor.core.numeric import Value, total
from lessor.engine.debt.accounts import TargetInputs, lower_accounts, target_amounts
from lessor.engine.debt.covenants import lower_covenants
from lessor.engine.debt.waterfall import lower_waterfall
from lessor.forecast.borrowing import construction_until, funded_until
from lessor.forecast.cashflow import Cash
from lessor.forecast.desk import LeaseRun
from lessor.forecast.funding import FacilityRun, Use
from lessor.forecast.owning import AssetRun
from lessor.forecast.running import CostRun
from lessor.forecast.spv import SpvDriver
from lessor.forecast.spv_cash import pay_waterfall
from lessor.forecast.spv_dates import Entries, due_cash, spv_dates
from lessor.forecast.spv_loans import Loan, scheduled_payments
from lessor.forecast.spv_measures import Measures
from lessor.forecast.spv_records import SpvRun, SpvTerms
from lessor.rating.exchange import converted
from lessor.terms.deal import Deal
from lessor.terms.spvs import Spv


@dataclass
class SpvSetup:
    """One borrower of a plan whose deal holds nothing else."""

    name: str
    said: Spv
    deal: Deal
    cash: Cash
    assets: Sequence[AssetRun]
    leases: Sequence[LeaseRun]
    costs: Sequence[CostRun]

    @property
    def is_funded_by_uses(self) -> bool:
        """Whether a reserve is filled as a use of money."""
        return any(account.funded != "from_cash" for account in self.said.accounts.values())

    def reserves(self, runs: Sequence[FacilityRun]) -> list[Use]:
        """What reserves are filled with as a use of money, and when."""
        measures = self._measures(runs)
        openings = self._openings(measures)
        return [Use(measures.moments[place], total(held)) for place, held in openings.items()]

    def _completion(self, measures: Measures) -> int:
        """The place of the last date of the construction time; closing without."""
        until = construction_until(self.deal)
        if until is None:
            return 0
        return max(place for place, day in enumerate(measures.days) if place == 0 or day <= until)

    def run(self, runs: Sequence[FacilityRun], vat_on_rents: Entries = ()) -> SpvRun:
        """Every date of the waterfall; what it paid goes into the cash of the plan.

        `vat_on_rents`: of finance leases, as far as it is credited; it is due with the taxes.
        """
        measures, until = self._measures(runs, vat_on_rents), construction_until(self.deal)
        loans = [Loan(run.prepared) for run in runs]
        for loan in loans:
            self._pay_at_closing(loan)
        driver = SpvDriver(self._terms(measures), measures, loans, self._openings(measures), until)
        done = driver.run()
        pay_waterfall(done, measures.due, self.cash)
        if until is not None and funded_until(self.deal) is None:
            self._pay_construction(done.loans, until)
        return done

    def _pay_construction(self, loans: Sequence[Loan], until: date) -> None:
        """Interest and fees due in construction as the owners pay them, where no use does."""
        for loan in loans:
            for index in loan.prepared.payments:
                moment, flow = loan.prepared.moment(index), loan.flows[index]
                if self.cash.grid.closing < moment.day <= until:
                    self.cash.add("interest_paid", moment, flow.interest_paid)
                    self.cash.add("debt_fees_paid", moment, flow.fees_paid)
                    given = flow.interest_paid + flow.fees_paid
                    self.cash.add("equity_contributed", moment, given)

    def _pay_at_closing(self, loan: Loan) -> None:
        """A payment in advance on closing day itself is the owners': nothing has come in yet."""
        due = loan.fall_due(self.cash.grid.closing)
        if due is None:
            return
        loan.settle(due)
        moment = self.cash.grid.opening(0)
        self.cash.add("interest_paid", moment, due.interest)
        self.cash.add("principal_paid", moment, due.principal)
        self.cash.add("debt_fees_paid", moment, due.fees)
        self.cash.add("equity_contributed", moment, due.interest + due.principal + due.fees)

    def _measures(self, runs: Sequence[FacilityRun], vat_on_rents: Entries = ()) -> Measures:
        until = construction_until(self.deal)
        scheduled = {
            run.name: scheduled_payments(run.prepared, run.segment_flows, until) for run in runs
        }
        days = [payment.day for payments in scheduled.values() for payment in payments]
        dates = spv_dates(self.cash.grid, days)
        due = due_cash(
            dates, self.cash, self.costs, junior=self._junior_costs, vat_on_rents=vat_on_rents
        )
        return Measures(self.cash, dates, due, self.assets, self.leases, scheduled)

    @property
    def _junior_costs(self) -> set[str]:
        """Costs with a step of their own behind the first step of a loan."""
        found: set[str] = set()
        is_behind = False
        for step in self.said.waterfall:
            name = step.what.partition(".")[0]
            is_behind = is_behind or (step.do == "pay" and name in self.deal.facilities)
            if is_behind and step.do == "pay" and name == "costs":
                found.add(step.what.removeprefix("costs."))
        return found

    def _terms(self, measures: Measures) -> SpvTerms:
        kind, loans = self.cash.kind, list(measures.scheduled)
        waterfall = lower_waterfall(
            self.name, self.said, kind=kind, loans=loans, convert=self._converted
        )
        days = measures.days
        return SpvTerms(
            self.name,
            self.said,
            waterfall,
            lower_accounts(self.name, self.said, days, kind=kind, convert=self._converted),
            lower_covenants(self.name, self.said, days, kind=kind, convert=self._converted),
        )

    def _openings(self, measures: Measures) -> dict[int, list[Value]]:
        """By place, what accounts are filled with there as a use of money: their first target."""
        terms = self._terms(measures).accounts
        drawn = [payments[0].opening for payments in measures.scheduled.values() if payments]
        places = {"at_closing": 0, "at_completion": self._completion(measures)}
        found: dict[int, list[Value]] = {}
        for word, place in places.items():
            filled = [self.said.accounts[each.name].funded == word for each in terms.accounts]
            if not any(filled):
                continue
            targets = target_amounts(
                terms,
                TargetInputs(
                    place,
                    measures.debt_service(list(measures.scheduled)),
                    measures.operating_costs,
                    total([terms.zero, *drawn]),
                ),
            )
            held = found.get(place, [terms.zero] * len(filled))
            found[place] = [
                before + target if is_filled else before
                for before, target, is_filled in zip(held, targets, filled, strict=True)
            ]
        return found

    def _converted(self, amount: Value, currency: str | None) -> Value:
        deal = self.deal
        return converted(deal, amount, currency, deal.closing_date, self.cash.kind)


def spv_setup(
    deal: Deal,
    cash: Cash,
    *,
    assets: Sequence[AssetRun],
    leases: Sequence[LeaseRun],
    costs: Sequence[CostRun],
) -> SpvSetup | None:
    """The borrower of a part of a deal; None where its owners pay its loans themselves."""
    for name, said in deal.spvs.items():
        return SpvSetup(name, said, deal, cash, assets, leases, costs)
    return None
