"""Names that try to be more than names: every page shows them as they are written."""

from __future__ import annotations

import pytest

from lessor.app.commands.book import BookRequest, book
from lessor.app.commands.close import Request, close
from lessor.terms.source import FileText
from tests.faces.browsing import kept_picture, reader
from tests.faces.serving import served
from tests.faces.store import AT, WHO, done, empty, keep, load, text_of, usage, written

SCRIPT = "<script>alert(1)</script>"
IMAGE = '"><img src=x onerror=alert(1)>'
BRACES = "{{ 7 * 7 }} ${7*7} </script><script>alert(2)</script>"

PATHS = (
    "/",
    "/deals",
    "/deals/hostile",
    "/deals/hostile/text",
    "/deals/hostile/compare",
    "/deals/hostile-loan",
    "/leases",
    "/leases/one?id=chat",
    "/facilities",
    "/usage",
    "/billing",
    "/billing/receivables",
    "/jobs",
    f"/jobs/{SCRIPT}",
    f"/deals/{SCRIPT}",
    f"/leases/one?id={SCRIPT}",
    f"/documents/one?number={SCRIPT}",
    f"/billing?period={SCRIPT}&lease={SCRIPT}",
    f"/reference?kind={SCRIPT}",
)


def quoted(text):
    """A text as YAML writes it, whatever is in it."""
    return "'" + text.replace("'", "''") + "'"


def hostile(text):
    """The token lease with names of the other kind."""
    for plain, other in (
        ("deal: Token lease", f"deal: {quoted(SCRIPT)}"),
        ("name: Compute Lessor", f"name: {quoted(IMAGE)}"),
        ("lessee: {name: Chat company,", f"lessee: {{name: {quoted(SCRIPT + IMAGE)},"),
        ('name: "Example Bank, Pudong branch"', f"name: {quoted(BRACES)}"),
        ('address: "1 Sample Street, Hangzhou 310000"', f"address: {quoted(BRACES)}"),
    ):
        assert plain in text
        text = text.replace(plain, other)
    return text


@pytest.fixture(scope="module")
def own_server(tmp_path_factory):
    """A server of a store in which no name is harmless."""
    home = empty(tmp_path_factory.mktemp("hostile") / "store")
    text = hostile(text_of("token-lease"))
    loan = text_of("ddtl-4").replace("deal: Delayed draw, 8.5bn", f"deal: {quoted(IMAGE)}")
    keep(home, {"hostile": text, "hostile-loan": loan})
    done(book(FileText("deal.yaml", text), str(home.folder), BookRequest(WHO)))
    events = [usage(SCRIPT, source=IMAGE), usage("b", subject=SCRIPT), usage("c", type=IMAGE)]
    twice = [usage(IMAGE, quantity=1), usage(IMAGE, quantity=2)]
    load(home, written(home.folder.parent / "hostile.ndjson", [*events, *twice]))
    done(close(str(home.folder), Request("2026-05", None, False, AT.date(), *WHO)))
    done(close(str(home.folder), Request("2026-06", None, True, AT.date(), *WHO)))
    with served(home.folder) as running:
        yield running
        running.require_quiet()


@pytest.fixture(scope="module")
def tab(browser, own_server):
    """A reader of that store."""
    with reader(browser, own_server.printed) as tab:
        yield tab


@pytest.mark.parametrize("place", range(len(PATHS)), ids=lambda place: f"page{place}")
def test_a_name_is_only_ever_text(tab, place):
    tab.open(PATHS[place])
    looked_at(tab, f"hostile-{place}")


def looked_at(tab, picture):
    """Everything on the page is unfolded, and nothing of it was run."""
    tab.page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    kept_picture(tab.page, picture)
    assert tab.noted() == []
    assert tab.page.locator("img[src=x]").count() == 0
    assert "49" not in tab.page.title()


@pytest.mark.parametrize("what", ["invoice", "draft"])
def test_a_document_shows_names_as_text(tab, what):
    tab.open("/billing")
    links = tab.page.locator("main a[href^='/documents/one']")
    links.filter(has_text="draft-" if what == "draft" else "2026-").first.click()
    tab.page.wait_for_load_state()
    tab.settle()
    looked_at(tab, f"hostile-{what}")
    said = tab.page.locator("article.sheet").inner_text()
    assert IMAGE in said and BRACES in said and SCRIPT + IMAGE in said
    tab.page.get_by_role("button", name="Trace the lines").click()
    tab.settle()
    looked_at(tab, f"hostile-{what}-traced")


def test_the_names_are_there_as_they_are_written(tab):
    tab.open("/leases/one?id=chat")
    assert SCRIPT + IMAGE in tab.page.locator("main").inner_text()
    tab.open("/deals")
    assert IMAGE in tab.page.locator("main").inner_text()


def test_an_upload_by_a_hostile_file_name_is_text_too(tab, tmp_path):
    file = written(tmp_path / "<img src=x onerror=alert(1)>.ndjson", [usage("d", quantity=-1)])
    tab.open("/usage")
    tab.page.get_by_label("File", exact=True).set_input_files(file)
    tab.page.get_by_role("button", name="Take in", exact=True).click()
    tab.page.get_by_role("link", name="See the result").click()
    tab.page.wait_for_load_state()
    tab.settle()
    tab.open("/jobs")
    tab.open("/usage")
    assert tab.noted() == []
    assert tab.page.locator("img[src=x]").count() == 0
