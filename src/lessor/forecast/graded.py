"""How much of what is financed is let to lessees of investment grade."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from lessor.core.numeric import Kind, Value, minimum, ratio, total
from lessor.terms.deal import Deal
from lessor.terms.grades import is_investment_grade
from lessor.terms.plan_dates import letting_end

if TYPE_CHECKING:
    from lessor.forecast.desk import LeaseRun
    from lessor.forecast.owning import AssetRun


def graded_share(
    deal: Deal, assets: Sequence[AssetRun], leases: Sequence[LeaseRun], asset: str, *, kind: Kind
) -> Value:
    """The part of an asset let to lessees of investment grade at the signed leases' quantities.

    What no lease stands on (a network) follows all servers together, by their cost.
    """
    shares = _shares(deal, leases, kind)
    if asset in shares:
        return shares[asset]
    nothing = kind.given(0)
    let = [run for run in assets if run.name in shares]
    whole = total([nothing, *(run.cost for run in let)])
    return ratio(total([nothing, *(shares[run.name] * run.cost for run in let)]), whole, nothing)


def _shares(deal: Deal, leases: Sequence[LeaseRun], kind: Kind) -> dict[str, Value]:
    """By asset that leases stand on; of several on the same servers in turn, at most all counts."""
    shares: dict[str, Value] = {}
    nothing = kind.given(0)
    for run in leases:
        name = run.lease.capacity.asset
        if name not in deal.assets or letting_end(run.lease) is None:
            continue
        let = run.units.servers / kind.given(deal.assets[name].quantity, "units")
        graded = let if is_investment_grade(run.lease.lessee.grade) else nothing
        shares[name] = minimum(shares.get(name, nothing) + graded, 1)
    return shares
