"""A store on disk with leases booked, to receive, take in, close and examine."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from lessor.app.closing import close_month
from lessor.app.closing_order import Closing, Order
from lessor.store.home import Home, make_home
from lessor.store.records.records import Records
from lessor.store.records.rows import LeaseRecord, LeaseVersion
from lessor.store.usage.catalogue import UsageStore
from lessor.store.usage.raw import raw_of_ndjson
from lessor.store.usage.take import Answer, BatchInfo
from lessor.store.usage.validate import Known
from lessor.terms.booking import booked_terms, canonical
from tests.books.kept import loaded_of

NOW = datetime(2027, 6, 1, 9, tzinfo=UTC)

RENTED = """
format: lessor/1
deal: Rent and tokens
lessor: Acme Compute
currency: CNY
closing_date: 2026-01-01
taxes: {vat: {rent: 6%}}
leases:
  a:
    lessee: Model company
    capacity: {model: HGX-B200-8, quantity: 4}
    events: {signed: 2026-01-01, accepted: 2026-01-17}
    term: 12 months
    billing: {due_days: 15}
    usage: {tokens_per_month: 50_000_000}
    charges:
      base: {kind: base_rent, amount: 69_000, per: server_month, tax: excluded}
      tokens:
        kind: usage
        meter: tokens_out
        per: million_tokens
        mode: graduated
        tiers: [{up_to: 100, price: 2}, {price: 1.5}]
        window: quarter
        tax: excluded
"""
"""Rent from the middle of a month, and tokens in steps that are counted over a quarter."""


def make_store(folder: Path, *, url: str | None = None) -> Home:
    """An empty store."""
    home = make_home(folder, url)
    Records.create(home.records_url).close()
    UsageStore.create(home.usage_folder)
    return home


def book(home: Home, deal: str = RENTED, *, copies: int = 1) -> list[str]:
    """Book every lease of a deal so many times; the ids: a, or a-00, a-01 and so on."""
    loaded = loaded_of(deal)
    found = []
    for name, lease in loaded.deal.leases.items():
        terms = booked_terms(loaded, name)
        digest = hashlib.sha256(canonical(terms).encode()).hexdigest()
        for copy in range(copies):
            record = LeaseRecord(
                id=name if copies == 1 else f"{name}-{copy:02d}",
                deal=loaded.deal.deal,
                name=name,
                entity=loaded.deal.lessor_name or "LESSOR",
                lessee=lease.lessee.name,
                currency=loaded.deal.currency,
                zone=lease.billing.time_zone,
                versions=(LeaseVersion(1, None, terms, digest),),
            )
            found.append((record, ()))
    with Records.open(home.records_url) as records, records.writing(who="ann", at=NOW) as writer:
        writer.add_leases(found)
    return [record.id for record, _ in found]


def event(number: int, lease: str, moment: datetime, quantity: int, **more: str) -> str:
    """One event of tokens as a line of NDJSON."""
    extra = "".join(f', "{name}": "{said}"' for name, said in more.items())
    return (
        f'{{"specversion": "1.0", "id": "{number}", "source": "gateway", "type": "tokens_out", '
        f'"subject": "{lease}", "time": "{moment.isoformat()}", '
        f'"data": {{"quantity": {quantity}, "unit": "token"{extra}}}}}'
    )


def take(home: Home, lines: list[str], *, at: datetime = NOW) -> Answer:
    """Take events in, as one batch."""
    with Records.open(home.records_url) as records, records.reading() as reader:
        known = Known(*reader.known())
    raw = raw_of_ndjson("".join(line + "\n" for line in lines).encode())
    with UsageStore.open(home.usage_folder) as store:
        return store.take(raw, known, batch=BatchInfo("default", at))


def use(home: Home, lease: str, day: date, quantity: int, *, number: int) -> Answer:
    """One event at noon of a day."""
    moment = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    return take(home, [event(number, lease, moment, quantity)], at=moment + timedelta(hours=1))


def close(home: Home, period: str, *, lease: str | None = None, is_draft: bool = False) -> Closing:
    """Close a month; its documents are dated the first of the next."""
    year, month = (int(part) for part in period.split("-"))
    day = date(year + month // 12, month % 12 + 1, 1)
    return close_month(home, Order(period, lease, is_draft, day, "ann", NOW))
