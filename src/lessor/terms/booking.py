"""What of a deal a lease takes with it into the books: the terms that it is billed by."""

from __future__ import annotations

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from lessor.core.issue import FaultsError
from lessor.terms.charges import PassThrough
from lessor.terms.deal import Deal
from lessor.terms.load import Loaded, build_record
from lessor.terms.source import Source

_LEFT_OUT = (
    "story",
    "npv_rate",
    "horizon",
    "facilities",
    "rates",
    "spvs",
    "construction",
    "cases",
    "lender_case",
    "equity",
    "curves",
)
_OF_ASSETS = ("assets", "leased_in")
_NOT_BILLED = ("relet",)


def booked_terms(loaded: Loaded, name: str) -> dict[str, Any]:
    """The part of a deal's source that the lease `name` is billed by, as plain JSON.

    It keeps the deal's head, taxes and exchange rates, the lease with those that stand on the same
    asset (which is served in the order of the file), that asset, and the costs that are charged on.
    """
    deal, tree = loaded.deal, loaded.source.tree
    asset = deal.leases[name].capacity.asset
    beside = [
        other
        for other, lease in deal.leases.items()
        if other == name or (asset is not None and lease.capacity.asset == asset)
    ]
    costs = {
        charge.cost
        for other in beside
        for charge in deal.leases[other].charges.values()
        if isinstance(charge, PassThrough)
    }
    kept = {key: value for key, value in tree.items() if key not in _LEFT_OUT}
    kept["leases"] = {
        other: {key: said for key, said in lease.items() if key not in _NOT_BILLED}
        for other, lease in _block(tree, "leases").items()
        if other in beside
    }
    for block in _OF_ASSETS:
        kept[block] = {key: said for key, said in _block(tree, block).items() if key == asset}
    kept["costs"] = {key: said for key, said in _block(tree, "costs").items() if key in costs}
    return {key: value for key, value in kept.items() if value not in (None, {})}


def booked_deal(terms: Mapping[str, Any], lease: str) -> Deal:
    """The deal that booked terms say; raises FaultsError where they can no longer be read."""
    source = Source(f"booked terms of {lease}", dict(terms), MappingProxyType({}))
    deal, issues = build_record(Deal, source)
    if deal is None:
        raise FaultsError(issues)
    return deal


def canonical(terms: Mapping[str, Any]) -> str:
    """Booked terms as one line of JSON: the same terms are always the same text."""
    return json.dumps(terms, sort_keys=False, ensure_ascii=False, separators=(",", ":"))


def _block(tree: Mapping[str, Any], name: str) -> dict[str, Any]:
    return tree.get(name) or {}
