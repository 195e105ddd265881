"""Events as they are sent, and a store that takes them in."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from lessor.store.usage.catalogue import UsageStore
from lessor.store.usage.raw import raw_of_ndjson
from lessor.store.usage.take import Answer, BatchInfo
from lessor.store.usage.validate import Known

RECEIVED = datetime(2026, 7, 1, 8, tzinfo=UTC)
JUNE = (date(2026, 6, 1), date(2026, 7, 1))
KNOWN = Known(
    {"anchor": "CNY", "second": "JPY"}, {"anchor": frozenset({"requests"}), "second": frozenset()}
)

Sent = dict[str, Any]
Sums = dict[tuple[str, str, date], int]


def event(name: str, quantity: Any = 1, **other: Any) -> Sent:
    """One event as it is sent; `other` names attributes or data fields, None leaves one out."""
    sent: Sent = {
        "specversion": "1.0",
        "id": name,
        "source": "gateway",
        "type": "tokens_out",
        "subject": "anchor",
        "time": "2026-06-10T08:00:00Z",
        "data": {"quantity": quantity, "unit": "token"},
    }
    for field, value in other.items():
        part = sent if field in sent else sent["data"]
        part[field] = value
        if value is None:
            del part[field]
    if quantity is None:
        del sent["data"]["quantity"]
    return sent


def text(events: Iterable[Sent]) -> bytes:
    return b"".join(json.dumps(sent).encode() + b"\n" for sent in events)


def take(
    store: UsageStore,
    *events: Sent,
    known: Known = KNOWN,
    tenant: str = "own",
    most: int = 0,
    **info: Any,
) -> Answer:
    """Take events in as one batch, or in batches of at `most` so many that are judged together."""
    batch = BatchInfo(tenant, RECEIVED, **info)
    return store.take(raw_of_ndjson(text(events)), known, batch=batch, most=most)


def outcomes(answer: Answer) -> list[str]:
    """What became of each row: the outcome, or the reason where there is one."""
    rows = answer.rows.to_pylist()
    return [row["code"] if row["outcome"] == "rejected" else row["outcome"] for row in rows]


def sums(store: UsageStore, cutoff: int | None = None, zone: str = "UTC") -> Sums:
    """All sums of June by lease, meter and day."""
    at = store.cutoff() if cutoff is None else cutoff
    found = store.day_sums(None, *JUNE, cutoff=at, zone=zone)
    return {(row.lease, row.meter, row.day): row.quantity for row in found}


def total(store: UsageStore, cutoff: int | None = None) -> int:
    return sum(sums(store, cutoff).values())


def listed(store: UsageStore, lease: str = "anchor", meter: str = "tokens_out") -> list[str]:
    """The ids of the events that count in June."""
    found = store.events(lease, meter, *JUNE, cutoff=store.cutoff())
    return [counted.id for counted in found]


@contextmanager
def fresh(folder: Path) -> Iterator[UsageStore]:
    """An empty store, open."""
    UsageStore.create(folder)
    with UsageStore.open(folder) as store:
        yield store


def in_batches(events: Sequence[Sent], size: int) -> Iterator[Sequence[Sent]]:
    for start in range(0, len(events), size):
        yield events[start : start + size]
