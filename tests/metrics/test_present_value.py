"""Present values against closed forms and pyxirr; rates per period and per year."""

import datetime

import numpy as np
import pytest
import pyxirr

from lessor.metrics.present_value import npv, xnpv
from lessor.metrics.rates import annual_effective, annual_nominal, per_period


def test_level_payments_are_worth_the_annuity():
    # 60 payments at 4% nominal: the debt that 1.392289 a year carries is 6.3.
    assert npv(0.04 / 12, [0] + [1.392289 / 12] * 60) == pytest.approx(6.3, abs=5e-6)


def test_one_rate_or_one_a_path():
    flows = np.array([[-100.0, 110.0], [-100.0, 130.0]])
    assert npv(0.1, flows) == pytest.approx([0.0, -100 + 130 / 1.1])
    assert npv([0.1, 0.3], flows) == pytest.approx([0.0, 0.0])
    assert npv([0.0, 0.1, 0.3], flows[0]) == pytest.approx([10.0, 0.0, -100 + 110 / 1.3])
    assert np.ndim(npv(0.1, [1.0])) == 0
    assert npv(0.1, []) == 0.0


def test_dated_value_agrees_with_pyxirr():
    days = [0, 59, 306, 1200]
    dates = [datetime.date(2026, 1, 1) + datetime.timedelta(days=day) for day in days]
    flows = [-100.0, 50.0, 60.0, 7.0]
    assert xnpv(0.1, flows, days) == pytest.approx(pyxirr.xnpv(0.1, dates, flows), rel=1e-13)


def test_dated_value_stands_at_the_first_day_given():
    assert xnpv(0.1, [100.0, 100.0], [365, 0]) == pytest.approx(100.0 + 110.0)


def test_value_that_float64_cannot_hold_is_nan():
    assert np.isnan(npv(-0.999999, [0.0] * 100 + [1.0]))


def test_bad_input_is_refused():
    with pytest.raises(ValueError, match="rate must be above -1"):
        npv(-1.0, [1.0])
    with pytest.raises(ValueError, match="rate must be finite"):
        npv(np.nan, [1.0])
    with pytest.raises(ValueError, match="flows must be finite"):
        npv(0.1, [np.inf])
    with pytest.raises(ValueError, match="as many days"):
        xnpv(0.1, [1.0, 2.0], [0])


def test_rates_per_year():
    assert annual_effective([0.01, -0.5, np.nan]) == pytest.approx(
        [1.01**12 - 1, 0.5**12 - 1, np.nan], nan_ok=True
    )
    assert annual_nominal(0.04 / 12) == pytest.approx(0.04)
    assert annual_effective(per_period(0.1)) == pytest.approx(0.1, rel=1e-14)
    assert per_period(0.21, periods_per_year=2) == pytest.approx(0.1)
    assert np.isnan(annual_effective(1e100))
