"""A browser within this process: the pages over a store on disk, as who holds the token."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from html import unescape
from typing import Any
from unittest import mock

import httpx

from lessor.app.web.intake import Intake
from lessor.app.web.jobs import Standing
from lessor.app.web.limits import DEFAULT_LIMITS
from lessor.app.web.server import web_app
from lessor.app.web.site import Site
from lessor.app.web.writer import Writer
from lessor.store.home import Home
from lessor.store.records.records import Records
from tests.app.web.fake_store import DOOR, TOKEN, URL

HEADERS = {"authorization": f"Bearer {TOKEN}", "accept": "text/html", "accept-language": "en"}


class Visitor:
    """Asks for pages; nothing is followed, so that a test sees where it is sent."""

    def __init__(self, app: Any, site: Site) -> None:
        self._app = app
        self.site = site

    def get(self, path: str, **params: str) -> httpx.Response:
        """A page; `params` become its query."""
        return self._asked("GET", path, params=params or None)

    def post(self, path: str, **more: Any) -> httpx.Response:
        """A form that is sent: `data`, `files`."""
        return self._asked("POST", path, **more)

    def done(self, response: httpx.Response) -> Standing:
        """The job that a form has begun, once it is over."""
        assert response.status_code == 303, response.text
        number = int(response.headers["location"].removeprefix("/jobs/"))
        until = time.monotonic() + 60
        while time.monotonic() < until:
            job = self.site.jobs.standing(number)
            assert job is not None
            if job.is_over:
                return job
            time.sleep(0.01)
        raise AssertionError(f"job {number} did not end")

    def _asked(self, method: str, path: str, **more: Any) -> httpx.Response:
        async def ask() -> httpx.Response:
            transport = httpx.ASGITransport(self._app)
            async with httpx.AsyncClient(
                transport=transport, base_url=URL, headers=HEADERS
            ) as client:
                return await client.request(method, path, **more)

        return asyncio.run(ask())


TODAY = datetime(2026, 4, 10, 9, tzinfo=UTC)
"""When the pages are asked for: what is late or ended does not depend on when a test is run."""


class _Clock:
    """The clock of who asks, standing still."""

    @staticmethod
    def now(zone: Any) -> datetime:
        return TODAY.astimezone(zone)


@contextmanager
def visiting(home: Home) -> Iterator[Visitor]:
    """The pages over a store, on `TODAY`."""
    with (
        mock.patch("lessor.app.web.asks.datetime", _Clock),
        Records.open(home.records_url) as records,
    ):
        site = Site(home, records)
        intake = Intake(
            home, records, DEFAULT_LIMITS, tenant="default", now=lambda: datetime.now(UTC)
        )
        try:
            with Writer(intake.turn, DEFAULT_LIMITS) as writer:
                yield Visitor(web_app(writer, DOOR, DEFAULT_LIMITS, site), site)
        finally:
            site.close()


def text_of(response: httpx.Response) -> str:
    """What a page says, without its marks."""
    without = re.sub(r"<script.*?</script>", " ", response.text, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", without)).split())
