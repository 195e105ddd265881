"""What of an invoice a prepayment or a deposit pays: only money that was received."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import NamedTuple

from lessor.books.billing import Past, Scope
from lessor.books.documents import Document
from lessor.books.lease_book import LeaseBook, Stage, Stretch
from lessor.books.to_come import fixed_totals, months_billed
from lessor.core.money import round_money
from lessor.core.numeric import DECIMAL, Value, ratio
from lessor.engine.charges.billing import (
    BillingInputs,
    BillingState,
    BillingTerms,
    lower_billing,
    settle_billing,
)
from lessor.rating.exchange import rate_at


class Held(NamedTuple):
    """Money of the lessee at hand, in the lease's currency: received and not yet used.

    prepaid: all that was ever received ahead, which a drawdown by share is a share of.
    """

    deposit: Decimal
    prepayment: Decimal
    prepaid: Decimal


def settled(
    book: LeaseBook,
    documents: Iterable[Document],
    *,
    held: Held,
    course: Sequence[Stretch],
    scope: Scope,
    past: Past,
) -> list[Document]:
    """The documents with what the prepayment pays of each, and then the deposit.

    The rules are those of the plan (`engine.charges.billing`); what is still to come is what the
    months without an invoice bill where nothing is used. A credit touches neither.
    """
    found = list(documents)
    stage = book.stages[-1]
    terms = lower_billing(book.name, stage.letting.lease, DECIMAL)
    state = BillingState(held.deposit, held.prepayment)
    share = _drawdown_share(book, stage, held)
    to_come: dict[str, Decimal] = {}
    if terms.is_set_off and held.deposit > 0:
        to_come = fixed_totals(book, course)
        for billed in months_billed(book, scope, past):
            to_come.pop(billed, None)
    for place, document in enumerate(found):
        if document.kind == "invoice":
            to_come.pop(document.period, None)
        if document.total <= 0:
            continue
        inputs = BillingInputs(
            invoiced=document.total,
            deposit_paid=Decimal(0),
            prepayment_paid=Decimal(0),
            remaining_after=sum(to_come.values(), Decimal(0)),
            drawdown_share=share,
        )
        found[place], state = _settled(terms, state, inputs, document)
    return found


def _settled(
    terms: BillingTerms, state: BillingState, inputs: BillingInputs, document: Document
) -> tuple[Document, BillingState]:
    flows, _ = settle_billing(terms, state, inputs)
    prepaid = round_money(flows.prepayment_applied, document.currency, "half_up")
    set_off = round_money(flows.deposit_applied, document.currency, "half_up")
    left = BillingState(state.deposit_held - set_off, state.prepayment_left - prepaid)
    return document._replace(prepaid=prepaid, set_off=set_off), left


def _drawdown_share(book: LeaseBook, stage: Stage, held: Held) -> Value:
    if held.prepaid == 0:
        return Decimal(0)
    gross = stage.letting.contract.gross / _rate(book, stage)
    return ratio(held.prepaid, gross, Decimal(0))


def _rate(book: LeaseBook, stage: Stage) -> Decimal:
    """Units of the deal's currency, in which contracts are counted, for one of the lease's."""
    return rate_at(stage.letting.deal, book.currency, stage.service.commencement)
