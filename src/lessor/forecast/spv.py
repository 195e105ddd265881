"""Drives a borrower's waterfall over the plan: what falls due, who is paid, which tests fail.

Order within a date: rates, draws and accrual of the loans -> receipts -> costs and taxes that fall
due -> the steps, which look at the tests of the last certificate (or of this date, if the terms say
so) -> the loans settled with what was paid -> the tests of this date. On a date without a payment
(the end of a month between two payments) costs and taxes ahead of the loans are paid, and nothing
else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np

from lessor.core.numeric import Naming, Value, ratio, total
from lessor.engine.debt.accounts import TargetInputs, target_amounts
from lessor.engine.debt.facility import FacilityDue
from lessor.engine.debt.waterfall import (
    WaterfallFlows,
    WaterfallInputs,
    WaterfallState,
    WaterfallTerms,
    opening_waterfall,
    waterfall_date,
)
from lessor.engine.debt.waterfall_steps import COLLECTION, StepTerms, with_balance
from lessor.forecast.spv_loans import Asked, Loan, paid_to
from lessor.forecast.spv_measures import Measures
from lessor.forecast.spv_records import DateRun, SpvRun, SpvTerms
from lessor.forecast.spv_tests import Certificates

OPERATING_COSTS, TAXES = "operating_costs", "taxes"

ROUNDING = 1e-9
"""Share of what moves on a date by which rounding may break the conservation of cash."""


@dataclass
class SpvDriver:
    """Runs one borrower.

    `openings`: by place among the payment dates, what accounts are filled with as a use of money.
    `outside_until`: the last day of construction, whose interest the waterfall does not pay.
    """

    terms: SpvTerms
    measures: Measures
    loans: list[Loan]
    openings: Mapping[int, Sequence[Value]]
    outside_until: date | None = None
    certificates: Certificates = field(init=False)
    service: Value = 0

    def __post_init__(self) -> None:
        self.certificates = Certificates(self.terms, self.measures)

    def run(self) -> SpvRun:
        """Every date of the waterfall."""
        state = opening_waterfall(self.terms.waterfall, self.openings.get(0))
        run = SpvRun(self.terms, self.loans)
        place = 0
        for index, pays in enumerate(self.measures.dates.is_payment):
            place += pays
            date_run, after = self._date(index, place, state)
            check_conserved(state, date_run)
            run.dates.append(date_run)
            state = after
        return run

    def _date(
        self, index: int, place: int, state: WaterfallState
    ) -> tuple[DateRun, WaterfallState]:
        dates, pays = self.measures.dates, self.measures.dates.is_payment[index]
        is_end = index == len(dates.days) - 1
        asked = self._fall_due(index, place) if pays else {}
        funded = self.terms.waterfall.zero
        filled = self.openings.get(place, ()) if pays else ()
        if filled:
            funded = total([funded, *filled])
            balances = tuple(have + more for have, more in zip(state.balances, filled, strict=True))
            state = state._replace(balances=balances)
        held = _released(state) if is_end else state
        if pays and self._looks_at_this_date:
            self._test(place, asked, held)
        chosen = self._chosen(pays)
        terms = self.terms.waterfall._replace(
            steps=tuple(self.terms.waterfall.steps[step] for step in chosen)
        )
        inputs = WaterfallInputs(
            date=dates.days[index],
            receipts=self.measures.due.receipts[index],
            wants=tuple(self._want(step, index, asked) for step in terms.steps),
            targets=self._targets(place, asked, is_end=is_end),
            failing=self.certificates.failing(terms.tests),
            test_values=self.certificates.values(terms.tests),
            may_cure=self.certificates.may_cure(place) if pays else False,
        )
        given = WaterfallState(held.balances, tuple(held.arrears[step] for step in chosen))
        flows, after = waterfall_date(terms, given, inputs)
        state_after = self._carried(held, after, chosen, index)
        if self.measures.kind.keeps_names:
            flows, state_after = self._named(flows, state_after, chosen, index)
        paid = self._settle(asked, place, terms, flows)
        done = DateRun(
            moment=dates.moments[index],
            is_payment=pays,
            steps=chosen,
            inputs=inputs,
            flows=flows,
            tests=(),
            paid=paid,
            balances=state_after.balances,
            cures=terms.zero,
            left=terms.zero,
            emptied=state.balances if is_end else (),
            service=self.service if pays else terms.zero,
            funded=funded,
        )
        done = self._certified(done, place, asked) if pays else done
        done = _ended(done, terms.zero) if is_end else done
        return done, state_after._replace(balances=done.balances)

    def _certified(self, done: DateRun, place: int, asked: Mapping[str, Asked]) -> DateRun:
        """The date with its tests, and with the money that makes failed ones good."""
        if not self._looks_at_this_date:
            self._test(place, asked, WaterfallState(done.balances, ()))
        cures = self.certificates.spend_cures(done.flows.cured)
        repaid: dict[str, Value] = {}
        for names, amount in cures.repaid.items():
            repaid |= self._repay(place, names, amount, repaid)
        collected = done.balances[COLLECTION] + cures.cash
        return done._replace(
            tests=self.certificates.last,
            cures=cures.cash,
            repaid=repaid,
            balances=with_balance(done.balances, COLLECTION, collected),
        )

    def _repay(
        self, place: int, names: Sequence[str], amount: Value, before: Mapping[str, Value]
    ) -> dict[str, Value]:
        """Owners' money that brings debt to a test's level, over the loans by what they owe."""
        zero = self.terms.waterfall.zero
        loans = [loan for loan in self.loans if not names or loan.name in names]
        debt = total([zero, *(loan.outstanding for loan in loans)])
        shares = [amount * ratio(loan.outstanding, debt, zero) for loan in loans]
        found: dict[str, Value] = {}
        for loan, share in zip(loans, shares, strict=True):
            # A loan that has not been drawn yet has nothing to repay.
            if loan.flows:
                loan.repay(share)
                self.measures.swept(place, loan.name, loan.current)
                found[loan.name] = before.get(loan.name, zero) + share
        return found

    def _named(
        self, flows: WaterfallFlows, state: WaterfallState, chosen: Sequence[int], index: int
    ) -> tuple[WaterfallFlows, WaterfallState]:
        """Flows and accounts under their names, for kinds that keep them."""
        kind, path = self.measures.kind, f"spvs.{self.terms.name}"
        moment = self.measures.dates.moments[index]
        period = moment.period
        if moment != self.measures.cash.grid.closing_of(period):
            # A month may hold several dates: those inside it have their day in the name.
            path = f"{path} {moment.day}"
        steps = tuple(
            Naming(kind, f"{path}.waterfall[{place}]", [period]).apply(flow, 0)
            for place, flow in zip(chosen, flows.steps, strict=True)
        )
        balances = tuple(
            kind.named(balance, f"{path}.accounts.{account}", period)
            for account, balance in zip(self.terms.waterfall.accounts, state.balances, strict=True)
        )
        sums: WaterfallFlows = Naming(kind, path, [period]).apply(
            flows._replace(steps=(), balances=()), 0
        )
        arrears = tuple(
            kind.named(amount, f"{path}.waterfall[{place}].arrears", period)
            for place, amount in enumerate(state.arrears)
        )
        return sums._replace(steps=steps, balances=balances), WaterfallState(balances, arrears)

    @property
    def _looks_at_this_date(self) -> bool:
        return self.terms.said.tests_use == "this_date"

    def _chosen(self, pays: bool) -> tuple[int, ...]:
        """The steps of a date: all on a payment date, else costs and taxes ahead of the loans."""
        steps = self.terms.waterfall.steps
        first = next((place for place, step in enumerate(steps) if step.loan), len(steps))
        return tuple(
            place
            for place, step in enumerate(steps)
            if pays or (step.action == "pay" and place < first)
        )

    def _carried(
        self, before: WaterfallState, after: WaterfallState, chosen: Sequence[int], index: int
    ) -> WaterfallState:
        """What steps leave unpaid; steps that were not run carry on what newly fell due to them."""
        arrears = list(before.arrears)
        for place, step in enumerate(self.terms.waterfall.steps):
            if place in chosen:
                arrears[place] = after.arrears[chosen.index(place)]
            elif step.is_carried and not step.loan:
                arrears[place] = arrears[place] + self._new(step.what, index)
        return WaterfallState(after.balances, tuple(arrears))

    def _fall_due(self, index: int, place: int) -> dict[str, Asked]:
        with_fees = {
            step.loan for step in self.terms.waterfall.steps if step.part == "fees" and step.loan
        }
        found: dict[str, Asked] = {}
        service: dict[str, Value] = {}
        for loan in self.loans:
            day = self.measures.dates.days[index]
            carried = loan.arrears
            due = loan.fall_due(day)
            if due is None:
                continue
            asked = Asked(due, loan.owed, loan.name in with_fees)
            if self.outside_until is not None and day <= self.outside_until:
                zero = self.terms.waterfall.zero
                funded = (due.fees, due.interest)
                due = due._replace(fees=zero, interest=zero)
                asked = asked._replace(due=due, funded=funded)
            found[loan.name] = asked
            service[loan.name] = due.fees + due.interest + due.principal + due.premium - carried
        self.measures.fell_due(place, service)
        self.service = total([self.terms.waterfall.zero, *service.values()])
        return found

    def _want(self, step: StepTerms, index: int, asked: Mapping[str, Asked]) -> Value:
        zero = self.terms.waterfall.zero
        if step.loan:
            on_loan = asked.get(step.loan)
            want = zero if on_loan is None else on_loan.want(step.part, zero)
            return self.certificates.restoring(step, want) if step.part == "early" else want
        return self._new(step.what, index) if step.action == "pay" else zero

    def _new(self, what: str, index: int) -> Value:
        """What newly falls due of costs or taxes on a date."""
        due, zero = self.measures.due, self.terms.waterfall.zero
        if what == TAXES:
            return due.taxes[index]
        name = what.removeprefix("costs.")
        if what != OPERATING_COSTS:
            return due.costs[name][index] if name in due.costs else zero
        named = {step.what for step in self.terms.waterfall.steps if step.action == "pay"}
        parts = [
            amounts[index] for name, amounts in due.costs.items() if f"costs.{name}" not in named
        ]
        if TAXES not in named:
            parts.append(due.taxes[index])
        return total([zero, *parts, due.refunds[index]])

    def _targets(
        self, place: int, asked: Mapping[str, Asked], *, is_end: bool
    ) -> tuple[Value, ...]:
        zero = self.terms.waterfall.zero
        if is_end:
            return (zero,) * len(self.terms.accounts.accounts)
        names = [loan.name for loan in self.loans]
        debt = total([zero, *(self._debt_after(loan, asked) for loan in self.loans)])
        return target_amounts(
            self.terms.accounts,
            TargetInputs(
                place,
                self.measures.debt_service(names),
                self.measures.operating_costs,
                debt,
            ),
        )

    def _debt_after(self, loan: Loan, asked: Mapping[str, Asked]) -> Value:
        """What a loan owes once what is due on a date is paid, or was paid."""
        on_loan = asked.get(loan.name)
        if on_loan is None or not loan.is_waiting:
            return loan.outstanding
        return on_loan.outstanding - on_loan.due.principal - on_loan.due.early

    def _test(self, place: int, asked: Mapping[str, Asked], state: WaterfallState) -> None:
        """The tests of a date: on the debt after what is due (before it is paid) or was paid."""
        debts = {loan.name: self._debt_after(loan, asked) for loan in self.loans}
        cash = total([self.terms.waterfall.zero, *state.balances])
        self.certificates.test(place, debts, cash)

    def _settle(
        self,
        asked: Mapping[str, Asked],
        place: int,
        terms: WaterfallTerms,
        flows: WaterfallFlows,
    ) -> dict[str, FacilityDue]:
        found = {}
        pairs = list(zip(terms.steps, flows.steps, strict=True))
        for loan in self.loans:
            if loan.name in asked:
                own = [(step, flow) for step, flow in pairs if step.loan == loan.name]
                paid = paid_to(asked[loan.name], own, terms.zero)
                found[loan.name] = paid
                funded = asked[loan.name].funded
                if funded is not None:
                    paid = paid._replace(fees=paid.fees + funded[0], interest=funded[1])
                is_swept = any(step.part == "early" for step, _ in own)
                loan.settle(paid, is_swept=is_swept)
                if is_swept:
                    self.measures.swept(place, loan.name, loan.current)
        return found


def _released(state: WaterfallState) -> WaterfallState:
    """The accounts as the plan ends: everything that is held is there to be paid out."""
    held = total(state.balances)
    nothing = 0 * held
    return state._replace(balances=(held, *(nothing for _ in state.balances[1:])))


def _ended(done: DateRun, zero: Value) -> DateRun:
    """The last date, with what is left on the accounts paid out to the owners."""
    return done._replace(left=total(done.balances), balances=tuple(zero for _ in done.balances))


def check_conserved(before: WaterfallState, done: DateRun) -> None:
    """Raise where cash was made or lost on a date, or an account went below zero.

    receipts + cures + funded + accounts before = paid + distributed + left + accounts after.
    """
    flows = done.flows
    came = flows.receipts + flows.cured + done.cures + done.funded + total(before.balances)
    went = flows.paid + flows.distributed + done.left + total(done.balances)
    scale = float(np.max(np.abs(np.asarray(came, np.float64)))) + 1.0
    off = float(np.max(np.abs(np.asarray(came - went, np.float64))))
    lowest = min(float(np.min(np.asarray(balance, np.float64))) for balance in done.balances)
    if off > ROUNDING * scale or lowest < -ROUNDING * scale:
        raise AssertionError(f"the waterfall of {done.inputs.date} loses {off}, or owes {lowest}")
