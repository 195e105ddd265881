"""A browser that notes what a reader would never see: refusals, faults, and who else was asked."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Dialog, Page, Request

CHROMIUM = os.environ.get("LESSOR_CHROMIUM", "/usr/bin/chromium")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
LOCALES = {"en": "en-GB", "zh-Hans": "zh-CN", "zh-Hant": "zh-TW"}
SHADES = ("light", "dark")
WAIT_MS = 20_000

SETTLED = """() => {
  const loads = [...document.querySelectorAll("[hx-trigger*=load]")];
  return document.readyState === "complete"
    && loads.every((each) => each["htmx-internal-data"]?.loaded)
    && document.querySelector(".htmx-request, .htmx-settling, .htmx-swapping") === null
    && document.querySelector("[data-chart]:not([data-drawn=yes])") === null;
}"""
"""What is fetched after the page has come, and every chart is drawn."""


class Tab:
    """One page of the browser, and what went wrong in it since it was last asked."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self._url = url
        self._noted: list[str] = []
        page.set_default_timeout(WAIT_MS)
        page.on("console", self._on_console)
        page.on("pageerror", lambda fault: self._noted.append(f"uncaught: {fault}"))
        page.on("dialog", self._on_dialog)
        page.on("request", self._on_request)
        page.on("requestfailed", self._on_failed)

    def open(self, path: str) -> int:
        """Go to a page and wait until all of it is there; the status of the answer."""
        answer = self.page.goto(f"{self._url}{path}")
        assert answer is not None
        self.settle()
        return answer.status

    def settle(self) -> None:
        """Wait until nothing more is fetched or drawn."""
        self.page.wait_for_function(SETTLED)

    def noted(self) -> list[str]:
        """What went wrong since this was last asked."""
        found, self._noted = self._noted, []
        return found

    def _on_console(self, message: ConsoleMessage) -> None:
        # A page that is missing is itself an error to the console; its status is looked at.
        if message.type in ("error", "warning") and "server responded with" not in message.text:
            self._noted.append(f"{message.type}: {message.text}")

    def _on_dialog(self, dialog: Dialog) -> None:
        self._noted.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _on_request(self, request: Request) -> None:
        if not request.url.startswith((f"{self._url}/", "data:", "blob:")):
            self._noted.append(f"asked outside: {request.url}")

    def _on_failed(self, request: Request) -> None:
        if request.failure and "ERR_ABORTED" not in request.failure:
            self._noted.append(f"failed: {request.url}: {request.failure}")


@contextmanager
def reader(
    browser: Browser, printed: str, *, language: str = "en", shade: str = "light", **how: Any
) -> Iterator[Tab]:
    """A reader of their own language and shade, who has opened the printed address."""
    context = browser.new_context(
        **{"locale": LOCALES[language], "color_scheme": shade, "reduced_motion": "reduce", **how}
    )
    try:
        yield opened(context, printed)
    finally:
        context.close()


def opened(context: BrowserContext, printed: str) -> Tab:
    """A tab on the first page."""
    tab = Tab(context.new_page(), printed.partition("/?")[0])
    tab.page.goto(printed)
    tab.settle()
    return tab


def kept_picture(page: Page, name: str) -> None:
    """Keep the whole page as a picture in the folder LESSOR_PICTURES, where one is named."""
    folder = os.environ.get("LESSOR_PICTURES")
    if folder:
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)
