"""Reserve targets with round numbers, and which dates lie in a window."""

from datetime import date
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lessor.core.numeric import DECIMAL, FLOAT
from lessor.engine.debt.accounts import TargetInputs, account_names, lower_accounts, target_amounts
from lessor.engine.debt.date_windows import lower_ends, lower_starts, lower_whole
from lessor.terms.scalars import Duration
from tests.agreement.agreeing import assert_agree, assert_paths_agree
from tests.engine.debt.borrowers import borrower, days

THREE = Duration(3, 0)


def targets(account_targets, *, place=0, service=None, costs=None, debt=1000, months=1):
    """The targets of reserves named a, b, c ... on 12 dates with service 10, 20 ... and costs 4."""
    accounts = {
        name: {"kind": "reserve", "target": target} for name, target in account_targets.items()
    }
    spv = borrower([], accounts={**accounts, "cash": {"kind": "collection"}})
    dates = days(12, months)
    terms = lower_accounts("project", spv, dates, kind=DECIMAL)
    inputs = TargetInputs(
        place,
        tuple(service or [None, *(Decimal(10 * k) for k in range(1, 13))]),
        tuple(costs or [None] + [Decimal(4)] * 12),
        Decimal(debt),
    )
    return dict(zip(account_names(spv), target_amounts(terms, inputs), strict=True))


def test_collection_comes_first_and_has_no_target():
    assert account_names(borrower([])) == (
        "collection",
        "service_reserve",
        "operating_reserve",
        "trap",
    )
    assert targets({"a": {"amount": "5"}}) == {"cash": 0, "a": 5}


@pytest.mark.parametrize(
    ("target", "amount"),
    [
        ({"debt_service": "3 months"}, 60),
        ({"debt_service": "45 days"}, 10),
        ({"next_payment": "67%"}, Decimal("6.7")),
        ({"operating_costs": "2 months"}, 8),
        ({"amount": "5"}, 5),
        ({"share_of_debt": "1%"}, 10),
        ({"debt_service": "2 months", "amount": "50"}, 50),
        ({"debt_service": "2 months", "amount": "50", "combine": "sum"}, 80),
    ],
)
def test_a_target_at_closing(target, amount):
    assert targets({"a": target})["a"] == amount


def test_targets_look_ahead_from_their_date_and_run_out():
    three = {"a": {"debt_service": "3 months"}}
    assert targets(three, place=1)["a"] == 20 + 30 + 40
    assert targets(three, place=11)["a"] == 120
    assert targets(three, place=12)["a"] == 0
    assert targets({"a": {"next_payment": "1"}}, place=12)["a"] == 0


def test_the_next_payment_may_be_months_away():
    quarterly = [None if k % 3 else Decimal(10 * k) for k in range(13)]
    quarterly[0] = None
    two_thirds = {"a": {"next_payment": "67%", "debt_service": "2 months"}}
    assert targets(two_thirds, service=quarterly)["a"] == Decimal("20.1")
    assert targets(two_thirds, service=quarterly, place=1)["a"] == 30


def test_a_target_that_leans_on_another_written_later():
    found = targets(
        {
            "a": {"account": "b", "share_of_account": "50%"},
            "b": {"account": "c", "amount": "7", "combine": "sum"},
            "c": {"amount": "3"},
        }
    )
    assert (found["a"], found["b"], found["c"]) == (5, 10, 3)


@given(
    st.lists(st.decimals(0, 1000, places=2), min_size=12, max_size=12),
    st.integers(0, 12),
    st.sampled_from(("largest", "sum")),
)
def test_targets_agree_on_decimals_floats_and_paths(service, place, combine):
    reserve = {
        "kind": "reserve",
        "target": {
            "debt_service": "3 months",
            "next_payment": "67%",
            "share_of_debt": "1%",
            "amount": "40",
            "combine": combine,
        },
    }
    spv = borrower([], accounts={"cash": {"kind": "collection"}, "a": reserve})

    def found(kind, number):
        terms = lower_accounts("project", spv, days(12), kind=kind)
        dues = (None, *(number(amount) for amount in service))
        return target_amounts(terms, TargetInputs(place, dues, (None,) * 13, number(1000)))

    quick = found(FLOAT, float)
    assert_agree(found(DECIMAL, Decimal), quick)
    assert_paths_agree(found(FLOAT, lambda amount: np.array([float(amount), 0.0])), quick, 0)


def test_a_circle_of_targets_is_refused():
    with pytest.raises(AssertionError, match="leans on itself"):
        targets({"a": {"account": "b"}, "b": {"account": "a"}})
    with pytest.raises(AssertionError, match="one collection account"):
        account_names(borrower([], accounts={}))


def test_amounts_are_converted_and_accounts_funded_at_closing_say_so():
    account = {
        "kind": "reserve",
        "funded": "at_closing",
        "target": {"amount": {"amount": "5", "currency": "USD"}},
    }
    spv = borrower([], accounts={"cash": {"kind": "collection"}, "a": account})
    rates: dict[str | None, int] = {"USD": 7}
    terms = lower_accounts(
        "project", spv, days(1), kind=DECIMAL, convert=lambda amount, code: amount * rates[code]
    )
    target = terms.accounts[1].target
    assert target is not None and target.amount == 35
    assert [account.is_funded_at_closing for account in terms.accounts] == [False, True]


def test_windows_hold_as_many_payments_as_months_whatever_moves_the_days():
    month_ends = [
        date(2026, 11, 30),
        date(2026, 12, 31),
        date(2027, 1, 31),
        date(2027, 2, 28),
        date(2027, 3, 31),
        date(2027, 4, 30),
        date(2027, 5, 31),
    ]
    rolled = [
        date(2026, 1, 15),
        date(2026, 2, 16),
        date(2026, 3, 16),
        date(2026, 4, 15),
        date(2026, 5, 15),
        date(2026, 6, 15),
        date(2026, 7, 15),
    ]
    for dates in (month_ends, rolled, list(reversed_rolls())):
        assert lower_ends(dates, THREE)[:4] == (4, 5, 6, 7)
        assert lower_starts(dates, THREE)[3:] == (1, 2, 3, 4)
        assert lower_whole(dates, THREE) == (False, False, False, True, True, True, True)


def reversed_rolls():
    """Payments on the 1st, some rolled back into the month before."""
    yield from (date(2026, 1, 1), date(2026, 1, 30), date(2026, 2, 27), date(2026, 4, 1))
    yield from (date(2026, 5, 1), date(2026, 6, 1), date(2026, 7, 1))


def test_windows_of_two_loans_that_pay_in_turn():
    dates = [
        date(2026, month, day) for month in range(1, 6) for day in (15, 28 if month == 2 else 30)
    ]
    # From 15 Jan: 30 Jan to 15 Apr, not 30 Apr; and as many back from 15 Apr.
    assert lower_ends(dates, THREE)[0] == 7
    assert lower_starts(dates, THREE)[6] == 1
    assert lower_starts(dates, Duration(1, 0))[6] == 5


def test_windows_longer_and_shorter_than_a_period():
    dates = days(4, months=6)
    assert lower_ends(dates, THREE) == (1, 2, 3, 4, 5)
    assert lower_starts(dates, THREE) == (1, 1, 2, 3, 4)
    assert lower_ends(dates, Duration(120, 0)) == (5,) * 5
    assert lower_starts(dates, Duration(120, 0)) == (1,) * 5
    assert lower_ends(days(3), Duration(0, 31))[:3] == (2, 3, 4)
    assert lower_ends(days(3), Duration(0, 30))[:3] == (1, 3, 3)
    # Without its first day: from 1 Jul back 30 days 1 Jun is outside, back 31 it is inside.
    assert lower_starts(days(3), Duration(0, 30))[2] == 2
    assert lower_starts(days(3), Duration(0, 31))[2] == 1


def test_a_broken_first_period_does_not_make_a_window_whole():
    dates = [date(2026, 5, 20), date(2026, 6, 1), date(2026, 7, 1), date(2026, 8, 1)]
    assert lower_whole(dates, THREE) == (False, False, False, False)
    assert lower_starts(dates, THREE)[3] == 1
