"""What lenders test: a measure over a window, its levels, and what a failure does."""

from __future__ import annotations

from typing import Literal

from lessor.terms.interest import Frequency
from lessor.terms.money import MoneyField
from lessor.terms.record import Record, field
from lessor.terms.scalars import DayOrTime, Fraction, Length, Ratio

Measure = Literal[
    "dscr",
    "llcr",
    "ltv",
    "loan_to_cost",
    "contract_cover",
    "contract_realisation",
    "liquidity",
    "concentration",
    "asset_base",
]


class CovenantLevel(Record):
    """Another level from a day on."""

    from_: DayOrTime = field("from this day, or time from closing")
    level: Ratio = field("the level", low=None)


class Cure(Record):
    """How a failed test may be made good by the owners."""

    until: DayOrTime | None = field("last day of a cure; always unless said", default=None)
    times: int | None = field(
        "how many in the life of the loan; any number unless said", unit="cures", default=None
    )


class Covenant(Record):
    """One test with its own window, dates and levels."""

    measure: Measure = field(
        "dscr: CFADS / debt service; llcr: worth of CFADS to maturity / debt; ltv: debt / "
        "collateral; loan_to_cost: debt / cost; contract_cover: contracted receipts to come / "
        "debt; contract_realisation: received / contracted; liquidity: cash on accounts / the "
        "amount asked for; concentration: share of collateral let below investment grade; "
        "asset_base: debt / advance on straight-line net cost"
    )
    level: Ratio | None = field(
        "the level of default: lowest, or highest for ltv, loan_to_cost, concentration, asset_base",
        default=None,
        low=None,
    )
    levels: list[CovenantLevel] = field("levels that step by date, oldest first", default=[])
    lock_up: Ratio | None = field(
        "level below (or above) which nothing is distributed; `level` unless said",
        default=None,
        low=None,
    )
    trailing: Length | None = field("window that ends on the test date", default=None)
    forward: Length | None = field("window that begins on the test date", default=None)
    first_test: DayOrTime | None = field(
        "first test date; the first payment date with the whole window unless said", default=None
    )
    every: Frequency | None = field(
        "how often it is tested; on each payment date unless said", default=None
    )
    facilities: list[str] = field("loans it counts; all of the borrower's unless said", default=[])
    amount: MoneyField | None = field("liquidity: an amount asked for", default=None)
    share: Fraction | None = field(
        "liquidity: share of debt asked for, the larger of it and `amount`; asset_base: the "
        "advance rate",
        unit="fraction",
        default=None,
        high=100,
    )
    at_most: MoneyField | None = field("liquidity: no more than this is asked for", default=None)
    life: Length | None = field("asset_base: life of the straight line", default=None)
    cure: Cure | None = field("cured by the owners", default=None)
