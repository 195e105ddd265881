"""Payback: the note's figures, the edges of a period, never, and at the pace seen."""

import numpy as np
import pytest

from lessor.metrics.payback import payback, payback_pace


@pytest.mark.parametrize(("rent", "years"), [(1.45, 4.828), (1.40, 5.000), (2.33333, 3.000)])
def test_the_note_of_the_b300_cluster(rent, years):
    assert payback([rent / 12] * 60, 7.0) == pytest.approx(years, abs=5e-4)


@pytest.mark.parametrize("rent", [1.40, 1.45, 1.50])
def test_cost_before_the_price_rise(rent):
    wanted = {1.40: 3.333, 1.45: 3.218, 1.50: 3.111}[rent]
    assert payback([rent / 12] * 60, 7.0 / 1.5) == pytest.approx(wanted, abs=5e-4)


def test_a_sum_within_a_billionth_of_cost_is_paid_back():
    assert payback([1.4 / 12] * 60, 7.0) == 5.0
    assert payback([1.0, 1.0 - 1.9e-9], 2.0) == pytest.approx(2 / 12, rel=1e-15)
    assert np.isnan(payback([1.0, 1.0 - 2.1e-9], 2.0))


def test_interpolated_within_the_period():
    assert payback([0.0, 0.0, 4.0], 1.0, period_years=1.0) == 2.25
    assert payback([4.0], 1.0, period_years=1.0) == 0.25


def test_the_first_time_counts():
    assert payback([3.0, -2.0, 5.0], 2.0, period_years=1.0) == pytest.approx(2 / 3)
    assert payback([-1.0, 2.0, 2.0], 2.0, period_years=1.0) == 2.5


def test_sale_proceeds_in_one_month_count():
    # 36 months of 1.45 a year, then the hardware sold for 2.65: paid back as it is sold.
    inflows = np.full(36, 1.45 / 12)
    inflows[-1] += 2.65
    assert payback(inflows, 7.0) == pytest.approx(3.0, abs=1e-12)


def test_paths():
    inflows = np.array([[1.0, 1.0], [1.0, 0.0], [0.0, 0.0]])
    years = payback(inflows, [2.0, 2.0, 0.0], period_years=1.0)
    assert years == pytest.approx([2.0, np.nan, 0.0], nan_ok=True)
    assert payback([1.0, 1.0], [1.0, 2.0, 3.0], period_years=1.0) == pytest.approx(
        [1.0, 2.0, np.nan], nan_ok=True
    )
    assert payback(inflows, 1.0, period_years=1.0) == pytest.approx([1, 1, np.nan], nan_ok=True)
    assert np.isnan(payback([], 1.0))
    assert payback([], 0.0) == 0.0
    assert np.ndim(payback([1.0], 1.0)) == 0


def test_pace():
    service = 6.3 * (0.04 / 12) / (1 - (1 + 0.04 / 12) ** -60)
    assert payback_pace([1.45 / 12 - service] * 60, 0.7) == pytest.approx(12.1, abs=0.05)
    assert payback_pace([[1.0, 0.0], [1.0, -1.0], [0.0, -1.0]], 1.0) == pytest.approx(
        [1 / 6, np.nan, np.nan], nan_ok=True
    )
    assert payback_pace([-1.0], 0.0) == 0.0
    assert np.isnan(payback_pace([], 1.0))


def test_bad_input_is_refused():
    with pytest.raises(ValueError, match="inflows must be finite"):
        payback([np.nan], 1.0)
    with pytest.raises(ValueError, match="cost must be finite"):
        payback([1.0], np.inf)
    with pytest.raises(ValueError, match="longer than 0 years"):
        payback([1.0], 1.0, period_years=0.0)
