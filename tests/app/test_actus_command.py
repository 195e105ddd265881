"""`lessor actus` through the Typer runner: the document, the tables, and faults."""

import json

import pytest
from typer.testing import CliRunner

from lessor.app.cli import app

RUNNER = CliRunner()
CASES = "examples/loan-contracts/cases.json"
KEYS = [
    "eventDate",
    "eventType",
    "payoff",
    "notionalPrincipal",
    "nominalInterestRate",
    "accruedInterest",
]


@pytest.fixture(autouse=True)
def _in_the_project(root, monkeypatch):
    monkeypatch.chdir(root)


def ran(*args):
    """The exit code, stdout and stderr of the command."""
    result = RUNNER.invoke(app, ["actus", *args])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.stdout, result.stderr


def test_the_document_is_the_events_of_each_case_and_nothing_beside():
    code, out, err = ran(CASES, "--json")
    assert (code, err) == (0, "")
    found = json.loads(out, parse_constant=pytest.fail)
    assert list(found) == ["bullet", "level"]
    assert [event["eventType"] for event in found["bullet"]] == ["IED", "IP", "IP", "MD"]
    for events in found.values():
        for event in events:
            assert list(event) == KEYS
            assert all(isinstance(event[name], float) for name in KEYS[2:])
    assert found["bullet"][1]["eventDate"] == "2026-07-01T00:00:00"
    assert found["bullet"][1]["payoff"] == 30.0
    assert "-0.0," not in out
    assert "-0.0\n" not in out


def test_the_tables_say_how_many_published_results_are_reproduced(tmp_path):
    code, out, err = ran(CASES)
    assert (code, err) == (0, "")
    assert "2026-12-31  PRF         0.00  -2,100.00  -209.42  10.0000%" in out
    assert out.endswith("reproduces 2 of 2 cases of cases.json within 1e-8\n")
    assert "compliant" not in out

    with open(CASES, encoding="utf-8") as handle:
        cases = json.load(handle)
    cases["bullet"]["results"][1]["payoff"] = "30.0000004"
    cases["level"]["results"].pop()
    changed = tmp_path / "changed.json"
    changed.write_text(json.dumps(cases))
    code, out, _ = ran(str(changed))
    assert code == 0
    # Half of 1e-8 of 30 is no difference, a missing event is one.
    assert out.endswith("reproduces 0 of 2 cases of changed.json within 1e-8; not bullet, level\n")
    cases["bullet"]["results"][1]["payoff"] = "30.0000002"
    changed.write_text(json.dumps(cases))
    assert "reproduces 1 of 2 cases" in ran(str(changed))[1]
    for case in cases.values():
        del case["results"]
    changed.write_text(json.dumps(cases))
    assert "reproduces" not in ran(str(changed))[1]


def test_a_fault_in_one_case_leaves_no_result_of_any(tmp_path):
    with open(CASES, encoding="utf-8") as handle:
        cases = json.load(handle)
    cases["swap"] = {"terms": {"contractType": "SWAPS"}, "to": "", "dataObserved": {}}
    bad = tmp_path / "bad.json"
    bad.write_text(json.dumps(cases))
    code, out, err = ran(str(bad), "--json")
    assert (code, err) == (2, "")
    found = json.loads(out)
    assert list(found) == ["issues"]
    assert [issue["code"] for issue in found["issues"]] == ["unknown-contract-type"]
    assert found["issues"][0]["field"] == "swap.terms.contractType"
    code, out, err = ran(str(bad))
    assert (code, out) == (2, "")
    assert "error[unknown-contract-type] swap.terms.contractType" in err


def test_a_moment_that_is_no_midnight_is_shown_with_its_time(tmp_path):
    with open(CASES, encoding="utf-8") as handle:
        cases = json.load(handle)
    cases["bullet"]["terms"]["maturityDate"] = "2026-12-31T23:59:59"
    late = tmp_path / "late.json"
    late.write_text(json.dumps(cases))
    assert "2026-12-31 23:59:59  MD " in ran(str(late))[1]
    assert '"2026-12-31T23:59:59"' in ran(str(late), "--json")[1]
