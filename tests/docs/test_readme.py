"""Every command that the README and the pages show runs, and prints what they say it prints."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.console import Shown, agrees, shown_in

ROOT = Path(__file__).parents[2]
PAGES = [
    page for page in (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))) if page.exists()
]
SHOWN = {page: shown_in(page) for page in PAGES}
IN_ORDER = [page for page in PAGES if any(each.command == "lessor init" for each in SHOWN[page])]
"""Pages that make a store: what they show is one story, told from its beginning."""
COMMANDS = [each for page in PAGES if page not in IN_ORDER for each in SHOWN[page]]


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """A folder with the examples and a `lessor` of this source, so that nothing else is touched."""
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    script = tmp_path / "bin" / "lessor"
    script.parent.mkdir()
    script.write_text(
        f'#!/bin/sh\nexec {sys.executable} -c "from lessor.app.cli import main; main()" "$@"\n'
    )
    script.chmod(0o755)
    return tmp_path


@pytest.mark.parametrize("shown", COMMANDS, ids=lambda shown: f"{shown.page.name}:{shown.line}")
def test_a_shown_command_runs_and_prints_what_is_shown(shown: Shown, desk: Path):
    assert_as_shown(shown, desk)


@pytest.mark.parametrize("page", IN_ORDER, ids=lambda page: page.name)
def test_the_commands_of_a_page_that_keeps_things_run_in_order(page: Path, desk: Path):
    for shown in SHOWN[page]:
        assert_as_shown(shown, desk)


def assert_as_shown(shown: Shown, desk: Path) -> None:
    env = {
        **{name: value for name, value in os.environ.items() if name != "LESSOR_HOME"},
        "PATH": f"{desk / 'bin'}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT / "src"),
        "COLUMNS": "80",
    }
    ran = subprocess.run(
        ["sh", "-c", shown.command], cwd=desk, env=env, capture_output=True, text=True, check=False
    )
    where = f"{shown.page.name}:{shown.line}"
    assert ran.returncode == 0, f"{where}: {ran.stderr}"
    if shown.output is not None:
        assert agrees(shown.output, ran.stdout.splitlines()), f"{where}: {ran.stdout}"


def test_the_pages_show_commands():
    assert any(shown.output for shown in COMMANDS)
    assert IN_ORDER


def test_three_dots_stand_for_any_lines():
    given = ["a", "b", "c", "d"]
    assert agrees(("...",), given)
    assert agrees(("a", "...", "d"), given)
    assert agrees(("...", "b", "c", "..."), given)
    assert not agrees(("a", "...", "e"), given)
    assert not agrees(("a", "b"), given)


def test_a_command_may_go_on_in_the_next_line(tmp_path: Path):
    page = tmp_path / "page.md"
    page.write_text(
        "a\n```console\n$ lessor a \\\n    --b\nout\n$ lessor c\n```\n```sh\nlessor d\n```\n"
    )
    assert [(each.line, each.command, each.output) for each in shown_in(page)] == [
        (3, "lessor a --b", ("out",)),
        (6, "lessor c", ()),
        (9, "lessor d", None),
    ]
