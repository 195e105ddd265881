"""`lessor invoice list`: the documents issued, and the drafts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from lessor.app.asking import month_of
from lessor.app.outcome import Outcome, command
from lessor.core.issue import FaultsError, Issue

if TYPE_CHECKING:
    from lessor.books.documents import Document, Issued


@dataclass(frozen=True)
class Listing:
    """Documents in the order of their numbers, drafts with their ids, what is open."""

    issued: Sequence[Issued]
    drafts: Sequence[tuple[int, Document]]
    still: Mapping[str, Decimal]


@command
def invoice_list(
    store: str | None, *, lease: str | None = None, period: str | None = None
) -> Outcome[Listing]:
    """The documents of a lease or month, or all of them.

    The document is `{"invoices": [...], "drafts": [...], "issues"}`, each as `close` has it; an
    invoice has `"open"` too, what is payable less the payments matched to it.
    Issues: unknown-lease, period-malformed, store-missing.
    """
    import os

    from lessor.app.commands.invoice_show import shown_json
    from lessor.books.open_items import open_amounts
    from lessor.store.home import open_home
    from lessor.store.records.records import Records

    month = None if period is None else month_of(period)
    home = open_home(store, os.environ)
    with Records.open(home.records_url) as records, records.reading() as reader:
        if lease is not None and not reader.leases([lease]):
            message = f"no lease is booked as '{lease}'"
            raise FaultsError([Issue("unknown-lease", message, "write the lease as it is booked")])
        issued = reader.documents(lease, period=month)
        drafts = [(number, draft) for number, draft, _ in reader.drafts(month, lease)]
        received: dict[str, Decimal] = defaultdict(Decimal)
        for payment in reader.payments(lease):
            received[payment.number] += payment.amount
    still = open_amounts(issued, received)
    document: dict[str, object] = {
        "invoices": [
            {**shown_json(each.number, each.document, each), "open": str(still[each.number])}
            for each in issued
        ],
        "drafts": [shown_json(f"draft-{number}", draft, None) for number, draft in drafts],
        "issues": [],
    }
    return Outcome(document, (), Listing(issued, drafts, still))
