"""What is contracted: leases, GPUs and backlog by state, signed apart from accepted."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from lessor.books.lease_book import LeaseBook
from lessor.books.lease_standing import LeaseStanding, standing_on
from lessor.terms.lease_state import LeaseState


class StateRow(NamedTuple):
    """The leases in one state: how many, their GPUs, and what is still to be served of them.

    gpus: those that are known; unknown: leases of which no server model tells. backlog: contract
    value without VAT by the currency of the deal.
    """

    state: LeaseState
    leases: int
    gpus: Decimal
    unknown: int
    backlog: dict[str, Decimal]


def standings(books: Iterable[LeaseBook], day: date) -> dict[str, LeaseStanding]:
    """Each lease on a day, by its id."""
    return {book.id: standing_on(book, day) for book in books}


def by_state(found: Iterable[LeaseStanding]) -> tuple[StateRow, ...]:
    """The leases by state, in the order of a lease's life; states without a lease are left out."""
    rows: dict[LeaseState, StateRow] = {}
    for each in found:
        row = rows.get(each.state) or StateRow(each.state, 0, Decimal(0), 0, {})
        backlog = dict(row.backlog)
        if each.backlog:
            backlog[each.currency] = backlog.get(each.currency, Decimal(0)) + each.backlog
        rows[each.state] = StateRow(
            each.state,
            row.leases + 1,
            row.gpus + (each.gpus or 0),
            row.unknown + (each.gpus is None),
            backlog,
        )
    return tuple(rows[state] for state in LeaseState if state in rows)
