"""How large loans are at closing's rates, and what they pay for costs, as the terms alone say."""

from __future__ import annotations

from decimal import Decimal

from lessor.terms.assets import Asset
from lessor.terms.deal import Deal
from lessor.terms.money import Money
from lessor.terms.tax_preset import taxes_in_force


def principal_of(deal: Deal, name: str) -> Decimal | None:
    """The principal of a loan, in the deal's currency; None where it cannot be told."""
    principal = deal.facilities[name].principal
    if principal.amount is not None:
        return at_closing(deal, principal.amount)
    basis = _basis(deal, principal.of)
    return None if basis is None else basis * (principal.share or 0)


def _basis(deal: Deal, of: str) -> Decimal | None:
    if of != "input_vat":
        return cost_of(deal, of=of, with_vat=of == "total_uses")
    whole, net = cost_of(deal, with_vat=True), cost_of(deal, with_vat=False)
    return None if whole is None or net is None else whole - net


def cost_of(deal: Deal, *, of: str = "capex", with_vat: bool) -> Decimal | None:
    """What all assets (or the hardware) cost, in the deal's currency; None without a rate."""
    total = Decimal(0)
    for asset in deal.assets.values():
        if of == "hardware" and not _is_hardware(asset):
            continue
        count = asset.quantity if asset.unit_cost is not None else Decimal(1)
        parts: list[tuple[Money | None, Decimal | int]] = [
            (asset.unit_cost or asset.cost, count),
            (asset.freight, 1),
            (asset.fit_out, 1),
        ]
        for money, units in parts:
            if money is None:
                continue
            amount = at_closing(deal, money, with_vat)
            if amount is None:
                return None
            total += amount * units * (1 + asset.contingency)
    return total


def _is_hardware(asset: Asset) -> bool:
    """Whether an asset counts as `hardware`: as it says, else servers do and others do not."""
    if asset.hardware is not None:
        return asset.hardware
    return asset.model is not None or asset.spec is not None


def at_closing(deal: Deal, money: Money, with_vat: bool | None = None) -> Decimal | None:
    """An amount at the rate of closing; with or without VAT where that is asked for."""
    rate: Decimal | None = Decimal(1)
    if money.currency is not None and money.currency != deal.currency:
        rates = deal.exchange_rates.get(money.currency, [])
        known = [each for each in rates if each.date <= deal.closing_date]
        rate = max(known, key=lambda each: each.date).rate if known else None
    if rate is None:
        return None
    vat = taxes_in_force(deal.taxes).vat
    share = money.vat if money.vat is not None else vat.equipment if vat else Decimal(0)
    amount = money.amount * rate
    if with_vat is None or vat is None:
        return amount
    net = amount / (1 + share) if money.tax == "included" else amount
    return net * (1 + share) if with_vat else net
