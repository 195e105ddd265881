"""Drives every asset over the plan: bought, paid for, worn off, valued, sold at the end."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from lessor.core.numeric import Kind, Naming, Value, scan
from lessor.engine.assets.asset import AssetTerms, lower_asset
from lessor.engine.assets.cost import (
    AssetCost,
    CostContext,
    asset_cost,
    lot_costs,
    vendor_payments,
)
from lessor.engine.assets.depreciation import (
    DepreciationInputs,
    depreciate,
    lower_depreciation,
    lower_wear,
    opening_lots,
)
from lessor.engine.assets.market_value import (
    CurvePoint,
    MarketTerms,
    age_months,
    lower_age,
    lower_market_value,
    market_value,
    points_of,
)
from lessor.engine.assets.residual import ResidualInputs, residual_value
from lessor.forecast.cashflow import Cash
from lessor.forecast.funding import Use
from lessor.forecast.horizon import end_of_use
from lessor.rating.exchange import converted
from lessor.rating.grid import Grid, Moment
from lessor.terms.assets import Asset, Depreciation, MarketValue
from lessor.terms.deal import Deal
from lessor.terms.plan_dates import day_of
from lessor.terms.reference import resale_curve
from lessor.terms.scalars import Duration


@dataclass(frozen=True)
class Sale:
    """The sale of an asset: when, for how much without VAT, and the VAT on it."""

    moment: Moment
    net: Value
    vat: Value


@dataclass(frozen=True)
class AssetRun:
    """An asset over the plan, in the reporting currency.

    `depreciation` is by month; `value` (cost net of depreciation, or the market where the deal
    names one) stands at the plan's boundaries, from closing on. After the sale both are nothing.
    `net_over` gives cost net of a straight line over a life, at the boundaries: what lenders
    advance against.
    """

    name: str
    is_hardware: bool
    cost: Value
    cost_vat: Value
    paid: tuple[Use, ...]
    paid_vat: tuple[Use, ...]
    depreciation: list[Value]
    tax_depreciation: list[Value]
    value: list[Value]
    is_market_valued: bool
    sale: Sale
    net_over: Callable[[Duration], list[Value]]

    def gain(self, worn: Sequence[Value]) -> Value:
        """What the sale brings over what is left of the cost after `worn` months of wear."""
        left = self.cost
        for wear in worn:
            left = left - wear
        return self.sale.net - left


def buy(
    deal: Deal, name: str, cash: Cash, *, vat: Value | None, tax: Depreciation | None
) -> AssetRun:
    """One asset; its payments and its sale go into the cash of the plan."""
    kind, grid, asset = cash.kind, cash.grid, deal.assets[name]
    context = CostContext(
        kind,
        deal.closing_date,
        vat,
        lambda amount, currency: converted(deal, amount, currency, deal.closing_date, kind),
    )
    terms = lower_asset(name, asset, context, curve=curve_points(deal, asset))
    cost = asset_cost(terms.cost)
    cost = cost._replace(net=kind.named(cost.net, f"assets.{name}.cost", None))
    costs = lot_costs(terms.cost, cost)
    paid, paid_vat = _pay(terms, cost, cash)
    sale = _sell(deal, terms, cost.net, costs, cash)
    worn = _wear(f"assets.{name}", terms, costs, asset.depreciation, cash)
    tax_worn = worn
    if tax is not None:
        tax_worn = _until(sale, _wear(f"assets.{name}.tax", terms, costs, tax, cash), kind)
    worn = _until(sale, worn, kind)
    market = _market(terms, costs, grid, kind)
    value = _net_of(paid, worn, grid, kind) if market is None else market

    def net_over(life: Duration) -> list[Value]:
        line = Depreciation(method="straight_line", life=life)
        lent = _wear(f"assets.{name}.lent", terms, costs, line, cash)
        return _until(sale, _net_of(paid, _until(sale, lent, kind), grid, kind), kind)

    return AssetRun(
        name=name,
        is_hardware=asset.model is not None or asset.spec is not None
        if asset.hardware is None
        else asset.hardware,
        cost=cost.net,
        cost_vat=cost.vat,
        paid=paid,
        paid_vat=paid_vat,
        depreciation=worn,
        tax_depreciation=_until(sale, tax_worn, kind),
        value=_until(sale, value, kind) if sale.moment.rest < grid.months else value,
        is_market_valued=market is not None,
        sale=sale,
        net_over=net_over,
    )


def _pay(terms: AssetTerms, cost: AssetCost, cash: Cash) -> tuple[tuple[Use, ...], tuple[Use, ...]]:
    """What is paid to the vendor at each moment, without VAT, and the VAT."""
    paid, paid_vat = [], []
    for payment in vendor_payments(terms.cost, cost):
        moment = cash.grid.moment(payment.day, opening=True)
        cash.add("capex_paid", moment, payment.net)
        cash.add("vat_paid_on_capex", moment, payment.vat)
        paid.append(Use(moment, payment.net))
        paid_vat.append(Use(moment, payment.vat))
    return tuple(paid), tuple(paid_vat)


def _until(sale: Sale, values: list[Value], kind: Kind) -> list[Value]:
    """The values by month (or boundary) up to the sale, and nothing after it."""
    rest = sale.moment.rest
    return [value if at < rest else kind.given(0) for at, value in enumerate(values)]


def sale_day(deal: Deal, name: str, grid: Grid) -> date:
    """The day an asset is sold: the one its residual says, else the end of use."""
    said = deal.assets[name].residual.at
    end = end_of_use(deal, grid)
    return end if said is None else min(day_of(deal, said), end)


def _wear(
    name: str,
    terms: AssetTerms,
    costs: Sequence[Value],
    said: Depreciation | None,
    cash: Cash,
) -> list[Value]:
    """Depreciation of each month."""
    kind, grid = cash.kind, cash.grid
    rules = terms.depreciation
    if name.endswith(".tax"):
        rules = lower_depreciation(said, "taxes.income.depreciation", kind=kind)
    elif name.endswith(".lent"):
        rules = lower_depreciation(said, name, kind=kind)
    stages = [lower_wear(said, lot.accepted, grid.boundaries, kind=kind) for lot in terms.cost.lots]
    inputs = [
        DepreciationInputs(tuple(costs), tuple(stage[month] for stage in stages))
        for month in range(grid.months)
    ]
    naming = Naming(kind, name, tuple(range(grid.months))) if kind.keeps_names else None
    flows, _ = scan(depreciate, rules, opening_lots(rules, len(stages)), inputs, naming=naming)
    return [flow.depreciation for flow in flows]


def _net_of(paid: Sequence[Use], worn: Sequence[Value], grid: Grid, kind: Kind) -> list[Value]:
    """What has been paid for so far, less what has worn off, at each boundary of the plan."""
    by_boundary: list[Value] = [kind.given(0)] * (grid.months + 1)
    for use in paid:
        # A payment at the opening of a month stands at its first day already.
        boundary = use.moment.rest
        by_boundary[boundary] = by_boundary[boundary] + use.amount
    carrying = [by_boundary[0]]
    for month in range(grid.months):
        carrying.append(carrying[-1] + by_boundary[month + 1] - worn[month])
    return carrying


def _market(
    terms: AssetTerms, costs: Sequence[Value], grid: Grid, kind: Kind
) -> list[Value] | None:
    """What the accepted lots would fetch at each boundary; None where no market is named."""
    if terms.market is None:
        return None
    return [_fetches(terms, terms.market, costs, day, kind) for day in grid.boundaries]


def _fetches(
    terms: AssetTerms, market: MarketTerms, costs: Sequence[Value], day: date, kind: Kind
) -> Value:
    ages = [lower_age(market, age_months(lot.accepted, day), kind=kind) for lot in terms.cost.lots]
    return market_value(market, costs, ages)


def _sell(deal: Deal, terms: AssetTerms, cost: Value, costs: Sequence[Value], cash: Cash) -> Sale:
    """Sell the asset, and put the proceeds into the cash of the plan."""
    day = sale_day(deal, terms.name, cash.grid)
    fetched: Value = cash.kind.given(0)
    market = _sale_market(deal, terms, cash.kind)
    if market is not None:
        fetched = _fetches(terms, market, costs, day, cash.kind)
    sold = residual_value(terms.residual, ResidualInputs(cost, fetched))
    moment = cash.grid.moment(day, opening=False)
    cash.add("sale_proceeds", moment, sold.net)
    cash.add("vat_collected", moment, sold.vat)
    return Sale(moment, sold.net, sold.vat)


def _sale_market(deal: Deal, terms: AssetTerms, kind: Kind) -> MarketTerms | None:
    """The market that an asset is sold on: the curve that its residual names, else its own."""
    curve = deal.assets[terms.name].residual.curve
    if curve is None:
        return terms.market
    path = f"assets.{terms.name}.residual"
    return lower_market_value(
        MarketValue(curve=curve), path, kind=kind, curve=_named_curve(deal, curve)
    )


def curve_points(deal: Deal, asset: Asset) -> list[CurvePoint]:
    """The points of the curve that a market value names, from the deal or the reference."""
    if asset.market_value is None or asset.market_value.curve is None:
        return []
    return _named_curve(deal, asset.market_value.curve)


def _named_curve(deal: Deal, name: str) -> list[CurvePoint]:
    if name in deal.curves:
        curve = deal.curves[name]
        if curve.like is None:
            return points_of(curve.values, f"curves.{name}.values")
        return [
            CurvePoint(point.age, point.share * curve.times, f"curves.{name}.times")
            for point in _named_curve(deal, curve.like)
        ]
    return [
        CurvePoint(Duration(point.age_months, 0), point.mid, f"reference resale {name}")
        for point in resale_curve(name)
    ]
