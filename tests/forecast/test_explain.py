"""The tree behind a figure ends at the lines of the deal file, and re-adds to the figure."""

from pathlib import Path

import pytest

from lessor.core.numeric import FLOAT
from lessor.forecast.cashflow import STREAMS, TOTALS
from lessor.forecast.explain import NODES_MAX, ExplainNode, explain, explainable
from lessor.forecast.figures import figures_of
from lessor.forecast.metric_table import METRICS
from lessor.forecast.plan import run_plan
from lessor.terms.load import require_deal

EXAMPLES = Path(__file__).parents[2] / "examples"
DEALS = [
    "b300-10k/deal.yaml",
    "token-share/deal.yaml",
    "h200-64/funding.yaml",
    "spv-finance-lease/deal.yaml",
]


def nodes(node: ExplainNode) -> list[ExplainNode]:
    """A node and all below it."""
    return [node, *(inner for child in node.children for inner in nodes(child))]


@pytest.mark.parametrize("name", DEALS)
def test_every_figure_can_be_explained_and_has_the_value_of_the_plan(name: str):
    loaded = require_deal(EXAMPLES / name)
    plan = run_plan(loaded.deal, FLOAT)
    figures = figures_of(plan)
    every = explainable(loaded)
    for figure in (*figures, *every[len(figures) :: 6]):
        tree, issues = explain(loaded, figure, None)
        assert tree is not None and issues == ()
        if figure in figures:
            value = figures[figure].value
            assert tree.value == (None if value is None else pytest.approx(value, rel=1e-12))


@pytest.mark.parametrize("name", DEALS)
def test_a_month_of_cash_is_explained_with_the_same_value(name: str):
    loaded = require_deal(EXAMPLES / name)
    plan = run_plan(loaded.deal, FLOAT)
    label = plan.grid.labels[7]
    for series in (*STREAMS[::3], *TOTALS):
        tree, _ = explain(loaded, series, label)
        assert tree is not None
        assert tree.value == pytest.approx(float(plan.cash.by_period(series)[7]), rel=1e-12)


def test_rent_ends_at_the_line_of_the_file():
    loaded = require_deal(EXAMPLES / "b300-10k/deal.yaml")
    tree, _ = explain(loaded, "rent_received", "2026-07")
    assert tree is not None
    [term] = [node for node in nodes(tree) if node.place is not None]
    assert term.name == "leases.anchor.charges.base.amount"
    assert term.place is not None
    line = (EXAMPLES / "b300-10k/deal.yaml").read_text().splitlines()[(term.place.line or 0) - 1]
    assert "1_450_000_000" in line


def test_a_lowest_figure_is_explained_in_the_month_it_comes_from():
    loaded = require_deal(EXAMPLES / "b300-10k/deal.yaml")
    tree, _ = explain(loaded, "ltv_max", None)
    assert tree is not None
    debt, value = (
        next(n for n in nodes(tree) if n.name.startswith(name))
        for name in ("debt_outstanding", "collateral_value")
    )
    assert debt.value is not None and value.value is not None
    assert tree.value == pytest.approx(debt.value / value.value, rel=1e-9)


def test_a_figure_or_a_month_that_does_not_exist_is_an_issue():
    loaded = require_deal(EXAMPLES / "b300-10k/deal.yaml")
    tree, [issue] = explain(loaded, "dscr_mim", None)
    assert tree is None and issue.code == "unknown-figure" and "dscr_min" in issue.remedy
    tree, [issue] = explain(loaded, "cfads", "2040-01")
    assert tree is None and issue.code == "unknown-period"


LONG_MEMORY = """
format: lessor/1
deal: what every month carries over from the month before
currency: CNY
closing_date: 2026-01-01
assets:
  servers:
    spec: {gpus: 8, power_kw_max: 10}
    quantity: 40
    unit_cost: {amount: 3_000_000, tax: excluded}
    deliveries: [{date: 2026-01-01, quantity: 20}, {date: 2026-04-01, quantity: 20}]
    depreciation: {method: declining, life: 60 months}
leases:
  tenant:
    lessee: tenant
    capacity: {asset: servers, quantity: 40}
    events: {signed: 2026-01-01, accepted: 2026-01-01}
    term: 84 months
    prepayment: {share: 20%, paid: closing}
    deposit: {months: 2, returned: set_off}
    usage: {meters: {jobs: 1000}, growth: 10%}
    charges:
      base: {kind: base_rent, amount: 80_000, per: server_month, tax: excluded, escalator: 2%}
      jobs: {kind: usage, meter: jobs, window: year, mode: graduated, tax: excluded,
             tiers: [{up_to: 6000, price: 90}, {price: 70}]}
      floor: {kind: minimum, amount: 40_000_000, per: year, window: year, tax: excluded}
facilities:
  bank:
    kind: term_loan
    principal: {share: 70%, of: total_uses}
    rate: {value: 5%, basis: actual/360, compounding: monthly}
    repayment: {profile: level, frequency: quarterly, until: lease_end}
    fees: {up_front: 1%}
taxes: {vat: {rent: 6%, equipment: 13%}, income: {rate: 25%, depreciation: 36 months}}
"""


def test_what_carries_over_for_years_is_explained_in_bounded_lines(tmp_path: Path):
    path = tmp_path / "deal.yaml"
    path.write_text(LONG_MEMORY)
    loaded = require_deal(path)
    label = run_plan(loaded.deal).grid.labels[75]
    for figure in explainable(loaded)[::2]:
        tree, _ = explain(loaded, figure, None if figure in metric_names() else label)
        assert tree is not None
        found = nodes(tree)
        assert len(found) < 3 * NODES_MAX, figure
        assert max(len(node.formula) for node in found) < 20_000, figure


def metric_names() -> set[str]:
    """The metrics, which take no month."""
    return {metric.name for metric in METRICS}


def test_a_quarterly_cover_is_explained_over_the_whole_payment_period():
    said = ["facilities.bank.repayment.frequency=quarterly"]
    tree, _ = explain(require_deal(EXAMPLES / "b300-10k/deal.yaml", said), "dscr_min", None)
    assert tree is not None
    cash, service = (
        next(node for node in tree.children if node.name.startswith(name))
        for name in ("cfads", "debt_service")
    )
    assert cash.value is not None and service.value is not None
    assert tree.value == pytest.approx(cash.value / service.value, rel=1e-12)
