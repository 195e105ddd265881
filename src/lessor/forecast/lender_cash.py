"""The factors of cash and repayment: whether the contract repays the debt, and what it survives.

Each factor is a function from the facts to one line of the sheet, or a few. The bars stand in
`lender_case` of the deal file; their defaults are what rated deals of 2025 and 2026 show.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from lessor.forecast.cases import case_deal
from lessor.forecast.debt_limits import monthly_growths
from lessor.forecast.figures import as_floats
from lessor.forecast.lender_facts import (
    DAYS_A_MONTH,
    Factor,
    Facts,
    at_least,
    at_most,
)
from lessor.forecast.stress import largest_fall, longest_outage, with_rents, with_use
from lessor.metrics.arrays import NEGLIGIBLE, Floats
from lessor.terms.costs import FixedCost
from lessor.terms.plan_dates import lots_of

BALLOON_MIN = 0.01
"""Share of the debt below which a last payment that is larger than the others is no balloon."""


def repaid_in_first_term(facts: Facts) -> Iterator[Factor]:
    """debt_outstanding at the end of the first lease terms, which is to be nothing.

    All investment-grade GPU debt rated so far is repaid inside the first contract term, and a
    rating has been said to end with it. Source: rated deals to Aug 2026, as Moody's on a delayed
    draw of 8.5bn, 31 Mar 2026.
    """
    end = facts.first_term_end
    left = None if end is None else float(facts.outstanding[facts.boundary_of(end)])
    day = "no lease is in the forecast" if end is None else f"nothing is owed on {end}"
    yield at_most("repaid_in_first_term", left, NEGLIGIBLE * facts.debt, day, "money")
    for name, maturity in facts.maturities.items():
        test = "no lease is in the forecast"
        if end is not None:
            test = f"by the end of the first lease term, {end}"
        yield Factor(
            f"maturity.{name}", maturity.isoformat(), test, None if end is None else maturity <= end
        )


def residual_credited(facts: Facts) -> Iterator[Factor]:
    """Debt that is repaid only when the hardware is sold or the plan ends: sum of debt_prepaid.

    Investment-grade cases give no credit to what the hardware may be worth at the end; the first
    to assume renewals came in Aug 2026. Source: agency statements on rated GPU debt to Aug 2026.
    """
    early = float(as_floats(facts.plan.cash.by_period("debt_prepaid"))[-1])
    test = "no debt is repaid from a sale of the hardware"
    yield at_most("residual_credited", early, NEGLIGIBLE * facts.debt, test, "money")


def covers(facts: Facts) -> Iterator[Factor]:
    """min over payment dates of cfads / debt_service, in the base case and under stress.

    Rated cases were sized to 1.20 and rated at 1.20 to 1.33, with no less than 1.11 under stress;
    covenants stand at 1.05 to 1.40. Source: agency statements on rated GPU debt to Aug 2026.
    """
    bar = float(facts.said.dscr_base)
    value = facts.lowest_cover(case_deal(facts.loaded, "base"))
    test = f"at least {bar:g} on every payment date"
    if facts.deal.spvs:
        # A waterfall may pay some costs behind the loans, and sweep: lenders look at neither here.
        test = f"{test}, all costs paid first and nothing swept"
    yield at_least("dscr_base", value, bar, test, "multiple")
    case, bar = facts.said.stress_case, float(facts.said.dscr_stress)
    if case not in facts.deal.cases:
        test = f"at least {bar:g} in the case '{case}', which the deal has not"
        yield Factor("dscr_stress", None, test, None, "multiple")
        return
    value = facts.lowest_cover(case_deal(facts.loaded, case))
    test = f"at least {bar:g} in the case '{case}'"
    yield at_least("dscr_stress", value, bar, test, "multiple")


def falls_survived(facts: Facts) -> Iterator[Factor]:
    """The largest fall of all rents, and of use, at which debt service is met on every date.

    Solved: the plan is run again at each fall, reserves are drawn on. Agencies break their cases
    by rent and by use; take-or-pay makes the second 100%. Source: as `covers`.
    """
    for name, change, what in (
        ("rent_fall_survived", with_rents, "rents"),
        ("utilisation_fall_survived", with_use, "use"),
    ):
        fall = largest_fall(facts.deal, change, facts.tables)
        test = f"debt service is met on every date if {what} fall so far: above 0%"
        if what == "use":
            test = "debt service is met on every date if use falls so far: above 0%"
        yield Factor(name, fall, test, fall > 0, "fraction")


def outage_survived(facts: Facts) -> Iterator[Factor]:
    """The longest time without any rent, begun on the worst month, that reserves bridge.

    Contracts stop paying when hardware fails for days; classic project finance holds six months
    of debt service against it, GPU debt three. Source: as `covers`.
    """
    months = longest_outage(facts.plan, facts.reserves)
    bar = float(facts.said.reserve_months)
    test = f"months without rent, from the worst month on: at least {bar:g}"
    yield at_least("outage_survived", months, bar, test, "months")


def replacement(facts: Facts) -> Iterator[Factor]:
    """Who would run the cluster in the operator's place, and the cover with what that costs.

    min over payment dates of cfads / debt_service, the cost among the running costs. Agencies ask
    whether another operator is named and paid for; that none was is noted as a weakness of a rated
    loan of Aug 2026. Source: agency statements to Aug 2026.
    """
    who = facts.said.replacement_operator
    yield Factor("replacement_operator", who, "a replacement operator is named", who is not None)
    cost = facts.said.replacement_cost
    test = "at least 1 with the cost of the replacement, beside all other costs"
    if cost is None:
        yield Factor("replacement_dscr", None, f"{test}: not said", None, "multiple")
        return
    added = FixedCost(
        kind="fixed", amount=cost.amount, currency=cost.currency, per="year", tax="excluded"
    )
    changed = facts.deal.changed(costs={**facts.deal.costs, "replacement_operator": added})
    yield at_least("replacement_dscr", facts.lowest_cover(changed), 1.0, test, "multiple")


def refinancing(facts: Facts) -> Iterator[Factor]:
    """The balloon: by how much the last payment exceeds all before it, as a share of the debt.

    Its cover is the worth at maturity of all cfads that come later, over the balloon, at the
    loans' own last rate; what is sold at the end counts as nothing. Every GPU schedule published
    runs to zero, so that a balloon is a risk to be refinanced. Source: a list of 17 schedules
    in filings, Aug 2026.
    """
    balloon = sum(_balloons(facts).values(), 0.0)
    share = balloon / facts.debt if facts.debt else None
    test = f"the last payment is no larger than others, within {BALLOON_MIN:.0%} of the debt"
    yield at_most("balloon_share", share, BALLOON_MIN, test, "fraction")
    if share is None or share <= BALLOON_MIN:
        yield Factor("balloon_cover", None, "nothing is left to be refinanced", True, "multiple")
        return
    bar = float(facts.said.dscr_base)
    test = f"worth of the cash after maturity over the balloon: at least {bar:g}"
    yield at_least("balloon_cover", _worth_after(facts) / balloon, bar, test, "multiple")


def _balloons(facts: Facts) -> dict[str, float]:
    """By loan: the last payment, what stands at the end of the plan included, above all others."""
    found = {}
    for run in facts.plan.facilities:
        paid = as_floats([flow.interest_paid + flow.principal_paid for flow in run.flows])
        paid = paid + as_floats([flow.prepaid for flow in run.flows])
        moving = np.flatnonzero(paid > NEGLIGIBLE * paid.max(initial=0.0))
        last = int(moving[-1]) if moving.size else 0
        excess = paid[last] - paid[:last].max(initial=0.0) if paid.size else 0.0
        found[run.name] = max(float(excess), 0.0)
    return found


def _worth_after(facts: Facts) -> float:
    """Worth at the last payment of the cfads of all months after it; nothing without a payment."""
    plan = facts.plan
    if not plan.payment_flags.any():
        return 0.0
    last = int(np.flatnonzero(plan.payment_flags)[-1])
    growth = float(monthly_growths(plan)[last + 1])
    cash: Floats = as_floats(plan.cash.by_period("cfads"))[last + 1 :]
    return float((cash / growth ** np.arange(1, cash.size + 1)).sum())


def life_after_maturity(facts: Facts) -> Iterator[Factor]:
    """Months from the last maturity to the end of the hardware's life, of the shortest-lived lot.

    life of depreciation from acceptance; a tail leaves something to sell if the debt is late.
    Source: useful lives of 5 to 6 years in filings, against debt of 5 to 6 years.
    """
    ends = [
        asset.depreciation.life.after(lot.accepted)
        for asset in facts.deal.assets.values()
        if asset.depreciation is not None
        for lot in lots_of(facts.deal, asset)
    ]
    last = max(facts.maturities.values(), default=None)
    months = None
    if ends and last is not None:
        months = (min(ends) - last).days / DAYS_A_MONTH
    test = "months of useful life after the last maturity: above 0"
    passes = None if months is None else months > 0
    yield Factor("life_after_maturity", months, test, passes, "months")
