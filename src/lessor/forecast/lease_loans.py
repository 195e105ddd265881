"""Finance leases within a plan: run as the loans they are made of, with what they move beside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from lessor.core.numeric import Kind, Value, total
from lessor.engine.debt.rental import RentalFlows
from lessor.forecast.cashflow import Cash
from lessor.forecast.funding import FacilityRun, Use, run_facility
from lessor.forecast.rental_cash import LoanDate, loans_of, rental_flows
from lessor.rating.grid import Grid, Moment
from lessor.terms.deal import Deal
from lessor.terms.facilities import Facility
from lessor.terms.spvs import Spv, Step

LoansOf = Mapping[str, tuple[str, ...]]
"""The names of the loans that each finance lease is made of."""


def with_lease_loans(deal: Deal) -> tuple[Deal, LoansOf]:
    """The deal with each finance lease as its loans, and their names by lease.

    Steps of a waterfall that pay the lease pay each of its loans in turn.
    """
    leases = [name for name, held in deal.facilities.items() if held.rental is not None]
    if not leases:
        return deal, {}
    loans: dict[str, Facility] = {}
    made_of: dict[str, tuple[str, ...]] = {}
    for name, facility in deal.facilities.items():
        own = loans_of(deal, name) if name in leases else {name: facility}
        if name in leases:
            made_of[name] = tuple(own)
        loans |= own
    spvs = {name: _expanded(spv, made_of) for name, spv in deal.spvs.items()}
    return deal.changed(facilities=loans, spvs=spvs), made_of


def _expanded(spv: Spv, made_of: LoansOf) -> Spv:
    def names(said: Sequence[str]) -> list[str]:
        return [loan for name in said for loan in made_of.get(name, (name,))]

    covenants = {
        name: covenant.changed(facilities=names(covenant.facilities))
        for name, covenant in spv.covenants.items()
    }
    waterfall: list[Step] = []
    for step in spv.waterfall:
        name, dot, part = step.what.partition(".")
        if step.do in ("pay", "sweep") and name in made_of:
            waterfall += [step.changed(what=f"{loan}{dot}{part}") for loan in made_of[name]]
        else:
            waterfall.append(step)
    return spv.changed(facilities=names(spv.facilities), covenants=covenants, waterfall=waterfall)


def lease_flows(
    deal: Deal, made_of: LoansOf, runs: Sequence[FacilityRun], kind: Kind
) -> list[tuple[date, RentalFlows]]:
    """What the finance leases of a deal move beside their rents; `deal` is as it was written."""
    by_name = {run.name: run for run in runs}
    found: list[tuple[date, RentalFlows]] = []
    for name, loans in made_of.items():
        own = [by_name[loan] for loan in loans if loan in by_name]
        if own:
            found += rental_flows(deal, name, _dates(own, kind), kind)
    return found


def _dates(runs: Sequence[FacilityRun], kind: Kind) -> list[LoanDate]:
    """What the loans of a lease drew and paid, by day."""
    nothing = kind.given(0)
    days: dict[date, tuple[Value, Value, Value]] = {}

    def add(day: date, drawn: Value, rent: Value, interest: Value) -> None:
        held = days.get(day, (nothing, nothing, nothing))
        days[day] = (held[0] + drawn, held[1] + rent, held[2] + interest)

    for run in runs:
        for index, flow in enumerate(run.segment_flows):
            segment = run.prepared.segments[index]
            if index in run.prepared.draws:
                add(segment.start, flow.drawn, nothing, nothing)
            if segment.is_payment:
                rent = flow.interest_paid + flow.principal_paid
                add(segment.payment_day, nothing, rent, flow.interest_paid)
    return [LoanDate(day, *amounts) for day, amounts in sorted(days.items())]


def charged(deal: Deal, made_of: LoansOf, runs: list[FacilityRun]) -> list[FacilityRun]:
    """The loans, with what the lessor is due beside the rents once the last of a lease has run.

    Each loan is charged the VAT on its rents that is not credited, with the rent; the one that ends
    last is charged the purchase price, with its last rent. Whoever pays the loan pays that too.
    `deal` is as it was written.
    """
    for name, loans in made_of.items():
        if runs[-1].name == loans[-1]:
            own = [run for run in runs if run.name in loans]
            last = sorted(own, key=_last_day)[-1].name
            return [
                _charged(deal, name, run, is_last=run.name == last) if run.name in loans else run
                for run in runs
            ]
    return runs


def _last_day(run: FacilityRun) -> date:
    prepared = run.prepared
    days = [prepared.segments[index].payment_day for index in prepared.payments]
    return max(days, default=prepared.grid.closing)


def _charged(deal: Deal, name: str, run: FacilityRun, *, is_last: bool) -> FacilityRun:
    said, prepared = deal.facilities[name].rental, run.prepared
    assert said is not None, "a finance lease has terms of its own"
    flows = dict(rental_flows(deal, name, _dates([run], prepared.kind), prepared.kind))
    charges: dict[int, Value] = {}
    if said.vat and said.vat_on != "none" and not said.vat_credited:
        for index in prepared.payments:
            charges[index] = flows[prepared.segments[index].payment_day].vat
    if said.purchase_price is not None and is_last and prepared.payments:
        index = prepared.payments[-1]
        price = total(flow.purchase_price for flow in flows.values())
        charges[index] = charges[index] + price if index in charges else price
    return run_facility(prepared.with_charges(charges)) if charges else run


def uses_beside(
    flows: Sequence[tuple[date, RentalFlows]], runs: Sequence[FacilityRun], grid: Grid
) -> list[tuple[str, Use]]:
    """Deposits and service fees of finance leases on draw days: their streams, and the uses."""
    drawn = {run.prepared.segments[index].start for run in runs for index in run.prepared.draws}
    found = []
    for day, flow in flows:
        if day in drawn:
            moment = grid.moment(day, opening=True)
            found.append(("lender_deposits_paid", Use(moment, flow.deposit_paid)))
            found.append(("fees_paid", Use(moment, flow.service_fee)))
    return found


def pay_beside(flows: Sequence[tuple[date, RentalFlows]], cash: Cash) -> None:
    """Deposits that come back, or are set off against the rent that is paid in full."""
    for day, flow in flows:
        moment = cash.grid.moment(day, opening=False)
        returned = flow.deposit_returned + flow.deposit_set_off
        cash.add("lender_deposits_returned", moment, returned)


def vat_on_rents(
    flows: Sequence[tuple[date, RentalFlows]], grid: Grid
) -> list[tuple[Moment, Value]]:
    """VAT on rents that is credited, when it is paid: input VAT of the plan.

    Where the plan has no VAT it is credited at once and does not show. VAT that is not credited is
    due to the lessor with the rents: see `charged`.
    """
    return [(grid.moment(day, opening=False), flow.vat_credited) for day, flow in flows]
