"""An invoice line's trace for the terminal: terms, run, capacity, and events that add up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from lessor.report.exact_text import exact_money, exact_number
from lessor.report.fitted import FittedTable, numbers, words
from lessor.report.layout import indented
from lessor.report.number_text import exact_percent
from lessor.report.workings import working_tables

if TYPE_CHECKING:
    from rich.console import RenderableType

    from lessor.books.documents import Document
    from lessor.books.runs import RatingRun
    from lessor.books.tracing import CapacityTrace, LineTrace, MeterTrace
    from lessor.books.usage import Event

_EVENTS_SHOWN = 20


def trace_tables(
    number: str, document: Document, run: RatingRun, lines: Sequence[LineTrace]
) -> Iterable[RenderableType]:
    """Every line asked for, each down to its events."""
    yield Text(f"{number}, lease {document.lease}, {document.period}", style="bold")
    said = f"rated from usage up to event {run.cutoff:,} by version {run.version} of the lease"
    yield indented(Text(said), below=1)
    for trace in lines:
        yield from _line(trace, document.currency)


def _line(trace: LineTrace, currency: str) -> Iterator[RenderableType]:
    line = trace.line
    amount = exact_money(line.amount, currency)
    yield Text(f"{trace.place}  {line.charge}, {line.start} to {line.end}: {amount}", style="bold")
    facts = Table.grid(padding=(0, 2))
    facts.add_column(style="dim")
    facts.add_column(overflow="fold")
    since = "from the beginning" if trace.effective is None else f"from {trace.effective}"
    facts.add_row("terms", f"version {trace.version}, {since}")
    if trace.capacity is not None:
        facts.add_row("capacity", _capacity(trace.capacity))
    facts.add_row("quantity", f"{exact_number(line.quantity)} {line.unit.replace('_', ' ')}")
    if line.price is not None:
        facts.add_row("price", exact_number(line.price))
    facts.add_row("unrounded", exact_number(line.unrounded))
    if line.before is not None:
        after = line.before.quantity + line.quantity
        facts.add_row("before", f"{exact_number(line.before.quantity)}, now {exact_number(after)}")
    if line.basis == "expected":
        facts.add_row("estimated", "by the usage plan: the lessee has reported nothing yet")
    yield indented(facts, below=0 if trace.meters or trace.working else 1)
    if trace.working is not None:
        yield from working_tables(trace.working, line.unit)
    for meter in trace.meters:
        yield from _meter(meter)
    if trace.earlier is not None:
        yield from _earlier(trace.earlier)


def _earlier(meter: MeterTrace) -> Iterator[RenderableType]:
    """Events before the line's own days that moved it: they count in the same window."""
    yield indented(Text(f"{meter.meter} of the same window, before these days:"))
    rows = [(each, "came later") for each in meter.late]
    rows += [(each, "counts no longer") for each in meter.withdrawn]
    yield indented(_events(rows), by=4, below=1)


def _capacity(capacity: CapacityTrace) -> str:
    contracted = f"{exact_number(capacity.contracted)} {capacity.unit}"
    share = "all" if capacity.share == 1 else exact_percent(round(capacity.share, 6))
    days = f"{capacity.days} of {capacity.month_days} days"
    return f"{contracted} contracted, {share} in service; {days}"


def _meter(meter: MeterTrace) -> Iterator[RenderableType]:
    count = len(meter.events)
    word = "event" if count == 1 else "events"
    unit = meter.unit.replace("_", " ")
    yield indented(Text(f"{meter.meter}: {count:,} {word}, {meter.total:,} {unit}{_said(meter)}"))
    late = {each.ingest_seq for each in meter.late}
    if meter.events or meter.withdrawn:
        rows = [(each, "came later" if each.ingest_seq in late else "") for each in meter.events]
        rows += [(each, "counts no longer") for each in meter.withdrawn]
        yield indented(_events(rows), by=4, below=1)


def _said(meter: MeterTrace) -> str:
    if meter.adds_up is None:
        return ""
    return ": adds up" if meter.adds_up else ": DOES NOT ADD UP to the line"


def _events(rows: Sequence[tuple[Event, str]]) -> FittedTable:
    """Events with those first that a note is about, and a count of what finds no room."""
    ordered = sorted(rows, key=lambda row: not row[1])
    is_said = any(said for _, said in rows)
    cells = []
    for event, said in ordered[:_EVENTS_SHOWN]:
        told = [f"{event.ingest_seq:,}", event.source, event.id, *([said] if is_said else [])]
        moment = f"{event.time:%Y-%m-%d %H:%M:%S}"
        cells.append([*told, moment, exact_number(Decimal(event.quantity))])
    left = ordered[_EVENTS_SHOWN:]
    if left:
        rest = sum(event.quantity for event, said in left if said != "counts no longer")
        more = ["...", "", f"and {len(left):,} more: --json has all", *([""] if is_said else [])]
        cells.append([*more, "", exact_number(Decimal(rest))])
    headings = words("event", "source", "id", *([""] if is_said else []))
    return FittedTable([*headings, *numbers("time (UTC)", "quantity")], cells)
