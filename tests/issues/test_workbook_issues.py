"""The golden message of every fault of a workbook, and of a deal that it cannot wholly carry."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from lessor.app.commands.workbook import Made, read_back, workbook
from lessor.app.outcome import Outcome

HERE = Path(__file__).parent
TERMS = {
    "rate": "facilities.bank.rate.value",
    "term": "leases.anchor.term",
}


def _edited(term: str, value: object) -> None:
    """A workbook of the deal with one of its terms changed by hand."""
    assert workbook("deal.yaml", "deal.xlsx").exit_code == 0
    book = openpyxl.load_workbook("deal.xlsx")
    sheet = book["Inputs"]
    for row in sheet.iter_rows(max_col=3):
        if row[0].value == term:
            row[2].value = value
    book.save("deal.xlsx")


def _no_number() -> Outcome[Made]:
    _edited(TERMS["rate"], "four")
    return read_back("deal.xlsx", "new.yaml")


def _fixed() -> Outcome[Made]:
    _edited(TERMS["term"], "48 months")
    return read_back("deal.xlsx", "new.yaml")


def _unreadable() -> Outcome[Made]:
    return read_back("deal.yaml", "new.yaml")


def _not_live() -> Outcome[Made]:
    return workbook("lots.yaml", "lots.xlsx")


ASKED: dict[str, Callable[[], Outcome[Made]]] = {
    "cell-not-a-number": _no_number,
    "not-live": _not_live,
    "term-fixed": _fixed,
    "workbook-unreadable": _unreadable,
}


@pytest.mark.parametrize("code", ASKED)
def test_a_workbook_gives_its_golden_message(
    code: str, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rewrite: bool
):
    monkeypatch.chdir(tmp_path)
    shutil.copy(root / "examples" / "b300-10k" / "deal.yaml", "deal.yaml")
    shutil.copy(root / "examples" / "h200-64" / "deal.yaml", "lots.yaml")
    issues = ASKED[code]().issues
    assert code in {issue.code for issue in issues}
    given = "".join(issue.render() + "\n" for issue in issues)
    golden = HERE / code / "expected.txt"
    if rewrite:
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(given, encoding="utf-8")
    assert given == golden.read_text(encoding="utf-8")
