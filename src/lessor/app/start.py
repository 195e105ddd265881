"""Where the `lessor` command begins."""

from __future__ import annotations

import gc
import os

ALLOCATIONS = 100_000
"""Objects made between two collections of garbage: importing makes many, and drops few."""


def main() -> None:
    """Run the command line; a process this short loses a twentieth of its time to collections.

    Plugins that other packages bring for the records are not looked for: they would slow the start
    and run code that no one asked for.
    """
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    gc.set_threshold(ALLOCATIONS, 20, 100)
    from lessor.app.cli import main as run

    run()
