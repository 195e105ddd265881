"""What charts show is what the engine found: their rows add up to its totals."""

from collections import defaultdict

import pytest

from lessor.forecast.borrowers import borrowers
from lessor.forecast.underwriting import period_rows
from lessor.report.charts.cash import NAMES
from tests.report.charts.drawn import (
    CLAIMS,
    DEALS,
    charts_of,
    claim_of,
    grid_of,
    result_of,
    rows_of,
    tornado_of,
)

CASH = [name for name in DEALS if name != "pflops-1545/deal.yaml"]
STREAMS_OF = {
    "rent": ("rent_received", "prepayment_received", "-prepayment_refunded"),
    "costs": ("-operating_costs_paid", "-junior_costs_paid"),
    "taxes": ("-income_tax_paid", "vat_collected", "-vat_paid_on_costs", "-vat_remitted"),
    "interest": ("-interest_paid", "-debt_fees_paid"),
    "principal": ("-principal_paid", "-debt_prepaid"),
    "sale": ("sale_proceeds",),
    "to_owners": ("equity_distributed",),
}


@pytest.mark.parametrize("name", CASH)
def test_bars_of_cash_add_up_to_the_streams_of_the_plan(name):
    spec = charts_of(name)["cash"]
    shown: defaultdict[str, float] = defaultdict(float)
    for layer in (0, 1):
        for row in rows_of(spec, layer):
            shown[row["part"]] += row["amount"]
    cash = result_of(name).plan.cash
    for part, streams in STREAMS_OF.items():
        wanted = sum(
            (-1 if stream.startswith("-") else 1)
            * sum(float(amount) for amount in cash.by_period(stream.removeprefix("-")))
            for stream in streams
        )
        assert shown[NAMES[part]] == pytest.approx(wanted, rel=1e-9, abs=1e-3), part


@pytest.mark.parametrize("name", CASH)
def test_the_bars_of_a_year_add_up_to_its_line(name):
    spec = charts_of(name)["cash"]
    bars: defaultdict[str, float] = defaultdict(float)
    for row in rows_of(spec, 0):
        bars[row["year"]] += row["amount"]
    for row in rows_of(spec, 1):
        assert bars[row["year"]] == pytest.approx(row["amount"], rel=1e-9, abs=1e-3)


@pytest.mark.parametrize("name", ["b300-10k/deal.yaml", "ddtl-4/deal.yaml", "notes/deal.yaml"])
def test_debt_and_collateral_are_those_of_the_plan(name):
    plan = result_of(name).plan
    spec = next(spec for title, spec in charts_of(name).items() if title.startswith("debt"))
    series = defaultdict(list)
    for row in rows_of(spec):
        series[row["series"]].append(row["amount"])
    assert series["Debt outstanding"] == [float(value) for value in plan.outstanding]
    assert series["Value of the collateral"] == [float(value) for value in plan.collateral]


def test_cover_is_that_of_each_payment_and_levels_those_of_the_covenant():
    name = "ddtl-4/deal.yaml"
    spec = charts_of(name)["cover borrower"]
    shown = defaultdict(list)
    for row in rows_of(spec):
        shown[row["line"]].append(row["value"])
    rows = period_rows(result_of(name))
    assert shown["DSCR of the payment period"] == [row["dscr"] for row in rows if row["dscr"]]
    assert set(shown["dscr: default"]) == {1.15}
    assert set(shown["dscr: lock-up"]) == {1.2}
    tests = [test.value for test in borrowers(result_of(name).loaded)[0].tests]
    assert shown["dscr, as tested"] == [value for value in tests if value is not None]


def test_a_lock_up_that_is_not_said_has_no_line():
    spec = charts_of("spv-finance-lease/deal.yaml")["cover lessee"]
    lines = {row["line"] for row in rows_of(spec)}
    assert "dscr: default" in lines and "dscr: lock-up" not in lines


def test_the_tornado_shows_its_bars_from_base_to_both_ends():
    name = "h200-64/deal.yaml"
    tornado, spec = tornado_of(name), charts_of(name)["tornado"]
    rows = rows_of(spec, 0)
    assert [row["to"] for row in rows[:2]] == [
        tornado.bars[0].metric_low,
        tornado.bars[0].metric_high,
    ]
    assert {row["from"] for row in rows} == {tornado.base}


def test_the_heat_map_has_every_cell_and_a_dash_where_there_is_no_figure():
    name = "b300-10k/deal.yaml"
    rows = rows_of(charts_of(name)["heat"])
    cells = [value for row in grid_of(name).cells for value in row]
    assert [row["value"] for row in rows] == cells
    assert {row["said"] for row in rows if row["value"] is None} == {"-"}


@pytest.mark.parametrize("name", CLAIMS)
def test_every_reading_of_a_claim_has_its_row(name):
    claim = claim_of(name)
    spec = charts_of(name.replace("claim.yaml", "deal.yaml")).get("claim")
    if spec is None:
        assert all(reading.low is None for reading in claim.readings)
        return
    rows = next(rows for rows in spec["datasets"].values() if "reading" in rows[0])
    assert len(rows) == len(claim.readings)
    for reading, row in zip(claim.readings, rows, strict=True):
        assert row["reading"] == reading.name.replace("_", " ")
        assert row["low"] == reading.low
        assert row["verdict"] == reading.verdict.replace("_", " ")
