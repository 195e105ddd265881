"""Loans and finance leases: how much, at what rate, drawn how, repaid how."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator

from lessor.terms.interest import Rate
from lessor.terms.money import MoneyField, share_or_amount
from lessor.terms.record import Record, field
from lessor.terms.repayment import PaymentDates, Repayment
from lessor.terms.scalars import Day, DayOrTime, Fraction, Length, Number


class Principal(Record):
    """The size of a loan: an amount, or a share of what it pays for."""

    share: Fraction | None = field("share of the basis", unit="fraction", default=None, high=1)
    of: Literal["hardware", "capex", "input_vat", "total_uses"] = field(
        "hardware: servers; capex: all assets; input_vat: the VAT on them; total_uses: capex, "
        "input VAT, loan fees, interest of the construction time and reserves funded",
        default="capex",
    )
    amount: MoneyField | None = field("an amount", default=None)


class Fees(Record):
    """What the lender charges beside interest."""

    up_front: Fraction = field(
        "share of principal, paid at closing", unit="fraction", default=Decimal(0), high=1
    )
    on_draw: Fraction = field(
        "share of each draw, paid with it", unit="fraction", default=Decimal(0), high=1
    )
    undrawn: Fraction = field(
        "on the part not yet drawn, to the end of availability",
        unit="fraction a year",
        default=Decimal(0),
        high=1,
    )
    discount: Fraction = field(
        "original issue discount: share of each draw that the lender keeps",
        unit="fraction",
        default=Decimal(0),
        high=1,
    )
    exit: Fraction = field(
        "share of each repayment of principal, paid with it",
        unit="fraction",
        default=Decimal(0),
        high=1,
    )
    agency: MoneyField | None = field("a year, to the agent, with each payment", default=None)


def as_fees(value: Any) -> Any:
    """A share of principal at closing as `1%`, or a mapping."""
    return {"up_front": value} if isinstance(value, str) else value


class FacilityDraw(Record):
    """One draw as planned."""

    date: Day = field("day of the draw")
    amount: MoneyField = field("amount drawn")


class Advance(Record):
    """How much may be drawn against what is delivered and accepted."""

    rate: Fraction = field("share of the basis that may be lent", unit="fraction", high=1)
    other_rate: Fraction | None = field(
        "the share where the lessee is not of investment grade; `rate` unless said",
        unit="fraction",
        default=None,
        high=1,
    )
    of: Literal["cost", "net_cost"] = field(
        "cost, or cost net of straight-line wear over `life`", default="cost"
    )
    life: Length | None = field("life of the straight line", default=None)
    tested: Literal["at_draw", "every_date"] = field(
        "at draws only, or on every payment date too (a borrowing base)", default="at_draw"
    )


class Availability(Record):
    """When the loan may be drawn, and what must be shown for a draw."""

    from_: DayOrTime | None = field("from this day; closing unless said", default=None)
    until: DayOrTime | None = field("last day of draws; to maturity unless said", default=None)
    completion_test: str | None = field(
        "test passed before a draw, as level_3 commissioning", default=None
    )


class PremiumStep(Record):
    """A premium on what is repaid early, up to a day."""

    until: DayOrTime = field("up to this day, or time from closing")
    share: Fraction = field("share of what is repaid early", unit="fraction", high=1)


class PrepaymentRow(Record):
    """Principal repaid early by choice."""

    date: DayOrTime = field("on the first payment on or after this day, or time from closing")
    share: Fraction | None = field(
        "share of what is outstanding", unit="fraction", default=None, high=1
    )
    amount: MoneyField | None = field("an amount", default=None)


class EarlyRepayment(Record):
    """What repaying early costs, what is planned, and which payments it reduces."""

    planned: list[PrepaymentRow] = field("repaid early by choice", default=[])
    make_whole_until: DayOrTime | None = field(
        "up to this day the lender is paid the worth of the payments forgone", default=None
    )
    make_whole_rate: Fraction = field(
        "rate at which payments forgone are discounted",
        unit="fraction a year",
        default=Decimal(0),
    )
    premium: list[PremiumStep] = field("premium afterwards, oldest first", default=[])
    reduces: Literal["pro_rata", "last", "next"] = field(
        "which later payments what is repaid early reduces", default="pro_rata"
    )


class Residual(Record):
    """What the equipment is worth at the end, and who answers for it."""

    amount: MoneyField | None = field("an amount", default=None)
    share: Fraction | None = field(
        "share of the amount financed", unit="fraction", default=None, high=1
    )
    guaranteed_by: Literal["lessee", "buyer", "none"] = field(
        "who pays it: the lessee, a third buyer, or the market", default="lessee"
    )


class TakeDown(Record):
    """One drawing under a framework of finance leases, each with its own rents."""

    date: Day = field("day of the take-down")
    amount: MoneyField = field("amount financed")
    term: Length | None = field(
        "its own length from its day; to the facility's maturity unless said", default=None
    )


class RentRow(Record):
    """Rents by table: so many rents of an amount."""

    times: int = field("how many rents", unit="rents", low=1, high=1200)
    amount: MoneyField = field("each rent")


class RentalTerms(Record):
    """What a finance lease has beside a loan: deposit, fee, purchase price, residual, VAT."""

    deposit: Fraction = field(
        "share of the amount financed, without interest",
        unit="fraction",
        default=Decimal(0),
        high=1,
    )
    deposit_use: Literal["set_off", "returned"] = field(
        "set off against the last rents, or returned at the end", default="set_off"
    )
    service_fee: Fraction = field(
        "share of the amount financed, paid at its start",
        unit="fraction",
        default=Decimal(0),
        high=1,
    )
    rents: list[RentRow] = field("rents by table, instead of the repayment profile", default=[])
    purchase_price: MoneyField | None = field(
        "nominal price at the end for which the equipment is ours", default=None
    )
    residual: Residual | None = field("what is left at the end", default=None)
    direct_costs: MoneyField | None = field(
        "what the lessor spent to win the lease, which its implicit rate earns on", default=None
    )
    vat: Fraction = field("rate of VAT", unit="fraction", default=Decimal(0), high=1)
    vat_on: Literal["rent", "interest", "none"] = field(
        "on the whole rent (direct lease) or on interest only (sale and leaseback)",
        default="none",
    )
    vat_credited: bool = field("whether we may credit that VAT", default=True)
    framework: MoneyField | None = field("limit of all take-downs together", default=None)
    take_downs: list[TakeDown] = field(
        "take-downs; one of the principal, as it is drawn, unless said", default=[]
    )


class Sizing(Record):
    """What the lender would lend at most: the least of these limits."""

    dscr: Number | None = field("lowest cover of debt service", unit="times", default=None)
    downside_dscr: Number | None = field(
        "lowest cover in the case `downside_case`", unit="times", default=None
    )
    case: str = field("the case of `dscr`", default="base")
    downside_case: str = field("the case of `downside_dscr`", default="downside")
    ltv: Fraction | None = field(
        "highest debt over collateral, on every date", unit="fraction", default=None, high=100
    )
    loan_to_cost: Fraction | None = field(
        "highest debt over cost", unit="fraction", default=None, high=100
    )
    term: Length | None = field(
        "longest time to full repayment: debt that the case repays by then", default=None
    )
    cap: MoneyField | None = field("highest amount", default=None)
    above_cost: bool = field("whether debt may exceed cost", default=False)


class Facility(Record):
    """A term loan, a delayed-draw loan, notes, or a finance lease."""

    kind: Literal[
        "term_loan", "delayed_draw", "notes", "direct_lease", "sale_leaseback", "vendor_lease"
    ] = field(
        "direct_lease: the lessor buys and leases to us; sale_leaseback: we sell and lease back; "
        "vendor_lease: the maker leases to us"
    )
    lender: str | None = field("name of the lender", default=None)
    principal: Annotated[Principal, BeforeValidator(share_or_amount)] = field("its size")
    balance: MoneyField | None = field(
        "what is still outstanding at closing of a loan made earlier; it is drawn whole at "
        "closing, and shares of rows are shares of `principal`",
        default=None,
    )
    rate: Rate = field("its interest")
    repayment: Repayment = field("how it is repaid")
    dates: PaymentDates | None = field(
        "days of payment; months counted from closing unless said", default=None
    )
    rounding: Literal["none", "cent"] = field(
        "each flow to the cent, the last one true; or none", default="none"
    )
    fees: Annotated[Fees, BeforeValidator(as_fees)] = field("fees", default=Fees)
    draw: Literal["pro_rata", "equity_first", "at_closing", "delayed", "planned"] = field(
        "in proportion to uses as they fall due, after equity is spent, all at closing, "
        "against deliveries accepted (delayed), or as `draws` lists (planned)",
        default="pro_rata",
    )
    draws: list[FacilityDraw] = field("draws as planned, oldest first", default=[])
    availability: Availability = field("when it may be drawn", default=Availability)
    advance: Advance | None = field("how much may be drawn against deliveries", default=None)
    early: EarlyRepayment = field("repaying early", default=EarlyRepayment)
    rental: RentalTerms | None = field("terms of a finance lease", default=None)
    sizing: Sizing | None = field("what limits its size", default=None)


class Equity(Record):
    """What the owners put in."""

    takes: Literal["rest"] = field("the rest of all uses", default="rest")


def as_equity(value: Any) -> Any:
    """`rest`, or a mapping."""
    return {"takes": value} if isinstance(value, str) else value
