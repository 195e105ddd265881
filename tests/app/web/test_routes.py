"""Every route asks who asks; every page is told apart by its status, its language and its shade."""

import re

import pytest
from fastapi.routing import APIRoute
from starlette.routing import Mount

from lessor.app.web.access import OPEN_PATHS
from lessor.app.web.asks import who_asks
from lessor.app.web.endpoints import endpoints
from lessor.app.web.limits import DEFAULT_LIMITS
from lessor.app.web.pages import NAVIGATION
from lessor.app.web.site import Site
from lessor.app.web.writer import Writer
from lessor.report.tongues import LANGUAGES
from lessor.store.records.records import Records
from tests.app.kept_store import make_store
from tests.app.web.fake_store import FakeStore
from tests.app.web.pages import browsing_new_store


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    with browsing_new_store(tmp_path_factory.mktemp("routes") / "store") as browser:
        yield browser


def asks(dependant) -> bool:
    """Whether a dependency below asks who asks."""
    return dependant.call is who_asks or any(asks(each) for each in dependant.dependencies)


def test_every_route_depends_on_who_asks(tmp_path):
    home = make_store(tmp_path / "store")
    with Records.open(home.records_url) as records:
        site = Site(home, records)
        app = endpoints(Writer(FakeStore().turn), DEFAULT_LIMITS, site)
        site.close()
    routes = list(all_routes(app.routes))
    open_to_all = {route.path for route in routes if not asks(route.dependant)}
    assert open_to_all == set(OPEN_PATHS)
    assert len(routes) > 30
    assert [route.path for route in app.routes if isinstance(route, Mount)] == ["/static"]


def all_routes(routes):
    """The routes of an application, those of the routers in it too."""
    for route in routes:
        if isinstance(route, APIRoute):
            yield route
        elif not isinstance(route, Mount):
            yield from route.effective_route_contexts()


@pytest.mark.parametrize("entry", NAVIGATION, ids=lambda entry: entry.path)
def test_every_place_of_the_navigation_is_there_and_marked(client, entry):
    shown = client.get(entry.path)
    assert shown.status_code == 200
    assert re.search(rf'<a href="{entry.path}" aria-current="page">', shown.text)
    assert shown.text.count("<h1>") == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_chosen_language_is_remembered(client, language):
    client.cookies.delete("lessor-language")
    assert f'<html lang="{language}"' in client.get(f"/deals?language={language}").text
    assert f'<html lang="{language}"' in client.get("/deals").text
    client.cookies.delete("lessor-language")


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("zh-TW,zh;q=0.9", "zh-Hant"),
        ("zh-CN", "zh-Hans"),
        ("en-US,zh;q=0.5", "en"),
        ("de, zh-HK;q=0.4", "zh-Hant"),
        ("xx;q=no, fr", "en"),
        ("", "en"),
    ],
)
def test_else_the_browser_says_the_language(client, header, language):
    shown = client.get("/deals", headers={"accept-language": header})
    assert f'<html lang="{language}"' in shown.text


def test_an_unknown_language_is_not_taken(client):
    assert '<html lang="en"' in client.get("/deals?language=<x>").text


def test_what_is_not_there_is_a_page_for_a_person_and_a_problem_for_a_program(client):
    shown = client.get("/nothing")
    assert (shown.status_code, "No such page" in shown.text) == (404, True)
    shown = client.get("/api/v1/nothing")
    assert (shown.status_code, shown.json()["code"]) == (404, "path-unknown")
    shown = client.get("/nothing", headers={"accept": "*/*"})
    assert shown.headers["content-type"] == "application/problem+json"
    assert client.put("/deals").status_code == 405


def test_no_page_leads_outside(client):
    for entry in NAVIGATION:
        for address in re.findall(r'(?:src|href|action)="([^"]*)"', client.get(entry.path).text):
            assert address.startswith(("/", "?", "#")), address
            assert not address.startswith("//"), address


def test_the_charts_script_is_sent_once(client):
    shown = client.get("/scripts/charts.js")
    assert shown.status_code == 200
    assert len(shown.content) > 500_000
    told = {"if-none-match": shown.headers["etag"]}
    assert client.get("/scripts/charts.js", headers=told).status_code == 304
