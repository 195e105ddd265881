"""What debt survives: rents that fall, use that falls, months without any rent.

Debt service is survived where the cash of each date pays it, with the reserves where there is a
waterfall: falls are run through it, an outage is set against what it holds.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import Decimal
from typing import Any, NamedTuple

import numpy as np

from lessor.forecast.figures import as_floats
from lessor.forecast.plan import Plan, run_plan
from lessor.forecast.preparing import Tables
from lessor.forecast.search import Domain, Level, crossing
from lessor.metrics.arrays import Flags, Floats
from lessor.metrics.cover import by_payment
from lessor.terms.charges import BaseRent, Charge, Commitment, RevenueShare, Usage
from lessor.terms.deal import Deal
from lessor.terms.leases import Lease, Relet, UsagePlan

SMALLEST = 1e-12
"""Share of debt service below which a shortfall is rounding residue."""

EVERYTHING = 1.0
"""A fall of all that there is."""

PART_OF_MONTH = 1e-11
"""How near an outage is found, in months."""


def with_rents(deal: Deal, share: Decimal) -> Deal:
    """The deal at a share of all its rents: prices, minimums, shares of revenue, prepayments.

    What a lessee pays for costs passed on, service credits and damages are shares already, or stay.
    """
    return _with_leases(deal, lambda lease: _rented(lease, share))


def with_use(deal: Deal, share: Decimal) -> Deal:
    """The deal at a share of its planned use, and of the capacity let again."""
    return _with_leases(deal, lambda lease: _used(lease, share))


def _with_leases(deal: Deal, change: Callable[[Lease], Lease]) -> Deal:
    return deal.changed(leases={name: change(lease) for name, lease in deal.leases.items()})


def _rented(lease: Lease, share: Decimal) -> Lease:
    charges = {name: _priced(charge, share) for name, charge in lease.charges.items()}
    ahead = lease.prepayment
    if ahead is not None and ahead.amount is not None:
        ahead = ahead.changed(amount=ahead.amount.changed(amount=ahead.amount.amount * share))
    return lease.changed(
        charges=charges, relet=_times(lease.relet, share, "amount"), prepayment=ahead
    )


def _priced(charge: Charge, share: Decimal) -> Charge:
    if isinstance(charge, BaseRent | Commitment):
        return charge.changed(amount=charge.amount * share)
    if isinstance(charge, Usage):
        tiers = [tier.changed(price=tier.price * share) for tier in charge.tiers]
        return charge.changed(price=_part(charge.price, share), tiers=tiers)
    if isinstance(charge, RevenueShare):
        bands = [band.changed(share=band.share * share) for band in charge.bands]
        return charge.changed(
            share=_part(charge.share, share),
            bands=bands,
            cap=_part(charge.cap, share),
            floor=_part(charge.floor, share),
        )
    return charge


def _part(value: Decimal | None, share: Decimal) -> Decimal | None:
    return None if value is None else value * share


def _times(relet: Relet | None, share: Decimal, field: str) -> Relet | None:
    value: Any = getattr(relet, field, None)
    return relet if relet is None or value is None else relet.changed(**{field: value * share})


def _used(lease: Lease, share: Decimal) -> Lease:
    usage = lease.usage
    if usage is not None:
        usage = usage.changed(**_volumes(usage, share))
    return lease.changed(usage=usage, relet=_times(lease.relet, share, "utilisation"))


def _volumes(usage: UsagePlan, share: Decimal) -> dict[str, Any]:
    """Use by hours goes with utilisation; what is planned by the month or year, with itself."""
    return {
        "utilisation": usage.utilisation * share,
        "tokens_per_month": _part(usage.tokens_per_month, share),
        "revenue_per_year": _part(usage.revenue_per_year, share),
        "meters": {name: units * share for name, units in usage.meters.items()},
    }


class Dates(NamedTuple):
    """The payment dates of a borrower: cash and debt service of the time up to each."""

    cash: Floats
    service: Floats


def dates_of(plan: Plan) -> Dates:
    """CFADS and debt service due by payment date."""
    cash, service = (
        by_payment(as_floats(plan.to_payments(name)), plan.payment_flags)
        for name in ("cfads", "debt_service")
    )
    return Dates(cash, service)


def headroom(dates: Dates, reserves: Floats) -> float:
    """The least that is left of reserves on any date, in shares of the highest debt service.

    shortfall to date = sum of (service - cash) since cash last was whole, never below nothing;
    headroom = min over dates of reserves - shortfall; `reserves` by payment date, as they stand
    before it. Where no date is short it is the least that is left of cash, so that it falls evenly
    as cash falls.
    """
    need = np.cumsum(dates.service - dates.cash)
    before = np.minimum.accumulate(np.concatenate(([0.0], need)))[:-1]
    left = reserves - (need - before)
    due = dates.service > SMALLEST * dates.service.max(initial=0.0)
    if not due.any():
        return 1.0
    return float(left[due].min() / dates.service.max()) + SMALLEST


def reserves_by_month(plan: Plan) -> Floats:
    """What the reserve accounts of the plan's borrowers hold in each month, before it pays."""
    held = np.zeros(plan.grid.months)
    for run in plan.spvs:
        accounts = [
            each for each in enumerate(run.terms.accounts.accounts) if each[1].kind == "reserve"
        ]
        own = np.zeros(plan.grid.months)
        for number, step in enumerate(run.dates):
            own[step.moment.period + 1 :] = sum(
                float(step.balances[place]) for place, _ in accounts
            )
            if number == 0:
                # What is filled at closing stands there until the first date.
                at_closing = [place for place, each in accounts if each.is_funded_at_closing]
                own[: step.moment.period + 1] = sum(float(step.balances[at]) for at in at_closing)
        held += own
    return held


def waterfall_headroom(plan: Plan) -> float:
    """The least that any payment date of a waterfall leaves, in shares of the highest debt service.

    min over the dates on which loans are due something of what accounts hold and owners are paid
    after it; where loans are short, less what they are short of or the owners pay for them.
    """
    size = _highest_service(plan)
    least = math.inf
    for run in plan.spvs:
        for date in run.dates:
            steps = (run.terms.waterfall.steps[place] for place in date.steps)
            pairs = zip(steps, date.flows.steps, strict=True)
            due = [flow for step, flow in pairs if step.loan and step.action == "pay"]
            if sum((float(flow.wanted) for flow in due), 0.0) <= SMALLEST * size:
                continue
            missing = sum((float(flow.shortfall) for flow in due), float(date.flows.cured))
            left = sum(map(float, date.balances), float(date.flows.distributed) + float(date.left))
            least = min(least, -missing if missing > SMALLEST * size else left)
    return least / size


def _highest_service(plan: Plan) -> float:
    """The highest debt service of a payment date, against which what is missing is measured."""
    return float(dates_of(plan).service.max(initial=0.0)) or 1.0


def largest_fall(
    deal: Deal, change: Callable[[Deal, Decimal], Deal], tables: Tables | None = None
) -> float:
    """The largest fall (0 to 1) that debt service survives: 1 where it survives any.

    `change` gives the deal at a share of what falls; the plan is run again at each fall tried, so
    costs and taxes that follow it, and the reserves of a waterfall, come along. `tables`: those of
    sculpted loans, as fixed at closing. 0 where debt service is not met as planned.
    """

    def gap(fall: float) -> float:
        plan = run_plan(change(deal, Decimal(repr(1.0 - fall))), tables=tables)
        if plan.spvs:
            return waterfall_headroom(plan)
        dates = dates_of(plan)
        return headroom(dates, np.zeros(dates.service.size))

    if gap(0.0) < 0:
        return 0.0
    if gap(EVERYTHING) >= 0:
        return EVERYTHING
    level = Level(gap, lambda fall: level.tried[fall] >= 0)
    found = crossing(level, Domain(0.0, 0.0, 1.0, 0.1))
    return 0.0 if found is None else found.at


def longest_outage(plan: Plan, reserves: Floats) -> float:
    """Months without rent that debt service survives, begun on the worst month.

    For each month in which rent is received, all debt is drawn and some still stands: the longest
    time from then on whose rents may fail (the last month in part) while headroom lasts; the
    shortest of these. `reserves` are what is held in each month: those of the first one are there
    to be spent, and what cash was left over before it is gone. Costs and taxes stay as planned. 0
    where debt service is not met as planned; the months of the plan, where debt survives without
    any rent.
    """
    rents = as_floats(plan.to_payments("rent_received"))
    cfads = as_floats(plan.to_payments("cfads"))
    service = as_floats(plan.to_payments("debt_service"))
    paying = plan.payment_flags
    if headroom(dates_of(plan), reserves[paying]) < 0:
        return 0.0
    ends = np.flatnonzero(paying)
    shortest = float(plan.grid.months)
    for start in _months_at_risk(plan, rents):
        # The months before it in its payment period keep their cash.
        first = int(ends[ends < start][-1]) + 1 if (ends < start).any() else 0
        outage = _Outage(
            cfads[first:], service[first:], rents[first:], paying[first:], start - first
        )
        shortest = outage.longest(shortest, float(reserves[start]))
    return shortest


def _months_at_risk(plan: Plan, rents: Floats) -> list[int]:
    """The months with rent from the last draw to the last payment."""
    drawn = np.flatnonzero(as_floats(plan.cash.by_period("debt_drawn")) > 0)
    ends = np.flatnonzero(plan.payment_flags)
    if not drawn.size or not ends.size:
        return []
    return [p for p in range(int(drawn[-1]), int(ends[-1]) + 1) if rents[p] > 0]


class _Outage(NamedTuple):
    """The months from the start of a payment period on, in which rent fails after `wait`."""

    cfads: Floats
    service: Floats
    rents: Floats
    paying: Flags
    wait: int

    def longest(self, most: float, reserve: float) -> float:
        """The most months without rent that are survived, up to `most`."""
        if self._left(most, reserve) >= 0:
            return most
        low, high = 0.0, most
        if self._left(low, reserve) < 0:
            return 0.0
        while high - low > PART_OF_MONTH:
            middle = (low + high) / 2
            low, high = (middle, high) if self._left(middle, reserve) >= 0 else (low, middle)
        return low

    def _left(self, months: float, reserve: float) -> float:
        at = np.arange(self.rents.size) - self.wait
        out = np.where(at >= 0, np.clip(months - at, 0.0, 1.0), 0.0)
        cash = by_payment(self.cfads - out * self.rents, self.paying)
        dates = Dates(cash, by_payment(self.service, self.paying))
        return headroom(dates, np.full(dates.service.size, reserve))
