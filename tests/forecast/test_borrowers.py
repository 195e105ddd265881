"""Borrowers one by one: the same figures as the deal's own, where it has one borrower."""

from pathlib import Path

import pytest

from lessor.app.commands.schedule import schedule
from lessor.forecast.borrowers import Borrower, borrowers
from lessor.forecast.closing_tables import plan_of
from lessor.forecast.figures import figures_of
from lessor.forecast.trace_rows import trace_of
from lessor.terms.load import Loaded, load_deal

WITH_LOANS = ("b300-10k", "ddtl-1", "ddtl-4", "notes", "spv-finance-lease", "token-share")


def loaded_of(root: Path, example: str) -> Loaded:
    loaded, issues = load_deal(root / "examples" / example / "deal.yaml")
    assert loaded is not None, issues
    return loaded


def only(loaded: Loaded) -> Borrower:
    (found,) = borrowers(loaded)
    return found


@pytest.mark.parametrize("example", WITH_LOANS)
def test_the_lowest_cover_and_the_highest_ltv_are_those_of_the_deal(root, example):
    loaded = loaded_of(root, example)
    found, figures = only(loaded), figures_of(plan_of(loaded))
    assert min(each.dscr for each in found.covers) == figures["dscr_min"].value
    known = [each.ltv for each in found.debts if each.ltv is not None]
    assert max(known) == pytest.approx(figures["ltv_max"].value)


@pytest.mark.parametrize("example", WITH_LOANS)
def test_schedules_are_those_of_the_command(root, example):
    loaded = loaded_of(root, example)
    found = only(loaded)
    assert list(found.schedules) == list(loaded.deal.facilities)
    for name, rows in found.schedules.items():
        told = schedule(str(root / "examples" / example / "deal.yaml"), name)
        assert told.result is not None and told.result.rows == rows


@pytest.mark.parametrize("example", ["ddtl-4", "notes", "spv-finance-lease"])
def test_tests_are_those_of_the_trace_with_their_headroom(root, example):
    loaded = loaded_of(root, example)
    found = only(loaded)
    rows = trace_of(plan_of(loaded)).tests
    assert len(rows) == len(found.tests) > 0
    assert found.trace.rows == trace_of(plan_of(loaded)).rows
    for row, test in zip(rows, found.tests, strict=True):
        assert (row["date"], row["covenant"]) == (test.day.isoformat(), test.covenant)
        assert (row["value"], row["level"]) == (test.value, test.level)
        assert row["is_default"] == test.is_default
        if test.headroom is None or test.headroom_share is None:
            continue
        asked = test.lock_up if test.level is None else test.level
        assert asked is not None and test.value is not None
        assert abs(test.headroom) == pytest.approx(abs(test.value - asked))
        assert test.headroom_share == pytest.approx(test.headroom / asked)
        assert (test.headroom < -1e-9) <= (test.is_default or test.level is None)


TWO = """
format: lessor/1
deal: Two borrowers
currency: CNY
closing_date: 2026-01-01
assets:
  first: {model: HGX-H800-8, quantity: 10, unit_cost: 2_000_000, depreciation: {life: 60 months}}
  second: {model: HGX-H800-8, quantity: 20, unit_cost: 2_000_000, depreciation: {life: 60 months}}
leases:
  one:
    lessee: A
    capacity: {asset: first, quantity: 10}
    events: {signed: 2026-01-01, accepted: 2026-01-01}
    term: 36 months
    charges: {base: {kind: base_rent, amount: 80_000, per: server_month}}
  other:
    lessee: B
    capacity: {asset: second, quantity: 20}
    events: {signed: 2026-01-01, accepted: 2026-01-01}
    term: 36 months
    charges: {base: {kind: base_rent, amount: 70_000, per: server_month}}
facilities:
  small:
    kind: term_loan
    principal: 10_000_000
    rate: {value: 5%, basis: 30/360, compounding: quarterly}
    repayment: {profile: level, until: 36 months, frequency: quarterly}
  large:
    kind: term_loan
    principal: 25_000_000
    rate: {value: 6%, basis: 30/360, compounding: quarterly}
    repayment: {profile: level, until: 36 months, frequency: quarterly}
spvs:
  left:
    assets: [first]
    leases: [one]
    facilities: [small]
    accounts: {collection: {kind: collection}}
    waterfall:
      - {pay: small.interest}
      - {pay: small.principal}
      - {distribute: equity}
  right:
    assets: [second]
    leases: [other]
    facilities: [large]
    accounts: {collection: {kind: collection}}
    waterfall:
      - {pay: large.interest}
      - {pay: large.principal}
      - {distribute: equity}
equity: {takes: rest}
"""


def test_each_borrower_has_its_own_debt_cover_and_waterfall(tmp_path):
    path = tmp_path / "deal.yaml"
    path.write_text(TWO, encoding="utf-8")
    loaded, issues = load_deal(path)
    assert loaded is not None, issues
    left, right = borrowers(loaded)
    assert (left.name, right.name) == ("left", "right")
    assert (list(left.schedules), list(right.schedules)) == (["small"], ["large"])
    assert {row["spv"] for row in left.trace.rows} == {"left"}
    whole = plan_of(loaded)
    for place, debt in enumerate(whole.outstanding):
        assert left.debts[place].debt + right.debts[place].debt == pytest.approx(float(debt))
    assert left.covers[0].dscr != pytest.approx(right.covers[0].dscr)
    # 10 servers at 80,000 a month against a level payment on 10m over 12 quarters at 5%.
    payment = 10_000_000 * 0.0125 / (1 - 1.0125**-12)
    assert left.covers[-1].dscr == pytest.approx(3 * 800_000 / payment)
