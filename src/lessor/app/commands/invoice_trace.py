"""`lessor invoice trace`: each line of a document back to what it is made of."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lessor.app.found_documents import Found, cutoff_before, found_document
from lessor.app.outcome import Outcome, command
from lessor.core.issue import FaultsError, Issue, Place

if TYPE_CHECKING:
    from lessor.books.tracing import LineTrace, MeterTrace
    from lessor.books.usage import Event


@dataclass(frozen=True)
class Trace:
    """A document, the cutoff of the one before it (None: it is the first), and its lines."""

    found: Found
    before: int | None
    lines: Sequence[LineTrace]


@command
def invoice_trace(store: str | None, number: str, *, line: int | None = None) -> Outcome[Trace]:
    """A document, or one line of it, back to its events.

    The document is `{"number", "run": {"cutoff", "version", "state"}, "lines": [{"line", "charge",
    "version", "effective", "capacity", "working", "meters": [{"meter", "unit", "sum", "adds_up",
    "events", "late", "withdrawn"}], "earlier"}], "issues"}`. Issues: unknown-document,
    unknown-line, store-missing, store-busy.
    """
    import os

    from lessor.app.closing import book_of
    from lessor.books.tracing import Basis, traced
    from lessor.store.home import open_home
    from lessor.store.records.records import Records
    from lessor.store.usage.catalogue import UsageStore

    home = open_home(store, os.environ)
    with Records.open(home.records_url) as records, records.reading() as reader:
        found = found_document(reader, number)
        before = cutoff_before(reader, found)
        lease = reader.leases([found.document.lease])[0]
    known = tuple(each for each in lease.versions if each.number <= found.run.version)
    book = book_of(lease._replace(versions=known))
    places = _places(found, line)
    with UsageStore.open(home.usage_folder, read_only=True) as usage:
        basis = Basis(found.document, found.run, before)
        lines = traced(book, basis, usage, places)
    trace = Trace(found, before, lines)
    return Outcome(_document(trace), (), trace)


def _places(found: Found, line: int | None) -> Sequence[int]:
    places = range(1, len(found.document.lines) + 1)
    if line is None or line in places:
        return places if line is None else (line,)
    message = f"{found.number} has no line {line}"
    remedy = f"write a number from 1 to {len(places)}: lessor invoice show {found.number}"
    raise FaultsError([Issue("unknown-line", message, remedy, Place(field="--line"))])


def _document(trace: Trace) -> dict[str, object]:
    run = trace.found.run
    return {
        "number": trace.found.number,
        "lease": run.lease,
        "period": run.period,
        "run": {
            "cutoff": run.cutoff,
            "cutoff_before": trace.before,
            "version": run.version,
            "state": json.loads(run.closing) if run.closing else {},
        },
        "lines": [_line(each) for each in trace.lines],
        "issues": [],
    }


def _line(trace: LineTrace) -> dict[str, object]:
    from lessor.app.commands.close import line_json, plain_text
    from lessor.app.workings_json import working_json

    capacity = trace.capacity
    return {
        "line": trace.place,
        **line_json(trace.line),
        "version": trace.version,
        "effective": None if trace.effective is None else trace.effective.isoformat(),
        "capacity": None
        if capacity is None
        else {
            "contracted": plain_text(capacity.contracted),
            "unit": capacity.unit,
            "share_in_service": plain_text(capacity.share),
            "days": capacity.days,
            "month_days": capacity.month_days,
        },
        "working": working_json(trace.working),
        "meters": [_meter(each) for each in trace.meters],
        "earlier": None if trace.earlier is None else _meter(trace.earlier),
    }


def _meter(meter: MeterTrace) -> dict[str, object]:
    return {
        "meter": meter.meter,
        "unit": meter.unit,
        "sum": str(meter.total),
        "adds_up": meter.adds_up,
        "events": _events(meter.events),
        "late": [each.ingest_seq for each in meter.late],
        "withdrawn": _events(meter.withdrawn),
    }


def _events(events: Iterable[Event]) -> list[dict[str, object]]:
    return [
        {
            "ingest_seq": each.ingest_seq,
            "source": each.source,
            "id": each.id,
            "time": each.time.isoformat(),
            "quantity": str(each.quantity),
        }
        for each in events
    ]
