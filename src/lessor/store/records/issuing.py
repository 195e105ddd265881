"""Which documents of a batch are new, and which someone else has issued in the meantime."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection, select

from lessor.books.documents import Document, Issued
from lessor.books.open_items import void_numbers
from lessor.core.issue import FaultsError, Issue
from lessor.store.records.conditions import among
from lessor.store.records.reader import Reader
from lessor.store.records.schema import documents
from lessor.store.records.standing import NOTHING, billed_so_far


class Fresh(NamedTuple):
    """A document to be numbered: where it stands in the batch, and the attempt if an invoice."""

    position: int
    attempt: int | None


def sorted_out(
    reader: Reader, connection: Connection, batch: Sequence[Document]
) -> tuple[list[Fresh], dict[int, Issued]]:
    """The documents of a batch that are new, and by position those that are issued already.

    An invoice is issued already where its lease and month have one that is not void, whatever it
    says; a note where the newest document of its lease and month is the same. A note that was made
    from other billed amounts than stand now, or on a void invoice: Issue `records-changed`.
    """
    invoices = [at for at, document in enumerate(batch) if document.kind == "invoice"]
    notes = [at for at, document in enumerate(batch) if document.kind != "invoice"]
    fresh, known = _invoices(reader, connection, batch, invoices)
    if notes:
        new_notes, known_notes = _notes(reader, batch, notes)
        fresh += new_notes
        known |= known_notes
    # Notes may correct an invoice of the same batch, so the batch's own order is kept.
    return sorted(fresh), known


def _invoices(
    reader: Reader, connection: Connection, batch: Sequence[Document], positions: list[int]
) -> tuple[list[Fresh], dict[int, Issued]]:
    periods = sorted({batch[at].period for at in positions})
    columns = documents.c
    notes_of = documents.alias().c
    is_void = select(notes_of.id).where(notes_of.voids == columns.number).exists()
    newest: dict[tuple[str, str], tuple[int, str]] = {}
    wanted = (
        select(columns.lease, columns.period, columns.attempt, columns.number, is_void)
        .where(columns.period.in_(periods), columns.attempt.is_not(None))
        .order_by(columns.attempt)
    )
    for part in among(columns.lease, {batch[at].lease for at in positions}):
        for lease, period, attempt, number, void in connection.execute(wanted.where(part)):
            newest[lease, period] = (attempt, "" if void else number)
    fresh: list[Fresh] = []
    standing: dict[str, int] = {}
    for at in positions:
        attempt, number = newest.get((batch[at].lease, batch[at].period), (-1, ""))
        if number:
            standing[number] = at
        else:
            fresh.append(Fresh(at, attempt + 1))
    if not standing:
        return fresh, {}
    leases = sorted({batch[at].lease for at in standing.values()})
    issued = [each for period in periods for each in reader.documents(leases=leases, period=period)]
    return fresh, {standing[each.number]: each for each in issued if each.number in standing}


def _notes(
    reader: Reader, batch: Sequence[Document], positions: list[int]
) -> tuple[list[Fresh], dict[int, Issued]]:
    leases = sorted({batch[at].lease for at in positions})
    of_month: dict[tuple[str, str], list[Issued]] = {}
    for issued in reader.documents(leases=leases):
        month = (issued.document.lease, issued.document.period)
        of_month.setdefault(month, []).append(issued)
    fresh: list[Fresh] = []
    known: dict[int, Issued] = {}
    stale: list[Issue] = []
    for at in positions:
        note = batch[at]
        stands = of_month.get((note.lease, note.period), [])
        if stands and stands[-1].document == note:
            known[at] = stands[-1]
        elif _is_stale(note, stands):
            stale.append(_changed(note))
        else:
            fresh.append(Fresh(at, None))
    if stale:
        raise FaultsError(stale)
    return fresh, known


def _is_stale(note: Document, stands: Sequence[Issued]) -> bool:
    if note.corrects in void_numbers(stands):
        return True
    stood = billed_so_far(stands)
    return any(
        line.before is not None and line.before != stood.get(line.key, NOTHING)
        for line in note.lines
    )


def _changed(note: Document) -> Issue:
    message = (
        f"lease {note.lease!r}, {note.period}: the note was made from other billed amounts than "
        "stand now; someone else has corrected that month in the meantime"
    )
    return Issue("records-changed", message, "close the month again: it is rated from what stands")
