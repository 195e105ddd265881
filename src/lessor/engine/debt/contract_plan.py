"""What a contract says of its dates, and the events that follow from it, in their order.

Schedules are laid out unmoved: cycles, stubs, comparison with maturity. Then every event is moved
to a business day, put in order, and cut where the contract ends or the reader stops.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from lessor.core.numeric import Value
from lessor.engine.debt.contract import EVENT_RULES
from lessor.engine.debt.contract_dates import DayRules, Step, moments_before, moved

RANK = {kind: rank for rank, kind in enumerate(EVENT_RULES)}
"""Kind of event -> its turn among the events of one moment."""


class Segment(NamedTuple):
    """Events of one kind on a cycle from an anchor (without one: on the anchor alone).

    `value`: the amount of a redemption or drawing, the rate fixed, the spread of a rate reset;
    None where the terms of the contract have it.
    """

    kind: str
    anchor: datetime
    step: Step | None
    value: Value | None = None


class ContractDates(NamedTuple):
    """The dates of a contract, as written; its maturity may be a derived one.

    `opening`: from when on events are of interest; the contract may have been exchanged before.
    Each schedule is a row of segments, each up to the anchor of the next and the last to maturity.
    `capitalization_end`: interest until then joins the notional. `fixes_payment`: the instalment is
    computed anew at every change of rate, and `first_fixing` says when before that.
    `amortization_end`: to when a level payment is spread (None: maturity). `cut_off`: nothing
    after it is computed.
    """

    rules: DayRules
    opening: datetime
    exchange: datetime
    maturity: datetime
    interest: tuple[Segment, ...] = ()
    redemptions: tuple[Segment, ...] = ()
    resets: tuple[Segment, ...] = ()
    scalings: tuple[Segment, ...] = ()
    base_resets: tuple[Segment, ...] = ()
    capitalization_end: datetime | None = None
    is_first_reset_fixed: bool = False
    fixes_payment: bool = False
    first_fixing: datetime | None = None
    amortization_end: datetime | None = None
    purchase: datetime | None = None
    termination: datetime | None = None
    cut_off: datetime | None = None


class PlannedEvent(NamedTuple):
    """An event on the day it was moved to; `scheduled` is the day before it was moved.

    `counted`: to where interest runs. `is_listed`: False for what came before a purchase, which
    takes effect and is the seller's.
    """

    kind: str
    moment: datetime
    counted: datetime
    scheduled: datetime
    segment: Segment | None = None
    is_listed: bool = True


def planned_events(dates: ContractDates) -> tuple[PlannedEvent, ...]:
    """The events that take effect, in order; of one moment by RANK.

    Left out is what comes before the opening or the exchange, after the maturity or a termination,
    and after the cut-off.
    """
    planned = [_planned(dates, *each) for each in _laid_out(dates)]
    ordered = sorted(planned, key=_turn)
    last = _last_turn(dates)
    return tuple(
        event._replace(is_listed=_is_listed(dates, event))
        for event in ordered
        if _turn(event) <= last
        if _has_begun(dates, event)
    )


def segment_moments(
    segments: Sequence[Segment], end: datetime, rules: DayRules
) -> Iterator[tuple[Segment, datetime]]:
    """Each date of a schedule before `end`, with its segment.

    A segment stops before the anchor of the next, and leaves no date out there: a long stub is for
    the end of the contract alone.
    """
    for index, segment in enumerate(segments):
        step, stop = segment.step, end
        for later in segments[index + 1 : index + 2]:
            if later.anchor < end:
                stop = later.anchor
                step = None if step is None else step._replace(has_long_stub=False)
        for moment in moments_before(segment.anchor, step, stop, rules):
            yield segment, moment


def interest_moments(dates: ContractDates) -> list[datetime]:
    """The dates on which interest is settled, unmoved: those of its schedule, and maturity."""
    found = [moment for _, moment in segment_moments(dates.interest, dates.maturity, dates.rules)]
    return [*found, dates.maturity]


_LaidOut = tuple[str, datetime, Segment | None]


def _laid_out(dates: ContractDates) -> Iterator[_LaidOut]:
    """Every event as the schedules have it, unmoved and in no order."""
    if dates.exchange >= dates.opening:
        yield "exchange", dates.exchange, None
    yield from _interest(dates)
    for schedule in (dates.redemptions, dates.scalings, dates.base_resets):
        for segment, moment in segment_moments(schedule, dates.maturity, dates.rules):
            yield segment.kind, moment, segment
    yield from _resets(dates)
    if dates.purchase is not None:
        yield "purchase", dates.purchase, None
    if dates.termination is not None:
        yield "termination", dates.termination, None
    yield "maturity", dates.maturity, None


def _interest(dates: ContractDates) -> Iterator[_LaidOut]:
    """Interest paid, or up to the end of capitalization added to the notional; on that end too."""
    moments = interest_moments(dates)
    end = dates.capitalization_end
    added = [] if end is None else [moment for moment in moments if moment <= end]
    for moment in moments[len(added) :]:
        yield "interest", moment, None
    for moment in added:
        yield "capitalization", moment, None
    if end is not None and end not in added:
        yield from _added_apart(dates, end)


def _added_apart(dates: ContractDates, end: datetime) -> Iterator[_LaidOut]:
    if end < dates.maturity:
        yield "capitalization", end, None


def _resets(dates: ContractDates) -> Iterator[_LaidOut]:
    """Changes of the rate, and of the instalment where it follows the rate."""
    planned = list(segment_moments(dates.resets, dates.maturity, dates.rules))
    ahead = [moment for _, moment in planned if moment > dates.opening]
    fixed = ahead[:1] if dates.is_first_reset_fixed else []
    for segment, moment in planned:
        yield "rate_fixing" if moment in fixed else segment.kind, moment, segment
    if dates.fixes_payment:
        first = [] if dates.first_fixing is None else [dates.first_fixing]
        for moment in sorted({*first, *(moment for _, moment in planned)}):
            yield "payment_fixing", moment, None


_UNMOVED = ("exchange", "purchase", "termination")


def _planned(
    dates: ContractDates, kind: str, moment: datetime, segment: Segment | None
) -> PlannedEvent:
    there = moment if kind in _UNMOVED else moved(moment, dates.rules)
    counted = there if dates.rules.is_counted_as_moved else moment
    return PlannedEvent(kind, there, counted, moment, segment)


def _turn(event: PlannedEvent) -> tuple[datetime, int]:
    return event.moment, RANK[event.kind]


def _last_turn(dates: ContractDates) -> tuple[datetime, int]:
    """The turn after which nothing takes effect: of what ends the contract, the earliest."""
    ends = [(moved(dates.maturity, dates.rules), RANK["maturity"])]
    if dates.termination is not None:
        ends.append((dates.termination, RANK["termination"]))
    if dates.cut_off is not None:
        ends.append((dates.cut_off, len(RANK)))
    return sorted(ends)[0]


def _has_begun(dates: ContractDates, event: PlannedEvent) -> bool:
    starts = [dates.opening] if event.kind in _UNMOVED else [dates.opening, dates.exchange]
    return sorted(starts)[-1] <= event.moment


def _is_listed(dates: ContractDates, event: PlannedEvent) -> bool:
    if dates.purchase is None:
        return True
    return _turn(event) >= (dates.purchase, RANK["purchase"])


def day_before(moment: datetime) -> datetime:
    """One calendar day earlier, at the same time of day."""
    return moment - timedelta(days=1)
