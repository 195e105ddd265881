"""What is read from kept usage: sums by day, the events behind them, and what has changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple, Protocol
from zoneinfo import ZoneInfo

import duckdb
import pyarrow as pa

from lessor.books.usage import DaySum, Event
from lessor.store.usage import compaction
from lessor.store.usage.one_row import one_row
from lessor.terms.meters import LESSEE_REVENUE

_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)


class Kept(Protocol):
    """The open store, as these queries need it."""

    @property
    def folder(self) -> Path: ...

    @property
    def connection(self) -> duckdb.DuckDBPyConnection: ...


class Span(NamedTuple):
    """Days `[start, end)` of a time zone."""

    start: date
    end: date
    zone: str

    def midnights(self) -> list[datetime]:
        """When each day begins and the last one ends, as UTC without a zone."""
        zone = ZoneInfo(self.zone)
        days = (self.start + _DAY * count for count in range((self.end - self.start).days + 1))
        local = (datetime(day.year, day.month, day.day, tzinfo=zone) for day in days)
        return [moment.astimezone(UTC).replace(tzinfo=None) for moment in local]


def cutoff(connection: duckdb.DuckDBPyConnection) -> int:
    """The last ingest_seq that is committed; 0 before any."""
    (found,) = one_row(connection, "SELECT coalesce(max(seq_to), 0) FROM batches")
    return int(found)


_OF_DELTAS = """
SELECT lease, meter, local_day, sum(quantity)::VARCHAR AS total
FROM deltas JOIN local_hours USING (hour)
WHERE ingest_seq <= $cutoff AND ($all_leases OR lease IN (FROM asked_leases))
    AND ($all_meters OR meter IN (FROM asked_meters))
GROUP BY ALL HAVING sum(quantity) <> 0 ORDER BY lease, meter, local_day
"""

_COUNTS = """
voids = '' AND ingest_seq <= $cutoff AND (key, lease, meter) NOT IN (
    SELECT (target_key, lease, meter) FROM corrections WHERE ingest_seq <= $cutoff
)
"""

_OF_EVENTS = """
SELECT lease, meter, local_day, sum(quantity)::VARCHAR AS total
FROM ({events}) e ASOF JOIN local_days d ON e.time >= d.midnight
WHERE e.time >= $first AND e.time < $last AND {counts}
    AND ($all_leases OR lease IN (FROM asked_leases))
    AND ($all_meters OR meter IN (FROM asked_meters))
GROUP BY ALL HAVING sum(quantity) <> 0 OR meter = $reported ORDER BY lease, meter, local_day
"""

# Hours whose reports add up to nothing: reports of 0, or such as were taken back.
_OF_NOTHING = """
SELECT min(hour), max(hour) FROM (
    SELECT hour FROM deltas JOIN local_hours USING (hour)
    WHERE ingest_seq <= $cutoff AND meter = $reported
        AND ($all_leases OR lease IN (FROM asked_leases))
        AND ($all_meters OR meter IN (FROM asked_meters))
    GROUP BY lease, hour HAVING sum(quantity) = 0
)
"""


def day_sums(
    store: Kept,
    leases: Sequence[str] | None,
    span: Span,
    *,
    cutoff: int,
    meters: Sequence[str] | None = None,
) -> Iterator[DaySum]:
    """Sums by lease, meter and local day, ordered so, from the hourly deltas.

    A sum of nothing is left out, but where a report of the lessee's revenue says so. Where a day of
    the zone does not begin on a full hour of UTC (Kolkata, Kathmandu), the sums come from the
    events themselves: the same figures, slower.
    """
    within = _of_what_is_kept(store, span)
    if within is None:
        return
    span, midnights = within, within.midnights()
    values: dict[str, object] = {"cutoff": cutoff, "all_leases": leases is None}
    values["all_meters"] = meters is None
    cursor = store.connection.cursor()
    try:
        cursor.register("asked_leases", pa.table({"lease": pa.array(leases or [], pa.string())}))
        cursor.register("asked_meters", pa.table({"meter": pa.array(meters or [], pa.string())}))
        if all(moment.minute == 0 and moment.second == 0 for moment in midnights):
            cursor.register("local_hours", _hours(span, midnights))
            rows = cursor.execute(_OF_DELTAS, values).fetchall()
            first, last = one_row(cursor, _OF_NOTHING, **values, reported=LESSEE_REVENUE)
            if first is not None:
                cursor.register("local_days", _days(span, midnights))
                known = {row[:3] for row in rows}
                told = _of_events(store, cursor, [first, last + _HOUR], values)
                nothing = [row for row in told if int(row[3]) == 0 and row[:3] not in known]
                rows = sorted([*rows, *nothing])
        else:
            cursor.register("local_days", _days(span, midnights))
            rows = _of_events(store, cursor, midnights, values)
    finally:
        cursor.close()
    yield from (DaySum(lease, meter, day, int(total)) for lease, meter, day, total in rows)


def _of_what_is_kept(store: Kept, span: Span) -> Span | None:
    """The days of a span that any usage is kept of: a span may be of thousands of years."""
    first, last = one_row(store.connection, "SELECT min(hour), max(hour) FROM deltas")
    if first is None:
        return None
    # A local day may begin a day before that of UTC, or end a day after.
    start, end = max(span.start, first.date() - _DAY), min(span.end, last.date() + 2 * _DAY)
    return Span(start, end, span.zone) if start < end else None


def _of_events(
    store: Kept,
    cursor: duckdb.DuckDBPyConnection,
    moments: list[datetime],
    values: Mapping[str, object],
) -> list[tuple[str, str, date, str]]:
    query = _OF_EVENTS.format(events=_events_between(store, moments), counts=_COUNTS)
    bounds = {"first": moments[0], "last": moments[-1], "reported": LESSEE_REVENUE}
    return cursor.execute(query, {**values, **bounds}).fetchall()


_METERS = """
SELECT lease, meter FROM deltas
WHERE hour >= $first AND hour < $last AND ingest_seq <= $cutoff
    AND ($all_leases OR lease IN (FROM asked_leases))
GROUP BY ALL HAVING sum(quantity) <> 0 ORDER BY ALL
"""


def meters(
    store: Kept, leases: Sequence[str] | None, span: Span, *, cutoff: int
) -> Iterator[tuple[str, str]]:
    """Each lease and meter that counted anything in a span, cut to hours of UTC; by both."""
    first, last = (_midnight(day, span.zone) for day in (span.start, span.end))
    bounds = {"first": first, "last": last, "cutoff": cutoff, "all_leases": leases is None}
    with store.connection.cursor() as cursor:
        cursor.register("asked_leases", pa.table({"lease": pa.array(leases or [], pa.string())}))
        yield from cursor.execute(_METERS, bounds).fetchall()


def changed(
    connection: duckdb.DuckDBPyConnection, *, after: int, until: int
) -> Iterator[tuple[str, date]]:
    """Each lease touched with after < ingest_seq <= until and the first UTC day, by lease.

    The day of an interval is the one that it starts on; a correction touches what it takes back.
    """
    yield from connection.execute(
        """
        SELECT lease, min(since) FROM deltas WHERE ingest_seq > ? AND ingest_seq <= ?
        GROUP BY lease ORDER BY lease
        """,
        [after, until],
    ).fetchall()


_LISTED = """
SELECT source, id, lease, meter, time, quantity::VARCHAR, ingest_seq, model, cluster, node, cause,
    start_time, end_time
FROM ({events}) e
WHERE lease = $lease AND meter = $meter AND time >= $first AND time < $last AND {counts}
ORDER BY time, ingest_seq
"""


def events(store: Kept, lease: str, meter: str, span: Span, *, cutoff: int) -> Iterator[Event]:
    """The events that count by the cutoff, ordered by time and ingest_seq."""
    within = _of_what_is_kept(store, span)
    if within is None:
        return
    midnights = within.midnights()
    rows = store.connection.execute(
        _LISTED.format(events=_events_between(store, midnights), counts=_COUNTS),
        {
            "lease": lease,
            "meter": meter,
            "first": midnights[0],
            "last": midnights[-1],
            "cutoff": cutoff,
        },
    ).fetchall()
    for event in (Event(*row) for row in rows):
        yield event._replace(
            time=_utc(event.time),
            quantity=int(event.quantity),
            start=event.start and _utc(event.start),
            end=event.end and _utc(event.end),
        )


def _events_between(store: Kept, midnights: list[datetime]) -> str:
    found = compaction.segments(store.connection, midnights[0].date(), midnights[-1].date())
    return compaction.events_query(store.folder, found)


def _hours(span: Span, midnights: list[datetime]) -> pa.Table:
    """Each hour of UTC in the span, with the local day that it belongs to."""
    hours: list[datetime] = []
    days: list[date] = []
    for count, (begin, end) in enumerate(pairwise(midnights)):
        full = int((end - begin) / _HOUR)
        hours.extend(begin + _HOUR * number for number in range(full))
        days.extend([span.start + _DAY * count] * full)
    return pa.table(
        {"hour": pa.array(hours, pa.timestamp("us")), "local_day": pa.array(days, pa.date32())}
    )


def _days(span: Span, midnights: list[datetime]) -> pa.Table:
    days = [span.start + _DAY * count for count in range(len(midnights))]
    return pa.table(
        {
            "midnight": pa.array(midnights, pa.timestamp("us")),
            "local_day": pa.array(days, pa.date32()),
        }
    )


def _midnight(day: date, zone: str) -> datetime:
    start = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)).astimezone(UTC)
    return start.replace(tzinfo=None)


def _utc(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC)
