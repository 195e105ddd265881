"""Figures with a value, and those without: each null says why, and where it lies among others."""

from __future__ import annotations

import math

import pytest

from lessor.forecast.figures import Figure, figure_of
from lessor.forecast.metric_table import METRICS
from tests.forecast.deals import LOAN, figures, plan_of


def rent(amount: float) -> str:
    return f"leases: {{tenant: {{charges: {{base: {{amount: {amount}}}}}}}}}"


SPENT = "costs: {staff: {kind: fixed, amount: 150}}"
UNTENANTED = "leases: {tenant: {events: {accepted: null}}}"


@pytest.mark.parametrize(
    ("metric", "changes", "note", "order"),
    [
        ("payback_years_total", (rent(5),), "not within 1 years; 1.7 years at that pace", 5 / 3),
        ("payback_years_total", (SPENT,), "never: no more comes in", math.inf),
        ("payback_years_total", (UNTENANTED,), "never: no more comes in", math.inf),
        ("payback_years_total", ("assets: {servers: {unit_cost: 0}}",), "nothing is bought", None),
        ("payback_years_equity", (LOAN, rent(7)), "years at that pace", 200 / (700 - 826.24)),
        ("irr_project", (UNTENANTED,), "cash only goes out", -1.0),
        ("irr_project", ("assets: {servers: {unit_cost: 0}}",), "cash only comes in", math.inf),
        (
            "irr_project",
            ("assets: {servers: {unit_cost: 0}}", UNTENANTED),
            "no cash moves",
            None,
        ),
        ("xirr_equity", (UNTENANTED,), "cash only goes out", -1.0),
        ("dscr_min", (), "no debt is drawn", math.inf),
        ("dscr_average", (), "no debt is drawn", math.inf),
        ("llcr_min", (), "no debt is drawn", math.inf),
        ("ltv_max", (), "no debt is drawn", 0.0),
        ("break_even_rent_share", (), "no debt is drawn", 0.0),
        (
            "break_even_rent_share",
            (LOAN, UNTENANTED, "horizon: 12 months"),
            "without rent",
            math.inf,
        ),
        (
            "ltv_max",
            (
                LOAN,
                "assets: {servers: {depreciation: {life: 6 months}}}",
            ),
            "hardware of no value",
            math.inf,
        ),
        ("rent_per_gpu_hour", ("leases: null",), "no lease has a contracted base rent", None),
        ("moic_equity", ("assets: {servers: {unit_cost: 0}}",), "put in nothing", None),
        ("pflops_dense_bf16", ("assets: {servers: {spec: {pflops: null}}}",), "not known", None),
    ],
)
def test_a_figure_without_value_says_why_and_where_it_lies(
    metric: str, changes: tuple[str, ...], note: str, order: float | None
):
    found = figures(*changes)[metric]
    assert found.value is None
    assert note in found.note
    if metric == "payback_years_equity":
        return
    assert found.order == (order if order is None else pytest.approx(order))


def test_owners_who_only_support_the_debt_never_get_their_money_back():
    found = figures(LOAN, rent(5))
    assert found["payback_years_equity"].value is None
    assert "never" in found["payback_years_equity"].note
    assert found["moic_equity"].value == 0.0


def test_debt_of_all_uses_leaves_the_owners_nothing_to_put_in():
    # Shares of 18% and 82% of awkward amounts leave rounding residue, which is no investment.
    two = """
    assets:
      servers:
        unit_cost: 95496.57
        payments: [{share: 33%, on: order}, {share: 67%, on: date, date: 2026-08-01}]
    facilities:
      bank: {principal: {share: 18%}}
      other:
        kind: term_loan
        principal: {share: 82%}
        rate: {value: 6%, basis: 30/360, compounding: monthly}
        repayment: {profile: level}
    """
    found = figures(LOAN, rent(95496.57), two)
    assert found["equity_invested"].value == pytest.approx(0, abs=1e-9)
    assert found["payback_years_equity"] == Figure(None, "the owners put in nothing")
    assert found["moic_equity"].value is None


def test_several_rates_are_all_given_and_the_one_nearest_ten_percent_is_taken():
    # 200 out at closing, 100 in each month, 900 out with the last one.
    once = "costs: {clearing: {kind: one_off, amount: 900, 'on': 2027-04-30}}"
    found = figures("assets: {servers: {unit_cost: 20}}", once)["irr_project"]
    assert found.value is not None
    assert found.note.startswith("2 rates fit (") and "nearest 10% a year" in found.note
    inside = found.note.partition("(")[2].partition(")")[0]
    listed = [float(text.strip("%")) / 100 for text in inside.split(", ")]
    assert min(listed, key=lambda rate: abs(rate - 0.10)) == pytest.approx(found.value, abs=1e-7)
    flows = [-200] + [100] * 11 + [100 - 900]
    for rate in listed:
        worth = sum(flow * (1 + rate) ** (-month / 12) for month, flow in enumerate(flows))
        assert worth == pytest.approx(0, abs=0.01 * abs(flows[-1]) * (1 + (1 + rate) ** -1))


def test_money_that_comes_before_any_goes_is_told():
    ahead = "leases: {tenant: {prepayment: {amount: 1100}}}"
    found = figures(ahead, SPENT)
    assert "cash comes in before any goes out" in found["irr_project"].note


def test_exactly_the_cost_is_paid_back_at_the_end():
    # 1,200 of rent in a year for a cost of 1,200: 1.000, and not never.
    assert figures("assets: {servers: {unit_cost: 120}}")["payback_years_total"].value == 1.0
    thirds = "assets: {servers: {quantity: 3, unit_cost: 33.333333333333333}}"
    let = "leases: {tenant: {capacity: {quantity: 3}}}"
    assert figures(thirds, let, rent(2.7777777777777777))[
        "payback_years_total"
    ].value == pytest.approx(1.0, rel=1e-9)


def test_the_pace_is_that_of_the_time_in_which_money_comes():
    longer = figures(rent(5), "horizon: 36 months")["payback_years_total"]
    assert "not within 3 years; 1.7 years at that pace" in longer.note


def test_debt_service_counts_on_payment_dates_only():
    quarterly = "facilities: {bank: {repayment: {profile: bullet, frequency: quarterly}}}"
    found = figures(LOAN, quarterly, "assets: {servers: {residual: {amount: 700}}}")
    # 300 of rent against 12.06 of interest; in the last quarter 812.06, the sale left out.
    growth = 1.005**3 - 1
    assert found["dscr_min"].value == pytest.approx(300 / (800 * (1 + growth)))
    covers = [300 / (800 * growth)] * 3 + [300 / (800 * (1 + growth))]
    assert found["dscr_average"].value == pytest.approx(sum(covers) / 4)


@pytest.mark.parametrize("cost", ["{}", "costs: {agent: {kind: share_of_rent, share: 15%}}"])
def test_at_the_break_even_share_of_rent_debt_service_is_just_covered(cost: str):
    share = figures(LOAN, cost)["break_even_rent_share"].value
    assert share is not None
    assert figures(LOAN, cost, rent(10 * share))["dscr_min"].value == pytest.approx(1)


def test_at_the_break_even_residual_the_owners_are_whole():
    poor = rent(8)
    residual = figures(LOAN, poor)["break_even_residual"].value
    assert residual == pytest.approx(200 + 12 * 800 * 0.005 / (1 - 1.005**-12) - 12 * 80)
    whole = figures(LOAN, poor, f"assets: {{servers: {{residual: {{amount: {residual}}}}}}}")
    assert whole["moic_equity"].value == pytest.approx(1)
    assert whole["irr_equity"].value == pytest.approx(0, abs=1e-9)
    assert figures(LOAN, rent(20))["break_even_residual"].value == 0


def test_one_figure_alone_is_the_same_as_among_all():
    plan = plan_of(LOAN)
    together = figures(LOAN)
    for metric in METRICS:
        assert figure_of(plan, metric.name) == together[metric.name]


def test_the_table_and_the_figures_name_the_same():
    assert set(figures()) == {metric.name for metric in METRICS}
