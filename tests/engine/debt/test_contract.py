"""A loan contract event by event, on every kind of number; the level payment; the rate reset."""

from datetime import datetime
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lessor.core.numeric import DECIMAL, FLOAT, scan
from lessor.core.roll import Cycle
from lessor.engine.debt.annuity import level_payment
from lessor.engine.debt.contract import (
    EVENT_RULES,
    ContractEvent,
    contract_event,
    unexchanged_contract,
)
from lessor.engine.debt.contract_dates import DayRules, Step
from lessor.engine.debt.contract_lowering import AgreedValues, lower_events
from lessor.engine.debt.contract_plan import ContractDates, Segment, planned_events
from lessor.engine.debt.reset import ResetTerms, reset_rate
from tests.engine.debt.contracts import contract_of

MONTHLY = Step(Cycle(1))
START, FIRST, END = datetime(2021, 1, 1), datetime(2021, 2, 1), datetime(2022, 1, 1)
OBSERVED = {
    datetime(2021, 4, 1): "0.05",
    datetime(2021, 7, 1): "0.02",
    datetime(2021, 10, 1): "0.2",
}


def run(number, kind, *, level):
    """The flows of the loan over a year of monthly payments and quarterly resets."""
    dates = ContractDates(
        rules=DayRules("actual/365"),
        opening=START,
        exchange=START,
        maturity=END,
        interest=(Segment("interest", FIRST, MONTHLY),),
        redemptions=(Segment("redemption", FIRST, MONTHLY),),
        resets=(Segment("rate_reset", datetime(2021, 4, 1), Step(Cycle(3))),),
        fixes_payment=level,
        first_fixing=datetime(2021, 1, 31) if level else None,
        purchase=datetime(2021, 8, 15),
    )
    terms = contract_of(number, level=level)
    observations = {"rate_reset": {day: number(text) for day, text in OBSERVED.items()}}
    planned = planned_events(dates)
    agreed = AgreedValues(purchase_price=number("1000"))
    events = lower_events(dates, planned, observations, agreed=agreed, kind=kind)
    return scan(contract_event, terms, unexchanged_contract(terms), events)


@pytest.mark.parametrize("level", [True, False])
def test_floats_decimals_and_arrays_agree(level):
    on_floats, left = run(float, FLOAT, level=level)
    on_decimals, _ = run(Decimal, DECIMAL, level=level)
    on_arrays, _ = run(lambda text: np.full(3, float(text)), FLOAT, level=level)
    assert len(on_floats) > 25
    for plain, exact, paths in zip(on_floats, on_decimals, on_arrays, strict=True):
        for figure, decimal, array in zip(plain, exact, paths, strict=True):
            assert isinstance(decimal, Decimal)
            assert float(decimal) == pytest.approx(figure, abs=1e-9)
            assert np.allclose(array, figure, atol=1e-9)
    assert left.notional == 0.0


def test_each_path_has_its_own_rate():
    terms = contract_of(lambda text: np.full(2, float(text)), level=False)
    state = unexchanged_contract(terms)._replace(rate=np.array([0.1, 0.2]))
    reset = ContractEvent("rate_reset", 0.5, np.array([0.02, 0.5]))
    flows, _ = contract_event(terms, state, reset)
    assert flows.rate.tolist() == pytest.approx([0.04, 0.15])


def test_every_kind_of_event_has_its_rule_and_no_event_without_its_value_passes():
    terms = contract_of(float, level=False)
    state = unexchanged_contract(terms)
    for kind in EVENT_RULES:
        if kind in ("drawing", "rate_fixing", "rate_reset", "purchase", "termination", "scaling"):
            with pytest.raises(AssertionError, match="without its value"):
                contract_event(terms, state, ContractEvent(kind, 0.0))
        else:
            contract_event(terms, state, ContractEvent(kind, 0.0))


def test_a_payment_fixing_with_no_date_left_keeps_the_payment():
    terms = contract_of(float, level=True)
    state = unexchanged_contract(terms)._replace(payment=7.0)
    _, after = contract_event(terms, state, ContractEvent("payment_fixing", 0.0))
    assert after.payment == 7.0


@given(
    notional=st.floats(1.0, 1e9),
    accrued=st.floats(0.0, 1e6),
    growths=st.lists(st.floats(-0.05, 0.5), max_size=40),
)
def test_a_level_payment_leaves_nothing(notional, accrued, growths):
    payment = level_payment(notional, accrued, growths)
    left = notional + accrued - payment
    for growth in growths:
        left = left * (1 + growth) - payment
    scale = (notional + accrued) * float(np.prod([1 + max(g, 0.0) for g in growths]))
    assert left == pytest.approx(0.0, abs=1e-9 * scale)


def test_a_level_payment_of_one_date_is_all_that_is_owed():
    assert level_payment(100.0, 5.0, []) == 105.0
    assert level_payment(Decimal(150), Decimal(30), [Decimal("0.25")]) == Decimal(100)


@pytest.mark.parametrize(
    ("terms", "observed", "current", "rate"),
    [
        (ResetTerms(1.0, 0.0), 0.03, 0.5, 0.03),
        (ResetTerms(2.0, 0.01), 0.03, 0.5, 0.07),
        (ResetTerms(1.0, 0.0), -0.02, 0.0, -0.02),
        (ResetTerms(1.0, 0.0, life_floor=0.0), -0.02, 0.01, 0.0),
        (ResetTerms(1.0, 0.02, life_cap=0.06), 0.05, 0.01, 0.06),
        (ResetTerms(1.0, 0.0, period_cap=0.01), 0.05, 0.03, 0.04),
        (ResetTerms(1.0, 0.0, period_floor=-0.01), 0.01, 0.03, 0.02),
        # The bound of one change comes first, the bound of the rate has the last word.
        (ResetTerms(1.0, 0.0, period_cap=0.01, life_floor=0.05), 0.08, 0.03, 0.05),
    ],
)
def test_a_rate_reset_within_its_limits(terms, observed, current, rate):
    assert reset_rate(terms, observed, current) == pytest.approx(rate, abs=1e-15)
