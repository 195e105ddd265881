"""Drives the loans over the plan: how large, drawn when, what each month pays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from lessor.core.dates import year_fraction
from lessor.core.numeric import Kind, Naming, Value, scan
from lessor.engine.debt.draws import FundingInputs, fund_uses, lower_funding, opening_funding
from lessor.engine.debt.facility import (
    Draw,
    FacilityFlows,
    FacilityInputs,
    facility_month,
    lower_facility,
    opening_facility,
)
from lessor.engine.debt.schedule import annuity_factors, lower_months, period_growths
from lessor.engine.debt.sizing import Sizing, Uses, lower_principal, size_principals
from lessor.engine.debt.structure import payment_plan
from lessor.forecast.cashflow import Cash
from lessor.forecast.exchange import converted
from lessor.forecast.grid import Grid, Moment
from lessor.terms.deal import Deal
from lessor.terms.facilities import Facility


@dataclass(frozen=True)
class FacilityRun:
    """A loan over the plan: its flows by month, and the months that end with a payment.

    `period_growths`: interest on 1 from the start of the payment period to the end of each month.
    """

    name: str
    flows: list[FacilityFlows]
    period_growths: tuple[Value, ...]
    payment_periods: tuple[int, ...]


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


def fund(
    deal: Deal, sizing: Sizing, uses: Sequence[Use], cash: Cash
) -> list[list[tuple[Moment, Value]]]:
    """The draws of every loan by moment; what equity pays goes into the cash of the plan."""
    kind = cash.kind
    rules = [facility.draw for facility in deal.facilities.values()]
    terms = lower_funding(rules, sizing.principals, sizing.total_uses, kind=kind)
    moments = sorted({use.moment for use in uses} | {cash.grid.opening(0)})
    state = opening_funding(terms)
    draws: list[list[tuple[Moment, Value]]] = [[] for _ in rules]
    for moment in moments:
        amount = kind.given(0)
        for use in uses:
            if use.moment == moment:
                amount = amount + use.amount
        flows, state = fund_uses(terms, state, FundingInputs(amount))
        if kind.keeps_names:
            naming = Naming(kind, "funding", [moment.period])
            flows, state = naming.apply(flows, 0), naming.apply(state, 0, closing=True)
        cash.add("equity_contributed", moment, flows.equity)
        for own, drawn in zip(draws, flows.draws, strict=True):
            own.append((moment, drawn))
            cash.add("debt_drawn", moment, drawn)
    return draws


def run_facility(
    name: str,
    facility: Facility,
    cash: Cash,
    *,
    draws: Sequence[tuple[Moment, Value]],
    maturity: int,
) -> FacilityRun:
    """Every month of a loan; its payments go into the cash of the plan."""
    grid, kind = cash.grid, cash.kind
    structure = payment_plan(facility, grid.boundaries, maturity)
    months = lower_months(name, facility, structure, kind=kind)
    terms = lower_facility(name, facility, kind=kind)
    factors = annuity_factors(terms.rate, months, kind=kind)
    if kind.keeps_names:
        factors = tuple(
            Naming(kind, f"facilities.{name}.factor", [period]).apply(factor, 0)
            for period, factor in enumerate(factors)
        )
    by_period = _draws_by_period(facility, draws, grid, kind)
    inputs = [
        FacilityInputs(
            draws=by_period[period],
            month=months[period],
            factors=factors[period],
            is_repaid_in_full=period == grid.months - 1 and maturity > grid.months,
        )
        for period in range(grid.months)
    ]
    naming = None
    if kind.keeps_names:
        naming = Naming(kind, f"facilities.{name}", tuple(range(grid.months)))
    flows, _ = scan(facility_month, terms, opening_facility(terms), inputs, naming=naming)
    paying = [p for p in range(min(grid.months, maturity)) if structure[p].is_payment]
    _pay(flows, paying, cash)
    grown = tuple(period_growths(terms.rate, months)[: grid.months])
    return FacilityRun(name, flows, grown, tuple(paying))


def _draws_by_period(
    facility: Facility, draws: Sequence[tuple[Moment, Value]], grid: Grid, kind: Kind
) -> list[tuple[Draw, ...]]:
    by_period: list[tuple[Draw, ...]] = [()] * grid.months
    for moment, amount in draws:
        end: date = grid.boundaries[moment.period + 1]
        fraction = year_fraction(facility.rate.basis, moment.day, end)
        draw = Draw(amount, kind.given(fraction, "year fraction from the draw"))
        by_period[moment.period] = (*by_period[moment.period], draw)
    return by_period


def _pay(flows: Sequence[FacilityFlows], paying: Sequence[int], cash: Cash) -> None:
    last = cash.grid.months - 1
    for period in sorted({*paying, last}):
        moment, flow = cash.grid.closing_of(period), flows[period]
        cash.add("interest_paid", moment, flow.interest_paid)
        cash.add("principal_paid", moment, flow.principal_paid)
    cash.add("debt_prepaid", cash.grid.closing_of(last), flows[last].prepaid)
