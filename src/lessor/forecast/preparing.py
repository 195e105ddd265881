"""What a loan needs from the rest of the plan before it runs: a sculpted table, ceilings."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

from lessor.core.numeric import Kind, Value, total
from lessor.forecast.cashflow import Cash
from lessor.forecast.desk import LeaseRun
from lessor.forecast.drawing import Lending
from lessor.forecast.funding import FacilityRun, PreparedFacility
from lessor.forecast.graded import graded_share
from lessor.forecast.owning import AssetRun
from lessor.rating.grid import Moment
from lessor.terms.deal import Deal
from lessor.terms.scalars import Duration

Tables = Mapping[str, Sequence[Value]]
"""Principal by payment of each sculpted loan."""


@dataclass
class Preparation:
    """Makes loans ready: `tables` as fixed at closing, `taxes` as far as they are known."""

    deal: Deal
    cash: Cash
    assets: Sequence[AssetRun]
    leases: Sequence[LeaseRun]
    tables: Tables
    taxes: Sequence[tuple[Moment, Value]] = ()

    @property
    def kind(self) -> Kind:
        """The kind of value of the plan."""
        return self.cash.kind

    @property
    def leans_on_taxes(self) -> bool:
        """Whether a loan is sculpted on cash after tax, with no table fixed before."""
        return any(
            facility.repayment.profile == "sculpted" and name not in self.tables
            for name, facility in self.deal.facilities.items()
        )

    def prepare(
        self, prepared: PreparedFacility, senior: Sequence[FacilityRun]
    ) -> PreparedFacility:
        """The loan with its table and ceilings; `senior`: the loans named before it."""
        if prepared.facility.repayment.profile == "sculpted":
            table = self.tables.get(prepared.name)
            if table is None:
                prepared = self._sculpted(prepared, senior)
            else:
                prepared = prepared.with_table(table)
        ceilings = self._ceilings(prepared)
        return prepared.with_ceilings(ceilings) if ceilings else prepared

    def _sculpted(
        self, prepared: PreparedFacility, senior: Sequence[FacilityRun]
    ) -> PreparedFacility:
        """The loan sculpted on what CFADS leaves it after the loans that rank before it.

        Of all of them together the cover is kept: CFADS - dscr x their service.
        """
        said = prepared.facility.repayment.dscr
        assert said is not None, "a sculpted loan has its cover"
        dscr = self.kind.number(said, f"facilities.{prepared.name}.repayment.dscr")
        cfads = self._by_payment(prepared, self._cfads_entries())
        before = self._by_payment(prepared, _service(senior))
        return prepared.sculpted(
            [cash - dscr * paid for cash, paid in zip(cfads, before, strict=True)]
        )

    def _cfads_entries(self) -> list[tuple[Moment, Value]]:
        entries = [
            (moment, amount if sign > 0 else -amount)
            for sign, stream in self.cash.signed("operating_cash")
            for moment, amount in stream.entries
        ]
        return [*entries, *((moment, -amount) for moment, amount in self.taxes)]

    def _by_payment(
        self, prepared: PreparedFacility, entries: Sequence[tuple[Moment, Value]]
    ) -> list[Value]:
        """Amounts by the loan's first payment on or after their moment."""
        moments = [prepared.moment(index) for index in prepared.payments]
        sums: list[Value] = [self.kind.given(0)] * len(moments)
        for moment, amount in entries:
            place = bisect_left(moments, moment)
            if place < len(sums):
                sums[place] = sums[place] + amount
        return sums

    def _ceilings(self, prepared: PreparedFacility) -> dict[int, tuple[Value, ...]]:
        facility, name = prepared.facility, prepared.name
        said, advance = facility.repayment.greatest_of, facility.advance
        tests_base = advance is not None and advance.tested == "every_date"
        if said is None and not tests_base:
            return {}
        found: dict[int, tuple[Value, ...]] = {}
        path = f"facilities.{name}.repayment.greatest_of"
        for index in prepared.payments:
            day = prepared.segments[index].payment_day
            limbs: list[Value] = []
            if said is not None and said.contract_cash is not None:
                share = self.kind.number(said.contract_cash, f"{path}.contract_cash")
                limbs.append(share * self._contracted_after(day))
            if said is not None and said.asset_base is not None:
                share = self.kind.number(said.asset_base, f"{path}.asset_base")
                assert said.life is not None, "an asset base has a life"
                limbs.append(share * self._net_cost(prepared.moment(index), said.life))
            if tests_base:
                limbs.append(self._lending.base_on(name, day))
            found[index] = tuple(limbs)
        return found

    @property
    def _lending(self) -> Lending:
        graded = partial(graded_share, self.deal, self.assets, self.leases, kind=self.kind)
        return Lending(self.deal, self.assets, self.kind, graded)

    def _contracted_after(self, day: date) -> Value:
        nothing = self.kind.given(0)
        contracts = [run.contract.value_from(day, self.kind) for run in self.leases]
        return total([nothing, *contracts])

    def _net_cost(self, moment: Moment, life: Duration) -> Value:
        nothing = self.kind.given(0)
        return total([nothing, *(run.net_over(life)[moment.rest] for run in self.assets)])


def _service(runs: Sequence[FacilityRun]) -> list[tuple[Moment, Value]]:
    found = []
    for run in runs:
        for index in run.prepared.payments:
            flow = run.segment_flows[index]
            service = flow.interest_paid + flow.principal_paid + flow.fees_paid
            found.append((run.prepared.moment(index), service))
    return found
