"""What it costs to run the cluster; own data centre or rented space is just which costs stand."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from lessor.terms.charges import EscalatorField, Priced
from lessor.terms.record import as_kind, field
from lessor.terms.scalars import Day, Fraction, Number


class Cost(Priced):
    """What every running cost has."""

    escalator: EscalatorField | None = field("how it rises from its first day", default=None)
    from_: Day | None = field("first day; first acceptance unless said", default=None)
    until: Day | None = field("day after the last; the end of the plan unless said", default=None)


class CabinetCost(Cost):
    """Rented space and power: a price for each kW and month."""

    kind: Literal["cabinet"] = field("cabinet")
    amount: Number = field("price of a kW-month", unit="money")
    asset: str | None = field("the asset whose kW count; all unless said", default=None)
    kw: Number | None = field(
        "kW a server, instead of the model's highest draw", unit="kW", default=None
    )
    pue: Number = field(
        "power usage effectiveness applied to the kW", default=Decimal(1), low=1, high=4
    )


class PowerCost(Cost):
    """Energy: a price for each kWh drawn."""

    kind: Literal["power"] = field("power")
    amount: Number = field("price of a kWh", unit="money")
    asset: str | None = field("the asset whose kW count; all unless said", default=None)
    kw: Number | None = field(
        "kW a server, instead of the model's highest draw", unit="kW", default=None
    )
    load: Fraction = field(
        "average draw over the highest", unit="fraction", default=Decimal(1), high=1
    )
    pue: Number = field("power usage effectiveness", default=Decimal(1), low=1, high=4)


class MaintenanceCost(Cost):
    """A share of what the assets cost, a year."""

    kind: Literal["maintenance"] = field("maintenance")
    share: Fraction = field("share of cost", unit="fraction a year", high=1)
    asset: str | None = field("the asset; all unless said", default=None)


class FixedCost(Cost):
    """An amount a period: staff, insurance, licences, space, bandwidth."""

    kind: Literal["fixed"] = field("fixed")
    amount: Number = field("the amount", unit="money")
    per: Literal["month", "quarter", "year", "server_month", "gpu_month", "server_year"] = field(
        "what the amount is for", default="month"
    )
    quantity: Number = field("how many of it (as 5 G of bandwidth)", default=Decimal(1))
    asset: str | None = field(
        "the asset that counts, with `server_month` and the like", default=None
    )


class OneOffCost(Cost):
    """An amount paid once."""

    kind: Literal["one_off"] = field("one_off")
    amount: Number = field("the amount", unit="money")
    on: Day | None = field("the day; first acceptance unless said", default=None)


class RentShareCost(Cost):
    """A share of the rent billed."""

    kind: Literal["share_of_rent"] = field("share_of_rent")
    share: Fraction = field("share of rent", unit="fraction", high=1)
    lease: str | None = field("the lease; all unless said", default=None)


class UseCost(Cost):
    """A price for each unit of a meter of the leases."""

    kind: Literal["by_use"] = field("by_use")
    meter: str = field("the meter")
    amount: Number = field("price of a unit", unit="money")
    lease: str | None = field("the lease; all unless said", default=None)


AnyCost = Annotated[
    CabinetCost | PowerCost | MaintenanceCost | FixedCost | OneOffCost | RentShareCost | UseCost,
    Field(discriminator="kind"),
    BeforeValidator(as_kind),
]
"""Any cost, told apart by its `kind`."""
