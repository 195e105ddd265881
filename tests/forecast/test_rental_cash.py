"""A finance lease in the plan: its loans pay the quoted rents, and its cash is the quote's."""

from decimal import Decimal
from typing import Any

import pytest

from lessor.core.numeric import FLOAT
from lessor.forecast.lease_rents import run_take_downs
from lessor.forecast.lease_terms import FinanceLease
from lessor.forecast.rental_cash import LoanDate, loans_of, rental_flows
from lessor.terms.deal import Deal
from tests.forecast.leases import quoted, quoted_lease


def flows_of(**said: Any):
    """The quote of a lease, and what its own rents make of it in the plan."""
    quote = quoted(**said)
    dates = [LoanDate(row.day, row.financed, row.rent, row.interest) for row in quote.rows]
    lease = quoted_lease(**said)
    return quote, rental_flows(lease.deal, lease.name, dates, FLOAT)


@pytest.mark.parametrize("timing", ["arrears", "advance"])
def test_the_plan_moves_what_the_quote_says(timing):
    rental = {
        "deposit": "20%",
        "service_fee": "2%",
        "purchase_price": "1",
        "vat": "6%",
        "vat_on": "interest",
        "vat_credited": "no",
    }
    quote, flows = flows_of(rental=rental, repayment={"timing": timing})
    assert [day for day, _ in flows] == [row.day for row in quote.rows]
    for row, (_, flow) in zip(quote.rows, flows, strict=True):
        for name in (
            "deposit_paid",
            "deposit_set_off",
            "deposit_returned",
            "purchase_price",
            "vat",
        ):
            assert getattr(flow, name) == pytest.approx(getattr(row, name), abs=1e-12), name
        assert flow.service_fee == pytest.approx(row.fees)


def test_each_draw_pays_its_own_deposit_and_one_set_off_ends_them():
    taken = [{"date": "2026-01-01", "amount": "60"}, {"date": "2026-07-01", "amount": "40"}]
    _, flows = flows_of(rental={"take_downs": taken, "deposit": "10%"})
    paid = [flow.deposit_paid for _, flow in flows]
    assert [each for each in paid if each] == [6, 4]
    assert sum(flow.deposit_set_off for _, flow in flows) == pytest.approx(10)
    assert flows[-1][1].deposit_held == pytest.approx(0, abs=1e-12)


def quoted_rents(deal: Deal, name: str) -> list[Decimal]:
    runs = run_take_downs(FinanceLease(deal, name, FLOAT))
    return [row.rent.rent for run in runs for row in run.rows if row.rent.rent]


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"rate": {"quoted": "flat"}},
        {"rental": {"rents": [{"times": "6", "amount": "12"}, {"times": "6", "amount": "6"}]}},
        {"rental": {"residual": {"share": "20%"}}},
        {"repayment": {"timing": "advance"}},
    ],
    ids=["level", "flat", "table", "residual", "advance"],
)
def test_the_loans_of_a_lease_have_its_rents(said):
    lease = quoted_lease(**said)
    loans = loans_of(lease.deal, lease.name)
    assert list(loans) == [lease.name]
    assert loans[lease.name].rental is None
    deal = lease.deal.model_copy(update={"facilities": loans})
    residual = quoted(**said).figures["residual"]
    rents = quoted_rents(lease.deal, lease.name)
    rents[-1] += residual
    assert quoted_rents(deal, lease.name) == pytest.approx(rents, rel=1e-9)


def test_take_downs_become_loans_that_are_drawn_on_their_days():
    taken = [
        {"date": "2026-01-01", "amount": "60"},
        {"date": "2026-07-01", "amount": "40", "term": "24 months"},
    ]
    lease = quoted_lease(rental={"take_downs": taken})
    loans = loans_of(lease.deal, lease.name)
    assert list(loans) == ["lease 1", "lease 2"]
    second = loans["lease 2"]
    assert [(str(each.date), float(each.amount.amount)) for each in second.draws] == [
        ("2026-07-01", 40.0)
    ]
    assert second.dates is not None
    assert (str(second.dates.first_payment), str(second.repayment.until)) == (
        "2026-07-01",
        "2028-07-01",
    )
