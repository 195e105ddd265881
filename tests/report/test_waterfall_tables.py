"""The trace of a waterfall on the terminal: each borrower apart, each step of a date."""

from datetime import date

import pytest

from lessor.forecast.closing_tables import plan_of
from lessor.forecast.trace_rows import trace_of
from lessor.report.waterfall import waterfall_tables
from lessor.terms.load import load_deal
from tests.report.test_tables import shown

TWO_BORROWERS = """
format: lessor/1
deal: Two borrowers
currency: CNY
closing_date: 2026-05-01
assets:
  old: {spec: {gpus: 8, power_kw_max: 10}, quantity: 10, unit_cost: 100}
  new: {spec: {gpus: 8, power_kw_max: 10}, quantity: 10, unit_cost: 100}
leases:
  first:
    lessee: {name: First}
    capacity: {asset: old, quantity: 10}
    events: {accepted: 2026-05-01}
    term: 12 months
    charges: {base: {kind: base_rent, amount: 10, per: server_month}}
  second:
    lessee: {name: Second}
    capacity: {asset: new, quantity: 10}
    events: {accepted: 2026-05-01}
    term: 12 months
    charges: {base: {kind: base_rent, amount: 10, per: server_month}}
facilities:
  bank:
    kind: term_loan
    principal: {amount: 600}
    rate: {value: 6%, basis: 30/360, compounding: monthly}
    repayment: {profile: level}
  house:
    kind: term_loan
    principal: {amount: 300}
    rate: {value: 6%, basis: 30/360, compounding: monthly}
    repayment: {profile: level}
spvs:
  north:
    assets: [old]
    leases: [first]
    facilities: [bank]
    accounts: {collection: {kind: collection}}
    covenants: {cover: {measure: dscr, level: 2}}
    waterfall: [pay bank, {distribute: equity, unless: cover.default}]
  south:
    assets: [new]
    leases: [second]
    facilities: [house]
    accounts: {collection: {kind: collection}}
    waterfall: [pay house, distribute equity]
"""


@pytest.fixture
def trace(tmp_path):
    path = tmp_path / "deal.yaml"
    path.write_text(TWO_BORROWERS, encoding="utf-8")
    loaded, issues = load_deal(str(path))
    assert loaded is not None, [issue.render() for issue in issues]
    return trace_of(plan_of(loaded))


def test_the_steps_of_a_date_stand_apart_by_borrower(trace):
    text = shown(waterfall_tables(trace.on(date.fromisoformat(trace.days[0]))), 80)
    assert text.index("north: waterfall of") < text.index("bank")
    assert text.index("bank") < text.index("south: waterfall of") < text.index("house")


def test_without_a_date_each_borrower_has_its_dates(trace):
    text = shown(waterfall_tables(trace), 80)
    assert text.count(trace.days[0]) == 2
    north, south = text.split("south: waterfall by date")
    assert "cover (default)" in north
    assert "cover" not in south
