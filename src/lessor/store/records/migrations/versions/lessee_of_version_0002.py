"""A version of a lease may name its lessee anew; where it does not, the name before stands."""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add the column: earlier versions say nothing in it, and none of their rows is touched."""
    op.execute(
        "alter table lease_versions add column lessee text "
        "constraint fk_lease_versions_lessee references lessees (name)"
    )
