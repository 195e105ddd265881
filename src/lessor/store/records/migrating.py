"""Brings the schema of a database to the newest migration."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

_MIGRATIONS = Path(__file__).parent / "migrations"


def upgrade(connection: Connection, *, to: str = "head") -> None:
    """Run every migration that the database lacks, in the connection's transaction.

    to: the revision to stop at.
    """
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, to)


def known_revisions() -> tuple[str, ...]:
    """The migrations that this version of Lessor has, newest first."""
    scripts = ScriptDirectory.from_config(_config())
    return tuple(script.revision for script in scripts.walk_revisions())


def _config() -> Config:
    config = Config()
    # A percent sign in a path would start an interpolation.
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    return config
