"""Assets for tests, and their months."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from lessor.core.dates import add_months
from lessor.core.numeric import DECIMAL, Kind, Value, scan
from lessor.engine.assets.asset import AssetTerms, lower_asset
from lessor.engine.assets.cost import CostContext, CostTerms, asset_cost, lot_costs
from lessor.engine.assets.depreciation import (
    DepreciationFlows,
    DepreciationInputs,
    depreciate,
    lower_wear,
    opening_lots,
)
from lessor.terms.assets import Asset

CLOSING = date(2026, 5, 1)


def asset(**said: Any) -> Asset:
    """An asset as a deal file writes it; it costs 1,200 unless said otherwise."""
    price = {} if "unit_cost" in said or "cost" in said else {"cost": "1_200"}
    return Asset.model_validate(price | said)


def lowered(record: Asset, *, kind: Kind = DECIMAL, vat: Value | None = None) -> AssetTerms:
    """The asset as `assets.servers` of a deal."""
    return lower_asset("servers", record, CostContext(kind, CLOSING, vat))


def wear_inputs(
    record: Asset, terms: CostTerms, costs: Sequence[Value], *, months: int, kind: Kind
) -> list[DepreciationInputs]:
    """The months of an asset's life, every lot's stage beside the others'."""
    grid = [add_months(CLOSING, month) for month in range(months + 1)]
    lots = [lower_wear(record.depreciation, lot.accepted, grid, kind=kind) for lot in terms.lots]
    return [DepreciationInputs(tuple(costs), stages) for stages in zip(*lots, strict=True)]


def depreciated(record: Asset, *, months: int) -> list[DepreciationFlows]:
    """The wear of an asset by month, on Decimal."""
    terms = lowered(record)
    costs = lot_costs(terms.cost, asset_cost(terms.cost))
    inputs = wear_inputs(record, terms.cost, costs, months=months, kind=DECIMAL)
    opening = opening_lots(terms.depreciation, len(costs))
    return scan(depreciate, terms.depreciation, opening, inputs)[0]
