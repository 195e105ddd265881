"""Sensitivities re-run the plan; the income statement adds up with the plan it comes from."""

from pathlib import Path

import pytest

from lessor.forecast.figures import figure_of
from lessor.forecast.plan import run_plan
from lessor.forecast.sensitivity import grid, tornado
from lessor.forecast.statement import statement
from lessor.forecast.underwriting import period_rows, underwrite
from lessor.terms.load import require_deal

DEAL = Path(__file__).parents[2] / "examples" / "b300-10k" / "deal.yaml"
RENT = "leases.anchor.charges.base.amount"


def test_a_bar_of_the_tornado_is_the_metric_at_both_ends():
    loaded = require_deal(DEAL)
    found, issues = tornado(loaded, [f"{RENT}=1.4e9:1.5e9"], "dscr_min")
    assert issues == () and found is not None
    [bar] = found.bars
    for rent, metric in (("1.4e9", bar.metric_low), ("1.5e9", bar.metric_high)):
        plan = run_plan(require_deal(DEAL, [f"{RENT}={rent}"]).deal)
        assert metric == figure_of(plan, "dscr_min").value


def test_without_terms_the_tornado_takes_those_that_the_deal_has_widest_first():
    found, _ = tornado(require_deal(DEAL), [], "payback_years_total")
    assert found is not None
    assert {bar.vary for bar in found.bars} >= {RENT, "assets.servers.unit_cost.amount"}
    spans = [bar.span for bar in found.bars]
    assert spans == sorted(spans, reverse=True)


def test_without_terms_a_floating_loan_is_moved_in_its_spread():
    found, issues = tornado(require_deal(DEAL.parents[1] / "ddtl-4" / "deal.yaml"), [], "dscr_min")
    assert issues == () and found is not None
    varied = {bar.vary for bar in found.bars}
    assert varied >= {"facilities.floating.rate.spread", "facilities.fixed.rate.value"}
    assert "facilities.floating.rate.value" not in varied


def test_a_grid_holds_a_cell_for_each_pair_and_null_where_there_is_no_value():
    found, _ = grid(
        require_deal(DEAL), f"{RENT}=1.4e9:2.6e9", "facilities.bank.rate.value=0%:8%",
        "payback_years_equity",
    )  # fmt: skip
    assert found is not None
    assert len(found.cells) == len(found.rows.values) == 7
    assert found.cells[0][-1] is None and found.cells[-1][0] is not None


@pytest.mark.parametrize("vary", [f"{RENT}=1:2:3", f"{RENT}=a:b", "leases.anchor.nothing=1:2"])
def test_a_range_that_cannot_be_read_is_an_issue(vary: str):
    found, issues = tornado(require_deal(DEAL), [vary], "dscr_min")
    assert found is None and issues


def test_the_statement_adds_up_and_agrees_with_the_plan():
    result = underwrite(require_deal(DEAL, ["taxes={income: {rate: 25%}}"]))
    found = statement(result)
    years = found["years"]
    assert isinstance(years, list) and [year["year"] for year in years] == list(range(2026, 2032))
    for year in years:
        assert year["ebitda"] == pytest.approx(year["revenue"] - year["operating_costs"])
        before = year["ebitda"] - year["depreciation"] - year["interest"]
        assert year["profit_before_tax"] == pytest.approx(before)
        assert year["net_profit"] == pytest.approx(year["profit_before_tax"] - year["tax"])
        assert year["net_margin"] == pytest.approx(year["net_profit"] / year["revenue"])
    assert sum(year["revenue"] for year in years) == pytest.approx(5 * 1.45e9)
    assert sum(year["depreciation"] for year in years) == pytest.approx(7e9)
    paid = sum(float(value) for value in result.plan.cash.by_period("income_tax_paid"))
    assert sum(year["tax"] for year in years) == pytest.approx(paid)
    assert found["months_to_first_earnings"] == 1


def test_months_from_signature_to_first_earnings():
    loaded = require_deal(
        DEAL, ["leases.anchor.events.signed=2026-02-01", "leases.anchor.events.accepted=2026-08-01"]
    )
    assert statement(underwrite(loaded))["months_to_first_earnings"] == 7


def test_a_month_shows_its_cover_where_a_payment_falls():
    rows = period_rows(
        underwrite(require_deal(DEAL, ["facilities.bank.repayment.frequency=quarterly"]))
    )
    covers = [row["dscr"] for row in rows]
    assert covers[0] is None and covers[1] is None
    assert covers[2] == pytest.approx(1.0379865958)
