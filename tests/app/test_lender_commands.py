"""`lessor size` and `lessor lender-case` through the runner: documents, tables, exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from lessor.app.cli import app

RUNNER = CliRunner()
DEAL = "examples/b300-10k/deal.yaml"


@pytest.fixture(autouse=True)
def _in_the_project(root: Path, monkeypatch):
    monkeypatch.chdir(root)


def ran(*args: str, code: int = 0) -> str:
    result = RUNNER.invoke(app, list(args))
    assert result.exit_code == code, result.output
    return result.stdout


def document(*args: str, code: int = 0):
    text = ran(*args, "--json", code=code)
    return json.loads(text, parse_constant=lambda name: pytest.fail(f"{name} in the document"))


@pytest.mark.parametrize(("cover", "debt"), [("1.05", 6.249e9), ("1.15", 5.705e9)])
def test_size_says_the_debt_and_what_binds(cover: str, debt: float):
    found = document("size", DEAL, "--dscr", cover)
    assert list(found) == ["debt", "binds", "limits", "note"]
    assert found["debt"] == pytest.approx(debt, rel=1e-4)
    assert found["binds"] == "dscr"
    assert found["limits"]["dscr"] == found["debt"]
    assert found["limits"]["cost"] == pytest.approx(7e9)


def test_size_tables_show_every_limit():
    text = ran("size", DEAL, "--ltv", "80%")
    assert text.startswith("bank: CNY 5.085bn, bound by ltv")
    for limit in ("dscr", "downside_dscr", "ltv", "cost"):
        assert f"\n  {limit} " in text


def test_size_of_a_loan_that_is_not_there_exits_2():
    found = document("size", DEAL, "--facility", "bonk", code=2)
    assert [issue["code"] for issue in found["issues"]] == ["unknown-name"]
    assert "bank" in found["issues"][0]["remedy"]


def test_size_refuses_a_limit_as_a_file_does():
    found = document("size", DEAL, "--dscr", "high", code=2)
    assert [issue["code"] for issue in found["issues"]] == ["wrong-unit"]
    assert found["issues"][0]["file"] == "--dscr"


def test_lender_case_document():
    found = document("lender-case", DEAL)
    assert list(found) == ["factors", "note"]
    for factor in found["factors"]:
        assert list(factor) == ["name", "value", "test", "passes"]
        assert factor["passes"] in (True, False, None)
    assert "no rating" in found["note"]


def test_lender_case_tables_name_every_factor():
    text = ran("lender-case", DEAL)
    for factor in document("lender-case", DEAL)["factors"]:
        assert f"\n  {factor['name']} " in text
    assert "no\nrating" in text or "no rating" in text
