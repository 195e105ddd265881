"""Loans: how much, at what rate, drawn how, repaid how."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError

from lessor.terms.money import MoneyField, share_or_amount
from lessor.terms.record import Record, field
from lessor.terms.scalars import Duration, Fraction, Length, Maturity, choice_key


class Principal(Record):
    """The size of a loan: an amount, or a share of what it pays for."""

    share: Fraction | None = field("share of the basis", unit="fraction", default=None, high=1)
    of: Literal["hardware", "capex", "total_uses"] = field(
        "hardware: servers; capex: all assets; total_uses: capex, input VAT and loan fees",
        default="capex",
    )
    amount: MoneyField | None = field("an amount", default=None)


class Rate(Record):
    """What interest is charged: the basis and compounding of a rate are terms, never assumed."""

    value: Fraction = field("the rate", unit="fraction a year", low=0, high=1)
    basis: Literal["30/360", "actual/360", "actual/365", "actual/actual"] = field("day count")
    compounding: Literal["none", "monthly", "quarterly", "semiannual", "annual"] = field(
        "how often the quoted rate compounds"
    )


class RepaymentStep(Record):
    """A row of a custom profile."""

    after: Length = field("time from closing")
    share: Fraction = field("share of the original principal repaid", unit="fraction", high=1)


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


class Repayment(Record):
    """How principal comes back."""

    profile: Annotated[
        Literal["level", "equal_principal", "bullet", "custom"], BeforeValidator(parse_profile)
    ] = field("profile; `annuity` is `level`", also={"annuity": "level"})
    until: Maturity = field(
        "maturity: lease_end, a day, or a time from closing", default="lease_end"
    )
    frequency: Literal["monthly", "quarterly", "semiannual", "annual"] = field(
        "how often it pays", default="monthly"
    )
    interest_only: Length = field("time from closing without principal", default=Duration(0, 0))
    balloon: Fraction = field(
        "share of the principal left to the last payment",
        unit="fraction",
        default=Decimal(0),
        high=1,
    )
    steps: list[RepaymentStep] = field(
        "rows of a custom profile; the rest falls at maturity", default=[]
    )


class Fees(Record):
    """What the lender charges beside interest."""

    up_front: Fraction = field(
        "share of principal, paid at closing", unit="fraction", default=Decimal(0), high=1
    )


def as_fees(value: Any) -> Any:
    """A share of principal at closing as `1%`, or a mapping."""
    return {"up_front": value} if isinstance(value, str) else value


class Facility(Record):
    """A term loan."""

    kind: Literal["term_loan"] = field("term_loan")
    lender: str | None = field("name of the lender", default=None)
    principal: Annotated[Principal, BeforeValidator(share_or_amount)] = field("its size")
    rate: Rate = field("its interest")
    repayment: Repayment = field("how it is repaid")
    fees: Annotated[Fees, BeforeValidator(as_fees)] = field("fees", default=Fees())
    draw: Literal["pro_rata", "equity_first", "at_closing"] = field(
        "in proportion to uses as they fall due, after equity is spent, or all at closing",
        default="pro_rata",
    )


class Equity(Record):
    """What the owners put in."""

    takes: Literal["rest"] = field("the rest of all uses", default="rest")


def as_equity(value: Any) -> Any:
    """`rest`, or a mapping."""
    return {"takes": value} if isinstance(value, str) else value
