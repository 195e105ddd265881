"""What only a plan can tell about its input: support that the owners would have to give."""

from __future__ import annotations

from lessor.core.issue import Issue, Severity
from lessor.forecast.plan import Plan
from lessor.terms.load import Loaded

NEGLIGIBLE = 1e-6


def plan_warnings(loaded: Loaded, plan: Plan) -> tuple[Issue, ...]:
    """Warnings about months in which cash does not cover what is due."""
    short = [
        (label, -float(amount))
        for label, amount in zip(
            plan.grid.labels, plan.cash.by_period("equity_distributed"), strict=True
        )
        if float(amount) < -NEGLIGIBLE
    ]
    if not short or not plan.facilities:
        return ()
    first, total = short[0][0], sum(amount for _, amount in short)
    return (
        Issue(
            "equity-supports-debt",
            "cash does not cover what is due (costs, tax, debt service, refunds) in "
            f"{_months(len(short))} {first}; "
            f"the owners are taken to put in {total:,.0f} {plan.deal.currency} more",
            "raise rent, lower debt, or read irr_equity and moic_equity with this support in them",
            loaded.source.place(("facilities",)),
            Severity.WARNING,
        ),
    )


def _months(count: int) -> str:
    return "one month," if count == 1 else f"{count} months, the first"
