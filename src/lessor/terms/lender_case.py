"""What a lender asks of a deal beside its figures: security, step-in, replacement, disposal."""

from __future__ import annotations

from decimal import Decimal

from lessor.terms.money import MoneyField
from lessor.terms.record import Record, field
from lessor.terms.scalars import Fraction, Length, Number


class LenderCase(Record):
    """Facts of the security package; what is not said is not known."""

    stress_case: str = field("the case of the stressed cover", default="downside")
    dscr_base: Number = field("cover asked for in the base case", default=Decimal("1.2"))
    dscr_stress: Number = field("cover asked for under stress", default=Decimal("1.1"))
    reserve_months: Number = field("months of debt service in reserve", default=Decimal(3))
    hedge_share: Fraction = field(
        "share of floating debt hedged", unit="fraction", default=Decimal("0.85"), high=1
    )
    single_customer: Fraction = field(
        "share of contracted receipts of one customer below investment grade, at most",
        unit="fraction",
        default=Decimal("0.35"),
        high=1,
    )
    contract_assigned: bool | None = field(
        "whether the customer's contract is assigned to lenders", default=None
    )
    direct_agreement: bool | None = field(
        "whether the customer has agreed to step-in with lenders", default=None
    )
    cross_default: bool | None = field(
        "whether a default elsewhere in the group is a default here", default=None
    )
    liens_by_serial: bool | None = field(
        "whether each server is charged by its serial number", default=None
    )
    replacement_operator: str | None = field("who would run the cluster instead", default=None)
    replacement_cost: MoneyField | None = field("a year, of the replacement", default=None)
    disposal_time: Length | None = field("time to sell the hardware after step-in", default=None)
    disposal_discount: Fraction = field(
        "share of market value lost in a forced sale",
        unit="fraction",
        default=Decimal("0.3"),
        high=1,
    )
