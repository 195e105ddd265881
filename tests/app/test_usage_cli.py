"""`lessor usage` on the terminal: documents of fixed keys, tables, a bar while files are read."""

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from lessor.app.cli_usage import register
from tests.app.usage_store import event, made, ndjson, totals
from tests.app.web.served import LESSOR, SMALL_DISK, SOURCE


@pytest.fixture
def home(tmp_path: Path):
    return made(tmp_path / "store")


@pytest.fixture
def run(home):
    """Runs a command of usage on the store."""
    app = typer.Typer()
    register(app)

    def run(*words: str):
        return CliRunner().invoke(app, ["usage", *words, "--store", str(home.folder)])

    return run


def test_load_prints_its_document(run, tmp_path):
    path = ndjson(tmp_path / "a.ndjson", [event("a", 5), event("b", -5)])
    shown = run("load", str(path), "--json")
    assert shown.exit_code == 0
    found = json.loads(shown.stdout)
    keys = ["accepted", "duplicate", "conflict", "rejected", "rejects_file"]
    assert list(found)[:5] == keys
    assert [found[key] for key in keys[:4]] == [1, 0, 0, 1]
    assert Path(found["rejects_file"]).exists()
    assert [issue["code"] for issue in found["issues"]] == ["rows-set-aside"]


def test_load_shows_a_row_a_file_and_where_the_bad_rows_are(run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    first = ndjson(tmp_path / "[bold].ndjson", [event(str(n)) for n in range(1234)])
    second = ndjson(tmp_path / "b.ndjson", [event("x", -5)])
    shown = run("load", first.name, second.name)
    assert shown.exit_code == 0
    flat = "".join(shown.stdout.split())
    assert "[bold].ndjson1,234000" in flat
    assert "rowssetaside:" in flat
    assert "warning[rows-set-aside]" in shown.stderr


def test_faults_of_load_end_with_2(run, tmp_path):
    shown = run("load", str(tmp_path / "none.csv"))
    assert (shown.exit_code, shown.stdout) == (2, "")
    assert "error[file-not-found]" in shown.stderr


def test_audit_and_conflicts_show_tables_and_documents(run, tmp_path):
    assert "No usage is kept." in run("audit").stdout
    assert "No conflict is open." in run("conflicts").stdout
    run("load", str(ndjson(tmp_path / "a.ndjson", [event("a", 5000), event("b", 1)])))
    run("load", str(ndjson(tmp_path / "b.ndjson", [event("a", 6000)])))
    shown = run("audit")
    assert shown.exit_code == 0
    assert "2026-06-15  token" in shown.stdout
    assert "5,001" in shown.stdout
    document = json.loads(run("audit", "--json").stdout)
    assert document["rows"] == [
        {
            "lease": "code",
            "meter": "tokens_in",
            "day": "2026-06-15",
            "accepted": "5001",
            "rated": "0",
            "pending": "5001",
            "void": "0",
            "uncharged": "0",
        }
    ]
    assert "6,000" in run("conflicts").stdout
    assert run("conflicts", "--resolve", "1").exit_code == 2
    settled = run("conflicts", "--resolve", "1", "--keep", "second", "--json")
    assert json.loads(settled.stdout) == {"conflicts": [], "issues": []}
    assert "6,001" in run("audit").stdout


def _as_a_process(home, *words: str, before: str = "", **options):
    return subprocess.run(
        [sys.executable, "-c", before + LESSOR, "usage", *words, "--store", str(home.folder)],
        stdout=subprocess.PIPE,
        timeout=120,
        check=False,
        env={**os.environ, "PYTHONPATH": str(SOURCE), "TERM": "xterm", "COLUMNS": "100"},
        **options,
    )


def test_a_bar_is_shown_on_a_terminal_alone(home, tmp_path):
    path = ndjson(tmp_path / "a.ndjson", [event(str(n)) for n in range(2000)])
    shown = _as_a_process(home, "load", str(path), "--json", stderr=subprocess.PIPE)
    assert shown.stderr == b""
    ours, theirs = pty.openpty()
    shown = _as_a_process(home, "load", str(path), "--json", stderr=theirs)
    os.close(theirs)
    told = os.read(ours, 100_000)
    os.close(ours)
    assert b"a.ndjson" in told
    assert json.loads(shown.stdout)["duplicate"] == 2000


def test_a_disk_that_is_full_ends_the_load_and_the_next_one_goes_on(home, tmp_path):
    path = ndjson(tmp_path / "a.ndjson", [event(f"{n}" + "x" * 200) for n in range(20_000)])
    words = ("load", str(path), "--batch", "500", "--json")
    small = SMALL_DISK.format(3_000_000)
    shown = _as_a_process(home, *words, before=small, stderr=subprocess.PIPE)
    assert shown.returncode == 2, shown.stderr
    issues = json.loads(shown.stdout)["issues"]
    assert [issue["code"] for issue in issues] == ["store-not-writable"]
    kept = totals(home)[("code", "tokens_in")]
    assert 0 < kept < 20_000
    assert kept % 500 == 0
    shown = _as_a_process(home, *words, stderr=subprocess.PIPE)
    found = json.loads(shown.stdout)
    assert found["accepted"] == 20_000 - kept
    assert found["files"][0]["gone_on_from"] + found["duplicate"] == kept
    assert totals(home) == {("code", "tokens_in"): 20_000}
