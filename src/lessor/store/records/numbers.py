"""Document numbers: one series without gaps for each legal entity and year of the invoice date."""

from __future__ import annotations

import unicodedata
from typing import NamedTuple

from sqlalchemy import Connection, insert, select, update

from lessor.store.records.schema import number_series

_LONGEST = 24
NO_ENTITY = "LESSOR"
"""The entity in the numbers of a lessor whose deal does not name it."""


class Numbered(NamedTuple):
    """What a document's number is made of. attempt: the how-manieth invoice of its lease-month."""

    year: int
    sequence: int
    attempt: int | None


def entity_of(lessor: str) -> str:
    """The short name of a legal entity, as its numbers are written: capitals, digits and hyphens.

    >>> entity_of("Acme Compute Ltd."), entity_of(" ")
    ('ACME-COMPUTE-LTD', 'LESSOR')
    """
    plain = unicodedata.normalize("NFKC", lessor).upper()
    words = "".join(letter if letter.isalnum() else " " for letter in plain).split()
    return "-".join(words)[:_LONGEST].strip("-") or NO_ENTITY


def number_text(entity: str, year: int, sequence: int) -> str:
    """The number as it is printed.

    >>> number_text("ACME", 2026, 12)
    'ACME-2026-000012'
    """
    return f"{entity_of(entity)}-{year}-{sequence:06d}"


class Series:
    """Counts numbers within one writer's transaction, and keeps the counters at its end.

    An undone transaction undoes its counters too, so no number is lost.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._last: dict[tuple[str, int], int] = {}

    def next(self, entity: str, year: int) -> int:
        """The next number of an entity's year, from 1."""
        key = (entity_of(entity), year)
        if key not in self._last:
            self._last[key] = self._kept(*key)
        self._last[key] += 1
        return self._last[key]

    def keep(self) -> None:
        """Write the counters down, in the transaction that numbers its documents."""
        for (entity, year), last in self._last.items():
            columns = number_series.c
            moved = self._connection.execute(
                update(number_series)
                .where(columns.entity == entity, columns.year == year)
                .values(last=last)
            )
            if moved.rowcount == 0:
                row = {"entity": entity, "year": year, "last": last}
                self._connection.execute(insert(number_series).values(row))
        self._last.clear()

    def _kept(self, entity: str, year: int) -> int:
        columns = number_series.c
        wanted = select(columns.last).where(columns.entity == entity, columns.year == year)
        return self._connection.execute(wanted).scalar() or 0
