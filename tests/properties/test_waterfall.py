"""What holds for every waterfall: cash conserved, no account overdrawn, seniors first."""

from decimal import Decimal
from typing import Any, NamedTuple

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from lessor.core.numeric import DECIMAL, FLOAT, Kind, total
from lessor.engine.debt.waterfall import (
    WaterfallFlows,
    WaterfallInputs,
    WaterfallState,
    WaterfallTerms,
    lower_waterfall,
    opening_waterfall,
    waterfall_date,
)
from lessor.terms.spvs import Spv
from tests.agreement.agreeing import assert_agree, assert_paths_agree
from tests.engine.debt.borrowers import CLOSING, borrower

PAID = (
    "operating_costs",
    "costs.power",
    "taxes",
    "senior.fees",
    "senior.interest",
    "senior.principal",
    "mezzanine",
    "contributions",
)
REFUNDED = ("taxes", "costs.power")
RESERVES = ("service_reserve", "operating_reserve", "trap")
TESTS = ("dscr.lock_up", "dscr.default", "ltv.lock_up")

# Money released after a shortfall, held back and paid out is three accidents in a row.
MANY = max(300, settings().max_examples)

amounts = st.decimals(0, 100, places=2)
shares = st.decimals(0, 1, places=2).map(str)


class DateDrawn(NamedTuple):
    """A date as drawn: numbers by step, account and test."""

    receipts: Decimal
    wants: list[Decimal]
    targets: list[Decimal]
    failing: list[bool]
    may_cure: bool


class Story(NamedTuple):
    """A borrower, what its accounts hold at first, and its dates."""

    spv: Spv
    balances: list[Decimal]
    dates: list[DateDrawn]


@st.composite
def steps(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Any list of steps from the closed set; nothing is paid twice."""
    written: list[dict[str, Any]] = []
    payees = draw(st.permutations(PAID))
    for action in draw(
        st.lists(
            st.sampled_from(("pay", "pay", "fill", "release", "sweep", "trap", "distribute")),
            min_size=1,
            max_size=12,
        )
    ):
        payee = payees.pop() if action == "pay" and payees else "operating_costs"
        if action == "pay" and payee in [step["what"] for step in written]:
            continue
        what = {"pay": payee, "sweep": "senior", "distribute": "equity"}.get(action)
        step: dict[str, Any] = {"do": action, "what": what or draw(st.sampled_from(RESERVES))}
        if draw(st.booleans()):
            step["share"] = draw(shares)
        if draw(st.integers(0, 3)) == 0:
            step["up_to"] = str(draw(amounts))
        if action in ("pay", "fill"):
            drawn_on = draw(st.lists(st.sampled_from(RESERVES), max_size=3, unique=True))
            step["reserves"] = [each for each in drawn_on if each != step["what"]]
        for condition in ("when", "unless"):
            if draw(st.integers(0, 3)) == 0:
                step[condition] = draw(st.sampled_from(TESTS))
        written.append(step)
    return written


@st.composite
def stories(draw: st.DrawFn) -> Story:
    spv = borrower(draw(steps()), equity_cures=draw(st.booleans()))
    count = len(spv.waterfall)

    def several(size: int) -> list[Decimal]:
        return draw(st.lists(amounts, min_size=size, max_size=size))

    def wants() -> list[Decimal]:
        """What is due by step, some costs and taxes of it refunds; the others want nothing."""
        signs = [draw(st.sampled_from((1, -1))) for _ in range(count)]
        return [
            amount * (sign if step.what in REFUNDED else step.do in ("pay", "sweep"))
            for amount, sign, step in zip(several(count), signs, spv.waterfall, strict=True)
        ]

    dates = [
        DateDrawn(
            draw(amounts),
            wants(),
            several(4),
            draw(st.lists(st.booleans(), min_size=3, max_size=3)),
            draw(st.booleans()),
        )
        for _ in range(draw(st.integers(1, 4)))
    ]
    return Story(spv, several(4), dates)


class Told(NamedTuple):
    """A story that was run: for each date the state before it, its inputs, its flows."""

    terms: WaterfallTerms
    before: list[WaterfallState]
    inputs: list[WaterfallInputs]
    flows: list[WaterfallFlows]
    last: WaterfallState


def told(story: Story, kind: Kind = DECIMAL) -> Told:
    terms = lower_waterfall("project", story.spv, kind=kind)
    inputs = [
        WaterfallInputs(
            CLOSING,
            kind.given(each.receipts),
            tuple(map(kind.given, each.wants)),
            tuple(map(kind.given, each.targets)),
            tuple(each.failing[TESTS.index(test)] for test in terms.tests),
            (None,) * len(terms.tests),
            each.may_cure,
        )
        for each in story.dates
    ]
    return run(terms, opening_waterfall(terms, list(map(kind.given, story.balances))), inputs)


def run(terms: WaterfallTerms, state: WaterfallState, inputs: list[WaterfallInputs]) -> Told:
    before, flows = [], []
    for given_date in inputs:
        before.append(state)
        flow, state = waterfall_date(terms, state, given_date)
        flows.append(flow)
    return Told(terms, before, inputs, flows, state)


def from_collection(flow):
    """What a step took out of the collection account."""
    return flow.paid - total(flow.drawn) - flow.cured


@settings(max_examples=MANY)
@given(stories())
def test_cash_in_is_cash_out_and_the_change_in_accounts(story):
    run = told(story)
    for before, flows in zip(run.before, run.flows, strict=True):
        held = total(before.balances) + flows.receipts + flows.cured
        assert held == flows.paid + flows.distributed + total(flows.balances)
    paid_out = {"pay", "sweep", "distribute"}
    moved = total(
        flow.paid
        for flows in run.flows
        for step, flow in zip(run.terms.steps, flows.steps, strict=True)
        if step.action in paid_out
    )
    received = total(story.balances) + total(f.receipts + f.cured for f in run.flows)
    assert received == moved + total(run.last.balances)
    assert run.last.balances == run.flows[-1].balances


@given(stories(), st.sampled_from((DECIMAL, FLOAT)))
def test_no_account_is_overdrawn_and_nothing_is_negative(story, kind):
    run = told(story, kind)
    for flows in run.flows:
        assert all(balance >= 0 for balance in flows.balances)
        for step, flow in zip(run.terms.steps, flows.steps, strict=True):
            numbers = (flow.available, flow.shortfall, *flow.drawn, flow.cured)
            assert all(number >= 0 for number in numbers)
            assert flow.paid >= 0 or step.what in REFUNDED
            assert flow.paid <= flow.wanted


@settings(max_examples=MANY)
@given(stories(), st.sampled_from((DECIMAL, FLOAT)))
def test_no_junior_is_paid_from_collection_while_a_senior_is_short(story, kind):
    run = told(story, kind)
    for flows in run.flows:
        is_short = False
        for step, flow in zip(run.terms.steps, flows.steps, strict=True):
            if step.action != "release" and is_short:
                assert flow.available == 0
                assert from_collection(flow) <= 1e-9
            if flow.shortfall > 0:
                # It took all there was: collection, and the reserves that it may draw on.
                assert abs(from_collection(flow) - flow.available) <= 1e-9
                is_short = True


@given(stories())
def test_a_shortfall_leaves_no_reserve_undrawn(story):
    run = told(story)
    for before, flows in zip(run.before, run.flows, strict=True):
        balances = list(before.balances)
        for step, flow in zip(run.terms.steps, flows.steps, strict=True):
            for place, amount in zip(step.reserves, flow.drawn, strict=True):
                balances[place] -= amount
                assert balances[place] >= 0
                assert balances[place] == 0 or flow.shortfall + flow.cured == 0
            if step.action in ("fill", "trap"):
                balances[step.account] += flow.paid
            if step.action == "release":
                balances[step.account] -= flow.paid
        assert tuple(balances[1:]) == flows.balances[1:]


@settings(max_examples=MANY)
@given(stories())
def test_what_the_waterfall_carries_is_paid_or_still_owed(story):
    run = told(story)
    for place, step in enumerate(run.terms.steps):
        if step.is_carried:
            due = total(inputs.wants[place] for inputs in run.inputs)
            paid = total(flows.steps[place].paid for flows in run.flows)
            assert due == paid + run.last.arrears[place]
        else:
            assert run.last.arrears[place] == 0


@given(stories())
def test_steps_keep_within_their_tests_targets_and_debt(story):
    run = told(story)
    for inputs, flows in zip(run.inputs, run.flows, strict=True):
        failing = dict(zip(run.terms.tests, inputs.failing, strict=True))
        swept = Decimal(0)
        for place, (step, flow) in enumerate(zip(run.terms.steps, flows.steps, strict=True)):
            said = story.spv.waterfall[place]
            if (said.when and not failing[said.when]) or (said.unless and failing[said.unless]):
                assert flow.shortfall == 0
                assert flow.wanted == flow.paid == min(flow.paid, 0)
            if said.up_to is not None:
                assert flow.paid <= said.up_to.amount
            if step.action == "fill":
                assert flow.wanted <= inputs.targets[step.account]
            if step.action == "sweep":
                swept += flow.paid
                assert flow.paid == 0 or swept <= inputs.wants[place]
            if not (step.loan and story.spv.equity_cures and inputs.may_cure):
                assert flow.cured == 0


@given(stories())
def test_floats_say_what_decimals_say(story):
    exact, quick = told(story, DECIMAL), told(story, FLOAT)
    assert_agree((exact.flows, exact.last), (quick.flows, quick.last), scale=100)


@given(stories(), st.lists(st.tuples(st.floats(0, 3), st.booleans()), min_size=1, max_size=4))
def test_every_path_is_the_waterfall_run_alone(story, paths):
    single = told(story, FLOAT)
    opening = single.before[0]

    def inputs_of(times, is_turned):
        """Receipts and amounts due times a factor, tests turned round; arrays or one path."""
        return [
            each._replace(
                receipts=each.receipts * times,
                wants=tuple(want * times for want in each.wants),
                failing=tuple(is_turned != flag for flag in each.failing),
                may_cure=is_turned != each.may_cure,
            )
            for each in single.inputs
        ]

    factors = np.array([times for times, _ in paths])
    turned = np.array([is_turned for _, is_turned in paths])
    together = run(single.terms, opening, inputs_of(factors, turned))
    for path, (times, is_turned) in enumerate(paths):
        alone = run(single.terms, opening, inputs_of(times, is_turned))
        assert_paths_agree((together.flows, together.last), (alone.flows, alone.last), path)
