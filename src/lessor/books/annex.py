"""The usage behind a document's lines, day by day: what its annex lists."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from lessor.books.documents import DocumentLine
from lessor.books.lease_book import LeaseBook
from lessor.books.tracing import Basis, smallest_unit
from lessor.books.usage import DaySums
from lessor.core.numeric import DECIMAL
from lessor.engine.charges.usage import METER_UNITS
from lessor.terms.charges import Charge, PassThrough
from lessor.terms.charges import Usage as UsageCharge
from lessor.terms.meters import COST_PREFIX, LESSEE_REVENUE, meter_of, rated

_NOTHING: Mapping[date, int] = {}


class AnnexDay(NamedTuple):
    """What a meter counted on a day, in smallest units; `before`: as the document before knew it.

    The two differ where usage came late, or was amended or voided.
    """

    day: date
    now: int
    before: int


class Annex(NamedTuple):
    """One meter behind the line at `place` (from 1), by the days of the lease's time zone.

    unit: the smallest one, in which the days add up without a remainder; of money it is the
    smallest unit of the currency, and `is_money`. quantity: the sum of the days in the line's unit
    (`priced_in`), as the line has it.
    """

    place: int
    charge: str
    meter: str
    unit: str
    is_money: bool
    days: tuple[AnnexDay, ...]
    quantity: Decimal
    priced_in: str
    is_note: bool

    @property
    def total(self) -> int:
        """The sum of the days; on a note of what changed on them."""
        return sum(each.now - (each.before if self.is_note else 0) for each in self.days)


def annex_of(book: LeaseBook, basis: Basis, usage: DaySums) -> tuple[Annex, ...]:
    """The usage of each line that counts a meter, from what the document's rating run knew.

    A line has an annex only where the days add up to its quantity: of a note, to the difference;
    a revenue that is estimated has no days yet.
    """
    return tuple(
        annex
        for place, line in enumerate(basis.document.lines, 1)
        for annex in _of_line(book, basis, usage, (place, line))
    )


def _of_line(
    book: LeaseBook, basis: Basis, usage: DaySums, numbered: tuple[int, DocumentLine]
) -> Iterator[Annex]:
    place, line = numbered
    counted = _counted(book, line)
    if counted is None or line.basis == "expected":
        return
    name, units = counted
    meter, is_note = meter_of(name), line.before is not None
    now = _by_day(book, usage, line, (name, basis.run.cutoff))
    before = _NOTHING
    if is_note and basis.before is not None:
        before = _by_day(book, usage, line, (name, basis.before))
    days = tuple(
        AnnexDay(day, now.get(day, 0), before.get(day, 0))
        for day in sorted({*now, *before})
        if not is_note or now.get(day, 0) != before.get(day, 0)
    )
    annex = Annex(
        place=place,
        charge=line.charge,
        meter=name,
        unit=smallest_unit(meter, book.currency),
        is_money=meter.is_money,
        days=days,
        quantity=line.quantity,
        priced_in=line.unit,
        is_note=is_note,
    )
    summed = Decimal(DECIMAL.given(rated(meter, annex.total, book.currency))) / units
    if days and _is_quantity(summed, line.quantity):
        yield annex


def _is_quantity(summed: Decimal, quantity: Decimal) -> bool:
    """Whether a sum is a quantity that a line has to 25 digits or more."""
    return bool(abs(summed - quantity) <= abs(quantity).scaleb(-20))


def _counted(book: LeaseBook, line: DocumentLine) -> tuple[str, Decimal] | None:
    """The meter that a line's quantity counts, and how many of what is rated make one of it."""
    charge = _charge(book, line)
    if isinstance(charge, UsageCharge):
        return charge.meter, Decimal(METER_UNITS[charge.per])
    if charge is not None and charge.kind == "revenue_share":
        return LESSEE_REVENUE, Decimal(1)
    if isinstance(charge, PassThrough) and charge.share != 0:
        is_power = book.stages[-1].letting.deal.costs[charge.cost].kind == "power"
        meter = "kwh" if is_power else f"{COST_PREFIX}{charge.cost}"
        return meter, 1 / charge.share
    return None


def _charge(book: LeaseBook, line: DocumentLine) -> Charge | None:
    """The charge as the version has it that rates the line's days; the last one's else."""
    stage = book.stages[-1]
    for stretch in book.course():
        span = stretch.part.span
        if (span.start, span.end) == (line.start, line.end):
            stage = book.stages[stretch.stage]
    return stage.letting.lease.charges.get(line.charge)


def _by_day(
    book: LeaseBook, usage: DaySums, line: DocumentLine, known: tuple[str, int]
) -> Mapping[date, int]:
    meter, cutoff = known
    sums: dict[date, int] = defaultdict(int)
    for each in usage.day_sums(
        [book.id], line.start, line.end, cutoff=cutoff, zone=book.zone, meters=[meter]
    ):
        sums[each.day] += each.quantity
    return sums
