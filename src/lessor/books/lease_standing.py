"""Where a lease stands on a day: its state, what is contracted, what is still to be served."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import NamedTuple

from lessor.books.lease_book import LeaseBook
from lessor.rating.contracts import Contract, Rent
from lessor.terms.lease_state import LeaseState, state_at
from lessor.terms.plan_dates import letting_end

SERVING = (LeaseState.IN_SERVICE, LeaseState.SUSPENDED)
"""States of a lease that was accepted and has not ended."""

CONTRACTED = (LeaseState.SIGNED, *SERVING)
"""States in which capacity is contracted."""

_NOTHING = Decimal(0)


class LeaseStanding(NamedTuple):
    """A lease on a day, by the terms that were booked last.

    quantity in unit: as the contract names it; gpus: None where no server model tells. backlog:
    contract value still to be served, without VAT, in `currency`, the deal's; none once ended.
    """

    state: LeaseState
    quantity: Decimal
    unit: str
    gpus: Decimal | None
    backlog: Decimal
    currency: str
    begins: date | None
    ends: date | None


def standing_on(book: LeaseBook, day: date) -> LeaseStanding:
    """The state of a lease on a day, its capacity, and its backlog."""
    lease, signed = book.lease, book.as_signed
    state = state_at(lease, day)
    gpus = Decimal(signed.units.gpus)
    return LeaseStanding(
        state=state,
        quantity=Decimal(lease.capacity.quantity),
        unit=lease.capacity.unit,
        gpus=gpus if gpus else None,
        backlog=left_to_serve(signed.contract, state, day),
        currency=signed.deal.currency,
        begins=lease.events.commencement,
        ends=letting_end(lease),
    )


def left_to_serve(contract: Contract, state: LeaseState, day: date) -> Decimal:
    """Contract value that is not served yet: all of it once signed, what is left once accepted.

    left = rents of the days from `day` on; of the stretch that holds `day`, its part by days.
    What comes after a termination that is known already is not served.
    """
    if state is LeaseState.SIGNED:
        return Decimal(contract.value)
    if state not in SERVING:
        return _NOTHING
    until = contract.lease.events.terminated or date.max
    left = (_left(rent, day) for rent in contract.rents if rent.span.start < until)
    return sum(left, _NOTHING)


def _left(rent: Rent, day: date) -> Decimal:
    days = (rent.span.end - max(rent.span.start, day)).days
    return Decimal(rent.reported) * max(days, 0) / rent.span.days
