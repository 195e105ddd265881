"""`lessor book`: leases become records, once, and what changes in them becomes a version."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from lessor.app.asking import Asker
from lessor.app.cli import app
from lessor.app.commands.book import BookRequest, book
from lessor.app.commands.init import init
from lessor.store.home import Home, open_home
from lessor.store.records.records import Records
from lessor.store.records.rows import LeaseRecord
from tests.app.kept_store import RENTED, close, use

RUNNER = CliRunner()
NOW = datetime(2026, 7, 3, 9, tzinfo=UTC)
KEYS = {
    "id", "lessee", "currency", "version", "change", "state", "accepted", "contract_value",
    "deposit", "prepayment",
}  # fmt: skip
PFLOPS = """
format: lessor/1
deal: Sparse PFLOPS for five years
currency: CNY
closing_date: 2026-01-01
leases:
  p:
    lessee: A lab
    capacity: {quantity: 2048, unit: pflops, basis: sparse}
    events: {signed: 2026-01-01, accepted: 2026-01-01}
    term: 60 months
    charges: {base: {kind: base_rent, amount: 90.0e3, per: pflops_year}}
"""


@pytest.fixture
def home(tmp_path: Path) -> Home:
    assert init(str(tmp_path / "store")).exit_code == 0
    return open_home(tmp_path / "store", {})


def outcome(home: Home, text: str, **asked: Any) -> Any:
    path = home.folder.parent / "deal.yaml"
    path.write_text(text, encoding="utf-8")
    return book(str(path), str(home.folder), BookRequest(Asker("ann", NOW), **asked))


def booked(home: Home, text: str, **asked: Any) -> dict[str, Any]:
    """The only lease of a deal, as it is booked."""
    found = outcome(home, text, **asked)
    assert found.exit_code == 0, found.issues
    [lease] = found.document["leases"]
    return lease


def refused(home: Home, text: str, **asked: Any) -> list[str]:
    found = outcome(home, text, **asked)
    assert found.exit_code == 2
    return [issue.code for issue in found.issues if issue.severity == "error"]


def kept(home: Home) -> list[LeaseRecord]:
    with Records.open(home.records_url) as records, records.reading() as reader:
        return reader.leases()


def test_five_servers_for_48_months(home: Home, root: Path):
    path = str(root / "examples" / "servers-5x48" / "deal.yaml")
    found = RUNNER.invoke(app, ["book", path, "--store", str(home.folder), "--json"])
    assert found.exit_code == 0
    [lease] = json.loads(found.stdout)["leases"]
    assert lease.keys() >= KEYS
    assert (lease["contract_value"], lease["deposit"]) == ("16560000.00", "345000.00")
    assert (lease["deposit_due"], lease["prepayment"]) == ("2024-06-01", None)
    assert (lease["change"], lease["version"], lease["term"]) == ("new", 1, "48 months")
    shown = RUNNER.invoke(app, ["book", path, "--store", str(home.folder)])
    assert "CNY 16,560,000.00" in shown.stdout
    assert "CNY 345,000.00" in shown.stdout
    assert "unchanged" in shown.stdout


def test_2048_pflops_sparse_at_90k_for_five_years(home: Home):
    lease = booked(home, PFLOPS)
    assert lease["contract_value"] == "921600000.00"
    assert round(Decimal(lease["contract_value"]) / 10**6) == 922


def test_what_is_kept_of_a_lease(home: Home):
    text = RENTED.replace("due_days: 15", "due_days: 15, time_zone: Asia/Shanghai")
    text = text.replace("tokens_per_month: 50_000_000", "meters: {answers: 10}")
    text = text.replace("meter: tokens_out", "meter: answers")
    lease = booked(home, text.replace("per: million_tokens", "per: thousand"))
    [record] = kept(home)
    assert (record.id, record.name, record.deal) == ("a", "a", "Rent and tokens")
    assert (record.entity, record.lessee) == ("ACME-COMPUTE", "Model company")
    assert (record.currency, record.zone) == ("CNY", "Asia/Shanghai")
    assert [version.number for version in record.versions] == [1]
    assert record.versions[0].effective is None
    assert len(record.versions[0].digest) == 64
    assert (lease["state"], lease["accepted"]) == ("in_service", "2026-01-17")
    with Records.open(home.records_url) as records, records.reading() as reader:
        assert reader.known() == ({"a": "CNY"}, {"a": frozenset({"answers"})})
        [change] = reader.audit("a")
    assert (change.who, change.what) == ("ann", "lease booked")


def test_a_deposit_is_due_and_not_received(home: Home):
    lease = booked(home, RENTED.replace("term:", "deposit: 2 months\n    term:"))
    assert (lease["deposit"], lease["deposit_due"]) == ("552000.00", "2026-01-17")
    with Records.open(home.records_url) as records, records.reading() as reader:
        assert reader.deposits() == []


def test_a_prepayment_is_a_share_of_the_contract(home: Home):
    said = "prepayment: {share: 20%, paid: signing}\n    term:"
    lease = booked(home, RENTED.replace("term:", said))
    assert Decimal(lease["prepayment"]) == Decimal(lease["contract_value"]) * Decimal("0.2")
    assert lease["prepayment_due"] == "2026-01-01"


def test_what_is_not_accepted_has_no_day_for_its_deposit(home: Home):
    text = RENTED.replace("accepted: 2026", "expected_acceptance: 2026")
    lease = booked(home, text.replace("term:", "deposit: 2 months\n    term:"))
    assert (lease["state"], lease["accepted"]) == ("signed", None)
    assert (lease["deposit"], lease["deposit_due"]) == ("552000.00", None)


def test_amounts_are_in_the_currency_of_the_lease(home: Home):
    text = RENTED.replace("currency: CNY", "currency: CNY\nexchange_rates: {USD: [{date: "
        "2026-01-01, rate: 7, source: a bank}]}")  # fmt: skip
    text = text.replace("server_month, tax", "server_month, currency: USD, tax")
    text = text.replace("window: quarter", "window: quarter\n        currency: USD")
    lease = booked(home, text.replace("term:", "deposit: 1 months\n    term:"))
    assert (lease["currency"], lease["deposit"]) == ("USD", "276000.00")
    assert lease["contract_value"] == "3312000.00"


def test_booked_again_unchanged_nothing_happens(home: Home):
    booked(home, RENTED)
    before = kept(home)
    assert booked(home, RENTED)["change"] == "unchanged"
    assert booked(home, RENTED.replace("Model company", "  Model company"))["version"] == 1
    assert kept(home) == before


def test_what_the_lease_is_not_billed_by_changes_nothing(home: Home):
    booked(home, RENTED)
    text = RENTED + "story: a better one\nnpv_rate: 12%\n"
    assert booked(home, text)["change"] == "unchanged"


def test_a_correction_holds_from_the_beginning(home: Home):
    booked(home, RENTED)
    lease = booked(home, RENTED.replace("69_000", "70_000"))
    assert (lease["change"], lease["version"], lease["effective"]) == ("corrected", 2, None)
    [record] = kept(home)
    assert [version.effective for version in record.versions] == [None, None]


def test_an_amendment_holds_from_its_day(home: Home):
    booked(home, RENTED)
    lease = booked(home, RENTED.replace("69_000", "70_000"), effective="2026-04-01")
    assert (lease["change"], lease["version"]) == ("amended", 2)
    assert lease["effective"] == "2026-04-01"
    [record] = kept(home)
    assert [version.effective for version in record.versions] == [None, date(2026, 4, 1)]
    assert record.versions[0].terms != record.versions[1].terms


def test_closed_months_that_change_are_told(home: Home):
    booked(home, RENTED)
    for period in ("2026-01", "2026-02"):
        close(home, period)
    told = outcome(home, RENTED.replace("69_000", "70_000"), effective="2026-02-01")
    assert [issue.code for issue in told.issues if issue.severity == "note"] == [
        "closed-months-changed"
    ]
    assert "2026-02" in told.issues[-1].message
    later = outcome(home, RENTED.replace("69_000", "71_000"), effective="2026-03-01")
    assert [issue.code for issue in later.issues if issue.severity == "note"] == []


def test_an_amendment_that_is_replaced_is_warned_of(home: Home):
    booked(home, RENTED)
    booked(home, RENTED.replace("69_000", "70_000"), effective="2026-04-01")
    found = outcome(home, RENTED.replace("69_000", "71_000"))
    assert found.exit_code == 0
    assert "amendment-replaced" in [issue.code for issue in found.issues]


DEARER = RENTED.replace("69_000", "70_000")


@pytest.mark.parametrize(("effective", "change"), [("2026-03-01", "amended"), (None, "corrected")])
def test_the_same_terms_from_an_earlier_day_are_a_change(
    home: Home, effective: str | None, change: str
):
    booked(home, RENTED)
    booked(home, DEARER, effective="2026-05-01")
    found = outcome(home, DEARER, effective=effective)
    [lease] = found.document["leases"]
    assert (lease["version"], lease["change"], lease["effective"]) == (3, change, effective)
    assert [issue.code for issue in found.issues if issue.code == "amendment-replaced"] == []
    found = [
        price
        for month in ("2026-01", "2026-02", "2026-03", "2026-04", "2026-05")
        for price in rents(home, month)
    ]
    assert found == ([69_000] * 2 if effective else [70_000] * 2) + [70_000] * 3


def rents(home: Home, period: str) -> list[Decimal | None]:
    """The price of the rent on each document of a month that is closed now."""
    lines = [line for issued in close(home, period).issued for line in issued.document.lines]
    return [line.price for line in lines if line.charge == "base"]


@pytest.mark.parametrize("effective", ["2026-05-01", "2026-07-01", "2099-01-01"])
def test_the_same_terms_from_a_day_on_which_they_hold_change_nothing(home: Home, effective: str):
    booked(home, RENTED)
    booked(home, DEARER, effective="2026-05-01")
    assert booked(home, DEARER, effective=effective)["change"] == "unchanged"
    assert booked(home, RENTED, effective="2026-08-01")["version"] == 3


def test_a_date_that_was_too_early_is_put_right_by_booking_both(home: Home):
    booked(home, RENTED)
    booked(home, DEARER, effective="2026-03-01")
    booked(home, RENTED, effective="2026-03-01")
    assert booked(home, DEARER, effective="2026-04-01")["version"] == 4
    assert [rents(home, month) for month in ("2026-03", "2026-04")] == [[69_000], [70_000]]


def test_an_earlier_amendment_replaces_the_later_one_and_says_so(home: Home):
    booked(home, RENTED)
    booked(home, DEARER, effective="2026-05-01")
    found = outcome(home, RENTED.replace("69_000", "71_000"), effective="2026-04-01")
    [issue] = [issue for issue in found.issues if issue.code == "amendment-replaced"]
    assert issue.message == "the file holds from 2026-04-01, and replaces the terms of 2026-05-01"
    assert rents(home, "2026-05") == [71_000]


def test_one_lease_of_a_deal_and_then_the_rest(home: Home):
    _, _, second = RENTED.partition("leases:\n  a:")
    both = f"{RENTED}  b:{second}"
    first = outcome(home, both, leases=("b",))
    assert [lease["id"] for lease in first.document["leases"]] == ["b"]
    rest = outcome(home, both)
    assert [(lease["id"], lease["change"]) for lease in rest.document["leases"]] == [
        ("a", "new"),
        ("b", "unchanged"),
    ]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("closing_date: 2026-01-01", "closing_date: 2025-12-01"),
        ("currency: CNY", "currency: USD"),
        ("lessor: Acme Compute", "lessor: Other"),
        ("due_days: 15", "due_days: 15, time_zone: Asia/Shanghai"),
    ],
)
def test_what_documents_stand_on_cannot_change(home: Home, old: str, new: str):
    booked(home, RENTED)
    assert old in RENTED
    assert refused(home, RENTED.replace(old, new)) == ["not-amendable"]
    assert len(kept(home)[0].versions) == 1


OTHER = RENTED.replace("Model company", "Model Company Limited")


def lessees(home: Home, period: str) -> dict[str, str]:
    """Whom the documents that stand for a month after closing it are made out to, by number."""
    return {each.number[-6:]: each.document.lessee for each in close(home, period).issued}


def test_the_name_of_a_lessee_is_corrected_and_what_is_issued_keeps_the_old(home: Home):
    booked(home, RENTED)
    close(home, "2026-01")
    lease = booked(home, OTHER, from_beginning=True)
    assert (lease["lessee"], lease["version"]) == ("Model Company Limited", 2)
    [record] = kept(home)
    assert record.lessee == "Model Company Limited"
    assert [version.lessee for version in record.versions] == [None, "Model Company Limited"]
    assert lessees(home, "2026-01") == {"000001": "Model company"}
    assert lessees(home, "2026-02") == {"000002": "Model Company Limited"}
    with Records.open(home.records_url) as records, records.reading() as reader:
        change = reader.audit("a")[-1]
    assert (change.who, change.what) == ("ann", "lease amended")
    named = (change.before["lessee"], change.after["lessee"])
    assert named == ("Model company", "Model Company Limited")
    assert booked(home, OTHER, from_beginning=True)["change"] == "unchanged"
    assert booked(home, RENTED, from_beginning=True)["lessee"] == "Model company"
    assert lessees(home, "2026-03") == {"000003": "Model company"}


def test_a_lessee_who_is_another_from_a_day_on_is_so_from_the_month_that_holds_it(home: Home):
    booked(home, RENTED)
    booked(home, OTHER.replace("69_000", "70_000"), effective="2026-03-10")
    names = [name for period in ("2026-02", "2026-03") for name in lessees(home, period).values()]
    assert names == ["Model company", "Model Company Limited"]
    use(home, "a", date(2026, 1, 20), 60_000_000, number=1)
    close(home, "2026-01")
    use(home, "a", date(2026, 1, 21), 60_000_000, number=2)
    # Notes of a month go to whom its invoice went to.
    assert set(lessees(home, "2026-01").values()) == {"Model company"}


def test_what_was_billed_is_rated_again_only_where_that_is_said(home: Home):
    booked(home, RENTED)
    assert booked(home, DEARER)["change"] == "corrected"
    close(home, "2026-01")
    assert booked(home, DEARER)["change"] == "unchanged"
    assert refused(home, RENTED) == ["effective-unsaid"]
    assert [version.number for version in kept(home)[0].versions] == [1, 2]
    assert booked(home, RENTED, effective="2026-04-01")["change"] == "amended"
    assert booked(home, RENTED, from_beginning=True)["change"] == "corrected"


def test_a_day_and_the_beginning_exclude_each_other(home: Home):
    booked(home, RENTED)
    both = {"effective": "2026-04-01", "from_beginning": True}
    assert refused(home, DEARER, **both) == ["choice-of-one"]


@pytest.mark.parametrize(
    ("effective", "code"),
    [
        ("2026-01-16", "effective-too-early"),
        ("1 April", "date-malformed"),
    ],
)
def test_days_from_which_terms_cannot_change(home: Home, effective: str, code: str):
    booked(home, RENTED)
    booked(home, RENTED.replace("69_000", "70_000"), effective="2026-04-01")
    assert refused(home, RENTED.replace("69_000", "71_000"), effective=effective) == [code]


def test_a_lease_that_has_not_begun_has_no_amendments(home: Home):
    text = RENTED.replace(", accepted: 2026-01-17", "")
    booked(home, text)
    amended = text.replace("69_000", "70_000")
    assert refused(home, amended, effective="2026-04-01") == ["effective-too-early"]


def test_a_name_of_another_deals_lease_is_refused(home: Home):
    booked(home, RENTED)
    assert refused(home, RENTED.replace("deal: Rent", "deal: More rent")) == [
        "lease-of-another-deal"
    ]


def test_where_one_lease_cannot_be_booked_none_is(home: Home):
    booked(home, RENTED)
    _, _, second = RENTED.partition("leases:\n  a:")
    both = RENTED.replace("lessor: Acme Compute", "lessor: Other") + f"  b:{second}"
    assert refused(home, both) == ["not-amendable"]
    assert [record.id for record in kept(home)] == ["a"]


def test_leases_that_the_deal_lacks(home: Home):
    assert refused(home, RENTED, leases=("b", "c")) == ["unknown-name", "unknown-name"]


def test_without_a_store(tmp_path: Path):
    path = tmp_path / "deal.yaml"
    path.write_text(RENTED, encoding="utf-8")
    found = book(str(path), str(tmp_path / "none"), BookRequest(Asker("ann", NOW)))
    assert [issue.code for issue in found.issues] == ["store-missing"]
