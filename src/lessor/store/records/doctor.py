"""What can be wrong with records that were kept: found by reading them against themselves.

Nothing here is mended: a record is never changed, and what triggers and constraints let through
was done by hand. A person has to see it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from sqlalchemy import Connection, Table, func, select, text

from lessor.store.records.numbers import entity_of
from lessor.store.records.schema import document_lines, document_taxes, documents, number_series


class Finding(NamedTuple):
    """One thing found. kind: damaged (the file), gap (in the numbers), unbalanced (a document)."""

    kind: str
    place: str
    message: str


def examine(connection: Connection) -> list[Finding]:
    """Everything found: the file, the series of numbers, documents against their lines and VAT."""
    return [
        *_damages(connection),
        *_gaps(connection),
        *_unbalanced(connection, document_lines, "amount", "net"),
        *_unbalanced(connection, document_taxes, "tax", "tax"),
    ]


def _damages(connection: Connection) -> Iterator[Finding]:
    # PostgreSQL watches over its own files; a server that finds one damaged says so when it reads.
    if connection.dialect.name != "sqlite":
        return
    for (message,) in connection.execute(text("pragma integrity_check")):
        if message != "ok":
            yield Finding("damaged", "records.sqlite", message)
    for table, *_ in connection.execute(text("pragma foreign_key_check")):
        yield Finding("damaged", table, "a row names another one that is not there")


def _gaps(connection: Connection) -> Iterator[Finding]:
    """Series of which a number is missing: no number is there twice, so counting them tells."""
    columns = documents.c
    used = select(columns.entity, columns.year, func.count(), func.max(columns.sequence)).group_by(
        columns.entity, columns.year
    )
    counted: dict[tuple[str, int], tuple[int, int]] = {}
    for name, year, count, last in connection.execute(used):
        series = (entity_of(name), year)
        had_count, had_last = counted.get(series, (0, 0))
        counted[series] = (had_count + count, max(had_last, last))
    kept = {(row.entity, row.year): row.last for row in connection.execute(select(number_series))}
    for series in sorted(counted.keys() | kept.keys()):
        count, last = counted.get(series, (0, 0))
        counter = kept.get(series, 0)
        if not count == last == counter:
            message = f"{count} documents, the last is number {last}, the counter is at {counter}"
            yield Finding("gap", f"{series[0]}-{series[1]}", message)


def _unbalanced(connection: Connection, parts: Table, part: str, whole: str) -> Iterator[Finding]:
    """Documents whose parts do not sum to what the document says, in smallest units."""
    sums = (
        select(parts.c.document, func.sum(parts.c[part]).label("total"))
        .group_by(parts.c.document)
        .subquery()
    )
    total = func.coalesce(sums.c.total, 0)
    wanted = (
        select(documents.c.number, documents.c[whole], total)
        .join_from(documents, sums, sums.c.document == documents.c.id, isouter=True)
        .where(documents.c[whole] != total)
        .order_by(documents.c.id)
    )
    for number, said, found in connection.execute(wanted):
        message = f"{whole} is {said} smallest units, and its parts sum to {found}"
        yield Finding("unbalanced", number, message)
