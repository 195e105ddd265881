"""The one row of a query that gives one, read to its end so that the connection is free again."""

from __future__ import annotations

from typing import Any

import duckdb


def one_row(connection: duckdb.DuckDBPyConnection, query: str, **values: object) -> tuple[Any, ...]:
    """The only row of the query, with named parameters."""
    ((*row,),) = connection.execute(query, values).fetchall()
    return tuple(row)
