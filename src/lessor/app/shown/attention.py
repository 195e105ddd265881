"""What needs attention: work that waits, money that is late, terms that are near their limit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal, NamedTuple

from lessor.app.shown.contracted import standings
from lessor.app.shown.kept import Kept
from lessor.app.shown.lenders import ReadDeal, is_failing, is_near, tests_to_come
from lessor.books.lease_standing import SERVING
from lessor.core.issue import Severity

EXPIRING = timedelta(days=180)
"""How long before its end a lease is worth a word with the lessee."""

Kind = Literal[
    "month-awaiting",
    "draft-unissued",
    "document-overdue",
    "acceptance-late",
    "lease-expiring",
    "covenant-failing",
    "covenant-near",
    "conflicts-open",
    "rows-rejected",
    "deal-missing",
    "audit-finding",
]


class Matter(NamedTuple):
    """One thing that needs attention.

    subject: a month, a lease, a document's number, or a borrower with its covenant; of whom: the
    lessee, the deal, or what is said about it. many: how many of it, day: since or until when.
    """

    kind: Kind
    severity: Severity
    subject: str
    of: str = ""
    many: int = 1
    day: date | None = None
    amount: Decimal | None = None
    currency: str = ""


def matters_of(kept: Kept, deals: Iterable[ReadDeal], day: date) -> tuple[Matter, ...]:
    """Everything that records and deals tell, the gravest first and then the oldest."""
    listed = list(deals)
    found = [
        *_overdue(kept, day),
        *_awaiting(kept, day),
        *_drafts(kept),
        *_leases(kept, day),
        *_covenants(listed, day),
        *_missing(kept, listed),
    ]
    return in_order(found)


def in_order(found: Iterable[Matter]) -> tuple[Matter, ...]:
    """The gravest first, then what has waited longest."""
    rank = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.NOTE: 2}
    return tuple(
        sorted(found, key=lambda each: (rank[each.severity], each.day or date.max, each.subject))
    )


def _overdue(kept: Kept, day: date) -> Iterator[Matter]:
    for each in kept.issued:
        left = kept.still[each.number]
        if left > 0 and each.due_date < day:
            document = each.document
            yield Matter(
                "document-overdue",
                Severity.ERROR,
                each.number,
                document.lessee,
                day=each.due_date,
                amount=left,
                currency=document.currency,
            )


def _awaiting(kept: Kept, day: date) -> Iterator[Matter]:
    """The months to close as one matter: who settles it begins with the first."""
    waiting = {month for lease in kept.books for month in kept.awaiting(lease, day)}
    if waiting:
        yield Matter("month-awaiting", Severity.WARNING, min(waiting), many=len(waiting))


def _drafts(kept: Kept) -> Iterator[Matter]:
    waiting = Counter(draft.period for _, draft in kept.drafts)
    for month, count in sorted(waiting.items()):
        yield Matter("draft-unissued", Severity.WARNING, month, many=count)


def _leases(kept: Kept, day: date) -> Iterator[Matter]:
    for id, standing in standings(kept.books.values(), day).items():
        lessee, begins, ends = kept.books[id].lessee, standing.begins, standing.ends
        if standing.state in SERVING and ends is not None and ends - day <= EXPIRING:
            yield Matter("lease-expiring", Severity.NOTE, id, lessee, day=ends)
        is_accepted = kept.books[id].lease.events.accepted is not None
        if standing.backlog and not is_accepted and begins is not None and begins < day:
            yield Matter("acceptance-late", Severity.WARNING, id, lessee, day=begins)


def _covenants(deals: Iterable[ReadDeal], day: date) -> Iterator[Matter]:
    for deal in deals:
        for borrower in deal.borrowers:
            seen: set[tuple[str, str]] = set()
            for test in tests_to_come(borrower, day):
                kind: Kind | None = None
                if is_failing(test):
                    kind = "covenant-failing"
                elif is_near(test):
                    kind = "covenant-near"
                # The first date tells: later ones of the same covenant follow from the same plan.
                if kind is None or (kind, test.covenant) in seen:
                    continue
                seen.add((kind, test.covenant))
                severity = Severity.ERROR if kind == "covenant-failing" else Severity.WARNING
                name = f"{borrower.name} · {test.covenant}" if borrower.name else test.covenant
                yield Matter(kind, severity, name, deal.name, day=test.day)


def _missing(kept: Kept, deals: Iterable[ReadDeal]) -> Iterator[Matter]:
    """Deals with booked leases whose file is not kept: their loans cannot be looked at."""
    known = {deal.name for deal in deals}
    for name, count in sorted(Counter(record.deal for record in kept.leases).items()):
        if name not in known:
            yield Matter("deal-missing", Severity.NOTE, name, many=count)
