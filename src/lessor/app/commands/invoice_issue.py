"""`lessor invoice issue`: a draft becomes a document with a number."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lessor.app.asking import Asker, day_of
from lessor.app.commands.invoice_show import shown
from lessor.app.found_documents import Found, found_document
from lessor.app.outcome import Outcome, command
from lessor.core.issue import FaultsError, Issue

if TYPE_CHECKING:
    from lessor.app.closing_order import Closing
    from lessor.store.home import Home


@command
def invoice_issue(
    store: str | None, draft: str, asker: Asker, *, dated: str | None = None
) -> Outcome[Found]:
    """Issue a draft as it stands: its month is closed for its lease, if that comes to the same.

    Issues: unknown-document, already-issued, draft-outdated, date-malformed, store-missing,
    store-busy.
    """
    import os

    from lessor.app.closing import close_month
    from lessor.app.closing_order import Order
    from lessor.store.home import open_home

    day = asker.today if dated is None else day_of(dated, "--date")
    home = open_home(store, os.environ)
    found = _draft(home, draft)
    order = Order(
        period=found.document.period,
        lease=found.document.lease,
        is_draft=True,
        invoice_date=day,
        who=asker.who,
        at=asker.at,
    )
    again = close_month(home, order)
    if all(document != found.document for _, document in again.drafts):
        raise FaultsError([_outdated(found, again)])
    closed = close_month(home, order._replace(is_draft=False))
    of_month = [each for each in closed.issued if each.document.period == order.period]
    # Usage that came in the moment between is billed too: then the newest document says it.
    issued = next((each for each in of_month if each.document == found.document), of_month[-1])
    named = Found(issued.number, issued.document, issued, found.run, lessor=found.lessor)
    return shown(named)


def _draft(home: Home, name: str) -> Found:
    from lessor.store.records.records import Records

    with Records.open(home.records_url) as records, records.reading() as reader:
        found = found_document(reader, name)
    if found.issued is None:
        return found
    message = f"'{name}' is issued already"
    remedy = "nothing is left to do; a draft is named as draft-3"
    raise FaultsError([Issue("already-issued", message, remedy)])


def _outdated(draft: Found, again: Closing) -> Issue:
    document = draft.document
    message = f"{draft.number} no longer says what {document.period} comes to"
    same = [n for n, other in again.drafts if other.period == document.period]
    if same:
        remedy = f"see what it is now: lessor invoice show draft-{same[0]}, and issue that"
    else:
        remedy = f"the month was closed since: lessor invoice list --period {document.period}"
    return Issue("draft-outdated", message, remedy)
