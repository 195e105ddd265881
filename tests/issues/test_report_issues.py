"""The golden message of the faults that only a report can meet.

Each code has a folder here with `expected.txt`. LESSOR_REWRITE=1 writes the texts from what is
given now; the difference is then reviewed.
"""

from lessor.app.commands.report import ReportRequest, reported
from tests.issues.test_source_issues import agrees

DEAL, CLAIM = "examples/servers-5x48/deal.yaml", "examples/b300-10k/claim.yaml"


def test_a_claim_of_another_deal(root, monkeypatch):
    monkeypatch.chdir(root)
    issues = reported([DEAL], ReportRequest(claims=[CLAIM])).issues
    code = "claim-of-another-deal"
    agrees(code, tuple(issue for issue in issues if issue.code == code))
