"""What becomes of a lease's invoices: prepayments drawn down, deposits held, cash due.

One call settles one billing date. Money is in the lease's currency and includes VAT, as an invoice
does; when the cash moves (days to pay) is the driver's business.
"""

from __future__ import annotations

from typing import NamedTuple

from lessor.core.numeric import Kind, Value, clip, maximum, minimum
from lessor.terms.charges import Termination
from lessor.terms.leases import Lease
from lessor.terms.source_path import dotted


class BillingTerms(NamedTuple):
    """A lease's deposit and prepayment as numbers of one kind; None for what it does not say.

    is_drawn_first: the prepayment pays the first invoices whole, else the same share of each;
    is_set_off: the deposit pays the last invoices; is_kept: a
    prepayment left over at an early termination stays with the lessor.
    """

    has_deposit: bool
    deposit_months: Value | None
    deposit_amount: Value | None
    is_set_off: bool
    has_prepayment: bool
    prepayment_share: Value | None
    prepayment_amount: Value | None
    is_drawn_first: bool
    is_kept: bool
    zero: Value


class BillingInputs(NamedTuple):
    """One billing date.

    invoiced: the invoices of the date, VAT included (negative for a credit); deposit_paid and
    prepayment_paid: received from the lessee since the date before; remaining_after: all invoices
    still to come, VAT included; drawdown_share: what a prepayment drawn down pro rata pays of
    each invoice, prepayment / all invoices expected, VAT included. Structure: is_ending marks the
    last date, is_terminated that it comes from an early end.
    """

    invoiced: Value
    deposit_paid: Value = 0
    prepayment_paid: Value = 0
    remaining_after: Value = 0
    drawdown_share: Value = 0
    is_ending: bool = False
    is_terminated: bool = False


class BillingState(NamedTuple):
    """Money of the lessee that the lessor holds: the deposit, and rent paid ahead."""

    deposit_held: Value
    prepayment_left: Value


class BillingFlows(NamedTuple):
    """What a billing date comes to; every amount is positive and its name says the side.

    cash_due = invoiced - prepayment_applied - deposit_applied. Every unit received is applied,
    refunded or returned, kept, or still in the state.
    """

    cash_due: Value
    prepayment_received: Value
    prepayment_applied: Value
    prepayment_refunded: Value
    prepayment_kept: Value
    deposit_received: Value
    deposit_applied: Value
    deposit_returned: Value


def lower_billing(name: str, lease: Lease, kind: Kind) -> BillingTerms:
    """The deposit and prepayment of the lease called `name`."""
    deposit, ahead = lease.deposit, lease.prepayment
    path = dotted(("leases", name))

    def number(record: object, field: str) -> Value | None:
        value = getattr(record, field.split(".")[1], None)
        amount = getattr(value, "amount", value)
        said = f"{path}.{field}.amount" if amount is not value else f"{path}.{field}"
        return None if amount is None else kind.number(amount, said)

    ends = [charge for charge in lease.charges.values() if isinstance(charge, Termination)]
    return BillingTerms(
        has_deposit=deposit is not None,
        deposit_months=number(deposit, "deposit.months"),
        deposit_amount=number(deposit, "deposit.amount"),
        is_set_off=deposit is not None and deposit.returned == "set_off",
        has_prepayment=ahead is not None,
        prepayment_share=number(ahead, "prepayment.share"),
        prepayment_amount=number(ahead, "prepayment.amount"),
        is_drawn_first=ahead is not None and ahead.drawdown == "first",
        is_kept=any(charge.prepayment == "kept" for charge in ends),
        zero=kind.given(0),
    )


def initial_billing(kind: Kind) -> BillingState:
    """Nothing received yet."""
    return BillingState(kind.given(0), kind.given(0))


def deposit_due(terms: BillingTerms, month_rent: Value) -> Value:
    """The deposit to be paid: the amount said, or months x the first month's base rent."""
    if terms.deposit_amount is not None:
        return terms.deposit_amount
    return terms.zero if terms.deposit_months is None else terms.deposit_months * month_rent


def prepayment_due(terms: BillingTerms, contract_value: Value) -> Value:
    """The prepayment to be paid: the amount said, or share x the value of the contract."""
    if terms.prepayment_amount is not None:
        return terms.prepayment_amount
    return terms.zero if terms.prepayment_share is None else terms.prepayment_share * contract_value


def settle_billing(
    terms: BillingTerms, state: BillingState, inputs: BillingInputs
) -> tuple[BillingFlows, BillingState]:
    """Settle one billing date: first from the prepayment, then from the deposit, the rest in cash.

    A deposit that is set off pays the last invoices: as soon as what is still to come in cash is
    less than the deposit held. At the end the rest of both goes back; a prepayment left over at
    an early termination is kept where the contract says so. A credit touches neither.
    """
    ahead = state.prepayment_left + inputs.prepayment_paid
    held = state.deposit_held + inputs.deposit_paid
    share = 1 if terms.is_drawn_first else inputs.drawdown_share
    applied = _drawn(share, inputs.invoiced, ahead)
    left = ahead - applied
    unpaid = maximum(inputs.invoiced - applied, 0)
    set_off = terms.zero
    if terms.is_set_off:
        still_to_come = inputs.remaining_after - _drawn(share, inputs.remaining_after, left)
        set_off = clip(held - still_to_come, 0, unpaid)
    held = held - set_off
    over = left if inputs.is_ending else terms.zero
    is_kept = inputs.is_terminated and terms.is_kept
    flows = BillingFlows(
        cash_due=inputs.invoiced - applied - set_off,
        prepayment_received=inputs.prepayment_paid,
        prepayment_applied=applied,
        prepayment_refunded=terms.zero if is_kept else over,
        prepayment_kept=over if is_kept else terms.zero,
        deposit_received=inputs.deposit_paid,
        deposit_applied=set_off,
        deposit_returned=held if inputs.is_ending else terms.zero,
    )
    if inputs.is_ending:
        return flows, BillingState(terms.zero, terms.zero)
    return flows, BillingState(held, left)


def _drawn(share: Value, invoices: Value, ahead: Value) -> Value:
    """What a prepayment of which `ahead` is left pays of invoices."""
    return clip(share * invoices, 0, minimum(ahead, maximum(invoices, 0)))
