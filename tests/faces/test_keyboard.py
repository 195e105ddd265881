"""Who has no mouse: the content is one key away, every control is reached, and it shows where."""

from __future__ import annotations

import pytest

from tests.faces.pages import PAGES

ONCE = {face.name: face for face in PAGES if face.name not in ("unknown-deal",)}
MANY = 600

CONTROLS = """() => {
  const found = document.querySelectorAll(
    "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']");
  const how = { visibilityProperty: true, contentVisibilityAuto: true };
  const seen = [...found].filter((each) => !each.disabled && each.checkVisibility(how));
  seen.forEach((each, place) => { each.dataset.place = String(place); });
  return seen.map((each) => each.outerHTML.slice(0, 120));
}"""
"""Everything that can be used, numbered."""

FOCUSED = """() => {
  const at = document.activeElement;
  if (!at || at === document.body) return null;
  const style = getComputedStyle(at);
  const shows = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2
    || style.boxShadow !== "none";
  const box = at.getBoundingClientRect();
  return { place: at.dataset.place ?? "", shows: shows && box.width > 0 && box.height > 0 };
}"""


@pytest.fixture
def tab(request, readers):
    """Opens a page over its store."""

    def open(face):
        tab = readers(request.getfixturevalue("empty_server" if face.is_empty else "server"))
        tab.open(face.path)
        return tab

    return open


def test_the_first_key_leads_to_the_content(tab):
    page = tab(ONCE["book"]).page
    page.keyboard.press("Tab")
    skip = page.locator("a.skip")
    assert skip.evaluate("each => each === document.activeElement")
    assert skip.bounding_box()["y"] >= 0
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")


@pytest.mark.parametrize("face", ONCE.values(), ids=ONCE)
def test_every_control_is_reached_and_shows_that_it_is(tab, face):
    page = tab(face).page
    controls = page.evaluate(CONTROLS)
    reached: set[str] = set()
    hidden = []
    for _ in range(min(3 * len(controls) + 5, MANY)):
        page.keyboard.press("Tab")
        at = page.evaluate(FOCUSED)
        if at is None or (at["place"] in reached and len(reached) == len(controls)):
            break
        if at["place"] == "":
            continue
        if not at["shows"] and at["place"] not in reached:
            hidden.append(controls[int(at["place"])])
        reached.add(at["place"])
    missed = [told for place, told in enumerate(controls) if str(place) not in reached]
    assert (missed, hidden) == ([], [])


def test_a_figure_is_explained_and_put_away_by_keys(tab):
    page = tab(ONCE["deal"]).page
    page.locator("#figures [data-explain=irr_equity]").first.focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    dialog.locator(".tree li").first.wait_for()
    page.keyboard.press("Escape")
    assert not dialog.is_visible()
    assert page.evaluate("document.activeElement.dataset.explain") == "irr_equity"
