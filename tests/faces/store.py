"""A store as a lessor has it after some months: what the pages are looked at with."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from lessor.app.asking import Asker
from lessor.app.commands.book import BookRequest, book
from lessor.app.commands.close import Request, close
from lessor.app.commands.receive import ReceiveRequest, receive
from lessor.app.commands.usage_load import Asked, usage_load
from lessor.app.deals import DealToKeep, keep_deal
from lessor.store.home import Home, make_home
from lessor.store.records.records import Records
from lessor.store.usage.catalogue import UsageStore
from tests.app.usage_store import event

AT = datetime(2026, 8, 3, 9, tzinfo=UTC)
WHO = Asker("ann", AT)
LEASE = "chat"
INVOICES = ("COMPUTE-LESSOR-2026-000001", "COMPUTE-LESSOR-2026-000002")
"""By what the two months that are closed are billed."""

EXAMPLES = Path(__file__).parents[2] / "examples"
BILLED = EXAMPLES / "token-lease"
BOOKED = ("token-lease", "ddtl-4", "spv-finance-lease")
"""Examples that are signed: one is billed, the others stand on loans."""


def text_of(example: str) -> str:
    """The deal file of an example."""
    return (EXAMPLES / example / "deal.yaml").read_text(encoding="utf-8")


def empty(folder: Path) -> Home:
    """A store in which nothing has happened."""
    home = make_home(folder)
    Records.create(home.records_url).close()
    UsageStore.create(home.usage_folder)
    return home


def lived_in(folder: Path) -> Home:
    """A deal kept in two versions, others booked; two months of one lease billed and one as
    drafts; money received; rows set aside, and one event that came twice and differs.
    """
    home = empty(folder)
    text = text_of("b300-10k")
    keep(home, {"b300-10k": text})
    keep(home, {"b300-10k": text.replace("npv_rate: 10%", "npv_rate: 9%")})
    for example in BOOKED:
        done(book(str(EXAMPLES / example / "deal.yaml"), str(folder), BookRequest(WHO)))
    load(home, BILLED / "trace.csv", mapping="azure-llm", lease=LEASE)
    load(home, BILLED / "downtime.ndjson")
    load(home, written(folder.parent / "faulty.ndjson", [bad_row(), usage(quantity=-5)]))
    load(home, written(folder.parent / "twice.ndjson", [usage(quantity=7), usage(quantity=8)]))
    for month, day in (("2026-05", date(2026, 6, 1)), ("2026-06", date(2026, 7, 1))):
        done(close(str(folder), Request(month, LEASE, False, day, *WHO)))
    done(close(str(folder), Request("2026-07", LEASE, True, date(2026, 8, 1), *WHO)))
    number = INVOICES[0]
    request = ReceiveRequest(LEASE, "100000", "invoice", "2026-06-20", "bank-1", WHO, number)
    done(receive(str(folder), request))
    return home


def keep(home: Home, deals: dict[str, str]) -> None:
    """Keep texts as deals by their names, another version where there is one."""
    with Records.open(home.records_url) as records, records.writing(who=WHO.who, at=AT) as writer:
        for name, text in deals.items():
            keep_deal(writer, DealToKeep(name, text))


def load(home: Home, file: Path, *, mapping: str = "", lease: str = "") -> None:
    """Take a file of usage in."""
    done(usage_load(Asked((str(file),), str(home.folder), mapping, lease)))


def usage(name: str = "odd-1", **changes: Any) -> dict[str, Any]:
    """An event of the lease that is booked."""
    told = {"subject": LEASE, "type": "tokens_out", "time": "2026-07-15T08:00:00Z", **changes}
    return event(name, **told)


def bad_row() -> dict[str, Any]:
    """An event of a lease that no one has booked."""
    return usage("odd-2", subject="chatt")


def written(file: Path, events: list[dict[str, Any]]) -> Path:
    """A file of events, a line each."""
    file.write_text("".join(json.dumps(each) + "\n" for each in events), encoding="utf-8")
    return file


def done(outcome: Any) -> None:
    """What a command made has come about."""
    assert outcome.result is not None, [str(issue) for issue in outcome.issues]
