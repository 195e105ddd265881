"""`lessor certificate`: the covenants of a borrower at a test date, as a file to sign."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from lessor.app.cli import app
from tests.report.documents.papers import needs_chinese, text_of

RUNNER = CliRunner()
ROOT = Path(__file__).parents[2]
TESTED = str(ROOT / "tests/cases/debt-covenants/deal.yaml")
RENTED = str(ROOT / "examples/servers-5x48/deal.yaml")


def ran(*args: str, code: int = 0) -> str:
    found = RUNNER.invoke(app, ["certificate", *args])
    assert found.exit_code == code, found.output
    return found.output


@pytest.mark.parametrize(
    "language",
    ["en", *(pytest.param(each, marks=needs_chinese) for each in ("zh-Hans", "zh-Hant"))],
)
def test_the_file_has_every_covenant_tested(tmp_path: Path, language: str):
    target = tmp_path / "certificate.pdf"
    args = (TESTED, "--date", "2026-04-01", "-o", str(target), "--language", language)
    answer = json.loads(ran(*args, "--json"))
    (certificate,) = answer["certificates"]
    said = text_of(target.read_bytes())
    assert len(certificate["tests"]) == 10
    for test in certificate["tests"]:
        assert test["covenant"] in said
        assert f"{test['part']:,.2f}" in said
        assert f"{test['base']:,.2f}" in said
    before = target.read_bytes()
    ran(*args)
    assert target.read_bytes() == before


def test_html_where_it_is_asked_for(tmp_path: Path):
    ran(TESTED, "--date", "2026-04-01", "-o", f"{tmp_path}/", "--format", "html")
    (found,) = tmp_path.iterdir()
    assert found.name == "certificate-borrower-2026-04-01.html"
    assert "Covenant certificate" in found.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("args", "code"),
    [
        ([TESTED, "--date", "2026-04-02"], "not-tested"),
        ([TESTED, "--date", "soon"], "date-malformed"),
        ([TESTED, "--date", "2026-04-01", "--spv", "nobody"], "unknown-name"),
        ([RENTED, "--date", "2026-04-01"], "no-covenant"),
    ],
)
def test_what_cannot_be_certified_is_said(args: list[str], code: str):
    assert f"[{code}]" in ran(*args, code=2)


def test_a_day_without_a_test_is_told_the_nearest(tmp_path: Path):
    assert "2026-04-01" in ran(TESTED, "--date", "2026-04-02", "-o", f"{tmp_path}/", code=2)
