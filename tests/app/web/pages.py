"""A browser without a window: pages of a store as whoever opened the printed address sees them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from lessor.app.web.access import Door
from lessor.app.web.limits import Limits
from lessor.app.web.server import web_app
from lessor.app.web.site import Site
from lessor.app.web.writer import Writer
from lessor.store.home import Home, open_home
from lessor.store.records.records import Records
from tests.app.kept_store import make_store
from tests.app.web.fake_store import FakeStore

DOOR = Door("127.0.0.1", 8321, "opens")
URL = "http://127.0.0.1:8321"
EXAMPLES = Path(__file__).parents[3] / "examples"
HOSTILE = '<script>alert(1)</script>"><img src=x onerror=alert(2)>'


def example(name: str) -> str:
    """The text of an example's deal file."""
    return (EXAMPLES / name / "deal.yaml").read_text(encoding="utf-8")


class Browser:
    """Asks an application within this process, one request after the other; keeps its cookies."""

    def __init__(self, http: httpx.AsyncClient, runner: asyncio.Runner) -> None:
        self._http = http
        self._runner = runner

    @property
    def cookies(self) -> httpx.Cookies:
        """What the browser has been given to keep."""
        return self._http.cookies

    def request(self, method: str, path: str, **told: Any) -> httpx.Response:
        """The answer to a request."""
        return self._runner.run(self._http.request(method, path, **told))

    def send(self, request: httpx.Request) -> httpx.Response:
        """The answer to a request as it stands, with no header or cookie beside its own."""
        return self._runner.run(self._http.send(request))

    def get(self, path: str, **told: Any) -> httpx.Response:
        """The answer to a GET, that of the page that it leads to."""
        return self.request("GET", path, **{"follow_redirects": True, **told})

    def post(self, path: str, **told: Any) -> httpx.Response:
        """The answer to a POST, that of the page that it leads to."""
        return self.request("POST", path, **{"follow_redirects": True, **told})

    def put(self, path: str, **told: Any) -> httpx.Response:
        """The answer to a PUT."""
        return self.request("PUT", path, **told)


@contextmanager
def browsing(home: Home, **headers: str) -> Iterator[Browser]:
    """A browser with the session's cookie, which says of every request that a page of ours asks."""
    told = {"accept": "text/html", "origin": URL, **headers}
    with Records.open(home.records_url) as records:
        site = Site(home, records)
        limits = Limits(linger_seconds=0.0)
        with Writer(FakeStore().turn, limits) as writer:
            transport = httpx.ASGITransport(web_app(writer, DOOR, limits, site))
            http = httpx.AsyncClient(transport=transport, base_url=URL, headers=told, timeout=60)
            http.cookies.set(DOOR.cookie, DOOR.session)
            with asyncio.Runner() as runner:
                yield Browser(http, runner)
                runner.run(http.aclose())
        site.close()


@contextmanager
def browsing_new_store(folder: Path) -> Iterator[Browser]:
    """A browser over an empty store."""
    make_store(folder)
    with browsing(open_home(folder, {})) as client:
        yield client
