"""A lease as quoted, and the loans that the plan runs it as: the same rents on the same days."""

from datetime import date
from typing import Any

import pytest

from lessor.core.numeric import FLOAT
from lessor.forecast.funding import prepare_facility, run_facility
from lessor.forecast.rental_cash import loans_of
from lessor.rating.grid import Grid
from tests.forecast.leases import quoted, quoted_lease

MONTHS = 60
TABLE = [{"times": "6", "amount": "12"}, {"times": "6", "amount": "6"}]
TAKEN = [{"date": "2026-01-01", "amount": "60"}, {"date": "2026-07-01", "amount": "40"}]
OWN_TERM = [TAKEN[0], {**TAKEN[1], "term": "24 months"}]
LPR = {"LPR": {"observed": [{"date": "2025-12-20", "rate": "3.1%"}]}}

LEASES: dict[str, dict[str, Any]] = {
    "level": {},
    "monthly": {"repayment": {"frequency": "monthly"}, "rate": {"compounding": "monthly"}},
    "compounding-within-a-rent": {"rate": {"compounding": "monthly"}},
    "effective": {"rate": {"compounding": "annual"}, "repayment": {"frequency": "monthly"}},
    "days-as-counted": {"rate": {"basis": "actual/360"}},
    "advance": {"repayment": {"timing": "advance"}},
    "equal-principal": {"repayment": {"profile": "equal_principal"}},
    "equal-in-advance": {"repayment": {"profile": "equal_principal", "timing": "advance"}},
    "principal-table": {
        "repayment": {"profile": "principal_table"},
        "rate": {"basis": "actual/360"},
    },
    "level-payment": {"repayment": {"profile": "level_payment"}, "rate": {"basis": "actual/365"}},
    "interest-only": {"repayment": {"interest_only": "12 months"}},
    "grace": {"repayment": {"grace": "6 months"}},
    "balloon": {"repayment": {"balloon": "30%"}},
    "balloon-in-advance": {"repayment": {"balloon": "30%", "timing": "advance"}},
    "amortization": {"repayment": {"amortization": "60 months"}},
    "equal-amortization": {
        "repayment": {"profile": "equal_principal", "amortization": "60 months"}
    },
    "table-amortization": {
        "repayment": {"profile": "principal_table", "amortization": "60 months"}
    },
    "broken-last-period": {"repayment": {"until": "20 months"}},
    "residual": {"rental": {"residual": {"share": "20%"}}},
    "residual-in-advance": {
        "rental": {"residual": {"share": "20%"}},
        "repayment": {"timing": "advance"},
    },
    "flat": {"rate": {"quoted": "flat"}},
    "flat-in-advance": {"rate": {"quoted": "flat"}, "repayment": {"timing": "advance"}},
    "table": {"rental": {"rents": TABLE}},
    "table-in-advance": {"rental": {"rents": TABLE}, "repayment": {"timing": "advance"}},
    "floating": {"rate": {"value": None, "index": "LPR", "spread": "1%"}, "rates": LPR},
    "take-downs": {"rental": {"take_downs": TAKEN}},
    "take-downs-of-their-own": {"rental": {"take_downs": OWN_TERM}},
    "custom": {
        "repayment": {
            "profile": "custom",
            "steps": [{"after": "12 months", "share": "10%", "every": "quarterly"}],
        }
    },
}


def paid_by_the_plan(said: dict[str, Any]) -> dict[date, float]:
    """Interest and principal by day, over the loans of the lease."""
    lease = quoted_lease(**said)
    loans = loans_of(lease.deal, lease.name)
    deal = lease.deal.model_copy(update={"facilities": loans})
    grid = Grid(deal.closing_date, MONTHS)
    paid: dict[date, float] = {}
    for name, loan in loans.items():
        day = loan.draws[0].date if loan.draws else deal.closing_date
        amount = loan.draws[0].amount if loan.draws else loan.principal.amount
        assert amount is not None
        draws = ((grid.moment(day, opening=True), float(amount.amount)),)
        prepared = prepare_facility(deal, name, grid=grid, kind=FLOAT, draws=draws)
        run = run_facility(prepared)
        for segment, flow in zip(prepared.segments, run.segment_flows, strict=True):
            moved = float(flow.interest_paid + flow.principal_paid)
            if moved:
                paid[segment.payment_day] = paid.get(segment.payment_day, 0.0) + moved
    return paid


@pytest.mark.parametrize("said", LEASES.values(), ids=LEASES)
def test_the_plan_pays_the_rents_that_are_quoted(said: dict[str, Any]):
    due = {row.day: row.rent + row.residual for row in quoted(**said).rows}
    due = {day: rent for day, rent in due.items() if abs(rent) > 1e-9}
    paid = {day: rent for day, rent in paid_by_the_plan(said).items() if abs(rent) > 1e-9}
    assert paid == pytest.approx(due, rel=1e-9, abs=1e-9)
