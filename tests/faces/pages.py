"""Every page there is: what its picture is called, its path, and how it answers."""

from __future__ import annotations

from typing import NamedTuple

from tests.faces.store import INVOICES


class Face(NamedTuple):
    """A page over the store of `store.lived_in`; `empty`: over one in which nothing happened."""

    name: str
    path: str
    status: int = 200
    is_empty: bool = False


PAGES = (
    Face("book", "/"),
    Face("deals", "/deals"),
    Face("deal-new", "/deals/new"),
    Face("deal", "/deals/b300-10k"),
    Face("deal-borrower", "/deals/delayed-draw-8-5bn"),
    Face("deal-text", "/deals/b300-10k/text"),
    Face("deal-compare", "/deals/b300-10k/compare"),
    Face("leases", "/leases"),
    Face("lease", "/leases/one?id=chat"),
    Face("facilities", "/facilities"),
    Face("facility", "/facilities/one?deal=Delayed+draw%2C+8.5bn&borrower=borrower"),
    Face("usage", "/usage"),
    Face("billing", "/billing"),
    Face("billing-month", "/billing?period=2026-06"),
    Face("receivables", "/billing/receivables"),
    Face("invoice", f"/documents/one?number={INVOICES[1]}"),
    Face("draft", "/documents/one?number=draft-1"),
    Face("reference-rents", "/reference"),
    Face("reference-servers", "/reference?kind=servers"),
    Face("jobs", "/jobs"),
    Face("job", "/jobs/1"),
    Face("missing", "/nowhere", 404),
    Face("unknown-deal", "/deals/nothing-of-that-name", 404),
    Face("empty-book", "/", is_empty=True),
    Face("empty-deals", "/deals", is_empty=True),
    Face("empty-leases", "/leases", is_empty=True),
    Face("empty-facilities", "/facilities", is_empty=True),
    Face("empty-usage", "/usage", is_empty=True),
    Face("empty-billing", "/billing", is_empty=True),
    Face("empty-receivables", "/billing/receivables", is_empty=True),
    Face("empty-jobs", "/jobs", is_empty=True),
)
