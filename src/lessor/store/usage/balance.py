"""Whether all accepted usage is accounted for: accepted = rated + pending + void, day by day.

Two books of the same usage are held against each other: the events, every one that was accepted,
and the hourly sums that billing reads. What a month was rated from ends at its run's cutoff.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

import pyarrow as pa

from lessor.store.usage import compaction
from lessor.store.usage.sums import Kept


class Rated(NamedTuple):
    """A month of a lease that was closed: its first day, the day after it, and the cutoff."""

    lease: str
    start: date
    end: date
    cutoff: int


class Balance(NamedTuple):
    """One meter of one lease on one of its days, in smallest units.

    accepted: all events; void: those that were amended or voided since. rated: what the month was
    closed on; pending: what has changed since (below zero where more was taken back), or all of it
    where it is not closed. rated_events: the events that counted at the cutoff. uncharged: how much
    of what was rated no charge asks for, which the terms of the lease say.
    """

    lease: str
    meter: str
    day: date
    accepted: int
    rated: int
    pending: int
    void: int
    rated_events: int
    uncharged: int = 0

    @property
    def is_even(self) -> bool:
        """Whether accepted = rated + pending + void, and what was rated is of events."""
        return (
            self.accepted == self.rated + self.pending + self.void
            and self.rated == self.rated_events
        )


# An event belongs to the hour that its sum is kept for, so both books cut a month alike.
_BALANCES = """
WITH told AS (
    SELECT e.lease, e.meter, date_trunc('hour', e.time) AS hour, e.quantity, e.ingest_seq,
        c.ingest_seq AS corrected
    FROM ({events}) e LEFT JOIN corrections c
        ON c.target_key = e.key AND c.lease = e.lease AND c.meter = e.meter
),
of_events AS (
    SELECT t.lease, t.meter, t.hour, sum(quantity) AS accepted,
        sum(quantity) FILTER (corrected IS NOT NULL) AS void,
        sum(quantity) FILTER (t.hour < m.until AND t.ingest_seq <= m.cutoff
            AND (corrected IS NULL OR corrected > m.cutoff)) AS rated_events
    FROM told t ASOF LEFT JOIN months m ON m.lease = t.lease AND t.hour >= m.since GROUP BY ALL
),
of_sums AS (
    SELECT d.lease, d.meter, d.hour, sum(quantity) AS counted,
        sum(quantity) FILTER (d.hour < m.until AND d.ingest_seq <= m.cutoff) AS rated
    FROM deltas d ASOF LEFT JOIN months m ON m.lease = d.lease AND d.hour >= m.since GROUP BY ALL
),
hours AS (
    SELECT lease, meter, hour, coalesce(accepted, 0) AS accepted, coalesce(rated, 0) AS rated,
        coalesce(counted, 0) - coalesce(rated, 0) AS pending, coalesce(void, 0) AS void,
        coalesce(rated_events, 0) AS rated_events
    FROM of_events FULL JOIN of_sums USING (lease, meter, hour)
),
zoned AS (SELECT h.*, coalesce(z.zone, 'UTC') AS zone FROM hours h LEFT JOIN zones z USING (lease))
SELECT z.lease, z.meter, d.day, sum(accepted)::VARCHAR, sum(rated)::VARCHAR, sum(pending)::VARCHAR,
    sum(void)::VARCHAR, sum(rated_events)::VARCHAR
FROM zoned z ASOF JOIN days d ON d.zone = z.zone AND z.hour >= d.midnight
GROUP BY ALL ORDER BY ALL
"""
_SPAN = """
SELECT min(moment), max(moment) FROM (
    SELECT min(hour) AS moment FROM deltas UNION ALL SELECT max(hour) FROM deltas
    UNION ALL SELECT min(time) FROM ({events}) UNION ALL SELECT max(time) FROM ({events})
)
"""


def balances(store: Kept, rated: Sequence[Rated], zones: Mapping[str, str]) -> list[Balance]:
    """Every lease, meter and day that usage was accepted for, ordered so.

    rated: the months closed, by their last run. zones: of each lease; a lease without one has UTC.
    """
    events = compaction.events_query(store.folder, compaction.segments(store.connection))
    with store.connection.cursor() as cursor:
        first, last = cursor.execute(_SPAN.format(events=events)).fetchall()[0]
        if first is None:
            return []
        cursor.register("months", _months(rated, zones))
        cursor.register("zones", pa.table({"lease": list(zones), "zone": list(zones.values())}))
        cursor.register("days", _days({"UTC", *zones.values()}, first.date(), last.date()))
        rows = cursor.execute(_BALANCES.format(events=events)).fetchall()
    return [
        Balance(lease, meter, day, *(int(quantity) for quantity in quantities))
        for lease, meter, day, *quantities in rows
    ]


def _months(rated: Iterable[Rated], zones: Mapping[str, str]) -> pa.Table:
    rows = [
        (each.lease, _midnight(each.start, zone), _midnight(each.end, zone), each.cutoff)
        for each in rated
        for zone in (ZoneInfo(zones.get(each.lease, "UTC")),)
    ]
    names = ("lease", "since", "until", "cutoff")
    kinds = (pa.string(), pa.timestamp("us"), pa.timestamp("us"), pa.int64())
    columns = list(zip(*rows, strict=True)) or [()] * len(names)
    return pa.table(
        {
            name: pa.array(column, kind)
            for name, column, kind in zip(names, columns, kinds, strict=True)
        }
    )


def _days(zones: Iterable[str], first: date, last: date) -> pa.Table:
    """Each day of each zone, from the day before the first of UTC to the day after the last."""
    rows = [
        (name, _midnight(day, ZoneInfo(name)), day)
        for name in sorted(set(zones))
        for day in _from_to(first - timedelta(days=1), last + timedelta(days=1))
    ]
    zone, midnight, day = zip(*rows, strict=True)
    return pa.table(
        {"zone": zone, "midnight": pa.array(midnight, pa.timestamp("us")), "day": list(day)}
    )


def _from_to(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=count) for count in range((last - first).days + 1))


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    """When a day begins, in UTC without a zone; cut to the hour that sums are kept for."""
    start = datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)
    return start.replace(tzinfo=None, minute=0, second=0)
