"""Raw rows judged before the store sees them: typed, keyed, each with the reason against it.

It needs nothing of the store, so that the rows of one batch are judged while those of another are
kept.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime
from functools import cache

import duckdb
import pyarrow as pa

from lessor.store.usage.raw import RAW_SLICE
from lessor.store.usage.validate import (
    VALIDATED,
    Known,
    known_leases,
    known_meters,
    meter_units,
)


class Judge:
    """What judges raw rows by what events may name; it is of one thread at a time."""

    def __init__(self, known: Known) -> None:
        self.known = known
        self._connection = _engine().cursor()
        put(self._connection, "known_leases", known_leases(known))
        put(self._connection, "known_meters", known_meters(known))
        put(self._connection, "meter_units", meter_units())

    def judged(self, raw: pa.Table, *, tenant: str, received_at: datetime) -> pa.Table:
        """Typed rows of raw rows, as `validate.VALIDATED` names them; `code` says why not.

        received_at: when they came; an event of the next day after it is in the future.
        """
        self._connection.register("raw_rows", sliced(raw))
        values = {"tenant": tenant, "received_at": naive(received_at)}
        try:
            return self._connection.sql(VALIDATED, params=values).to_arrow_table()
        finally:
            self._connection.unregister("raw_rows")

    def close(self) -> None:
        """Let go of what was kept to judge by."""
        self._connection.close()


def put(connection: duckdb.DuckDBPyConnection, name: str, table: pa.Table) -> None:
    """A table of that name in memory: joins of it are planned better than of one only seen."""
    connection.register("given", table)
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS FROM given")
    connection.unregister("given")


def sliced(rows: pa.Table) -> pa.Table:
    """The same rows in slices that threads can share."""
    return pa.Table.from_batches(rows.to_batches(max_chunksize=RAW_SLICE), rows.schema)


def naive(moment: datetime) -> datetime:
    """The moment in UTC, without its zone."""
    return moment.astimezone(UTC).replace(tzinfo=None)


@cache
def _engine() -> duckdb.DuckDBPyConnection:
    """An engine in memory; it has no way to any file."""
    connection = duckdb.connect(":memory:", config={"threads": os.cpu_count() or 1})
    for setting in (
        "GLOBAL TimeZone = 'UTC'",
        # Keys are whole numbers of 128 bits, which a plain column would round.
        "GLOBAL arrow_lossless_conversion = true",
        "temp_directory = ''",
        "enable_external_access = false",
        "lock_configuration = true",
    ):
        connection.execute(f"SET {setting}")
    return connection
