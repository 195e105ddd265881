"""Rents in advance in a plan: the first is paid on the day of the draw itself, whoever pays."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from lessor.core.dates import add_months
from lessor.core.numeric import DECIMAL, FLOAT, Kind
from lessor.forecast.lease_rents import run_take_downs
from lessor.forecast.lease_terms import FinanceLease
from lessor.forecast.loan_schedule import schedule_rows
from lessor.forecast.paths import PathsKind
from lessor.forecast.plan import Plan, run_plan
from lessor.terms.deal import Deal
from tests.forecast.deals import built

RESIDUE = 1e-11
"""What floats leave of a loan that was repaid."""

LEASE = """
horizon: 30 months
facilities:
  lease:
    kind: direct_lease
    principal: 900
    rate: {value: 12%, basis: 30/360, compounding: monthly}
    repayment: {profile: level, until: 24 months, frequency: monthly, timing: advance}
    rental:
      take_downs:
        - {date: 2026-08-01, amount: 600, term: 12 months}
        - {date: 2026-09-15, amount: 300, term: 12 months}
"""

PAID_BY_A_WATERFALL = """
spvs:
  spv:
    accounts: {collection: {kind: collection}}
    waterfall: [pay operating_costs, pay lease, distribute equity]
    equity_cures: yes
"""

VARIANTS = {
    "level": "{}",
    "quarterly": "repayment: {frequency: quarterly}",
    "given": "repayment: {profile: level_payment}",
    "table": "repayment: {profile: principal_table}",
    "equal": "repayment: {profile: equal_principal}",
    "balloon": "repayment: {balloon: 20%}",
    "flat": "rate: {quoted: flat, compounding: none}",
    "residual": "rental: {residual: {share: 10%}}",
    "rents": "repayment: {until: 12 months}, "
    "rental: {rents: [{times: 6, amount: 120}, {times: 6, amount: 60}]}",
    "cents": "rounding: cent",
    "daily": "rate: {compounding: none, basis: actual/365}",
}


def said(variant: str) -> str:
    return "facilities: {lease: {" + VARIANTS[variant] + "}}" if variant != "level" else "{}"


def quoted(deal: Deal, kind: Kind = FLOAT) -> Mapping[date, Any]:
    """Rents by day as `lessor quote` has them, with the residual that ends the lease."""
    found: dict[date, Any] = defaultdict(int)
    for run in run_take_downs(FinanceLease(deal, "lease", kind)):
        for row in run.rows:
            found[row.day] += row.rent.rent + row.beside.residual
    return {day: rent for day, rent in sorted(found.items()) if rent}


def planned(plan: Plan) -> Mapping[date, Any]:
    """What the plan pays on the loans of the lease, by day."""
    found: dict[date, Any] = defaultdict(int)
    for run in plan.facilities:
        for index in run.prepared.payments:
            flow = run.segment_flows[index]
            day = run.prepared.segments[index].payment_day
            found[day] += flow.interest_paid + flow.principal_paid
    return {day: rent for day, rent in sorted(found.items()) if np.any(rent > RESIDUE)}


@pytest.mark.parametrize("payer", ["{}", PAID_BY_A_WATERFALL], ids=["owners", "waterfall"])
@pytest.mark.parametrize("variant", VARIANTS)
def test_rents_of_take_downs_after_closing_are_those_of_the_quote(variant, payer):
    deal = built(LEASE, said(variant), payer).deal
    plan, wanted = run_plan(deal), quoted(deal)
    rents = planned(plan)
    assert list(rents) == list(wanted)
    assert next(iter(rents)) == date(2026, 8, 1)
    assert list(rents.values()) == pytest.approx(list(wanted.values()), rel=1e-9)
    service = plan.cash.by_day("debt_service")
    assert {day: amount for day, amount in service.items() if amount > RESIDUE} == pytest.approx(
        rents
    )
    assert plan.outstanding[-1] == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize("payer", ["{}", PAID_BY_A_WATERFALL], ids=["owners", "waterfall"])
def test_the_rents_are_the_annuity_due_of_each_take_down(payer):
    rents = planned(run_plan(built(LEASE, payer).deal))
    due = sum(1.01**-number for number in range(12))
    assert sum(rents.values()) == pytest.approx(12 * 900 / due, rel=1e-12)
    assert rents[date(2026, 8, 1)] == pytest.approx(600 / due, rel=1e-12)
    assert rents[date(2026, 9, 15)] == pytest.approx(300 / due, rel=1e-12)


def test_the_first_rent_is_exact_on_decimals():
    deal = built(LEASE, said("cents")).deal
    rents, wanted = planned(run_plan(deal, DECIMAL)), quoted(deal, DECIMAL)
    assert dict(rents) == dict(wanted)
    assert all(isinstance(rent, Decimal) for rent in rents.values())


@pytest.mark.parametrize("payer", ["{}", PAID_BY_A_WATERFALL], ids=["owners", "waterfall"])
def test_on_many_paths_the_first_rent_is_that_of_each(payer):
    rates = np.array([0.04, 0.12, 0.09])
    drawn = {f"facilities.lease {number}.rate.value": rates for number in (1, 2)}
    many = planned(run_plan(built(LEASE, payer).deal, PathsKind(drawn)))
    for path, rate in enumerate(rates):
        rated = f"facilities: {{lease: {{rate: {{value: {rate:.0%}}}}}}}"
        alone = planned(run_plan(built(LEASE, rated, payer).deal))
        assert [rent[path] for rent in many.values()] == list(alone.values())


@pytest.mark.parametrize("convention", ["following", "modified_following", "preceding"])
def test_no_business_day_moves_the_first_rent_before_its_draw(convention):
    # 31 May 2026 is a Sunday: only the payment moves, and never before the money is there.
    taken = "{take_downs: [{date: 2026-05-31, amount: 900, term: 12 months}]}"
    days = f"{{calendar: weekdays, convention: {convention}, accrual: unadjusted}}"
    deal = built(LEASE, f"facilities: {{lease: {{dates: {days}, rental: {taken}}}}}").deal
    rents = planned(run_plan(deal))
    first = date(2026, 6, 1) if convention == "following" else date(2026, 5, 31)
    assert next(iter(rents)) == first
    assert list(rents.values()) == pytest.approx(list(quoted(deal).values()), rel=1e-9)


def test_the_schedule_of_a_take_down_begins_with_draw_and_rent_on_one_day():
    plan = run_plan(built(LEASE).deal)
    for run, (drawn, on) in zip(
        plan.facilities, [(600, date(2026, 8, 1)), (300, date(2026, 9, 15))], strict=True
    ):
        first, second, *_ = schedule_rows(run)
        assert (first.date, first.drawn, first.interest) == (on, drawn, 0)
        assert first.closing == pytest.approx(drawn - first.principal)
        assert second.date == add_months(on, 1)
        assert second.interest == pytest.approx(0.01 * first.closing)


def test_cash_of_the_owners_holds_what_is_drawn_and_every_rent():
    # The servers are paid for at closing: what is drawn later goes to the owners who paid.
    deal = built(LEASE, "facilities: {lease: {rental: {deposit: 10%, service_fee: 2%}}}").deal
    plan = run_plan(deal)
    owners = sum(plan.cash.by_day("equity_cash").values())
    earned = sum(plan.cash.by_day("project_cash").values())
    rents = sum(planned(plan).values())
    assert owners == pytest.approx(earned + 900 - rents - 0.02 * 900)


def test_a_named_first_payment_in_advance_is_the_first_of_one_that_closes_earlier():
    one = """
    facilities:
      lease:
        draw: at_closing
        dates: {first_payment: 2026-08-01}
        rental: {take_downs: null, purchase_price: 0}
    """
    deal = built(LEASE, one).deal
    rents = planned(run_plan(deal))
    assert next(iter(rents)) == date(2026, 8, 1)
    assert dict(rents) == pytest.approx(dict(quoted(deal)), rel=1e-9)
