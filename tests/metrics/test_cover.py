"""Cover ratios against a level loan, whose figures have closed forms."""

import numpy as np
import pytest

from lessor.metrics.cover import (
    average,
    by_payment,
    dscr,
    highest,
    llcr,
    lowest,
    ltv,
    plcr,
)

RATE = 0.04 / 12
SERVICE = 6.3 * RATE / (1 - (1 + RATE) ** -60)
OPENING = 6.3 * (1 + RATE) ** np.arange(60) - SERVICE * ((1 + RATE) ** np.arange(60) - 1) / RATE
RENT = 1.45 / 12


def test_a_level_loan_is_covered_alike_by_period_and_over_its_life():
    periods = dscr([RENT] * 60, [SERVICE] * 60)
    assert periods == pytest.approx([1.04145] * 60, abs=5e-6)
    assert llcr([RENT] * 60, OPENING, RATE) == pytest.approx(periods, rel=1e-12)


def test_cash_after_the_loan_counts_for_the_project_only():
    # The last balance is what float64 leaves of a loan that is repaid.
    debt = np.concatenate([OPENING, [1e-12], np.zeros(11)])
    life, project = llcr([RENT] * 72, debt, RATE), plcr([RENT] * 72, debt, RATE)
    assert life[:60] == pytest.approx([RENT / SERVICE] * 60, rel=1e-12)
    assert np.isnan(life[60:]).all()
    assert np.isnan(project[60:]).all()
    assert project[0] == pytest.approx(RENT * (1 - (1 + RATE) ** -72) / RATE / 6.3, rel=1e-12)
    assert (project[:60] > life[:60]).all()


def test_rates_may_change_by_period():
    assert llcr([0.0, 132.0], [100.0, 110.0], [0.1, 0.2]) == pytest.approx([1.0, 1.0])
    assert llcr(np.full((2, 1), 110.0), np.full((2, 1), 100.0), [[0.1], [0.375]]) == pytest.approx(
        np.array([[1.0], [0.8]])
    )


def test_without_debt_service_there_is_no_ratio():
    ratios = dscr([[1.0, 1.0, 2.0], [1.0, 1.0, 1.0]], [[1.0, 0.0, 1.0], [0.0, 0.0, 0.0]])
    assert ratios == pytest.approx(np.array([[1, np.nan, 2], [np.nan] * 3]), nan_ok=True)
    assert lowest(ratios) == pytest.approx([1.0, np.nan], nan_ok=True)
    assert highest(ratios) == pytest.approx([2.0, np.nan], nan_ok=True)
    assert average(ratios) == pytest.approx([1.5, np.nan], nan_ok=True)
    assert np.isnan(dscr([5.0], [0.0])).all()
    assert dscr([-1.0], [2.0]) == [-0.5]
    # Residue of a loan that is repaid is no debt service.
    assert np.isnan(dscr([5.0, 5.0], [1e9, 1e-7])[1])


def test_payment_periods_take_the_months_since_the_last():
    pays = np.arange(1, 13) % 3 == 0
    assert by_payment(np.arange(12.0), pays) == pytest.approx([3.0, 12.0, 21.0, 30.0])
    assert by_payment(np.ones((2, 5)), [False, True, True, False, False]) == pytest.approx(
        np.array([[2.0, 1.0], [2.0, 1.0]])
    )
    assert by_payment(np.ones((2, 3)), [False] * 3).shape == (2, 0)
    with pytest.raises(ValueError, match="as many flags"):
        by_payment([1.0, 2.0], [True])


def test_loan_to_value():
    # 90% debt, level at 4% over 60 months, cost written down to nothing over the same.
    value = 7.0 * (1 - np.arange(60) / 60)
    ratio, unsecured = ltv(OPENING, value)
    assert ratio[0] == pytest.approx(0.90)
    assert highest(ratio) == pytest.approx(0.9912, abs=5e-5)
    assert not unsecured.any()


def test_debt_on_no_value_is_marked_and_never_infinite():
    ratio, unsecured = ltv([1.0, 1.0, 0.0, 1.0], [2.0, 0.0, 0.0, -1.0])
    assert ratio == pytest.approx([0.5, np.nan, np.nan, np.nan], nan_ok=True)
    assert unsecured.tolist() == [False, True, False, True]


@pytest.mark.parametrize("figure", [dscr, ltv])
def test_numbers_that_are_not_finite_are_refused(figure):
    with pytest.raises(ValueError, match="finite"):
        figure([np.nan], [1.0])
    with pytest.raises(ValueError, match="finite"):
        figure([1.0], [np.inf])


@pytest.mark.parametrize("figure", [llcr, plcr])
def test_rates_at_or_below_minus_one_are_refused(figure):
    with pytest.raises(ValueError, match="rate must be above -1"):
        figure([1.0], [1.0], -1.0)
    with pytest.raises(ValueError, match="finite"):
        figure([1.0], [1.0], np.nan)


def test_no_periods():
    assert dscr([], []).shape == (0,)
    assert llcr([], [], 0.1).shape == (0,)
    assert np.isnan(lowest([]))
    assert np.isnan(average([]))
