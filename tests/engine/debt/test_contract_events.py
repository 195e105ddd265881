"""Properties of the events of a contract: their order, their span, and what they repay."""

from datetime import datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from lessor.core.numeric import FLOAT, scan
from lessor.core.roll import Cycle
from lessor.engine.debt.contract import contract_event, unexchanged_contract
from lessor.engine.debt.contract_dates import (
    LATEST_YEAR,
    DayRules,
    Step,
    cycle_moments,
    moments_before,
)
from lessor.engine.debt.contract_lowering import AgreedValues, lower_events
from lessor.engine.debt.contract_maturity import lower_array_maturity, lower_maturity
from lessor.engine.debt.contract_plan import RANK, ContractDates, Segment, planned_events
from tests.engine.debt.contracts import contract_of

DAYS = st.datetimes(datetime(2015, 1, 1), datetime(2035, 1, 1)).map(
    lambda moment: datetime(moment.year, moment.month, moment.day)
)
CYCLES = st.builds(Cycle, st.integers(1, 14), st.sampled_from(["days", "months"]))
STEPS = st.builds(Step, CYCLES, st.booleans())
RULES = st.builds(
    DayRules,
    st.sampled_from(["30E/360", "actual/360", "actual/365", "actual/actual"]),
    st.sampled_from(["none", "weekdays"]),
    st.sampled_from(["none", "following", "modified_following", "preceding", "modified_preceding"]),
    st.booleans(),
    st.booleans(),
)


@st.composite
def loans(draw):
    """The dates of a loan of up to two years, in which nothing is shifted out of its life."""
    exchange = draw(DAYS)
    maturity = exchange + timedelta(days=draw(st.integers(60, 700)))
    anchor = exchange + timedelta(days=draw(st.integers(20, 50)))
    return ContractDates(
        rules=draw(RULES),
        opening=exchange,
        exchange=exchange,
        maturity=maturity,
        interest=(Segment("interest", anchor, draw(STEPS)),),
        redemptions=(Segment("redemption", anchor, draw(STEPS)),),
        capitalization_end=draw(st.none() | st.just(anchor + timedelta(days=40))),
    )


@given(dates=loans())
def test_events_are_in_order_and_maturity_is_the_last(dates):
    planned = planned_events(dates)
    turns = [(event.moment, RANK[event.kind]) for event in planned]
    assert turns == sorted(turns)
    assert len(set(turns)) == len(turns) or dates.rules.convention != "none"
    assert (planned[0].kind, planned[-1].kind) == ("exchange", "maturity")
    assert sum(event.kind == "maturity" for event in planned) == 1


@given(dates=loans())
def test_all_that_is_lent_comes_back_with_what_was_capitalised(dates):
    terms = contract_of(float, level=False)
    planned = planned_events(dates)
    events = lower_events(dates, planned, {}, agreed=AgreedValues(), kind=FLOAT)
    flows, last = scan(contract_event, terms, unexchanged_contract(terms), events)
    repaid = sum(
        flow.payoff
        for flow, event in zip(flows, planned, strict=True)
        if event.kind in ("redemption", "maturity")
    )
    added = 0.0
    for before, after, event in zip(flows, flows[1:], planned[1:], strict=False):
        if event.kind == "capitalization":
            added += after.notional - before.notional
    assert abs(repaid - terms.notional - added) <= 1e-9 * terms.notional
    assert last.notional == 0.0


@given(anchor=DAYS, step=STEPS, days=st.integers(1, 900), rules=RULES)
def test_a_long_stub_is_the_short_one_less_at_most_its_last_date(anchor, step, days, rules):
    end = anchor + timedelta(days=days)
    short = moments_before(anchor, step._replace(has_long_stub=False), end, rules)
    long = moments_before(anchor, step._replace(has_long_stub=True), end, rules)
    assert short[0] == anchor
    assert all(before < after for before, after in pairwise(short))
    assert long in (short, short[:-1])
    assert long


def test_a_schedule_ends_with_the_years_that_calendars_know():
    moments = list(cycle_moments(datetime(2190, 6, 1), Step(Cycle(12)), DayRules("actual/365")))
    assert moments[-1] == datetime(LATEST_YEAR, 6, 1)


def test_a_loan_that_would_run_beyond_those_years_is_never_repaid():
    start = datetime(2021, 1, 1)
    schedule = Segment("redemption", start, Step(Cycle(12)))

    def ends(owed, payment, schedule=schedule):
        rules = DayRules("30E/360")
        return lower_maturity(owed, payment, rate=0.0, schedule=schedule, start=start, rules=rules)

    assert ends(100.0, 1.0) == datetime(2120, 1, 1)
    assert ends(180.0, 1.0) == datetime(2200, 1, 1)
    assert ends(181.0, 1.0) is None
    assert ends(100.0, 1e-300) is None
    assert ends(100.0, -1.0) is None
    assert ends(100.0, 1.0, schedule._replace(step=None)) is None
    late = datetime(LATEST_YEAR, 12, 31)
    gone = lower_maturity(
        1.0, 1.0, rate=0.0, schedule=schedule, start=late, rules=DayRules("30E/360")
    )
    assert gone is None


def test_tenths_that_sum_to_all_repay_all():
    anchor = datetime(2021, 1, 1)
    schedule = (Segment("redemption", anchor, Step(Cycle(1)), 0.1),)
    rules = DayRules("30E/360")
    # Ten times a tenth falls short of 1 by a rounding.
    assert lower_array_maturity(1.0, schedule, start=anchor, rules=rules) == datetime(2021, 10, 1)
    later = lower_array_maturity(1.0, schedule, start=datetime(2021, 1, 2), rules=rules)
    assert later == datetime(2021, 11, 1)
