"""A memo says the engine's figures, all of them, and no other."""

import re
from typing import Any

import pytest

from lessor.forecast.cash_years import cash_years
from lessor.forecast.debt_years import debt_years, tightest
from lessor.forecast.metric_table import METRICS
from lessor.forecast.statement import statement
from lessor.forecast.study import funding
from lessor.report.memo.compose import memo_of
from lessor.report.memo.model import Figures, Table
from lessor.report.tongues import LANGUAGES
from tests.report.memo.studied import DEALS, FEW, blocks, memo_for, study_of, tables, texts

CJK = re.compile(r"[\u4e00-\u9fff]")


def values(table, column):
    return [row.cells[column].value for row in table.rows]


@pytest.mark.parametrize("name", DEALS)
def test_every_metric_stands_in_the_memo_with_its_own_value(name):
    memo, metrics = memo_for((name,)), study_of(name).result.metrics
    shown: dict[str, float | None] = {}
    for block in blocks(memo):
        if isinstance(block, Figures):
            shown |= {figure.metric: figure.value for figure in block.figures}
        elif isinstance(block, Table) and block.columns[0].label == "Figure":
            for row in block.rows:
                if row.cells[0].below in metrics:
                    shown[row.cells[0].below] = row.cells[1].value
    assert set(shown) <= set(metrics)
    assert all(shown[metric] == metrics[metric] for metric in shown)
    with_value = {metric.name for metric in METRICS if metrics[metric.name] is not None}
    assert with_value <= set(shown)


@pytest.mark.parametrize("name", ["b300-10k", "ddtl-4", "token-share"])
def test_years_of_cash_and_of_income_are_those_of_the_engine(name):
    study, memo = study_of(name), memo_for((name,))
    years = {str(year.year): year for year in cash_years(study.result.plan)}
    fields = {
        "Rent": "rent",
        "Principal": "principal",
        "Interest and fees": "interest",
        "To the owners": "to_owners",
        "Bought, with fees and VAT": "uses",
        "Debt drawn": "debt_drawn",
    }
    seen = 0
    for table in tables(memo, "Cash by calendar year"):
        for row in table.rows:
            for column, cell in zip(table.columns[1:], row.cells[1:], strict=True):
                if row.cells[0].said in fields:
                    seen += 1
                    assert cell.value == getattr(years[column.label], fields[row.cells[0].said])
    assert seen >= 4 * len(years)
    found: dict[str, Any] = statement(study.result)
    income = {str(row["year"]): row for row in found["years"]}
    for table in tables(memo, "Income by calendar year"):
        profits = next(row for row in table.rows if row.cells[0].said == "Net profit")
        for column, cell in zip(table.columns[1:], profits.cells[1:], strict=True):
            assert cell.value == income[column.label]["net_profit"]


@pytest.mark.parametrize("name", ["b300-10k", "ddtl-4", "spv-finance-lease"])
def test_debt_and_covenants_are_those_of_each_borrower(name):
    study, memo = study_of(name), memo_for((name,))
    own = [each for each in study.borrowers if each.plan.facilities]
    shown = tables(memo, "Debt by calendar year")
    assert len(shown) == len(own)
    for borrower, table in zip(own, shown, strict=True):
        closing = [column.label for column in table.columns].index("Closing")
        assert values(table, closing) == [year.closing for year in debt_years(borrower)]
        assert values(table, len(table.columns) - 2) == [y.dscr for y in debt_years(borrower)]
    found = [each for borrower in own for each in tightest(borrower)]
    for table in tables(memo, "Covenants, at their nearest test"):
        assert values(table, 2) == [each.nearest.value for each in found]
        assert values(table, 5) == [each.nearest.headroom for each in found]


@pytest.mark.parametrize("name", DEALS)
def test_sources_and_uses_come_to_the_same(name):
    memo, found = memo_for((name,)), funding(study_of(name).result.plan)
    if not found.uses:
        assert not tables(memo, "Uses of money")
        return
    (uses,), (sources,) = tables(memo, "Uses of money"), tables(memo, "Sources of money")
    assert values(uses, 1)[:-1] == list(found.uses.values())
    assert values(sources, 1)[:-1] == list(found.sources.values())
    assert values(uses, 1)[-1] == pytest.approx(values(sources, 1)[-1], rel=1e-12)
    assert values(uses, 2)[-1] == pytest.approx(1)


def test_readings_of_a_claim_and_terms_that_would_make_it_true():
    memo, (claim,) = memo_for(("b300-10k",)), study_of("b300-10k").claims
    (readings,) = tables(memo, "Every reading")
    assert values(readings, 1) == [reading.low for reading in claim.readings]
    assert values(readings, 2) == [reading.high for reading in claim.readings]
    (solved,) = tables(memo, "What would make it true")
    assert values(solved, 1) == [found.value for _, found in claim.solutions]
    assert "It does not hold in 7 of 11 readings." in texts(memo)


def test_the_lender_sheet_stands_where_the_deal_has_one():
    (sheet,) = tables(memo_for(("b300-10k",)), "Lender's case")
    found = study_of("b300-10k").lender_sheet
    assert found is not None
    assert [row.cells[0].below for row in sheet.rows] == [factor.name for factor in found.factors]
    assert not tables(memo_for(("token-share",)), "Lender's case")


def test_every_term_of_the_file_stands_under_sources_with_its_line():
    (stated,) = tables(memo_for(("b300-10k",)), "Terms as the file says them")
    rows = {row.cells[0].said: (row.cells[1].said, row.cells[2].said) for row in stated.rows}
    assert rows["assets.servers.unit_cost.amount"] == ("5_000_000", "deal.yaml:18")
    assert not any("/" in place for _, place in rows.values())


def test_several_deals_have_an_overview_whose_totals_are_by_currency():
    memo = memo_for(("b300-10k", "h200-64", "ddtl-4"))
    (sizes,) = tables(memo, "Deals by size")
    cost = {row.cells[0].said: row.cells[2].value for row in sizes.rows}
    costs = [float(study_of(name).result.plan.cost_total) for name in ("b300-10k", "h200-64")]
    assert cost["Total in CNY"] == pytest.approx(sum(costs), rel=1e-12)
    assert cost["Total in USD"] == study_of("ddtl-4").result.metrics["cost_total"]
    assert memo.parts[0].title == "Overview"
    assert len(memo.parts) == 4


@pytest.mark.parametrize("language", [each for each in LANGUAGES if each != "en"])
@pytest.mark.parametrize("name", FEW)
def test_all_that_is_not_of_the_file_is_in_the_language_of_the_reader(name, language):
    """English words are left only where the file, a source or a name of the engine has them."""
    english, said = memo_for((name,)), memo_for((name,), language)
    pairs = zip(texts(english), texts(said), strict=True)
    same = {one for one, other in pairs if one == other and re.search(r"[a-z]{3} [a-z]{3}", one)}
    study = study_of(name)
    given = [str(study.loaded.source.tree), *(str(claim) for claim in study.claims)]
    from_file = " ".join([*given, *(text.replace("_", " ") for text in given)])
    sources = re.compile(r"computed: |datasheet|docs\.|guide|brief|collection|page")
    left = {text for text in same if text not in from_file and not sources.search(text)}
    assert not left
    assert sum(bool(CJK.search(text)) for text in texts(said)) > 50


def test_a_memo_is_the_same_each_time():
    study = study_of("h200-64")
    assert memo_of([study], "en") == memo_of([study], "en")
