"""A store that can only be read, or whose disk is full: what reads reads, what writes says so."""

import json
import os
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from tests.app.asking_all import READING, WRITING
from tests.app.kept_store import book, close, event, make_store, use

AT = datetime(2026, 1, 21, tzinfo=UTC)


@pytest.fixture
def home(tmp_path: Path):
    home = make_store(tmp_path / "store")
    book(home)
    use(home, "a", date(2026, 1, 20), 60_000_000, number=1)
    close(home, "2026-01")
    use(home, "a", date(2026, 1, 20), 70_000_000, number=1)
    return home


@pytest.mark.parametrize("kept_by", ["folder", "disk"])
def test_what_reads_reads_and_what_writes_says_why_not(home, root: Path, tmp_path, kept_by):
    (tmp_path / "more.ndjson").write_text(event(9, "a", AT, 5) + "\n")
    ended = subprocess.run(
        [sys.executable, "-m", "tests.app.asking_all", str(home.folder), kept_by],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": f"{root / 'src'}{os.pathsep}{root}"},
    )
    assert ended.returncode == 0, ended.stderr[-3000:]
    ends = json.loads(ended.stdout)
    for words in READING:
        assert ends[words][0] == 0, (words, ends[words])
        assert set(ends[words][1]) <= {"conflicts-open"}, (words, ends[words])
    for words in WRITING:
        assert ends[words] == [2, ["store-not-writable"]], (words, ends[words])
