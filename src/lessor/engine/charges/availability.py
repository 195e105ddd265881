"""Availability of a month out of evidence of downtime, and whether a credit for it was claimed.

Structure alone: days, moments and whole node-seconds go in, an exact fraction comes out, which the
driver hands to `service_credit` as a number of its kind.

Decided here: a node that is down for a cause that counts is down, whatever else is said of the same
time; so no further evidence ever raises an availability.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from fractions import Fraction
from itertools import groupby
from typing import NamedTuple, TypeAlias

from lessor.core.numeric import clip, maximum, minimum, total
from lessor.terms.charges import MAINTENANCE, ServiceCredit
from lessor.terms.scalars import Duration, choice_key

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_A_SECOND = 1_000_000
_SECONDS_AN_HOUR = 3_600

_Interval: TypeAlias = tuple[int, int]
"""A half-open stretch of time in microseconds since 1970, so that lengths add up exactly."""


class AvailabilityTerms(NamedTuple):
    """How a service credit measures availability.

    excluded: causes that never count; maintenance: node-seconds a month of announced maintenance
    that do not count, for each node (None: no such allowance); claim: the time after the month's
    end to claim a credit in (None: it is automatic).
    """

    excluded: frozenset[str]
    maintenance: Fraction | None
    claim: Duration | None


class Evidence(NamedTuple):
    """One event of the meter `downtime`: a node that was down, as the lessor or lessee measured it.

    quantity: node-seconds. time, start and end are moments with a time zone, [start, end)
    half-open; cause as the source wrote it, empty where it is not known (and then it counts).
    """

    time: datetime
    quantity: int
    node: str = ""
    cause: str = ""
    start: datetime | None = None
    end: datetime | None = None


class Claim(NamedTuple):
    """One event of the meter `service_credit_claim`: made at `time`, for the month `start` is in.

    A claim without `start` names no month, and claims nothing.
    """

    time: datetime
    start: datetime | None = None


class Stretch(NamedTuple):
    """Days [start, end) on which `nodes` more nodes are in service; stretches may overlap."""

    start: date
    end: date
    nodes: Fraction


class ServiceMonth(NamedTuple):
    """A month [start, end) of a lease with its stretches of service; days begin in `zone`."""

    start: date
    end: date
    service: tuple[Stretch, ...]
    zone: tzinfo = UTC


class _Down(NamedTuple):
    """Node-seconds down for a cause that counts, and for announced maintenance alone."""

    counted: Fraction
    maintained: Fraction


def lower_availability(said: ServiceCredit) -> AvailabilityTerms:
    """How the service credit `said` measures availability."""
    hours = said.maintenance
    return AvailabilityTerms(
        excluded=frozenset(said.excluded),
        maintenance=None if hours is None else Fraction(hours) * _SECONDS_AN_HOUR,
        claim=said.claim if isinstance(said.claim, Duration) else None,
    )


def credited_availability(
    terms: AvailabilityTerms,
    month: ServiceMonth,
    *,
    evidence: Iterable[Evidence],
    claims: Iterable[Claim] = (),
) -> Fraction:
    """The availability that a credit goes by: as measured, or 1 where it was not claimed in time.

    Before the time to claim has run out, a claim may still come: the credit then follows in a note.
    """
    if is_claimed(terms, month, claims):
        return measured_availability(terms, month, evidence)
    return Fraction(1)


def is_claimed(terms: AvailabilityTerms, month: ServiceMonth, claims: Iterable[Claim]) -> bool:
    """Whether a claim for the month came in time; always where the credit is automatic.

    In time is from the outage itself until the last day of the time to claim: for June and
    10 days, through 10 July in the lease's time zone.
    """
    if terms.claim is None:
        return True
    whole = _days(month.start, month.end, month.zone)
    deadline = _midnight(terms.claim.after(month.end), month.zone)
    found = [
        claim
        for claim in claims
        if claim.start is not None
        if _lies_in(_moment(claim.start), whole)
        if _moment(claim.time) < deadline
    ]
    return len(found) > 0


class NodeTime(NamedTuple):
    """Node-seconds of a month in service, and those of them that were down and count."""

    in_service: Fraction
    down: Fraction


def measured_availability(
    terms: AvailabilityTerms, month: ServiceMonth, evidence: Iterable[Evidence]
) -> Fraction:
    """1 - node-seconds down / node-seconds in service, within 0 and 1; 1 without service.

    >>> ten_days = Stretch(date(2026, 6, 1), date(2026, 6, 11), Fraction(10))
    >>> june = ServiceMonth(date(2026, 6, 1), date(2026, 7, 1), (ten_days,))
    >>> day_down = Evidence(datetime(2026, 6, 3, tzinfo=UTC), 86_400)
    >>> measured_availability(AvailabilityTerms(frozenset(), None, None), june, [day_down])
    Fraction(99, 100)
    """
    known = tuple(evidence)
    if len(known) == 0:
        return Fraction(1)
    measured = node_time(terms, month, known)
    if measured.in_service == 0:
        return Fraction(1)
    return Fraction(clip(1 - measured.down / measured.in_service, 0, 1))


def node_time(
    terms: AvailabilityTerms, month: ServiceMonth, evidence: Iterable[Evidence]
) -> NodeTime:
    """How long the nodes of a month were in service, and how long of that they were down.

    In service are the nodes of each stretch x its seconds in the month. Evidence with a node, a
    start and an end is joined by node, so that no moment counts twice, and counts within the
    month's service. Other evidence counts by its quantity: the part of it that its own time has
    in service, or all of it where its `time` lies in service. Announced maintenance counts
    beyond the allowance of each node; what names no node may use what the named ones leave.
    """
    causes = [(each, choice_key(each.cause)) for each in evidence]
    counting = [each._replace(cause=key) for each, key in causes if key not in terms.excluded]
    whole = (_days(month.start, month.end, month.zone),)
    own = [_pieces([_days(each.start, each.end, month.zone)], whole) for each in month.service]
    promised = _seconds(
        total(each.nodes * _length(pieces) for each, pieces in zip(month.service, own, strict=True))
    )
    if promised == 0:
        return NodeTime(Fraction(0), Fraction(0))
    service = _pieces([piece for pieces in own for piece in pieces], whole)
    seconds = _seconds(_length(service))
    by_node = {
        node: _down(tuple(found), service, promised if node == "" else seconds)
        for node, found in groupby(sorted(counting, key=_node_of), _node_of)
    }
    return NodeTime(promised, _lost(terms.maintenance, by_node, promised / seconds))


def _node_of(evidence: Evidence) -> str:
    return evidence.node


def _down(evidence: Sequence[Evidence], service: Sequence[_Interval], most: Fraction) -> _Down:
    """How long a node was down (or, by quantity, all that are not named): `most` at most."""
    counting = [each for each in evidence if each.cause != MAINTENANCE]
    counted = minimum(_seconds_down(counting, service), most)
    return _Down(counted, minimum(_seconds_down(evidence, service), most) - counted)


def _seconds_down(evidence: Sequence[Evidence], service: Sequence[_Interval]) -> Fraction:
    """Evidence of one node in service: moments joined, and quantities that have none added."""
    moments = [(each, _interval(each)) for each in evidence]
    joined = [own for each, own in moments if own is not None if each.node != ""]
    loose = [each for each in moments if each[1] is None or each[0].node == ""]
    by_quantity = total(each.quantity * _share(each, own, service) for each, own in loose)
    return _seconds(_length(_pieces(joined, service))) + Fraction(by_quantity)


def _share(evidence: Evidence, own: _Interval | None, service: Sequence[_Interval]) -> Fraction:
    """The part of evidence that lies in service, by its own time or else by the event's `time`."""
    if own is not None:
        return Fraction(_length(_pieces([own], service)), own[1] - own[0])
    moment = _moment(evidence.time)
    return Fraction(len([piece for piece in service if _lies_in(moment, piece)]))


def _lost(allowance: Fraction | None, by_node: Mapping[str, _Down], nodes: Fraction) -> Fraction:
    """Node-seconds that count: all for other causes, and maintenance beyond the allowance."""
    counted = total(down.counted for down in by_node.values())
    if allowance is None:
        return Fraction(counted + total(down.maintained for down in by_node.values()))
    named = [down.maintained for node, down in by_node.items() if node != ""]
    used = total(minimum(own, allowance) for own in named)
    unnamed = by_node.get("", _Down(Fraction(0), Fraction(0))).maintained
    left = maximum(allowance * nodes - used, 0)
    return Fraction(counted + total(named) - used + maximum(unnamed - left, 0))


def _interval(evidence: Evidence) -> _Interval | None:
    """The time that evidence says, where it says a start and an end after it."""
    if evidence.start is None or evidence.end is None:
        return None
    start, end = _moment(evidence.start), _moment(evidence.end)
    return (start, end) if start < end else None


def _pieces(intervals: Sequence[_Interval], within: Sequence[_Interval]) -> tuple[_Interval, ...]:
    """Disjoint stretches, in order, that cover what the intervals cover of those `within`."""
    clipped = [(maximum(a, c), minimum(b, d)) for a, b in intervals for c, d in within]
    pieces: list[_Interval] = []
    reached: int | None = None
    for start, end in sorted(clipped):
        begin = start if reached is None else maximum(start, reached)
        if begin < end:
            pieces.append((begin, end))
            reached = end
    return tuple(pieces)


def _length(pieces: Sequence[_Interval]) -> int:
    found: int = total(end - start for start, end in pieces)
    return found


def _seconds(microseconds: Fraction | int) -> Fraction:
    return Fraction(microseconds) / _A_SECOND


def _lies_in(moment: int, stretch: _Interval) -> bool:
    return moment in range(*stretch)


def _days(start: date, end: date, zone: tzinfo) -> _Interval:
    return _midnight(start, zone), _midnight(end, zone)


def _midnight(day: date, zone: tzinfo) -> int:
    return _moment(datetime.combine(day, time(), zone))


def _moment(moment: datetime) -> int:
    return (moment - _EPOCH) // _MICROSECOND
