"""A borrower of its own: what it holds, its accounts, and the order in which its cash is paid."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError

from lessor.terms.covenants import Covenant
from lessor.terms.money import MoneyField
from lessor.terms.record import Record, field
from lessor.terms.repayment import as_list
from lessor.terms.scalars import Fraction, Length, choice_key

ACTIONS = ("pay", "fill", "release", "sweep", "trap", "distribute")


class Target(Record):
    """What a reserve should hold: the largest, or the sum, of the parts that are said."""

    debt_service: Length | None = field("debt service due within this time", default=None)
    next_payment: Fraction | None = field(
        "share of the next debt service", unit="fraction", default=None, high=100
    )
    operating_costs: Length | None = field("running costs of this time", default=None)
    amount: MoneyField | None = field("an amount", default=None)
    share_of_debt: Fraction | None = field(
        "share of the debt outstanding", unit="fraction", default=None, high=1
    )
    account: str | None = field("another account, whose target counts", default=None)
    share_of_account: Fraction = field(
        "share of that account's target", unit="fraction", default=Decimal(1), high=100
    )
    at_most: MoneyField | None = field("no more than this", default=None)
    combine: Literal["largest", "sum"] = field("how the parts count", default="largest")


class Account(Record):
    """An account of the borrower."""

    kind: Literal["collection", "reserve", "cash_trap"] = field(
        "collection: receipts come in and the waterfall pays out of it; reserve: kept to a target; "
        "cash_trap: held back while a test fails"
    )
    target: Target | None = field("what a reserve should hold", default=None)
    funded: Literal["at_closing", "at_completion", "from_cash"] = field(
        "filled to its first target as a use of money, at closing or as `construction` ends, or "
        "by the waterfall",
        default="from_cash",
    )


class Step(Record):
    """One line of a waterfall: what is done, with whom, how much, under which test."""

    do: Literal["pay", "fill", "release", "sweep", "trap", "distribute"] = field(
        "pay an amount due; fill a reserve to its target; release what an account holds above its "
        "target (a trap: all of it) to the collection account; sweep into early repayment; trap "
        "what is left; distribute what is left to the owners"
    )
    what: str = field(
        "pay: operating_costs, costs.<name>, taxes, <loan>.fees, <loan>.interest, "
        "<loan>.principal, <loan> (interest, then principal); fill, release, trap: "
        "an account; sweep: a loan; distribute: equity"
    )
    up_to: MoneyField | None = field("at most this much on each date", default=None)
    share: Fraction = field(
        "share of what is wanted (sweep, trap, distribute: of what is left)",
        unit="fraction",
        default=Decimal(1),
        high=1,
    )
    reserves: Annotated[list[str], BeforeValidator(as_list)] = field(
        "accounts drawn on in this order where cash is short", default=[]
    )
    when: str | None = field(
        "only while this test fails, as dscr.lock_up or dscr.default; a sweep while debt is too "
        "high for a test (ltv.default) takes no more than brings it to its level",
        default=None,
    )
    unless: str | None = field("only while this test holds", default=None)


def as_step(value: Any) -> Any:
    """`{pay: senior.interest, ...}` or `{do: pay, what: senior.interest, ...}`; or two words."""
    if isinstance(value, str):
        action, _, what = value.strip().partition(" ")
        return {"do": action, "what": what.strip() or "equity"}
    if not isinstance(value, dict) or "do" in value:
        return value
    said = [name for name in value if choice_key(str(name)) in ACTIONS]
    if len(said) == 1:
        rest = {name: held for name, held in value.items() if name != said[0]}
        return {"do": said[0], "what": value[said[0]], **rest}
    raise PydanticCustomError(
        "choice-of-one",
        "a step of a waterfall does one thing: {said}",
        {
            "said": ", ".join(said) or "nothing is said",
            "remedy": "write one of pay, fill, release, sweep, trap, distribute, "
            "as {pay: senior.interest}",
        },
    )


class Spv(Record):
    """A borrower with its own assets, leases, costs, loans, accounts and waterfall."""

    assets: list[str] = field("assets it holds; all unless said", default=[])
    leases: list[str] = field("leases it has; all unless said", default=[])
    costs: list[str] = field("running costs it bears; all unless said", default=[])
    facilities: list[str] = field("loans it owes; all unless said", default=[])
    accounts: dict[str, Account] = field("its accounts, by name", default={})
    waterfall: list[Annotated[Step, BeforeValidator(as_step)]] = field(
        "steps in the order they are taken on each payment date", default=[]
    )
    covenants: dict[str, Covenant] = field("what lenders test, by name", default={})
    tests_use: Literal["last_certificate", "this_date"] = field(
        "whether a step looks at the tests of the date before, or at this date's",
        default="last_certificate",
    )
    equity_cures: bool = field(
        "whether the owners pay what lenders are short of on a date, within the covenants' cures",
        default=False,
    )
