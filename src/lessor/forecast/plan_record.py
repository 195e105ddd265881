"""A deal over the months of its plan: what was bought, let, borrowed and paid."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from lessor.core.numeric import Kind, Value, ratio, where
from lessor.forecast.cashflow import Cash
from lessor.forecast.desk import LeaseRun
from lessor.forecast.funding import FacilityRun
from lessor.forecast.owning import AssetRun
from lessor.forecast.taxation import TaxRun
from lessor.metrics.arrays import Flags
from lessor.rating.contracts import (
    Backlog,
    CapacityTotals,
    ContractTotals,
    backlog,
    capacity_totals,
    contract_totals,
)
from lessor.rating.grid import Grid, Moment
from lessor.terms.deal import Deal
from lessor.terms.taxes import Taxes

if TYPE_CHECKING:
    # What few deals have is imported where one has it: the command starts faster without.
    from lessor.forecast.spv_records import SpvRun


@dataclass
class Plan:
    """A deal over the months of its plan, in its reporting currency."""

    deal: Deal
    taxes: Taxes
    cash: Cash
    assets: list[AssetRun] = field(default_factory=list)
    leases: list[LeaseRun] = field(default_factory=list)
    facilities: list[FacilityRun] = field(default_factory=list)
    spvs: list[SpvRun] = field(default_factory=list)
    operating_costs: list[Value] = field(default_factory=list)
    costs_of_rent: list[Value] = field(default_factory=list)
    fees: Value = 0
    duties: Value = 0
    tax_run: TaxRun | None = None

    @property
    def grid(self) -> Grid:
        """The months of the plan."""
        return self.cash.grid

    @property
    def kind(self) -> Kind:
        """The kind of value that the plan was run on."""
        return self.cash.kind

    def summed(self, parts: Sequence[Sequence[Value]], name: str) -> list[Value]:
        """Series by month added up, under a name for kinds that keep them."""
        sums: list[Value] = [self.kind.given(0)] * (len(parts[0]) if parts else self.grid.months)
        for part in parts:
            sums = [total + value for total, value in zip(sums, part, strict=True)]
        if not self.kind.keeps_names:
            return sums
        return [self.kind.named(value, name, period) for period, value in enumerate(sums)]

    @cached_property
    def cost_total(self) -> Value:
        """The price of all assets, without VAT that is credited."""
        total: Value = self.kind.given(0)
        for asset in self.assets:
            total = total + asset.cost
        return total

    @cached_property
    def rent_earned(self) -> list[Value]:
        """Rent by month of service."""
        return self.summed([run.rent_earned for run in self.leases], "rent_earned")

    @cached_property
    def revenue(self) -> list[Value]:
        """All that leases earn by month of service."""
        return self.summed([run.revenue for run in self.leases], "revenue")

    @cached_property
    def depreciation(self) -> list[Value]:
        """Depreciation in the books by month."""
        return self.summed([run.depreciation for run in self.assets], "depreciation")

    @cached_property
    def interest(self) -> list[Value]:
        """Interest accrued by month."""
        parts = [[flow.interest_accrued for flow in run.flows] for run in self.facilities]
        return self.summed(parts, "interest_accrued")

    @cached_property
    def outstanding(self) -> list[Value]:
        """Debt at each boundary, from closing (after what is drawn then) to the end."""
        closing = self.summed(
            [[flow.outstanding for flow in run.flows] for run in self.facilities],
            "debt_outstanding",
        )
        at_start: Value = self.kind.given(0)
        for moment, amount in self.cash.streams["debt_drawn"].entries:
            if moment.slot == 0:
                at_start = at_start + amount
        return [at_start, *closing]

    @cached_property
    def collateral(self) -> list[Value]:
        """The value that debt is held against, at each boundary."""
        nothing: list[Value] = [self.kind.given(0)] * (self.grid.months + 1)
        return self.summed([nothing, *(run.value for run in self.assets)], "collateral_value")

    @property
    def collateral_basis(self) -> str:
        """In words, what the collateral is valued at."""
        if any(run.is_market_valued for run in self.assets):
            return "over market value where the deal names a curve, else cost net of depreciation"
        return "over cost net of depreciation"

    @cached_property
    def payment_flags(self) -> Flags:
        """Which months end with a payment on a loan."""
        flags = np.zeros(self.grid.months, dtype=np.bool_)
        for run in self.facilities:
            flags[list(run.payment_periods)] = True
        return flags

    @cached_property
    def payment_moments(self) -> tuple[Moment, ...]:
        """The last payment on a loan in each month that has one."""
        last: dict[int, Moment] = {}
        for run in self.facilities:
            for index in run.prepared.payments:
                moment = run.prepared.moment(index)
                last[moment.period] = max(moment, last.get(moment.period, moment))
        return tuple(moment for _, moment in sorted(last.items()))

    def to_payments(self, name: str) -> list[Value]:
        """A stream or total by month, each amount in that of the first payment it is there for.

        A payment inside a month comes before what is received at the month's end: that is there for
        the next one. What comes after the last payment stands in the months after its own.
        """
        if all(run.prepared.facility.dates is None for run in self.facilities):
            return self.cash.by_period(name)
        moments, months = self.payment_moments, self.grid.months
        sums: list[Value] = [self.kind.given(0)] * months
        for sign, stream in self.cash.signed(name):
            for moment, amount in stream.entries:
                place = bisect_left(moments, moment)
                after = moments[-1].period + 1
                period = moments[place].period if place < len(moments) else after
                if period < months:
                    sums[period] = sums[period] + (amount if sign > 0 else -amount)
        return sums

    @cached_property
    def debt_opening(self) -> list[Value]:
        """Debt as each month begins, with what is drawn at that moment."""
        opening: list[Value] = [self.kind.given(0), *self.outstanding[1:-1]]
        for moment, amount in self.cash.streams["debt_drawn"].entries:
            if moment.slot % 2 == 0:
                opening[moment.period] = opening[moment.period] + amount
        return opening

    def period_rates(self, paying: Flags) -> list[Value]:
        """What each payment period costs on the debt: the loans' own rates, weighted by debt."""
        ends: list[int] = np.flatnonzero(paying).tolist()
        nothing = self.kind.given(0)
        weights, costs = [nothing] * len(ends), [nothing] * len(ends)
        for run in self.facilities:
            pays, grown = set(run.payment_periods), run.period_growths
            for place, end in enumerate(ends):
                flow = run.flows[end]
                debt = flow.outstanding + flow.principal_paid
                growth = grown[end]
                if place > 0 and ends[place - 1] not in pays:
                    # A loan that did not pay at the date before goes on from what it had then.
                    growth = growth - grown[ends[place - 1]]
                weights[place] = weights[place] + debt
                costs[place] = costs[place] + debt * growth
        return [
            where(weight > 0, ratio(cost, weight, nothing), nothing)
            for cost, weight in zip(costs, weights, strict=True)
        ]

    @cached_property
    def contract(self) -> ContractTotals:
        """The contracts as signed."""
        return contract_totals([run.contract for run in self.leases], self.kind)

    @cached_property
    def backlog(self) -> Backlog:
        """Contract value not yet served at closing."""
        return backlog(self.deal, [run.contract for run in self.leases], self.kind)

    @cached_property
    def capacity(self) -> CapacityTotals:
        """GPUs, servers and peaks."""
        units = [(run.lease, run.units) for run in self.leases]
        return capacity_totals(self.deal, units, self.kind)
