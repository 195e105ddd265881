"""Percentiles over paths."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from lessor.metrics.arrays import Floats

USUAL = (5.0, 25.0, 50.0, 75.0, 95.0)


class Percentiles(NamedTuple):
    """Percentiles of a figure, with how many paths had one and how many had none."""

    percents: tuple[float, ...]
    values: Floats
    counted: int
    left_out: int


def percentiles(values: npt.ArrayLike, percents: Sequence[float] = USUAL) -> Percentiles:
    """Percentiles of a figure over paths, linear between ranks; nan paths left out and counted.

    Shapes: values one a path; gives one value a percent, in the unit of `values`, nan where no path
    has the figure.

    Raises ValueError where a value is infinite, there is more than one dimension, or a percent is
    outside 0 to 100.

    >>> percentiles([1.0, 2.0, 3.0, float("nan")], (0.0, 50.0, 100.0))
    Percentiles(percents=(0.0, 50.0, 100.0), values=array([1., 2., 3.]), counted=3, left_out=1)
    """
    figures = np.asarray(values, dtype=np.float64)
    if figures.ndim != 1 or np.isinf(figures).any():
        raise ValueError("values must be one finite number or nan a path")
    if not all(0.0 <= percent <= 100.0 for percent in percents):
        raise ValueError("percents must lie between 0 and 100")
    known = figures[~np.isnan(figures)]
    found = np.percentile(known, percents) if known.size else np.full(len(percents), np.nan)
    return Percentiles(tuple(percents), found, known.size, figures.size - known.size)
