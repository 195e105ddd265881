"""Loans of a deal made larger or smaller, all else as it is: what sizing and stress tests try."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any, cast

from lessor.forecast.closing_tables import tables_of
from lessor.forecast.funding import FacilityRun
from lessor.forecast.lease_loans import with_lease_loans
from lessor.forecast.parts import parts_of
from lessor.forecast.plan import Plan, run_plan
from lessor.terms.deal import Deal
from lessor.terms.facilities import Advance, Facility, Principal
from lessor.terms.loan_size import principal_of
from lessor.terms.money import Money
from lessor.terms.record import Record

UNSCALED = frozenset({"fees", "sizing"})
"""Blocks of a loan whose amounts do not grow with it."""


def owners_pay(deal: Deal, loans: Iterable[str]) -> Deal:
    """The borrower that owes the loans, its debt service paid in full whatever its cash.

    Under a waterfall only what cash allows is paid, so how much is missing could not be told.
    """
    wanted = set(loans)
    owing = [part for part in parts_of(deal) if wanted <= part.facilities.keys()]
    return (owing[0] if owing else deal).changed(spvs={})


def runs_by_loan(deal: Deal, plan: Plan) -> dict[str, list[FacilityRun]]:
    """The runs of each loan of a deal in a plan of it; a finance lease is several loans."""
    _, made_of = with_lease_loans(deal)
    return {
        name: [run for run in plan.facilities if run.name in made_of.get(name, (name,))]
        for name in deal.facilities
    }


def drawn_by_loan(deal: Deal, plan: Plan) -> dict[str, float]:
    """What is drawn on each loan of a deal over a plan of it."""
    return {
        name: sum((float(flow.drawn) for run in runs for flow in run.flows), 0.0)
        for name, runs in runs_by_loan(deal, plan).items()
    }


@dataclass
class ScaledLoans:
    """The loans `names` of a deal at any multiple of their size, the others as they are.

    A loan of a share becomes one of an amount. Whatever else of it is an amount (draws, rows,
    rents, a balance) or a rate of advance grows with it: at a multiple of 1 it is the loan as said.
    `sculpted_in`: the same loans in another case, from whose cash they are sculpted.
    """

    deal: Deal
    names: tuple[str, ...]
    sculpted_in: ScaledLoans | None = None
    _plans: dict[float, Plan] = field(default_factory=dict)

    @cached_property
    def said(self) -> Plan:
        """The plan as the deal says it, all debt service paid."""
        fixed = self.sculpted_in
        return run_plan(self.deal, tables=None if fixed is None else tables_of(fixed.said))

    @cached_property
    def own_money(self) -> float:
        """The price of the assets or all operating cash, the greater: money that no loan moves.

        What is drawn as said, where the deal has neither.
        """
        cash = sum(max(float(each), 0.0) for each in self.said.cash.by_period("operating_cash"))
        return max(float(self.said.cost_total), cash) or self.debt_at(1.0)

    @cached_property
    def sizes(self) -> Mapping[str, Decimal]:
        """The principal of each loan at a multiple of 1; a loan of nothing is taken as the cost."""
        drawn = drawn_by_loan(self.deal, self.said)
        sizes = {}
        for name in self.names:
            size = Decimal(repr(drawn[name]))
            if self.deal.facilities[name].draw in ("delayed", "planned"):
                # Drawn in part, it is a commitment all the same.
                size = max(size, principal_of(self.deal, name) or size)
            sizes[name] = size or Decimal(repr(float(self.said.cost_total))) or Decimal(1)
        return sizes

    def plan_at(self, times: float) -> Plan:
        """The plan with the loans at a multiple of what is said."""
        if times not in self._plans:
            fixed = self.sculpted_in
            tables = None if fixed is None else tables_of(fixed.plan_at(times))
            self._plans[times] = run_plan(self.deal_at(times), tables=tables)
        return self._plans[times]

    def deal_at(self, times: float) -> Deal:
        """The deal with the loans at a multiple of what is said."""
        factor = Decimal(repr(times))
        loans = {
            name: self._loan(name, facility, factor) if name in self.names else facility
            for name, facility in self.deal.facilities.items()
        }
        return self.deal.changed(facilities=loans)

    def debt_at(self, times: float) -> float:
        """What is drawn on the loans at a multiple of what is said."""
        drawn = self.drawn_at(times)
        return sum((drawn[name] for name in self.names), 0.0)

    def drawn_at(self, times: float) -> dict[str, float]:
        """What is drawn on each loan of the deal, those at a multiple of what is said."""
        return drawn_by_loan(self.deal_at(times), self.plan_at(times))

    def alone_at(self, times: float) -> Plan:
        """Those loans without the others."""
        deal = self.deal_at(times)
        own = {name: deal.facilities[name] for name in self.names}
        alone = deal.changed(facilities=own, horizon=self.said.grid.end)
        return run_plan(alone, tables=tables_of(self.plan_at(times)))

    @cached_property
    def others(self) -> Plan:
        """The other loans without those."""
        rest = {n: loan for n, loan in self.deal.facilities.items() if n not in self.names}
        others = self.deal.changed(facilities=rest, horizon=self.said.grid.end)
        return run_plan(others, tables=tables_of(self.said))

    def _loan(self, name: str, facility: Facility, factor: Decimal) -> Facility:
        grown = cast(Facility, _grown(facility, factor))
        if grown.principal.amount is None:
            grown = grown.changed(
                principal=Principal(
                    of=grown.principal.of, amount=Money(amount=self.sizes[name] * factor)
                )
            )
        if grown.advance is not None:
            grown = grown.changed(advance=_grown_advance(grown.advance, factor))
        return grown


def _grown(value: Any, factor: Decimal) -> Any:
    if isinstance(value, Money):
        return value.changed(amount=value.amount * factor)
    if isinstance(value, Record):
        return value.changed(
            **{
                name: _grown(getattr(value, name), factor)
                for name in type(value).model_fields
                if name not in UNSCALED
            }
        )
    return [_grown(each, factor) for each in value] if isinstance(value, list) else value


def _grown_advance(advance: Advance, factor: Decimal) -> Advance:
    """The rates grown, and tested at draws alone: a base forces no repayment on what fits it."""
    other = advance.other_rate
    return advance.changed(
        rate=advance.rate * factor,
        other_rate=None if other is None else other * factor,
        tested="at_draw",
    )
