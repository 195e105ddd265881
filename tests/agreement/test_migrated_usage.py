"""What a usage store of version 1 took back of another lease or meter: the next close bills it."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from lessor.store.usage.catalogue import UsageStore
from tests.app.test_close import Store, tokens
from tests.books.test_closing import DEAL
from tests.store.usage.test_usage_migrating import made_version_1


def test_what_is_given_back_is_a_debit_note_of_its_own_month(tmp_path: Path):
    astray = {"unit": "token", "voids": "one"}
    store = Store(tmp_path)
    store.book(DEAL, tmp_path)
    store.use(tokens("2026-01-20", 60_000_000, id="one"))
    store.use(tokens("2026-01-21", 0, type="tokens_in", id="astray", data=astray))
    with UsageStore.open(Path(store.folder) / "usage") as usage:
        made_version_1(usage, [("one", 2)])
        # Version 1 billed these sums; said to be of this one, they are not mended before.
        usage.connection.execute("UPDATE about SET schema_version = 2")
    [invoice] = store.invoices("2026-01")
    assert [line["charge"] for line in invoice["lines"]] == ["base"]
    with UsageStore.open(Path(store.folder) / "usage") as usage:
        usage.connection.execute("UPDATE about SET schema_version = 1")
    kept, note = store.invoices("2026-01")
    assert kept == invoice
    assert (note["kind"], note["corrects"]) == ("debit_note", invoice["number"])
    assert Decimal(note["net"]) == Decimal("120.00")
    assert store.invoices("2026-01") == [kept, note]
