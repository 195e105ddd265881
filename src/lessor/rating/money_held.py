"""Deposit and prepayment of a lease: how much of it is due, and on which day."""

from __future__ import annotations

from datetime import date
from typing import Literal

from lessor.core.numeric import Kind, Value
from lessor.engine.charges.billing import BillingTerms, deposit_due, prepayment_due
from lessor.rating.contracts import Contract, lease_currency
from lessor.rating.exchange import converted
from lessor.terms.deal import Deal
from lessor.terms.leases import Events

Paid = Literal["signing", "acceptance", "closing"]


def due_day(deal: Deal, events: Events, commencement: date, paid: Paid) -> date:
    """The day on which money of the lessee is due; a lease without a signature signs at closing."""
    if paid == "acceptance":
        return commencement
    return deal.closing_date if paid == "closing" else events.signed or deal.closing_date


def deposit_reported(deal: Deal, contract: Contract, terms: BillingTerms, kind: Kind) -> Value:
    """The deposit in the reporting currency: an amount has its own, months are the lease's."""
    deposit, day = contract.lease.deposit, contract.service.commencement
    due = deposit_due(terms, contract.first_rent)
    if deposit is not None and deposit.amount is not None:
        return converted(deal, due, deposit.amount.currency, day, kind)
    return converted(deal, due, lease_currency(contract.lease), day, kind)


def prepayment_reported(deal: Deal, contract: Contract, terms: BillingTerms, kind: Kind) -> Value:
    """The prepayment in the reporting currency; a share is of the contract's value as reported."""
    ahead, day = contract.lease.prepayment, contract.service.commencement
    due = prepayment_due(terms, contract.value)
    if ahead is not None and ahead.amount is not None:
        return converted(deal, due, ahead.amount.currency, day, kind)
    return due
