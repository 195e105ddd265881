"""`lessor workbook` both ways: written, changed by hand, read back; and what it refuses to read."""

from __future__ import annotations

import io
import random
import shutil
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from typer.testing import CliRunner

from lessor.app.cli import app
from lessor.app.commands.underwrite import underwrite
from lessor.app.commands.workbook import Made, read_back, workbook
from lessor.app.outcome import Outcome
from lessor.formats import workbook_inputs
from lessor.formats.workbook_inputs import read_inputs
from tests.report.workbook.office import edited

RENT = "leases.anchor.charges.base.amount"
RATE = "facilities.bank.rate.value"


@pytest.fixture(autouse=True)
def folder(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    shutil.copy(root / "examples" / "b300-10k" / "deal.yaml", "deal.yaml")
    return tmp_path


def made(*sets: str) -> bytes:
    outcome = workbook("deal.yaml", "deal.xlsx", sets)
    assert outcome.exit_code == 0
    return Path("deal.xlsx").read_bytes()


def change(**values: Any) -> None:
    """Change terms of the workbook by hand; dots of a path are written as two underscores."""
    book = openpyxl.load_workbook("deal.xlsx")
    wanted = {path.replace("__", "."): value for path, value in values.items()}
    for row in book["Inputs"].iter_rows(max_col=3):
        if row[0].value in wanted:
            row[2].value = wanted.pop(row[0].value)
    assert not wanted
    book.save("deal.xlsx")


def codes(outcome: Any) -> set[str]:
    return {issue.code for issue in outcome.issues}


def told(outcome: Outcome[Made], key: str) -> set[str]:
    """The paths that a document lists under a key."""
    listed = outcome.document[key]
    assert isinstance(listed, list)
    return set(listed)


def test_what_is_live_and_what_is_fixed_is_told():
    outcome = workbook("deal.yaml", "deal.xlsx")
    assert {RENT, RATE} <= told(outcome, "live")
    assert outcome.document["fixed"] == []
    result = CliRunner().invoke(app, ["workbook", "deal.yaml", "-o", "again.xlsx"])
    assert result.exit_code == 0
    assert "again.xlsx is written" in result.stdout


def test_nothing_changed_comes_back_as_it_was():
    made()
    assert read_back("deal.xlsx", "new.yaml").document["changed"] == []
    assert Path("new.yaml").read_text() == Path("deal.yaml").read_text()


def test_changed_terms_come_back_in_their_lines_with_their_comments():
    made()
    change(**{RENT.replace(".", "__"): 1_400_000_000, RATE.replace(".", "__"): 0.0425})
    outcome = read_back("deal.xlsx", "new.yaml")
    assert told(outcome, "changed") == {RENT, RATE}
    before, after = (Path(name).read_text().splitlines() for name in ("deal.yaml", "new.yaml"))
    apart = [(a, b) for a, b in zip(before, after, strict=True) if a != b]
    assert [b.strip() for _, b in apart] == [
        "base: {kind: base_rent, amount: 1400000000, per: year, tax: excluded}   # 1.4 to 1.5bn",
        "rate: {value: 4.25%, basis: 30/360, compounding: monthly}",
    ]
    metrics = underwrite("new.yaml").document["metrics"]
    wanted = underwrite("deal.yaml", [f"{RENT}=1400000000", f"{RATE}=4.25%"]).document["metrics"]
    assert metrics == wanted


def test_what_was_set_when_it_was_written_is_in_the_deal_that_comes_back():
    made(f"{RENT}=1300000000")
    assert read_back("deal.xlsx", "new.yaml").exit_code == 0
    metrics = underwrite("new.yaml").document["metrics"]
    assert metrics == underwrite("deal.yaml", [f"{RENT}=1300000000"]).document["metrics"]


def test_changes_go_onto_another_deal():
    made()
    change(**{RATE.replace(".", "__"): 0.05})
    text = Path("deal.yaml").read_text().replace("quantity: 1200", "quantity: 1250")
    Path("other.yaml").write_text(text)
    assert read_back("deal.xlsx", "new.yaml", onto="other.yaml").exit_code == 0
    assert Path("new.yaml").read_text() == text.replace("value: 4%", "value: 5%")


def test_a_deal_that_the_checks_refuse_is_not_written():
    made()
    change(leases__anchor__capacity__quantity=5000)
    outcome = read_back("deal.xlsx", "new.yaml")
    assert outcome.exit_code == 2
    assert codes(outcome) == {"lease-larger-than-assets"}
    assert not Path("new.yaml").exists()


@pytest.mark.parametrize("value", ["=1+1", "", "4%", None, True, "=HYPERLINK(1)"])
def test_only_numbers_are_taken(value: Any):
    made()
    change(**{RATE.replace(".", "__"): value})
    outcome = read_back("deal.xlsx", "new.yaml")
    assert outcome.exit_code == 2
    assert codes(outcome) == {"cell-not-a-number"}
    assert "Inputs!C" in outcome.issues[0].place.file


def test_a_term_that_is_not_there_is_named():
    made()
    book = openpyxl.load_workbook("deal.xlsx")
    for row in book["Inputs"].iter_rows(max_col=3):
        if row[0].value == RATE:
            row[0].value, row[2].value = "facilities.bank.rate.valu", 0.05
    book.save("deal.xlsx")
    assert codes(read_back("deal.xlsx", "new.yaml")) == {"unknown-path"}


def test_structure_that_was_changed_is_taken_with_a_warning():
    made()
    change(leases__anchor__term="48 months")
    outcome = read_back("deal.xlsx", "new.yaml")
    assert "term-fixed" in codes(outcome)
    assert "term: 48 months " in Path("new.yaml").read_text()


def test_no_file_is_written_over():
    made()
    assert codes(workbook("deal.yaml", "deal.xlsx", [f"{RATE}=5%"])) >= {"file-exists"}
    assert codes(read_back("deal.xlsx", "deal.xlsx")) >= {"file-exists"}


def test_what_unpacks_to_too_much_is_not_opened(monkeypatch: pytest.MonkeyPatch):
    data = made()
    monkeypatch.setattr(workbook_inputs, "UNPACKED_MAX", 10_000)
    assert {issue.code for issue in read_inputs(data, "x")[1]} == {"workbook-unreadable"}
    monkeypatch.undo()
    monkeypatch.setattr(workbook_inputs, "BYTES_MAX", 1000)
    Path("big.xlsx").write_bytes(data)
    assert codes(read_back("big.xlsx", "new.yaml")) == {"workbook-unreadable"}


def test_another_ones_workbook_is_refused():
    book = openpyxl.Workbook()
    book.save("other.xlsx")
    assert codes(read_back("other.xlsx", "new.yaml")) == {"workbook-unreadable"}
    assert codes(read_back("none.xlsx", "new.yaml")) == {"file-not-found"}


def test_a_damaged_workbook_is_an_issue_and_never_a_crash():
    data = made()
    drawn = random.Random(20261121)

    def spoilt(name: str, part: bytes) -> bytes:
        if not part or drawn.random() < 0.5:
            return part
        letters = bytearray(part)
        for _ in range(drawn.randint(1, 6)):
            letters[drawn.randrange(len(letters))] = drawn.randrange(32, 127)
        return bytes(letters)

    for _ in range(60):
        whole = bytearray(data)
        for _ in range(drawn.randint(1, 20)):
            whole[drawn.randrange(len(whole))] = drawn.randrange(256)
        for damaged in (bytes(whole), edited(data, spoilt)):
            inputs, issues = read_inputs(damaged, "x")
            assert inputs is not None or {each.code for each in issues} == {"workbook-unreadable"}


def test_a_part_that_claims_to_be_small_is_not_read_on(tmp_path: Path):
    made()
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/workbook.xml", b" " * 150_000_000)
    (tmp_path / "bomb.xlsx").write_bytes(bomb.getvalue())
    assert codes(read_back("bomb.xlsx", "new.yaml")) == {"workbook-unreadable"}


def test_one_of_deal_and_read_is_named():
    for arguments in ([], ["deal.yaml", "--read", "deal.xlsx"]):
        assert CliRunner().invoke(app, ["workbook", *arguments]).exit_code == 2
