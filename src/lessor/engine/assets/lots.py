"""In which lots an asset comes, when each is accepted, and on which days its vendor is paid."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from lessor.core.numeric import Kind, Value
from lessor.terms.assets import Asset, LotDays


class Lot(NamedTuple):
    """Units that come together: day of delivery and of acceptance, and their share of the asset."""

    delivered: date
    accepted: date
    share: Value


class PaymentShare(NamedTuple):
    """A milestone of one lot: its day, and its share of the lot's price."""

    lot: int
    day: date
    share: Value


class CostPayment(NamedTuple):
    """Cash to the vendor for one lot on one day: without VAT, and the VAT on it."""

    lot: int
    day: date
    net: Value
    vat: Value


def lower_lots(asset: Asset, path: str, *, kind: Kind, closing: date) -> tuple[Lot, ...]:
    """The lots in the order of the file; one on the closing date unless deliveries are said.

    The share of a lot is its quantity over that of all lots, so that shares sum to 1.
    """
    if len(asset.deliveries) <= 1:
        whole = kind.given(1)
        if not asset.deliveries:
            return (Lot(closing, closing, whole),)
        return (Lot(asset.deliveries[0].date, asset.deliveries[0].acceptance_day, whole),)
    quantities = [
        kind.number(asset.quantity, f"{path}.quantity")
        if delivery.quantity is None
        else kind.number(delivery.quantity, f"{path}.deliveries[{row}].quantity")
        for row, delivery in enumerate(asset.deliveries)
    ]
    everything = quantities[0]
    for quantity in quantities[1:]:
        everything = everything + quantity
    return tuple(
        Lot(delivery.date, delivery.acceptance_day, quantity / everything)
        for delivery, quantity in zip(asset.deliveries, quantities, strict=True)
    )


def lower_payments(
    asset: Asset, path: str, lots: tuple[Lot, ...], *, kind: Kind, closing: date
) -> tuple[PaymentShare, ...]:
    """The milestones of every lot on their days; all of the price on delivery unless said."""
    if not asset.payments:
        return tuple(
            PaymentShare(index, lot.delivered, kind.given(1)) for index, lot in enumerate(lots)
        )
    ordered = asset.order_date or closing
    shares = [
        kind.number(payment.share, f"{path}.payments[{row}].share")
        for row, payment in enumerate(asset.payments)
    ]
    return tuple(
        PaymentShare(index, payment.due(LotDays(ordered, lot.delivered, lot.accepted)), share)
        for index, lot in enumerate(lots)
        for payment, share in zip(asset.payments, shares, strict=True)
    )
