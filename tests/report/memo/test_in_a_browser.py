"""A memo in a browser: its charts drawn, no fault told, nothing asked for, on a phone too."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from lessor.report.memo.html import memo_page
from lessor.report.tongues import LANGUAGES, Language
from tests.report.memo.studied import memo_for

pytestmark = pytest.mark.xdist_group("faces")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_draws_its_charts_and_asks_for_nothing(
    browser: Browser, language: Language, tmp_path: Path
):
    memo = memo_for(("b300-10k",), language)
    file = tmp_path / "memo.html"
    file.write_text(memo_page(memo), encoding="utf-8")
    told: list[str] = []
    asked: list[str] = []
    with browser.new_page(viewport={"width": 360, "height": 800}) as page:
        page.on("console", lambda message: told.append(message.text))
        page.on("pageerror", lambda error: told.append(str(error)))
        page.on("request", lambda request: asked.append(request.url))
        page.goto(file.as_uri())
        charts = page.locator(".chart svg")
        charts.nth(len(list(memo.charts)) - 1).wait_for()
        assert charts.count() == len(list(memo.charts)) == 7
        wide = page.evaluate("document.documentElement.scrollWidth")
    assert told == []
    assert asked == [file.as_uri()]
    assert wide <= 360
