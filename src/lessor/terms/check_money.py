"""Checks of money: that amounts in other currencies have a rate, and whether tax is inside."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from lessor.core.issue import Severity
from lessor.terms.charges import (
    BaseRent,
    Commitment,
    LateDelivery,
    PassThrough,
    RevenueShare,
    Usage,
)
from lessor.terms.costs import MaintenanceCost, RentShareCost
from lessor.terms.deal import Deal
from lessor.terms.findings import Finding, above_zero, rising
from lessor.terms.money import Money, TaxSaid
from lessor.terms.record import Record
from lessor.terms.source import Path
from lessor.terms.tax_preset import taxes_in_force


class Sum(NamedTuple):
    """An amount of the deal: where it stands, its currency, and where VAT stands.

    `taxed_as`: the item of `taxes.vat` that it falls under; empty for what bears none.
    """

    path: Path
    currency: str | None
    tax: TaxSaid | None
    own_vat: bool
    taxed_as: str


def check_money(deal: Deal) -> Iterator[Finding]:
    """Currencies and taxes of all amounts.

    Issues: unknown-currency, exchange-rate-missing, currency-mixed, points-not-rising,
    not-positive, tax-unsaid; warning tax-included-vat-off.
    """
    yield from _currency_name(deal.currency, ("currency",))
    for currency, rates in deal.exchange_rates.items():
        path: Path = ("exchange_rates", currency)
        yield from _currency_name(currency, path)
        yield from rising(rates, path, "date")
        for index, rate in enumerate(rates):
            yield from above_zero(rate.rate, (*path, index, "rate"), "a rate")
    for amount in sums(deal):
        yield from _rate(deal, amount)
    yield from _mixed(deal)
    yield from _vat(deal)


def sums(deal: Deal) -> Iterator[Sum]:
    """Every amount of the deal that may have a currency of its own."""
    for name, asset in deal.assets.items():
        for field in ("unit_cost", "cost", "freight", "fit_out"):
            yield from _money(asset, ("assets", name), field, "equipment")
        yield from _money(asset.residual, ("assets", name, "residual"), "amount", "equipment")
    for name, rented in deal.leased_in.items():
        yield from _money(rented, ("leased_in", name), "rent", "costs")
    for name, lease in deal.leases.items():
        path: Path = ("leases", name)
        for block in ("deposit", "prepayment"):
            if (held := getattr(lease, block)) is not None:
                yield from _money(held, (*path, block), "amount", "")
        if (relet := lease.relet) is not None:
            yield Sum((*path, "relet"), relet.currency, relet.tax, relet.vat is not None, "rent")
        if lease.usage is not None and lease.usage.prices is not None:
            prices = lease.usage.prices
            yield Sum((*path, "usage", "prices"), prices.currency, None, False, "")
        for key in lease.charges:
            yield from _charge(deal, name, key)
    for name, cost in deal.costs.items():
        # A share of other figures takes their currency and their tax.
        taxed = "" if isinstance(cost, MaintenanceCost | RentShareCost) else "costs"
        yield Sum(("costs", name), cost.currency, cost.tax, cost.vat is not None, taxed)
    for name, facility in deal.facilities.items():
        yield from _below(facility, ("facilities", name))
    for name, spv in deal.spvs.items():
        yield from _below(spv, ("spvs", name))
    yield from _below(deal.lender_case, ("lender_case",))


def _below(node: Any, path: Path) -> Iterator[Sum]:
    """Every amount of a block that bears no VAT, however deep."""
    if isinstance(node, Money):
        yield Sum(path, node.currency, node.tax, node.vat is not None, "")
    elif isinstance(node, Record):
        for name, info in type(node).model_fields.items():
            yield from _below(getattr(node, name), (*path, info.alias or name))
    elif isinstance(node, dict):
        for name, held in node.items():
            yield from _below(held, (*path, name))
    elif isinstance(node, list):
        for index, held in enumerate(node):
            yield from _below(held, (*path, index))


def _money(record: Record, path: Path, field: str, taxed_as: str) -> Iterator[Sum]:
    money = getattr(record, field)
    if isinstance(money, Money):
        has_vat = money.vat is not None
        yield Sum((*path, field), money.currency, money.tax, has_vat, taxed_as)


def _charge(deal: Deal, lease: str, name: str) -> Iterator[Sum]:
    charge, path = deal.leases[lease].charges[name], ("leases", lease, "charges", name)
    if isinstance(charge, LateDelivery):
        yield from _money(charge, path, "per_day", "")
        yield from _money(charge, path, "cap", "")
    elif isinstance(charge, BaseRent | Usage | Commitment | RevenueShare | PassThrough):
        # Passed on at cost, the amount is the cost's own.
        at_cost = isinstance(charge, PassThrough) and charge.price is None
        taxed = "" if at_cost else "rent"
        yield Sum(path, charge.currency, charge.tax, charge.vat is not None, taxed)


def _currency_name(currency: str, path: Path) -> Iterator[Finding]:
    if len(currency) != 3 or not (currency.isascii() and currency.isalpha() and currency.isupper()):
        yield Finding(
            "unknown-currency",
            path,
            f"'{currency}' is not the code of a currency",
            "write its three capital letters, as CNY or USD (RMB is CNY)",
        )


def _rate(deal: Deal, amount: Sum) -> Iterator[Finding]:
    """An amount in another currency needs a rate on or before the first day of the plan."""
    currency = amount.currency
    if currency is None or currency == deal.currency:
        return
    where = (*amount.path, "currency")
    wrong = [*_currency_name(currency, where)]
    yield from wrong
    rates = deal.exchange_rates.get(currency, [])
    if wrong or any(rate.date <= deal.closing_date for rate in rates):
        return
    problem = f"the first rate is of {rates[0].date}" if rates else "the deal has no rate of it"
    yield Finding(
        "exchange-rate-missing",
        where,
        f"an amount in {currency} has no rate by closing on {deal.closing_date}: {problem}",
        f"add `exchange_rates: {{{currency}: [{{date: {deal.closing_date}, rate: ..., "
        f"source: ...}}]}}` with the {deal.currency} for one {currency}",
    )


def _mixed(deal: Deal) -> Iterator[Finding]:
    """Charges of one lease are rated together: minimum, credit and share add them up."""
    for name, lease in deal.leases.items():
        first: Sum | None = None
        for key in lease.charges:
            for amount in _charge(deal, name, key):
                first = first or amount
                own, other = first.currency or deal.currency, amount.currency or deal.currency
                if own != other:
                    yield Finding(
                        "currency-mixed",
                        (*amount.path, "currency"),
                        f"the lease charges in {other} here and in {own} elsewhere",
                        f"write all charges of the lease in one currency, as {own}",
                    )


def _vat(deal: Deal) -> Iterator[Finding]:
    vat = taxes_in_force(deal.taxes).vat
    for amount in sums(deal):
        rated = amount.own_vat or (
            vat is not None and amount.taxed_as != "" and getattr(vat, amount.taxed_as) > 0
        )
        if rated and amount.taxed_as and amount.tax is None:
            yield Finding(
                "tax-unsaid",
                amount.path,
                "VAT is due on this amount, and it does not say whether VAT is inside",
                "add `tax: included` or `tax: excluded`",
            )
        if amount.tax == "included" and vat is None and not amount.own_vat:
            yield Finding(
                "tax-included-vat-off",
                (*amount.path, "tax"),
                "VAT is inside the amount, and VAT is off: it is taken whole, as it stands",
                "switch VAT on, as `taxes: CN_service`, or write the amount without it",
                Severity.WARNING,
            )
