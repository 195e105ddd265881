"""Resale curves: what a GPU fetches second-hand, as a share of its cost, by age."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from lessor.terms.reference.fact import read

_CURVE = ".age."


class ResalePoint(NamedTuple):
    """The share of cost that a GPU of one age fetches: the published band and its middle."""

    age_months: int
    low: Decimal
    mid: Decimal
    high: Decimal


def resale_curve(name: str) -> tuple[ResalePoint, ...]:
    """The points of a resale curve by age; mid = (low + high) / 2. Empty for a name not held.

    Source, date and grade are with the figures of kind `resale`.
    """
    bounds: dict[int, dict[str, Decimal]] = {}
    for fact in read("resale"):
        if fact.name.startswith(name + _CURVE):
            age, bound = fact.name.removeprefix(name + _CURVE).split(".")
            bounds.setdefault(int(age), {})[bound] = Decimal(fact.value)
    return tuple(
        ResalePoint(age, band["low"], (band["low"] + band["high"]) / 2, band["high"])
        for age, band in sorted(bounds.items())
    )


def resale_curve_names() -> tuple[str, ...]:
    """Names of the resale curves."""
    names = (fact.name.split(_CURVE)[0] for fact in read("resale") if _CURVE in fact.name)
    return tuple(dict.fromkeys(names))
