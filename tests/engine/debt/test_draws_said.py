"""Loans that say what is drawn, and fees that are paid with draws."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pytest

from lessor.core.numeric import DECIMAL, scan
from lessor.engine.debt.draws import (
    DelayedInputs,
    Delivered,
    FundingFlows,
    FundingInputs,
    draw_delayed,
    fund_uses,
    lower_funding,
    opening_funding,
)

Dates = list[tuple[Any, list[int | None]]]
"""Dates as (use, draws said)."""


def funded(
    loans: Sequence[tuple[str, int, str]],
    dates: Dates,
    *,
    uses: str,
) -> list[FundingFlows]:
    """Loans as (rule, principal, share of fees on draws), dates as (use, draws said)."""
    fees = [Decimal(fee) if fee != "0" else None for _, _, fee in loans]
    terms = lower_funding(
        [rule for rule, _, _ in loans],
        [Decimal(principal) for _, principal, _ in loans],
        Decimal(uses),
        kind=DECIMAL,
        fees=fees,
    )
    inputs = [
        FundingInputs(Decimal(use), tuple(None if draw is None else Decimal(draw) for draw in said))
        for use, said in dates
    ]
    return scan(fund_uses, terms, opening_funding(terms), inputs)[0]


def test_planned_draws_wait_for_uses():
    flows = funded([("planned", 90, "0")], [(60, [80]), (0, [10]), (40, [None])], uses="100")
    assert [flow.draws[0] for flow in flows] == [80, 10, 0]
    assert [flow.equity for flow in flows] == [0, 0, 10]
    assert [flow.cash_held for flow in flows] == [20, 30, 0]


def test_a_loan_against_deliveries_gives_owners_back_what_they_paid_ahead():
    flows = funded([("delayed", 90, "0")], [(100, [None]), (0, [90])], uses="100")
    assert [flow.equity for flow in flows] == [100, -90]
    assert [flow.cash_held for flow in flows] == [0, 0]


def test_other_loans_keep_to_their_rules_beside_one_that_says_its_draws():
    loans = [("delayed", 50, "0"), ("equity_first", 30, "0")]
    dates: Dates = [(60, [40, None]), (40, [10, None])]
    flows = funded(loans, dates, uses="100")
    assert [flow.draws for flow in flows] == [(40, 0), (10, 30)]
    assert [flow.equity for flow in flows] == [20, 0]


@pytest.mark.parametrize("rule", ["at_closing", "pro_rata", "equity_first"])
def test_fees_on_draws_are_uses_that_the_draws_pay_for(rule):
    # A loan of 90 with 2% on draws: uses are 98.2 and the fee of 1.8.
    dates: Dates = [(49, []), ("49.2", [])]
    flows = funded([(rule, 90, "0.02")], dates, uses="100")
    assert sum(flow.fees[0] for flow in flows) == pytest.approx(Decimal("1.8"))
    assert sum(flow.draws[0] for flow in flows) == pytest.approx(90)
    assert sum(flow.equity for flow in flows) == pytest.approx(10)
    held = Decimal(0)
    for (use, _), flow in zip(dates, flows, strict=True):
        assert flow.fees[0] == flow.draws[0] * Decimal("0.02")
        sources = flow.draws[0] + flow.equity + held
        assert float(sources) == pytest.approx(float(Decimal(use) + flow.fees[0] + flow.cash_held))
        held = flow.cash_held


def test_loans_of_every_rule_with_fees_balance_on_every_date():
    loans = [
        ("at_closing", 10, "0.01"),
        ("pro_rata", 30, "0.02"),
        ("equity_first", 20, "0.03"),
        ("equity_first", 10, "0"),
        ("planned", 10, "0.05"),
    ]
    dates: Dates = [(30, [None] * 4 + [5]), (30, [None] * 4 + [5]), (20, []), ("17.8", [])]
    flows = funded(loans, dates, uses="99.6")
    held = Decimal(0)
    for (use, _), flow in zip(dates, flows, strict=True):
        sources = sum(flow.draws) + flow.equity + held
        uses = Decimal(use) + sum(flow.fees) + flow.cash_held
        assert float(sources) == pytest.approx(float(uses))
        held = flow.cash_held
    assert float(sum(flow.draws[2] for flow in flows)) == pytest.approx(20)


def test_deliveries_are_lent_on_up_to_the_principal():
    cost = Delivered(cost=Decimal(100), rate=Decimal("0.9"), worn=Decimal("0.25"))
    draw, drawn = draw_delayed(Decimal(120), Decimal(0), DelayedInputs((cost,)))
    assert (draw, drawn) == (Decimal("67.5"), Decimal("67.5"))
    draw, drawn = draw_delayed(Decimal(120), drawn, DelayedInputs((cost, cost)))
    assert (draw, drawn) == (Decimal("52.5"), 120)
