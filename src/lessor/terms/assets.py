"""What is bought: servers, network, other equipment; how it arrives, is paid, wears and sells."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import BeforeValidator

from lessor.terms.money import MoneyField, share_or_amount
from lessor.terms.record import Record, field
from lessor.terms.scalars import (
    Day,
    DayOrTime,
    Fraction,
    Length,
    Number,
    YesNo,
    choice_key,
    is_duration,
)

Precision = Literal["fp32", "tf32", "bf16", "fp16", "fp8", "int8", "fp4"]


class Pflops(Record):
    """The peak of one server at one precision, dense and sparse kept apart."""

    dense: Number | None = field("dense peak of a server", unit="PFLOPS", default=None)
    sparse: Number | None = field(
        "peak with structured sparsity; twice dense only for some chips, so never computed",
        unit="PFLOPS",
        default=None,
    )


class ServerSpec(Record):
    """A server given in place of a reference model."""

    gpus: Number = field("GPUs in a server", unit="GPUs")
    power_kw_max: Number | None = field("highest draw of a server", unit="kW", default=None)
    memory_gb: Number | None = field("GPU memory of a server", unit="GB", default=None)
    pflops: dict[Precision, Pflops] = field("peak by precision", default={})


class Delivery(Record):
    """A lot: when it arrives, and when (or how many days later) it is accepted."""

    date: Day = field("day the lot is delivered")
    quantity: Number | None = field("units in the lot; all of them unless said", default=None)
    accepted: Day | None = field("day the lot was, or will be, accepted", default=None)
    acceptance: Length | None = field("time from delivery to acceptance", default=None)
    promised: Day | None = field("day the lot was promised for", default=None)

    @property
    def acceptance_day(self) -> datetime.date:
        """The day the lot is accepted: said, else that long after delivery, else on delivery."""
        if self.accepted is not None:
            return self.accepted
        return self.date if self.acceptance is None else self.acceptance.after(self.date)


class LotDays(NamedTuple):
    """The days on which a lot is ordered, delivered and accepted."""

    ordered: datetime.date
    delivered: datetime.date
    accepted: datetime.date


class VendorPayment(Record):
    """A milestone of the purchase: a share of the price and the event it is due on."""

    share: Fraction = field("share of the purchase price", unit="fraction", high=1)
    on: Literal["order", "delivery", "acceptance", "date"] = field("the event it is due on")
    after: Length | None = field("time from the event to the payment", default=None)
    date: Day | None = field("the day, with `on: date`", default=None)

    def due(self, lot: LotDays) -> datetime.date:
        """The day it is due for a lot that is ordered, delivered and accepted on these days."""
        events = {
            "order": lot.ordered,
            "delivery": lot.delivered,
            "acceptance": lot.accepted,
            "date": lot.ordered if self.date is None else self.date,
        }
        day = events[self.on]
        return day if self.after is None else self.after.after(day)


class Depreciation(Record):
    """How cost wears off, from acceptance of each lot."""

    method: Literal["straight_line", "declining"] = field("method", default="straight_line")
    life: Length = field("useful life")
    salvage: Fraction = field(
        "share of cost left at the end of the life", unit="fraction", default=Decimal(0), high=1
    )
    factor: Number = field(
        "declining: the yearly rate is factor / life in years, then straight line once faster",
        default=Decimal(2),
    )


def as_depreciation(value: Any) -> Any:
    """A life as `60 months`, in a straight line; or a mapping."""
    return {"life": value} if isinstance(value, str) and is_duration(value) else value


DepreciationField = Annotated[Depreciation, BeforeValidator(as_depreciation)]


class ValuePoint(Record):
    """A point of a value curve; between points the share is interpolated in a straight line."""

    age: Length = field("age since acceptance")
    share: Fraction = field("share of cost", unit="fraction", high=10)


class MarketValue(Record):
    """What a used unit fetches as a share of its cost: a table, a yearly decline or a curve."""

    table: list[ValuePoint] | None = field("points by age, rising", default=None)
    decline: Fraction | None = field("decline a year", unit="fraction a year", default=None, high=1)
    curve: str | None = field("a curve by name, from `curves` or the reference data", default=None)


class Residual(Record):
    """What the asset is sold for, when the plan ends or on a day of its own: say one value."""

    share: Fraction | None = field("a share of cost", unit="fraction", default=None, high=10)
    amount: MoneyField | None = field("an amount for the whole asset", default=None)
    market: Literal["market_value"] | None = field("the asset's own market value", default=None)
    curve: str | None = field(
        "a curve by name, from `curves` or the reference data, at the age it has", default=None
    )
    at: DayOrTime | None = field(
        "when it is sold, a day or a time from closing; the end of the plan unless said",
        default=None,
    )


def as_residual(value: Any) -> Any:
    """`none`, `market_value`, a share as `10%`, an amount, or a mapping."""
    if not isinstance(value, str):
        return value
    if choice_key(value) == "none":
        return {}
    if choice_key(value) == "market_value":
        return {"market": "market_value"}
    return share_or_amount(value)


class Asset(Record):
    """Something the lessor buys: servers by model and quantity, or a cost as a whole."""

    model: str | None = field("server model of the reference data", default=None)
    spec: ServerSpec | None = field("a server described here instead of a model", default=None)
    quantity: Number = field("units bought", default=Decimal(1))
    unit_cost: MoneyField | None = field("price of a unit", default=None)
    cost: MoneyField | None = field("price of the whole, instead of `unit_cost`", default=None)
    freight: MoneyField | None = field("freight, for the whole asset", default=None)
    fit_out: MoneyField | None = field("fit-out and installation, whole asset", default=None)
    contingency: Fraction = field(
        "allowance on price, freight and fit-out", unit="fraction", default=Decimal(0), high=1
    )
    order_date: Day | None = field("day of order; the closing date unless said", default=None)
    deliveries: list[Delivery] = field("lots; one on the closing date unless said", default=[])
    payments: list[VendorPayment] = field(
        "vendor milestones, shares summing to 1; all on delivery unless said", default=[]
    )
    depreciation: DepreciationField | None = field("how it wears off in the books", default=None)
    market_value: MarketValue | None = field("what it would fetch, by age", default=None)
    residual: Annotated[Residual, BeforeValidator(as_residual)] = field(
        "what it is sold for at the end of the plan, or before: none, a share of cost (10%), "
        "an amount, market_value, or a curve",
        default=Residual,
    )
    hardware: YesNo | None = field(
        "counts as `hardware` for a facility; servers do, other equipment does not, unless said",
        default=None,
    )


class LeasedIn(Record):
    """Servers rented from others and sub-leased: a cost, and no asset of the lessor."""

    model: str | None = field("server model of the reference data", default=None)
    spec: ServerSpec | None = field("a server described here instead of a model", default=None)
    quantity: Number = field("servers rented in", unit="servers")
    rent: MoneyField = field("rent paid")
    per: Literal["gpu_hour", "gpu_month", "server_month", "cluster_month", "quarter", "year"] = (
        field(
            "what the rent is for; `month` is `cluster_month`",
            default="server_month",
            also={"month": "cluster_month"},
        )
    )
    commencement: Day | None = field("first day; the closing date unless said", default=None)
    term: Length = field("length of the lease")
    escalator: Fraction = field(
        "rise of the rent after every 12 months",
        unit="fraction",
        default=Decimal(0),
        low=-1,
        high=1,
    )
