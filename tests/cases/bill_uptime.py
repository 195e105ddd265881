"""Availability of a month, second by second: 1 - node-seconds down / node-seconds in service."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from tests.cases.bill_terms import Contract, after, number

Stretch = tuple[datetime, datetime]


def uptime(bill: Any, month: int, terms: Contract, said: dict[str, Any]) -> Fraction:
    """The part of the month's node-seconds in which nodes were up, for all that counts."""
    zone, (first, last) = ZoneInfo(terms.zone), terms.month_bounds(month)
    if not _is_claimed(bill, first, last, zone, said):
        return Fraction(1)
    days = [first + timedelta(days=n) for n in range((last - first).days)]
    serving = [(day, t) for day in days if (t := bill.terms_on(day)).is_in_service(day)]
    length = {
        day: Fraction(
            _midnight(day + timedelta(days=1), zone).timestamp() - _midnight(day, zone).timestamp()
        )
        for day in days
    }
    served = sum((t.servers * t.share(day) * length[day] for day, t in serving), Fraction(0))
    if served == 0:
        return Fraction(1)
    spans = _joined(
        [(_midnight(day, zone), _midnight(day + timedelta(days=1), zone)) for day, _ in serving]
    )
    down = _down(bill, spans, said)
    return max(1 - down / served, Fraction(0))


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone)


def _is_claimed(bill: Any, first: date, last: date, zone: ZoneInfo, said: dict[str, Any]) -> bool:
    claim = said.get("claim", "automatic")
    if claim == "automatic":
        return True
    until = _midnight(after(last, claim), zone)
    return any(
        each.meter == "service_credit_claim"
        and each.start is not None
        and first <= each.start.astimezone(zone).date() < last
        and each.time < until
        for each in bill.events
    )


def _down(bill: Any, spans: list[Stretch], said: dict[str, Any]) -> Fraction:
    hours = said.get("maintenance")
    excluded = said.get("exclude")
    if excluded is None:
        excluded = ["customer"] if hours is not None else ["customer", "maintenance"]
    told = [e for e in bill.events if e.meter == "downtime" and e.cause not in excluded]
    by_node: dict[str, list[Any]] = defaultdict(list)
    loose = Fraction(0)
    for each in told:
        if each.node and each.start and each.end:
            by_node[each.node].append(each)
        elif each.start and each.end:
            whole = Fraction((each.end - each.start).total_seconds())
            loose += each.quantity * _seconds(_within([(each.start, each.end)], spans)) / whole
        else:
            loose += each.quantity if any(a <= each.time < b for a, b in spans) else 0
    for events in by_node.values():
        broken = _within([(e.start, e.end) for e in events if e.cause != "maintenance"], spans)
        both = _within([(e.start, e.end) for e in events], spans)
        cared_for = _seconds(both) - _seconds(broken)
        if hours is not None:
            cared_for = max(cared_for - number(hours) * 3600, Fraction(0))
        loose += _seconds(broken) + cared_for
    return loose


def _joined(spans: list[Stretch]) -> list[Stretch]:
    found: list[Stretch] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found


def _within(spans: list[Stretch], limits: list[Stretch]) -> list[Stretch]:
    cut = [(max(a, c), min(b, d)) for a, b in _joined(spans) for c, d in limits]
    return [(a, b) for a, b in cut if a < b]


def _seconds(spans: list[Stretch]) -> Fraction:
    return sum((Fraction(b.timestamp()) - Fraction(a.timestamp()) for a, b in spans), Fraction(0))
