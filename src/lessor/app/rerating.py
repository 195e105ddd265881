"""Closed months rated again from what was kept: the very lines that were issued, or not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from lessor.app.closing import book_of, facts_of
from lessor.app.closing_order import Work
from lessor.books.billing import Closed, Past, awaits_closing, close, scope_of
from lessor.books.documents import Document, Issued
from lessor.books.runs import RatingRun
from lessor.store.records.reader import Reader
from lessor.store.records.rows import LeaseRecord
from lessor.store.usage.catalogue import UsageStore


class _Point(NamedTuple):
    """What a rating knew, usage by a cutoff and terms by a version; and what had been billed."""

    cutoff: int
    version: int
    past: Past


class Difference(NamedTuple):
    """What rating a lease again gives that was not issued.

    waits: the month whose closing alone would bill it, because a document of it was voided; empty
    where nothing explains it.
    """

    lease: str
    message: str
    waits: str = ""


def differences(
    reader: Reader, usage: UsageStore, leases: Sequence[LeaseRecord], *, each_document: bool
) -> Iterator[Difference]:
    """What each lease's closed months come to when they are rated from its first day on.

    With the usage and the terms that the last closing knew, its documents together are what it
    owes, and each month ends in the state that was kept. each_document: so it was each time, with
    what the run of each document knew.
    """
    ids = [lease.id for lease in leases]
    progress = reader.progress(ids)
    runs: dict[str, dict[str, RatingRun]] = {}
    for run in reader.runs(leases=ids):
        runs.setdefault(run.lease, {})[run.period] = run
    issued: dict[str, list[Issued]] = {}
    for each in reader.documents(leases=ids):
        issued.setdefault(each.document.lease, []).append(each)
    for lease in leases:
        if lease.id not in runs:
            continue
        documents = issued.get(lease.id, [])
        known = progress[lease.id]
        last = _Point(known.cutoff, known.version, Past(runs[lease.id], documents, True))
        yield from _found(lease, usage, last, states=True)
        if each_document:
            for point in _points(reader, documents):
                found = _found(lease, usage, point, states=False)
                yield from (each for each in found if not each.waits)


def _points(reader: Reader, issued: Sequence[Issued]) -> Iterator[_Point]:
    """What was known whenever documents were issued; a void knows nothing new."""
    runs = {each.run: reader.run(each.run) for each in issued}
    numbered = [(place, runs[each.run]) for place, each in enumerate(issued) if not each.voids]
    for (cutoff, version), group in groupby(numbered, lambda e: (e[1].cutoff, e[1].version)):
        together = list(group)
        rated = {run.period: run for _, run in together}
        yield _Point(cutoff, version, Past(rated, issued[: together[-1][0] + 1]))


def _found(
    lease: LeaseRecord, usage: UsageStore, point: _Point, *, states: bool
) -> Iterator[Difference]:
    """Documents that are lacking at a point; `states`: and months that do not end as was kept."""
    done = _rated(lease, usage, point)
    if done is None:
        told = f"{max(point.past.runs)} is closed, and its terms give no service then"
        yield Difference(lease.id, told)
        return
    for document in done.documents:
        issued = [e for e in point.past.issued if e.document.period == document.period]
        waits = document.period if awaits_closing(issued) else ""
        told = _voided(document) if waits else _told(document, point)
        yield Difference(lease.id, told, waits)
    for run in done.runs if states else ():
        if run.closing != point.past.runs[run.period].closing:
            told = f"{run.period} does not end in the state that was kept"
            yield Difference(lease.id, told)


def _rated(lease: LeaseRecord, usage: UsageStore, point: _Point) -> Closed | None:
    """The months of a point rated again; None where the lease gives no service in them."""
    book = book_of(lease._replace(versions=lease.versions[: point.version]))
    course, latest = book.course(), max(point.past.runs)
    if not course:
        return None
    beginning, month = course[0].part.span.period, book.month_of(latest)
    scope = scope_of(book, course, latest, changed=beginning, latest=month)
    if scope is None:
        return None
    facts = facts_of([Work(book, course, scope)], usage, point.cutoff)[lease.id]
    return close(book, course, scope, facts, point.past, point.cutoff)


def _told(document: Document, point: _Point) -> str:
    known = f"usage up to {point.cutoff} and version {point.version} of the terms"
    return f"{document.period} rated again with {known} differs by {_lines(document)}"


def _voided(document: Document) -> str:
    return f"what was voided of {document.period} is not billed again: {_lines(document)}"


def _lines(document: Document) -> str:
    lines = ", ".join(f"{line.charge} {line.amount:+f}" for line in document.lines)
    return f"{lines} {document.currency}"
