"""What lenders of a borrower look at, by the dates of its waterfall: cash, debt, contracts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import NamedTuple

from lessor.core.numeric import Kind, Value, ratio, total
from lessor.engine.debt.covenant_measures import CovenantInputs, worths_to_come
from lessor.engine.debt.covenants import CovenantTerms
from lessor.forecast.cashflow import Cash
from lessor.forecast.desk import LeaseRun
from lessor.forecast.owning import AssetRun
from lessor.forecast.spv_dates import DueCash, SpvDates
from lessor.forecast.spv_loans import ScheduledPayment
from lessor.rating.grid import Moment
from lessor.terms.grades import is_investment_grade
from lessor.terms.scalars import Duration

Series = tuple[Value | None, ...]
Valued = Callable[[AssetRun], Sequence[Value]]
Found = Callable[[Sequence[str]], tuple[Value, ...]]


class Standing(NamedTuple):
    """Where a borrower stands as a covenant is tested: debt of each loan, and cash on accounts."""

    debts: Mapping[str, Value]
    cash: Value
    is_cure_offered: bool


@dataclass
class Measures:
    """Series by place: 0 is closing, then each date on which the whole waterfall is run.

    `scheduled`: the payments of each loan as they would be if all were paid.
    """

    cash: Cash
    dates: SpvDates
    due: DueCash
    assets: Sequence[AssetRun]
    leases: Sequence[LeaseRun]
    scheduled: Mapping[str, Sequence[ScheduledPayment]]

    @property
    def kind(self) -> Kind:
        """The kind of value of the plan."""
        return self.cash.kind

    @cached_property
    def days(self) -> tuple[date, ...]:
        """Closing, then the days of the whole waterfall."""
        return (self.cash.grid.closing, *(moment.day for moment in self.moments[1:]))

    @cached_property
    def moments(self) -> tuple[Moment, ...]:
        """The moment of closing, then those of the whole waterfall."""
        pairs = zip(self.dates.moments, self.dates.is_payment, strict=True)
        return (self.cash.grid.opening(0), *(moment for moment, pays in pairs if pays))

    def by_place(self, by_date: Sequence[Value]) -> tuple[Value, ...]:
        """Amounts by date as amounts by place: each with those since the place before."""
        nothing = self.kind.given(0)
        sums: list[Value] = [nothing]
        held = nothing
        for amount, pays in zip(by_date, self.dates.is_payment, strict=True):
            held = held + amount
            if pays:
                sums.append(held)
                held = nothing
        return tuple(sums)

    @cached_property
    def cfads(self) -> Series:
        """What covers debt service, by place."""
        return (None, *self.by_place(self.due.cfads)[1:])

    @cached_property
    def operating_costs(self) -> Series:
        """Running costs that fall due ahead of the loans, by place."""
        return (None, *self.by_place(self.due.senior_costs)[1:])

    def debt_service(self, loans: Sequence[str]) -> Series:
        """Debt service of some loans, by place; None where none of them pays.

        On dates that are past it is what newly fell due (arrears are not counted twice), ahead the
        schedule; of a loan that was swept, the share of the schedule that is still owed.
        """
        key = tuple(loans)
        if key not in self._service:
            self._service[key] = list(self._paid(loans, "service"))
        return tuple(self._service[key])

    def fell_due(self, place: int, service: Mapping[str, Value]) -> None:
        """Note what newly fell due on a date, by loan."""
        for loans, series in self._service.items():
            parts = [service[name] for name in loans if name in service]
            series[place] = total(parts) if parts else None

    def swept(self, place: int, loan: str, current: Value) -> None:
        """Note what a loan that was repaid early still owes after a date, beside arrears.

        Its service ahead is that share of the schedule, but for fees.
        """
        one: Value = self.kind.given(1)
        day = self.days[place]
        after = [each.closing for each in self.scheduled[loan] if each.day == day]
        if not after:
            # Past its last payment only arrears are owed: nothing is scheduled any more.
            return
        self._left[loan] = ratio(current, after[0], one)
        for loans, series in self._service.items():
            if loan not in loans:
                continue
            for ahead in range(place + 1, len(series)):
                parts = [
                    *self._unswept(loans, ahead),
                    *(
                        self._left[name] * (payment.service - payment.fees) + payment.fees
                        for name in loans
                        if name in self._left
                        and (payment := self._scheduled_on[name].get(ahead)) is not None
                    ),
                ]
                series[ahead] = total(parts) if parts else None

    def _unswept(self, loans: tuple[str, ...], place: int) -> tuple[Value, ...]:
        """The sum of what the loans that are not swept ask for on a date; empty for nothing."""
        key = (loans, len(self._left), place)
        if key not in self._sums:
            parts = [
                self._scheduled_on[name][place].service
                for name in loans
                if name not in self._left and place in self._scheduled_on[name]
            ]
            self._sums[key] = (total(parts),) if parts else ()
        return self._sums[key]

    @cached_property
    def _sums(self) -> dict[tuple[tuple[str, ...], int, int], tuple[Value, ...]]:
        return {}

    @cached_property
    def _scheduled_on(self) -> dict[str, dict[int, ScheduledPayment]]:
        return {
            name: {self._places[each.day]: each for each in payments if each.day in self._places}
            for name, payments in self.scheduled.items()
        }

    @cached_property
    def _service(self) -> dict[tuple[str, ...], list[Value | None]]:
        return {}

    @cached_property
    def _left(self) -> dict[str, Value]:
        return {}

    def _paid(self, loans: Sequence[str], part: str) -> Series:
        found: list[Value | None] = [None] * len(self.days)
        for name in loans:
            for payment in self.scheduled[name]:
                place = self._places.get(payment.day)
                if place is not None:
                    held, amount = found[place], getattr(payment, part)
                    found[place] = amount if held is None else held + amount
        return tuple(found)

    @cached_property
    def _places(self) -> dict[date, int]:
        return {day: place for place, day in enumerate(self.days)}

    def worth_to_come(self, loans: Sequence[str]) -> tuple[Value, ...]:
        """Worth of the CFADS up to the last payment of the loans, at their own rate, by place."""
        nothing = self.kind.given(0)
        opening, interest = self._paid(loans, "opening"), self._paid(loans, "interest")
        last = max((p for p, held in enumerate(opening) if held is not None), default=0)
        growths = [
            nothing if base is None else ratio(gain, base, nothing)
            for base, gain in zip(opening, interest, strict=True)
        ]
        cfads = [amount if place <= last else None for place, amount in enumerate(self.cfads)]
        return worths_to_come(cfads, growths, nothing)

    @cached_property
    def contracted(self) -> Series:
        """Rent under contract, by place, as it is served."""
        entries = [
            (self.cash.grid.closing_of(self.cash.grid.period_of(rent.span.start)), rent.reported)
            for run in self.leases
            for rent in run.contract.rents
            if rent.span.start >= self.cash.grid.closing
        ]
        return (None, *self.by_place(self.dates.bucket(entries, self.kind))[1:])

    @cached_property
    def received(self) -> Series:
        """Rent earned, by place: what of the contracts is realised."""
        entries = [
            (self.cash.grid.closing_of(period), amount)
            for run in self.leases
            for period, amount in enumerate(run.rent_earned)
        ]
        return (None, *self.by_place(self.dates.bucket(entries, self.kind))[1:])

    def contracted_to_come(self, place: int) -> Value:
        """Rent under contract for the time after a date."""
        found = self.kind.given(0)
        for run in self.leases:
            found = found + run.contract.value_from(self.days[place], self.kind)
        return found

    def collateral(self, place: int) -> Value:
        """What the assets are worth on a date."""
        return self._valued(lambda run: run.value, place)

    def net_cost(self, life: Duration, place: int) -> Value:
        """Cost of the assets net of a straight line over a life."""
        return self._valued(lambda run: self._net_over(run, life), place)

    def _net_over(self, run: AssetRun, life: Duration) -> Sequence[Value]:
        key = (run.name, life)
        if key not in self._net:
            self._net[key] = run.net_over(life)
        return self._net[key]

    @cached_property
    def _net(self) -> dict[tuple[str, Duration], Sequence[Value]]:
        return {}

    def cost(self, place: int) -> Value:
        """What has been paid for the assets by a date."""
        found = self.kind.given(0)
        for run in self.assets:
            for use in run.paid:
                if use.moment <= self.moments[place]:
                    found = found + use.amount
        return found

    def below_grade(self, place: int) -> Value:
        """Worth of the collateral that is let to lessees below investment grade."""
        found = self.kind.given(0)
        day = self.days[place]
        for run in self.assets:
            tenants = [each for each in self.leases if each.lease.capacity.asset == run.name]
            whole, low = self.kind.given(0), self.kind.given(0)
            for tenant in tenants:
                if tenant.contract.service.end <= day:
                    continue
                whole = whole + tenant.units.servers
                if not is_investment_grade(tenant.lease.lessee.grade):
                    low = low + tenant.units.servers
            value = run.value[self.moments[place].rest]
            found = found + value * ratio(low, whole, self.kind.given(0))
        return found

    def _valued(self, series: Valued, place: int) -> Value:
        found = self.kind.given(0)
        for run in self.assets:
            found = found + series(run)[self.moments[place].rest]
        return found

    def covenant_inputs(
        self, terms: CovenantTerms, loans: Sequence[str], place: int, standing: Standing
    ) -> CovenantInputs:
        """What one covenant looks at on a date; what its measure does not read is left out."""
        measure = terms.measure.measure
        counted = [name for name in loans if not terms.facilities or name in terms.facilities]
        debt = self.kind.given(0)
        for name in counted:
            debt = debt + standing.debts[name]
        inputs = CovenantInputs(place, debt=debt, is_cure_offered=standing.is_cure_offered)
        if measure == "dscr":
            return inputs._replace(cfads=self.cfads, debt_service=self.debt_service(counted))
        if measure == "llcr":
            worth = self._kept("worth", counted, self.worth_to_come)
            return inputs._replace(worth_to_come=worth[place])
        if measure == "contract_realisation":
            return inputs._replace(received=self.received, contracted=self.contracted)
        if measure == "contract_cover":
            return inputs._replace(contracted_to_come=self.contracted_to_come(place))
        if measure == "loan_to_cost":
            return inputs._replace(cost=self.cost(place))
        if measure == "liquidity":
            return inputs._replace(cash=standing.cash)
        if measure == "asset_base":
            life = terms.life
            assert life is not None, "an asset base has a life"
            return inputs._replace(net_cost=self.net_cost(life, place))
        below = self.below_grade(place) if measure == "concentration" else None
        return inputs._replace(collateral=self.collateral(place), below_grade=below)

    def _kept(self, what: str, loans: Sequence[str], find: Found) -> tuple[Value, ...]:
        key = (what, tuple(loans))
        if key not in self._series:
            self._series[key] = find(loans)
        return self._series[key]

    @cached_property
    def _series(self) -> dict[tuple[str, tuple[str, ...]], tuple[Value, ...]]:
        return {}
