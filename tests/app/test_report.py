"""`lessor report`: one file of a deal or of several, never over another, faults as Issues."""

import json
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader
from typer.testing import CliRunner

from lessor.app.cli import app
from lessor.app.commands.report import ReportRequest, reported
from lessor.forecast.underwriting import underwrite
from lessor.terms.load import require_deal
from lessor.terms.source import FileText

RUNNER = CliRunner()
SMALL = "examples/servers-5x48/deal.yaml"
DEAL = "examples/b300-10k/deal.yaml"
CLAIM = "examples/b300-10k/claim.yaml"


@pytest.fixture(autouse=True)
def _in_the_project(root: Path, monkeypatch):
    monkeypatch.chdir(root)


def ran(*args):
    result = RUNNER.invoke(app, ["report", *map(str, args)])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.stdout, result.stderr


def document(*args, code=0):
    given, out, _ = ran(*args, "--json")
    assert given == code, out
    return json.loads(out, parse_constant=lambda name: pytest.fail(f"{name} in the document"))


def codes(found):
    """The codes of errors; warnings about a deal stand beside them."""
    return [issue["code"] for issue in found["issues"] if issue["severity"] == "error"]


def test_the_file_is_called_after_the_deal_and_is_a_pdf(tmp_path):
    code, out, _ = ran(SMALL, "-o", f"{tmp_path}/")
    written = f"written {tmp_path}/report-servers-5x48.pdf"
    # A long path is broken over lines on a narrow terminal.
    assert (code, "".join(out.split())) == (0, "".join(written.split()))
    content = (tmp_path / "report-servers-5x48.pdf").read_bytes()
    assert len(PdfReader(BytesIO(content)).pages) > 3


def test_the_ending_says_the_format_and_the_document_the_figures(tmp_path):
    target = tmp_path / "memo.html"
    found = document(SMALL, "-o", target, "--date", "2026-09-30", "--language", "zh-hant")
    assert set(found) == {"written", "format", "language", "deals", "issues"}
    assert (found["format"], found["language"]) == ("html", "zh-Hant")
    metrics = underwrite(require_deal(SMALL)).metrics
    assert [deal["metrics"] for deal in found["deals"]] == [metrics]
    page = target.read_text(encoding="utf-8")
    assert page.startswith("<!doctype html>") and "2026-09-30" in page


def test_the_same_report_is_the_same_file_and_another_is_never_written_over(tmp_path):
    target = tmp_path / "memo.html"
    assert ran(SMALL, "-o", target)[0] == 0
    assert ran(SMALL, "-o", target)[0] == 0
    before = target.read_bytes()
    assert codes(document(SMALL, "-o", target, "--set", "npv_rate=8%", code=2)) == ["file-exists"]
    assert target.read_bytes() == before


def test_a_claim_beside_is_checked_once_and_with_what_is_set(tmp_path):
    found = document(DEAL, "--claim", CLAIM, "-o", tmp_path / "a.html")
    assert [len(deal["claims"]) for deal in found["deals"]] == [1]
    cheaper = "assets.servers.unit_cost.amount=2_500_000"
    changed = document(DEAL, "--set", cheaper, "-o", tmp_path / "b.html")
    as_written = [each["deals"][0]["claims"][0]["readings"][0]["low"] for each in (found, changed)]
    assert as_written[1] < as_written[0]


def test_a_claim_of_another_deal_is_refused(tmp_path):
    found = document(SMALL, "--claim", CLAIM, "-o", tmp_path / "a.html", code=2)
    assert codes(found) == ["claim-of-another-deal"]
    assert not list(tmp_path.iterdir())


def test_faults_of_every_deal_come_together(tmp_path):
    found = document(SMALL, "nowhere.yaml", "-o", tmp_path / "a.html", code=2)
    assert codes(found) == ["file-not-found"]
    assert codes(document(SMALL, "--language", "fr", code=2)) == ["language-unknown"]
    assert codes(document(SMALL, "--format", "docx", code=2)) == ["format-unknown"]
    assert codes(document(SMALL, "--date", "today", code=2)) == ["date-malformed"]


def test_a_text_is_reported_on_without_a_file():
    text = FileText("deal.yaml", Path(SMALL).read_text(encoding="utf-8"))
    outcome = reported([text], ReportRequest(form="html"))
    assert outcome.result is not None and outcome.result.written == ""
    assert outcome.result.content.startswith(b"<!doctype html>")
    assert outcome.document["written"] == ""
