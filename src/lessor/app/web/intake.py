"""The store behind the endpoint: the bodies of one turn, read, taken and answered together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

import pyarrow as pa

from lessor.app.web.answers import Refused, Taken, Told
from lessor.app.web.limits import Limits
from lessor.app.web.writer import Body, Result
from lessor.store.home import Home
from lessor.store.records.records import Records
from lessor.store.usage.bodies import Text, raw_of_texts
from lessor.store.usage.catalogue import UsageStore
from lessor.store.usage.take import BatchInfo
from lessor.store.usage.validate import Known
from lessor.store.usage.writing import writing_to

# So many events in the hot table are worth a segment of their own.
COMPACT_AT = 1_000_000


class Intake:
    """Opens the usage of a store for a turn at a time; `now` is the clock, in UTC."""

    def __init__(
        self,
        home: Home,
        records: Records,
        limits: Limits,
        *,
        tenant: str,
        now: Callable[[], datetime],
    ) -> None:
        self._home = home
        self._records = records
        self._limits = limits
        self._tenant = tenant
        self._now = now
        self._known = Known({}, {})

    @contextmanager
    def turn(self) -> Iterator[OpenTurn]:
        """Hold the usage store. Issues: those of opening it; store-not-writable."""
        folder, wait = self._home.usage_folder, self._limits.store_wait_seconds
        with writing_to(folder), UsageStore.open(folder, wait_seconds=wait) as store:
            yield OpenTurn(self, store)
            store.compact(at_least=COMPACT_AT)

    def known(self) -> Known:
        """What events may name now: a lease is booked before its first event comes."""
        with self._records.reading() as reader:
            found = Known(*reader.known())
        # The store knows what it was told by the object: it is not told the same anew.
        if found != self._known:
            self._known = found
        return self._known

    def taken(self, store: UsageStore, bodies: Sequence[Body]) -> list[Result]:
        """The results of all bodies, once what they bring is durable."""
        texts = [Text(body.content, body.form == "lines") for body in bodies]
        rows = raw_of_texts(texts, events_max=self._limits.events_max)
        ends = self._ends(store, rows.table)
        outcomes = ends.column("outcome").to_pylist()
        results: list[Result] = []
        first = 0
        for body, count in zip(bodies, rows.counts, strict=True):
            if count is None:
                told = f"send at most {self._limits.events_max} events; split the batch"
                results.append(Refused(413, "too-many-events", told))
                continue
            counts = Counter(outcomes[first : first + count])
            is_told = body.in_full or counts["conflict"] or counts["rejected"]
            events = _told(ends.slice(first, count)) if is_told else ()
            results.append(_taken(counts, events))
            first += count
        return results

    def _ends(self, store: UsageStore, raw: pa.Table) -> pa.Table:
        """The id of each row, and what became of it."""
        if not raw.num_rows:
            return _NOTHING
        batch = BatchInfo(self._tenant, self._now())
        answer = store.take(raw, self.known(), batch=batch)
        return answer.rows.set_column(0, "id", raw.column("id"))


_NOTHING = pa.table(
    {name: pa.array([], pa.string()) for name in ("id", "outcome", "code", "message")}
)


def _taken(counts: Counter[str], events: tuple[Told, ...]) -> Taken:
    return Taken(
        counts["accepted"], counts["duplicate"], counts["conflict"], counts["rejected"], events
    )


def _told(ends: pa.Table) -> tuple[Told, ...]:
    return tuple(
        Told(row, each["id"] or None, each["outcome"], each["code"], each["message"])
        for row, each in enumerate(ends.to_pylist(), start=1)
    )


class OpenTurn:
    """The usage store while it is held."""

    def __init__(self, intake: Intake, store: UsageStore) -> None:
        self._intake = intake
        self._store = store

    def take(self, bodies: Sequence[Body]) -> list[Result]:
        """Take all bodies in one durable transaction."""
        return self._intake.taken(self._store, bodies)
