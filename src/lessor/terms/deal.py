"""The deal: everything one file says."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError

from lessor.terms.assets import Asset, LeasedIn, ValuePoint
from lessor.terms.costs import AnyCost
from lessor.terms.facilities import Equity, Facility, as_equity
from lessor.terms.interest import MarketRate
from lessor.terms.leases import Lease
from lessor.terms.lender_case import LenderCase
from lessor.terms.parties import LessorField
from lessor.terms.record import Record, field
from lessor.terms.scalars import Currency, Day, DayOrTime, Fraction, Number
from lessor.terms.spvs import Spv
from lessor.terms.taxes import Taxes, as_taxes


def as_rates(value: Any) -> Any:
    """Rates by currency; two names of one currency are refused, for one would be lost."""
    if isinstance(value, dict) and {"RMB", "CNY"} <= value.keys():
        raise PydanticCustomError(
            "duplicate-key",
            "RMB and CNY are one currency, and stand here twice",
            {"remedy": "list all its rates under CNY, oldest first"},
        )
    return value


class ExchangeRate(Record):
    """A dated rate: what one unit of the foreign currency is worth in the deal's."""

    date: Day = field("from this day")
    rate: Number = field("units of the deal's currency for one foreign unit")
    source: str = field("where it was read")


class RentPoint(Record):
    """A point of a rent curve."""

    date: Day = field("from this day")
    amount: Number = field("rent", unit="money")


class Curve(Record):
    """A named curve: shares of cost by age, rents by date, or another curve times a factor."""

    values: list[ValuePoint] = field("shares of cost by age", default=[])
    rents: list[RentPoint] = field("rents by date", default=[])
    like: str | None = field("another curve, times `times`", default=None)
    times: Number = field("factor on the other curve", default=Decimal(1))
    source: str | None = field("where it was read", default=None)


class Construction(Record):
    """The time before service: what falls due in it is paid by those who fund the uses."""

    until: DayOrTime = field("its last day, or time from closing")
    interest: Literal["funded", "paid"] = field(
        "interest and undrawn fees due in it: a use of money, or paid by the owners as they fall",
        default="funded",
    )


class Deal(Record):
    """A deal file, `format: lessor/1`."""

    format: Literal["lessor/1"] = field("the language and its version")
    deal: str = field("name of the deal")
    lessor: LessorField | None = field("who leases out", default=None)
    story: str | None = field("a few lines about it", default=None)
    currency: Currency = field("the reporting currency, as CNY or USD")
    closing_date: Day = field("first day of the plan: time zero of every figure")
    npv_rate: Fraction = field(
        "discount rate of `npv_equity`, annual effective",
        unit="fraction a year",
        default=Decimal("0.1"),
        low="-0.99",
        high=10,
    )
    hours: Literal["730_a_month", "actual"] = field(
        "hours of a month, for forecast and invoice alike", default="730_a_month"
    )
    horizon: DayOrTime | None = field(
        "end of the plan, a day or a time from closing; that of all leases and loans unless said",
        default=None,
    )
    assets: dict[str, Asset] = field("what is bought, by name", default={})
    leased_in: dict[str, LeasedIn] = field("capacity rented from others, by name", default={})
    leases: dict[str, Lease] = field("leases, by name", default={})
    costs: dict[str, AnyCost] = field("running costs, by name", default={})
    facilities: dict[str, Facility] = field("loans, by name", default={})
    rates: dict[str, MarketRate] = field("market rates, by name", default={})
    spvs: dict[str, Spv] = field("borrowers with their own waterfall, by name", default={})
    construction: Construction | None = field(
        "the time before service, whose interest and fees are uses of money", default=None
    )
    cases: dict[str, dict[str, Any]] = field(
        "named cases: values of terms by their paths", default={}
    )
    lender_case: LenderCase = field("what lenders ask beside the figures", default=LenderCase)
    equity: Annotated[Equity, BeforeValidator(as_equity)] = field(
        "what the owners put in", default=Equity
    )
    taxes: Annotated[Taxes, BeforeValidator(as_taxes)] = field(
        "taxes; off unless said", default=Taxes
    )
    exchange_rates: Annotated[dict[Currency, list[ExchangeRate]], BeforeValidator(as_rates)] = (
        field("rates by foreign currency, oldest first", default={})
    )
    curves: dict[str, Curve] = field("curves, by name", default={})

    @property
    def lessor_name(self) -> str:
        """The lessor's name; empty where the deal does not say it."""
        return "" if self.lessor is None else self.lessor.name
