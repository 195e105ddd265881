"""Triggers that refuse to change or delete what is never changed."""

from __future__ import annotations

from collections.abc import Iterator

_FUNCTION = """
create or replace function lessor_append_only() returns trigger language plpgsql as $$
begin raise exception '% is append-only', tg_table_name; end $$
"""


def statements(dialect: str, tables: tuple[str, ...]) -> Iterator[str]:
    """The SQL that makes `tables` append-only on a database: sqlite or postgresql."""
    if dialect == "postgresql":
        yield _FUNCTION
    for table in tables:
        if dialect == "postgresql":
            yield (
                f"create trigger {table}_append_only before update or delete or truncate "
                f"on {table} for each statement execute function lessor_append_only()"
            )
            continue
        for action in ("update", "delete"):
            yield (
                f"create trigger {table}_no_{action} before {action} on {table} "
                f"begin select raise(abort, '{table} is append-only'); end"
            )
