"""Conditions on many names, few enough in each statement for both databases."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sqlalchemy import ColumnElement

AT_ONCE = 10_000
"""Names in one `in (...)`: both databases take three times as many."""


def among(column: ColumnElement[str], names: Iterable[str] | None) -> Iterator[ColumnElement[bool]]:
    """Conditions of which one holds for each of the names; None: one that always holds."""
    if names is None:
        yield column.is_not(None)
        return
    wanted = sorted(set(names))
    for start in range(0, len(wanted), AT_ONCE):
        yield column.in_(wanted[start : start + AT_ONCE])
