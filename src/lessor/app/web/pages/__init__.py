"""The pages, one module each with its routes; and the way to them."""

from __future__ import annotations

from typing import NamedTuple

from lessor.report.tongues import msg


class Entry(NamedTuple):
    """A place of the navigation: its path and what it is called, an English text."""

    path: str
    name: str


NAVIGATION: tuple[Entry, ...] = (
    Entry("/", msg("Book")),
    Entry("/deals", msg("Deals")),
    Entry("/leases", msg("Leases")),
    Entry("/facilities", msg("Facilities")),
    Entry("/usage", msg("Usage")),
    Entry("/billing", msg("Billing")),
    Entry("/reference", msg("Reference data")),
    Entry("/jobs", msg("Work")),
)
"""In the order shown."""
