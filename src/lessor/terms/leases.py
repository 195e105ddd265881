"""A lease: who, what capacity, which dates, and how it is billed. Its charges stand beside."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator

from lessor.core.money import Rounding
from lessor.terms.assets import Precision
from lessor.terms.charges import A_MONTH, Charge, Priced, RentUnit
from lessor.terms.money import MoneyField, share_or_amount
from lessor.terms.parties import LesseeField
from lessor.terms.record import Record, field
from lessor.terms.scalars import Currency, Day, DayCount, Duration, Fraction, Length, Number

UTC_ZONE = "UTC"


class Capacity(Record):
    """What is leased; PFLOPS say whether they are dense or sparse."""

    asset: str | None = field("the asset (or leased-in capacity) it stands on", default=None)
    model: str | None = field(
        "server model, where the lease stands on no asset of the deal", default=None
    )
    quantity: Number = field("how much")
    unit: Literal["servers", "gpus", "pflops"] = field("of what", default="servers")
    precision: Precision = field("precision of the PFLOPS", default="bf16")
    basis: Literal["dense", "sparse"] | None = field(
        "dense or sparse PFLOPS: must be said with `unit: pflops`", default=None
    )


def _as_list(value: Any) -> Any:
    return value if isinstance(value, list) else [value]


Days = Annotated[list[Day], BeforeValidator(_as_list)]


class Events(Record):
    """What happened, or is expected, on which day; the state at any date follows."""

    quoted: Day | None = field("day of the quote", default=None)
    signed: Day | None = field("day of signature", default=None)
    promised: Day | None = field("day the capacity was promised for", default=None)
    expected_acceptance: Day | None = field(
        "day acceptance is expected, until it has happened", default=None
    )
    accepted: Day | None = field("day of acceptance: service and rent begin", default=None)
    suspended: Days = field("days on which service was suspended", default=[])
    resumed: Days = field("days on which it was resumed", default=[])
    terminated: Day | None = field("day of early termination", default=None)
    ended: Day | None = field("day it ended", default=None)

    @property
    def commencement(self) -> date | None:
        """The day service begins: accepted, else expected; None when neither is known."""
        return self.accepted or self.expected_acceptance


class Renewal(Record):
    """The lessee goes on after the term."""

    term: Length = field("length of the renewal")
    rent: Fraction = field(
        "base rent as a share of the last", unit="fraction", default=Decimal(1), high=10
    )


class Relet(Priced):
    """The capacity let again at the market's rent after the term (or an early end)."""

    gap: Length = field("time without a tenant", default=Duration(0, 0))
    term: Length | None = field("length; to the end of the plan unless said", default=None)
    amount: Number | None = field(
        "market rent, on the first day of the plan", unit="money", default=None
    )
    curve: str | None = field("a rent curve by name, instead of `amount`", default=None)
    per: RentUnit = field(
        "what the rent is for; `month` is `cluster_month`", default="server_month", also=A_MONTH
    )
    decline: Fraction = field(
        "fall of `amount` a year from closing",
        unit="fraction a year",
        default=Decimal(0),
        low=-1,
        high=1,
    )
    utilisation: Fraction = field(
        "part of the capacity let", unit="fraction", default=Decimal(1), high=1
    )


class Deposit(Record):
    """Money held for the lessee: months of base rent, or an amount; without interest."""

    months: Number | None = field("months of the first base rent", unit="months", default=None)
    amount: MoneyField | None = field("an amount", default=None)
    paid: Literal["signing", "acceptance", "closing"] = field(
        "when it is paid", default="acceptance"
    )
    returned: Literal["end", "set_off"] = field(
        "paid back at the end, or set off against the last rents", default="end"
    )


class Prepayment(Record):
    """Rent paid ahead, drawn down against invoices."""

    share: Fraction | None = field("share of contract value", unit="fraction", default=None, high=1)
    amount: MoneyField | None = field("an amount", default=None)
    paid: Literal["signing", "acceptance", "closing"] = field(
        "when it is paid", default="acceptance"
    )
    drawdown: Literal["pro_rata", "first"] = field(
        "set off by the same share of every invoice, or against the first ones whole",
        default="pro_rata",
    )
    funds: Literal["cash", "uses"] = field(
        "cash: it comes in with the rents; uses: it pays for what is bought before loans and "
        "equity do, and stands in for equity",
        default="cash",
    )


def as_deposit(value: Any) -> Any:
    """Months of rent as `2 months`, an amount, or a mapping."""
    if not isinstance(value, str):
        return value
    months = value.strip().removesuffix("months").removesuffix("month")
    return {"amount": value} if months == value.strip() else {"months": months}


class Billing(Record):
    """When rent is invoiced and due, and how its lines are rounded."""

    frequency: Literal["monthly", "quarterly", "semiannual", "annual"] = field(
        "length of a billing period", default="monthly"
    )
    timing: Literal["arrears", "advance"] = field(
        "base rent at the end or the beginning of it; other charges always at the end",
        default="arrears",
    )
    due_days: DayCount = field("days from invoice to payment", unit="days", default=0)
    rounding: Rounding = field(
        "how an invoice line is rounded to the currency's smallest unit: half_up (half a unit "
        "away from zero), half_even (half a unit to the even one), down (toward zero), up (away "
        "from it)",
        default="half_up",
    )
    time_zone: str = field(
        "where the days of metered usage begin, as the tz database names it: Asia/Shanghai",
        default=UTC_ZONE,
    )


class TokenSplit(Record):
    """How tokens divide; the three sum to 1."""

    in_: Fraction = field("input, not cached", unit="fraction", default=Decimal(0), high=1)
    out: Fraction = field("output", unit="fraction", default=Decimal(0), high=1)
    cached: Fraction = field("input served from cache", unit="fraction", default=Decimal(0), high=1)


class TokenPrices(Record):
    """What the lessee sells a million tokens for."""

    in_: Number = field("input", unit="money per million tokens", default=Decimal(0))
    out: Number = field("output", unit="money per million tokens", default=Decimal(0))
    cached: Number = field("cached input", unit="money per million tokens", default=Decimal(0))
    currency: Currency | None = field("their currency; the deal's own unless said", default=None)
    decline: Fraction = field(
        "fall of the prices a year, month by month; negative for a rise",
        unit="fraction a year",
        default=Decimal(0),
        low=-10,
        high=1,
    )


class UsagePlan(Record):
    """What is expected to be used. Throughput is a term of the deal, never one per GPU model."""

    utilisation: Fraction = field(
        "used part of GPU hours in service", unit="fraction", default=Decimal(1), high=1
    )
    ramp_up: Length = field(
        "time from acceptance to full use, in equal monthly steps", default=Duration(0, 0)
    )
    growth: Fraction = field(
        "growth of volume a year", unit="fraction a year", default=Decimal(0), low=-1, high=10
    )
    tokens_per_gpu_hour: Number | None = field(
        "tokens of a used GPU hour", unit="tokens", default=None
    )
    tokens_per_month: Number | None = field(
        "tokens a month at full use", unit="tokens", default=None
    )
    split: TokenSplit | None = field("input, output and cached shares", default=None)
    prices: TokenPrices | None = field("the lessee's own token prices", default=None)
    revenue_per_year: Number | None = field(
        "the lessee's revenue a year at full use, instead of tokens and prices",
        unit="money",
        default=None,
    )
    kwh_per_gpu_hour: Number | None = field("energy of a used GPU hour", unit="kWh", default=None)
    meters: dict[str, Number] = field("other meters, units a month at full use", default={})


class Lease(Record):
    """A lease of capacity."""

    lessee: LesseeField = field("who rents")
    capacity: Capacity = field("what is leased")
    events: Events = field("what happened when")
    term: Length = field("length from acceptance")
    renewal: Renewal | None = field("going on after the term", default=None)
    relet: Relet | None = field("letting again after the term or an early end", default=None)
    deposit: Annotated[Deposit, BeforeValidator(as_deposit)] | None = field(
        "money held for the lessee", default=None
    )
    prepayment: Annotated[Prepayment, BeforeValidator(share_or_amount)] | None = field(
        "rent paid ahead", default=None
    )
    billing: Billing = field("when rent is invoiced and due", default=Billing)
    availability: Fraction = field(
        "expected availability", unit="fraction", default=Decimal(1), high=1
    )
    usage: UsagePlan | None = field("what is expected to be used", default=None)
    charges: dict[str, Charge] = field("what is charged, by name", default={})
