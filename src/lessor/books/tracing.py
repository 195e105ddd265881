"""An invoice line walked back to what it is made of: terms, rating run, days and events."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple
from zoneinfo import ZoneInfo

from lessor.books.documents import Document, DocumentLine
from lessor.books.lease_book import LeaseBook, Stage
from lessor.books.metered import EVIDENCE_REACH, NO_FACTS, Metered
from lessor.books.runs import RatingRun
from lessor.books.usage import Event, Usage
from lessor.books.workings import (
    Working,
    credit_working,
    month_of,
    price_working,
    window_before,
)
from lessor.core.numeric import DECIMAL
from lessor.engine.charges.usage import METER_UNITS
from lessor.terms.charges import Charge, PassThrough, ServiceCredit
from lessor.terms.charges import Usage as UsageCharge
from lessor.terms.meters import (
    COST_PREFIX,
    CREDIT_CLAIM,
    DOWNTIME,
    LESSEE_REVENUE,
    Meter,
    meter_of,
    rated,
)


class MeterTrace(NamedTuple):
    """A meter behind a line: its events up to the cutoff, and their sum in smallest units.

    late: those of them that the document before did not know; withdrawn: those that it counted and
    that were amended or voided since. adds_up: whether the sum is the line's quantity; None for
    evidence, which no charge counts.
    """

    meter: str
    unit: str
    events: tuple[Event, ...]
    late: tuple[Event, ...]
    withdrawn: tuple[Event, ...]
    total: int
    adds_up: bool | None


class CapacityTrace(NamedTuple):
    """The capacity behind a rent: what was contracted, what was in service, and for which days."""

    contracted: Decimal
    unit: str
    share: Decimal
    days: int
    month_days: int


class LineTrace(NamedTuple):
    """A line with what it rests on; `place` is counted from 1.

    version: of the lease's terms, in force from `effective` (None: from the beginning). working:
    how a usage charge or a service credit came to its amount. earlier: on a note, the usage of the
    window before the line's own days, with the events in it that are late or withdrawn.
    """

    place: int
    line: DocumentLine
    version: int
    effective: date | None
    capacity: CapacityTrace | None
    meters: tuple[MeterTrace, ...]
    working: Working | None = None
    earlier: MeterTrace | None = None


class Basis(NamedTuple):
    """What a document was rated from, and the cutoff of the document before it (None: none)."""

    document: Document
    run: RatingRun
    before: int | None


def traced(book: LeaseBook, basis: Basis, usage: Usage, places: Sequence[int]) -> list[LineTrace]:
    """The lines at `places` (from 1), with the terms, capacity and events that they come from."""
    lines = basis.document.lines
    return [_line(book, basis, usage, (place, lines[place - 1])) for place in places]


def _line(
    book: LeaseBook, basis: Basis, usage: Usage, numbered: tuple[int, DocumentLine]
) -> LineTrace:
    place, line = numbered
    stage = _stage(book, line)
    charges = stage.letting.lease.charges
    charge = charges.get(line.charge) or charges.get(line.charge.partition(": ")[0])
    version = stage.version
    return LineTrace(
        place,
        line,
        version.number,
        version.effective,
        _capacity(book, stage, line) if line.kind == "base_rent" else None,
        tuple(_meters(book, basis, usage, line, charge)),
        _working(book, basis, usage, line, (stage, charge)),
        _earlier(book, basis, usage, line, charge),
    )


def _working(
    book: LeaseBook,
    basis: Basis,
    usage: Usage,
    line: DocumentLine,
    said: tuple[Stage, Charge | None],
) -> Working | None:
    stage, charge = said
    cutoff = basis.run.cutoff
    if isinstance(charge, UsageCharge):
        return price_working(book, usage, line, charge, cutoff=cutoff)
    if isinstance(charge, ServiceCredit):
        return credit_working(book, usage, line, (stage, charge), cutoff=cutoff)
    return None


def _earlier(
    book: LeaseBook, basis: Basis, usage: Usage, line: DocumentLine, charge: Charge | None
) -> MeterTrace | None:
    """What moved a usage line from before its own days: late events of the same window."""
    if basis.before is None or not isinstance(charge, UsageCharge):
        return None
    window = window_before(book, line, charge)
    if window is None or not window[0]:
        return None
    days = (window[0][0].part.span.start, line.start)
    found = _meter(book, basis, usage, (charge.meter, days), quantity=None)
    return found._replace(events=()) if found.late or found.withdrawn else None


def _stage(book: LeaseBook, line: DocumentLine) -> Stage:
    """The version that rates the days of a line; the last one where none of them is served now."""
    for stretch in book.course():
        span = stretch.part.span
        if (span.start, span.end) == (line.start, line.end):
            return book.stages[stretch.stage]
    return book.stages[-1]


def _capacity(book: LeaseBook, stage: Stage, line: DocumentLine) -> CapacityTrace:
    rating = stage.letting.rating(Metered(book, [], NO_FACTS).use(stage), lambda _: ())
    said, bounds = stage.letting.lease.capacity, book.grid.boundaries
    month = book.grid.period_of(line.start)
    return CapacityTrace(
        said.quantity,
        said.unit,
        Decimal(rating.capacity_share(line.start)),
        (line.end - line.start).days,
        (bounds[month + 1] - bounds[month]).days,
    )


def _meters(
    book: LeaseBook,
    basis: Basis,
    usage: Usage,
    line: DocumentLine,
    charge: Charge | None,
) -> Iterator[MeterTrace]:
    now = line.quantity if line.before is None else line.before.quantity + line.quantity
    days = (line.start, line.end)
    if isinstance(charge, UsageCharge):
        units = Decimal(METER_UNITS[charge.per])
        yield _meter(book, basis, usage, (charge.meter, days), quantity=now * units)
    elif charge is not None and charge.kind == "revenue_share":
        counted = now if line.basis == "metered" else None
        yield _meter(book, basis, usage, (LESSEE_REVENUE, days), quantity=counted)
    elif isinstance(charge, PassThrough):
        yield _meter(book, basis, usage, (f"{COST_PREFIX}{charge.cost}", days), quantity=None)
        if now != 0 and charge.share != 0:
            counted = now / charge.share
            yield _meter(book, basis, usage, ("kwh", days), quantity=counted)
    elif isinstance(charge, ServiceCredit):
        start, end = month_of(book, line)
        reach = (start - EVIDENCE_REACH, end + EVIDENCE_REACH)
        evidence = _meter(book, basis, usage, (DOWNTIME, reach), quantity=None)
        yield _within(evidence, start, end, book.zone)
        if charge.claim != "automatic":
            claims = (CREDIT_CLAIM, (start, charge.claim.after(end)))
            yield _meter(book, basis, usage, claims, quantity=None)


def _within(meter: MeterTrace, start: date, end: date, zone: str) -> MeterTrace:
    """Evidence of a month alone: what touches it, by its own times or else by the event's."""

    def touches(event: Event) -> bool:
        first, last = event.start or event.time, event.end or event.time
        days = [moment.astimezone(ZoneInfo(zone)).date() for moment in (first, last)]
        return days[0] < end and days[1] >= start

    events, late, withdrawn = (
        tuple(filter(touches, each)) for each in (meter.events, meter.late, meter.withdrawn)
    )
    total = sum(event.quantity for event in events)
    return meter._replace(events=events, late=late, withdrawn=withdrawn, total=total)


def _meter(
    book: LeaseBook,
    basis: Basis,
    usage: Usage,
    wanted: tuple[str, tuple[date, date]],
    *,
    quantity: Decimal | None,
) -> MeterTrace:
    name, (start, end) = wanted
    cutoff, meter = basis.run.cutoff, meter_of(name)
    events = tuple(usage.events(book.id, name, start, end, cutoff=cutoff, zone=book.zone))
    late: tuple[Event, ...] = ()
    withdrawn: tuple[Event, ...] = ()
    if basis.before is not None:
        before = basis.before
        known = usage.events(book.id, name, start, end, cutoff=before, zone=book.zone)
        counting = {each.ingest_seq for each in events}
        late = tuple(each for each in events if each.ingest_seq > before)
        withdrawn = tuple(each for each in known if each.ingest_seq not in counting)
    total = sum(each.quantity for each in events)
    adds_up = None if quantity is None else _is_sum(meter, total, book.currency, quantity)
    return MeterTrace(
        name, smallest_unit(meter, book.currency), events, late, withdrawn, total, adds_up
    )


def _is_sum(meter: Meter, total: int, currency: str, quantity: Decimal) -> bool:
    """Whether a sum in smallest units is a quantity that a line has to 25 digits or more."""
    counted = DECIMAL.given(rated(meter, total, currency))
    return bool(abs(Decimal(counted) - quantity) <= abs(quantity).scaleb(-20))


def smallest_unit(meter: Meter, currency: str) -> str:
    """What a meter's whole numbers count: its unit of one, or the cents of a currency.

    >>> smallest_unit(meter_of("kwh"), "CNY"), smallest_unit(meter_of("lessee_revenue"), "CNY")
    ('wh', 'smallest unit of CNY')
    """
    if meter.is_money:
        return f"smallest unit of {currency}"
    return next(unit for unit, held in meter.units.items() if held == 1)
