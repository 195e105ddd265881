"""VAT, income tax and stamp duty; all off unless said."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Literal

from lessor.terms.assets import Depreciation
from lessor.terms.record import Record, field
from lessor.terms.scalars import Fraction


class Vat(Record):
    """VAT rates by item; input VAT is credited and carried forward."""

    rent: Fraction = field(
        "on rent: 6% as a service, 13% as a lease of equipment",
        unit="fraction",
        default=Decimal(0),
        high=1,
    )
    equipment: Fraction = field("on equipment bought", unit="fraction", default=Decimal(0), high=1)
    costs: Fraction = field("on running costs", unit="fraction", default=Decimal(0), high=1)


class IncomeTax(Record):
    """Tax on the profit of a calendar year, paid at the end of it."""

    rate: Fraction = field("rate", unit="fraction", high=1)
    loss_years: int = field("years a loss is carried forward; 0: none", unit="years", default=5)
    depreciation: Depreciation | None = field("for tax; as in the books unless said", default=None)


class StampDuty(Record):
    """Duty on contracts, paid on signature (here: at closing)."""

    lease: Fraction = field("of lease rent contracted", unit="fraction", default=Decimal(0), high=1)
    purchase: Fraction = field(
        "of the price of equipment", unit="fraction", default=Decimal(0), high=1
    )
    loan: Fraction = field("of loan principal", unit="fraction", default=Decimal(0), high=1)


class Taxes(Record):
    """The taxes of a deal; `preset` takes all rates of a country from the reference data."""

    preset: Literal["CN_service", "CN_equipment_lease"] | None = field(
        "rates of the reference data: rent as a service or as a lease of equipment", default=None
    )
    vat: Vat | None = field("VAT", default=None)
    income: IncomeTax | None = field("income tax", default=None)
    stamp_duty: StampDuty | None = field("stamp duty", default=None)


def as_taxes(value: Any) -> Any:
    """`off`, the name of a preset, or a mapping."""
    if value in (None, "off"):
        return {}
    return {"preset": value} if isinstance(value, str) else value
