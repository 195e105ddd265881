"""The door: who has not opened the printed address sees nothing, and no other site writes."""

from __future__ import annotations

import re

import httpx
import pytest

from tests.faces.browsing import LOCALES, Tab, kept_picture
from tests.faces.pages import PAGES

PATHS = sorted({face.path for face in PAGES if not face.is_empty})
WRITES = (
    "/deals/new",
    "/deals/b300-10k",
    "/deals/b300-10k/save",
    "/deals/token-lease/sign",
    "/usage/upload",
    "/usage/audit",
    "/usage/conflicts",
    "/billing/close",
    "/documents/issue",
    "/documents/void",
    "/documents/receive",
    "/jobs/1/cancel",
    "/api/v1/deals/evaluate",
    "/api/v1/events",
)


@pytest.fixture
def outsider(server):
    """Someone who knows the port alone."""
    with httpx.Client(base_url=server.url) as client:
        yield client


@pytest.fixture
def holder(server):
    """Someone who has opened the printed address."""
    with httpx.Client(base_url=server.url) as client:
        assert client.get(server.printed).status_code == 303
        yield client


@pytest.mark.parametrize("path", [*PATHS, "/api/openapi.json", "/scripts/charts.js"])
def test_without_the_token_nothing_is_shown(outsider, path):
    answer = outsider.get(path)
    assert answer.status_code == 401
    assert "B300" not in answer.text and "chat" not in answer.text.lower()


@pytest.mark.parametrize("language", LOCALES)
def test_a_browser_without_the_token_is_told_what_to_open(browser, server, language):
    context = browser.new_context(locale=LOCALES[language])
    try:
        tab = Tab(context.new_page(), server.url)
        assert tab.open("/") == 401
        assert tab.page.locator("html").get_attribute("lang") == language
        assert "lessor serve" in tab.page.locator("main").inner_text()
        kept_picture(tab.page, f"shut.{language}")
        assert tab.noted() == []
    finally:
        context.close()


def test_the_token_leaves_the_address_and_the_cookie_is_for_this_site_alone(browser, server):
    context = browser.new_context()
    try:
        page = context.new_page()
        page.goto(server.printed)
        assert "token" not in page.url
        [cookie] = [each for each in context.cookies() if each["httpOnly"]]
        assert cookie["sameSite"] == "Strict"
        assert server.printed.partition("token=")[2] not in cookie["value"]
        assert page.evaluate("document.cookie").find(cookie["value"]) == -1
    finally:
        context.close()


@pytest.mark.parametrize("path", WRITES)
@pytest.mark.parametrize(
    "told",
    [
        {"origin": "http://elsewhere.example"},
        {"origin": "null"},
        {"origin": "http://localhost:1"},
        {},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
    ids=["foreign", "null", "another port", "unsaid", "cross-site", "same-site"],
)
def test_no_page_of_another_site_writes_by_the_cookie(holder, path, told):
    assert holder.post(path, headers=told, data={}).status_code == 403


@pytest.mark.parametrize("host", ["elsewhere.example", "lessor.example:80", "localhost:1", ""])
@pytest.mark.parametrize("path", ["/", "/static/lessor.css", "/health"])
def test_another_name_for_this_machine_is_refused(holder, path, host):
    assert holder.get(path, headers={"host": host}).status_code in (400, 403)


def test_the_policy_lets_nothing_inline_run(holder):
    for path in PATHS:
        answer = holder.get(path)
        policy = answer.headers["content-security-policy"]
        assert "unsafe" not in policy and "default-src 'none'" in policy
        assert answer.headers["cache-control"] == "no-store"
        for script in re.findall(r"<script\b[^>]*>", answer.text):
            assert "src=" in script or 'type="application/json"' in script
        assert not re.search(r"<[^>]+\s(on[a-z]+|style)=", answer.text), path
        assert not re.search(r"""(src|href|action)=["']?(https?:)?//""", answer.text), path
