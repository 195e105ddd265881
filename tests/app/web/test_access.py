"""Who may ask: neither a name that was pointed here, nor a page of another site, nor a stranger."""

import asyncio

import httpx
import pytest

from lessor.app.web.access import Access, Door, is_loopback
from lessor.app.web.server import address_of, new_token
from tests.app.web.fake_store import DOOR, TOKEN, URL


async def _reached(scope, receive, send):
    await send({"type": "http.response.start", "status": 204, "headers": []})
    await send({"type": "http.response.body", "body": b""})


def asked(method="POST", path="/api/v1/events", *, door=DOOR, headers=None) -> httpx.Response:
    async def ask():
        transport = httpx.ASGITransport(Access(_reached, door))
        async with httpx.AsyncClient(transport=transport, base_url=URL) as http:
            return await http.request(method, path, headers=headers)

    return asyncio.run(ask())


BEARER = {"authorization": f"Bearer {TOKEN}"}


@pytest.mark.parametrize("host", ["127.0.0.1:8321", "localhost:8321", "LOCALHOST", "[::1]:8321"])
def test_the_bound_host_and_the_loopback_names_are_served(host: str):
    assert asked(headers={**BEARER, "host": host}).status_code == 204


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:8321",
        "127.0.0.1.evil.example:8321",
        "localhost:1",
        "localhost:8321x",
        "192.168.1.9:8321",
        "",
        "localhost:8321, evil.example",
        "user@localhost:8321",
    ],
)
def test_any_other_host_is_refused_though_the_token_is_right(host: str):
    shown = asked(headers={**BEARER, "host": host})
    assert (shown.status_code, shown.json()["code"]) == (403, "host-refused")


def test_a_server_that_is_open_to_the_network_is_asked_by_address_and_not_by_name():
    door = Door("0.0.0.0", 8321, TOKEN)
    assert asked(door=door, headers={**BEARER, "host": "192.168.1.9:8321"}).status_code == 204
    assert asked(door=door, headers={**BEARER, "host": "evil.example:8321"}).status_code == 403


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "https://127.0.0.1:8321", ""])
def test_a_page_of_another_site_is_refused(origin: str):
    shown = asked(headers={**BEARER, "origin": origin})
    assert (shown.status_code, shown.json()["code"]) == (403, "origin-refused")


def test_a_page_of_ours_is_served():
    assert asked(headers={**BEARER, "origin": URL}).status_code == 204


@pytest.mark.parametrize(
    "told", ["", "Bearer", "Bearer wrong", f"Basic {TOKEN}", TOKEN, "Bearer \u00ff"]
)
def test_without_the_token_nothing_is_read(told: str):
    shown = asked(headers={"authorization": told.encode("latin-1")})
    assert (shown.status_code, shown.json()["code"]) == (401, "token-missing")
    assert shown.headers["www-authenticate"].startswith("Bearer")


def test_two_tokens_are_none():
    two = [("authorization", "Bearer wrong"), ("authorization", f"Bearer {TOKEN}")]
    assert asked(headers=two).status_code == 401


def test_the_printed_address_opens_a_page_and_writes_nothing():
    shown = asked("GET", f"/?token={TOKEN}")
    assert (shown.status_code, "set-cookie" in shown.headers) == (204, False)
    assert asked("GET", "/").status_code == 401
    assert asked("GET", f"/?token=wrong&token={TOKEN}").status_code == 401
    assert asked("POST", f"/api/v1/events?token={TOKEN}").status_code == 401


def test_health_needs_no_token_but_the_right_host():
    assert asked("GET", "/health").status_code == 204
    assert asked("GET", "/health", headers={"host": "evil.example"}).status_code == 403


def test_tokens_differ_and_stand_in_the_address():
    assert new_token() != new_token()
    assert len(new_token()) >= 43
    assert address_of(DOOR) == f"{URL}/?token={TOKEN}"
    assert address_of(Door("::1", 80, "t")) == "http://[::1]:80/?token=t"


@pytest.mark.parametrize(
    ("host", "is_so"),
    [
        ("127.0.0.1", True),
        ("127.8.8.8", True),
        ("localhost", True),
        ("::1", True),
        ("0.0.0.0", False),
        ("::", False),
        ("lessor.example", False),
    ],
)
def test_what_counts_as_this_machine(host: str, is_so: bool):
    assert is_loopback(host) is is_so
