"""Drives the running costs over the plan: what counts, from when, and when it is paid."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import NamedTuple

from lessor.core.dates import days_between
from lessor.core.numeric import Kind, Value
from lessor.engine.charges.costs import (
    CostInputs,
    CostTerms,
    cost_break_months,
    lower_cost,
    lower_leased_in,
    rate_cost,
)
from lessor.engine.charges.lease import Breaks
from lessor.engine.charges.segment import Passed
from lessor.engine.charges.vat import VatRate
from lessor.forecast.cashflow import Cash
from lessor.forecast.desk import LeaseRun
from lessor.forecast.owning import AssetRun, sale_day
from lessor.rating.capacity import Lot, accepted_units, lots_of
from lessor.rating.exchange import converted
from lessor.rating.grid import Moment
from lessor.rating.rate import break_days, hours_of
from lessor.rating.service import Service, Span, spans
from lessor.terms.assets import Asset, LeasedIn
from lessor.terms.costs import AnyCost
from lessor.terms.deal import Deal
from lessor.terms.servers import server_of
from lessor.terms.taxes import Taxes

DEPENDENT = ("share_of_rent", "by_use")
"""Costs that follow what leases bill or use, and so run after them."""


class Counted(NamedTuple):
    """Equipment that a cost counts: its lots, a server's GPUs and kW, and what a unit cost."""

    lots: list[Lot]
    sold: date | None
    gpus: Value
    kw: Value
    cost_of_unit: Value


class Basis(NamedTuple):
    """What a cost is measured by: equipment, leases with a meter of theirs, and its currency."""

    counted: Sequence[Counted]
    leases: Sequence[LeaseRun] = ()
    meter: str = ""
    currency: str | None = None


class Part(NamedTuple):
    """What a cost came to in a stretch of time: without VAT, and its quantity."""

    span: Span
    net: Value
    quantity: Value


class CostPayment(NamedTuple):
    """What is due of a cost at a moment: without VAT, and the VAT."""

    moment: Moment
    net: Value
    vat: Value


@dataclass
class CostRun:
    """A cost over the plan: without VAT by month, stretch by stretch, and as it falls due."""

    name: str
    earned: list[Value]
    follows_rent: bool = False
    parts: list[Part] = field(default_factory=list)
    due: list[CostPayment] = field(default_factory=list)


def common_share(part: Span, span: Span) -> Fraction:
    """The share of `part` whose days lie in `span`; a part without days lies where its day does."""
    if part.period != span.period:
        return Fraction(0)
    if part.start == part.end:
        return Fraction(span.start <= part.start < span.end)
    days = days_between(max(part.start, span.start), min(part.end, span.end))
    return Fraction(max(days, 0), part.days)


@dataclass
class Running:
    """All running costs of a plan; `passed` tells the leases what they charge on."""

    deal: Deal
    taxes: Taxes
    cash: Cash
    assets: Sequence[AssetRun]
    end: date
    runs: list[CostRun] = field(default_factory=list)

    @property
    def kind(self) -> Kind:
        """The kind of value of the plan."""
        return self.cash.kind

    @property
    def vat(self) -> VatRate | None:
        """The VAT rate on running costs; None while VAT is off."""
        vat = self.taxes.vat
        return None if vat is None else VatRate(vat.costs, "taxes.vat.costs")

    def run_independent(self) -> None:
        """Costs of equipment and time, and the rent of capacity leased in."""
        for name, held in self.deal.leased_in.items():
            terms = lower_leased_in(name, held, kind=self.kind, vat=self.vat)
            start = held.commencement or self.deal.closing_date
            service = Service(start, held.term.after(start))
            basis = Basis([self._counted(name, held)], currency=held.rent.currency)
            self._run(terms, service, basis)
        for name, cost in self.deal.costs.items():
            if cost.kind not in DEPENDENT:
                self._run_cost(name, cost, [])

    def run_dependent(self, leases: Sequence[LeaseRun]) -> None:
        """Costs that follow rent or use."""
        for name, cost in self.deal.costs.items():
            if cost.kind in DEPENDENT:
                chosen = getattr(cost, "lease", None)
                self._run_cost(name, cost, [run for run in leases if chosen in (None, run.name)])

    def passed(self, name: str, span: Span) -> Passed:
        """What a cost comes to in a stretch of service: its own stretches, by days in common.

        What is paid once counts on its day.
        """
        run = next(run for run in self.runs if run.name == name)
        amount, quantity = self.kind.given(0), self.kind.given(0)
        for part in run.parts:
            share = common_share(part.span, span)
            if share:
                factor = self.kind.given(share, "part of the cost's stretch")
                amount = amount + part.net * factor
                quantity = quantity + part.quantity * factor
        return Passed(amount, quantity)

    def _run_cost(self, name: str, cost: AnyCost, leases: Sequence[LeaseRun]) -> None:
        terms = lower_cost(name, cost, kind=self.kind, vat=self.vat)
        chosen = getattr(cost, "asset", None)
        holdings: dict[str, Asset | LeasedIn] = {**self.deal.assets, **self.deal.leased_in}
        counted = [
            self._counted(key, held) for key, held in holdings.items() if chosen in (None, key)
        ]
        start = cost.from_ or self._first_acceptance(counted)
        if cost.kind == "one_off":
            start = cost.on or start
        end = cost.until or self.end
        if start < end:
            meter = getattr(cost, "meter", "")
            self._run(terms, Service(start, end), Basis(counted, leases, meter, cost.currency))
        else:
            self.runs.append(self._empty(name))

    def _first_acceptance(self, counted: Sequence[Counted]) -> date:
        accepted = [lot.accepted for item in counted for lot in item.lots]
        begun = [lease.events.commencement for lease in self.deal.leases.values()]
        days = accepted or [day for day in begun if day is not None] or [self.deal.closing_date]
        return max(min(days), self.deal.closing_date)

    def _empty(self, name: str) -> CostRun:
        return CostRun(name, [self.kind.given(0)] * self.cash.grid.months)

    def _counted(self, name: str, held: Asset | LeasedIn) -> Counted:
        kind = self.kind
        server = server_of(held.model, held.spec)
        nothing = kind.given(0)
        cost = nothing
        for run in self.assets:
            if run.name == name:
                cost = run.cost / kind.given(held.quantity, "units")
        sold = sale_day(self.deal, name, self.cash.grid) if isinstance(held, Asset) else None
        return Counted(
            lots_of(self.deal, held),
            sold,
            nothing if server is None else kind.given(server.gpus, "GPUs a server"),
            nothing
            if server is None or server.power_kw_max is None
            else kind.given(server.power_kw_max, "kW a server"),
            cost,
        )

    def _run(self, terms: CostTerms, service: Service, basis: Basis) -> None:
        grid, kind = self.cash.grid, self.kind
        run = self._empty(terms.name)
        run.follows_rent = terms.kind == "share_of_rent"
        self.runs.append(run)
        cuts = break_days(Breaks(cost_break_months(terms), ()), service)
        cuts += [lot.accepted for item in basis.counted for lot in item.lots]
        cuts += [item.sold for item in basis.counted if item.sold is not None]
        if terms.kind == "one_off":
            found: tuple[Span, ...] = (self._single_day(service.commencement),)
        else:
            found = spans(service, grid, cuts)
        for index, span in enumerate(found):
            inputs = self._inputs(service, span, basis)
            line, _ = rate_cost(terms, (), inputs._replace(is_due=index == 0))
            net = converted(self.deal, line.net, basis.currency, span.start, kind)
            vat = converted(self.deal, line.vat, basis.currency, span.start, kind)
            period = span.period
            run.earned[period] = run.earned[period] + net
            run.parts.append(Part(span, net, line.quantity))
            moment = grid.closing_of(period)
            if terms.kind == "one_off":
                moment = grid.moment(span.start, opening=True)
            net = kind.named(net, f"costs.{terms.name}", period)
            run.due.append(CostPayment(moment, net, vat))
            self.cash.add("operating_costs_paid", moment, net)
            self.cash.add("vat_paid_on_costs", moment, vat)

    def _single_day(self, day: date) -> Span:
        grid = self.cash.grid
        period = grid.period_of(day)
        length = (grid.boundaries[period + 1] - grid.boundaries[period]).days
        return Span(period, day, day, length, 0)

    def _inputs(self, service: Service, span: Span, basis: Basis) -> CostInputs:
        kind = self.kind
        servers, gpus, kw, cost, units = (kind.given(0) for _ in range(5))
        for item in basis.counted:
            if item.sold is not None and span.start >= item.sold:
                continue
            ready = kind.given(accepted_units(item.lots, span.start), "units in service")
            gpus = gpus + ready * item.gpus
            kw = kw + ready * item.kw
            cost = cost + ready * item.cost_of_unit
            units = units + ready
            servers = servers + (ready if float(item.gpus) > 0 else kind.given(0))
        rent, quantity = kind.given(0), kind.given(0)
        for run in basis.leases:
            for stretch in run.stretches:
                share = common_share(stretch.span, span)
                if share:
                    factor = kind.given(share, "part of the stretch of service")
                    rent = rent + stretch.rent * factor
                    quantity = quantity + stretch.meters.get(basis.meter, 0) * factor
        return CostInputs(
            months=kind.given(span.months, "part of the month"),
            hours=hours_of(span, kind, actual=self.deal.hours == "actual"),
            servers=servers,
            gpus=gpus,
            kw=kw,
            asset_cost=cost,
            rent=rent,
            quantity=quantity,
            age_months=span.age_months,
            age_days=(span.start - service.commencement).days,
        )
