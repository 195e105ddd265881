"""The taxes in force: what a deal says itself, over the rates of the preset that it names."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from typing import Any, TypeVar

from lessor.terms.record import Record
from lessor.terms.reference import Fact, tax_preset
from lessor.terms.taxes import IncomeTax, StampDuty, Taxes, Vat

# Which figures of the reference data a preset takes, by the field that they stand in for. A running
# cost has no one rate (power, space and staff differ), so a preset taxes none: say `vat.costs`.
# Duty on leases is for leases of things: rent billed as a service bears none.
_COMMON = {
    "vat.equipment": "vat.equipment",
    "income.rate": "income_tax.rate",
    "income.loss_years": "loss_years",
    "stamp_duty.purchase": "stamp_duty.sale",
    "stamp_duty.loan": "stamp_duty.loan",
}
_PRESETS: dict[str, tuple[str, dict[str, str]]] = {
    "CN_service": ("CN", {**_COMMON, "vat.rent": "vat.service"}),
    "CN_equipment_lease": (
        "CN",
        {**_COMMON, "vat.rent": "vat.equipment_lease", "stamp_duty.lease": "stamp_duty.lease"},
    ),
}

Block = TypeVar("Block", bound=Record)


def taxes_in_force(taxes: Taxes) -> Taxes:
    """The taxes with every rate of the named preset filled in where the deal says none itself.

    Without a preset they are what the deal says. Source: the tax rates of the reference data.

    >>> taxes_in_force(Taxes(preset="CN_service")).vat.rent
    Decimal('0.06')
    """
    if taxes.preset is None:
        return taxes
    filled = _preset_blocks(taxes.preset)
    return taxes.changed(
        vat=_over(filled["vat"], taxes.vat),
        income=_over(filled["income"], taxes.income),
        stamp_duty=_over(filled["stamp_duty"], taxes.stamp_duty),
    )


def preset_facts(preset: str) -> Mapping[str, Fact]:
    """The reference figures that a preset takes, by the field that each stands in for."""
    country, sources = _PRESETS[preset]
    held = tax_preset(country) or {}
    return {field: held[name] for field, name in sources.items()}


@cache
def _preset_blocks(preset: str) -> Mapping[str, Record]:
    rates: dict[str, dict[str, Any]] = {"vat": {}, "income": {}, "stamp_duty": {}}
    for field, fact in preset_facts(preset).items():
        block, name = field.split(".")
        rates[block][name] = Decimal(fact.value)
    rates["income"]["loss_years"] = int(rates["income"]["loss_years"])
    return {
        "vat": Vat(**rates["vat"]),
        "income": IncomeTax(**rates["income"]),
        "stamp_duty": StampDuty(**rates["stamp_duty"]),
    }


def _over(filled: Record, said: Record | None) -> Any:
    """The block of the preset with what the deal says itself laid over it."""
    if said is None:
        return filled
    return filled.changed(**{name: getattr(said, name) for name in said.model_fields_set})
