"""Which weak figures of the reference data a deal rests on: its result must say so."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from lessor.core.issue import Severity
from lessor.terms.assets import MarketValue, Residual
from lessor.terms.charges import BaseRent
from lessor.terms.costs import CabinetCost, PowerCost
from lessor.terms.deal import Deal
from lessor.terms.fields import listed
from lessor.terms.findings import Finding
from lessor.terms.reference import Grade, facts, resale_curve_names, server_model
from lessor.terms.source import Path
from lessor.terms.tax_preset import preset_facts

_WEAK = (Grade.LOW, Grade.UNVERIFIED)
# Every plan reports its GPUs and its PFLOPS at this precision.
_ALWAYS_USED = {"gpus", "pflops.bf16.dense", "pflops.bf16.sparse"}


def check_reference(deal: Deal) -> Iterator[Finding]:
    """A warning for each model, curve and tax preset of which a weak figure is used.

    Issues: unverified-reference (warning).
    """
    for path, model, used in models_used(deal):
        weak = {field: grade for field, grade in _weak_fields(model) if field in used}
        if weak:
            shown = [f"{field} ({grade})" for field, grade in weak.items()]
            yield _finding(path, f"'{model}' rests on weak figures: {listed(shown, joint='and')}")
    for path, curve in resale_curves_used(deal):
        grade = _grade_of_curve(curve)
        if grade in _WEAK:
            yield _finding(path, f"the resale curve '{curve}' is graded {grade.value}")
    if deal.taxes.preset is not None:
        rates = preset_facts(deal.taxes.preset).items()
        weak = {field: fact.grade.value for field, fact in rates if fact.grade in _WEAK}
        if weak:
            shown = [f"{field} ({grade})" for field, grade in weak.items()]
            message = f"'{deal.taxes.preset}' rests on weak figures: {listed(shown, joint='and')}"
            yield _finding(("taxes",), message)


def _finding(path: Path, message: str) -> Finding:
    return Finding(
        "unverified-reference",
        path,
        message,
        "write your own figures, or keep in mind what the result rests on "
        "(`lessor reference` shows the sources)",
        Severity.WARNING,
    )


@cache
def _weak_fields(model: str) -> tuple[tuple[str, str], ...]:
    found = server_model(model)
    if found is None:
        return ()
    return tuple((weak.field, weak.grade.value) for weak in found.weak_fields)


def models_used(deal: Deal) -> Iterator[tuple[Path, str, set[str]]]:
    """Each model of the deal with the fields of it that figures of the plan rest on."""
    powered = _powered(deal)
    for block in ("assets", "leased_in"):
        for name, held in getattr(deal, block).items():
            if held.model is not None:
                used = _ALWAYS_USED | ({"power_kw_max"} if name in powered else set())
                yield (block, name, "model"), held.model, used | _peaks(deal, name)
    for name, lease in deal.leases.items():
        model = lease.capacity.model
        if model is not None:
            peaks = _peaks(deal, None, name)
            yield ("leases", name, "capacity", "model"), model, _ALWAYS_USED | peaks


def _powered(deal: Deal) -> set[str]:
    """The assets whose draw a cost takes from their model."""
    names: set[str] = set()
    for cost in deal.costs.values():
        if isinstance(cost, CabinetCost | PowerCost) and cost.kw is None:
            names |= {cost.asset} if cost.asset is not None else {*deal.assets, *deal.leased_in}
    return names


def _peaks(deal: Deal, asset: str | None, only: str | None = None) -> set[str]:
    """The PFLOPS figures that leases on an asset (or one lease) are measured or priced in."""
    fields = set()
    for name, lease in deal.leases.items():
        capacity = lease.capacity
        is_its = name == only if only is not None else capacity.asset == asset
        priced = any(
            isinstance(charge, BaseRent) and charge.per == "pflops_year"
            for charge in lease.charges.values()
        )
        if is_its and (capacity.unit == "pflops" or priced):
            fields.add(f"pflops.{capacity.precision}.{capacity.basis}")
    return fields


def resale_curves_used(deal: Deal) -> Iterator[tuple[Path, str]]:
    """The curves of the reference data that assets, or curves of the deal, take."""
    for name, asset in deal.assets.items():
        for field in ("market_value", "residual"):
            value: MarketValue | Residual | None = getattr(asset, field)
            if value is not None and value.curve is not None and value.curve not in deal.curves:
                yield ("assets", name, field, "curve"), value.curve
    for name, curve in deal.curves.items():
        if curve.like is not None and curve.like not in deal.curves:
            yield ("curves", name, "like"), curve.like


@cache
def _grade_of_curve(name: str) -> Grade | None:
    if name not in resale_curve_names():
        return None
    grades = [fact.grade for fact in facts("resale") if fact.name.startswith(f"{name}.age.")]
    return max(grades, key=lambda grade: grade.rank)
