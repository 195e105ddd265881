"""Deposits and prepayments: received, applied, and given back to the last unit."""

from decimal import Decimal
from typing import Any

import pytest

from lessor.core.numeric import DECIMAL, scan
from lessor.engine.charges.billing import (
    BillingFlows,
    BillingInputs,
    deposit_due,
    initial_billing,
    lower_billing,
    prepayment_due,
    settle_billing,
)
from lessor.terms.leases import Lease
from tests.engine.charges.rating import lease, numbers


def billed(
    said: Lease, invoices: list[int], first: dict[str, Any], **last: Any
) -> list[BillingFlows]:
    """The flows of one billing date per invoice; `first` and `last` add to those dates."""
    terms = lower_billing("anchor", said, DECIMAL)
    dates = []
    for index, invoice in enumerate(invoices):
        fields: dict[str, Any] = {
            "invoiced": invoice,
            "deposit_paid": 0,
            "prepayment_paid": 0,
            "drawdown_share": "0.2",
            "remaining_after": sum(invoices[index + 1 :]),
        }
        fields |= first if index == 0 else {}
        fields |= {"is_ending": True, **last} if index == len(invoices) - 1 else {}
        dates.append(BillingInputs(**numbers(DECIMAL, fields)))
    flows, state = scan(settle_billing, terms, initial_billing(DECIMAL), dates)
    assert state == (0, 0)
    return flows


def test_without_either_all_is_paid_in_cash():
    found = billed(lease({}), [100, 100], {})
    assert [flows.cash_due for flows in found] == [100, 100]


def test_a_prepayment_is_drawn_down_by_the_same_share_of_every_invoice():
    found = billed(lease({}, prepayment={"share": "20%"}), [100] * 5, {"prepayment_paid": 100})
    assert [flows.prepayment_applied for flows in found] == [20] * 5
    assert [flows.cash_due for flows in found] == [80] * 5
    assert found[0].prepayment_received == 100
    assert found[-1].prepayment_refunded == 0


def test_a_prepayment_may_pay_the_first_invoices_whole():
    said = lease({}, prepayment={"amount": "250", "drawdown": "first"})
    found = billed(said, [100] * 5, {"prepayment_paid": 250})
    assert [flows.cash_due for flows in found] == [0, 0, 50, 100, 100]


def test_what_is_left_of_a_prepayment_at_the_end_goes_back():
    said = lease({}, prepayment={"amount": "250"})
    found = billed(said, [100] * 2, {"prepayment_paid": 250})
    assert (found[-1].prepayment_applied, found[-1].prepayment_refunded) == (20, 210)


@pytest.mark.parametrize(("rest", "refunded", "kept"), [("refunded", 210, 0), ("kept", 0, 210)])
def test_what_is_left_at_an_early_end_goes_back_or_is_kept(rest: str, refunded: int, kept: int):
    said = lease({"end": {"kind": "termination", "prepayment": rest}}, prepayment={"amount": "250"})
    found = billed(said, [100] * 2, {"prepayment_paid": 250}, is_terminated=True)
    assert (found[-1].prepayment_refunded, found[-1].prepayment_kept) == (refunded, kept)
    regular = billed(said, [100] * 2, {"prepayment_paid": 250})
    assert (regular[-1].prepayment_refunded, regular[-1].prepayment_kept) == (210, 0)


def test_a_deposit_goes_back_at_the_end():
    found = billed(lease({}, deposit={"months": "2"}), [100] * 3, {"deposit_paid": 200})
    assert [flows.cash_due for flows in found] == [100] * 3
    assert (found[0].deposit_received, found[-1].deposit_returned) == (200, 200)


def test_a_deposit_may_pay_the_last_invoices():
    said = lease({}, deposit={"months": "2.5", "returned": "set_off"})
    found = billed(said, [100] * 5, {"deposit_paid": 250})
    assert [flows.cash_due for flows in found] == [100, 100, 50, 0, 0]
    assert found[-1].deposit_returned == 0


def test_a_deposit_is_set_off_after_what_a_prepayment_will_pay():
    said = lease({}, deposit={"months": "1", "returned": "set_off"}, prepayment={"share": "20%"})
    found = billed(said, [100] * 5, {"deposit_paid": 120, "prepayment_paid": 100})
    assert [flows.deposit_applied for flows in found] == [0, 0, 0, 40, 80]
    assert [flows.cash_due for flows in found] == [80, 80, 80, 40, 0]


def test_a_deposit_larger_than_all_invoices_goes_back_in_part():
    said = lease({}, deposit={"amount": "500", "returned": "set_off"})
    found = billed(said, [100] * 2, {"deposit_paid": 500})
    assert [flows.cash_due for flows in found] == [0, 0]
    assert found[-1].deposit_returned == 300


def test_a_credit_touches_neither():
    said = lease({}, deposit={"amount": "50", "returned": "set_off"}, prepayment={"amount": "100"})
    found = billed(said, [-30], {"deposit_paid": 50, "prepayment_paid": 100})
    assert found[0].cash_due == -30
    assert (found[0].prepayment_refunded, found[0].deposit_returned) == (100, 50)


def test_how_much_is_to_be_paid():
    said = lease({}, deposit={"months": "3"}, prepayment={"share": "15%"})
    terms = lower_billing("anchor", said, DECIMAL)
    assert deposit_due(terms, Decimal(100)) == 300
    assert prepayment_due(terms, Decimal(6_000)) == 900
    amounts = lease({}, deposit={"amount": "70"}, prepayment={"amount": {"amount": "80"}})
    terms = lower_billing("anchor", amounts, DECIMAL)
    assert (deposit_due(terms, Decimal(1)), prepayment_due(terms, Decimal(1))) == (70, 80)
    none = lower_billing("anchor", lease({}), DECIMAL)
    assert not (none.has_deposit or none.has_prepayment)
    assert (deposit_due(none, Decimal(1)), prepayment_due(none, Decimal(1))) == (0, 0)
