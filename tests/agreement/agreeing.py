"""Whether a record run on floats says what the same record says on Decimal, or path by path."""

from decimal import Decimal
from typing import Any

import numpy as np

from lessor.core.numeric import Value


def numbers_in(record: Any) -> list[Value]:
    """Every number of a (nested) record, in order; words, flags and what is absent left out."""
    if isinstance(record, bool | str) or record is None:
        return []
    if isinstance(record, tuple | list):
        return [number for part in record for number in numbers_in(part)]
    return [record]


def assert_agree(exact: Any, quick: Any, *, scale: float = 1.0) -> None:
    """Decimal and float agree to 1e-9 of each number, or of `scale` where numbers cancel out."""
    pairs = list(zip(numbers_in(exact), numbers_in(quick), strict=True))
    assert pairs
    for decimal, number in pairs:
        assert isinstance(decimal, Decimal), decimal
        assert isinstance(number, float), number
        assert abs(float(decimal) - number) <= 1e-9 * max(abs(float(decimal)), scale)


def assert_paths_agree(paths: Any, single: Any, path: int) -> None:
    """Entry `path` of every array is the very float that the path gives when run alone."""
    pairs = list(zip(numbers_in(paths), numbers_in(single), strict=True))
    assert pairs
    for array, number in pairs:
        assert (array[path] if isinstance(array, np.ndarray) else array) == number
