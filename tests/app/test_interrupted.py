"""Ctrl-C, wherever a command is: exit code 130, one line, and nothing that looks broken."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.app.usage_store import event, made, ndjson, totals

BEGIN = """
import os, signal, sys
def interrupt():
    os.kill(os.getpid(), signal.SIGINT)
"""
WHILE_IT_IMPORTS = """
class Watching:
    def find_spec(self, name, path=None, target=None):
        if name == {module!r}:
            interrupt()
sys.meta_path.insert(0, Watching())
"""
IN_A_BATCH = """
from lessor.store.usage import take
settle, left = take.settle, [{batches}]
def interrupted(*args, **keywords):
    left[0] -= 1
    if left[0] < 0:
        {end}
    return settle(*args, **keywords)
take.settle = interrupted
"""
AS_THE_ENGINE_TELLS = """
        try:
            interrupt()
            while True: pass
        except KeyboardInterrupt:
            raise RuntimeError("Query interrupted") from None
"""
RUN = """
from lessor.app.start import main
main()
"""


@pytest.fixture
def home(tmp_path: Path):
    return made(tmp_path / "store")


@pytest.fixture
def run(home, root: Path):
    """Runs `lessor` with what is done to it before; stdout and stderr as text."""

    def run(before: str, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-c", BEGIN + before + RUN, *words, "--store", str(home.folder)],
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
            env={**os.environ, "PYTHONPATH": str(root / "src")},
        )

    return run


@pytest.mark.parametrize(
    "module", ["lessor.app.cli", "typer", "lessor.app.commands.usage_audit", "duckdb"]
)
def test_while_it_imports(run, module):
    ended = run(WHILE_IT_IMPORTS.format(module=module), "usage", "audit")
    assert (ended.returncode, ended.stdout, ended.stderr) == (130, "", "interrupted\n")


@pytest.mark.parametrize("end", ["interrupt()", AS_THE_ENGINE_TELLS.strip()])
@pytest.mark.parametrize(("batches", "rows"), [(0, "no row is"), (2, "at least 200000 rows are")])
def test_a_load_says_how_much_is_taken_and_is_gone_on_with(home, run, tmp_path, end, batches, rows):
    path = ndjson(tmp_path / "a.ndjson", [event(str(n)) for n in range(250_000)])
    ended = run(IN_A_BATCH.format(batches=batches, end=end), "usage", "load", str(path))
    assert (ended.returncode, ended.stdout) == (130, "")
    (line,) = ended.stderr.splitlines()
    assert line.startswith(f"interrupted: {rows} taken")
    assert "run it again" in line
    again = run("", "usage", "load", str(path), "--json")
    found = json.loads(again.stdout)
    assert found["accepted"] == 250_000 - 100_000 * batches
    assert totals(home) == {("code", "tokens_in"): 250_000}


def test_a_fault_of_its_own_is_no_interruption(run):
    fault = "import lessor.app.cli as cli\ncli.app = lambda: 1 / 0\n"
    ended = run(fault, "usage", "audit")
    assert ended.returncode == 1
    assert "ZeroDivisionError" in ended.stderr
