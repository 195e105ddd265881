"""Book, leases and facilities: what is empty says what to do, what is hostile is only text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from html import unescape
from pathlib import Path

import pytest

from lessor.app.asking import Asker
from lessor.app.commands.book import BookRequest
from lessor.app.commands.book import book as book_command
from lessor.report.tongues import LANGUAGES
from lessor.store.home import Home
from lessor.store.records.records import Records
from lessor.store.usage.catalogue import UsageStore
from tests.app.kept_store import NOW, RENTED, book, close, make_store, use
from tests.app.web.visiting import Visitor, text_of, visiting

PAGES = ("/", "/leases", "/facilities", "/usage", "/billing", "/billing/receivables")
PARTS = ("/book/usage", "/usage/conflicts")
OF_LEASE = ("/leases/one", "/leases/usage", "/leases/variance")

HOSTILE = '<script>alert(1)</script>"><img src=x onerror=alert(1)>'
NAMED = "a/b <script>alert(1)</script>"
"""The worst that may be the name of a lease or a charge."""

HOSTILE_DEAL = f"""
format: lessor/1
deal: 'Deal {HOSTILE}'
lessor: 'Lessor {HOSTILE}'
currency: CNY
closing_date: 2026-01-01
leases:
  '{NAMED}':
    lessee: '=HYPERLINK("x") {HOSTILE}'
    capacity: {{model: HGX-B200-8, quantity: 4}}
    events: {{signed: 2026-01-01, accepted: 2026-01-01}}
    term: 12 months
    charges:
      '{NAMED}': {{kind: base_rent, amount: 1000, per: server_month}}
"""


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return make_store(tmp_path / "store")


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visitor]:
    """The pages over a store in which nothing happened."""
    with visiting(make_store(tmp_path_factory.mktemp("empty") / "store")) as found:
        yield found


@pytest.fixture(scope="module")
def lived_in(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visitor]:
    """The pages over a store with a lease, usage, a document and a draft; tests only read it."""
    home = make_store(tmp_path_factory.mktemp("lived_in") / "store")
    book(home, RENTED)
    use(home, "a", date(2026, 2, 3), 40, number=1)
    close(home, "2026-01")
    close(home, "2026-02", is_draft=True)
    with visiting(home) as found:
        yield found


@pytest.fixture
def visitor(home: Home) -> Iterator[Visitor]:
    with visiting(home) as found:
        yield found


def keep_deal(home: Home, name: str, text: str) -> None:
    with Records.open(home.records_url) as records, records.writing(who="ann", at=NOW) as writer:
        writer.add_deal_version(name, text, note="", after=0)


@pytest.fixture
def spv(home: Home, root: Path) -> dict[str, str]:
    """A deal with a borrower, as it is kept; the query of its page."""
    text = (root / "examples/spv-finance-lease/deal.yaml").read_text(encoding="utf-8")
    keep_deal(home, "spv", text)
    return {"deal": "Direct lease of a 300m framework", "borrower": "lessee"}


@pytest.mark.parametrize("path", PAGES)
def test_an_empty_store_says_what_to_do(empty, path):
    response = empty.get(path)
    assert response.status_code == 200
    assert 'class="empty"' in response.text
    assert "<a " in response.text.partition('class="empty"')[2]


@pytest.mark.parametrize("path", PARTS)
def test_parts_of_an_empty_store_are_there(empty, path):
    assert empty.get(path).status_code == 200


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "path", [*PAGES, *PARTS, "/documents/one?number=draft-1", *(f"{p}?id=a" for p in OF_LEASE)]
)
def test_every_page_is_there_in_every_language(lived_in, path, language):
    sep = "&" if "?" in path else "?"
    response = lived_in.get(f"{path}{sep}language={language}")
    assert response.status_code == 200
    if "<html" in response.text:
        assert f'<html lang="{language}"' in response.text
        assert response.text.count("<h1") == 1


@pytest.mark.parametrize("path", OF_LEASE)
def test_a_lease_that_is_not_booked_has_no_page(empty, path):
    assert empty.get(path, id="nobody").status_code == 404


@pytest.mark.parametrize(
    ("path", "params"),
    [
        ("/facilities/one", {"deal": "none", "borrower": ""}),
        ("/facilities/lender-case", {"deal": "none"}),
        ("/facilities/certificate", {"deal": "none", "borrower": "", "on": "2026-01-01"}),
        ("/documents/one", {"number": "ACME-2026-000001"}),
        ("/documents/file", {"number": "draft-7"}),
        ("/documents/trace", {"number": "draft-7"}),
        ("/usage/taken/feedbeef", {}),
        ("/usage/audited/feedbeef", {}),
        ("/usage/rejected/0123456789abcdef", {}),
        ("/usage/rejected/0123456789abcdef/file", {}),
        ("/usage/rejected/..%2F..%2Fconfig.toml/file", {}),
    ],
)
def test_what_is_not_there_is_not_found(empty, path, params):
    response = empty.get(path, **params)
    assert response.status_code == 404
    assert response.text.count("<h1") == 1 or 'class="issues"' in response.text


def test_the_book_tells_what_waits(home, visitor):
    book(home, RENTED)
    close(home, "2026-01")
    close(home, "2026-02", is_draft=True)
    said = text_of(visitor.get("/"))
    assert "is overdue since 16 February 2026" in said
    assert "Drafts of February 2026 are not issued: 1" in said
    assert "Months that are over and not closed: 2, the first February 2026" in said
    assert "Contracted GPUs 32" in said


def test_the_page_of_a_lease_shows_all_of_it(home, visitor):
    book(home, RENTED)
    use(home, "a", date(2026, 2, 3), 42_000_000, number=1)
    close(home, "2026-01")
    said = text_of(visitor.get("/leases/one", id="a"))
    for words in (
        "Model company",
        "charges.tokens.tiers[0].price",
        "Accepted into service",
        "ACME-COMPUTE",
    ):
        assert words in said
    used = text_of(visitor.get("/leases/usage", id="a"))
    assert "tokens_out: 42,000,000 in token" in used
    compared = text_of(visitor.get("/leases/variance", id="a"))
    assert "January 2026" in compared


@pytest.mark.parametrize("day", ["nonsense", "2026-13-01", "<b>"])
def test_days_that_are_none_are_told(lived_in, day):
    response = lived_in.get("/leases/usage", id="a", **{"from": day})
    assert response.status_code == 422
    assert "date-malformed" in response.text
    assert "<b>" not in response.text


def test_leases_are_shown_by_state(lived_in):
    assert "1 of 1 leases" in text_of(lived_in.get("/leases", state="in_service"))
    assert "0 of 1 leases" in text_of(lived_in.get("/leases", state="suspended"))
    assert lived_in.get("/leases", state="<b>").status_code == 200


def test_a_borrower_shows_its_debt_and_its_waterfall(visitor, spv):
    assert "lessee" in text_of(visitor.get("/facilities"))
    said = text_of(visitor.get("/facilities/one", **spv, on="2025-10-01"))
    for words in ("Schedule of lease", "Waterfall of 1 October 2025", "operating_costs", "1.050"):
        assert words in said
    # A date on which nothing is paid is not refused: the next payment is shown.
    assert visitor.get("/facilities/one", **spv, on="1999-01-01").status_code == 200


@pytest.mark.parametrize("example", ["b300-10k", "ddtl-1", "ddtl-4", "notes", "sale-leaseback"])
def test_every_borrower_of_the_examples_has_its_page(home, visitor, root, example):
    keep_deal(home, example, (root / f"examples/{example}/deal.yaml").read_text(encoding="utf-8"))
    ways = re.findall(r'href="(/facilities/one[^"]*)"', visitor.get("/facilities").text)
    assert ways
    for way in ways:
        assert visitor.get(unescape(way)).status_code == 200
    assert visitor.get("/").status_code == 200


def test_a_certificate_comes_as_pdf_for_a_test_date_alone(visitor, spv):
    response = visitor.get("/facilities/certificate", **spv, on="2025-10-01")
    assert response.headers["content-type"] == "application/pdf"
    assert response.content.startswith(b"%PDF")
    assert visitor.get("/facilities/certificate", **spv, on="2025-10-02").status_code == 404


def test_a_deal_counts_as_it_was_signed_whatever_was_written_since(home, visitor, root, tmp_path):
    example = root / "examples/spv-finance-lease/deal.yaml"
    booked = book_command(str(example), str(home.folder), BookRequest(Asker("ann", NOW)))
    assert booked.result is not None, booked.issues
    with Records.open(home.records_url) as records, records.reading() as reader:
        (deal,) = reader.deals()
    assert "Of deals that are not signed" not in text_of(visitor.get("/facilities"))
    before = text_of(visitor.get("/")).partition("DSCR and LTV by borrower")[2]
    assert "lessee Direct lease" in before
    with Records.open(home.records_url) as records, records.writing(who="ann", at=NOW) as writer:
        dearer = deal.text.replace("spread: 0.9%", "spread: 5%")
        assert dearer != deal.text
        writer.add_deal_version(deal.name, dearer, note="what if", after=deal.number)
    after = text_of(visitor.get("/")).partition("DSCR and LTV by borrower")[2]
    assert after == before


def test_a_deal_that_is_not_signed_stands_apart_and_asks_for_no_attention(visitor, spv):
    said = text_of(visitor.get("/facilities"))
    assert "Of deals that are not signed" in said.partition("lessee")[0]
    assert "which is not signed" in text_of(visitor.get("/facilities/one", **spv))
    assert "Nothing is booked yet" in text_of(visitor.get("/"))


def test_a_lenders_case_is_worked_out(visitor, spv):
    assert "dscr base" in text_of(visitor.get("/facilities/lender-case", deal=spv["deal"]))


def test_a_deal_that_cannot_be_read_is_told_and_hides_no_other(home, visitor, spv):
    keep_deal(home, "broken", "format: lessor/1\nnonsense: [")
    response = visitor.get("/facilities")
    assert response.status_code == 200
    assert 'class="issues"' in response.text
    assert "lessee" in text_of(response)


@pytest.mark.parametrize(
    "path", ["/book/usage", "/usage/conflicts", "/leases/usage?id=a", "/leases/variance?id=a"]
)
def test_while_usage_is_written_a_part_says_so_and_asks_again(home, visitor, path, monkeypatch):
    monkeypatch.setattr("lessor.app.web.reading.TURN_SECONDS", 0.05)
    book(home, RENTED)
    with UsageStore.open(home.usage_folder):
        response = visitor.get(path)
        assert response.status_code == 200
        assert "being written at this moment" in response.text
        assert f'hx-get="{path}"' in response.text
    assert "being written" not in visitor.get(path).text


def test_a_file_that_needs_usage_says_busy(home, visitor, monkeypatch):
    monkeypatch.setattr("lessor.app.web.reading.TURN_SECONDS", 0.05)
    book(home, RENTED)
    use(home, "a", date(2026, 1, 20), 42_000_000, number=1)
    number = close(home, "2026-01").issued[0].number
    with UsageStore.open(home.usage_folder):
        response = visitor.get("/documents/file", number=number)
    assert (response.status_code, "store-busy" in response.text) == (503, True)


def test_hostile_names_are_only_text(home, visitor):
    keep_deal(home, HOSTILE, HOSTILE_DEAL)
    book(home, HOSTILE_DEAL)
    number = close(home, "2026-01").issued[0].number
    close(home, "2026-02", is_draft=True)
    asked = [visitor.get(path) for path in (*PAGES, *PARTS)]
    asked += [visitor.get(path, id=NAMED) for path in OF_LEASE]
    asked += [visitor.get("/documents/one", number=name) for name in (number, "draft-1")]
    asked += [visitor.get("/documents/trace", number=number)]
    asked += [visitor.get("/documents/file", number=number, form="html")]
    for response in asked:
        assert response.status_code == 200, response.text
        assert "<script>alert" not in response.text
        assert "<img src=x" not in response.text
    assert "alert(1)" in asked[1].text
