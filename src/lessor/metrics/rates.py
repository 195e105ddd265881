"""A rate per period and per year, effective and nominal; the two are never mixed."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from lessor.metrics.arrays import Floats, held


def annual_effective(rate: npt.ArrayLike, *, periods_per_year: float = 12.0) -> Floats:
    """Annual effective rate: (1 + rate) ** periods_per_year - 1.

    `rate` is per period, a fraction; nan stays nan, and so becomes what float64 cannot hold.

    >>> print(f"{annual_effective(0.01):.6f}")
    0.126825
    """
    with np.errstate(over="ignore"):
        return held(np.expm1(np.log1p(np.asarray(rate, dtype=np.float64)) * periods_per_year))


def annual_nominal(rate: npt.ArrayLike, *, periods_per_year: float = 12.0) -> Floats:
    """Annual nominal rate: rate * periods_per_year; `rate` is per period, a fraction.

    >>> print(f"{annual_nominal(0.01):.2f}")
    0.12
    """
    with np.errstate(over="ignore"):
        return held(np.asarray(rate, dtype=np.float64) * periods_per_year)


def per_period(rate: npt.ArrayLike, *, periods_per_year: float = 12.0) -> Floats:
    """Rate per period of an annual effective rate: (1 + rate) ** (1 / periods_per_year) - 1.

    >>> print(f"{per_period(0.126825):.6f}")
    0.010000
    """
    return held(np.expm1(np.log1p(np.asarray(rate, dtype=np.float64)) / periods_per_year))
