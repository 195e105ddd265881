"""What a lease charges, in the order a period is rated.

convert units -> price -> minimum / maximum -> service credits and damages -> revenue share -> tax.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from lessor.terms.money import MoneyField, TaxSaid
from lessor.terms.record import Record, as_kind, field
from lessor.terms.scalars import (
    ClaimTime,
    Currency,
    Duration,
    Fraction,
    Length,
    Number,
    choice_key,
)

RATING_ORDER = (
    "base_rent",
    "usage",
    "minimum",
    "maximum",
    "service_credit",
    "late_delivery",
    "revenue_share",
    "pass_through",
    "termination",
)
"""Kinds of charges in the order in which a period is rated; those of one kind in file order."""

Window = Literal["month", "quarter", "year", "term"]
RentUnit = Literal[
    "gpu_hour", "gpu_month", "server_month", "pflops_year", "cluster_month", "quarter", "year",
    "total",
]  # fmt: skip
A_MONTH = {"month": "cluster_month"}
"""A rent for a month, with nothing else said, is for a month of all that is leased."""

PricedUnit = Literal[
    "unit", "thousand", "million", "gpu_second", "gpu_hour", "kwh", "thousand_tokens",
    "million_tokens",
]  # fmt: skip


class Escalator(Record):
    """A rise of the price after every full `every`, compounding."""

    rate: Fraction = field("the rise", unit="fraction", low=-1, high=1)
    every: Length = field("how often", default=Duration(12, 0))


def as_escalator(value: Any) -> Any:
    """A yearly rise as `3%`, or a mapping."""
    return {"rate": value} if isinstance(value, str) else value


EscalatorField = Annotated[Escalator, BeforeValidator(as_escalator)]


class Priced(Record):
    """A charge with a price of its own: its currency, and where VAT stands."""

    currency: Currency | None = field("its currency; the deal's own unless said", default=None)
    tax: TaxSaid | None = field("whether VAT is inside", default=None)
    vat: Fraction | None = field(
        "VAT rate, else `taxes.vat.rent`", unit="fraction", default=None, high=1
    )


class BaseRent(Priced):
    """Rent for capacity in service, whether used or not."""

    kind: Literal["base_rent"] = field("base_rent")
    amount: Number = field("the rent", unit="money")
    per: RentUnit = field(
        "what the amount is for: twelve equal months make a year; `month` is `cluster_month`",
        also=A_MONTH,
    )
    escalator: EscalatorField | None = field("how it rises", default=None)
    rent_free: Length = field("time from acceptance without rent", default=Duration(0, 0))


class Tier(Record):
    """A step of a price table."""

    up_to: Number | None = field("end of the step, in priced units; open if not said", default=None)
    price: Number = field("price of a unit (of a package) in this step", unit="money")


class Usage(Priced):
    """A price for each unit of a meter."""

    kind: Literal["usage"] = field("usage")
    meter: str = field("the meter: gpu_seconds, tokens_in, tokens_out, tokens_cached, kwh, or own")
    per: PricedUnit = field("how many of the meter's units one priced unit holds", default="unit")
    mode: Literal["flat", "graduated", "volume", "package"] = field(
        "flat: one price; graduated: each unit at its step's price; volume: all at the price of "
        "the step reached; package: whole packages begun",
        default="flat",
    )
    price: Number | None = field("price with `mode: flat` or `package`", unit="money", default=None)
    package: Number | None = field("priced units in a package", default=None)
    tiers: list[Tier] = field("steps with `mode: graduated` or `volume`", default=[])
    included: Number = field("priced units free in each window", default=Decimal(0))
    window: Window = field("over which units are counted together", default="month")
    escalator: EscalatorField | None = field("how the price rises or falls", default=None)


class Commitment(Priced):
    """A floor (take-or-pay, trued up at the end of its window) or a ceiling on other charges."""

    kind: Literal["minimum", "maximum"] = field("minimum or maximum")
    amount: Number = field("the floor or ceiling", unit="money")
    per: Literal["month", "quarter", "year"] = field("what the amount is for", default="month")
    window: Literal["month", "quarter", "year"] = field("when it is settled", default="month")
    of: list[str] = field("the charges it binds; base rent and usage unless said", default=[])


class ShareBand(Record):
    """A band of the lessee's revenue and the share of it that is paid."""

    up_to: Number | None = field("end of the band, revenue in a window", unit="money", default=None)
    share: Fraction = field("share of revenue in the band", unit="fraction", high=1)


class RevenueShare(Priced):
    """A part of what the lessee earns on the leased capacity."""

    kind: Literal["revenue_share"] = field("revenue_share")
    share: Fraction | None = field(
        "one share of all revenue", unit="fraction", default=None, high=1
    )
    above: Number = field("revenue in a window that pays nothing", unit="money", default=Decimal(0))
    bands: list[ShareBand] = field("shares by band, instead of `share`", default=[])
    cap: Number | None = field("most that is paid in a window", unit="money", default=None)
    floor: Number | None = field("least that is paid in a window", unit="money", default=None)
    greater_of: list[str] = field(
        "charges against which the share is set: only what it exceeds them by is paid", default=[]
    )
    window: Window = field("over which revenue is counted together", default="month")


class PassThrough(Priced):
    """A cost of the deal charged on: at cost, with a margin, or at a price of its own."""

    kind: Literal["pass_through"] = field("pass_through")
    cost: str = field("the cost, by its name under `costs`")
    share: Fraction = field(
        "part of the cost that is this lease's", unit="fraction", default=Decimal(1), high=1
    )
    margin: Fraction = field("margin on cost", unit="fraction", default=Decimal(0), low=-1, high=10)
    price: Number | None = field(
        "price of the cost's own unit, instead of a margin", unit="money", default=None
    )


class CreditBand(Record):
    """Below which availability, what share of the month's rent is credited."""

    below: Fraction = field("availability", unit="fraction", high=1)
    credit: Fraction = field("share of the month's rent", unit="fraction", high=1)


CUSTOMER, MAINTENANCE = "customer", "maintenance"
"""Causes of downtime that have a meaning of their own: the lessee's doing; announced work."""


def as_causes(value: Any) -> Any:
    """One cause or a list of them, compared as the words of a choice are."""
    listed = value if isinstance(value, list) else [value]
    return [choice_key(each) if isinstance(each, str) else each for each in listed]


Causes = Annotated[list[str], BeforeValidator(as_causes)]


class ServiceCredit(Record):
    """Money back for availability below what was promised."""

    kind: Literal["service_credit"] = field("service_credit")
    bands: list[CreditBand] = field("bands, highest availability first")
    cap: Fraction = field(
        "most credited, share of a month's rent", unit="fraction", default=Decimal(1), high=1
    )
    of: list[str] = field("the charges that count as rent; base rent unless said", default=[])
    exclude: Causes | None = field(
        "causes of downtime that do not count; customer unless said, and maintenance where "
        "`maintenance` has no hours",
        default=None,
    )
    maintenance: Number | None = field(
        "hours a month of announced maintenance of a node that do not count; beyond them it does",
        unit="hours",
        default=None,
    )
    claim: ClaimTime = field(
        "automatic, or the time after the end of the month within which the lessee must claim",
        default="automatic",
    )

    @property
    def excluded(self) -> tuple[str, ...]:
        """The causes that never count as downtime, as said or by default."""
        if self.exclude is not None:
            return tuple(self.exclude)
        return (CUSTOMER,) if self.maintenance is not None else (CUSTOMER, MAINTENANCE)


class LateDelivery(Record):
    """Damages for each day that capacity is accepted later than promised; they bear no VAT."""

    kind: Literal["late_delivery"] = field("late_delivery")
    per_day: MoneyField | None = field(
        "damages a day for the whole capacity; a lot that is late bears its part", default=None
    )
    share_of_rent: Fraction | None = field(
        "damages a day as a share of the month's base rent of the late part",
        unit="fraction",
        default=None,
        high=1,
    )
    grace: Length = field("time without damages", default=Duration(0, 0))
    cap: MoneyField | None = field("most paid in all", default=None)


class Termination(Record):
    """What is paid when the lease is ended early after acceptance."""

    kind: Literal["termination"] = field("termination")
    share: Fraction = field(
        "share of the remaining base rents", unit="fraction", default=Decimal(1), high=1
    )
    relet_credit: Fraction = field(
        "share of the remaining base rents set off for re-letting",
        unit="fraction",
        default=Decimal(0),
        high=1,
    )
    prepayment: Literal["refunded", "kept"] = field(
        "what happens to a prepayment not yet drawn down", default="refunded"
    )


Charge = Annotated[
    BaseRent
    | Usage
    | Commitment
    | RevenueShare
    | PassThrough
    | ServiceCredit
    | LateDelivery
    | Termination,
    Field(discriminator="kind"),
    BeforeValidator(as_kind),
]
"""Any charge of a lease, told apart by its `kind`."""
