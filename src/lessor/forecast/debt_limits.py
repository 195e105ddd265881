"""What each limit of a lender leaves of room, with loans of a deal at any size."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from lessor.forecast.figures import as_floats
from lessor.forecast.lending_base import lending_of, lent_at_draw
from lessor.forecast.plan import Plan
from lessor.forecast.scaled_loans import ScaledLoans, runs_by_loan
from lessor.metrics.arrays import Floats
from lessor.metrics.cover import by_payment
from lessor.terms.scalars import Duration

RESIDUE = 1e-11
"""Share of the loans by which float64 may miss a limit that is just met."""


class Slack(NamedTuple):
    """How much more a limit would bear on its tightest date (money; below 0: broken), and when."""

    amount: float
    where: str = ""


Measure = Callable[[ScaledLoans, float], Slack]
"""The slack of a limit with the loans at a multiple of their size."""


def _tightest(slack: Floats, plan: Plan, boundaries: Sequence[int]) -> Slack:
    """The lowest of a slack at boundaries of the plan; without any, nothing is asked for."""
    if not slack.size:
        return Slack(math.inf)
    lowest = int(np.argmin(slack))
    day = plan.grid.boundaries[boundaries[lowest]]
    return Slack(float(slack[lowest]), f"tightest on {day}")


def cover_slack(loans: ScaledLoans, times: float, *, cover: float) -> Slack:
    """Debt service that cash would bear at a cover, on the tightest payment date.

    min over payment dates with debt service of cfads / cover - debt_service, of all loans together.
    """
    plan = loans.plan_at(times)
    ends = np.flatnonzero(plan.payment_flags)
    cash, service = (
        by_payment(as_floats(plan.to_payments(name)), plan.payment_flags)
        for name in ("cfads", "debt_service")
    )
    due = service > RESIDUE * service.max(initial=0.0)
    # A loan sculpted to the cover meets it on every date, but for what float64 leaves.
    slack = cash / cover - service + RESIDUE * service.max(initial=0.0)
    return _tightest(slack[due], plan, [int(end) + 1 for end in ends[due]])


def ltv_slack(loans: ScaledLoans, times: float, *, share: float) -> Slack:
    """Debt that collateral would bear: min over dates of share x collateral - outstanding.

    Over the dates on which debt stands, from the first collateral on.
    """
    plan = loans.plan_at(times)
    debt, worth = as_floats(plan.outstanding), as_floats(plan.collateral)
    first = int(np.argmax(worth > 0)) if (worth > 0).any() else 0
    standing = np.flatnonzero(debt > RESIDUE * debt.max(initial=0.0))
    dates = standing[standing >= first]
    return _tightest((share * worth - debt)[dates], plan, dates.tolist())


def loan_to_cost_slack(loans: ScaledLoans, times: float, *, share: float) -> Slack:
    """share x cost_total - the highest debt outstanding, of all loans together."""
    plan = loans.plan_at(times)
    return Slack(share * float(plan.cost_total) - float(as_floats(plan.outstanding).max()))


def term_slack(loans: ScaledLoans, times: float, *, term: Duration) -> Slack:
    """Worth of the cash within a time from closing, less that of what is drawn in it.

    sum of (cfads - debt_service of other loans) x discount factor over the payment dates within
    the term, less sum of draws x discount factor, both at the loans' own rates: at nothing, all
    cash repays the loans just in time. A month's part of a payment period discounts in proportion.
    """
    plan, alone = loans.plan_at(times), loans.alone_at(times)
    flags = alone.payment_flags
    factors = _discount_factors(alone)
    end = term.after(plan.grid.closing)
    # Cash is counted by months here and by loans there; both plans begin at closing.
    months = min(plan.grid.months, alone.grid.months)
    cfads = as_floats(plan.to_payments("cfads"))[:months]
    cash = cfads - as_floats(loans.others.cash.by_period("debt_service"))[:months]
    ends = [p for p in np.flatnonzero(flags) if alone.grid.boundaries[p + 1] <= end]
    paid = by_payment(cash, flags[:months])[: len(ends)]
    draws = as_floats(alone.cash.by_rest("debt_drawn"))
    worth = float((paid * factors[[p + 1 for p in ends]]).sum()) if ends else 0.0
    return Slack(worth - float((draws * factors).sum()))


def _discount_factors(plan: Plan) -> Floats:
    """Worth at closing of 1 at each boundary, at the loans' rates by payment period."""
    factors: Floats = np.multiply.accumulate(1.0 / monthly_growths(plan))
    return factors


def monthly_growths(plan: Plan) -> Floats:
    """What 1 becomes in the month up to each boundary, at the loans' rates by payment period.

    1 at closing, and after the last payment.
    """
    flags = plan.payment_flags
    growth = np.ones(plan.grid.months + 1)
    start = 0
    for end, rate in zip(np.flatnonzero(flags), plan.period_rates(flags), strict=True):
        growth[start + 1 : end + 2] = (1.0 + float(rate)) ** (1.0 / (end + 1 - start))
        start = int(end) + 1
    return growth


def advance_slack(loans: ScaledLoans, times: float, *, name: str) -> Slack:
    """What may be lent against what is bought, less what is drawn (borrowing base: what stands).

    lent_at_draw - drawn; tested `every_date` also min over payment dates of lending base -
    outstanding, so that no early repayment is forced.
    """
    plan, advance = loans.plan_at(times), loans.deal.facilities[name].advance
    slack = Slack(lent_at_draw(loans.deal, plan, name) - loans.drawn_at(times)[name])
    if advance is None or advance.tested == "at_draw":
        return slack
    runs = runs_by_loan(loans.deal, plan)[name]
    debt = np.sum([as_floats([flow.outstanding for flow in run.flows]) for run in runs], axis=0)
    paying = sorted({period for run in runs for period in run.payment_periods})
    dates = [p for p in paying if debt[p] > RESIDUE * debt.max()]
    lending, days = lending_of(loans.deal, plan), plan.grid.boundaries
    base = as_floats([lending.base_on(name, days[p + 1]) for p in dates])
    return min(slack, _tightest(base - debt[dates], plan, [p + 1 for p in dates]))


def cap_slack(loans: ScaledLoans, times: float, *, name: str, cap: float) -> Slack:
    """cap - drawn."""
    return Slack(cap - loans.drawn_at(times)[name])


def cost_slack(loans: ScaledLoans, times: float) -> Slack:
    """What the loans pay for, less all that is drawn for it.

    Cost of the assets; total uses for loans that are shares of them; the VAT for loans for it
    alone. Loans for VAT stand aside where only cost counts.
    """
    plan = loans.plan_at(times)
    loans_by_use = {name: loan.principal.of for name, loan in loans.deal.facilities.items()}
    uses = {loans_by_use[name] for name in loans.names}
    drawn = loans.drawn_at(times)
    if uses == {"input_vat"}:
        total = float(as_floats(plan.cash.by_period("vat_paid_on_capex")).sum())
        return Slack(total - _sum(drawn, loans_by_use, {"input_vat"}))
    if "total_uses" in uses or "input_vat" in uses:
        total = float(as_floats(plan.cash.by_period("uses")).sum())
        return Slack(total - sum(drawn.values(), 0.0))
    others = set(loans_by_use.values()) - {"input_vat"}
    return Slack(float(plan.cost_total) - _sum(drawn, loans_by_use, others))


def _sum(drawn: Mapping[str, float], use_of: Mapping[str, str], uses: Collection[str]) -> float:
    return sum((amount for name, amount in drawn.items() if use_of[name] in uses), 0.0)
