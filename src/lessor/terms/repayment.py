"""How the principal of a loan comes back, and on which days."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError

from lessor.terms.interest import Frequency
from lessor.terms.money import MoneyField
from lessor.terms.record import Record, field
from lessor.terms.scalars import (
    Day,
    DayOrTime,
    Duration,
    Fraction,
    Length,
    Maturity,
    Number,
    choice_key,
)

CalendarName = Literal["none", "weekdays", "china", "hong_kong", "nyse", "fed", "sofr", "target"]


def as_list(value: Any) -> Any:
    """One word, or a list of them."""
    return [value] if isinstance(value, str) else value


class PaymentDates(Record):
    """The days of a loan; without them payments fall on months counted from closing.

    Dates are rolled from the first payment without regard to holidays, then each is adjusted. A
    first payment and a maturity that are named as days are never moved by rolling.
    """

    first_payment: Day | None = field(
        "day of the first payment; one period after closing unless said", default=None
    )
    calendar: Annotated[list[CalendarName], BeforeValidator(as_list)] = field(
        "holidays of these, together", default=[]
    )
    convention: Literal[
        "none", "following", "modified_following", "preceding", "modified_preceding"
    ] = field("where a payment goes that falls on a holiday", default="none")
    accrual: Literal["adjusted", "unadjusted"] = field(
        "interest runs to the adjusted day (shift, then calculate) or to the unadjusted one",
        default="adjusted",
    )
    end_of_month: bool = field(
        "payments rolled from the last day of a month fall on the last days of months",
        default=False,
    )
    stub: Literal["short_last", "long_last", "short_first", "long_first"] = field(
        "where a broken period stands, and whether it is joined to its neighbour",
        default="short_last",
    )


class RepaymentStep(Record):
    """A row of a custom profile: one repayment, or the first of several."""

    after: DayOrTime = field("time from closing, or a day")
    share: Fraction | None = field(
        "share of the original principal repaid", unit="fraction", default=None, high=1
    )
    amount: MoneyField | None = field("an amount repaid, instead of a share", default=None)
    every: Frequency | None = field(
        "repeated so often until the next row; once unless said", default=None
    )


class FrequencyStep(Record):
    """A change of how often a loan pays: the first payment of it is one period after `from`."""

    from_: DayOrTime = field(
        "from this day, or time from closing: a payment date, as rolled before holidays are looked "
        "at"
    )
    frequency: Frequency = field("how often it pays from then on")


_TERMS_OF_PROFILES = {
    "interest_only": "interest_only: 12 months",
    "balloon": "balloon: 30%",
}


def parse_profile(value: Any) -> Any:
    """The word of a profile; what is a term of a profile is refused with the block to write."""
    term = _TERMS_OF_PROFILES.get(choice_key(value)) if isinstance(value, str) else None
    if term is None:
        return value
    raise PydanticCustomError(
        "not-a-choice",
        "'{text}' is no profile of its own but a term beside one",
        {
            "text": value,
            "remedy": f"write {{profile: level, {term}}}, or another profile with that term",
        },
    )


class GreatestOf(Record):
    """Further limbs of a repayment that is the greatest of several: the rows are the first."""

    contract_cash: Fraction | None = field(
        "principal above this share of the contracted cash still to come is due",
        unit="fraction",
        default=None,
        high=100,
    )
    asset_base: Fraction | None = field(
        "principal above this share of straight-line net cost is due",
        unit="fraction",
        default=None,
        high=100,
    )
    life: Length | None = field("life of the straight line of `asset_base`", default=None)


class Repayment(Record):
    """How principal comes back."""

    profile: Annotated[
        Literal[
            "level",
            "level_payment",
            "principal_table",
            "equal_principal",
            "bullet",
            "custom",
            "sculpted",
        ],
        BeforeValidator(parse_profile),
    ] = field(
        "level: equal payments on the actual dates, found anew on each for the rate and the "
        "balance then, as for a whole period (also `annuity`, `level_solved`); level_payment: the "
        "payment of whole equal periods, kept, the last one true; principal_table: the principal "
        "of whole equal periods, interest on actual dates; custom: rows; sculpted: to a DSCR",
        also={"annuity": "level", "level_solved": "level"},
    )
    until: Maturity = field(
        "maturity: lease_end, a day, or a time from closing", default="lease_end"
    )
    frequency: Frequency = field("how often it pays", default="monthly")
    frequency_steps: list[FrequencyStep] = field(
        "changes of how often it pays, oldest first; a level payment is one amount on all dates, "
        "long periods and short ones, and whole periods count rate x months / 12 of each",
        default=[],
    )
    timing: Literal["arrears", "advance"] = field(
        "payments at the end or at the beginning of their periods", default="arrears"
    )
    interest_only: Length = field("time from closing without principal", default=Duration(0, 0))
    grace: Length = field(
        "time from closing in which interest is added to principal and nothing is paid",
        default=Duration(0, 0),
    )
    amortization: Length | None = field(
        "time from closing over which a level or equal profile would run; what is left at "
        "maturity falls due then",
        default=None,
    )
    balloon: Fraction = field(
        "share of the principal left to the last payment",
        unit="fraction",
        default=Decimal(0),
        high=1,
    )
    balloon_amount: MoneyField | None = field("an amount left to the last payment", default=None)
    payment: MoneyField | None = field(
        "the payment of `level_payment`, instead of one found", default=None
    )
    negative_amortization: bool = field(
        "interest above a level payment is added to principal", default=False
    )
    steps: list[RepaymentStep] = field(
        "rows of a custom profile; the rest falls at maturity", default=[]
    )
    greatest_of: GreatestOf | None = field(
        "further limbs, of which the greatest is due", default=None
    )
    dscr: Number | None = field(
        "cover that `sculpted` leaves on each date: principal = CFADS / dscr - interest, from "
        "the case named, fixed at closing",
        unit="times",
        default=None,
        high=100,
    )
    case: str = field("the case that sculpting takes CFADS from", default="base")
