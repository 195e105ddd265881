"""A search finds what there is to find: at edges, over jumps and turns, in whole numbers, at 0."""

import math
from bisect import bisect_left

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lessor.forecast.figures import _no_rate
from lessor.forecast.search import Domain, Level, crossing
from lessor.forecast.solve import Target, evaluate, parse_until, solve, varied_field
from lessor.terms.load import require_deal

RENT = "leases.anchor.charges.base.amount"
SHARE = "facilities.bank.principal.share"
AMOUNT = "facilities.bank.principal.amount"
UNTIL = "facilities.bank.repayment.until"
RESIDUAL = "assets.servers.residual.amount"
RATE = "facilities.bank.rate.value"

steps = st.lists(st.floats(-3, 3), min_size=1, max_size=6)


@pytest.fixture(scope="session")
def example(root):
    return root / "examples" / "b300-10k" / "deal.yaml"


def solved(path, vary, until, *sets):
    found, issues = solve(require_deal(path, sets), vary, until)
    assert found is not None, issues
    assert found.admissible == (found.value is not None)
    return found


def figure_at(loaded, vary, x, metric):
    row, _ = varied_field(loaded.source, vary)
    assert row is not None
    found = evaluate(loaded.source, vary, row, x, metric)
    return None if found is None else found.value


def level_of(gap):
    level = Level(gap, lambda x: abs(level.tried[x]) <= 1e-7)
    return level


def searched(gap, start=1.0, low=0.0, high=None, scale=1.0):
    level = level_of(gap)
    return crossing(level, Domain(start, low, high, scale)), level


# The search by itself


@given(st.floats(1e-3, 1e9), st.floats(0.2, 5), st.floats(-4, 4), st.booleans())
def test_a_monotone_figure_is_solved_in_few_evaluations(root, power, decades, falls):
    def gap(x):
        value = (x / root) ** power - 1
        return -value if falls else value

    found, level = searched(gap, start=root * 10**decades)
    assert found is not None
    assert found.at == pytest.approx(root, rel=1e-6)
    assert found.others == ()
    assert len(level.tried) <= (20 if abs(decades) < 0.5 else 45)


@given(st.floats(0, 1), st.floats(0, 1))
def test_a_share_is_found_wherever_it_lies(root, start):
    found, _ = searched(lambda x: x - root, start=start, high=1.0)
    assert found.at == pytest.approx(root, abs=1e-7)


@given(steps, st.floats(0.05, 0.95))
def test_what_is_found_meets_the_target_and_no_other_seen_is_nearer(weights, start):
    def gap(x):
        return sum(w * math.sin((k + 1) * 7 * x) for k, w in enumerate(weights)) + weights[0] / 3

    found, level = searched(gap, start=start, high=1.0)
    known = sorted(level.tried)
    signs = [level.tried[x] > 0 for x in known]
    if found is None:
        assert len(set(signs)) == 1
        return
    assert abs(gap(found.at)) <= 1e-7
    away = abs(found.at - start)
    for a, b in found.others:
        assert max(abs(a - start), abs(b - start)) >= away
        assert (level.tried[a] > 0) != (level.tried[b] > 0)
    # No two points tried that both lie nearer have the target between them.
    nearer = [gap(x) > 0 for x in known if abs(x - start) < away * (1 - 1e-6)]
    assert len(set(nearer)) <= 1 or math.isclose(gap(start), 0, abs_tol=1e-7)


@given(st.integers(0, 200), st.integers(0, 120), st.integers(0, 300))
def test_the_edge_of_what_is_admissible_is_found(edge, start, other):
    # Above the edge nothing is admissible; the figure comes nearest right there.
    edge, start = edge + 0.25, min(start, edge) + 0.125
    found, level = searched(lambda x: x - edge - 1 - other if x <= edge else None, start=start)
    assert found is None
    assert max(level.tried) == pytest.approx(edge, rel=1e-6)


@given(st.floats(1.001, 50), st.floats(1e-9, 0.2))
def test_an_answer_right_at_the_edge_is_found(edge, inside):
    root = edge * (1 - inside)
    found, _ = searched(lambda x: x - root if x <= edge else None)
    assert found.at == pytest.approx(root, rel=1e-7)


@given(st.floats(2.1, 3.9), st.floats(1e-4, 0.2))
def test_a_turn_between_the_points_tried_is_followed_down(turn, depth):
    found, _ = searched(lambda x: (x / turn - 1) ** 2 - depth * 1e-3)
    assert abs((found.at / turn - 1) ** 2 - depth * 1e-3) <= 1e-7


def test_a_figure_that_never_meets_its_target_ends_at_its_lowest_point():
    found, level = searched(lambda x: (x - 3) ** 2 + 0.5)
    assert found is None
    assert min(level.tried, key=level.distance) == pytest.approx(3, abs=1e-6)


def test_a_jump_past_the_target_is_no_answer_and_the_search_goes_on():
    found, _ = searched(lambda x: -1.0 if x < 1.05 else 10 - x)
    assert found.at == pytest.approx(10)
    assert found.others == ()


def test_the_nearest_of_several_crossings_is_taken_and_the_others_told():
    found, _ = searched(lambda x: (x - 0.95) * (x - 1.07) * (x - 1.3))
    assert found.at == pytest.approx(0.95)
    ((a, b),) = searched(lambda x: (x - 0.96) * (x - 1.09))[0].others
    assert a <= 1.09 <= b


@pytest.mark.parametrize("start", [1.0, 40.0])
def test_on_a_stretch_that_just_meets_it_the_end_towards_the_start_is_taken(start):
    found, _ = searched(lambda x: max(5.5 - x, 0.0) + min(0.0, 20.5 - x), start=start)
    assert found.at == pytest.approx(5.5 if start < 5.5 else 20.5, rel=1e-9)


@given(st.integers(0, 200), st.integers(0, 200))
def test_whole_numbers_are_found_from_any_start(root, start):
    level = Level(lambda x: x - root - 0.5, lambda x: False, max)
    found = crossing(level, Domain(float(start), 0.0, None, 1.0, True))
    assert found is not None
    assert found.at == root + 1
    assert all(x == round(x) for x in level.tried)


@given(st.lists(st.integers(1, 9), min_size=30, max_size=90), st.integers(0, 60))
def test_a_rising_count_is_met_where_it_passes(rises, start):
    sums = np.cumsum(rises)
    target = (sums[0] + sums[-1]) / 2 + 0.25
    level = Level(
        lambda x: float(sums[int(x)] - target) if x < len(sums) else None, lambda x: False, max
    )
    found = crossing(level, Domain(float(min(start, len(sums) - 1)), 0.0, None, 1.0, True))
    assert found is not None
    assert found.at == bisect_left(sums, target)


# Solving a deal


def test_a_residual_below_which_there_is_no_rate(example):
    found = solved(example, RESIDUAL, "irr_equity=10%", "horizon=36 months")
    loaded = require_deal(example, ["horizon=36 months"])
    assert found.value == pytest.approx(3_403_904_050, rel=1e-6)
    assert figure_at(loaded, RESIDUAL, found.value, "irr_equity") == pytest.approx(0.1, abs=1e-9)


@pytest.mark.parametrize(
    ("vary", "until", "sets", "expected"),
    [
        ("npv_rate", "npv_equity=0", (f"{RENT}=1.6e9",), 0.18117524),
        (RATE, "cash_equity_year_1=0", (), 0.0567035963),
        (RENT, "cash_equity_year_1=0", (), 1_392_289_067.378),
        (SHARE, "npv_equity=0", (f"{RENT}=1.6e9",), 0.7590367880),
        (AMOUNT, "equity_invested=0", (), 7e9),
        (RENT, "npv_equity=1", (), 1_568_987_952.537),
    ],
)
def test_money_is_solved_for_nothing(example, vary, until, sets, expected):
    assert solved(example, vary, until, *sets).value == pytest.approx(expected, rel=1e-7)


@pytest.mark.parametrize(
    ("vary", "until", "sets", "expected"),
    [
        ("facilities.bank.repayment.interest_only", "dscr_min=1", (), 2),
        ("leases.anchor.billing.due_days", "payback_years_total=5", (), 61),
        ("leases.anchor.charges.base.rent_free", "payback_years_total=5", (), 2),
        (UNTIL, "dscr_min=1.2", ("leases.anchor.term=84 months", f"{UNTIL}=60 months"), 71),
        (UNTIL, "dscr_min=1.2", ("leases.anchor.term=84 months",), 71),
    ],
)
def test_whole_numbers_are_solved_on_the_good_side(example, vary, until, sets, expected):
    found = solved(example, vary, until, *sets)
    assert found.value == expected
    assert "no whole number meets it exactly" in found.note


def test_an_amount_takes_the_place_of_a_share(example):
    found = solved(example, RESIDUAL, "irr_equity=10%", "assets.servers.residual=40%")
    assert found.value == pytest.approx(759_155_334.158, rel=1e-7)
    assert "assets.servers.residual.share is set aside" in found.note
    share = solved(example, SHARE, "dscr_min=1.2").value
    assert solved(example, AMOUNT, "dscr_min=1.2").value == pytest.approx(7e9 * share, rel=1e-9)


def test_the_nearest_is_the_last_admissible_value_and_the_note_says_what_stops_it(example):
    found = solved(example, AMOUNT, "dscr_min=0.5")
    assert found.value is None
    assert found.nearest == pytest.approx(7e9, rel=1e-6)
    assert "above it debt-above-cost" in found.note


def test_a_figure_that_the_term_does_not_move(example):
    assert solved(example, RENT, "gpus=9600").value == 1_450_000_000
    assert solved(example, RENT, "gpus=9000").nearest == 1_450_000_000


@pytest.mark.parametrize(
    ("vary", "metric", "sense", "bound"),
    [
        (SHARE, "dscr_min", ">=", 1.2),
        (RENT, "dscr_min", ">=", 1.0),
        (RENT, "payback_years_total", "<=", 3.0),
        ("assets.servers.unit_cost.amount", "payback_years_total", "<=", 4.0),
    ],
)
def test_at_least_and_at_most_give_the_edge_on_the_side_that_holds(
    example, vary, metric, sense, bound
):
    loaded = require_deal(example)
    found = solved(example, vary, f"{metric}{sense}{bound}")
    assert found.until == f"{metric}{sense}{bound:g}"
    reached = figure_at(loaded, vary, found.value, metric)
    assert reached >= bound if sense == ">=" else reached <= bound
    assert reached == pytest.approx(bound, rel=1e-9)


def test_what_holds_at_every_value_tried_is_met_by_the_deal_itself(example):
    found = solved(example, RENT, "gpus>=9000")
    assert found.value == 1_450_000_000
    assert "all values tried meet it" in found.note


def test_at_least_in_whole_numbers_tells_what_is_reached(example):
    sets = ("leases.anchor.term=84 months", f"{UNTIL}=60 months")
    found = solved(example, UNTIL, "dscr_min>=1.2", *sets)
    assert found.value == 71
    assert found.note == "dscr_min is 1.21084 there, at 70 it is 1.19569"


def test_a_target_is_read_with_its_sense():
    assert parse_until("dscr_min >= 120%") == (Target("dscr_min", 1.2, ">="), ())
    assert parse_until("dscr_min=1.2") == (Target("dscr_min", 1.2), ())
    assert Target("dscr_min", 1.2, ">=").text == "dscr_min>=1.2"
    for wrong in ("dscr_min>1.2", "dscr_min=>1.2", "dscr_min", "dscr_min>=", "dscr_min>=x"):
        target, (issue,) = parse_until(wrong)
        assert target is None
        assert issue.code == "target-malformed"


def test_flows_that_lose_at_every_rate_are_worse_than_any_rate():
    assert _no_rate(np.array([-3.0, 1.0, -1.0])).rank == -1.0
    assert _no_rate(np.array([3.0, -1.0, 1.0])).rank is None
