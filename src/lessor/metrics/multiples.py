"""What came back on what was put in, and how long principal stands out."""

from __future__ import annotations

import numpy.typing as npt

from lessor.metrics.arrays import Floats, finite, quotient


def moic(contributions: npt.ArrayLike, distributions: npt.ArrayLike) -> Floats:
    """Multiple on invested capital: sum(distributions) / sum(contributions).

    Shapes: each paths x periods, or one path, both as amounts of 0 or more in one currency; gives
    one multiple a path, nan where nothing was put in.

    Raises ValueError where a number is not finite or below 0.

    >>> print(f"{moic([100.0, 0.0], [50.0, 150.0]):.2f}")
    2.00
    """
    put_in, paid_out = (
        finite(contributions, "contributions"),
        finite(distributions, "distributions"),
    )
    if (put_in < 0.0).any() or (paid_out < 0.0).any():
        raise ValueError("contributions and distributions are amounts of 0 or more")
    return quotient(paid_out.sum(axis=-1), put_in.sum(axis=-1))


def wal(principal: npt.ArrayLike, times: npt.ArrayLike) -> Floats:
    """Weighted average life: sum(principal * times) / sum(principal), in the unit of `times`.

    Shapes: principal repaid paths x dates, or one path; times one a date, from closing; gives one
    life a path, nan where no principal is repaid.

    Raises ValueError where a number is not finite.

    >>> print(f"{wal([50.0, 50.0], [1.0, 2.0]):.2f}")
    1.50
    """
    repaid, dates = finite(principal, "principal"), finite(times, "times")
    total = repaid.sum(axis=-1)
    return quotient((repaid * dates).sum(axis=-1), total, total > 0.0)
