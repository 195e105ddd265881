"""VAT, income tax and stamp duty; all off unless said."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Literal, get_args

from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError

from lessor.terms.assets import DepreciationField
from lessor.terms.record import Record, field
from lessor.terms.scalars import Fraction, choice_key

Preset = Literal["CN_service", "CN_equipment_lease"]


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
    """Tax on the profit of a calendar year, prepaid in equal parts at the end of its months."""

    rate: Fraction = field("rate", unit="fraction", high=1)
    loss_years: int = field("years a loss is carried forward; 0: none", unit="years", default=5)
    depreciation: DepreciationField | None = field(
        "for tax; as in the books unless said", default=None
    )


class StampDuty(Record):
    """Duty on contracts, paid on signature (here: at closing)."""

    lease: Fraction = field("of lease rent contracted", unit="fraction", default=Decimal(0), high=1)
    purchase: Fraction = field(
        "of the price of equipment", unit="fraction", default=Decimal(0), high=1
    )
    loan: Fraction = field("of loan principal", unit="fraction", default=Decimal(0), high=1)


def as_income(value: Any) -> Any:
    """A rate as `25%`, or a mapping."""
    return {"rate": value} if isinstance(value, str) else value


def parse_preset(value: Any) -> Any:
    """The name of a preset; another word is refused with both and what they mean."""
    if not isinstance(value, str) or value in get_args(Preset):
        return value
    raise PydanticCustomError(
        "not-a-choice",
        "'{text}' does not say which taxes",
        {
            "text": value,
            "remedy": "write CN_service (rent is a service: 6% VAT on it) or CN_equipment_lease "
            "(rent is a lease of equipment: 13%), off, or the rates themselves, "
            "as {vat: {rent: 6%, equipment: 13%}, income: {rate: 25%}}",
        },
    )


class Taxes(Record):
    """The taxes of a deal; `preset` takes all rates of a country from the reference data."""

    preset: Annotated[Preset, BeforeValidator(parse_preset)] | None = field(
        "rates of the reference data: rent as a service or as a lease of equipment", default=None
    )
    vat: Vat | None = field("VAT", default=None)
    income: Annotated[IncomeTax, BeforeValidator(as_income)] | None = field(
        "income tax", default=None
    )
    stamp_duty: StampDuty | None = field("stamp duty", default=None)


def as_taxes(value: Any) -> Any:
    """`off`, the name of a preset, or a mapping."""
    if value is None or (isinstance(value, str) and choice_key(value) in ("off", "none", "no")):
        return {}
    return {"preset": value} if isinstance(value, str) else value
