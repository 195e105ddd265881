"""What all tests share: how hard properties are searched, rewriting, and the count of long code."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import pytest

from tests.house.sizes import SOFT_FILE_LINES, SOFT_FUNCTION_LINES, measured, over

if TYPE_CHECKING:
    from playwright.sync_api import Browser

# How fast the machine is says nothing about a property, so neither a deadline nor slowness fails.
_SEARCH = hypothesis.settings(
    deadline=None, print_blob=True, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
# The default run tries the same examples every time; the thorough one looks for new ones.
hypothesis.settings.register_profile("default", _SEARCH, max_examples=50, derandomize=True)
hypothesis.settings.register_profile("thorough", _SEARCH, max_examples=2000)
hypothesis.settings.load_profile(os.environ.get("LESSOR_HYPOTHESIS", "default"))


@pytest.fixture(scope="session")
def root() -> Path:
    """The top folder of the project."""
    return Path(__file__).parents[1]


@pytest.fixture(scope="session")
def rewrite() -> bool:
    """Whether expected results are to be written anew (LESSOR_REWRITE=1); the diff is reviewed."""
    return os.environ.get("LESSOR_REWRITE") == "1"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium: one for all tests of a process, for Playwright starts but once in it."""
    from playwright.sync_api import sync_playwright

    from tests.faces.browsing import CHROMIUM, FLAGS

    if not Path(CHROMIUM).exists():
        pytest.skip(
            f"NOT RUN for want of a browser at {CHROMIUM}: what people see of pages and documents "
            "(LESSOR_APT=1 make test installs one; LESSOR_CHROMIUM names another)"
        )
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how much code is above the sizes aimed at, which no test refuses."""
    files, functions = measured()
    long_files, long_functions = over(files, SOFT_FILE_LINES), over(functions, SOFT_FUNCTION_LINES)
    terminalreporter.write_line(
        f"sizes: {len(long_files)} of {len(files)} files over {SOFT_FILE_LINES} lines, "
        f"{len(long_functions)} of {len(functions)} functions over {SOFT_FUNCTION_LINES}"
    )
    for longest in (*long_files[:1], *long_functions[:1]):
        terminalreporter.write_line(f"  longest: {longest.name} ({longest.lines})")
