"""A borrower that cannot repay at maturity: what is unpaid stays due, ahead of the owners."""

from typing import Any

import pytest

from lessor.forecast.loan_schedule import schedule_rows
from lessor.forecast.plan import Plan, run_plan
from lessor.terms.deal import Deal

RENT, COST, PRINCIPAL, MONTHLY = 100_000, 20_000, 900_000, 0.01
"""80,000 a month are left for debt; the loan falls due whole after six of the twelve months."""


LEASE = {
    "lessee": {"name": "A model company"},
    "capacity": {"asset": "servers", "quantity": 10},
    "term": "12 months",
    "charges": {"base": {"kind": "base_rent", "amount": f"{RENT // 10}", "per": "server_month"}},
}
SERVERS = {
    "spec": {"gpus": 8},
    "quantity": 10,
    "unit_cost": "100_000",
    "depreciation": {"life": "24 months"},
}
WATERFALL = [
    {"pay": "operating_costs"},
    {"pay": "bank.interest"},
    {"pay": "bank.principal"},
    {"distribute": "equity"},
]


def borrower(closing: str, loan: dict[str, Any], **said: Any) -> Deal:
    """A company with one lease of twelve months from closing, and a loan at 1% a month."""
    bank = {
        "kind": "term_loan",
        "principal": f"{PRINCIPAL}",
        "rate": {"value": "12%", "basis": "30/360", "compounding": "none"},
        "draw": "at_closing",
    }
    accounts = {"collection": {"kind": "collection"}}
    tree = {
        "format": "lessor/1",
        "deal": "a borrower",
        "currency": "USD",
        "closing_date": closing,
        "assets": {"servers": SERVERS},
        "leases": {"tenant": LEASE | {"events": {"accepted": closing}}},
        "costs": {"operations": {"kind": "fixed", "amount": f"{COST}", "per": "month"}},
        "facilities": {"bank": bank | loan},
        "spvs": {"company": {"accounts": accounts, "waterfall": WATERFALL}},
    }
    return Deal.model_validate(tree | said)


def paid_by_step(plan: Plan, what: str) -> list[float]:
    """What a step of the waterfall paid, date by date."""
    (run,) = plan.spvs
    steps = run.terms.waterfall.steps
    return [
        float(flow.paid)
        for date in run.dates
        for place, flow in zip(date.steps, date.flows.steps, strict=True)
        if steps[place].what == what
    ]


def test_what_is_unpaid_at_maturity_is_paid_from_later_cash_with_its_interest() -> None:
    plan = run_plan(
        borrower("2026-01-01", {"repayment": {"profile": "bullet", "until": "6 months"}})
    )
    owed, interest, principal, owners = float(PRINCIPAL), [], [], []
    for month in range(12):
        cash = RENT - COST - MONTHLY * owed
        repaid = min(cash, owed) if month >= 5 else 0.0
        interest.append(MONTHLY * owed)
        principal.append(repaid)
        owners.append(cash - repaid)
        owed -= repaid
    assert paid_by_step(plan, "bank.interest") == pytest.approx(interest)
    assert paid_by_step(plan, "bank.principal") == pytest.approx(principal)
    assert paid_by_step(plan, "equity") == pytest.approx(owners)
    assert owed > 0
    assert schedule_rows(plan.facilities[0])[-1].closing == pytest.approx(owed)


def test_a_payment_that_a_holiday_moves_past_the_end_of_the_plan_is_due_at_its_end() -> None:
    dates = {"calendar": ["hong_kong"], "convention": "following", "accrual": "unadjusted"}
    loan = {
        "principal": "120_000",
        "repayment": {"profile": "equal_principal", "until": "12 months"},
        "dates": dates,
    }
    deal = borrower("2026-01-31", loan, horizon="12 months")
    plan = run_plan(deal)
    assert plan.grid.end.isoformat() == "2027-01-31"
    assert sum(paid_by_step(plan, "bank.principal")) == pytest.approx(120_000)
