"""How much of what is financed is let to lessees of investment grade."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from lessor.terms.deal import Deal
from lessor.terms.grades import is_investment_grade
from lessor.terms.plan_dates import letting_end

if TYPE_CHECKING:
    from lessor.forecast.desk import LeaseRun
    from lessor.forecast.owning import AssetRun


def graded_share(
    deal: Deal, assets: Sequence[AssetRun], leases: Sequence[LeaseRun], asset: str
) -> float:
    """The part of an asset let to lessees of investment grade at the signed leases' quantities.

    What no lease stands on (a network) follows all servers together, by their cost.
    """
    shares = _shares(deal, leases)
    if asset in shares:
        return shares[asset]
    costs = {run.name: float(run.cost) for run in assets if run.name in shares}
    whole = sum(costs.values(), 0.0)
    return sum((shares[name] * cost for name, cost in costs.items()), 0.0) / whole if whole else 0.0


def _shares(deal: Deal, leases: Sequence[LeaseRun]) -> dict[str, float]:
    """By asset that leases stand on; of several on the same servers in turn, at most all counts."""
    shares: dict[str, float] = {}
    for run in leases:
        name = run.lease.capacity.asset
        if name not in deal.assets or letting_end(run.lease) is None:
            continue
        let = float(run.units.servers) / float(deal.assets[name].quantity)
        graded = let if is_investment_grade(run.lease.lessee.grade) else 0.0
        shares[name] = min(shares.get(name, 0.0) + graded, 1.0)
    return shares
