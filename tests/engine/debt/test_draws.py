"""Who pays for the uses, date by date."""

from collections.abc import Sequence
from decimal import Decimal

import pytest

from lessor.core.numeric import DECIMAL, scan
from lessor.engine.debt.draws import (
    FundingFlows,
    FundingInputs,
    fund_uses,
    lower_funding,
    opening_funding,
)


def funded(loans: Sequence[tuple[str, int]], uses: Sequence[int]) -> list[FundingFlows]:
    terms = lower_funding(
        [rule for rule, _ in loans],
        [Decimal(principal) for _, principal in loans],
        Decimal(sum(uses)),
        kind=DECIMAL,
    )
    inputs = [FundingInputs(Decimal(use)) for use in uses]
    return scan(fund_uses, terms, opening_funding(terms), inputs)[0]


@pytest.mark.parametrize(
    ("rule", "draws", "equity", "held"),
    [
        ("pro_rata", [54, 0, 36], [6, 0, 4], [0, 0, 0]),
        ("equity_first", [50, 0, 40], [10, 0, 0], [0, 0, 0]),
        ("at_closing", [90, 0, 0], [0, 0, 10], [30, 30, 0]),
    ],
)
def test_one_loan_of_90_for_uses_of_60_and_40(rule, draws, equity, held):
    flows = funded([(rule, 90)], [60, 0, 40])
    assert [flow.draws[0] for flow in flows] == draws
    assert [flow.equity for flow in flows] == equity
    assert [flow.cash_held for flow in flows] == held


def test_loans_share_a_date_in_proportion_to_their_principals():
    flows = funded([("equity_first", 60), ("equity_first", 20)], [50, 50])
    assert [flow.draws for flow in flows] == [
        (Decimal("22.5"), Decimal("7.5")),
        (Decimal("37.5"), Decimal("12.5")),
    ]
    assert [flow.equity for flow in flows] == [20, 0]


def test_rules_mix():
    # Equity of 20 and what the other loans drew come before the loan that waits.
    flows = funded([("at_closing", 10), ("pro_rata", 40), ("equity_first", 30)], [50, 50])
    assert [flow.draws for flow in flows] == [(10, 20, 0), (0, 20, 30)]
    assert [flow.equity for flow in flows] == [20, 0]


def test_without_loans_equity_pays():
    flows = funded([], [60, 40])
    assert [(flow.draws, flow.equity) for flow in flows] == [((), 60), ((), 40)]


def test_at_closing_draws_on_a_closing_date_without_uses():
    flows = funded([("at_closing", 90)], [0, 100])
    assert [(flow.draws[0], flow.equity, flow.cash_held) for flow in flows] == [
        (90, 0, 90),
        (0, 10, 0),
    ]
