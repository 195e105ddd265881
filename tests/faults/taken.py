"""Batches of events of which every total is known, to be taken in whatever happens between."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta

from lessor.store.home import Home
from lessor.store.usage.catalogue import UsageStore
from tests.app.kept_store import event

EVENTS = 40
LEASES = ("a-00", "a-01")
_START = datetime(2026, 1, 17, tzinfo=UTC)


def batch(number: int) -> list[str]:
    """The events of a batch: two leases in turn, one event amended and one voided at its end."""
    lines = [_event(number, place) for place in range(EVENTS)]
    return [*lines, _correction(number, 3, "amends"), _correction(number, 5, "voids")]


def expected(count: int) -> dict[str, int]:
    """What the first `count` batches come to by lease, reckoned from what was meant."""
    sums: Counter[str] = Counter()
    for number in range(count):
        for place in range(EVENTS):
            if place not in (3, 5):
                sums[_lease(place)] += _quantity(number, place)
        sums[_lease(3)] += _quantity(number, EVENTS)
    return dict(sums)


def counted(home: Home) -> dict[str, int]:
    """What the store counts by lease now."""
    with UsageStore.open(home.usage_folder) as store:
        sums: Counter[str] = Counter()
        days = (date(2026, 1, 1), date(2027, 12, 31))
        for each in store.day_sums(None, *days, cutoff=store.cutoff()):
            sums[each.lease] += each.quantity
    return dict(sums)


def batches_in(home: Home, limit: int) -> int:
    """How many batches the store holds, each whole and once; AssertionError where it is not so."""
    found = counted(home)
    for count in range(limit + 1):
        if expected(count) == found:
            return count
    raise AssertionError(f"{found} is no number of whole batches up to {limit}")


def _lease(place: int) -> str:
    return LEASES[place % len(LEASES)]


def _quantity(number: int, place: int) -> int:
    return 1 + (number * 7919 + place * 104_729) % 1_000_003


def _event(number: int, place: int, **more: str) -> str:
    moment = _START + timedelta(hours=(number * 31 + place * 17) % 72)
    said = place if place < EVENTS else EVENTS
    name = number * 1000 + place
    return event(
        name, _lease(place if place < EVENTS else 3), moment, _quantity(number, said), **more
    )


def _correction(number: int, target: int, what: str) -> str:
    named = {what: str(number * 1000 + target)}
    place = EVENTS if what == "amends" else EVENTS + 1
    return _event(number, place, **named)
