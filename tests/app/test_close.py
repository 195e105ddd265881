"""`lessor close`: from a booked lease and its metered usage to documents that stand for ever."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from lessor.app.asking import Asker
from lessor.app.commands.book import BookRequest, book
from lessor.app.commands.close import Request, close
from lessor.app.commands.init import init
from lessor.store.records.records import Records
from lessor.store.usage.catalogue import UsageStore
from lessor.store.usage.raw import raw_of_json
from lessor.store.usage.take import Answer, BatchInfo
from lessor.store.usage.validate import Known
from tests.books.test_closing import DEAL

NOW = datetime(2026, 7, 3, 9, tzinfo=UTC)


class Store:
    """A store in a folder, asked as the command line asks it."""

    def __init__(self, folder: Path) -> None:
        self.folder = str(folder / "store")
        assert init(self.folder).exit_code == 0

    def book(self, text_or_path: str | Path, folder: Path, effective: str | None = None) -> Any:
        path = text_or_path
        if isinstance(text_or_path, str):
            path = folder / "deal.yaml"
            path.write_text(text_or_path, encoding="utf-8")
        outcome = book(
            str(path),
            self.folder,
            BookRequest(Asker("ann", NOW), (), effective, (), effective is None),
        )
        assert outcome.exit_code == 0, outcome.issues
        return outcome.document

    def use(self, *events: dict[str, Any]) -> None:
        assert self.deliver(events).accepted == len(events)

    def deliver(self, events: Sequence[dict[str, Any]]) -> Answer:
        told = [
            {"specversion": "1.0", "source": "gateway", "id": f"{each['time']}-{n}"} | each
            for n, each in enumerate(events)
        ]
        url = f"sqlite:///{self.folder}/records.sqlite"
        with Records.open(url) as records, records.reading() as reader:
            known = Known(*reader.known())
        with UsageStore.open(Path(self.folder) / "usage") as usage:
            raw = raw_of_json(json.dumps(told).encode())
            return usage.take(raw, known, batch=BatchInfo("t", NOW))

    def close(self, period: str, *, lease: str | None = None, is_draft: bool = False) -> Any:
        outcome = close(self.folder, Request(period, lease, is_draft, None, "ann", NOW))
        return outcome.document

    def invoices(self, period: str) -> list[dict[str, Any]]:
        return list(self.close(period)["invoices"])


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path)


def tokens(day: str, quantity: int, **more: Any) -> dict[str, Any]:
    data = {"quantity": quantity, "unit": "token"}
    return {"type": "tokens_out", "subject": "a", "time": f"{day}T12:00:00Z", "data": data} | more


def test_the_document_has_its_fixed_keys(store: Store, tmp_path: Path):
    store.book(DEAL, tmp_path)
    store.use(tokens("2026-01-20", 60_000_000))
    document = store.close("2026-01")
    assert {"period", "currency", "cutoff", "invoices", "issues"} <= document.keys()
    assert (document["period"], document["currency"], document["cutoff"]) == ("2026-01", "CNY", 1)
    [invoice] = document["invoices"]
    assert {"number", "lease", "lessee", "currency", "net", "tax", "total", "lines"} <= set(invoice)
    assert invoice["number"] == "EXAMPLE-COMPUTE-2026-000001"
    assert (invoice["net"], invoice["tax"], invoice["total"]) == (
        "133668.39", "8020.10", "141688.49",
    )  # fmt: skip
    base, used = invoice["lines"]
    assert {
        "charge", "basis", "service_period", "quantity", "unit", "price", "amount", "unrounded",
    } <= base.keys()  # fmt: skip
    assert base["service_period"] == ["2026-01-17", "2026-02-01"]
    assert (used["quantity"], used["unit"], used["price"]) == ("60", "million_tokens", "2")
    assert used["amount"] == "120.00"


def test_closing_again_gives_the_very_same(store: Store, tmp_path: Path):
    store.book(DEAL, tmp_path)
    store.use(tokens("2026-01-20", 60_000_000))
    first = json.dumps(store.close("2026-01"))
    assert json.dumps(store.close("2026-01")) == first
    store.use(tokens("2026-03-20", 5))
    assert json.dumps(store.close("2026-01")) == first


def test_usage_after_the_invoice_is_a_note_of_its_own_month(store: Store, tmp_path: Path):
    store.book(DEAL, tmp_path)
    invoice = store.invoices("2026-01")[0]
    store.use(tokens("2026-01-20", 60_000_000))
    february = store.invoices("2026-02")
    note = next(each for each in february if each["kind"] != "invoice")
    assert (note["kind"], note["corrects"]) == ("debit_note", invoice["number"])
    assert (note["period"], note["net"], note["tax"]) == ("2026-01", "120.00", "7.20")
    [line] = note["lines"]
    assert line["before"] == {"quantity": "0", "amount": "0.00", "unrounded": "0"}
    assert line["after"]["amount"] == "120.00"
    assert store.invoices("2026-01")[0] == invoice
    assert len(store.invoices("2026-01")) == 2


def test_what_is_amended_and_voided_is_credited(store: Store, tmp_path: Path):
    store.book(DEAL, tmp_path)
    store.use(tokens("2026-01-20", 60_000_000, id="one"), tokens("2026-01-21", 9, id="two"))
    store.close("2026-01")
    amended = {"quantity": 20_000_000, "unit": "token", "amends": "one"}
    store.use(tokens("2026-01-20", 0, id="one-again", data=amended))
    [_, note] = store.invoices("2026-01")
    assert (note["kind"], note["net"]) == ("credit_note", "-80.00")


def test_five_servers_for_four_years_come_to_what_was_contracted(
    store: Store, tmp_path: Path, root: Path
):
    booked = store.book(root / "examples" / "servers-5x48" / "deal.yaml", tmp_path)
    [lease] = booked["leases"]
    assert (lease["contract_value"], lease["deposit"]) == ("16560000.00", "345000.00")
    months = [f"{2024 + (5 + m) // 12}-{(5 + m) % 12 + 1:02d}" for m in range(48)]
    billed = [invoice for month in months for invoice in store.invoices(month)]
    assert len(billed) == 48
    assert sum(Decimal(each["net"]) for each in billed) == Decimal("16560000.00")
    numbers = sorted(each["number"] for each in billed)
    assert [int(number[-6:]) for number in numbers if "-2026-" in number] == list(range(1, 49))


def test_a_draft_is_shown_and_nothing_is_issued(store: Store, tmp_path: Path):
    store.book(DEAL, tmp_path)
    [draft] = store.close("2026-01", is_draft=True)["invoices"]
    assert draft["number"].startswith("draft-")
    [invoice] = store.invoices("2026-01")
    assert invoice["number"].endswith("-000001")
    assert invoice["lines"] == draft["lines"]


def test_a_month_that_was_skipped_is_named(store: Store, tmp_path: Path):
    store.book(DEAL, tmp_path)
    document = store.close("2026-02")
    [issue] = document["issues"]
    assert issue["code"] == "month-not-closed"
    assert "2026-01 of a" in issue["message"]
    assert store.close("2026-01")["issues"] == []


def test_a_month_that_is_not_over_is_closed_with_a_warning(store: Store, tmp_path: Path):
    store.book(DEAL, tmp_path)
    for month in ("2026-01", "2026-02", "2026-03", "2026-04", "2026-05", "2026-06"):
        assert store.close(month)["issues"] == []
    [issue] = store.close("2026-07")["issues"]
    assert (issue["code"], issue["severity"]) == ("month-not-over", "warning")


@pytest.mark.parametrize(
    ("period", "lease", "code"),
    [
        ("June 2026", None, "period-malformed"),
        ("2026-13", None, "period-malformed"),
        ("2026-06", "nobody", "unknown-lease"),
    ],
)
def test_what_cannot_be_closed_is_said(store: Store, period: str, lease: str | None, code: str):
    assert [issue["code"] for issue in store.close(period, lease=lease)["issues"]] == [code]


def test_an_amendment_after_the_invoice_is_billed_from_its_day(store: Store, tmp_path: Path):
    store.book(DEAL, tmp_path)
    store.close("2026-01")
    store.close("2026-02")
    store.book(DEAL.replace("69_000", "62_000"), tmp_path, effective="2026-02-15")
    march = store.invoices("2026-03")
    assert [each["kind"] for each in march] == ["credit_note", "invoice"]
    [_, note] = store.invoices("2026-02")
    assert note == march[0]
    # 14 of 28 days at 4 x 7,000 less.
    assert (note["kind"], note["net"]) == ("credit_note", "-14000.00")
    assert march[1]["net"] == "248000.00"


def test_a_void_month_can_be_closed_again(store: Store, tmp_path: Path):
    store.book(DEAL, tmp_path)
    [first] = store.invoices("2026-01")
    with (
        Records.open(f"sqlite:///{store.folder}/records.sqlite") as records,
        records.writing(who="ann", at=NOW) as writer,
    ):
        writer.void(first["number"], NOW.date())
    _, void, again = store.invoices("2026-01")
    assert (void["kind"], void["total"]) == ("credit_note", f"-{first['total']}")
    assert (again["kind"], again["lines"]) == ("invoice", first["lines"])
    assert len(store.invoices("2026-01")) == 3


def test_a_report_of_no_revenue_is_a_report(store: Store, tmp_path: Path):
    share = """
      share: {kind: revenue_share, share: 5%, tax: excluded}
"""
    planned = DEAL.replace("50_000_000}", "50_000_000, prices: {out: 2}}")
    store.book(planned.rstrip() + share, tmp_path)
    report = {"quantity": "0", "unit": "CNY"}
    at = "2026-01-20T12:00:00Z"
    [estimated] = store.invoices("2026-01")
    assert [line["basis"] for line in estimated["lines"] if line["charge"] == "share"] == [
        "expected"
    ]
    store.use({"type": "lessee_revenue", "subject": "a", "time": at, "data": report})
    _, note = store.invoices("2026-01")
    [line] = [line for line in note["lines"] if line["charge"] == "share"]
    assert (note["kind"], line["after"]["amount"]) == ("credit_note", "0.00")


def issues_of(store: Store, period: str) -> list[tuple[str, str]]:
    return [(each["code"], each["message"]) for each in store.close(period)["issues"]]


def test_usage_that_no_charge_asks_for_is_told(store: Store, tmp_path: Path):
    store.book(DEAL, tmp_path)
    begins = store.invoices("2026-01")[0]["lines"][0]["service_period"][0]
    assert begins > "2026-01-02"
    store.use(tokens("2026-01-02", 5))
    told = "usage in 2026-01 that no charge asks for is not billed: tokens_out of a"
    assert issues_of(store, "2026-01") == [("usage-uncharged", told)]
    seconds = {"quantity": 7, "unit": "gpu_second"}
    store.use(tokens("2026-02-03", 5), tokens("2026-02-05", 7, type="gpu_seconds", data=seconds))
    told = "usage in 2026-02 that no charge asks for is not billed: gpu_seconds of a"
    assert issues_of(store, "2026-02") == [("usage-uncharged", told)]


def test_a_month_without_a_lease_in_service_is_told(store: Store, tmp_path: Path):
    assert issues_of(store, "2026-01") == [("nothing-in-service", "no lease is booked here")]
    store.book(DEAL, tmp_path)
    told = "no lease that is booked here is in service in 1999-01"
    assert issues_of(store, "1999-01") == [("nothing-in-service", told)]
    assert issues_of(store, "2026-01") == []


def test_every_month_that_was_skipped_is_named(store: Store, tmp_path: Path):
    store.book(DEAL, tmp_path)
    assert issues_of(store, "2026-03") == [
        ("month-not-closed", "nothing is billed yet for 2026-01, 2026-02 of a")
    ]


def test_dates_out_of_order_are_told(store: Store, tmp_path: Path):
    store.book(DEAL, tmp_path)

    def dated(period: str, day: str) -> list[str]:
        asked = Request(period, None, False, date.fromisoformat(day), "ann", NOW)
        issues = close(store.folder, asked).issues
        return [each.message for each in issues if each.code == "date-out-of-order"]

    assert dated("2026-01", "2026-02-01") == []
    [early] = dated("2026-02", "2026-01-15")
    assert early.endswith(
        "dated 2026-01-15: before 2026-03-01, when the month ends; "
        "before 2026-02-01, the date of an earlier number"
    )
    [late] = dated("2026-03", "2027-03-01")
    assert late.endswith("dated 2027-03-01: after today, 2026-07-03")
    [earlier] = dated("2026-04", "2026-01-31")
    assert "before 2026-02-01, the date of an earlier number" in earlier
