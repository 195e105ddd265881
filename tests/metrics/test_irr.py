"""Rates of return: published traps, closed forms, agreement with pyxirr, and the odd ends."""

import datetime

import numpy as np
import pytest
import pyxirr

from lessor.metrics.irr import IrrStatus, irr, xirr
from lessor.metrics.rates import annual_effective, annual_nominal

# Flows on which other solvers give a wrong root, or none; the rates are published with them.
TRAPS = [
    ([-1678.87, 771.96, 1814.05, 3520.30, 3552.95, 3584.99, 4789.91, -1], 1.0042698487),
    ([-10000] + [327.24625] * 16, -0.0676541134),
    ([-100] + [1] * 60, -0.0154451467),
]

TWO_ROOTS = [-50, -100, 600, 300, -100]


def one_change(seed: int, paths: int, periods: int) -> np.ndarray:
    """Random flows, paths x periods: outlays first, then 0.3 to 4 times as much back.

    In the size of RMB: pyxirr stops once the value is 1e-9 from zero, which on flows of about 1
    leaves its rate 1e-8 from the root.
    """
    random = np.random.default_rng(seed)
    flows = 1e8 * random.lognormal(0.0, 1.0, (paths, periods))
    outlays = random.integers(1, periods // 4 + 2, paths)
    early = np.arange(periods) < outlays[:, None]
    multiple = random.uniform(0.3, 4.0, paths)
    scale = multiple * (flows * early).sum(axis=1) / (flows * ~early).sum(axis=1)
    return np.where(early, -flows, flows * scale[:, None])


@pytest.mark.parametrize(("flows", "rate"), TRAPS)
def test_traps(flows, rate):
    assert irr(flows).rate == pytest.approx(rate, abs=1e-10)
    assert xirr(flows, 365 * np.arange(len(flows))).rate == pytest.approx(rate, abs=1e-10)


def test_both_roots_are_found_and_the_one_nearest_ten_percent_is_reported():
    result = irr(TWO_ROOTS)
    assert result.status == IrrStatus.SEVERAL
    assert result.sign_changes == 2
    assert result.roots[0] == pytest.approx((-0.7688954707, 1.8544178284), abs=1e-10)
    assert result.rate == result.roots[0][0]
    assert irr(TWO_ROOTS, near=2.0).rate == result.roots[0][1]


def test_nearest_is_measured_on_the_annual_effective_rate():
    # (1 + r) = 0.5 and 1.25: per period 10% is nearer to 25%, and so it is not over 12 periods.
    flows = [-1.0, 1.75, -0.625]
    assert irr(flows).rate == pytest.approx(0.25)
    assert irr(flows, periods_per_year=12).rate == pytest.approx(-0.5)


@pytest.mark.parametrize(
    "flows",
    [[1, 2, 3], [-1, -2, -3], [0, 0, 0], [-100, 0, 0], [5], [], [1, 0, 1], [1, -1.9, 1]],
)
def test_no_rate(flows):
    result = irr(flows)
    assert result.status == IrrStatus.NONE
    assert np.isnan(result.rate)
    assert result.roots == {}


@pytest.mark.parametrize(
    ("flows", "rate"),
    [
        ([-100, 110], 0.10),
        ([100, -110], 0.10),
        ([0, 0, -100, 0, 121, 0], 0.10),
        ([-100, 1e-6], 1e-8 - 1),
        ([-1, 1e6 + 1], 1e6),
        ([-1, 1e12], 1e12 - 1),
        ([-1e-290, 1.1e-290], 0.10),
        ([-1e307, 1.1e307], 0.10),
        ([-100] + [0] * 119 + [200], 2 ** (1 / 120) - 1),
        ([-100] + [0] * 119 + [1e-6], 1e-8 ** (1 / 120) - 1),
    ],
)
def test_closed_forms(flows, rate):
    result = irr(flows)
    assert result.status == IrrStatus.FOUND
    assert result.rate == pytest.approx(rate, rel=1e-12)


def test_a_root_that_only_touches_zero_is_found_once():
    assert irr([1, -2, 1]).rate == pytest.approx(0.0, abs=1e-15)
    # (v - 0.8)^2 (v + 1): one rate, 25%, where the value touches zero and does not cross.
    result = irr([0.64, -0.96, -0.6, 1])
    assert result.status == IrrStatus.FOUND
    assert result.rate == pytest.approx(0.25, abs=1e-7)


def test_three_and_more_roots():
    wanted = np.array([-0.5, 0.0, 0.25, 1.0, 4.0])
    flows = np.poly(1.0 + wanted)
    assert irr(flows).roots[0] == pytest.approx(tuple(wanted), abs=1e-11)


def test_noise_within_the_term_does_not_make_a_second_rate():
    # Many sign changes, and one rate still: the balance owed never changes side.
    flows = np.full(121, 2.0)
    flows[0], flows[7:100:9] = -100.0, -1.0
    result = irr(flows)
    assert result.sign_changes == 23
    assert result.status == IrrStatus.FOUND
    assert result.rate == pytest.approx(pyxirr.irr(flows), abs=1e-12)


def test_rounding_residue_changes_no_sign():
    # 7e9 repaid in float64 may leave a millionth behind.
    assert irr([-7e9, 4e9, 4e9, -1e-6]).sign_changes == 1
    assert irr([-7e9, 4e9, 4e9, -1e-6]).rate == irr([-7e9, 4e9, 4e9]).rate


def test_a_rate_that_float64_cannot_hold_is_none():
    tomorrow = [0, 1]
    assert xirr([-1, 64], tomorrow).status == IrrStatus.NONE
    assert xirr([-64, 1], tomorrow).status == IrrStatus.NONE
    assert xirr([-100, 101], tomorrow).rate == pytest.approx(1.01**365 - 1)


def test_a_path_has_the_rate_that_it_has_alone():
    paths = np.concatenate(
        [one_change(1, 300, 24), np.random.default_rng(2).normal(size=(300, 24)), np.zeros((2, 24))]
    )
    together = irr(paths)
    for path, flows in enumerate(paths):
        alone = irr(flows)
        assert alone.rate == pytest.approx(together.rate[path], rel=1e-13, abs=1e-15, nan_ok=True)
        assert alone.status == together.status[path]
        assert alone.sign_changes == together.sign_changes[path]
        assert alone.roots.get(0, ()) == pytest.approx(together.roots.get(path, ()), rel=1e-12)


def test_shapes():
    assert irr(np.zeros((0, 5))).rate.shape == (0,)
    assert irr(np.zeros((3, 0))).rate.shape == (3,)
    assert irr([[-1, 2]]).rate.shape == (1,)
    assert np.ndim(irr([-1, 2]).rate) == 0
    with pytest.raises(ValueError, match="one path or paths x periods"):
        irr(np.zeros((2, 2, 2)))


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_flows_that_are_not_finite_are_refused(bad):
    with pytest.raises(ValueError, match="flows must be finite"):
        irr([-1, bad])
    with pytest.raises(ValueError, match="flows must be finite"):
        xirr([-1, bad], [0, 365])
    with pytest.raises(ValueError, match="days must be finite"):
        xirr([-1, 2], [0, bad])


def test_dates_in_any_order_and_twice():
    flows, days = [-60.0, -40.0, 50.0, 60.0], [0, 0, 200, 365]
    expected = xirr([-100.0, 50.0, 60.0], [0, 200, 365]).rate
    assert xirr(flows, days).rate == pytest.approx(expected, rel=1e-14)
    shuffled = [2, 0, 3, 1]
    moved = [days[place] - 1000 for place in shuffled]
    assert xirr([flows[place] for place in shuffled], moved).rate == pytest.approx(expected)
    with pytest.raises(ValueError, match="as many days"):
        xirr(flows, days[:3])
    assert xirr([], []).status == IrrStatus.NONE
    assert xirr([-1, 2], [7, 7]).status == IrrStatus.NONE


def test_agrees_with_pyxirr_on_ten_thousand_vectors():
    for seed, periods in enumerate((2, 5, 13, 61, 121)):
        flows = one_change(seed, 2000, periods)
        result = irr(flows)
        assert (result.status == IrrStatus.FOUND).all()
        assert (result.sign_changes == 1).all()
        expected = np.array([pyxirr.irr(path) for path in flows])
        np.testing.assert_allclose(result.rate, expected, rtol=0, atol=1e-9)


def test_agrees_with_pyxirr_on_ten_thousand_dated_vectors():
    for seed, periods in enumerate((2, 5, 13, 61, 121)):
        flows = one_change(seed, 2000, periods)
        random = np.random.default_rng(seed)
        days = np.concatenate([[0], np.cumsum(random.integers(20, 40, periods - 1))])
        days *= max(1, 60 // periods)
        dates = [datetime.date(2026, 4, 28) + datetime.timedelta(days=int(day)) for day in days]
        result = xirr(flows, days)
        assert (result.status == IrrStatus.FOUND).all()
        expected = np.array([pyxirr.xirr(dates, path) for path in flows])
        np.testing.assert_allclose(result.rate, expected, rtol=0, atol=1e-9)


def test_the_note_of_the_b300_cluster():
    # RMB bn: 7 of cost, 1.45 of rent a year for five years, 90% debt at 4% nominal, level.
    rent = 1.45 / 12
    service = 6.3 * (0.04 / 12) / (1 - (1 + 0.04 / 12) ** -60)
    rates = irr([[-7.0] + [rent] * 60, [-0.7] + [rent - service] * 60]).rate
    assert annual_effective(rates) == pytest.approx([0.01398, -0.2666], abs=5e-5)
    assert annual_nominal(rates)[1] == pytest.approx(-0.30607, abs=5e-6)
    for residual, target in ((0.75916, 0.10), (1.27429, 0.20)):
        equity = [-0.7] + [rent - service] * 59 + [rent - service + residual]
        assert annual_effective(irr(equity).rate) == pytest.approx(target, abs=5e-6)
