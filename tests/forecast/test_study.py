"""What a memo asks of a deal: what moves it, how it is funded, its debt by year."""

import itertools
from functools import cache
from pathlib import Path

import pytest

from lessor.forecast.debt_years import debt_years, tightest
from lessor.forecast.study import SUMMED, funding, rent_by_lease, study, totals_by_currency
from lessor.terms.load import require_deal
from lessor.terms.source import FileText

EXAMPLES = Path(__file__).parents[2] / "examples"
DEALS = sorted(path.parent.name for path in EXAMPLES.glob("*/deal.yaml"))

BROKEN = """
format: lessor/1
deal: Cover that fails
currency: CNY
closing_date: 2026-01-01
assets:
  servers: {spec: {gpus: 8}, quantity: 10, unit_cost: 1_000_000, depreciation: 24 months}
leases:
  first:
    lessee: A lab
    capacity: {asset: servers, quantity: 10}
    events: {accepted: 2026-01-01}
    term: 24 months
    charges: {base: {kind: base_rent, amount: 46_000, per: server_month}}
facilities:
  bank:
    kind: term_loan
    principal: 100%
    rate: {value: 6%, basis: 30/360, compounding: monthly}
    repayment: {profile: level, until: lease_end, frequency: monthly}
spvs:
  borrower:
    covenants:
      cover: {measure: dscr, level: 1.2, lock_up: 1.3, trailing: 3 months}
    accounts: {collection: {kind: collection}}
    waterfall: [pay operating_costs, pay bank.interest, pay bank.principal, distribute equity]
"""


@cache
def studied(name):
    return study(require_deal(EXAMPLES / name / "deal.yaml"))


def test_a_return_that_some_change_leaves_without_value_gives_way_to_its_worth():
    assert [each.metric for each in studied("b300-10k").tornados] == ["npv_equity", "dscr_min"]
    assert [each.metric for each in studied("h200-64").tornados] == ["irr_equity"]


def test_rent_is_set_against_what_debt_costs_else_the_hardware():
    crossed = studied("b300-10k").crossed
    assert crossed.rows.vary == "leases.anchor.charges.base.amount"
    assert crossed.columns.vary == "facilities.bank.rate.value"
    assert studied("h200-64").crossed.columns.vary == "assets.servers.unit_cost.amount"


def test_a_deal_without_cash_has_nothing_that_moves_it():
    found = studied("pflops-1545")
    assert found.tornados == () and found.crossed is None and found.lender_sheet is None


def test_the_lender_sheet_is_there_where_the_deal_asks_for_it():
    assert studied("b300-10k").lender_sheet is not None
    assert studied("sale-leaseback").lender_sheet is None


def test_the_cell_in_the_middle_of_two_terms_is_the_deal_itself():
    found = studied("b300-10k")
    middle = found.crossed.cells[3][3]
    assert middle == pytest.approx(found.result.metrics["irr_equity"], rel=1e-9)


@pytest.mark.parametrize("name", DEALS)
def test_sources_and_uses_are_the_cash_of_the_plan(name):
    result = studied(name).result
    uses, sources = funding(result.plan)
    assert sum(uses.values()) == pytest.approx(sum(sources.values()), rel=1e-12, abs=1e-6)
    drawn = sum(sources.get(run.name, 0.0) for run in result.plan.facilities)
    assert drawn == pytest.approx(result.metrics["debt_drawn"], rel=1e-9, abs=1e-6)
    rents = rent_by_lease(result.plan)
    assert sum(rents.values()) == pytest.approx(result.metrics["rent_total"], rel=1e-12, abs=1e-6)


@pytest.mark.parametrize("name", [name for name in DEALS if name != "pflops-1545"])
def test_debt_by_year_carries_on_and_adds_up(name):
    for borrower in studied(name).borrowers:
        years = debt_years(borrower)
        for before, after in itertools.pairwise(years):
            assert after.opening == before.closing
        for year in years:
            closing = year.opening + year.drawn + year.added - year.principal
            assert closing == pytest.approx(year.closing, rel=1e-9, abs=1.0)
        covers = [cover.dscr for cover in borrower.covers]
        lowest = [year.dscr for year in years if year.dscr is not None]
        if years and covers:
            assert min(lowest) == min(covers)


def test_a_covenant_is_shown_at_its_nearest_test_with_its_failures_counted():
    borrower = study(require_deal(FileText("deal.yaml", BROKEN))).borrowers[0]
    (found,) = tightest(borrower)
    tests = borrower.tests
    rooms = [test.headroom for test in tests if test.headroom is not None]
    assert found.nearest.headroom == min(rooms)
    assert found.failed == sum(test.is_default for test in tests) > 0
    assert found.tests == len(tests)


def test_sizes_are_added_within_a_currency_and_never_across():
    studies = [studied(name) for name in ("b300-10k", "h200-64", "ddtl-4")]
    totals = totals_by_currency(studies)
    assert set(totals) == {"CNY", "USD"}
    for name in SUMMED:
        own = [each.result.metrics[name] for each in studies]
        assert totals["CNY"][name] == pytest.approx(own[0] + own[1])
        assert totals["USD"][name] == own[2]
