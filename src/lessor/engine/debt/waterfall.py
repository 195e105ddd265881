"""The waterfall of a borrower, one payment date at a time: who is paid what, in which order."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from lessor.core.numeric import Flag, Kind, Value, both, maximum, minimum, negate, total
from lessor.engine.debt.accounts import account_names, lower_amount
from lessor.engine.debt.sizing import Convert
from lessor.engine.debt.waterfall_steps import (
    COLLECTION,
    Cash,
    StepFlow,
    StepInputs,
    StepTerms,
    take_step,
    with_balance,
)
from lessor.terms.spvs import Spv, Step

LOAN_PARTS = ("fees", "interest", "principal")
DEBT_SERVICE = "debt_service"
"""The part of a step that pays a loan's interest and then its principal."""


class WaterfallTerms(NamedTuple):
    """A waterfall with its names resolved: the order of everything here is that of its state.

    `accounts`: names, the collection account first. `tests`: the tests that steps look at, as
    `dscr.lock_up`. `has_cures`: the owners may pay what loans are short of.
    """

    name: str
    steps: tuple[StepTerms, ...]
    accounts: tuple[str, ...]
    tests: tuple[str, ...]
    has_cures: bool
    zero: Value


class WaterfallState(NamedTuple):
    """Balances by account after a date, and by step what is unpaid and carried by the waterfall."""

    balances: tuple[Value, ...]
    arrears: tuple[Value, ...]


class WaterfallInputs(NamedTuple):
    """One payment date, in the deal's currency.

    `receipts`: into collection since the date before, 0 or more. `wants`, by step: of a payment,
    what falls due now (interest and principal with the loan's own arrears; costs and fees without,
    for the waterfall carries those; a negative cost or tax is a refund); of a sweep, the debt that
    may be repaid early: outstanding less principal due on this date; of another step, nothing.
    `targets`: by account. `failing`, `test_values`: by test, whether it fails and its measure (None
    where it has none). `may_cure`: the owners pay what loans are short of on this date.
    """

    date: date
    receipts: Value
    wants: tuple[Value, ...]
    targets: tuple[Value, ...]
    failing: tuple[Flag, ...] = ()
    test_values: tuple[Value | None, ...] = ()
    may_cure: Flag = False


class WaterfallFlows(NamedTuple):
    """What a date did: opening balances + receipts + cured = paid + distributed + balances.

    `paid`: to others than the owners, by pay and sweep. `cured`: from the owners, in `paid` too.
    `balances`: by account at the end of the date.
    """

    steps: tuple[StepFlow, ...]
    receipts: Value
    paid: Value
    distributed: Value
    cured: Value
    balances: tuple[Value, ...]


class TraceRow(NamedTuple):
    """One step of one date, as a treasurer reads it; `test` is empty for a step without one.

    `value`: the measure of the test, `holds`: whether the test is passed; None without a test.
    `drawn`: reserves by name and what was taken of each. `cured`: part of `paid` from the owners.
    """

    date: date
    step: int
    do: str
    what: str
    available: Value
    wanted: Value
    paid: Value
    shortfall: Value
    test: str
    value: Value | None
    holds: Flag | None
    drawn: tuple[tuple[str, Value], ...]
    cured: Value


def lower_waterfall(
    name: str,
    spv: Spv,
    *,
    kind: Kind,
    loans: Sequence[str] | None = None,
    convert: Convert | None = None,
) -> WaterfallTerms:
    """The waterfall at `spvs.<name>.waterfall`, as numbers of `kind`.

    `loans`: names of the loans it owes, those that the record lists unless said. `convert` serves
    amounts in other currencies. Names that stand for nothing are reported by the checks before;
    here they are an AssertionError.
    """
    owed = spv.facilities if loans is None else loans
    tests = tuple(dict.fromkeys(t for s in spv.waterfall for t in (s.when, s.unless) if t))
    steps: list[StepTerms] = []
    for index, step in enumerate(spv.waterfall):
        path = f"spvs.{name}.waterfall[{index}]"
        lowered = _lower_step(step, spv, owed=owed, tests=tests)
        steps.append(
            lowered._replace(
                swept_before=tuple(
                    place
                    for place, before in enumerate(steps)
                    if step.do == "sweep" and (before.action, before.loan) == ("sweep", step.what)
                ),
                share=kind.number(step.share, f"{path}.share"),
                up_to=lower_amount(step.up_to, f"{path}.up_to", kind=kind, convert=convert),
            )
        )
    names = account_names(spv)
    return WaterfallTerms(name, tuple(steps), names, tests, spv.equity_cures, kind.given(0))


def _lower_step(step: Step, spv: Spv, *, owed: Sequence[str], tests: Sequence[str]) -> StepTerms:
    """The structure of a step, its share and cap still to come."""
    loan, part = _lower_loan(step, owed)
    return StepTerms(
        action=step.do,
        what=step.what,
        loan=loan,
        part=part,
        account=_lower_account(step, spv),
        reserves=_lower_reserves(step, spv),
        when=None if step.when is None else tests.index(step.when),
        unless=None if step.unless is None else tests.index(step.unless),
        swept_before=(),
        is_carried=step.do == "pay" and part in ("", "fees"),
        is_all_released=step.do == "release" and spv.accounts[step.what].kind == "cash_trap",
        share=None,
        up_to=None,
    )


def _lower_loan(step: Step, loans: Sequence[str]) -> tuple[str, str]:
    loan, _, part = step.what.partition(".")
    if step.do == "sweep":
        assert step.what in loans, f"no loan {step.what!r}"
        return step.what, "early"
    if step.do != "pay" or loan not in loans:
        return "", ""
    assert part in ("", *LOAN_PARTS), f"a loan has no {part!r}"
    return loan, part or DEBT_SERVICE


def _lower_account(step: Step, spv: Spv) -> int:
    if step.do not in ("fill", "release", "trap"):
        return COLLECTION
    place = account_names(spv).index(step.what)
    assert place != COLLECTION, "the collection account is neither filled nor released"
    return place


def _lower_reserves(step: Step, spv: Spv) -> tuple[int, ...]:
    names = account_names(spv)
    places = tuple(names.index(each) for each in dict.fromkeys(step.reserves))
    assert COLLECTION not in places, "the collection account is no reserve"
    assert step.do != "fill" or step.what not in step.reserves, "no account fills itself"
    return places


def opening_waterfall(
    terms: WaterfallTerms, balances: Sequence[Value] | None = None
) -> WaterfallState:
    """The accounts before the first date: empty, or as funded at closing (by account)."""
    held = (terms.zero,) * len(terms.accounts) if balances is None else tuple(balances)
    return WaterfallState(held, (terms.zero,) * len(terms.steps))


def waterfall_date(
    terms: WaterfallTerms, state: WaterfallState, inputs: WaterfallInputs
) -> tuple[WaterfallFlows, WaterfallState]:
    """One payment date: receipts into collection, then each step in its order.

    No account goes below zero. What a step is short of no later step is paid from collection: money
    released after a shortfall is held back until the date is over. Costs and fees not paid are
    wanted again on the next date, before what falls due then. A refund comes into collection before
    the first step. What no step moves stays in collection.
    """
    dues = [want + unpaid for want, unpaid in zip(inputs.wants, state.arrears, strict=True)]
    refunds = [
        minimum(due, terms.zero) if step.is_carried else None
        for step, due in zip(terms.steps, dues, strict=True)
    ]
    refunded = total(refund for refund in refunds if refund is not None)
    collected = state.balances[COLLECTION] + inputs.receipts - refunded
    cash = Cash(with_balance(state.balances, COLLECTION, collected), terms.zero, terms.zero)
    flows: list[StepFlow] = []
    arrears: list[Value] = []
    for step, due, refund in zip(terms.steps, dues, refunds, strict=True):
        owed = due if refund is None else due - refund
        for place in step.swept_before:
            owed = maximum(owed - flows[place].paid, terms.zero)
        given = StepInputs(
            is_taken=_is_taken(step, inputs),
            due=owed,
            target=inputs.targets[step.account],
            may_cure=inputs.may_cure if terms.has_cures else False,
            zero=terms.zero,
        )
        flow, cash = take_step(step, cash, given)
        arrears.append(terms.zero if refund is None else owed - flow.paid)
        if refund is not None:
            flow = flow._replace(wanted=flow.wanted + refund, paid=flow.paid + refund)
        flows.append(flow)
    collected = cash.balances[COLLECTION] + cash.held_back
    balances = with_balance(cash.balances, COLLECTION, collected)
    return _summed(terms, flows, inputs, balances), WaterfallState(balances, tuple(arrears))


def _is_taken(step: StepTerms, inputs: WaterfallInputs) -> Flag:
    """Whether a step is taken: `when` fails and `unless` holds, where they are said."""
    flag: Flag = True
    if step.when is not None:
        flag = inputs.failing[step.when]
    if step.unless is not None:
        flag = both(flag, negate(inputs.failing[step.unless]))
    return flag


def _summed(
    terms: WaterfallTerms,
    flows: Sequence[StepFlow],
    inputs: WaterfallInputs,
    balances: tuple[Value, ...],
) -> WaterfallFlows:
    """The date's flows with what was paid out and what came from the owners."""

    def paid_by(*actions: str) -> Value:
        paid = [f.paid for s, f in zip(terms.steps, flows, strict=True) if s.action in actions]
        return total([terms.zero, *paid])

    return WaterfallFlows(
        steps=tuple(flows),
        receipts=inputs.receipts,
        paid=paid_by("pay", "sweep"),
        distributed=paid_by("distribute"),
        cured=total([terms.zero, *(flow.cured for flow in flows)]),
        balances=balances,
    )


def trace_rows(
    terms: WaterfallTerms, inputs: WaterfallInputs, flows: WaterfallFlows
) -> tuple[TraceRow, ...]:
    """A row for every step of a date, taken or not, in the order of the waterfall."""
    rows: list[TraceRow] = []
    for number, (step, flow) in enumerate(zip(terms.steps, flows.steps, strict=True), start=1):
        test = step.unless if step.when is None else step.when
        names = [terms.accounts[place] for place in step.reserves]
        rows.append(
            TraceRow(
                date=inputs.date,
                step=number,
                do=step.action,
                what=step.what,
                available=flow.available,
                wanted=flow.wanted,
                paid=flow.paid,
                shortfall=flow.shortfall,
                test="" if test is None else terms.tests[test],
                value=None if test is None else inputs.test_values[test],
                holds=None if test is None else negate(inputs.failing[test]),
                drawn=tuple(zip(names, flow.drawn, strict=True)),
                cured=flow.cured,
            )
        )
    return tuple(rows)
