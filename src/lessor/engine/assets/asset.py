"""Everything about one asset, lowered together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from lessor.engine.assets.cost import CostContext, CostTerms, lower_cost
from lessor.engine.assets.depreciation import DepreciationTerms, lower_depreciation
from lessor.engine.assets.market_value import CurvePoint, MarketTerms, lower_market_value
from lessor.engine.assets.residual import ResidualTerms, lower_residual
from lessor.terms.assets import Asset


class AssetTerms(NamedTuple):
    """An asset as numbers of one kind; `market` is None where the deal gives no market value."""

    name: str
    cost: CostTerms
    depreciation: DepreciationTerms
    market: MarketTerms | None
    residual: ResidualTerms


def lower_asset(
    name: str, asset: Asset, context: CostContext, *, curve: Sequence[CurvePoint] = ()
) -> AssetTerms:
    """The asset that stands at `assets.<name>`.

    `curve` holds the points of a market value that names a curve.
    """
    path = f"assets.{name}"
    market = asset.market_value
    return AssetTerms(
        name=name,
        cost=lower_cost(name, asset, context),
        depreciation=lower_depreciation(
            asset.depreciation, f"{path}.depreciation", kind=context.kind
        ),
        market=None
        if market is None
        else lower_market_value(market, f"{path}.market_value", kind=context.kind, curve=curve),
        residual=lower_residual(asset.residual, f"{path}.residual", context),
    )
