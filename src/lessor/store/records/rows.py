"""What the records hold beside documents and runs, as values."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple


class LeaseVersion(NamedTuple):
    """The terms of a lease from a day on; `effective` None: from the beginning.

    terms: the slice of the deal's source that the lease is made of. digest: of those terms.
    lessee: its name from this version on; None: as it was before.
    """

    number: int
    effective: date | None
    terms: dict[str, Any]
    digest: str
    lessee: str | None = None


class LeaseRecord(NamedTuple):
    """A lease as booked: who leases from whom, in what money and time zone, and its versions.

    name: the lease's name in the deal. entity: the legal entity that invoices, as invoice numbers
    write it. lessee: as it is called now. versions: by number from 1.
    """

    id: str
    deal: str
    name: str
    entity: str
    lessee: str
    currency: str
    zone: str
    versions: tuple[LeaseVersion, ...]


class DealVersion(NamedTuple):
    """A deal as it was written at a moment, by whom, and what was said of it.

    name: what it is saved by, which may differ from the deal's own title. number: from 1.
    """

    name: str
    number: int
    text: str
    saved_at: datetime
    saved_by: str
    note: str


class Received(NamedTuple):
    """Money received from a lessee (negative: given back): a deposit or a prepayment.

    reference: what makes it the same receipt when it is entered again, such as the bank's own.
    """

    lease: str
    currency: str
    amount: Decimal
    paid_date: date
    reference: str


class HeldMoney(NamedTuple):
    """What a lessee has paid ahead, received less given back, and what documents drew of it.

    set_off is drawn of the deposits, prepaid of the prepayments; what a void gave back counts.
    """

    deposits: Decimal
    prepayments: Decimal
    set_off: Decimal
    prepaid: Decimal


class Payment(NamedTuple):
    """Money received for a document; `number` empty: not yet matched to one."""

    lease: str
    currency: str
    amount: Decimal
    paid_date: date
    reference: str
    number: str = ""


class Progress(NamedTuple):
    """How far a lease has been closed: the highest cutoff and version that a run of it knew, its
    latest closed month, and how many months are closed.
    """

    lease: str
    cutoff: int
    version: int
    latest: str
    months: int


class Closing(NamedTuple):
    """A month that was closed: the last ingest_seq counted, documents issued, when and by whom."""

    period: str
    cutoff: int
    documents: int
    closed_at: datetime
    closed_by: str


class Change(NamedTuple):
    """One entry of the audit trail: who did what to which record, when; None: nothing there."""

    at: datetime
    who: str
    what: str
    subject: str
    before: Any
    after: Any
