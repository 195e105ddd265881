"""Drives the taxes over the plan: VAT by month, income tax by calendar year, duty at closing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from lessor.core.numeric import Kind, Naming, Value, scan, total
from lessor.engine.taxes.income import (
    IncomeTaxFlows,
    IncomeTaxInputs,
    income_tax_year,
    lower_income_tax,
    opening_income_tax,
)
from lessor.engine.taxes.stamp import StampBases, lower_stamp_duty, stamp_duty
from lessor.engine.taxes.vat import VatInputs, lower_vat, opening_vat, vat_month
from lessor.forecast.cashflow import Cash
from lessor.rating.grid import Grid, Moment
from lessor.terms.taxes import StampDuty, Taxes


@dataclass(frozen=True)
class TaxRun:
    """Income tax by calendar year: the year, its flows, and when parts of the tax are paid."""

    years: tuple[int, ...]
    flows: tuple[IncomeTaxFlows, ...]
    payments: tuple[tuple[Moment, Value], ...]


def years_of(grid: Grid) -> list[tuple[int, list[int]]]:
    """The calendar years of a plan with their months; a month belongs to the year it starts in."""
    found: dict[int, list[int]] = {}
    for period, day in enumerate(grid.boundaries[:-1]):
        found.setdefault(day.year, []).append(period)
    return sorted(found.items())


def remit_vat(taxes: Taxes, cash: Cash) -> None:
    """VAT of each month, remitted at its end, with input VAT carried forward."""
    if taxes.vat is None:
        return
    terms = lower_vat(taxes.vat, kind=cash.kind)
    inputs = [
        VatInputs(collected, on_costs + on_capex)
        for collected, on_costs, on_capex in zip(
            cash.by_period("vat_collected"),
            cash.by_period("vat_paid_on_costs"),
            cash.by_period("vat_paid_on_capex"),
            strict=True,
        )
    ]
    naming = None
    if cash.kind.keeps_names:
        naming = Naming(cash.kind, "taxes.vat", tuple(range(cash.grid.months)))
    flows, _ = scan(vat_month, terms, opening_vat(terms), inputs, naming=naming)
    for period, flow in enumerate(flows):
        cash.add("vat_remitted", cash.grid.closing_of(period), flow.vat_payable)


def duty(said: StampDuty, bases: StampBases, kind: Kind) -> Value:
    """Stamp duty on the contracts signed, which is paid at closing."""
    return stamp_duty(lower_stamp_duty(said, kind=kind), bases).total


def merged_taxes(runs: Sequence[TaxRun | None]) -> TaxRun | None:
    """Income tax of several borrowers together, each taxed by itself."""
    taxed = [run for run in runs if run is not None]
    if not taxed:
        return None
    flows = [
        IncomeTaxFlows(*(total(values) for values in zip(*years, strict=True)))
        for years in zip(*(run.flows for run in taxed), strict=True)
    ]
    payments = tuple(payment for run in taxed for payment in run.payments)
    return TaxRun(taxed[0].years, tuple(flows), payments)


def income_tax(taxes: Taxes, profit: list[Value], grid: Grid, kind: Kind) -> TaxRun | None:
    """Tax on the profit of each calendar year, prepaid in equal parts at the end of its months.

    A tax paid in one month would make the cover of debt service in that month fall as profit rises.
    """
    if taxes.income is None:
        return None
    terms = lower_income_tax(taxes.income, kind=kind)
    years = years_of(grid)
    inputs = [IncomeTaxInputs(_sum(profit, periods, kind)) for _, periods in years]
    last = tuple(periods[-1] for _, periods in years)
    naming = Naming(kind, "taxes.income", last) if kind.keeps_names else None
    flows, _ = scan(income_tax_year, terms, opening_income_tax(terms), inputs, naming=naming)
    payments = tuple(
        (grid.closing_of(period), flow.tax / len(periods))
        for (_, periods), flow in zip(years, flows, strict=True)
        for period in periods
    )
    return TaxRun(tuple(year for year, _ in years), tuple(flows), payments)


def _sum(values: list[Value], periods: list[int], kind: Kind) -> Value:
    total: Value = kind.given(Decimal(0))
    for period in periods:
        total = total + values[period]
    return total
