"""The command as a process: what a shell and another program see of it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

DEAL = "examples/b300-10k/deal.yaml"
LESSOR = [sys.executable, "-c", "from lessor.app.cli import main; main()"]


@pytest.fixture
def run(root: Path):
    """Runs `lessor` with arguments; extra environment by keyword."""

    def run(*args: str, **env: str) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            [*LESSOR, *args],
            capture_output=True,
            cwd=root,
            check=False,
            env={**os.environ, "PYTHONPATH": str(root / "src"), **env},
        )

    return run


def test_json_is_all_of_stdout_and_in_utf_8_whatever_the_terminal(run):
    shown = run("underwrite", DEAL, "--json", "--set", "deal=集群", PYTHONIOENCODING="latin-1")
    assert (shown.returncode, shown.stderr) == (0, b"")
    assert json.loads(shown.stdout.decode("utf-8"))["deal"] == "集群"


def test_a_terminal_that_lacks_a_sign_gets_a_substitute(run):
    shown = run("underwrite", DEAL, "--set", "deal=集群", PYTHONIOENCODING="latin-1")
    assert shown.returncode == 0
    assert shown.stdout.startswith(b"??")


def test_a_file_name_that_is_no_text_is_still_told(run):
    name = os.fsdecode(b"\xff.yaml")
    shown = run("check", name, "--json")
    assert shown.returncode == 2
    assert json.loads(shown.stdout)["issues"][0]["file"] == name


def test_faults_go_to_stderr_and_the_exit_code_is_2(run):
    shown = run("check", "no-such-file.yaml")
    assert (shown.returncode, shown.stdout) == (2, b"")
    assert shown.stderr.startswith(b"no-such-file.yaml: error[file-not-found]")
    assert b"Traceback" not in shown.stderr


def test_a_reader_that_leaves_early_is_not_answered_with_a_traceback(root: Path):
    with subprocess.Popen(
        [*LESSOR, "schema"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root / "src")},
    ) as running:
        assert running.stdout is not None and running.stderr is not None
        running.stdout.read(10)
        running.stdout.close()
        assert running.stderr.read() == b""


def test_json_is_written_without_loading_tables(root: Path):
    told = (
        "import sys; from lessor.app.cli import app\n"
        f"try: app(['underwrite', '{DEAL}', '--json'])\n"
        "except SystemExit: print(*sys.modules, file=sys.stderr)"
    )
    shown = subprocess.run(
        [sys.executable, "-c", told],
        capture_output=True,
        text=True,
        cwd=root,
        check=True,
        env={**os.environ, "PYTHONPATH": str(root / "src")},
    )
    loaded = set(shown.stderr.split())
    assert "lessor.forecast.underwriting" in loaded
    unwanted = {
        "rich",
        "lessor.forecast.claims",
        "lessor.forecast.explain",
        "lessor.forecast.solve",
    }
    assert loaded.isdisjoint(unwanted), sorted(loaded & unwanted)
