"""The golden message of every fault that only a file of loan cases can have.

Each code has a folder here with `cases.json` and, in `expected.txt`, what `lessor actus` says of
it. LESSOR_REWRITE=1 writes the texts from what is given now; the difference is then reviewed.
"""

from pathlib import Path

import pytest

from lessor.app.commands.actus import actus
from tests.issues.test_source_issues import agrees

HERE = Path(__file__).parent
KEPT = sorted(path.parent.name for path in HERE.glob("*/cases.json"))


@pytest.mark.parametrize("code", KEPT)
def test_kept_bad_cases_give_their_golden_message(code, monkeypatch):
    monkeypatch.chdir(HERE / code)
    agrees(code, actus("cases.json").issues)


def test_bad_cases_are_kept():
    assert "unknown-contract-type" in KEPT
