"""What lenders advance against what is bought, as the draws of the plan count it."""

from __future__ import annotations

from functools import partial

from lessor.core.numeric import FLOAT
from lessor.forecast.drawing import Lending
from lessor.forecast.graded import graded_share
from lessor.forecast.plan import Plan
from lessor.terms.deal import Deal

BOUNDLESS = 1e18
"""A commitment that limits no draw: the most that an amount of a deal may be."""


def lending_of(deal: Deal, plan: Plan) -> Lending:
    """The terms of advance of a deal on what is bought in a plan of it."""
    graded = partial(graded_share, deal, plan.assets, plan.leases, kind=FLOAT)
    return Lending(deal, plan.assets, FLOAT, graded)


def lent_at_draw(deal: Deal, plan: Plan, name: str) -> float:
    """All that may be drawn on a loan, had it no commitment, in the reporting currency.

    sum over acceptance days of (share let at investment grade x rate + rest x other_rate) x cost,
    with `net_cost` less a straight line since acceptance.
    """
    draws = lending_of(deal, plan).draws(name, BOUNDLESS, plan.grid)
    return sum((float(amount) for amount in draws.values()), 0.0)
