"""One server of each store and one browser for all tests of the pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser

from tests.faces.browsing import Tab, reader
from tests.faces.serving import Served, served
from tests.faces.store import empty, lived_in


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """They share a server and a browser, so they run in one process."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.xdist_group("faces"))


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server of the store of some months, in which an audit has run."""
    with served(lived_in(tmp_path_factory.mktemp("lived") / "store").folder) as running:
        with httpx.Client(base_url=running.url) as client:
            client.get(running.printed)
            client.post("/usage/audit", headers={"origin": running.url})
        yield running
        running.require_quiet()


@pytest.fixture(scope="session")
def empty_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server of a store in which nothing has happened, and nothing is to happen."""
    with served(empty(tmp_path_factory.mktemp("empty") / "store").folder) as running:
        yield running
        running.require_quiet()


Readers = Callable[..., Tab]


@pytest.fixture(scope="session")
def readers(browser: Browser) -> Iterator[Readers]:
    """A tab of a server in a language and a shade; the same one again where it is asked for."""
    with ExitStack() as open_tabs:
        known: dict[tuple[str, str, str], Tab] = {}

        def tab(server: Served, language: str = "en", shade: str = "light") -> Tab:
            key = (server.url, language, shade)
            if key not in known:
                opening = reader(browser, server.printed, language=language, shade=shade)
                known[key] = open_tabs.enter_context(opening)
            return known[key]

        yield tab
