"""Drives the loans over the plan: how large, drawn when, what each month pays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import NamedTuple

from lessor.core.numeric import Kind, Naming, Value, scan, total
from lessor.engine.debt.draws import FundingInputs, fund_uses, lower_funding, opening_funding
from lessor.engine.debt.facility import FacilityFlows, facility_segment
from lessor.engine.debt.facility_terms import CENTS
from lessor.engine.debt.fees import lower_draw_fee
from lessor.engine.debt.sizing import Sizing, Uses, lower_principal, size_principals
from lessor.forecast.cashflow import Cash
from lessor.forecast.prepared import PreparedFacility, prepare_facility
from lessor.rating.exchange import converted
from lessor.rating.grid import Grid, Moment
from lessor.terms.deal import Deal

__all__ = [
    "FacilityRun",
    "Funding",
    "PreparedFacility",
    "Use",
    "facility_run",
    "fund",
    "pay_facility",
    "prepare_facility",
    "run_facility",
    "size_loans",
]


@dataclass(frozen=True)
class FacilityRun:
    """A loan over the plan: its flows by segment; by month, once they are asked for."""

    prepared: PreparedFacility
    segment_flows: tuple[FacilityFlows, ...]

    @property
    def name(self) -> str:
        """Its name in the deal."""
        return self.prepared.name

    @cached_property
    def flows(self) -> list[FacilityFlows]:
        """The flows of each month."""
        return [
            _month(self.prepared, [self.segment_flows[index] for index in inside], month)
            for month, inside in enumerate(self._by_month)
        ]

    @cached_property
    def period_growths(self) -> tuple[Value, ...]:
        """Interest on 1 from the start of the payment period to the payment of each month."""
        grown = self.prepared.period_growths()
        return tuple(grown[_told(self.prepared, inside)] for inside in self._by_month)

    @cached_property
    def payment_periods(self) -> tuple[int, ...]:
        """The months with a payment."""
        prepared = self.prepared
        return tuple(sorted({prepared.moment(index).period for index in prepared.payments}))

    @cached_property
    def _by_month(self) -> list[list[int]]:
        found: list[list[int]] = [[] for _ in range(self.prepared.grid.months)]
        for index, segment in enumerate(self.prepared.segments):
            found[segment.period].append(index)
        return found


class Use(NamedTuple):
    """A use of money at a moment, in the reporting currency."""

    moment: Moment
    amount: Value


def size_loans(deal: Deal, uses: Uses, kind: Kind) -> Sizing:
    """The principal and the fee of every loan."""

    def convert(amount: Value, currency: str | None) -> Value:
        return converted(deal, amount, currency, deal.closing_date, kind)

    loans = [
        lower_principal(name, facility, kind=kind, convert=convert)
        for name, facility in deal.facilities.items()
    ]
    sizing = size_principals(loans, uses)
    principals = tuple(
        kind.named(principal, f"facilities.{loan.name}.principal", None)
        for loan, principal in zip(loans, sizing.principals, strict=True)
    )
    return sizing._replace(principals=principals)


@dataclass(frozen=True)
class Funding:
    """Who pays for the uses: the draws of every loan by moment, what equity puts in, draw fees.

    Negative equity goes back to owners who paid ahead of a loan.
    """

    draws: list[list[tuple[Moment, Value]]]
    equity: list[tuple[Moment, Value]]
    fees: list[tuple[Moment, Value]]


def fund(
    deal: Deal,
    sizing: Sizing,
    uses: Sequence[Use],
    grid: Grid,
    kind: Kind,
    said: Sequence[Mapping[Moment, Value]] = (),
) -> Funding:
    """The draws of every loan by moment, and what equity pays; nothing moves yet.

    `said`: what is drawn on each loan that is drawn as planned or against deliveries (`draws_said`
    of `forecast.drawing`); empty for the others. `uses` are without fees on draws.
    """
    loans = deal.facilities
    rules = [
        "at_closing" if facility.balance is not None else facility.draw
        for facility in loans.values()
    ]
    shares = [
        None if facility.balance is not None else lower_draw_fee(name, facility, kind=kind)
        for name, facility in loans.items()
    ]
    principals = sizing.to_draw or sizing.principals
    terms = lower_funding(rules, principals, sizing.total_uses, kind=kind, fees=shares)
    decimals = tuple(CENTS if loan.rounding == "cent" else None for loan in loans.values())
    if any(decimals):
        terms = terms._replace(decimals=decimals)
    moments = {use.moment for use in uses} | {grid.opening(0)}
    moments |= {moment for own in said for moment in own}
    state = opening_funding(terms)
    funding = Funding([[] for _ in rules], [], [])
    for moment in sorted(moments):
        amount = kind.given(0)
        for use in uses:
            if use.moment == moment:
                amount = amount + use.amount
        now = tuple(own.get(moment) for own in said)
        flows, state = fund_uses(terms, state, FundingInputs(amount, now))
        if kind.keeps_names:
            naming = Naming(kind, "funding", [moment.period])
            flows, state = naming.apply(flows, 0), naming.apply(state, 0, closing=True)
        funding.equity.append((moment, flows.equity))
        if flows.fees:
            funding.fees.append((moment, total(flows.fees)))
        for own_draws, drawn in zip(funding.draws, flows.draws, strict=True):
            own_draws.append((moment, drawn))
        if "planned" in rules and moment == max(moments):
            # No use is left that cash drawn above the uses could wait for.
            funding.equity.append((moment, -flows.cash_held))
    return funding


def run_facility(prepared: PreparedFacility) -> FacilityRun:
    """Every segment of a loan, all that is due being paid; nothing moves yet (`pay_facility`)."""
    kind, naming = prepared.kind, None
    if kind.keeps_names:
        periods = [segment.period for segment in prepared.segments]
        naming = Naming(kind, f"facilities.{prepared.name}", periods)
    flows, _ = scan(
        facility_segment, prepared.terms, prepared.opening(), prepared.inputs, naming=naming
    )
    return facility_run(prepared, flows)


def facility_run(prepared: PreparedFacility, segment_flows: Sequence[FacilityFlows]) -> FacilityRun:
    """A loan whose segments have run, whoever paid: its flows by month and its payment months."""
    return FacilityRun(prepared, tuple(segment_flows))


def _month(prepared: PreparedFacility, parts: Sequence[FacilityFlows], month: int) -> FacilityFlows:
    """The flows of a month: the sums of its segments, and the principal at its end."""
    if len(parts) == 1:
        return parts[0]
    summed = FacilityFlows(*(total(each) for each in zip(*parts, strict=True)))
    flows = summed._replace(outstanding=parts[-1].outstanding)
    if not prepared.kind.keeps_names:
        return flows
    naming = Naming(prepared.kind, f"facilities.{prepared.name}", [month])
    named: FacilityFlows = naming.apply(flows, 0)
    return named


def _told(prepared: PreparedFacility, inside: Sequence[int]) -> int:
    """The segment whose growth a month tells: the one with its payment, else its last."""
    paying = [index for index in inside if prepared.segments[index].is_payment]
    return paying[-1] if paying else inside[-1]


def pay_facility(run: FacilityRun, cash: Cash, funded_until: date | None = None) -> None:
    """Put the payments of a loan into the cash of the plan, each on the day it is paid.

    Interest and fees due up to `funded_until` are a use of money, and stand there already.
    """
    prepared = run.prepared
    last = len(prepared.segments) - 1
    for index in sorted({*prepared.payments, last}):
        moment, flow = prepared.moment(index), run.segment_flows[index]
        is_funded = funded_until is not None and moment.day <= funded_until
        service = flow.principal_paid
        if not is_funded:
            service = service + flow.interest_paid
            service = service + flow.fees_paid if prepared.has_fees else service
            service = service + flow.premium_paid if index in prepared.early else service
        cash.due.add(moment, service)
        cash.add("principal_paid", moment, flow.principal_paid)
        if not is_funded:
            cash.add("interest_paid", moment, flow.interest_paid)
        if prepared.has_fees and not is_funded:
            cash.add("debt_fees_paid", moment, flow.fees_paid)
        if index == last or index in prepared.early:
            cash.add("debt_prepaid", moment, flow.prepaid)
        if index in prepared.early:
            cash.add("debt_fees_paid", moment, flow.premium_paid)
