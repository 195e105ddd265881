"""Arrays as the figures take them: float64, finite, one row a path."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

DAYS_PER_YEAR = 365.0
"""Actual/365, as dated rates count."""

NEGLIGIBLE = 1e-9
"""Share of an amount that counts as nothing beside it: sums in float64 leave less than that."""


def finite(values: npt.ArrayLike, name: str) -> Floats:
    """Read `values` as float64.

    Raises ValueError where one of them is NaN or infinite: no figure starts from one.
    """
    array = np.asarray(values, dtype=np.float64)
    if not np.isfinite(array).all():
        raise ValueError(f"{name} must be finite numbers")
    return array


def held(values: Floats) -> Floats:
    """Put nan for what float64 cannot hold: a figure is never infinite."""
    return np.where(np.isinf(values), np.nan, values)[()]


def quotient(above: Floats, below: Floats, known: npt.ArrayLike = True) -> Floats:
    """Divide where `below` is not zero and `known` holds, and give nan elsewhere."""
    above, below = np.broadcast_arrays(above, below)
    result = np.full(above.shape, np.nan)
    with np.errstate(over="ignore"):
        np.divide(above, below, out=result, where=np.logical_and(below != 0.0, known))
    return held(result)
