"""What each action of a waterfall does with the accounts on one date."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, TypeAlias

from lessor.core.numeric import Flag, Value, maximum, minimum, where

COLLECTION = 0
"""Place of the collection account: it comes first among a borrower's accounts."""


class StepTerms(NamedTuple):
    """A step with its names resolved; `share` and `up_to` are values, all else is structure.

    `action` is pay, fill, release, sweep, trap or distribute; `what` as the deal file says it.
    `loan`, `part`: of a loan's step, its name and fees, interest, principal or debt_service (both);
    empty words where no loan is meant. `account`: place of the account filled, released or trapped
    into. `reserves`: places of the accounts drawn on, in order. `when`, `unless`: places of tests.
    `swept_before`: earlier steps that sweep into the same loan. `is_carried`: what is left unpaid
    is wanted again on the next date, by the waterfall itself (loans carry their own interest and
    principal). `is_all_released`: a trap, which has no target.
    """

    action: str
    what: str
    loan: str
    part: str
    account: int
    reserves: tuple[int, ...]
    when: int | None
    unless: int | None
    swept_before: tuple[int, ...]
    is_carried: bool
    is_all_released: bool
    share: Value
    up_to: Value | None


class StepInputs(NamedTuple):
    """A step's date: whether it is taken, what is due to it, and what its account should hold.

    `due`: of a payment, what is owed now, arrears included; of a sweep, the debt that may be repaid
    early. `may_cure`: the owners pay what a loan is short of. `zero`: nothing, in the run's kind.
    """

    is_taken: Flag
    due: Value
    target: Value
    may_cure: Flag
    zero: Value


class StepFlow(NamedTuple):
    """What a step did, all 0 or more.

    `available`: in the collection account before the step. `wanted`: what the step asks for; of
    sweep, trap, release and distribute, what it may move. `paid`: what it moved; of a payment,
    reserves and cure included. `shortfall` = wanted - paid. `drawn`: from each of the step's
    reserves. `cured`: from the owners.
    """

    available: Value
    wanted: Value
    paid: Value
    shortfall: Value
    drawn: tuple[Value, ...]
    cured: Value


class Cash(NamedTuple):
    """The accounts between two steps of a date.

    `held_back`: released while a senior step was short; it comes back into collection at the end of
    the date, so that no junior is paid with it. `short`: shortfalls of the steps so far.
    """

    balances: tuple[Value, ...]
    held_back: Value
    short: Value


StepResult: TypeAlias = tuple[StepFlow, Cash]


def take_step(step: StepTerms, cash: Cash, inputs: StepInputs) -> StepResult:
    """One step of a waterfall: what it moved, and the accounts after it."""
    return _ACTIONS[step.action](step, cash, inputs)


def with_balance(balances: tuple[Value, ...], place: int, balance: Value) -> tuple[Value, ...]:
    """The balances with that of one account replaced.

    >>> with_balance((1.0, 2.0, 3.0), 1, 5.0)
    (1.0, 5.0, 3.0)
    """
    return (*balances[:place], balance, *balances[place + 1 :])


def _asked(step: StepTerms, amount: Value, inputs: StepInputs) -> Value:
    """`amount` times the step's share, at most `up_to`; nothing while its test says so."""
    wanted = amount * step.share
    if step.up_to is not None:
        wanted = minimum(wanted, step.up_to)
    return where(inputs.is_taken, wanted, inputs.zero)


def _collected(step: StepTerms, wanted: Value, cash: Cash, inputs: StepInputs) -> StepResult:
    """`wanted` from collection, then from the reserves in order, then from the owners."""
    available = cash.balances[COLLECTION]
    taken = minimum(available, wanted)
    left = wanted - taken
    balances = with_balance(cash.balances, COLLECTION, available - taken)
    drawn: tuple[Value, ...] = ()
    for place in step.reserves:
        amount = minimum(balances[place], left)
        balances = with_balance(balances, place, balances[place] - amount)
        left = left - amount
        drawn = (*drawn, amount)
    # The rest is carried along rather than found from what was paid: it is 0, and not some
    # rounding, where all is paid.
    cured = where(inputs.may_cure, left, inputs.zero) if step.loan else inputs.zero
    left = left - cured
    flow = StepFlow(available, wanted, wanted - left, left, drawn, cured)
    return flow, Cash(balances, cash.held_back, cash.short + left)


def _pay(step: StepTerms, cash: Cash, inputs: StepInputs) -> StepResult:
    """wanted = min(due x share, up_to); paid = collection, then reserves, then cure."""
    return _collected(step, _asked(step, inputs.due, inputs), cash, inputs)


def _fill(step: StepTerms, cash: Cash, inputs: StepInputs) -> StepResult:
    """wanted = min((target - balance) x share, up_to), into the account."""
    gap = maximum(inputs.target - cash.balances[step.account], inputs.zero)
    flow, after = _collected(step, _asked(step, gap, inputs), cash, inputs)
    balance = after.balances[step.account] + flow.paid
    return flow, after._replace(balances=with_balance(after.balances, step.account, balance))


def _release(step: StepTerms, cash: Cash, inputs: StepInputs) -> StepResult:
    """moved = min((balance - target) x share, up_to), out of the account into collection."""
    balance = cash.balances[step.account]
    above = balance if step.is_all_released else maximum(balance - inputs.target, inputs.zero)
    amount = _asked(step, above, inputs)
    free = where(cash.short > 0, inputs.zero, amount)
    available = cash.balances[COLLECTION]
    balances = with_balance(cash.balances, step.account, balance - amount)
    balances = with_balance(balances, COLLECTION, available + free)
    return _moved(available, amount, inputs), Cash(
        balances, cash.held_back + (amount - free), cash.short
    )


def _sweep(step: StepTerms, cash: Cash, inputs: StepInputs) -> StepResult:
    """moved = min(available x share, up_to, debt that may be repaid early), to the lender."""
    available = cash.balances[COLLECTION]
    amount = minimum(_asked(step, available, inputs), inputs.due)
    return _moved(available, amount, inputs), _without(cash, available, amount)


def _trap(step: StepTerms, cash: Cash, inputs: StepInputs) -> StepResult:
    """moved = min(available x share, up_to), into the trap account."""
    available = cash.balances[COLLECTION]
    amount = _asked(step, available, inputs)
    after = _without(cash, available, amount)
    balance = after.balances[step.account] + amount
    after = after._replace(balances=with_balance(after.balances, step.account, balance))
    return _moved(available, amount, inputs), after


def _distribute(step: StepTerms, cash: Cash, inputs: StepInputs) -> StepResult:
    """moved = min(available x share, up_to), to the owners."""
    available = cash.balances[COLLECTION]
    amount = _asked(step, available, inputs)
    return _moved(available, amount, inputs), _without(cash, available, amount)


def _moved(available: Value, amount: Value, inputs: StepInputs) -> StepFlow:
    return StepFlow(available, amount, amount, inputs.zero, (), inputs.zero)


def _without(cash: Cash, available: Value, amount: Value) -> Cash:
    return cash._replace(balances=with_balance(cash.balances, COLLECTION, available - amount))


_ACTIONS: dict[str, Callable[[StepTerms, Cash, StepInputs], StepResult]] = {
    "pay": _pay,
    "fill": _fill,
    "release": _release,
    "sweep": _sweep,
    "trap": _trap,
    "distribute": _distribute,
}
