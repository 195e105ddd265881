"""What an asset costs, and the VAT on it: as a whole, by lot, and by payment to the vendor."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import NamedTuple

from lessor.core.numeric import Kind, Value
from lessor.engine.assets.lots import CostPayment, Lot, PaymentShare, lower_lots, lower_payments
from lessor.terms.assets import Asset
from lessor.terms.money import Money

Convert = Callable[[Value, str | None], Value]
"""An amount and its currency (None: the deal's) to the amount in the currency of the deal."""


class CostContext(NamedTuple):
    """What a cost depends on beside its own record.

    `vat`: the rate of `taxes.vat.equipment`, None while VAT is off. `convert` serves amounts in
    another currency.
    """

    kind: Kind
    closing: date
    vat: Value | None = None
    convert: Convert | None = None


class PricedTerms(NamedTuple):
    """An amount as it is written: its VAT rate (None: VAT is off), inside the amount or on top."""

    amount: Value
    vat: Value | None
    is_vat_included: bool


class CostTerms(NamedTuple):
    """The cost of an asset: the goods by unit or as a whole, what comes on top, lots, payments."""

    name: str
    quantity: Value
    unit_cost: PricedTerms | None
    whole_cost: PricedTerms | None
    extras: tuple[PricedTerms, ...]
    contingency: Value
    lots: tuple[Lot, ...]
    payments: tuple[PaymentShare, ...]
    zero: Value


class Taxed(NamedTuple):
    """An amount without VAT, and its VAT."""

    net: Value
    vat: Value


class AssetCost(NamedTuple):
    """What the whole asset costs: the goods, freight and fit-out, and both; allowance included."""

    price: Taxed
    extras: Taxed
    net: Value
    vat: Value


def lower_cost(name: str, asset: Asset, context: CostContext) -> CostTerms:
    """The cost of the asset that stands at `assets.<name>`, in the deal's currency."""
    path, kind = f"assets.{name}", context.kind

    def priced(money: Money | None, field: str) -> PricedTerms | None:
        return None if money is None else lower_priced(money, f"{path}.{field}", context)

    extras = (priced(asset.freight, "freight"), priced(asset.fit_out, "fit_out"))
    lots = lower_lots(asset, path, kind=kind, closing=context.closing)
    return CostTerms(
        name=name,
        quantity=kind.number(asset.quantity, f"{path}.quantity"),
        unit_cost=priced(asset.unit_cost, "unit_cost"),
        whole_cost=priced(asset.cost, "cost"),
        extras=tuple(extra for extra in extras if extra is not None),
        contingency=kind.number(asset.contingency, f"{path}.contingency"),
        lots=lots,
        payments=lower_payments(asset, path, lots, kind=kind, closing=context.closing),
        zero=kind.given(0),
    )


def lower_priced(money: Money, path: str, context: CostContext) -> PricedTerms:
    """The amount that stands at `path`, in the deal's currency; its own VAT rate goes first."""
    amount = context.kind.number(money.amount, f"{path}.amount")
    if context.convert is not None:
        amount = context.convert(amount, money.currency)
    vat = context.vat
    if vat is not None and money.vat is not None:
        vat = context.kind.number(money.vat, f"{path}.vat")
    return PricedTerms(amount, vat, money.tax == "included")


def taxed(priced: PricedTerms, *, zero: Value) -> Taxed:
    """An amount without VAT, and its VAT.

    net = amount / (1 + rate) where VAT is inside, else amount; vat = net x rate. While VAT is off
    the amount stands as it is written, whatever it says of tax.

    >>> taxed(PricedTerms(125, vat=0.25, is_vat_included=True), zero=0)
    Taxed(net=100.0, vat=25.0)
    """
    if priced.vat is None:
        return Taxed(priced.amount, zero)
    net = priced.amount / (1 + priced.vat) if priced.is_vat_included else priced.amount
    return Taxed(net, net * priced.vat)


def asset_cost(terms: CostTerms) -> AssetCost:
    """What the whole asset costs: (goods + freight + fit-out) x (1 + contingency).

    Goods are quantity x unit_cost, or cost. All without VAT; the VAT on them stands beside.
    """
    allowance = 1 + terms.contingency
    goods = Taxed(terms.zero, terms.zero)
    if terms.whole_cost is not None:
        goods = _times(taxed(terms.whole_cost, zero=terms.zero), allowance)
    elif terms.unit_cost is not None:
        unit = taxed(terms.unit_cost, zero=terms.zero)
        goods = _times(_times(unit, terms.quantity), allowance)
    extras = Taxed(terms.zero, terms.zero)
    for extra in terms.extras:
        part = _times(taxed(extra, zero=terms.zero), allowance)
        extras = Taxed(extras.net + part.net, extras.vat + part.vat)
    return AssetCost(goods, extras, goods.net + extras.net, goods.vat + extras.vat)


def lot_costs(terms: CostTerms, cost: AssetCost) -> tuple[Value, ...]:
    """The cost of each lot without VAT, by its share of the units: what is capitalised."""
    return tuple(cost.net * lot.share for lot in terms.lots)


def vendor_payments(terms: CostTerms, cost: AssetCost) -> tuple[CostPayment, ...]:
    """What is paid to the vendor, for which lot, on which day, with the VAT on it.

    Milestones divide the price of the goods; freight and fit-out are paid on delivery of each lot.
    Without milestones the price is, too.
    """
    goods = [
        CostPayment(
            part.lot,
            part.day,
            cost.price.net * part.share * terms.lots[part.lot].share,
            cost.price.vat * part.share * terms.lots[part.lot].share,
        )
        for part in terms.payments
    ]
    if len(terms.extras) == 0:
        return tuple(goods)
    extras = [
        CostPayment(index, lot.delivered, cost.extras.net * lot.share, cost.extras.vat * lot.share)
        for index, lot in enumerate(terms.lots)
    ]
    return (*goods, *extras)


def _times(amount: Taxed, factor: Value) -> Taxed:
    return Taxed(amount.net * factor, amount.vat * factor)
