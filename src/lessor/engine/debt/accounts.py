"""The accounts of a borrower and what its reserves should hold on each payment date."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from lessor.core.numeric import Kind, Value, maximum, minimum, total
from lessor.engine.debt.date_windows import lower_ends
from lessor.engine.debt.sizing import Convert
from lessor.terms.money import Money
from lessor.terms.scalars import Duration
from lessor.terms.spvs import Spv, Target


class TargetTerms(NamedTuple):
    """What a reserve should hold, as numbers of one kind; what is not said is None.

    `debt_service`, `operating_costs`: for each date the place after the last one whose amount
    counts. `account`: place of another account, of whose target a share counts. `is_sum`: the parts
    are added, else the largest counts, but no more than `at_most`.
    """

    debt_service: tuple[int, ...] | None
    next_payment: Value | None
    operating_costs: tuple[int, ...] | None
    amount: Value | None
    share_of_debt: Value | None
    account: int | None
    share_of_account: Value
    is_sum: bool
    at_most: Value | None = None


class AccountTerms(NamedTuple):
    """An account: `kind` is collection, reserve or cash_trap; without a target it should be empty.

    `is_funded_at_closing`: filled to its first target as a use of money.
    """

    name: str
    kind: str
    target: TargetTerms | None
    is_funded_at_closing: bool


class AccountsTerms(NamedTuple):
    """A borrower's accounts, collection first; `order` puts a target after those it leans on."""

    accounts: tuple[AccountTerms, ...]
    order: tuple[int, ...]
    zero: Value


class TargetInputs(NamedTuple):
    """A date, by its place among the borrower's dates (0: closing), and what is to come.

    `debt_service`, `operating_costs`: by date, what is scheduled to fall due; None on a date on
    which no loan pays, or no cost falls (structure). The date's own amounts are not counted.
    `debt`: principal outstanding.
    """

    place: int
    debt_service: tuple[Value | None, ...]
    operating_costs: tuple[Value | None, ...]
    debt: Value


def account_names(spv: Spv) -> tuple[str, ...]:
    """The borrower's accounts in the order of every balance: collection first, then as written."""
    collection = [name for name, account in spv.accounts.items() if account.kind == "collection"]
    assert len(collection) == 1, f"one collection account, not {len(collection)}"
    return (*collection, *(name for name in spv.accounts if name not in collection))


def lower_accounts(
    name: str,
    spv: Spv,
    days: Sequence[date],
    *,
    kind: Kind,
    convert: Convert | None = None,
) -> AccountsTerms:
    """The accounts at `spvs.<name>.accounts`; `days`: closing, then the payment dates, rising.

    A target that leans on itself, through other accounts or not, is an AssertionError: the checks
    report it before.
    """
    names = account_names(spv)
    accounts: list[AccountTerms] = []
    for each in names:
        account = spv.accounts[each]
        target = None
        if account.target is not None:
            path = f"spvs.{name}.accounts.{each}.target"
            target = _lower_target(
                account.target, path, names=names, days=days, kind=kind, convert=convert
            )
        is_funded = account.funded == "at_closing"
        accounts.append(AccountTerms(each, account.kind, target, is_funded))
    return AccountsTerms(tuple(accounts), _lower_order(accounts), kind.given(0))


def _lower_target(
    said: Target,
    path: str,
    *,
    names: Sequence[str],
    days: Sequence[date],
    kind: Kind,
    convert: Convert | None,
) -> TargetTerms:
    def share(value: Decimal | None, field: str) -> Value | None:
        return None if value is None else kind.number(value, f"{path}.{field}")

    def ends(length: Duration | None) -> tuple[int, ...] | None:
        return None if length is None else lower_ends(days, length)

    return TargetTerms(
        debt_service=ends(said.debt_service),
        next_payment=share(said.next_payment, "next_payment"),
        operating_costs=ends(said.operating_costs),
        amount=lower_amount(said.amount, f"{path}.amount", kind=kind, convert=convert),
        share_of_debt=share(said.share_of_debt, "share_of_debt"),
        account=None if said.account is None else names.index(said.account),
        share_of_account=share(said.share_of_account, "share_of_account"),
        is_sum=said.combine == "sum",
        at_most=lower_amount(said.at_most, f"{path}.at_most", kind=kind, convert=convert),
    )


def lower_amount(
    money: Money | None, path: str, *, kind: Kind, convert: Convert | None
) -> Value | None:
    """The amount of money at `path` in the deal's currency; None where none is said."""
    if money is None:
        return None
    amount = kind.number(money.amount, f"{path}.amount")
    return amount if convert is None else convert(amount, money.currency)


def _lower_order(accounts: Sequence[AccountTerms]) -> tuple[int, ...]:
    order: list[int] = []

    def visit(place: int, above: tuple[int, ...]) -> None:
        assert place not in above, f"the target of {accounts[place].name} leans on itself"
        target = accounts[place].target
        if target is not None and target.account is not None:
            visit(target.account, (*above, place))
        if place not in order:
            order.append(place)

    for place in range(len(accounts)):
        visit(place, ())
    return tuple(order)


def target_amounts(terms: AccountsTerms, inputs: TargetInputs) -> tuple[Value, ...]:
    """What each account should hold at the end of a date, by account; 0 without a target.

    largest, or sum, of: debt service due within a time; a share of the next debt service; operating
    costs of a time; an amount; a share of debt; a share of another account's target; at most
    `at_most`.
    """
    found: dict[int, Value] = {}
    for place in terms.order:
        target = terms.accounts[place].target
        if target is None:
            found = {**found, place: terms.zero}
            continue
        parts = _target_parts(target, inputs, found, terms.zero)
        amount = total(parts) if target.is_sum else _largest(parts)
        if target.at_most is not None:
            amount = minimum(amount, target.at_most)
        found = {**found, place: amount}
    return tuple(found[place] for place in range(len(terms.accounts)))


def _target_parts(
    target: TargetTerms, inputs: TargetInputs, found: dict[int, Value], zero: Value
) -> list[Value]:
    """The parts that are said, in the order of the record; nothing where none is."""
    parts: list[Value] = []
    if target.debt_service is not None:
        end = target.debt_service[inputs.place]
        parts.append(sum_between(inputs.debt_service, inputs.place + 1, end, zero))
    if target.next_payment is not None:
        parts.append(target.next_payment * _next(inputs.debt_service, inputs.place, zero))
    if target.operating_costs is not None:
        end = target.operating_costs[inputs.place]
        parts.append(sum_between(inputs.operating_costs, inputs.place + 1, end, zero))
    if target.amount is not None:
        parts.append(target.amount)
    if target.share_of_debt is not None:
        parts.append(target.share_of_debt * inputs.debt)
    if target.account is not None:
        parts.append(target.share_of_account * found[target.account])
    return parts if len(parts) > 0 else [zero]


def sum_between(series: Sequence[Value | None], start: int, end: int, zero: Value) -> Value:
    """What a series by date comes to from place `start` to before `end`.

    >>> sum_between((None, 1.0, 2.0, None, 4.0), 1, 4, 0.0)
    3.0
    """
    held = [value for value in series[start:end] if value is not None]
    return total(held) if held else zero


def _next(series: Sequence[Value | None], place: int, zero: Value) -> Value:
    for value in series[place + 1 :]:
        if value is not None:
            return value
    return zero


def _largest(parts: Sequence[Value]) -> Value:
    largest = parts[0]
    for part in parts[1:]:
        largest = maximum(largest, part)
    return largest
