"""A lender's case: each factor on a small deal where it can be worked out by hand."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

from lessor.core.issue import FaultsError
from lessor.forecast.debt_sizing import size
from lessor.forecast.lender_case import FACTORS, lender_case
from lessor.forecast.lender_facts import Factor
from lessor.forecast.plan import run_plan
from lessor.forecast.stress import Dates, headroom, longest_outage, with_rents, with_use
from lessor.terms.grades import is_investment_grade
from tests.forecast.deals import LOAN, Drawn, built, deals, plan_of

PAYMENT = 800 * 0.005 / (1 - 1.005**-12)
"""The payment of the small loan; the rent is 100 a month."""


def factors(*changes: str) -> Any:
    return {factor.name: factor for factor in lender_case(built(LOAN, *changes)).factors}


def factor(name: str, *changes: str) -> Any:
    return factors(*changes)[name]


def test_every_factor_has_a_name_a_test_and_an_answer():
    found = lender_case(built(LOAN)).factors
    names = [each.name for each in found]
    assert len(set(names)) == len(names) > len(FACTORS)
    for each in found:
        assert each.test
        assert each.passes in (True, False, None)
        assert type(each.passes) in (bool, type(None)), each.name
        assert type(each.value) in (float, str, bool, type(None)), each.name


def test_it_says_that_it_is_no_rating():
    assert "no rating" in lender_case(built(LOAN)).note


def test_a_loan_that_outlasts_the_first_term_is_not_repaid_in_it():
    longer = "facilities: {bank: {repayment: {until: 24 months}}}\nhorizon: 24 months"
    found = factors(longer, "leases: {tenant: {renewal: {term: 12 months}}}")
    payment = 800 * 0.005 / (1 - 1.005**-24)
    left = payment * (1 - 1.005**-12) / 0.005
    assert found["repaid_in_first_term"].value == pytest.approx(left)
    assert found["repaid_in_first_term"].passes is False
    assert found["maturity.bank"] == Factor(
        "maturity.bank", "2028-05-01", "by the end of the first lease term, 2027-05-01", False
    )


def test_debt_repaid_from_a_sale_is_a_residual_credited():
    sold = "facilities: {bank: {repayment: {until: 24 months}}}\nhorizon: 12 months"
    found = factor("residual_credited", sold)
    assert found.value > 0
    assert found.passes is False


def test_cover_in_the_base_and_in_the_stress_case():
    case = "cases: {downside: {leases.tenant.charges.base.amount: 8}}"
    found = factors(case)
    assert found["dscr_base"].value == pytest.approx(100 / PAYMENT)
    assert found["dscr_stress"].value == pytest.approx(80 / PAYMENT)
    assert (found["dscr_base"].passes, found["dscr_stress"].passes) == (True, True)
    assert factor("dscr_stress").passes is None


def test_the_bars_are_terms_of_the_deal():
    found = factors("lender_case: {dscr_base: 1.5, single_customer: 100%}")
    assert found["dscr_base"].passes is False
    assert found["customer_concentration"].passes is True


def test_the_fall_of_rents_that_debt_survives():
    found = factor("rent_fall_survived")
    assert found.value == pytest.approx(1 - PAYMENT / 100, rel=1e-9)
    # A cost that follows the rent falls with it, one that does not stands.
    share = factor("rent_fall_survived", "costs: {site: {kind: share_of_rent, share: 10%}}")
    assert share.value == pytest.approx(1 - PAYMENT / 90, rel=1e-9)
    fixed = factor("rent_fall_survived", "costs: {staff: {kind: fixed, amount: 10}}")
    assert fixed.value == pytest.approx(1 - (PAYMENT + 10) / 100, rel=1e-9)


def test_use_matters_where_rent_follows_it():
    assert factor("utilisation_fall_survived").value == 1.0
    used = """
leases:
  tenant:
    charges: {base: null, hours: {kind: usage, meter: gpu_seconds, per: gpu_hour, price: 0.01}}
    usage: {utilisation: 90%}
"""
    rent = 80 * 730 * 0.9 * 0.01
    found = factor("utilisation_fall_survived", used)
    assert found.value == pytest.approx(1 - PAYMENT / rent, rel=1e-9)


def test_months_without_rent_from_the_worst_month_on():
    assert factor("outage_survived").value == pytest.approx(1 - PAYMENT / 100, abs=1e-8)


SPV = """
spvs:
  box:
    accounts:
      collection: {kind: collection}
      reserve: {kind: reserve, funded: at_closing, target: {debt_service: 3 months}}
    waterfall:
      - {pay: operating_costs}
      - {pay: bank.interest, reserves: reserve}
      - {pay: bank.principal, reserves: reserve}
      - {fill: reserve}
      - {distribute: equity}
"""


def test_reserves_bridge_months_without_rent():
    plan = plan_of(LOAN)
    # Three whole months, and the part of a fourth that its own surplus covers.
    months = longest_outage(plan, np.full(12, 3 * PAYMENT))
    assert months == pytest.approx(3 + 1 - PAYMENT / 100, abs=1e-8)


def test_months_before_an_outage_in_its_payment_period_keep_their_cash():
    quarterly = "facilities: {bank: {repayment: {frequency: quarterly}}}"
    plan = plan_of(LOAN, quarterly)
    service = float(plan.cash.by_period("debt_service")[2])
    months = longest_outage(plan, np.zeros(12))
    assert months == pytest.approx(3 - service / 100, abs=1e-8)


def test_falls_are_run_through_the_waterfall_and_its_reserves():
    found = factors(SPV)
    assert found["reserve_months"].value == pytest.approx(3)
    assert found["reserve_months"].passes is True
    # The reserve of three payments is spent over the twelve.
    assert found["rent_fall_survived"].value == pytest.approx(1 - 9 * PAYMENT / 1200, rel=1e-6)
    assert found["outage_survived"].value == pytest.approx(4 - PAYMENT / 100, abs=1e-6)


def test_a_sculpted_loan_is_not_sculpted_anew_as_rents_fall():
    sculpted = "facilities: {bank: {repayment: {profile: sculpted, dscr: 1.25}}}"
    debt = 80 * (1 - 1.005**-12) / 0.005
    found = factor(
        "rent_fall_survived",
        sculpted,
        f"facilities: {{bank: {{principal: {{amount: {debt}}}}}}}",
        "facilities: {bank: {principal: {share: null}}}",
    )
    assert found.value == pytest.approx(0.2, rel=1e-6)


def test_headroom_counts_from_the_last_whole_date_on():
    dates = Dates(np.array([150.0, 0.0, 150.0, 0.0]), np.full(4, 100.0))
    # Each gap of 100 is half filled again by the surplus of 50 between.
    assert headroom(dates, np.full(4, 150.0)) == pytest.approx(0, abs=1e-9)
    assert headroom(dates, np.full(4, 149.0)) < 0


def test_scaled_rents_and_use_scale_what_is_received():
    loaded = built(LOAN, "leases: {tenant: {charges: {low: {kind: minimum, amount: 120}}}}")
    plan = run_plan(with_rents(loaded.deal, 0 * loaded.deal.npv_rate + 1 - loaded.deal.npv_rate))
    whole = run_plan(loaded.deal)
    assert sum(plan.cash.by_period("rent_received")) == pytest.approx(
        0.9 * sum(whole.cash.by_period("rent_received"))
    )
    assert run_plan(with_use(loaded.deal, loaded.deal.npv_rate)).rent_earned == whole.rent_earned


@pytest.mark.parametrize(
    ("grade", "share", "passes"), [("investment_grade", 1.0, True), ("BB", 0.0, False)]
)
def test_customers_by_grade(grade: str, share: float, passes: bool):
    found = factors(f"leases: {{tenant: {{lessee: {{grade: {grade}}}}}}}")
    assert (found["customer_grade"].value, found["customer_grade"].passes) == (share, passes)
    assert found["customer_concentration"].value == 1.0 - share
    assert found["customer_concentration"].passes is passes


def test_grades_of_either_scale():
    graded = ("AAA", "aa+", "A-", "BBB-", "Baa3", "Aa1", "Investment-grade")
    assert all(map(is_investment_grade, graded))
    assert not any(map(is_investment_grade, ("BB+", "Ba1", "CCC", "", None, "good")))


def test_rent_paid_ahead_over_contract_value():
    found = factor("prepayment_share", "leases: {tenant: {prepayment: 20%}}")
    assert (found.value, found.passes) == (pytest.approx(0.2), True)
    amount = factor("prepayment_share", "leases: {tenant: {prepayment: 120}}")
    assert amount.value == pytest.approx(0.1)


def test_a_hedge_counts_where_it_lasts():
    floating = """
rates: {SOFR: {observed: [{date: 2026-05-01, rate: 3.7%}]}}
facilities: {bank: {rate: {value: null, index: SOFR, spread: 2%, compounding: none, HEDGE}}}
"""
    none = factor("hedge_share", floating.replace(", HEDGE", ""))
    assert (none.value, none.passes) == (0.0, False)
    whole = factor("hedge_share", floating.replace("HEDGE", "hedge: {share: 95%, rate: 3.6%}"))
    assert (whole.value, whole.passes) == (pytest.approx(0.95), True)
    short = "hedge: {share: 95%, rate: 3.6%, until: 6 months}"
    assert factor("hedge_share", floating.replace("HEDGE", short)).passes is False
    capped = factor("hedge_share", floating.replace("HEDGE", "cap: 4.5%"))
    assert (capped.value, capped.passes) == (1.0, True)
    assert factor("hedge_share").passes is True


POWER = "costs: {power: {kind: power, amount: 0.001}}"


def test_power_is_passed_through_or_not():
    assert factor("power_pass_through").passes is None
    assert factor("power_pass_through", POWER).value == 0.0
    passed = "leases: {tenant: {charges: {power: {kind: pass_through, cost: power}}}}"
    assert factor("power_pass_through", POWER, passed).passes is True
    priced = passed.replace("cost: power", "cost: power, price: 0.002")
    assert factor("power_pass_through", POWER, priced).passes is False


def test_a_replacement_operator_and_what_it_costs():
    assert factor("replacement_operator").passes is False
    found = factors("lender_case: {replacement_operator: Another, replacement_cost: 120}")
    assert found["replacement_operator"].value == "Another"
    assert found["replacement_dscr"].value == pytest.approx((100 - 10) / PAYMENT)
    assert found["replacement_dscr"].passes is True


def test_what_is_not_said_of_the_security_is_not_known():
    found = factors(
        "lender_case: {contract_assigned: yes, cross_default: yes, direct_agreement: no}"
    )
    assert found["contract_assigned"].passes is True
    assert found["direct_agreement"].passes is False
    assert found["cross_default"].passes is False
    assert found["liens_by_serial"].passes is None


def test_a_forced_sale_takes_time_and_a_discount():
    worn = "assets: {servers: {depreciation: {life: 20 months}}}"
    now = factor("recovery_value", worn, "lender_case: {disposal_discount: 10%}")
    assert now.value == pytest.approx(0.9 * 1000 / 800)
    assert now.passes is True
    later = factor("recovery_value", worn, "lender_case: {disposal_time: 4 months}")
    assert later.value == pytest.approx(0.7 * 800 / 800)


def test_a_balloon_is_what_the_last_payment_is_larger_by():
    # Left to the last payment: 30% of 800, above level payments on the worth of the rest.
    found = factors("facilities: {bank: {repayment: {balloon: 30%}}}")
    assert found["balloon_share"].value == pytest.approx(0.3, rel=0.05)
    assert found["balloon_share"].passes is False
    assert found["balloon_cover"].value == pytest.approx(0)
    bullet = "facilities: {bank: {repayment: {profile: bullet, until: 6 months}}}"
    covered = factor("balloon_cover", bullet)
    worth = 100 * (1 - 1.005**-6) / 0.005
    assert covered.value == pytest.approx(worth / 800)


def test_draws_before_acceptance_want_a_test():
    late = "assets: {servers: {deliveries: [{date: 2026-05-01, accepted: 2026-07-01}]}}"
    began = "leases: {tenant: {events: {accepted: 2026-07-01}}}"
    assert factor("completion_test").passes is True
    assert factor("completion_test", late, began).passes is False
    tested = "facilities: {bank: {availability: {completion_test: level_3}}}"
    found = factor("completion_test", late, began, tested)
    assert (found.value, found.passes) == ("bank: level_3", True)


def test_life_left_after_maturity():
    found = factor("life_after_maturity", "assets: {servers: {depreciation: {life: 18 months}}}")
    assert found.value == pytest.approx(6, abs=0.1)
    assert found.passes is True
    assert factor("life_after_maturity").passes is None


def test_a_deal_without_loans_has_no_lenders():
    with pytest.raises(FaultsError) as fault:
        lender_case(built())
    assert fault.value.issues[0].code == "unknown-name"


@given(drawn=deals())
@settings(max_examples=15, deadline=None)
def test_any_deal_gets_a_size_and_a_sheet_without_a_number_that_is_none(drawn: Drawn):
    loaded, _ = drawn.loaded()
    if loaded is None or not loaded.deal.facilities:
        return
    sized = size(loaded, dscr="1.2", ltv="80%")
    assert sized.debt is not None
    assert 0 <= sized.debt == min(sized.limits.values())
    json.dumps([sized.as_json(), lender_case(loaded).as_json()], allow_nan=False)
