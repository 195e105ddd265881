"""Every page in every language, light and dark: whole, quiet, and fit for whoever reads it."""

from typing import Any

import pytest
from axe_playwright_python.base import AXE_FILE_PATH

from tests.faces.browsing import LOCALES, SHADES, kept_picture, reader
from tests.faces.pages import PAGES

AXE = AXE_FILE_PATH.read_text(encoding="utf-8")
GRAVE = ("serious", "critical")


@pytest.fixture
def shown(request, readers):
    """Opens a page over its store, and says the tab."""

    def shown(face, language, shade):
        server = request.getfixturevalue("empty_server" if face.is_empty else "server")
        tab = readers(server, language, shade)
        tab.noted()
        assert tab.open(face.path) == face.status
        return tab

    return shown


def grave(page, shade):
    """What axe finds serious or critical, each with the elements concerned; the dark shade can
    only differ by its colours.
    """
    how = {"resultTypes": ["violations"]}
    if shade == "dark":
        how["runOnly"] = ["color-contrast"]
    page.evaluate(AXE)
    found = page.evaluate("how => axe.run(document, how)", how)
    return [
        (each["id"], [node["html"][:160] for node in each["nodes"][:3]])
        for each in found["violations"]
        if each["impact"] in GRAVE
    ]


@pytest.mark.parametrize("face", PAGES, ids=lambda face: face.name)
@pytest.mark.parametrize("shade", SHADES)
@pytest.mark.parametrize("language", LOCALES)
def test_a_page_is_whole_and_asks_no_one_else(shown, face, language, shade):
    tab = shown(face, language, shade)
    html = tab.page.locator("html")
    assert html.get_attribute("lang") == language
    assert html.get_attribute("data-shade") == shade
    kept_picture(tab.page, f"{face.name}.{language}.{shade}")
    assert tab.noted() == []
    if language == "en":
        assert grave(tab.page, shade) == []
    if (language, shade) == ("en", "dark"):
        on_paper(tab.page, face.name)
    assert tab.noted() == []


def on_paper(page, name):
    """Printed, a page is its content alone, dark on white."""
    page.emulate_media(media="print")
    try:
        kept_picture(page, f"{name}.print")
        assert page.locator("h1").first.is_visible()
        assert not page.locator("header.site nav").first.is_visible()
        colour = "() => getComputedStyle(document.body).backgroundColor"
        assert page.evaluate(colour) == "rgb(255, 255, 255)"
    finally:
        page.emulate_media(media="screen")


@pytest.mark.parametrize(
    "fault",
    [
        "document.body.append(Object.assign(new Image(), {src: 'http://elsewhere.example/x.png'}))",
        "document.body.insertAdjacentHTML('beforeend', '<p style=\\'color: red\\'>red</p>')",
        "document.body.insertAdjacentHTML('beforeend', '<img src=/none onerror=alert(1)>')",
        "setTimeout(() => { throw new Error('a fault of a script') })",
        "console.error('a fault that a script told')",
        "setTimeout(() => alert(1))",
    ],
    ids=["outside", "inline style", "inline script", "uncaught", "told", "dialog"],
)
def test_what_a_page_must_not_do_is_noted(browser, server, fault):
    with reader(browser, server.printed) as tab:
        tab.open("/jobs")
        assert tab.noted() == []
        tab.page.evaluate(f"() => {{ {fault}; }}")
        tab.page.wait_for_timeout(200)
        assert tab.noted() != []


@pytest.fixture(scope="module")
def phone(browser, server, empty_server):
    """A phone, by whether it reads the empty store."""
    how: dict[str, Any] = {"language": "zh-Hans", "viewport": {"width": 360, "height": 740}}
    with (
        reader(browser, server.printed, **how) as full,
        reader(browser, empty_server.printed, **how) as empty,
    ):
        yield {False: full, True: empty}


WIDER = """() => {
  const limit = document.documentElement.clientWidth;
  const region = (each) => each.closest(".scroll, .drawn, pre, textarea, .unseen, .skip");
  const wide = [...document.querySelectorAll("body *")].filter(
    (each) => each.getBoundingClientRect().right > limit + 1 && !region(each));
  return [document.documentElement.scrollWidth - limit, wide.slice(0, 3).map(
    (each) => each.outerHTML.slice(0, 120))];
}"""


@pytest.mark.parametrize("face", PAGES, ids=lambda face: face.name)
def test_a_phone_shows_a_page_without_scrolling_sideways(phone, face):
    tab = phone[face.is_empty]
    tab.open(face.path)
    kept_picture(tab.page, f"{face.name}.phone")
    over, wide = tab.page.evaluate(WIDER)
    assert over <= 0, wide
