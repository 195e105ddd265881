"""Invoices of a lease, deposit and prepayment set against them, and the cash of each moment."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from lessor.core.dates import add_days
from lessor.core.numeric import Naming, Value, ratio
from lessor.engine.charges.billing import (
    BillingFlows,
    BillingInputs,
    BillingTerms,
    initial_billing,
    lower_billing,
    settle_billing,
)
from lessor.engine.charges.lease import LeaseTerms
from lessor.forecast.cashflow import Cash
from lessor.forecast.desk import Desk, LeaseRun
from lessor.forecast.reletting import Tenancy
from lessor.rating.grid import Moment
from lessor.rating.invoicing import invoice_day
from lessor.rating.money_held import Paid, deposit_reported, due_day, prepayment_reported
from lessor.rating.rate import Rated
from lessor.rating.service import Span


class Invoiced(NamedTuple):
    """What falls due at a moment: without VAT, and the VAT, in the reporting currency."""

    net: Value
    vat: Value


def collect(
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
        paid = prepayment_reported(desk.deal, run.contract, billing, kind)
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
        _receive(cash, moment, flows, invoice)
        _receive_ahead(desk, run, tenancy, moment, flows.prepayment_received)
        # What is kept of a prepayment is earned when the lease is settled.
        period = moment.period
        run.revenue[period] = run.revenue[period] + flows.prepayment_kept


def _receive(cash: Cash, moment: Moment, flows: BillingFlows, invoice: Invoiced) -> None:
    # VAT is collected with the invoice, also where a prepayment settles it; a deposit that is set
    # off goes back to the lessee and comes in again as rent.
    cash.add("rent_received", moment, flows.cash_due + flows.deposit_applied - invoice.vat)
    cash.add("vat_collected", moment, invoice.vat)
    cash.add("prepayment_refunded", moment, flows.prepayment_refunded)
    cash.add("deposit_received", moment, flows.deposit_received)
    cash.add("deposit_returned", moment, flows.deposit_returned + flows.deposit_applied)


def _receive_ahead(
    desk: Desk, run: LeaseRun, tenancy: Tenancy, moment: Moment, received: Value
) -> None:
    """A prepayment comes in with the rents, or waits for the uses that it pays for."""
    ahead = tenancy.lease.prepayment
    if ahead is not None and ahead.funds == "uses":
        run.prepaid_for_uses.append((moment, received))
    else:
        desk.cash.add("prepayment_received", moment, received)


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

    def paid_at(paid: Paid) -> Moment:
        start = tenancy.service.commencement
        return grid.moment(due_day(desk.deal, lease.events, start, paid), opening=True)

    nothing = kind.given(0)
    found: dict[Moment, Held] = {}
    if lease.deposit is not None:
        moment = paid_at(lease.deposit.paid)
        found[moment] = Held(deposit_reported(desk.deal, run.contract, billing, kind), nothing)
    if lease.prepayment is not None:
        moment = paid_at(lease.prepayment.paid)
        before = found.get(moment, Held(nothing, nothing))
        paid = prepayment_reported(desk.deal, run.contract, billing, kind)
        found[moment] = before._replace(prepayment_paid=paid)
    last = grid.moment(add_days(tenancy.service.end, lease.billing.due_days), opening=False)
    found[last] = found.get(last, Held(nothing, nothing))._replace(ends=True)
    return found


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
    grid, billing = desk.cash.grid, tenancy.lease.billing
    day, is_ahead = invoice_day(grid, billing, tenancy.service, span, charge_kind)
    due = add_days(day, billing.due_days)
    return day, grid.moment(due, opening=is_ahead and due == day)
