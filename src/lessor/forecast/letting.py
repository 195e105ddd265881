"""Drives every lease over the plan: rated, billed, and its cash put into the plan."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from functools import cached_property
from typing import NamedTuple

from lessor.core.dates import add_days, add_months, whole_months_between
from lessor.core.numeric import Kind, Naming, Value, ratio
from lessor.engine.charges.billing import (
    BillingFlows,
    BillingInputs,
    BillingTerms,
    deposit_due,
    initial_billing,
    lower_billing,
    prepayment_due,
    settle_billing,
)
from lessor.engine.charges.lease import ChargeDefaults, LeaseTerms, lower_lease
from lessor.engine.charges.segment import Passed
from lessor.forecast.capacity import (
    Lot,
    Units,
    contracted,
    first_promised,
    late_share,
    lots_of,
    share_in_service,
)
from lessor.forecast.cashflow import Cash
from lessor.forecast.contracts import FIXED, Contract, contract_of, lease_currency
from lessor.forecast.exchange import converted, rate_at
from lessor.forecast.grid import Grid, Moment
from lessor.forecast.rating import Rated, Rating, rate_service
from lessor.forecast.reletting import Tenancy, contract_service, relet_of
from lessor.forecast.service import Span, service_of
from lessor.forecast.usage import lower_plan
from lessor.terms.charges import PassThrough
from lessor.terms.deal import Deal
from lessor.terms.leases import Lease
from lessor.terms.servers import holding, lease_server

BILLING_MONTHS = {"monthly": 1, "quarterly": 3, "semiannual": 6, "annual": 12}

NOTHING_LATE = Fraction(0)

PassedCost = Callable[[str, Span], Passed]
"""What a cost of the deal amounts to in a stretch of service, by the cost's name."""


class Stretch(NamedTuple):
    """What a stretch of service brought: rent in the reporting currency, and units by meter."""

    span: Span
    rent: Value
    meters: dict[str, Value]


@dataclass
class LeaseRun:
    """A lease over the plan: contract, rated segments, and what is earned in each month."""

    name: str
    lease: Lease
    units: Units
    sign: Callable[[], Contract]
    rated: list[tuple[Tenancy, LeaseTerms, Rated]] = field(default_factory=list)
    rent_earned: list[Value] = field(default_factory=list)
    revenue: list[Value] = field(default_factory=list)
    stretches: list[Stretch] = field(default_factory=list)

    @cached_property
    def contract(self) -> Contract:
        """The lease as signed; rated only when a figure asks for it."""
        return self.sign()


class Invoiced(NamedTuple):
    """What falls due at a moment: without VAT, and the VAT, in the reporting currency."""

    net: Value
    vat: Value


@dataclass(frozen=True)
class Desk:
    """What all leases of a plan share: the deal, its cash, VAT on rent, and costs charged on."""

    deal: Deal
    cash: Cash
    defaults: ChargeDefaults
    passed: PassedCost

    @property
    def kind(self) -> Kind:
        """The kind of value of the plan."""
        return self.cash.kind

    def converted(self, tenancy: Tenancy, amount: Value, day: date) -> Value:
        """An amount of a lease in the reporting currency."""
        return converted(self.deal, amount, lease_currency(tenancy.lease), day, self.kind)


def run_lease(desk: Desk, name: str) -> LeaseRun:
    """One lease, all its tenancies."""
    deal, kind = desk.deal, desk.kind
    lease = deal.leases[name]
    units = contracted(name, lease, lease_server(deal, lease), kind)
    months = desk.cash.grid.months
    run = LeaseRun(
        name,
        lease,
        units,
        lambda: _contract(desk, name, lease, units),
        rent_earned=[0] * months,
        revenue=[0] * months,
    )
    service = service_of(lease)
    if service is None:
        return run
    _run_tenancy(desk, run, Tenancy(name, lease, service))
    again = relet_of(deal, name, service, desk.cash.grid.end)
    if again is not None:
        _run_tenancy(desk, run, again)
    return run


def _contract(desk: Desk, name: str, lease: Lease, units: Units) -> Contract:
    fixed = {key: charge for key, charge in lease.charges.items() if charge.kind in FIXED}
    kept = {
        key: charge.changed(of=[other for other in charge.of if other in fixed])
        if charge.kind == "minimum"
        else charge
        for key, charge in fixed.items()
    }
    terms = lower_lease(name, lease.changed(charges=kept), kind=desk.kind, defaults=desk.defaults)
    service = contract_service(lease, desk.deal.closing_date)
    return contract_of(desk.deal, lease, terms, service, units, _rating(desk, name, lease, units))


def _rating(desk: Desk, name: str, lease: Lease, units: Units) -> Rating:
    deal, kind = desk.deal, desk.kind
    plan = None
    if lease.usage is not None:
        plan = lower_plan(lease.usage, f"leases.{name}.usage", kind)
    held = holding(deal, lease.capacity.asset)
    lots = [] if held is None else lots_of(deal, held)
    days = [lease.events.promised, *(day for lot in lots for day in (lot.accepted, lot.promised))]
    changes = [day for day in days if day is not None]
    costs = [charge.cost for charge in lease.charges.values() if isinstance(charge, PassThrough)]
    return Rating(
        kind=kind,
        grid=desk.cash.grid,
        actual_hours=deal.hours == "actual",
        units=units,
        capacity_share=_readiness(desk, name, lots, units),
        plan=plan,
        availability=kind.number(lease.availability, f"leases.{name}.availability"),
        passed=lambda span: tuple(_in_own_currency(desk, lease, cost, span) for cost in costs),
        late_share=_lateness(lease, lots),
        cuts=[*changes, *_months_of_use(lease, desk.cash.grid)],
    )


def _readiness(desk: Desk, name: str, lots: list[Lot], units: Units) -> Callable[[date], Value]:
    """The part of the capacity that is accepted on a day; all of it once the last lot is."""
    complete = max((lot.accepted for lot in lots), default=date.min)
    everything = desk.kind.given(1)

    def share(day: date) -> Value:
        if complete <= day:
            return everything
        return share_in_service(desk.deal, name, day, units.servers, desk.kind)

    return share


def _lateness(lease: Lease, lots: list[Lot]) -> Callable[[date], Fraction]:
    """The part of the capacity that is late on a day; none is where nothing was promised."""
    if first_promised(lease, lots) is None:
        return lambda _: NOTHING_LATE
    return lambda day: late_share(lease, lots, day)


def _months_of_use(lease: Lease, grid: Grid) -> list[date]:
    """The days on which expected usage changes: the lease's months, where the plan says it does."""
    plan, start = lease.usage, lease.events.commencement
    if plan is None or start is None:
        return []
    declines = plan.prices is not None and plan.prices.decline != 0
    if plan.ramp_up.is_zero and plan.growth == 0 and not declines:
        return []
    months = whole_months_between(start, grid.end)
    return [add_months(start, month) for month in range(1, months + 1)]


def _in_own_currency(desk: Desk, lease: Lease, cost: str, span: Span) -> Passed:
    """A cost charged on, in the lease's currency."""
    passed, currency = desk.passed(cost, span), lease_currency(lease)
    if currency is None or currency == desk.deal.currency:
        return passed
    rate = desk.kind.given(rate_at(desk.deal, currency, span.start), f"rate of {currency}")
    return Passed(passed.amount / rate, passed.quantity)


def _run_tenancy(desk: Desk, run: LeaseRun, tenancy: Tenancy) -> None:
    deal, kind, lease = desk.deal, desk.kind, tenancy.lease
    held = holding(deal, lease.capacity.asset)
    units, terminated = run.units, None
    promised = first_promised(lease, [] if held is None else lots_of(deal, held))
    if tenancy.name != run.name:
        units, promised = contracted(run.name, lease, lease_server(deal, lease), kind), None
    elif (day := lease.events.terminated) is not None and day < lease.term.after(
        tenancy.service.commencement
    ):
        terminated = (day, run.contract.base_from(day, kind))
    defaults = desk.defaults._replace(promised=promised)
    terms = lower_lease(run.name, lease, kind=kind, defaults=defaults)
    rated = rate_service(
        terms,
        tenancy.service,
        _rating(desk, run.name, lease, units),
        promised=promised,
        terminated=terminated,
    )
    run.rated += [(tenancy, terms, item) for item in rated]
    _earn(desk, run, tenancy, terms, rated)
    _bill(desk, run, tenancy, terms, rated)


def _earn(
    desk: Desk, run: LeaseRun, tenancy: Tenancy, terms: LeaseTerms, rated: list[Rated]
) -> None:
    for item in rated:
        period, day = item.span.period, item.span.start
        rent = desk.converted(tenancy, item.flows.rent, day)
        net = desk.converted(tenancy, item.flows.net, day)
        run.rent_earned[period] = run.rent_earned[period] + rent
        run.revenue[period] = run.revenue[period] + net
        meters = dict(zip(terms.meters, item.segment.quantities, strict=True))
        run.stretches.append(Stretch(item.span, rent, meters))


def _bill(
    desk: Desk, run: LeaseRun, tenancy: Tenancy, terms: LeaseTerms, rated: list[Rated]
) -> None:
    """Invoices by moment, deposit and prepayment set against them, and the cash of each moment."""
    kind, cash = desk.kind, desk.cash
    billing = lower_billing(run.name, tenancy.lease, kind)
    invoices = _invoices(desk, tenancy, terms, rated)
    if not (billing.has_deposit or billing.has_prepayment):
        for moment, invoice in sorted(invoices.items()):
            cash.add("rent_received", moment, invoice.net)
            cash.add("vat_collected", moment, invoice.vat)
        return
    held = _money_held(desk, run, tenancy, billing)
    remaining: Value = kind.given(0)
    for invoice in invoices.values():
        remaining = remaining + invoice.net + invoice.vat
    drawdown = kind.given(0)
    if billing.has_prepayment:
        # A share of the whole contract, so that an early end leaves something to give back.
        paid = _prepaid(desk, run, tenancy, billing)
        drawdown = ratio(paid, run.contract.gross, kind.given(0))
    state = initial_billing(kind)
    nothing = Invoiced(kind.given(0), kind.given(0))
    terminated = tenancy.lease.events.terminated is not None
    for moment in sorted({*invoices, *held}):
        invoice = invoices.get(moment, nothing)
        gross = invoice.net + invoice.vat
        remaining = remaining - gross
        flows, state = settle_billing(
            billing,
            state,
            held.get(moment, Held(kind.given(0), kind.given(0)))._inputs(
                gross, remaining, drawdown, terminated
            ),
        )
        if kind.keeps_names:
            naming = Naming(kind, f"leases.{run.name}.billing", [moment.period])
            flows, state = naming.apply(flows, 0), naming.apply(state, 0, closing=True)
        _collect(cash, moment, flows, invoice)
        # What is kept of a prepayment is earned when the lease is settled.
        period = moment.period
        run.revenue[period] = run.revenue[period] + flows.prepayment_kept


def _collect(cash: Cash, moment: Moment, flows: BillingFlows, invoice: Invoiced) -> None:
    # VAT is collected with the invoice, also where a prepayment settles it; a deposit that is set
    # off goes back to the lessee and comes in again as rent.
    cash.add("rent_received", moment, flows.cash_due + flows.deposit_applied - invoice.vat)
    cash.add("vat_collected", moment, invoice.vat)
    cash.add("prepayment_received", moment, flows.prepayment_received)
    cash.add("prepayment_refunded", moment, flows.prepayment_refunded)
    cash.add("deposit_received", moment, flows.deposit_received)
    cash.add("deposit_returned", moment, flows.deposit_returned + flows.deposit_applied)


class Held(NamedTuple):
    """Money of the lessee that comes at a moment, and whether the lease is settled at it."""

    deposit_paid: Value
    prepayment_paid: Value
    ends: bool = False

    def _inputs(
        self, invoiced: Value, remaining: Value, drawdown: Value, terminated: bool
    ) -> BillingInputs:
        return BillingInputs(
            invoiced=invoiced,
            deposit_paid=self.deposit_paid,
            prepayment_paid=self.prepayment_paid,
            remaining_after=remaining,
            drawdown_share=drawdown,
            is_ending=self.ends,
            is_terminated=terminated,
        )


def _money_held(
    desk: Desk, run: LeaseRun, tenancy: Tenancy, billing: BillingTerms
) -> dict[Moment, Held]:
    """The moments at which deposits and prepayments come, and at which the lease is settled."""
    if not (billing.has_deposit or billing.has_prepayment):
        return {}
    kind, grid, lease = desk.kind, desk.cash.grid, tenancy.lease
    days = {
        "signing": lease.events.signed or desk.deal.closing_date,
        "acceptance": tenancy.service.commencement,
        "closing": desk.deal.closing_date,
    }
    nothing = kind.given(0)
    found: dict[Moment, Held] = {}
    if lease.deposit is not None:
        moment = grid.moment(days[lease.deposit.paid], opening=True)
        found[moment] = Held(_deposited(desk, run, tenancy, billing), nothing)
    if lease.prepayment is not None:
        moment = grid.moment(days[lease.prepayment.paid], opening=True)
        before = found.get(moment, Held(nothing, nothing))
        paid = _prepaid(desk, run, tenancy, billing)
        found[moment] = before._replace(prepayment_paid=paid)
    last = grid.moment(add_days(tenancy.service.end, lease.billing.due_days), opening=False)
    found[last] = found.get(last, Held(nothing, nothing))._replace(ends=True)
    return found


def _deposited(desk: Desk, run: LeaseRun, tenancy: Tenancy, billing: BillingTerms) -> Value:
    """The deposit in the reporting currency: an amount has its own, months are the lease's."""
    deposit, day = tenancy.lease.deposit, tenancy.service.commencement
    due = deposit_due(billing, run.contract.first_rent)
    if deposit is not None and deposit.amount is not None:
        return converted(desk.deal, due, deposit.amount.currency, day, desk.kind)
    return desk.converted(tenancy, due, day)


def _prepaid(desk: Desk, run: LeaseRun, tenancy: Tenancy, billing: BillingTerms) -> Value:
    """The prepayment in the reporting currency; a share is of the contract's value as reported."""
    ahead, day = tenancy.lease.prepayment, tenancy.service.commencement
    due = prepayment_due(billing, run.contract.value)
    if ahead is not None and ahead.amount is not None:
        return converted(desk.deal, due, ahead.amount.currency, day, desk.kind)
    return due


def _invoices(
    desk: Desk, tenancy: Tenancy, terms: LeaseTerms, rated: list[Rated]
) -> dict[Moment, Invoiced]:
    """What falls due at each moment: base rent by the billing's timing, the rest in arrears."""
    found: dict[Moment, Invoiced] = {}
    nothing = desk.kind.given(0)
    for item in rated:
        for charge, line in zip(terms.charges, item.flows.lines, strict=True):
            day, moment = _due(desk, tenancy, item.span, charge.kind)
            name = f"leases.{tenancy.name}.{charge.name}"
            net = desk.kind.named(desk.converted(tenancy, line.net, day), name, item.span.period)
            vat = desk.converted(tenancy, line.vat, day)
            before = found.get(moment, Invoiced(nothing, nothing))
            found[moment] = Invoiced(before.net + net, before.vat + vat)
    return found


def _due(desk: Desk, tenancy: Tenancy, span: Span, charge_kind: str) -> tuple[date, Moment]:
    """The day on which a charge of a span is invoiced, and the moment at which it is paid."""
    grid, billing, service = desk.cash.grid, tenancy.lease.billing, tenancy.service
    every = BILLING_MONTHS[billing.frequency]
    first = grid.period_of(service.commencement)
    opening = first + (span.period - first) // every * every
    ahead = billing.timing == "advance" and charge_kind == "base_rent"
    if ahead:
        day = max(grid.boundaries[max(opening, 0)], service.commencement, grid.closing)
    else:
        stop = grid.boundaries[min(opening + every, grid.months)]
        day = max(min(stop, service.end), span.end)
    due = add_days(day, billing.due_days)
    return day, grid.moment(due, opening=ahead and due == day)
