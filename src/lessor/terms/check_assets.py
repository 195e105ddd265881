"""Checks of what is bought and rented in: prices, lots, vendor payments, value curves."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from lessor.core.issue import Severity
from lessor.terms.assets import Asset, Delivery, MarketValue, ServerSpec
from lessor.terms.deal import Deal
from lessor.terms.fields import listed, near_names
from lessor.terms.findings import (
    Finding,
    above_zero,
    at_most_one,
    figure,
    known_name,
    one_of,
    percent,
    rising,
    said,
)
from lessor.terms.plan_dates import day_of, lots_of
from lessor.terms.reference import resale_curve_names, server_model, server_names
from lessor.terms.source import Path


def check_assets(deal: Deal) -> Iterator[Finding]:
    """Assets and leased-in capacity, each by itself.

    Issues: choice-of-one, unknown-model, not-positive, name-taken, lots-not-quantity,
    dates-out-of-order, shares-not-one, missing-field, points-not-rising, unknown-name; warning
    without-effect.
    """
    for name, asset in deal.assets.items():
        path: Path = ("assets", name)
        yield from one_of(asset, path, ("unit_cost", "cost"))
        yield from _server(asset.model, asset.spec, path)
        yield from above_zero(asset.quantity, (*path, "quantity"), "a quantity")
        yield from _deliveries(deal, asset, path)
        yield from _vendor_payments(asset, path)
        yield from _values(deal, asset, path)
    for name, rented in deal.leased_in.items():
        path = ("leased_in", name)
        yield from _server(rented.model, rented.spec, path)
        yield from above_zero(rented.quantity, (*path, "quantity"), "a quantity")
        if name in deal.assets:
            yield Finding(
                "name-taken",
                path,
                f"an asset is named '{name}' too, so that a lease could mean either",
                "give one of the two another name",
            )


def check_model(model: str | None, path: Path) -> Iterator[Finding]:
    """A model must be one that the reference data has."""
    if model is None or server_model(model) is not None:
        return
    near = near_names(model, server_names())
    hint = f"did you mean {listed(near)}? " if near else ""
    yield Finding(
        "unknown-model",
        path,
        f"the reference data has no server model '{model}'",
        f"{hint}`lessor reference servers` lists the models; another server goes under `spec:`",
    )


def _server(model: str | None, spec: ServerSpec | None, path: Path) -> Iterator[Finding]:
    yield from check_model(model, (*path, "model"))
    if spec is None:
        return
    yield from above_zero(spec.gpus, (*path, "spec", "gpus"), "a server")
    if model is not None:
        yield Finding(
            "choice-of-one",
            (*path, "spec"),
            "model and spec are said, and each would do alone",
            "keep one of them: model or spec",
        )


def _deliveries(deal: Deal, asset: Asset, path: Path) -> Iterator[Finding]:
    lots = asset.deliveries
    for index, lot in enumerate(lots):
        here = (*path, "deliveries", index)
        yield from at_most_one(lot, here, ("accepted", "acceptance"))
        yield from _lot_dates(asset, lot, here)
    unsaid = [index for index, lot in enumerate(lots) if lot.quantity is None]
    if len(lots) > 1 and unsaid:
        yield Finding(
            "lots-not-quantity",
            (*path, "deliveries", unsaid[0]),
            f"one of {len(lots)} lots does not say how many units it has",
            "add `quantity:` to every lot",
        )
        return
    total = sum((lot.quantity or asset.quantity for lot in lots), Decimal(0))
    if lots and total != asset.quantity:
        yield Finding(
            "lots-not-quantity",
            (*path, "deliveries"),
            f"the lots sum to {figure(total)} of {figure(asset.quantity)} units",
            f"make the quantities of the lots sum to {figure(asset.quantity)}",
        )


def _lot_dates(asset: Asset, lot: Delivery, path: Path) -> Iterator[Finding]:
    if lot.accepted is not None and lot.accepted < lot.date:
        yield Finding(
            "dates-out-of-order",
            (*path, "accepted"),
            f"accepted on {lot.accepted}, before delivery on {lot.date}",
            f"write a day of acceptance from {lot.date} on",
        )
    if asset.order_date is not None and lot.date < asset.order_date:
        yield Finding(
            "dates-out-of-order",
            (*path, "date"),
            f"delivered on {lot.date}, before the order on {asset.order_date}",
            f"write a day of delivery from {asset.order_date} on",
        )


def _vendor_payments(asset: Asset, path: Path) -> Iterator[Finding]:
    for index, payment in enumerate(asset.payments):
        here = (*path, "payments", index)
        if payment.on == "date" and payment.date is None:
            yield Finding(
                "missing-field",
                here,
                "the payment is due on a day that is not said",
                "add `date:` with a day, as 2026-05-01",
            )
        if payment.on != "date" and payment.date is not None:
            yield Finding(
                "choice-of-one",
                (*here, "date"),
                f"the payment is due on {payment.on}, and on a day as well",
                f"write `on: date`, or take the day away and keep `on: {payment.on}`",
            )
    total = sum((payment.share for payment in asset.payments), Decimal(0))
    if asset.payments and total != 1:
        yield Finding(
            "shares-not-one",
            (*path, "payments"),
            f"the shares of the price sum to {percent(total)}",
            "make the shares of all payments sum to 100%, as 60% on order and 40% on delivery",
        )


def _values(deal: Deal, asset: Asset, path: Path) -> Iterator[Finding]:
    wear = asset.depreciation
    if wear is not None:
        months = Decimal(wear.life.months + wear.life.days)
        yield from above_zero(months, (*path, "depreciation", "life"), "a life")
        yield from above_zero(wear.factor, (*path, "depreciation", "factor"), "a factor")
    yield from _residual(deal, asset, (*path, "residual"))
    if asset.residual.market is not None and asset.market_value is None:
        yield Finding(
            "missing-field",
            (*path, "residual"),
            "the asset is sold at its market value, and has none",
            "add `market_value:` to the asset, as {decline: 30%}, or a share of cost here",
        )
    if asset.market_value is not None:
        yield from _market_value(deal, asset.market_value, (*path, "market_value"))


def _market_value(deal: Deal, value: MarketValue, path: Path) -> Iterator[Finding]:
    yield from one_of(value, path, ("table", "decline", "curve"))
    yield from rising(value.table or [], (*path, "table"), "age")
    yield from _known_curve(deal, value.curve, path)


def _known_curve(deal: Deal, curve: str | None, path: Path) -> Iterator[Finding]:
    curves = (*deal.curves, *resale_curve_names())
    yield from known_name(curve, (*path, "curve"), "curve", curves)


def _residual(deal: Deal, asset: Asset, path: Path) -> Iterator[Finding]:
    residual = asset.residual
    values = ("share", "amount", "market", "curve")
    yield from at_most_one(residual, path, values)
    yield from _known_curve(deal, residual.curve, path)
    if residual.at is None:
        return
    day, where = day_of(deal, residual.at), (*path, "at")
    if not said(residual, values):
        yield Finding(
            "without-effect",
            where,
            f"nothing is said of what the asset is sold for on {day}",
            "add a value, as {share: 10%, at: ...}, or write `none`",
            Severity.WARNING,
        )
    first = max(deal.closing_date, *(lot.accepted for lot in lots_of(deal, asset)))
    if day <= first:
        what = "closing" if first == deal.closing_date else "its last lot is accepted"
        yield _sold_out_of_order(where, day, f"not after {first}, when {what}", f"after {first}")
    end = None if deal.horizon is None else day_of(deal, deal.horizon)
    if end is not None and day > end:
        yield _sold_out_of_order(where, day, f"after the plan ends on {end}", f"up to {end}")


def _sold_out_of_order(path: Path, day: date, problem: str, wanted: str) -> Finding:
    return Finding(
        "dates-out-of-order",
        path,
        f"sold on {day}, {problem}",
        f"write a day {wanted}, or a time from closing, as 36 months",
    )
