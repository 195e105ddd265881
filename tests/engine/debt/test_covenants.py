"""Covenants with round numbers: measures, windows, levels by date, lock-up, default and cure."""

from datetime import date
from decimal import Decimal
from typing import Any, get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lessor.core.numeric import DECIMAL, FLOAT
from lessor.engine.debt.covenant_measures import CovenantInputs, worths_to_come
from lessor.engine.debt.covenants import (
    covenant_date,
    is_failing,
    lower_covenant,
    lower_covenants,
    lower_tests,
    may_cure,
    opening_covenant,
    spend_cure,
)
from lessor.terms.covenants import Covenant, Measure
from tests.agreement.agreeing import assert_agree
from tests.engine.debt.borrowers import borrower, days

DATES = days(12)
MEASURES = get_args(Measure)


def covenant(measure="dscr", *, dates=DATES, kind=DECIMAL, **said):
    record = Covenant.model_validate({"measure": measure, **said})
    return lower_covenant("test", record, dates, path="spvs.project.covenants.test", kind=kind)


def series(*values):
    return (None, *(None if value is None else Decimal(value) for value in values))


def on_date(terms, state=None, **given):
    """The covenant on a date (the first unless said), with whole numbers as Decimals."""
    place = given.pop("place", 1)
    numbers: dict[str, Any] = {
        name: Decimal(value) if isinstance(value, int | str) and value is not False else value
        for name, value in given.items()
    }
    return covenant_date(terms, state or opening_covenant(terms), CovenantInputs(place, **numbers))


@pytest.mark.parametrize(
    ("measure", "said", "given", "value", "fails"),
    [
        ("dscr", {"level": "1.2"}, {"cfads": series(13), "debt_service": series(10)}, "1.3", False),
        ("dscr", {"level": "1.4"}, {"cfads": series(13), "debt_service": series(10)}, "1.3", True),
        ("llcr", {"level": "1.3"}, {"worth_to_come": 125, "debt": 100}, "1.25", True),
        ("ltv", {"level": "0.8"}, {"debt": 70, "collateral": 100}, "0.7", False),
        ("ltv", {"level": "0.6"}, {"debt": 70, "collateral": 100}, "0.7", True),
        ("loan_to_cost", {"level": "0.65"}, {"debt": 66, "cost": 100}, "0.66", True),
        ("contract_cover", {"level": "1"}, {"contracted_to_come": 90, "debt": 100}, "0.9", True),
        (
            "contract_realisation",
            {"level": "0.85"},
            {"received": series(80), "contracted": series(100)},
            "0.8",
            True,
        ),
        ("liquidity", {"amount": "50"}, {"cash": 40}, "0.8", True),
        ("liquidity", {"share": "5%"}, {"cash": 40, "debt": 400}, "2", False),
        ("liquidity", {"share": "5%", "amount": "50"}, {"cash": 40, "debt": 400}, "0.8", True),
        ("liquidity", {"share": "5%", "amount": "9"}, {"cash": 40, "debt": 400}, "2", False),
        ("concentration", {"level": "0.3"}, {"below_grade": 40, "collateral": 100}, "0.4", True),
        ("asset_base", {"share": "90%"}, {"debt": 99, "net_cost": 100}, "1.1", True),
        ("asset_base", {"share": "90%"}, {"debt": 90, "net_cost": 100}, "1", False),
    ],
)
def test_each_measure(measure, said, given, value, fails):
    flows, state = on_date(covenant(measure, **said), **given)
    assert flows.value == Decimal(value)
    assert (flows.is_tested, flows.is_measured) == (True, True)
    assert (flows.is_default, flows.is_lock_up) == (fails, fails)
    assert (flows.headroom < 0) is fails
    assert (is_failing(state, "default"), is_failing(state, "lock_up")) == (fails, fails)


def test_windows_sum_before_they_divide():
    cfads, service = series(10, 20, 60, 30), series(10, 10, 40, 10)
    trailing = covenant(level="1", trailing="3 months")
    assert on_date(trailing, place=3, cfads=cfads, debt_service=service)[0].value == Decimal("1.5")
    forward = covenant(level="1", forward="2 months")
    # The two dates to come: (60 + 30) / (40 + 10).
    assert on_date(forward, place=2, cfads=cfads, debt_service=service)[0].value == Decimal("1.8")
    # At the end of the loan the window holds what is left, then nothing.
    cfads, service = series(*[9] * 12), series(*[5] * 12)
    assert on_date(forward, place=11, cfads=cfads, debt_service=service)[0].value == Decimal("1.8")
    assert on_date(forward, place=12, cfads=cfads, debt_service=service)[0].is_tested is False


def test_a_trailing_window_is_tested_once_it_is_whole_or_from_the_first_test_said():
    record = Covenant.model_validate({"measure": "dscr", "level": "1", "trailing": "3 months"})
    assert lower_tests(record, DATES)[:5] == (False, False, False, True, True)
    said = record.model_copy(update={"first_test": date(2026, 7, 1)})
    assert lower_tests(said, DATES)[:4] == (False, False, True, True)
    # Before the whole window there is what there is.
    terms = covenant(level="1", trailing="3 months", first_test="2 months")
    flows, _ = on_date(terms, place=2, cfads=series(10, 20), debt_service=series(10, 10))
    assert flows.value == Decimal("1.5")


def test_tests_every_quarter_are_counted_from_the_first():
    record = Covenant.model_validate(
        {"measure": "dscr", "level": "1", "first_test": "2 months", "every": "quarterly"}
    )
    assert [place for place, is_test in enumerate(lower_tests(record, DATES)) if is_test] == [
        2,
        5,
        8,
        11,
    ]
    # Month ends, the last of which a roll moved from the 28th to the 26th.
    rolled = [date(2026, 7, 31), date(2026, 8, 31), date(2026, 9, 30), date(2026, 10, 30)]
    rolled += [date(2026, 11, 30), date(2026, 12, 31), date(2027, 1, 29), date(2027, 2, 26)]
    always = record.model_copy(update={"first_test": None})
    assert [place for place, is_test in enumerate(lower_tests(always, rolled)) if is_test] == [
        1,
        4,
        7,
    ]
    late = record.model_copy(update={"first_test": date(2030, 1, 1)})
    assert True not in lower_tests(late, DATES)


def test_levels_step_by_date():
    terms = covenant(
        level="1.1",
        levels=[{"from": "3 months", "level": "1.2"}, {"from": "2026-11-01", "level": "1.4"}],
    )
    assert [on.level for on in terms.dates[1:7]] == [
        Decimal(level) for level in ("1.1", "1.1", "1.2", "1.2", "1.2", "1.4")
    ]


def test_a_lock_up_above_the_default():
    terms = covenant(level="1.05", lock_up="1.2")
    weak = on_date(terms, cfads=series(11), debt_service=series(10))[0]
    assert (weak.is_lock_up, weak.is_default, weak.headroom) == (True, False, Decimal("0.05"))
    bad = on_date(terms, cfads=series(10), debt_service=series(10))[0]
    assert (bad.is_lock_up, bad.is_default) == (True, True)
    only = on_date(covenant(lock_up="1.2"), cfads=series(11), debt_service=series(10))[0]
    assert (only.is_lock_up, only.is_default, only.level) == (True, False, None)
    assert only.headroom == Decimal("-0.1")


def test_rounding_does_not_fail_a_test():
    terms = covenant(level="1.15", kind=FLOAT)
    cfads = (None, 1.15 * 3e9 * (1 - 1e-13))
    flows, _ = covenant_date(
        terms, opening_covenant(terms), CovenantInputs(1, cfads=cfads, debt_service=(None, 3e9))
    )
    assert flows.is_default is False
    short = on_date(covenant(level="1.15"), cfads=series("114.9999"), debt_service=series(100))[0]
    assert short.is_default is True


def test_nothing_to_test_does_not_fail():
    idle = on_date(covenant(level="1.2"), cfads=series(-5), debt_service=series(None))[0]
    assert (idle.is_tested, idle.is_default, idle.is_lock_up) == (False, False, False)
    repaid = on_date(covenant("ltv", level="0.8"), debt=0, collateral=0)[0]
    assert (repaid.is_tested, repaid.is_default) == (False, False)


def test_debt_over_nothing_fails_without_a_number():
    flows = on_date(covenant("ltv", level="0.8"), debt=5, collateral=0)[0]
    assert (flows.is_tested, flows.is_measured, flows.is_default) == (True, False, True)


def test_cash_below_nothing_fails():
    assert on_date(covenant(level="0"), cfads=series(-1), debt_service=series(10))[0].is_default


def test_the_last_certificate_stays_between_tests():
    terms = covenant(level="1.2", every="quarterly")
    _, state = on_date(terms, cfads=series(10), debt_service=series(10))
    flows, kept = on_date(terms, state, place=2, cfads=series(10, 90), debt_service=series(10, 10))
    assert (flows.is_tested, flows.is_default) == (False, False)
    assert (kept.value, is_failing(kept, "default"), is_failing(kept, "lock_up")) == (1, True, True)


@pytest.mark.parametrize(
    ("measure", "said", "given", "missing"),
    [
        ("dscr", {"level": "1.2"}, {"cfads": series(90), "debt_service": series(100)}, 30),
        ("ltv", {"level": "0.8"}, {"debt": 90, "collateral": 100}, 10),
        ("llcr", {"level": "1.25"}, {"worth_to_come": 100, "debt": 100}, 20),
        ("liquidity", {"amount": "50"}, {"cash": 40}, 10),
        ("asset_base", {"share": "0.5"}, {"debt": 90, "net_cost": 100}, 40),
        ("concentration", {"level": "0.3"}, {"below_grade": 40, "collateral": 100}, 0),
        ("ltv", {"level": "0.8"}, {"debt": 70, "collateral": 100}, 0),
    ],
)
def test_the_money_that_makes_it_good(measure, said, given, missing):
    assert on_date(covenant(measure, **said), **given)[0].cure_amount == missing


def test_cures_run_out():
    terms = covenant(level="1.2", cure={"times": 1})
    given = {"cfads": series(10, 10), "debt_service": series(10, 10), "is_cure_offered": True}
    flows, state = on_date(terms, **given)
    assert (flows.is_cured, flows.is_default, flows.is_lock_up) == (True, False, False)
    assert (state.cures_left, may_cure(terms, state, 2)) == (0, False)
    flows, _ = on_date(terms, state, place=2, **given)
    assert (flows.is_cured, flows.is_default) == (False, True)


def test_a_cure_needs_the_terms_the_time_and_the_owners():
    weak = {"cfads": series(10, 10), "debt_service": series(10, 10), "is_cure_offered": True}
    assert on_date(covenant(level="1.2"), **weak)[0].is_default is True
    until = covenant(level="1.2", cure={"until": "1 months"})
    assert on_date(until, **weak)[0].is_cured is True
    assert on_date(until, place=2, **weak)[0].is_default is True
    unasked = covenant(level="1.2", cure={})
    assert on_date(unasked, **(weak | {"is_cure_offered": False}))[0].is_default is True
    # A higher lock-up stays, for a cure brings the measure to its level only.
    higher = on_date(covenant(level="1.2", lock_up="1.3", cure={}), **weak)[0]
    assert (higher.is_cured, higher.is_lock_up) == (True, True)


def test_a_shortfall_that_the_owners_pay_spends_one_cure_a_date():
    terms = covenant(level="1.2", cure={"times": 3})
    state = spend_cure(terms, opening_covenant(terms), True)
    assert state.cures_left == 2
    assert spend_cure(terms, state, True).cures_left == 2
    assert spend_cure(terms, opening_covenant(terms), False).cures_left == 3
    endless = covenant(level="1.2", cure={})
    assert may_cure(endless, spend_cure(endless, opening_covenant(endless), True), 1) is True


def test_paths_are_tested_each_for_itself():
    terms = covenant(level="1.2", cure={"times": 1}, kind=FLOAT)
    cfads = (None, np.array([13.0, 11.0, 11.0, 11.0]))
    service = (None, np.array([10.0, 10.0, 10.0, 0.0]))
    offered = np.array([True, True, False, True])
    flows, state = covenant_date(
        terms,
        opening_covenant(terms),
        CovenantInputs(1, cfads=cfads, debt_service=service, is_cure_offered=offered),
    )
    assert flows.is_tested.tolist() == [True, True, True, False]
    assert flows.is_default.tolist() == [False, False, True, False]
    assert state.cures_left.tolist() == [1, 0, 1, 1]


@given(
    st.sampled_from(MEASURES),
    st.lists(st.decimals(0, 1000, places=2), min_size=12, max_size=12),
    st.decimals(Decimal("0.05"), 2, places=2),
    st.booleans(),
)
def test_decimals_floats_and_paths_agree(measure, drawn, level, is_cure_offered):
    said = {"level": str(level), "share": "0.9", "amount": "40", "cure": {"times": 2}}

    def found(kind, number):
        terms = covenant(measure, kind=kind, trailing="2 months", first_test="0 months", **said)
        first, second, third, fourth, *rest = map(number, drawn)
        over, under = (None, first, second), (None, third, fourth)
        inputs = CovenantInputs(2, over, under, over, under, is_cure_offered=is_cure_offered)
        inputs = inputs._replace(**dict(zip(inputs._fields[5:], rest, strict=False)))
        return covenant_date(terms, opening_covenant(terms), inputs)

    exact, quick = found(DECIMAL, Decimal), found(FLOAT, float)
    assert_agree(exact, quick, scale=1000)
    assert exact[0][4:9] == quick[0][4:9]
    paths = found(FLOAT, lambda each: np.array([float(each), 1.0]))
    for of_paths, alone in zip(paths, quick, strict=True):
        for name, held, single in zip(alone._fields, of_paths, alone, strict=True):
            # Flags of paths are arrays too, which numbers alone would leave out.
            assert (held[0] if isinstance(held, np.ndarray) else held) == single, name


def test_what_is_to_come():
    worth = worths_to_come(series(110, "121"), (0, *[Decimal("0.1")] * 2), Decimal(0))
    assert worth == (200, 110, 0)
    # Without cash on a date the worth is only carried back.
    assert worths_to_come(series(None, 121), (0, 0, Decimal("0.1")), Decimal(0)) == (110, 110, 0)


def test_all_covenants_of_a_borrower():
    spv = borrower(
        [], covenants={"dscr": {"measure": "dscr", "level": "1.2"}, "ltv": {"measure": "ltv"}}
    )
    dscr, ltv = lower_covenants("project", spv, DATES, kind=DECIMAL)
    assert (dscr.name, dscr.dates[1].level) == ("dscr", Decimal("1.2"))
    assert True not in [on.is_test for on in ltv.dates]
