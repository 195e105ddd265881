"""What an SPV holds: the names said, or all of the deal where none is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from lessor.terms.deal import Deal
from lessor.terms.spvs import Spv

BLOCKS = ("assets", "leases", "costs", "facilities")
"""The blocks of a deal that an SPV has a part of."""


def held_names(said: Sequence[str], names: Iterable[str]) -> tuple[str, ...]:
    """The names said, or all names where none is; a name that stands for nothing is left out."""
    known = tuple(names)
    return tuple(name for name in said if name in known) if said else known


def held(deal: Deal, spv: Spv, block: str) -> Mapping[str, Any]:
    """What the SPV holds of a block of the deal (assets, leases, costs, facilities), by name."""
    records: Mapping[str, Any] = getattr(deal, block)
    return {name: records[name] for name in held_names(getattr(spv, block), records)}
