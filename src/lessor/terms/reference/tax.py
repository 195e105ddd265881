"""Tax rates of a country, by name of the preset."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from lessor.terms.reference.fact import Fact, read


def tax_preset(name: str) -> Mapping[str, Fact] | None:
    """The tax figures of a country by key (`vat.service`, `income_tax.rate`), or None.

    CN holds `vat.service`, `vat.equipment_lease`, `vat.equipment`, `income_tax.rate`, `loss_years`,
    `stamp_duty.lease`, `.finance_lease`, `.loan`, `.sale`; HK and US hold fewer. Rates are
    fractions. `loss_years` is a number of years or the word `unlimited`.
    """
    prefix = f"{name}."
    found = {
        fact.name.removeprefix(prefix): fact
        for fact in read("tax_rates")
        if fact.name.startswith(prefix)
    }
    return MappingProxyType(found) if found else None


def tax_preset_names() -> tuple[str, ...]:
    """Names of the tax presets, in file order."""
    return tuple(dict.fromkeys(fact.name.split(".", 1)[0] for fact in read("tax_rates")))
