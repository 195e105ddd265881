"""What holds for all flows: scale, zeros and dates leave a rate; no root is missed."""

import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st

from lessor.metrics.cover import dscr, highest, llcr, lowest
from lessor.metrics.irr import IrrResult, IrrStatus, irr, xirr
from lessor.metrics.multiples import wal
from lessor.metrics.payback import payback
from lessor.metrics.present_value import npv, xnpv

flows_lists = st.lists(st.integers(-1000, 1000), min_size=2, max_size=40)
amounts_lists = st.lists(st.integers(0, 1000), min_size=1, max_size=40)
# Discount factors 0.9**k: far enough apart that rounding does not merge two rates into one.
root_sets = st.lists(st.integers(-12, 12), min_size=1, max_size=5, unique=True)
# Coefficients of a factor that is zero for no discount factor above 0: 1 and these.
positive_lists = st.lists(st.integers(0, 10), max_size=20)


def rates_of(result: IrrResult) -> tuple[float, ...]:
    """All rates of a single path."""
    if result.status == IrrStatus.NONE:
        return ()
    return result.roots.get(0, (float(result.rate),))


def assert_same_rates(one: IrrResult, other: IrrResult):
    assert one.status == other.status
    assert one.sign_changes == other.sign_changes
    # A rate where the value only touches zero is known to half of the digits.
    np.testing.assert_allclose(1 + np.array(rates_of(one)), 1 + np.array(rates_of(other)), 1e-6)


@given(flows_lists, st.sampled_from([-1.0, 2.0**-30, 1024.0, 2.0**900]))
def test_scaling_the_flows_leaves_the_rates(flows, factor):
    assert_same_rates(irr(np.array(flows) * factor), irr(flows))


@given(
    st.lists(st.integers(1, 1000), min_size=1, max_size=20),
    st.lists(st.integers(1, 1000), min_size=1, max_size=20),
    st.floats(1e-6, 1e6),
)
def test_scaling_by_any_amount_leaves_a_single_rate(outlays, returns, factor):
    flows = np.concatenate([-np.array(outlays), returns])
    result, scaled = irr(flows), irr(flows * factor)
    assert result.status == scaled.status == IrrStatus.FOUND
    np.testing.assert_allclose(scaled.rate, result.rate, 1e-12, 1e-12)


@given(flows_lists)
@example([-50, -100, 600, 300, -100])
@example([1, -2, 1])
def test_the_flows_are_worth_nothing_at_every_rate(flows):
    result = irr(flows)
    for rate in rates_of(result):
        gross = npv(rate, np.abs(flows))
        assert abs(npv(rate, flows)) <= 1e-12 * gross


@given(flows_lists, st.integers(0, 5), st.integers(0, 5))
def test_periods_of_zero_at_either_end_leave_the_rates(flows, before, after):
    assert_same_rates(irr([0] * before + flows + [0] * after), irr(flows))


@given(flows_lists)
def test_there_are_no_more_rates_than_sign_changes(flows):
    result = irr(flows)
    assert len(rates_of(result)) <= result.sign_changes
    if result.sign_changes % 2:
        assert result.status != IrrStatus.NONE
    if len(rates_of(result)) > 1:
        assert result.status == IrrStatus.SEVERAL
        assert abs(result.rate - 0.1) == min(abs(rate - 0.1) for rate in rates_of(result))


@given(root_sets, positive_lists)
def test_all_rates_of_a_product_are_found(roots, positive):
    factors = np.sort(0.9 ** np.array(roots))[::-1]
    flows = np.convolve(np.poly(factors)[::-1], [1, *positive])
    found = rates_of(irr(flows))
    assert len(found) == factors.size
    np.testing.assert_allclose(1 + np.array(found), 1 / factors, 1e-8)


@given(st.integers(-6, 6), positive_lists)
def test_a_rate_that_only_touches_zero_is_found(root, positive):
    factor = 0.9**root
    flows = np.convolve([factor**2, -2 * factor, 1.0], [1, *positive])
    found = rates_of(irr(flows))
    assert len(found) == 1
    np.testing.assert_allclose(1 + found[0], 1 / factor, 1e-6)


@given(flows_lists)
def test_dates_a_year_apart_give_the_rate_per_period(flows):
    assert_same_rates(xirr(flows, 365 * np.arange(len(flows))), irr(flows))


@given(
    st.lists(st.tuples(st.integers(-1000, 1000), st.integers(-2000, 2000)), min_size=2),
    st.integers(-3000, 3000),
    st.randoms(use_true_random=False),
)
def test_neither_order_nor_origin_of_the_dates_matters(dated, shift, random):
    flows, days = zip(*dated, strict=True)
    result = xirr(flows, days)
    for rate in rates_of(result):
        if -0.9 < rate < 100:
            gross = xnpv(rate, np.abs(flows), days)
            assert abs(xnpv(rate, flows, days)) <= 1e-10 * gross
    random.shuffle(dated)
    flows, days = zip(*dated, strict=True)
    np.testing.assert_allclose(
        np.log1p(xirr(flows, np.array(days) + shift).rate), np.log1p(result.rate), 1e-6, 1e-9
    )


@given(amounts_lists, amounts_lists, st.integers(1, 10_000))
def test_more_inflow_never_pays_back_later(inflows, more, cost):
    size = max(len(inflows), len(more))
    fewer = np.pad(inflows, (0, size - len(inflows)))
    years = payback(fewer, cost), payback(fewer + np.pad(more, (0, size - len(more))), cost)
    assert np.isnan(years[0]) or years[1] <= years[0] + 1e-12


@given(amounts_lists, st.integers(1, 10_000))
def test_paid_back_within_the_horizon_exactly_if_the_sum_reaches_cost(inflows, cost):
    years = payback(inflows, cost)
    assert np.isnan(years) == (sum(inflows) < cost)
    assert np.isnan(years) or 0 < years <= len(inflows) / 12 + 1e-12


@given(
    st.lists(st.tuples(st.integers(1, 1000), st.integers(0, 2000)), min_size=1, max_size=40),
    st.floats(0.0, 0.05),
)
def test_cover_over_the_loan_lies_between_the_lowest_and_the_highest_period(periods, rate):
    service, cfads = (np.array(part, dtype=float) for part in zip(*periods, strict=True))
    growth = (1 + rate) ** np.arange(service.size + 1.0)
    outstanding = np.cumsum((service / growth[1:])[::-1])[::-1] * growth[:-1]
    ratios, life = dscr(cfads, service), llcr(cfads, outstanding, rate)
    assert (life >= lowest(ratios) - 1e-9).all()
    assert (life <= highest(ratios) + 1e-9).all()


@given(amounts_lists)
def test_average_life_lies_within_the_term(principal):
    life = wal(principal, np.arange(1, len(principal) + 1))
    assert np.isnan(life) == (sum(principal) == 0)
    assert np.isnan(life) or 1 - 1e-12 <= life <= len(principal) + 1e-12
