"""Arrays as the figures take them: float64, finite, one row a path."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

NEGLIGIBLE = 1e-9
"""Share of the amount compared with, below which an amount counts as settled: float64 leaves that much behind."""


def finite(values: npt.ArrayLike, name: str) -> Floats:
    """Read `values` as float64.

    Raises ValueError where one of them is NaN or infinite: a figure never starts from one.
    """
    array = np.asarray(values, dtype=np.float64)
    if not np.isfinite(array).all():
        raise ValueError(f"{name} must be finite numbers")
    return array


def paths_of(values: npt.ArrayLike, name: str) -> Floats:
    """Read `values` as paths x periods; one dimension is one path.

    Raises ValueError where there are no dimensions, more than two, or a number that is not finite.
    """
    array = finite(values, name)
    if array.ndim not in (1, 2):
        raise ValueError(f"{name} must be one path or paths x periods, not {array.ndim}-dimensional")
    return array[np.newaxis, :] if array.ndim == 1 else array


def quotient(above: Floats, below: Floats, known: npt.ArrayLike = True) -> Floats:
    """Divide where `below` is not zero and `known` holds, and give nan elsewhere: never infinite."""
    above, below = np.broadcast_arrays(above, below)
    divide = np.logical_and(below != 0.0, known)
    result = np.full(above.shape, np.nan)
    with np.errstate(over="ignore"):
        np.divide(above, below, out=result, where=divide)
    result[np.isinf(result)] = np.nan
    return result
