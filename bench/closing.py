"""Closing a month of many leases, invoices stored: seconds and peak memory.

    python bench/closing.py [LEASES]

10,000 leases of 6 charges each (rent, three meters, a minimum, a service credit), each metered on
every day of the month; closed twice (the second run finds nothing to do), then the month after.
The bar: the first under 30 s and 1 GiB.
"""

from __future__ import annotations

import hashlib
import resource
import sys
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pyarrow as pa

from lessor.app.closing import Closing, Order, close_month
from lessor.store.home import Home, make_home
from lessor.store.records.records import Records
from lessor.store.records.rows import LeaseRecord, LeaseVersion
from lessor.store.usage.catalogue import UsageStore
from lessor.store.usage.raw_rows import raw_table
from lessor.store.usage.take import BatchInfo
from lessor.store.usage.validate import Known
from lessor.terms.booking import booked_terms, canonical
from lessor.terms.load import build_deal
from lessor.terms.source import load_source_text

DEAL = """format: lessor/1
deal: Many leases
lessor: Example Compute
currency: CNY
closing_date: 2026-01-01
taxes: {vat: {rent: 6%}}
leases:
  lease:
    lessee: Model company
    capacity: {model: HGX-B200-8, quantity: 4}
    events: {signed: 2026-01-01, accepted: 2026-01-01}
    term: 48 months
    billing: {due_days: 15}
    usage: {tokens_per_month: 50_000_000, split: {in: 70%, out: 30%}}
    charges:
      base: {kind: base_rent, amount: 69_000, per: server_month, tax: excluded,
             escalator: {rate: 3%, every: 12 months}}
      in: {kind: usage, meter: tokens_in, per: million_tokens, price: 0.8, tax: excluded}
      out: {kind: usage, meter: tokens_out, per: million_tokens, mode: graduated,
            tiers: [{up_to: 100, price: 4}, {price: 3}], window: quarter, tax: excluded}
      hours: {kind: usage, meter: gpu_seconds, per: gpu_hour, price: 0.25, included: 1000,
              tax: excluded}
      least: {kind: minimum, amount: 300_000, window: month, tax: excluded}
      credit: {kind: service_credit, bands: [{below: 99.5%, credit: 10%}]}
"""
METERS = (("tokens_in", "token"), ("tokens_out", "token"), ("gpu_seconds", "gpu_second"))


def booked(home: Home, count: int) -> Known:
    """The leases in the records; what events may name."""
    source, _ = load_source_text(DEAL, "deal.yaml")
    loaded, issues = build_deal(source)
    assert loaded is not None, issues
    terms = booked_terms(loaded, "lease")
    digest = hashlib.sha256(canonical(terms).encode()).hexdigest()
    version = LeaseVersion(1, None, terms, digest)
    leases = [
        (
            LeaseRecord(
                f"lease-{n:05d}", "Many leases", "lease", "EX", "Model company", "CNY", "UTC",
                (version,),
            ),
            (),
        )
        for n in range(count)
    ]  # fmt: skip
    Records.create(home.records_url).close()
    with Records.open(home.records_url) as records:
        at = datetime(2026, 1, 1, tzinfo=UTC)
        with records.writing(who="bench", at=at) as writer:
            writer.add_leases(leases)
    return Known({lease.id: "CNY" for lease, _ in leases}, {})


def metered(home: Home, known: Known) -> int:
    """An event of each meter of each lease on each day of January; how many."""
    UsageStore.create(home.usage_folder)
    count = 0
    with UsageStore.open(home.usage_folder) as usage:
        for day in range(31):
            moment = (date(2026, 1, 1) + timedelta(days=day)).isoformat() + "T12:00:00Z"
            rows = [(lease, meter, unit) for lease in known.leases for meter, unit in METERS]
            columns = {
                "id": [f"{lease}-{meter}-{day}" for lease, meter, _ in rows],
                "source": ["bench"] * len(rows),
                "type": [meter for _, meter, _ in rows],
                "subject": [lease for lease, _, _ in rows],
                "time": [moment] * len(rows),
                "quantity": [str(1_000_000 + 7 * n) for n in range(len(rows))],
                "quantity_kind": ["integer"] * len(rows),
                "unit": [unit for _, _, unit in rows],
                "specversion": ["1.0"] * len(rows),
            }
            raw = raw_table(pa.array(range(1, len(rows) + 1), pa.int64()), columns)
            info = BatchInfo("bench", datetime(2026, 2, 1, tzinfo=UTC))
            answer = usage.take(raw, known, batch=info)
            assert answer.accepted == len(rows), answer
            count += len(rows)
    return count


def closed(home: Home, period: str) -> tuple[float, Closing]:
    """Seconds that closing a month took, and what came of it."""
    at = datetime(2026, 3, 2, tzinfo=UTC)
    start = time.perf_counter()
    closing = close_month(home, Order(period, None, False, at.date(), "bench", at))
    return time.perf_counter() - start, closing


def main() -> None:
    """Book, meter, close; print what it took."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    with tempfile.TemporaryDirectory() as folder:
        home = make_home(Path(folder) / "store")
        known = booked(home, count)
        events = metered(home, known)
        base = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"{count:,} leases of 6 charges, {events:,} events; {base:,.0f} MiB before closing")
        seconds, first = closed(home, "2026-01")
        lines = sum(len(each.document.lines) for each in first.issued)
        print(f"January closed: {len(first.issued):,} invoices, {lines:,} lines: {seconds:.1f} s")
        seconds, again = closed(home, "2026-01")
        same = [e.document for e in again.issued] == [e.document for e in first.issued]
        print(f"January again, nothing new: {seconds:.1f} s; the very same invoices: {same}")
        seconds, second = closed(home, "2026-02")
        print(f"February closed: {len(second.issued):,} invoices: {seconds:.1f} s")
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"peak {peak:,.0f} MiB")


if __name__ == "__main__":
    main()
