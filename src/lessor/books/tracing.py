"""An invoice line walked back to what it is made of: terms, rating run, days and events."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from lessor.books.documents import Document, DocumentLine
from lessor.books.lease_book import LeaseBook, Stage
from lessor.books.metered import NO_FACTS, Metered
from lessor.books.runs import RatingRun
from lessor.books.usage import Event, Usage
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

EVIDENCE_REACH = timedelta(days=35)
"""How far before its end an outage may have begun that is one event."""


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

    version: of the lease's terms, in force from `effective` (None: from the beginning).
    """

    place: int
    line: DocumentLine
    version: int
    effective: date | None
    capacity: CapacityTrace | None
    meters: tuple[MeterTrace, ...]


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
    )


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
        reach = (line.start - EVIDENCE_REACH, line.end)
        yield _meter(book, basis, usage, (DOWNTIME, reach), quantity=None)
        if charge.claim != "automatic":
            until = charge.claim.after(line.end)
            claims = (CREDIT_CLAIM, (line.start, until))
            yield _meter(book, basis, usage, claims, quantity=None)


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
