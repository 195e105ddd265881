"""How much can be borrowed: each limit against a formula worked out beside it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lessor.core.issue import FaultsError
from lessor.forecast.debt_limits import cover_slack
from lessor.forecast.debt_sizing import LIMITS, Sized, size
from lessor.forecast.plan import run_plan
from lessor.forecast.scaled_loans import ScaledLoans
from lessor.terms.load import require_deal
from tests.forecast.deals import LOAN, built

EXAMPLES = Path(__file__).parents[2] / "examples"

ANNUITY = (1 - 1.005**-12) / 0.005
"""Worth of 1 a month over the year of the small deal, at 6% a year."""

RENT, COST = 100.0, 1000.0


def sized(*changes: str, **limits: str) -> Sized:
    return size(built(LOAN, *changes), **limits)


def limited(text: str) -> str:
    return f"facilities: {{bank: {{sizing: {text}}}}}"


@pytest.mark.parametrize("cover", [1.05, 1.2, 2.0, 7.5])
def test_a_cover_carries_the_worth_of_cash_over_it(cover: float):
    found = sized(dscr=str(cover))
    assert found.limits["dscr"] == pytest.approx(RENT / cover * ANNUITY, rel=1e-9)
    assert (found.binds == "dscr") == (RENT / cover * ANNUITY < COST)


def test_the_least_limit_binds_and_the_others_say_what_they_would_allow():
    found = sized(limited("{dscr: 1.2, loan_to_cost: 75%, cap: 900, ltv: 1000%}"))
    assert found.binds == "loan_to_cost"
    assert found.debt == pytest.approx(750)
    assert found.limits["cap"] == pytest.approx(900)
    assert found.limits["cost"] == pytest.approx(COST)
    assert list(found.limits) == [name for name in LIMITS if name in found.limits]
    assert found.said == pytest.approx(800)


def test_debt_never_exceeds_cost_unless_the_terms_say_so():
    rich = "leases: {tenant: {charges: {base: {amount: 100}}}}"
    assert sized(rich, dscr="1.2").debt == pytest.approx(COST)
    found = sized(rich, limited("{dscr: 1.2, above_cost: yes}"))
    assert found.debt == pytest.approx(1000 / 1.2 * ANNUITY, rel=1e-9)
    assert "cost" not in found.limits


def test_without_any_limit_the_cost_is_one():
    found = sized()
    assert (found.binds, list(found.limits)) == ("cost", ["cost"])
    assert found.debt == pytest.approx(COST)


def test_cash_that_bears_nothing_gives_none_and_says_so():
    found = sized("costs: {staff: {kind: fixed, amount: 200}}", dscr="1.2")
    assert (found.debt, found.binds) == (0.0, "dscr")
    assert "no debt at all" in found.note


def test_other_loans_are_served_first():
    other = """
facilities:
  senior:
    kind: term_loan
    principal: {amount: 300}
    rate: {value: 6%, basis: 30/360, compounding: monthly}
    repayment: {profile: level}
"""
    half = "facilities: {bank: {principal: 50%}}"
    found = size(built(LOAN, half, other), "bank", dscr="1.2")
    assert found.loans == ("bank",)
    assert found.limits["dscr"] == pytest.approx(RENT / 1.2 * ANNUITY - 300, rel=1e-9)
    assert found.limits["cost"] == pytest.approx(700)


def test_loans_without_a_name_are_sized_together_in_proportion():
    both = """
facilities:
  bank: {principal: 40%}
  second:
    kind: term_loan
    principal: {amount: 100}
    rate: {value: 6%, basis: 30/360, compounding: monthly}
    repayment: {profile: level}
"""
    found = size(built(LOAN, both), dscr="1.2")
    assert found.loans == ("bank", "second")
    assert found.limits["dscr"] == pytest.approx(RENT / 1.2 * ANNUITY, rel=1e-9)


def test_the_downside_is_the_case_that_is_named():
    case = "cases: {downside: {leases.tenant.charges.base.amount: 7}}"
    found = sized(case, limited("{dscr: 1.2, downside_dscr: 1.1}"))
    assert found.limits["downside_dscr"] == pytest.approx(70 / 1.1 * ANNUITY, rel=1e-9)
    assert found.binds == "downside_dscr"


def test_ltv_holds_on_the_date_on_which_it_is_tightest():
    worn = "assets: {servers: {depreciation: {life: 12 months}}}"
    found = sized(worn, ltv="80%")
    owed = [1.005**k - (1.005**k - 1) / 0.005 / ANNUITY for k in range(12)]
    tightest = max(owe / (1 - k / 12) for k, owe in enumerate(owed))
    assert found.limits["ltv"] == pytest.approx(0.8 * COST / tightest, rel=1e-9)


def test_all_cash_repays_what_the_term_allows():
    half = (1 - 1.005**-6) / 0.005
    assert sized(limited("{term: 6 months}")).limits["term"] == pytest.approx(RENT * half, rel=1e-9)


def test_interest_that_is_deducted_comes_back_with_the_debt():
    """Cash after tax follows interest, so that the debt is a fixed point."""
    worn = "assets: {servers: {depreciation: {life: 12 months}}}"
    loaded = built(LOAN, worn, "taxes: {income: {rate: 25%}}")
    found = size(loaded, dscr="1.2")
    loans = ScaledLoans(loaded.deal, ("bank",))
    times = found.limits["dscr"] / loans.debt_at(1.0)
    slack = cover_slack(loans, times, cover=1.2).amount
    assert slack == pytest.approx(0, abs=1e-7)
    assert cover_slack(loans, times * 1.001, cover=1.2).amount < 0


SCULPTED = "facilities: {bank: {repayment: {profile: sculpted, dscr: 1.25}}}"


def test_a_sculpted_loan_carries_the_worth_of_cash_over_its_cover():
    found = sized(SCULPTED, limited("{dscr: 1.25}"))
    assert found.limits["dscr"] == pytest.approx(RENT / 1.25 * ANNUITY, rel=1e-9)
    assert found.binds == "dscr"
    # Sized to another cover, it is sculpted to that one.
    other = sized(SCULPTED, limited("{dscr: 1.4}"))
    assert other.limits["dscr"] == pytest.approx(RENT / 1.4 * ANNUITY, rel=1e-9)


def test_a_sculpted_loan_is_not_sculpted_anew_in_the_downside():
    case = "cases: {downside: {leases.tenant.charges.base.amount: 7}}"
    sizing = limited("{dscr: 1.25, downside_dscr: 0.8}")
    found = sized(SCULPTED, case, sizing)
    # 80 a month as at closing, of which 87.5 may be asked: so much more may fall due at the end.
    expected = 80 * ANNUITY + 7.5 * 1.005**-12
    assert found.limits["downside_dscr"] == pytest.approx(expected, rel=1e-9)
    tight = sized(SCULPTED, case, limited("{dscr: 1.25, downside_dscr: 1.0}"))
    # Beyond a loan that the first 70 repay whole, 80 would fall due.
    assert tight.limits["downside_dscr"] == pytest.approx(70 / 1.005, rel=1e-9)


def test_loans_of_an_spv_are_sized_on_what_they_ask_for_and_not_on_what_is_paid():
    spv = """
spvs:
  box:
    accounts: {collection: {kind: collection}}
    waterfall: [{pay: operating_costs}, {pay: bank}, {distribute: equity}]
"""
    found = sized(spv, dscr="1.2")
    assert found.limits["dscr"] == pytest.approx(RENT / 1.2 * ANNUITY, rel=1e-9)


def test_a_delayed_draw_is_advanced_lot_by_lot():
    lots = """
assets:
  servers:
    deliveries: [{date: 2026-05-01, quantity: 6}, {date: 2026-08-01, quantity: 4}]
    depreciation: {life: 20 months}
leases: {tenant: {capacity: {quantity: 10}}}
facilities:
  bank:
    kind: delayed_draw
    principal: {share: null, amount: 800}
    draw: delayed
    advance: {rate: 70%, of: net_cost}
    repayment: {interest_only: 3 months}
"""
    found = sized(lots)
    assert found.limits["advance"] == pytest.approx(700)
    assert found.said == pytest.approx(700)


ADVANCE = """
assets: {{servers: {{depreciation: {{life: 20 months}}}}}}
facilities: {{bank: {{advance: {{rate: 90%, other_rate: 60%, of: {of}, tested: {tested}}}}}}}
leases: {{tenant: {{lessee: {{grade: {grade}}}}}}}
"""


@pytest.mark.parametrize(("grade", "rate"), [("A-", 0.9), ("Baa3", 0.9), ("BB+", 0.6)])
def test_the_advance_rate_follows_the_grade_of_the_lessee(grade: str, rate: float):
    found = sized(ADVANCE.format(grade=grade, of="cost", tested="at_draw"))
    assert found.limits["advance"] == pytest.approx(rate * COST)


def test_of_servers_let_in_part_the_rest_is_advanced_at_the_other_rate():
    part = "leases: {tenant: {capacity: {quantity: 4}}}"
    found = sized(ADVANCE.format(grade="AA", of="cost", tested="at_draw"), part)
    assert found.limits["advance"] == pytest.approx(0.4 * 900 + 0.6 * 600)


def test_a_borrowing_base_is_tested_on_every_date():
    slow = "facilities: {bank: {repayment: {profile: bullet}}}"
    found = sized(ADVANCE.format(grade="AA", of="net_cost", tested="every_date"), slow)
    # Eleven of twenty months are worn off when it was last owed.
    assert found.limits["advance"] == pytest.approx(0.9 * COST * 9 / 20)
    at_draw = sized(ADVANCE.format(grade="AA", of="net_cost", tested="at_draw"), slow)
    assert at_draw.limits["advance"] == pytest.approx(0.9 * COST)


@given(
    rent=st.floats(1, 30),
    rate=st.floats(0, 0.3),
    cover=st.floats(1.0, 3.0),
    profile=st.sampled_from(["level", "equal_principal", "bullet"]),
    share=st.floats(0.01, 1),
)
@settings(max_examples=25, deadline=None)
def test_the_debt_found_is_the_most_that_keeps_its_limit(
    rent: float, rate: float, cover: float, profile: str, share: float
):
    loaded = built(
        LOAN,
        f"facilities: {{bank: {{principal: '{share:.6f}', rate: {{value: '{rate:.6f}'}}}}}}",
        f"facilities: {{bank: {{repayment: {{profile: {profile}}}}}}}",
        f"leases: {{tenant: {{charges: {{base: {{amount: '{rent:.6f}'}}}}}}}}",
    )
    limit = size(loaded, dscr=f"{cover:.6f}").limits["dscr"]
    loans = ScaledLoans(loaded.deal, ("bank",))
    said = loans.debt_at(1.0)

    def lowest(debt: float) -> float:
        plan = run_plan(loans.deal_at(debt / said))
        pairs = zip(plan.cash.by_period("cfads"), plan.cash.by_period("debt_service"), strict=True)
        return min(float(cash) / float(due) for cash, due in pairs if float(due) > 0)

    assert lowest(limit) == pytest.approx(round(cover, 6), rel=1e-9)
    assert lowest(limit * 1.01) < round(cover, 6)


def test_a_loan_that_is_not_there_is_told_with_those_that_are():
    with pytest.raises(FaultsError) as fault:
        sized(facility="bnak")
    assert fault.value.issues[0].code == "unknown-name"
    assert "bank" in fault.value.issues[0].remedy


def test_a_deal_without_loans_is_refused():
    with pytest.raises(FaultsError) as fault:
        size(built())
    assert fault.value.issues[0].code == "unknown-name"


def test_a_loan_of_which_nothing_is_drawn_is_refused():
    with pytest.raises(FaultsError) as fault:
        size(built(LOAN.replace("{share: 80%}", "{amount: 0}")))
    [issue] = fault.value.issues
    assert issue.code == "not-positive" and "bank" in issue.message


def test_a_limit_that_makes_no_sense_is_refused_as_in_a_file():
    with pytest.raises(FaultsError) as fault:
        sized(ltv="80")
    assert [issue.code for issue in fault.value.issues] == ["percent-as-number"]


@pytest.mark.parametrize(("dscr", "known"), [(None, 6_248.7e6), ("1.15", 5_705.3e6)])
def test_a_deal_is_sized_alike_whatever_principal_it_states(dscr, known):
    example = str(EXAMPLES / "b300-10k" / "deal.yaml")
    asked = size(require_deal(example), dscr=dscr)
    assert asked.debt == pytest.approx(known, abs=5e4)
    for principal in ("1", "1_000", "1e9", "6.3e9"):
        stated = require_deal(example, [f"facilities.bank.principal={principal}"])
        found = size(stated, dscr=dscr)
        assert found.binds == asked.binds
        assert found.limits == pytest.approx(asked.limits, rel=1e-9)
