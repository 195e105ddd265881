"""Every reference figure stands on the page of its kind, with date, source and grade."""

import html
import re
from decimal import Decimal

import pytest

from lessor.report.tongues import LANGUAGES, tongue
from lessor.terms.reference import KINDS, facts
from tests.app.web.pages import browsing_new_store


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    with browsing_new_store(tmp_path_factory.mktemp("reference") / "store") as made:
        yield made


@pytest.mark.parametrize("kind", KINDS)
def test_every_figure_has_its_date_its_source_and_its_grade(browser, kind):
    page = browser.get(f"/reference?kind={kind}").text
    rows = re.findall(r"<tr><th scope=\"row\">(.*?)</tr>", page, re.S)
    said = [re.sub(r"<[^>]*>", "|", html.unescape(row)) for row in rows]
    found = facts(kind)
    assert len(said) == len(found)
    for row, fact in zip(said, found, strict=True):
        assert fact.name in row
        assert fact.as_of.isoformat() in row
    sources = html.unescape(page)
    assert all(fact.source in sources for fact in found)
    assert page.count('class="state ') == len(found) + 5


def test_a_fraction_is_said_as_a_percentage_with_all_its_digits(browser):
    page = browser.get("/reference?kind=tax_rates").text
    rates = [fact for fact in facts("tax_rates") if fact.unit.startswith("fraction")]
    assert rates
    for fact in rates:
        assert isinstance(fact.value, Decimal)
        assert f">{tongue('en').number(fact.value * 100)}%<" in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_has_every_kind(browser, language):
    for kind in KINDS:
        shown = browser.get(f"/reference?kind={kind}&language={language}")
        assert shown.status_code == 200
    browser.cookies.delete("lessor-language")


def test_another_kind_is_no_page(browser):
    assert browser.get("/reference?kind=weather").status_code == 404
