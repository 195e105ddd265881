"""The factors of contract and security: who pays, what is held back, what lenders can seize.

Each factor is a function from the facts to one line of the sheet, or a few.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from lessor.core.numeric import FLOAT
from lessor.forecast.figures import as_floats
from lessor.forecast.lender_facts import DAYS_A_MONTH, Factor, Facts, at_least, at_most
from lessor.metrics.arrays import NEGLIGIBLE
from lessor.rating.exchange import converted
from lessor.terms.charges import PassThrough
from lessor.terms.costs import PowerCost
from lessor.terms.facilities import Facility
from lessor.terms.grades import is_investment_grade
from lessor.terms.money import Money
from lessor.terms.plan_dates import lots_of
from lessor.terms.scalars import Duration
from lessor.terms.spvs import Spv, Target


def customers(facts: Facts) -> Iterator[Factor]:
    """Shares of contract value: from customers of investment grade, and of the largest below it.

    Take-or-pay of an investment-grade customer carries an investment-grade rating; the same box
    with customers below it was rated Ba2 / BB+. One facility limits them to 35% of collateral and
    of revenue. Source: agency statements and a filed loan agreement of May 2024.
    """
    values: dict[str, float] = {}
    graded = 0.0
    for run in facts.plan.leases:
        value = float(run.contract.value)
        if is_investment_grade(run.lease.lessee.grade):
            graded += value
        else:
            values[run.lease.lessee.name] = values.get(run.lease.lessee.name, 0.0) + value
    whole = graded + sum(values.values(), 0.0)
    nothing = "" if whole else ": nothing is contracted"
    share = graded / whole if whole else None
    test = f"all contracted rent is from customers of investment grade{nothing}"
    yield at_least("customer_grade", share, 1.0 - NEGLIGIBLE, test, "fraction")
    largest = max(values.values(), default=0.0) / whole if whole else None
    bar = float(facts.said.single_customer)
    test = f"contracted rent of one customer below investment grade: at most {bar:.0%}{nothing}"
    yield at_most("customer_concentration", largest, bar, test, "fraction")


def prepayment_share(facts: Facts) -> Iterator[Factor]:
    """Rent paid ahead over contract value.

    It stands in for equity and shows that the customer is bound: 15% to 25% of contract value in
    one issuer's filing, 20% in a contract of 9.7bn. Source: filings of Mar 2025 and May 2026.
    """
    deal = facts.deal
    value = ahead = 0.0
    for run in facts.plan.leases:
        contract = float(run.contract.value)
        value += contract
        said = run.lease.prepayment
        if said is not None:
            ahead += contract * float(said.share or 0) + _amount(facts, said.amount)
    share = ahead / value if value else None
    test = "part of the contract is paid ahead: above 0% (15% to 25% is seen)"
    passes = None if share is None else share > 0
    yield Factor("prepayment_share", share, test, passes if deal.leases else None, "fraction")


def _amount(facts: Facts, money: Money | None) -> float:
    if money is None:
        return 0.0
    day = facts.deal.closing_date
    amount = converted(facts.deal, FLOAT.number(money.amount), money.currency, day, FLOAT)
    return float(amount)


def reserve_months(facts: Facts) -> Iterator[Factor]:
    """Months of debt service that the reserves of the waterfall are to hold.

    An amount, or a share of debt or of the next payment, over the debt service of an average month;
    what is held for running costs does not count. GPU debt holds three months. Source: as agencies
    state for loans of Mar and Aug 2026.
    """
    months = sum((_spv_months(facts, spv) for spv in facts.deal.spvs.values()), 0.0)
    bar = float(facts.said.reserve_months)
    test = f"months of debt service in reserve: at least {bar:g}"
    yield at_least("reserve_months", months, bar, test, "months")


def _spv_months(facts: Facts, spv: Spv) -> float:
    targets = [
        account.target
        for account in spv.accounts.values()
        if account.kind == "reserve" and account.target is not None
    ]
    return sum((_target_months(facts, target) for target in targets), 0.0)


def _target_months(facts: Facts, target: Target) -> float:
    service = as_floats(facts.plan.cash.by_period("debt_service"))
    due = np.flatnonzero(service > 0)
    if not due.size:
        return 0.0
    a_month = float(service.sum()) / (int(due[-1]) + 1 - max(int(due[0]) - 1, 0))
    payments = int(facts.plan.payment_flags[due[0] : due[-1] + 1].sum())
    parts = [_amount(facts, target.amount) / a_month]
    if target.debt_service is not None:
        parts.append(_months(target.debt_service))
    if target.next_payment is not None:
        parts.append(float(target.next_payment) * (int(due[-1]) + 1 - int(due[0])) / payments)
    if target.share_of_debt is not None:
        parts.append(float(target.share_of_debt) * float(facts.outstanding.max()) / a_month)
    months = sum(parts) if target.combine == "sum" else max(parts)
    return (
        months if target.at_most is None else min(months, _amount(facts, target.at_most) / a_month)
    )


def _months(length: Duration) -> float:
    return length.months + length.days / DAYS_A_MONTH


def hedge_share(facts: Facts) -> Iterator[Factor]:
    """Share of the floating debt drawn whose rate is fixed by a hedge, or capped, to maturity.

    Rated loans hedge at least 85% to 95%. Source: agency statements on loans of Mar and Aug 2026.
    """
    loans = facts.deal.facilities
    floating = {name: debt for name, debt in facts.drawn.items() if loans[name].rate.index}
    whole = sum(floating.values(), 0.0)
    bar = float(facts.said.hedge_share)
    if not whole:
        yield Factor("hedge_share", None, "no debt is floating", True, "fraction")
        return
    hedged = sum((debt * _hedged(facts, loans[name], name) for name, debt in floating.items()), 0.0)
    test = f"floating debt that is hedged to maturity: at least {bar:.0%}"
    yield at_least("hedge_share", hedged / whole, bar - NEGLIGIBLE, test, "fraction")


def _hedged(facts: Facts, facility: Facility, name: str) -> float:
    if facility.rate.cap is not None:
        return 1.0
    hedge = facility.rate.hedge
    if hedge is None:
        return 0.0
    until = hedge.until
    if isinstance(until, Duration):
        until = until.after(facts.deal.closing_date)
    return float(hedge.share) if until is None or until >= facts.maturities[name] else 0.0


def power_pass_through(facts: Facts) -> Iterator[Factor]:
    """The least share of any power cost that lessees pay at cost.

    The price of power is named as the largest risk of a rated loan; it is passed through or a
    reserve is held. A pass-through at a price of its own leaves the risk. Source: Moody's, 31 Mar
    2026.
    """
    costs = [name for name, cost in facts.deal.costs.items() if isinstance(cost, PowerCost)]
    test = "all power is passed on at cost"
    if not costs:
        nothing = f"{test}: the deal has no cost of power"
        yield Factor("power_pass_through", None, nothing, None, "fraction")
        return
    passed = min(_passed(facts, name) for name in costs)
    yield at_least("power_pass_through", passed, 1.0 - NEGLIGIBLE, test, "fraction")


def _passed(facts: Facts, cost: str) -> float:
    shares = [
        float(charge.share)
        for lease in facts.deal.leases.values()
        for charge in lease.charges.values()
        if isinstance(charge, PassThrough) and charge.cost == cost and charge.price is None
    ]
    return min(sum(shares, 0.0), 1.0)


def step_in(facts: Facts) -> Iterator[Factor]:
    """What lenders hold in a default: the contract, the servers, and a group that stands apart.

    Lenders look for the contract assigned to them, the customer's consent to step-in, each server
    charged by its serial number, and no default imported from elsewhere. Source: filed security
    terms of Mar 2026; a missing direct agreement is noted of a rated loan of Aug 2026.
    """
    said = facts.said
    for name, value, wanted, test in (
        ("contract_assigned", said.contract_assigned, True, "the contract is assigned to lenders"),
        ("direct_agreement", said.direct_agreement, True, "the customer has agreed to step-in"),
        ("liens_by_serial", said.liens_by_serial, True, "each server is charged by its serial"),
        ("cross_default", said.cross_default, False, "no default elsewhere is a default here"),
    ):
        unsaid = value is None
        yield Factor(name, value, f"{test}: not said" if unsaid else test, _is(value, wanted))


def _is(value: bool | None, wanted: bool) -> bool | None:
    return None if value is None else value is wanted


def recovery(facts: Facts) -> Iterator[Factor]:
    """What a forced sale brings over the debt, on the date on which most would be lost.

    collateral_value after the time of disposal x (1 - disposal_discount) / debt_outstanding; no
    rent meanwhile, no cost of sale. No workout of a GPU facility was found to take a recovery from.
    """
    time = facts.said.disposal_time
    months = None if time is None else _months(time)
    bar = float(facts.said.reserve_months)
    test = (
        f"time to sell the hardware after step-in: within the {bar:g} months that reserves bridge"
    )
    unsaid = f"{test}: not said"
    yield at_most("disposal_time", months, bar, test if months is not None else unsaid, "months")
    debt, worth = facts.outstanding, as_floats(facts.plan.collateral)
    wait = math.ceil(months or 0)
    later = np.append(worth, np.zeros(wait))[wait : wait + worth.size]
    brings = later * (1.0 - float(facts.said.disposal_discount))
    first = int(np.argmax(worth > 0)) if (worth > 0).any() else 0
    # Before the first delivery there is nothing to seize, and what is drawn is in hand.
    loss = (debt - brings)[first:]
    at = first + int(np.argmax(loss))
    ratio = float(brings[at] / debt[at]) if debt[at] > 0 else None
    day = facts.plan.grid.boundaries[at]
    basis = facts.plan.collateral_basis.removeprefix("over ")
    test = f"forced sale over debt on {day}, when most is lost (of {basis}): at least 1"
    yield at_least("recovery_value", ratio, 1.0, test, "multiple")


def completion_test(facts: Facts) -> Iterator[Factor]:
    """What must be shown before money is drawn.

    Rated loans are drawn cluster by cluster after commissioning at level 3. Hardware accepted by
    closing needs no test; draws against accepted deliveries are one. Source: Moody's, Mar 2026.
    """
    deal = facts.deal
    accepted = [lot.accepted for asset in deal.assets.values() for lot in lots_of(deal, asset)]
    if all(day <= deal.closing_date for day in accepted):
        test = "all hardware is accepted by closing, or tested before each draw"
        yield Factor("completion_test", "accepted by closing", test, True)
        return
    tests = {name: _test_of(loan) for name, loan in deal.facilities.items()}
    text = ", ".join(f"{name}: {test or 'none'}" for name, test in tests.items())
    passes = all(test is not None for test in tests.values())
    yield Factor("completion_test", text, "a completion test before each draw", passes)


def _test_of(facility: Facility) -> str | None:
    said = facility.availability.completion_test
    if said is None and facility.draw == "delayed":
        return "acceptance"
    return said
