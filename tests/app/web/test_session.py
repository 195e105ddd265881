"""The printed address is opened once; then a cookie opens, and writes for our pages only."""

import httpx
import pytest

from lessor.app.web.access import Door
from tests.app.web.pages import DOOR, URL, browsing_new_store

PATHS = ["/", "/deals", "/reference", "/jobs", "/api/openapi.json", "/scripts/charts.js"]


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    with browsing_new_store(tmp_path_factory.mktemp("session") / "store") as browser:
        yield browser


@pytest.fixture
def stranger(client):
    """A browser without the cookie."""
    kept = dict(client.cookies)
    client.cookies.clear()
    yield client
    client.cookies.clear()
    client.cookies.update(kept)


def test_the_token_of_the_address_becomes_a_cookie_and_leaves_the_address(stranger):
    shown = stranger.get("/deals", params={"token": DOOR.token, "a": "1"}, follow_redirects=False)
    assert (shown.status_code, shown.headers["location"]) == (303, "/deals?a=1")
    told = shown.headers["set-cookie"]
    assert told.startswith(f"lessor-8321={DOOR.session}; ")
    assert "HttpOnly" in told
    assert "SameSite=strict" in told
    assert "Path=/" in told
    assert DOOR.token not in told
    assert stranger.get("/deals").status_code == 200


def test_a_path_that_begins_with_two_slashes_stays_on_this_server(stranger):
    shown = stranger.get(f"{URL}//evil.example/?token={DOOR.token}", follow_redirects=False)
    assert shown.headers["location"] == "/evil.example/"


@pytest.mark.parametrize("path", PATHS)
def test_without_cookie_a_person_is_told_to_open_the_printed_address(stranger, path):
    shown = stranger.get(path, follow_redirects=False)
    assert shown.status_code == 401
    if not path.startswith("/api"):
        assert "Open the printed address" in shown.text
    else:
        assert shown.json()["code"] == "token-missing"


@pytest.mark.parametrize("value", ["", "wrong", DOOR.token, f"{DOOR.session}x", "ü"])
def test_another_value_opens_nothing(stranger, value):
    cookie = f"{DOOR.cookie}={value}".encode()
    assert stranger.get("/deals", headers={"cookie": cookie}).status_code == 401


def test_two_cookies_of_one_name_open_nothing(stranger):
    cookie = f"{DOOR.cookie}=wrong; {DOOR.cookie}={DOOR.session}"
    assert stranger.get("/deals", headers={"cookie": cookie}).status_code == 401


def test_the_cookie_of_another_start_and_of_another_port_opens_nothing(stranger):
    for door in (Door("127.0.0.1", 8321, "other"), Door("127.0.0.1", 9, DOOR.token)):
        cookie = f"{door.cookie}={door.session}"
        assert stranger.get("/deals", headers={"cookie": cookie}).status_code == 401


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"origin": URL}, 404),
        ({"origin": "http://127.0.0.1:9"}, 403),
        ({"origin": "null"}, 403),
        ({"origin": "http://evil.example"}, 403),
        ({"sec-fetch-site": "same-origin"}, 404),
        ({"sec-fetch-site": "same-site"}, 403),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({}, 403),
    ],
)
def test_by_the_cookie_only_a_page_of_ours_writes(client, headers, status):
    # A job that is not there: whoever gets so far was let in.
    cookie = {"cookie": f"{DOOR.cookie}={DOOR.session}"}
    request = httpx.Request("POST", f"{URL}/jobs/999/cancel", headers={**headers, **cookie})
    assert client.send(request).status_code == status


def test_a_program_with_the_token_needs_no_origin(stranger):
    headers = {"authorization": f"Bearer {DOOR.token}"}
    request = httpx.Request("POST", f"{URL}/jobs/999/cancel", headers=headers)
    assert stranger.send(request).status_code == 404


@pytest.mark.parametrize("path", [*PATHS, "/static/lessor.css", "/nothing", "/health"])
def test_every_answer_tells_the_browser_what_to_refuse(client, path):
    headers = client.get(path).headers
    policy = headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self';")
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    if path in ("/", "/deals", "/jobs"):
        assert headers["cache-control"] == "no-store"


def test_files_of_the_server_are_sent_again_only_where_they_changed(client):
    shown = client.get("/static/lessor.css")
    assert shown.headers["cache-control"] == "no-cache"
    told = {"if-none-match": shown.headers["etag"]}
    assert client.get("/static/lessor.css", headers=told).status_code == 304


def test_a_body_without_end_is_refused(client):
    shown = client.post("/deals/new", headers={"content-length": str(600 << 20)}, content=b"")
    assert shown.status_code == 413
