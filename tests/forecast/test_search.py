"""The search for a crossing: how it refines, and what it does where figures have no value."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest

from lessor.forecast.search import Crossing, Domain, Level, crossing

CLOSE = 1e-9


def level_of(gap: Callable[[float], float | None]) -> Level:
    level = Level(gap, meets=lambda x: abs(level.tried[x]) <= CLOSE)
    return level


def found(
    gap: Callable[[float], float | None],
    start: float = 1.0,
    low: float | None = 0.0,
    high: float | None = None,
    *,
    whole: bool = False,
) -> Crossing | None:
    return crossing(level_of(gap), Domain(start, low, high, abs(start) or 1.0, whole))


@pytest.mark.parametrize(
    ("gap", "at"),
    [
        (lambda x: x**3 - 2, 2 ** (1 / 3)),
        (lambda x: math.exp(-x) - 0.001, math.log(1000)),
        (lambda x: 1 / (x + 1e-9) - 250, 1 / 250 - 1e-9),
        (lambda x: math.atan(1e6 * (x - math.pi)), math.pi),
        (lambda x: (x - 7) ** 9, 7.0),
    ],
    ids=["cubic", "exponential", "hyperbola", "step", "flat"],
)
def test_a_crossing_is_found_to_the_last_digits(gap: Callable[[float], float], at: float):
    result = found(gap)
    assert result is not None
    assert result.at == pytest.approx(at, rel=1e-9) or abs(gap(result.at)) <= CLOSE


def test_a_smooth_crossing_takes_few_evaluations():
    tried: list[float] = []

    def gap(x: float) -> float:
        tried.append(x)
        return x * x - 2

    assert found(gap) is not None
    assert len(tried) == len(set(tried)) <= 25


def test_no_point_is_evaluated_twice_nor_one_that_was_refused():
    tried: list[float] = []

    def gap(x: float) -> float | None:
        tried.append(x)
        return None if x > 3 else x - 2.5

    level = level_of(gap)
    assert crossing(level, Domain(1.0, 0.0, 10.0, 1.0)) is not None
    assert len(tried) == len(set(tried))
    before = len(tried)
    assert level.at(tried[0]) is not None and level.at(9.0) is None
    assert len(tried) - before <= 1


@pytest.mark.parametrize("sign", [1, -1])
def test_an_infinite_gap_is_a_side_like_any_other(sign: int):
    # A payback that never comes is later than any target: plus infinity below a rent of 2.
    result = found(lambda x: sign * math.inf if x < 2 else sign * (10 / x - 3))
    assert result is not None and result.at == pytest.approx(10 / 3)


def test_a_jump_from_infinity_past_the_target_is_no_crossing():
    assert found(lambda x: math.inf if x < 2 else -1.0) is None


def test_nothing_but_infinity_crosses_nothing():
    assert found(lambda x: math.inf) is None
    assert found(lambda x: None) is None


def test_nan_is_no_gap():
    level = level_of(lambda x: math.nan if x > 1.5 else x - 1.25)
    assert level.at(2.0) is None
    result = crossing(level, Domain(1.0, 0.0, 4.0, 1.0))
    assert result is not None and result.at == pytest.approx(1.25)


def test_a_point_that_is_just_on_target_ends_the_search_at_once():
    tried: list[float] = []

    def gap(x: float) -> float:
        tried.append(x)
        return x - 1.0

    assert found(gap) == Crossing(1.0, ())
    assert tried[0] == 1.0 and len(tried) <= 3


def test_bounds_are_kept_and_may_be_the_answer():
    tried: list[float] = []

    def gap(x: float) -> float:
        tried.append(x)
        return x - 1.0

    assert found(gap, start=0.4, low=0.0, high=1.0) == Crossing(1.0, ())
    assert min(tried) >= 0 and max(tried) <= 1
    assert found(lambda x: x - 1.0001, start=0.4, low=0.0, high=1.0) is None


def test_an_unbounded_term_may_be_negative():
    result = found(lambda x: x + 37.5, start=2.0, low=None)
    assert result is not None and result.at == pytest.approx(-37.5)


def test_whole_numbers_stay_whole():
    tried: list[float] = []

    def gap(x: float) -> float:
        tried.append(x)
        return x - 17

    assert found(gap, start=60.0, whole=True) == Crossing(17.0, ())
    assert all(x == int(x) for x in tried)
