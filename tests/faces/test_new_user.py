"""The whole way of a new user: from an empty store to a signed deal, an invoice, and its money."""

from __future__ import annotations

import io
import re

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

from tests.faces.browsing import kept_picture, reader
from tests.faces.serving import served
from tests.faces.store import BILLED, bad_row, empty, usage, written

ANSWER_MS = 200
MONEY = re.compile(r"CNY\s[\d,]+\.\d\d")


@pytest.fixture(scope="module")
def own_server(tmp_path_factory):
    """A server of a store that this way alone fills."""
    with served(empty(tmp_path_factory.mktemp("new") / "store").folder) as running:
        yield running
        running.require_quiet()


@pytest.fixture(scope="module")
def tab(browser, own_server):
    """The new user's tab."""
    with reader(browser, own_server.printed) as tab:
        yield tab
        assert tab.noted() == []


@pytest.fixture(scope="module")
def signed(tab):
    """The deal is uploaded, looked at, moved, saved and signed; the address of its page."""
    page = tab.page
    tab.open("/")
    page.get_by_role("link", name="To the deals").click()
    page.get_by_role("link", name="New deal").click()
    page.get_by_label("Deal file").set_input_files(BILLED / "deal.yaml")
    page.get_by_role("button", name="Check it and keep it").click()
    page.wait_for_url("**/deals/token-lease")
    tab.settle()
    address = page.url
    figures = page.locator("#figures")
    expect(figures).to_contain_text("Project IRR")
    before = figures.inner_text()
    took = moved(tab, "base")
    assert figures.inner_text() != before
    assert "kept:" in figures.inner_text()
    assert took < ANSWER_MS
    expect(figures).to_contain_text("Terms moved: 1")
    kept_picture(page, "way-1-moved")
    page.get_by_role("button", name="Save as a new version").click()
    page.wait_for_load_state()
    tab.settle()
    expect(page.locator("main")).to_contain_text("Version 2")
    page.get_by_role("button", name="Book its leases").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Leases booked")
    kept_picture(page, "way-2-signed")
    return address


def moved(tab, term):
    """Move the slider of a term a step up; the milliseconds that the server took to answer."""
    slider = tab.page.locator(f"input[type=range][aria-label*='{term}' i]").first
    slider.focus()
    # The first answer of a server's life also reads what it is made with.
    for _ in range(3):
        with tab.page.expect_response(lambda answer: answer.request.method == "POST") as told:
            slider.press("ArrowRight")
        answer = told.value
        assert answer.status == 200
        answer.finished()
        tab.settle()
    timing = answer.request.timing
    return timing["responseStart"] - timing["requestStart"]


@pytest.fixture(scope="module")
def taken(tab, signed, tmp_path_factory):
    """Usage is uploaded: a trace, what was down, and a file with two bad rows."""
    folder = tmp_path_factory.mktemp("usage")
    faulty = written(folder / "july.ndjson", [usage(), bad_row(), usage("odd-3", quantity=-5)])
    uploaded(tab, BILLED / "trace.csv", trace=True)
    uploaded(tab, BILLED / "downtime.ndjson")
    return uploaded(tab, faulty)


def uploaded(tab, file, *, trace=False):
    """Upload a file on the page of usage; what the page of its result says."""
    page = tab.page
    tab.open("/usage")
    page.get_by_label("File", exact=True).set_input_files(file)
    if trace:
        page.get_by_text("A trace of another format").click()
        page.get_by_label("Format").select_option("azure-llm")
        page.get_by_label("Lease").select_option("chat")
    page.get_by_role("button", name="Take in", exact=True).click()
    finished(tab)
    expect(page.get_by_role("heading", level=1)).to_have_text("Usage taken in")
    return page.locator("main").inner_text()


def finished(tab):
    """Wait for the work in the background, and go to what it came to."""
    tab.page.wait_for_url("**/jobs/*")
    tab.page.get_by_role("link", name="See the result").click()
    tab.page.wait_for_load_state()
    tab.settle()


def test_faults_of_usage_are_told_by_row(tab, taken):
    rows = tab.page.get_by_role("row")
    for row, code in (("2", "lease-unknown"), ("3", "quantity-negative")):
        expect(rows.filter(has_text=code)).to_contain_text(re.compile(rf"\b{row}\b"))
    with tab.page.expect_download() as download:
        tab.page.get_by_role("link", name="Download the rows set aside").click()
    with open(download.value.path(), encoding="utf-8") as kept:
        assert len(kept.readlines()) == 2
    kept_picture(tab.page, "way-3-rows")


@pytest.fixture(scope="module")
def issued(tab, taken):
    """May and June are drafted and issued; June's invoice is open, its number is said."""
    page = tab.page
    for month, dated in (("2026-05", "2026-06-01"), ("2026-06", "2026-07-01")):
        tab.open(f"/billing?period={month}")
        page.get_by_label("Date of the documents").first.fill(dated)
        page.get_by_role("button", name="Make drafts").click()
        finished(tab)
        expect(page.locator("main")).to_contain_text("draft-")
        kept_picture(page, f"way-4-draft-{month}")
        page.get_by_role("button", name=re.compile("issue all|Close and issue")).click()
        finished(tab)
    page.get_by_role("link", name="COMPUTE-LESSOR-2026-000002").click()
    tab.settle()
    return "COMPUTE-LESSOR-2026-000002"


def test_the_pdf_of_the_invoice_holds_its_total(tab, issued):
    page = tab.page
    total = MONEY.search(page.locator("main dl.facts").first.inner_text())
    assert total is not None
    kept_picture(page, "way-5-invoice")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download PDF").click()
    with open(download.value.path(), "rb") as kept:
        text = "".join(each.extract_text() for each in PdfReader(io.BytesIO(kept.read())).pages)
    assert total.group().split()[1] in text
    assert issued in text


def test_money_received_empties_the_receivables(tab, issued):
    page = tab.page
    for number in ("COMPUTE-LESSOR-2026-000001", issued):
        tab.open(f"/documents/one?number={number}")
        page.get_by_label("Reference").fill(f"bank {number}")
        page.get_by_role("button", name="Enter", exact=True).click()
        page.wait_for_load_state()
        expect(page.get_by_role("region", name="Money received").last).to_contain_text("bank")
    tab.open("/billing/receivables")
    kept_picture(page, "way-6-paid")
    expect(page.locator("main")).to_contain_text("No lessee owes anything")
    tab.open("/")
    kept_picture(page, "way-7-book")
