"""What only a plan can tell about its input: owners' support, debt unpaid, covenants that fail."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from lessor.core.issue import Issue, Severity
from lessor.forecast.plan import Plan
from lessor.terms.load import Loaded

if TYPE_CHECKING:
    from lessor.forecast.spv_records import SpvRun

NEGLIGIBLE = 1e-6


def plan_warnings(loaded: Loaded, plan: Plan) -> tuple[Issue, ...]:
    """Warnings about cash that does not cover what is due, and about covenants that fail.

    Issues: equity-supports-debt, debt-in-arrears, debt-unpaid, maturity-after-plan, covenant-fails.
    """
    lenders = [issue for run in plan.spvs for issue in _of_lenders(loaded, plan, run)]
    return (*_support(loaded, plan), *lenders, *_cut_off(loaded, plan))


def _cut_off(loaded: Loaded, plan: Plan) -> Iterator[Issue]:
    """Loans that mature after the plan, which repays them at its end."""
    for run in plan.facilities:
        prepared = run.prepared
        repaid = float(run.segment_flows[-1].prepaid) if prepared.ends_after_plan else 0.0
        if repaid <= NEGLIGIBLE:
            continue
        matures = next(each.payment_day for each in prepared.plan if each.is_last)
        yield Issue(
            "maturity-after-plan",
            f"{run.name} matures on {matures}, and the plan ends on {plan.grid.end}: "
            f"{repaid:,.0f} {plan.deal.currency} of it is repaid then, ahead of schedule",
            f"lengthen the plan (`horizon: {matures}`), or read the returns as those of a loan "
            "repaid early",
            loaded.source.place(("horizon",)),
            Severity.WARNING,
        )


def _support(loaded: Loaded, plan: Plan) -> tuple[Issue, ...]:
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


def _of_lenders(loaded: Loaded, plan: Plan, run: SpvRun) -> Iterator[Issue]:
    name, currency = run.terms.name, plan.deal.currency
    place = loaded.source.place(("spvs", name))
    for loan in run.loans:
        day = _first_short(run, loan.name)
        if day is not None:
            yield Issue(
                "debt-in-arrears",
                f"{loan.name} is not paid in full on {day}, after all its reserves",
                f"see `lessor waterfall --date {day}`; lower the debt, or allow `equity_cures`",
                place,
                Severity.WARNING,
            )
        left = float(loan.outstanding) + float(loan.state.accrued) + float(loan.state.fees)
        if left > NEGLIGIBLE * max(float(loan.state.original), 1.0):
            yield Issue(
                "debt-unpaid",
                f"the plan ends with {left:,.0f} {currency} of {loan.name} unpaid",
                "lengthen the plan (`horizon`), lower the debt, or read the returns to equity as "
                "those of owners who walk away",
                place,
                Severity.WARNING,
            )
    for number, covenant in enumerate(run.terms.covenants):
        failed = next((d for d in run.dates if d.tests and d.tests[number].is_default), None)
        if failed is not None:
            value = float(failed.tests[number].value)
            yield Issue(
                "covenant-fails",
                f"{covenant.name} fails first on {failed.moment.day}, at {value:.4g}",
                f"see `lessor waterfall --date {failed.moment.day}`; what a failure does stands in "
                "the waterfall (`when: ...default`)",
                loaded.source.place(("spvs", name, "covenants", covenant.name)),
                Severity.WARNING,
            )


def _first_short(run: SpvRun, loan: str) -> date | None:
    """The first date on which a step of a loan is not paid what it asks for."""
    for done in run.dates:
        for place, flow in zip(done.steps, done.flows.steps, strict=True):
            step = run.terms.waterfall.steps[place]
            is_payment = step.loan == loan and step.action == "pay"
            if is_payment and float(flow.shortfall) > NEGLIGIBLE * max(float(flow.wanted), 1.0):
                return done.moment.day
    return None


def _months(count: int) -> str:
    return "one month," if count == 1 else f"{count} months, the first"
