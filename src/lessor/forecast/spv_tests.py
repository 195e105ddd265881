"""A borrower's certificates: its covenants tested date by date, and what steps see of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from lessor.core.numeric import Flag, Value, either, maximum, minimum, where
from lessor.engine.debt.covenant_measures import CURED_BY_REPAYMENT
from lessor.engine.debt.covenants import (
    CovenantFlows,
    CovenantState,
    covenant_date,
    is_failing,
    may_cure,
    opening_covenant,
    spend_cure,
)
from lessor.engine.debt.waterfall_steps import StepTerms
from lessor.forecast.spv_measures import Measures, Standing
from lessor.forecast.spv_records import SpvTerms


class Cures(NamedTuple):
    """What the owners put in: `cash` stays on the accounts, `repaid` repays debt.

    `repaid`: by the loans that a covenant counts; none named are all.
    """

    cash: Value
    repaid: Mapping[tuple[str, ...], Value]


@dataclass
class Certificates:
    """The covenants of a borrower: their state, and the last certificate.

    `measured`: by covenant, whether the last certificate with it had anything to measure.
    """

    terms: SpvTerms
    measures: Measures
    states: list[CovenantState] = field(init=False)
    last: tuple[CovenantFlows, ...] = ()
    measured: dict[str, Flag] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.states = [opening_covenant(each) for each in self.terms.covenants]

    def test(self, place: int, debts: Mapping[str, Value], cash: Value) -> None:
        """The tests of a date, on the debt of each loan and the cash on accounts."""
        standing = Standing(debts, cash, self.terms.said.equity_cures)
        found = []
        for number, terms in enumerate(self.terms.covenants):
            inputs = self.measures.covenant_inputs(terms, list(debts), place, standing)
            flows, self.states[number] = covenant_date(terms, self.states[number], inputs)
            found.append(flows)
            if terms.dates[place].is_test:
                self.measured[terms.name] = flows.is_measured
        self.last = tuple(found)

    def spend_cures(self, shortfalls: Value) -> Cures:
        """Money that the owners put in to make tests good; a shortfall they paid is a cure too.

        Where several tests on the same debt fail, the largest repayment cures them all.
        """
        money = zero = self.terms.waterfall.zero
        repaid: dict[tuple[str, ...], Value] = {}
        if not self.terms.said.equity_cures:
            return Cures(money, repaid)
        for number, (terms, flows) in enumerate(zip(self.terms.covenants, self.last, strict=True)):
            if self.terms.said.covenants[terms.name].cure is not None:
                amount = where(flows.is_cured, flows.cure_amount, zero)
                if terms.measure.measure in CURED_BY_REPAYMENT:
                    before = repaid.get(terms.facilities, zero)
                    repaid[terms.facilities] = maximum(before, amount)
                else:
                    money = money + amount
            self.states[number] = spend_cure(terms, self.states[number], shortfalls > 0)
        return Cures(money, repaid)

    def failing(self, tests: Sequence[str]) -> tuple[Flag, ...]:
        """Whether each test, as a step names it, fails on the last certificate."""
        found = [self._covenant(test) for test in tests]
        return tuple(is_failing(self.states[number], word) for number, word in found)

    def values(self, tests: Sequence[str]) -> tuple[Value | None, ...]:
        """The measure behind each test on the last certificate; None where there is none."""
        found: list[Value | None] = []
        for test in tests:
            number, _ = self._covenant(test)
            measured = self.measured.get(self.terms.covenants[number].name, False)
            found.append(None if measured is False else self.states[number].value)
        return tuple(found)

    def restoring(self, step: StepTerms, want: Value) -> Value:
        """A sweep while debt is too high for a test: at most what brings it to its level."""
        if step.when is None or not self.last:
            return want
        number, word = self._covenant(self.terms.waterfall.tests[step.when])
        is_restored = self.terms.covenants[number].measure.measure in CURED_BY_REPAYMENT
        if word != "default" or not is_restored:
            return want
        return minimum(want, self.last[number].cure_amount)

    def may_cure(self, place: int) -> Flag:
        """Whether the owners may pay a shortfall: any covenant with a cure left allows it.

        Without a covenant that speaks of cures, `equity_cures` alone allows them.
        """
        if not self.terms.said.equity_cures:
            return False
        curable = [name for name, said in self.terms.said.covenants.items() if said.cure]
        flags = [
            may_cure(terms, state, place)
            for terms, state in zip(self.terms.covenants, self.states, strict=True)
            if terms.name in curable
        ]
        if not flags:
            return True
        allowed = flags[0]
        for flag in flags[1:]:
            allowed = either(allowed, flag)
        return allowed

    def _covenant(self, test: str) -> tuple[int, str]:
        name, _, word = test.partition(".")
        names = [each.name for each in self.terms.covenants]
        return names.index(name), word or "default"
