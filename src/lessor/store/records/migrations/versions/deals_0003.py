"""Deals are kept as they were written, every version of them."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, Integer, PrimaryKeyConstraint, Text

from lessor.store.records.append_only import statements

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the table, to which rows are only ever added."""
    op.create_table(
        "deal_versions",
        Column("name", Text, nullable=False),
        Column("number", Integer, nullable=False),
        Column("text", Text, nullable=False),
        Column("saved_at", Text, nullable=False),
        Column("saved_by", Text, nullable=False),
        Column("note", Text, nullable=False),
        PrimaryKeyConstraint("name", "number", name="pk_deal_versions"),
        sqlite_with_rowid=False,
    )
    for statement in statements(op.get_bind().dialect.name, ("deal_versions",)):
        op.execute(statement)
