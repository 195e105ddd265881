"""The interface for programs gives what the commands give, and refuses as they refuse."""

import json
from pathlib import Path

import pytest

from lessor.app.commands.check_claim import check_claim
from lessor.app.commands.explain import explain
from lessor.app.commands.sensitivity import sensitivity
from lessor.app.commands.solve import solve
from lessor.app.commands.underwrite import underwrite
from tests.app.web.pages import EXAMPLES, browsing_new_store, example

PATH = str(EXAMPLES / "b300-10k/deal.yaml")
RENT = "leases.anchor.charges.base.amount"
SETS = [f"{RENT}=1500000000", "npv_rate=8%"]


@pytest.fixture(scope="module")
def ask(tmp_path_factory):
    """Asks as a program does: status and document."""
    with browsing_new_store(tmp_path_factory.mktemp("api") / "store") as browser:

        def ask(what: str, **body):
            told = {"deal": example("b300-10k"), **body}
            headers = {"accept": "application/json"}
            shown = browser.post(f"/api/v1/deals/{what}", json=told, headers=headers)
            return shown.status_code, shown.json()

        yield ask


def as_sent(document):
    return json.loads(json.dumps(document))


def without_files(document):
    """A document without the names of files, by which alone a text differs from a file."""
    text = json.dumps(document)
    return json.loads(text.replace(PATH, "deal.yaml"))


CHANGES = {RENT: 1_500_000_000, "npv_rate": "8%"}


def test_evaluate_is_underwrite(ask):
    expected = underwrite(PATH, SETS, periods=True, statement=True).document
    status, document = ask("evaluate", set=CHANGES, periods=True, statement=True)
    assert (status, document) == (200, without_files(expected))
    assert len(document["periods"]) == 60


def test_solve_is_solve(ask):
    asked = {"vary": RENT, "until": "irr_equity=12%"}
    expected = solve(PATH, sets=SETS, **asked).document
    assert ask("solve", set=CHANGES, **asked) == (200, as_sent(expected))


def test_explain_is_explain(ask):
    expected = explain(PATH, "dscr_min", sets=SETS).document
    status, document = ask("explain", set=CHANGES, figure="dscr_min")
    assert (status, document) == (200, without_files(expected))
    assert ask("explain", figure="rent_received", period="2026-06")[0] == 200


def test_sensitivity_is_sensitivity(ask):
    asked = {"metric": "irr_equity"}
    varies = [f"{RENT}=1400000000:1500000000", "facilities.bank.rate.value=3%:5%"]
    expected = sensitivity(PATH, varies=varies, sets=(), **asked).document
    assert ask("sensitivity", vary=varies, **asked) == (200, as_sent(expected))
    assert len(ask("sensitivity", **asked)[1]["bars"]) > 2


def test_check_claim_is_check_claim(ask):
    claim = Path(PATH).with_name("claim.yaml")
    expected = check_claim(str(claim)).document
    status, document = ask("check-claim", claim=claim.read_text(encoding="utf-8"))
    assert (status, document) == (200, without_files(expected))


@pytest.mark.parametrize(
    ("what", "body", "code"),
    [
        ("evaluate", {"deal": ""}, "empty-file"),
        ("evaluate", {"deal": "a: ["}, "not-yaml"),
        ("evaluate", {"set": {"npv_rate": 8}}, "percent-as-number"),
        ("evaluate", {"set": {"nothing": 1}}, "unknown-path"),
        ("solve", {"vary": "nothing", "until": "irr_equity=1"}, "unknown-path"),
        ("solve", {"vary": RENT, "until": "irr_equity"}, "target-malformed"),
        ("explain", {"figure": "irr"}, "unknown-figure"),
        ("sensitivity", {"metric": "irr"}, "unknown-metric"),
        ("check-claim", {"claim": "format: lessor/1"}, "wrong-format"),
    ],
)
def test_faults_in_the_input_are_listed_with_422(ask, what, body, code):
    status, document = ask(what, **body)
    assert status == 422
    assert code in [issue["code"] for issue in document["issues"]]


def test_faults_name_the_file_as_it_was_called(ask):
    _, document = ask("evaluate", name="mine.yaml", deal="format: lessor/1\nnothing: 1\n")
    assert {issue["file"] for issue in document["issues"]} == {"mine.yaml"}


@pytest.mark.parametrize(
    "body", [{"deal": 1}, {"other": 1}, {"set": {"a": []}}, {"periods": "perhaps"}]
)
def test_a_body_of_another_form_is_told_what_is_wrong_with_it(ask, body):
    status, document = ask("evaluate", **body)
    assert (status, document["code"]) == (422, "request-malformed")


def test_a_deal_names_no_file_of_the_server(ask):
    # A claim's `deal:` names a file beside it; over HTTP the deal is the one that was sent.
    claim = Path(PATH).with_name("claim.yaml").read_text(encoding="utf-8")
    away = claim.replace("deal: deal.yaml", "deal: /etc/hostname")
    assert ask("check-claim", claim=away)[0] == 200


def test_the_description_of_the_interface_lists_what_is_served(tmp_path):
    with browsing_new_store(tmp_path / "store") as browser:
        document = browser.get("/api/openapi.json").json()
    assert document["info"]["title"] == "Lessor"
    assert set(document["paths"]) == {
        "/api/v1/deals/evaluate",
        "/api/v1/deals/solve",
        "/api/v1/deals/explain",
        "/api/v1/deals/sensitivity",
        "/api/v1/deals/check-claim",
        "/api/v1/events",
        "/health",
    }
