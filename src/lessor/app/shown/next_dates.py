"""What comes next: rent due, payments to lenders, covenant tests, ends of leases, claims."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal, NamedTuple

from lessor.app.shown.contracted import standings
from lessor.app.shown.kept import Kept
from lessor.app.shown.lenders import ReadDeal, tests_to_come
from lessor.books.lease_book import LeaseBook
from lessor.terms.charges import ServiceCredit
from lessor.terms.scalars import Duration

AHEAD = timedelta(days=92)
"""How far ahead is looked for what comes often; ends of leases are told however far they lie."""

Kind = Literal["rent-due", "payment-due", "covenant-test", "lease-end", "claim-window"]


class Coming(NamedTuple):
    """Something that comes on a day; `subject`: a document, a loan, a borrower, a lease.

    of: the lessee or the deal; period: the month that it is about, where it is about one. amount:
    what is due, in its currency; of a plan it is no exact figure.
    """

    day: date
    kind: Kind
    subject: str
    of: str = ""
    period: str = ""
    amount: Decimal | None = None
    currency: str = ""


def next_dates(kept: Kept, deals: Iterable[ReadDeal], day: date) -> tuple[Coming, ...]:
    """What comes from a day on, the nearest first."""
    return tuple(
        sorted(
            (*_rents(kept, day), *_ends(kept, day), *_claims(kept, day), *_lenders(deals, day)),
            key=lambda each: (each.day, each.kind, each.subject, each.period),
        )
    )


def _rents(kept: Kept, day: date) -> Iterator[Coming]:
    for each in kept.issued:
        left = kept.still[each.number]
        if left > 0 and each.due_date >= day:
            document = each.document
            yield Coming(
                each.due_date,
                "rent-due",
                each.number,
                document.lessee,
                document.period,
                left,
                document.currency,
            )


def _ends(kept: Kept, day: date) -> Iterator[Coming]:
    for id, standing in standings(kept.books.values(), day).items():
        if standing.ends is not None and standing.ends >= day and standing.backlog:
            yield Coming(standing.ends, "lease-end", id, kept.books[id].lessee)


def _claims(kept: Kept, day: date) -> Iterator[Coming]:
    """The last day to claim a service credit for each month that is over."""
    for book in kept.books.values():
        windows = [
            charge.claim
            for charge in book.lease.charges.values()
            if isinstance(charge, ServiceCredit) and isinstance(charge.claim, Duration)
        ]
        if windows and book.stages:
            yield from _windows(book, windows[0], day)


def _windows(book: LeaseBook, window: Duration, day: date) -> Iterator[Coming]:
    grid, course = book.grid, book.course()
    for month in range(book.start_month, course[-1].part.span.period + 1 if course else 0):
        end = grid.boundaries[month + 1]
        last = window.after(end) - timedelta(days=1)
        if end <= day <= last:
            yield Coming(last, "claim-window", book.id, book.lessee, grid.labels[month])


def _lenders(deals: Iterable[ReadDeal], day: date) -> Iterator[Coming]:
    until = day + AHEAD
    for deal in deals:
        for borrower in deal.borrowers:
            for loan, rows in borrower.schedules.items():
                for row in rows:
                    paid = row.interest + row.principal + row.fees
                    if day <= row.date <= until and paid > 0:
                        amount = Decimal(str(paid))
                        yield Coming(
                            row.date, "payment-due", loan, deal.name, "", amount, borrower.currency
                        )
            tests = {test.day for test in tests_to_come(borrower, day) if test.day <= until}
            for tested in sorted(tests):
                yield Coming(tested, "covenant-test", borrower.name or deal.name, deal.name)
