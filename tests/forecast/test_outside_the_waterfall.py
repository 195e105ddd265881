"""What is paid outside a waterfall: a reserve funded at closing, interest of the construction."""

import pytest

from lessor.forecast.plan import Plan, run_plan
from lessor.terms.deal import Deal
from tests.forecast.test_arrears_after_maturity import borrower

IN = ("rent_received", "debt_drawn", "equity_contributed")
OUT = (
    "operating_costs_paid",
    "capex_paid",
    "fees_paid",
    "construction_interest_paid",
    "debt_fees_paid",
    "interest_paid",
    "principal_paid",
    "debt_prepaid",
    "equity_distributed",
)


def reserved(**said: object) -> Deal:
    """A borrower with three months of debt service in reserve, funded at closing."""
    reserve = {"kind": "reserve", "funded": "at_closing", "target": {"debt_service": "3 months"}}
    company = {
        "accounts": {"collection": {"kind": "collection"}, "reserve": reserve},
        "waterfall": [
            {"release": "reserve"},
            {"pay": "operating_costs", "reserves": "reserve"},
            {"pay": "bank.interest", "reserves": "reserve"},
            {"pay": "bank.principal", "reserves": "reserve"},
            {"fill": "reserve"},
            {"distribute": "equity"},
        ],
    }
    loan = {"repayment": {"profile": "equal_principal", "until": "12 months"}}
    return borrower("2026-01-01", loan, spvs={"company": company}, **said)


def summed(plan: Plan, names: tuple[str, ...]) -> float:
    """Cash of some streams over the plan."""
    return sum(float(entry[1]) for name in names for entry in plan.cash.streams[name].entries)


@pytest.mark.parametrize("months", [0, 4])
def test_no_cash_is_lost_between_the_uses_and_the_account(months: int) -> None:
    said = {"construction": {"until": f"{months} months"}} if months else {}
    plan = run_plan(reserved(**said))
    assert summed(plan, IN) == pytest.approx(summed(plan, OUT))
    reserves = summed(plan, ("reserves_funded",))
    service = 3 * 75_000 + 0.01 * (900_000 + 825_000 + 750_000)
    principal = 3 * 75_000
    assert reserves == pytest.approx(principal if months else service)


def test_interest_of_the_construction_is_paid_by_the_owners_where_the_terms_say_so() -> None:
    plan = run_plan(reserved(construction={"until": "4 months", "interest": "paid"}))
    owed = [900_000 - 75_000 * month for month in range(12)]
    interest = [float(flow.interest_paid) for flow in plan.facilities[0].segment_flows[:12]]
    assert interest == pytest.approx([0.01 * each for each in owed])
    assert summed(plan, IN) == pytest.approx(summed(plan, OUT))
    given = summed(plan, ("equity_contributed", "debt_drawn")) - summed(plan, ("capex_paid",))
    reserves = summed(plan, ("reserves_funded",))
    assert given == pytest.approx(reserves + sum(interest[:4]))
