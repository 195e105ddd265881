"""The borrowers of a deal apart: each SPV with what it holds, and what no SPV holds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeVar

from lessor.terms.deal import Deal
from lessor.terms.spvs import Spv

Held = TypeVar("Held")


def parts_of(deal: Deal) -> list[Deal]:
    """The deal as one deal for each of its SPVs, and one for the rest; just itself without SPVs.

    Each part has its own uses, loans, taxes and waterfall, on the months of the whole deal.
    Capacity leased in stays with the rest, or with the SPV where there is only one.
    """
    if not deal.spvs:
        return [deal]
    if len(deal.spvs) == 1 and _holds_all(deal, next(iter(deal.spvs.values()))):
        return [deal]
    parts = [
        deal.changed(
            assets=_chosen(deal.assets, spv.assets),
            leases=_chosen(deal.leases, spv.leases),
            costs=_chosen(deal.costs, spv.costs),
            facilities=_chosen(deal.facilities, spv.facilities),
            leased_in={},
            spvs={name: spv},
        )
        for name, spv in deal.spvs.items()
    ]
    rest = _rest(deal)
    is_empty = not (rest.assets or rest.leases or rest.costs or rest.facilities or rest.leased_in)
    return parts if is_empty else [*parts, rest]


def _holds_all(deal: Deal, spv: Spv) -> bool:
    pairs: tuple[tuple[Mapping[str, object], list[str]], ...] = (
        (deal.assets, spv.assets),
        (deal.leases, spv.leases),
        (deal.costs, spv.costs),
        (deal.facilities, spv.facilities),
    )
    return all(not chosen or set(chosen) == set(held) for held, chosen in pairs)


def _chosen(held: Mapping[str, Held], names: Iterable[str]) -> dict[str, Held]:
    wanted = set(names)
    return {name: item for name, item in held.items() if not wanted or name in wanted}


def _rest(deal: Deal) -> Deal:
    def outside(held: Mapping[str, Held], field: str) -> dict[str, Held]:
        lists = [getattr(spv, field) for spv in deal.spvs.values()]
        if not all(lists):
            return {}
        taken = {name for names in lists for name in names}
        return {name: item for name, item in held.items() if name not in taken}

    return deal.changed(
        assets=outside(deal.assets, "assets"),
        leases=outside(deal.leases, "leases"),
        costs=outside(deal.costs, "costs"),
        facilities=outside(deal.facilities, "facilities"),
        spvs={},
    )
