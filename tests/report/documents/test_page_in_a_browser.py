"""Sheets as a browser shows them: nothing that a reader without eyes or mouse would miss."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from lessor.report.documents.certificate import certificate_sheet
from lessor.report.documents.invoice import invoice_sheet
from lessor.report.documents.page import sheet_page
from lessor.report.documents.sheet import Sheet
from tests.report.documents.papers import invoice, note, paper
from tests.report.documents.test_certificate_sheet import DSCR, LTV
from tests.report.documents.test_certificate_sheet import paper as certificate_paper
from tests.report.documents.test_invoice_sheet import annex

pytestmark = pytest.mark.xdist_group("faces")

SHEETS = {
    "draft": invoice_sheet(paper(invoice(), is_issued=False, annex=(annex(),)), "zh-Hans"),
    "note": invoice_sheet(paper(note()), "en"),
    "certificate": certificate_sheet(certificate_paper(DSCR, LTV), "zh-Hant"),
}
SHOWN = "getComputedStyle(document.querySelector('.stamp'), '::before').content"


@pytest.mark.parametrize("width", [1000, 380])
@pytest.mark.parametrize("sheet", SHEETS.values(), ids=SHEETS)
def test_nothing_is_found_against_a_page(browser: Browser, sheet: Sheet, width: int):
    with browser.new_page(viewport={"width": width, "height": 700}) as page:
        page.set_content(sheet_page([sheet]))
        found = Axe().run(page).response["violations"]
        assert [(each["id"], each["nodes"][0]["html"]) for each in found] == []
        # A table may be wider than the page, and moves within it; the page itself is not.
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_draft_is_marked_to_the_eye_and_to_the_ear(browser: Browser):
    with browser.new_page() as page:
        page.set_content(sheet_page([SHEETS["draft"]]))
        assert page.evaluate(SHOWN) == '"草稿"'
        assert page.locator(".stamp").inner_text() == "草稿"
