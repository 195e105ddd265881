"""What pages read: the records as they are now, the deals that are kept, usage in its turn."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from lessor.app.shown.kept import Kept, kept_of
from lessor.app.shown.lenders import ReadDeal, read_deal
from lessor.app.web.site import Site
from lessor.core.issue import FaultsError
from lessor.store.usage.catalogue import UsageStore

TURN_SECONDS = 1.0
"""How long a page waits for its turn at the usage; it then says so, and asks again."""


def kept_now(site: Site) -> Kept:
    """Everything that the records hold, as of one moment."""
    with site.records.reading() as reader:
        return kept_of(reader)


class DealsNow(NamedTuple):
    """Deals as they are read: those whose leases are booked, as they were signed; the others."""

    booked: tuple[ReadDeal, ...]
    unsigned: tuple[ReadDeal, ...]


def deals_now(site: Site) -> DealsNow:
    """The deals kept. A booked one counts as it was signed, whatever was written of it since."""
    with site.records.reading() as reader:
        booked, newest = reader.booked_deals(), reader.deals()
    signed = {deal.name for deal in booked}
    return DealsNow(
        tuple(read_deal(deal.text) for deal in booked),
        tuple(read_deal(deal.text) for deal in newest if deal.name not in signed),
    )


@contextmanager
def usage_in_turn(folder: Path) -> Iterator[UsageStore | None]:
    """The usage to read, held beside other readers; None where a writer holds it too long.

    What is read within the block has its turn already, whoever else opens the usage there.
    """
    try:
        store = UsageStore.open(folder, wait_seconds=TURN_SECONDS, read_only=True)
    except FaultsError as fault:
        if any(issue.code != "store-busy" for issue in fault.issues):
            raise
        yield None
        return
    with store:
        yield store
