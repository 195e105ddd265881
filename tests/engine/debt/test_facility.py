"""A loan month by month, against schedules that can be checked by hand."""

from decimal import Decimal
from typing import Any

import pytest

from lessor.core.numeric import DECIMAL, FLOAT, total
from lessor.core.trace import TraceKind
from tests.engine.debt.loans import facility, paid, run_loan

QUARTERLY: dict[str, Any] = {
    "rate": {"compounding": "quarterly"},
    "repayment": {"frequency": "quarterly"},
}


def test_level_debt_service_of_6300m_at_4_percent_over_60_months():
    loan = run_loan(facility(), draws={0: 6.3e9})
    assert total(map(paid, loan.flows[:12])) == pytest.approx(1.392289e9, rel=1e-6)
    assert [paid(flow) for flow in loan.flows] == pytest.approx([1.392289067378e9 / 12] * 60)
    assert loan.state.outstanding == 0


@pytest.mark.parametrize(("payments", "service"), [(12, 8.8849), (20, 5.5415)])
def test_level_payments_by_the_quarter(payments: int, service: float):
    loan = run_loan(facility(until=f"{payments} quarters", **QUARTERLY))
    paying = [paid(flow) for flow in loan.flows[2::3]]
    assert paying == pytest.approx([service] * payments, abs=5e-5)
    assert total(map(paid, loan.flows)) == pytest.approx(total(paying))


def test_equal_principal_bullet_and_balloon():
    equal = run_loan(facility("equal_principal", until="4 months"))
    assert [flow.principal_paid for flow in equal.flows] == [25, 25, 25, 25]
    assert [flow.interest_paid for flow in equal.flows] == pytest.approx(
        [1 / 3, 1 / 4, 1 / 6, 1 / 12]
    )
    bullet = run_loan(facility("bullet", until="3 months"))
    assert [flow.principal_paid for flow in bullet.flows] == [0, 0, 100]
    balloon = run_loan(facility("equal_principal", until="4 months", repayment={"balloon": "40%"}))
    assert [flow.principal_paid for flow in balloon.flows] == pytest.approx([15, 15, 15, 55])


def test_a_level_balloon_keeps_payments_level_but_for_the_balloon():
    loan = run_loan(facility(until="12 months", repayment={"balloon": "30%"}))
    service = [paid(flow) for flow in loan.flows]
    assert service[:-1] == pytest.approx([service[0]] * 11)
    assert service[-1] == pytest.approx(service[0] + 30)


def test_interest_only_then_level():
    loan = run_loan(facility(until="12 months", repayment={"interest_only": "6 months"}))
    assert [paid(flow) for flow in loan.flows[:6]] == pytest.approx([1 / 3] * 6)
    service = [paid(flow) for flow in loan.flows[6:]]
    assert service == pytest.approx([service[0]] * 6)
    assert loan.state.outstanding == 0


def test_a_custom_profile_leaves_the_rest_to_maturity():
    steps = [{"after": "1 months", "share": "20%"}, {"after": "2 months", "share": "30%"}]
    loan = run_loan(facility("custom", until="4 months", repayment={"steps": steps}), kind=DECIMAL)
    assert [flow.principal_paid for flow in loan.flows] == [20, 30, 0, 50]


def test_level_holds_where_months_differ_in_days_and_draws_come_later():
    loan = run_loan(
        facility(until="24 months", rate={"basis": "actual/365"}), draws={0: 60.0, 1: 40.0}
    )
    service = [paid(flow) for flow in loan.flows]
    assert service[1:] == pytest.approx([service[1]] * 23)
    assert loan.state.outstanding == 0


def test_interest_compounds_within_a_payment_period():
    by_quarter = {"frequency": "quarterly"}
    monthly = facility("bullet", until="3 months", repayment=by_quarter)
    assert run_loan(monthly).flows[-1].interest_paid == pytest.approx(
        100 * ((1 + 0.04 / 12) ** 3 - 1)
    )
    never = {"compounding": "none"}
    plain = facility("bullet", until="3 months", rate=never, repayment=by_quarter)
    assert run_loan(plain).flows[-1].interest_paid == pytest.approx(1)


@pytest.mark.parametrize("frequency", ["monthly", "quarterly", "annual"])
def test_an_annual_rate_is_earned_in_a_year_however_often_it_is_paid(frequency: str):
    loan = run_loan(
        facility(
            "bullet",
            until="12 months",
            rate={"compounding": "annual"},
            repayment={"frequency": frequency},
        )
    )
    worth = 0.0
    for index, flow in enumerate(loan.flows, 1):
        worth += flow.interest_paid * 1.04 ** ((12 - index) / 12)
    assert worth == pytest.approx(4)


def test_level_payments_with_an_annual_rate_are_level():
    loan = run_loan(
        facility(
            until="24 months", rate={"compounding": "annual"}, repayment={"frequency": "quarterly"}
        )
    )
    service = [paid(flow) for flow in loan.flows[2::3]]
    rate = 1.04**0.25 - 1
    assert service == pytest.approx([100 * rate / (1 - (1 + rate) ** -8)] * 8)


def test_repaid_in_full_takes_principal_and_interest_between_payments():
    rate, repayment = {"compounding": "none"}, {"frequency": "quarterly"}
    loan = run_loan(
        facility("bullet", until="12 months", rate=rate, repayment=repayment), repaid_in=1
    )
    last = loan.flows[-1]
    assert last.interest_paid == pytest.approx(200 / 300)
    assert (last.principal_paid, last.prepaid, last.outstanding) == (0, 100, 0)
    assert loan.state.accrued == 0


def test_the_payment_of_the_month_is_not_prepayment():
    loan = run_loan(facility("equal_principal", until="4 months"), repaid_in=1)
    assert (loan.flows[1].principal_paid, loan.flows[1].prepaid) == (25, 50)


def test_short_cash_pays_interest_first_and_the_rest_is_due_again():
    terms = facility("equal_principal", until="4 months", rate={"value": "12%"})
    loan = run_loan(
        terms, kind=DECIMAL, cash=[Decimal(each) for each in ("0.4", "50", "999", "999")]
    )
    first, second = loan.flows[:2]
    assert (first.interest_paid, first.principal_paid) == (Decimal("0.4"), 0)
    assert first.shortfall == Decimal("25.6")
    # Unpaid interest bears interest, for the rate compounds monthly: 1% of 100.6.
    assert second.interest_due == Decimal("1.606")
    assert second.principal_due == 50
    assert second.principal_paid == Decimal("48.394")
    assert [flow.shortfall for flow in loan.flows[2:]] == [0, 0]
    assert (loan.state.outstanding, loan.state.overdue) == (0, 0)


def test_unpaid_interest_bears_none_where_the_rate_does_not_compound():
    terms = facility("bullet", until="3 months", rate={"value": "12%", "compounding": "none"})
    loan = run_loan(terms, kind=DECIMAL, cash=[Decimal(0), Decimal(0), Decimal(1000)])
    assert loan.flows[2].interest_due == 3


def test_full_repayment_that_cash_does_not_cover_stays_overdue():
    loan = run_loan(facility("bullet", until="12 months"), cash=[10.0, 40.0], repaid_in=1)
    assert loan.flows[1].prepaid == pytest.approx(40 - 1 / 3)
    assert loan.state.overdue == loan.state.outstanding == pytest.approx(60 + 1 / 3)
    assert loan.flows[1].shortfall == pytest.approx(60 + 1 / 3)


def test_a_loan_without_interest_repays_in_equal_parts():
    loan = run_loan(facility(until="4 months", rate={"value": "0"}))
    assert [paid(flow) for flow in loan.flows] == pytest.approx([25] * 4)


def test_traced_figures_end_in_the_terms_of_the_deal():
    loan = run_loan(
        facility(until="2 months"), kind=TraceKind(), draws={0: TraceKind().number(100, "drawn")}
    )
    plain = run_loan(facility(until="2 months"), kind=FLOAT)
    last = loan.flows[-1].interest_paid
    assert float(last) == plain.flows[-1].interest_paid

    def fields(node):
        return {node.field}.union(*(fields(part) for part in node.args))

    assert {"facilities.bank.rate.value", "drawn"} <= fields(last)
