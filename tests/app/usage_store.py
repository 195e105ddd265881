"""A store with two leases, and events for them."""

import json
from datetime import UTC, datetime
from pathlib import Path

from lessor.store.home import Home, make_home
from lessor.store.records.records import Records
from lessor.store.records.rows import LeaseRecord, LeaseVersion
from lessor.store.usage.catalogue import UsageStore
from lessor.terms.booking import booked_terms
from tests.books.kept import loaded_of

LEASES = ("code", "conversation")
AT = datetime(2026, 7, 1, tzinfo=UTC)
DEAL = """
format: lessor/1
deal: Tokens
currency: CNY
closing_date: 2026-01-01
leases:
  NAME:
    lessee: Model company
    capacity: {model: HGX-B200-8, quantity: 1}
    events: {signed: 2026-01-01, accepted: 2026-01-01}
    term: 24 months
    billing: {time_zone: ZONE}
    usage: {tokens_per_month: 1_000_000, split: {in: 100%}}
    charges:
      tokens: {kind: usage, meter: tokens_in, per: million_tokens, price: 2}
"""


def lease(name: str, zone: str = "Asia/Shanghai") -> LeaseRecord:
    loaded = loaded_of(DEAL.replace("NAME", name).replace("ZONE", zone))
    version = LeaseVersion(1, None, booked_terms(loaded, name), "digest")
    return LeaseRecord(name, "deal", name, "LESSOR", "lessee", "CNY", zone, (version,))


def made(folder: Path) -> Home:
    """A store in a folder, with its leases booked."""
    home = make_home(folder)
    with Records.create(home.records_url) as records, records.writing(who="ann", at=AT) as writer:
        writer.add_leases([(lease(name), ("requests",)) for name in LEASES])
    UsageStore.create(home.usage_folder)
    return home


def event(name: str, quantity: object = 1, **changes) -> dict:
    """A CloudEvents event; keywords change attributes, or data where they are data's."""
    data = {"quantity": quantity, "unit": "token"}
    top = {
        "specversion": "1.0",
        "id": name,
        "source": "gateway",
        "type": "tokens_in",
        "subject": "code",
        "time": "2026-06-15T08:00:00Z",
    }
    for key, value in changes.items():
        (top if key in top else data)[key] = value
    return {**top, "data": data}


def ndjson(path: Path, events) -> Path:
    path.write_text("".join(json.dumps(each) + "\n" for each in events), encoding="utf-8")
    return path


def totals(home: Home) -> dict[tuple[str, str], int]:
    """What counts, by lease and meter."""
    from datetime import date

    with UsageStore.open(home.usage_folder) as store:
        found: dict[tuple[str, str], int] = {}
        sums = store.day_sums(None, date(2020, 1, 1), date(2030, 1, 1), cutoff=store.cutoff())
        for each in sums:
            found[each.lease, each.meter] = found.get((each.lease, each.meter), 0) + each.quantity
        return found
