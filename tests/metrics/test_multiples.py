"""Multiples, average life, percentiles."""

import numpy as np
import pytest

from lessor.metrics.multiples import moic, wal
from lessor.metrics.percentiles import percentiles


def test_equity_multiple_of_the_b300_cluster():
    service = 6.3 * (0.04 / 12) / (1 - (1 + 0.04 / 12) ** -60)
    assert moic([0.7], [1.45 / 12 - service] * 60) == pytest.approx(0.41222, abs=5e-6)


def test_multiples_by_path():
    multiples = moic([[1.0, 1.0], [0.0, 0.0]], [[1.0, 4.0], [1.0, 0.0]])
    assert multiples == pytest.approx([2.5, np.nan], nan_ok=True)
    with pytest.raises(ValueError, match="amounts of 0 or more"):
        moic([-1.0], [1.0])
    with pytest.raises(ValueError, match="finite"):
        moic([1.0], [np.nan])


def test_average_life():
    # Equal principal over n periods: (n + 1) / 2.
    assert wal(np.ones(60), np.arange(1, 61) / 12) == pytest.approx(61 / 24)
    assert wal([[0, 0, 5], [0, 0, 0]], [1, 2, 3]) == pytest.approx([3.0, np.nan], nan_ok=True)


def test_percentiles():
    result = percentiles(np.arange(101.0))
    assert result.values == pytest.approx([5, 25, 50, 75, 95])
    assert (result.counted, result.left_out) == (101, 0)


def test_paths_without_the_figure_are_counted_apart():
    result = percentiles([np.nan, 1.0, np.nan, 3.0], (50,))
    assert result.values == pytest.approx([2.0])
    assert (result.counted, result.left_out) == (2, 2)
    for nothing in ([np.nan], []):
        result = percentiles(nothing)
        assert np.isnan(result.values).all()
        assert (result.counted, result.left_out) == (0, len(nothing))


@pytest.mark.parametrize(
    ("values", "percents"), [([np.inf], (50,)), ([[1.0]], (50,)), ([1.0], (101,)), ([1.0], (-1,))]
)
def test_bad_percentiles_are_refused(values, percents):
    with pytest.raises(ValueError, match="must"):
        percentiles(values, percents)
