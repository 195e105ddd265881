"""`lessor receivables`: from documents and receipts kept, to who owes what since when."""

import json
from datetime import date

import pytest
from typer.testing import CliRunner

from lessor.app.cli import app
from tests.app.kept_store import RENTED, book, close, make_store

RUNNER = CliRunner()
AGREED = RENTED.replace("    term: 12 months\n", "    term: 12 months\n    deposit: 1 months\n")


@pytest.fixture
def home(tmp_path):
    home = make_store(tmp_path / "store")
    book(home, AGREED)
    for period in ("2026-01", "2026-02"):
        close(home, period)
    paid(home, "276_000", "deposit", "bank-1")
    paid(home, "100_000", "invoice", "bank-2", "--number", "ACME-COMPUTE-2026-000001")
    return home


def paid(home, amount, purpose, reference, *options):
    asked = ["receive", "a", amount, "--for", purpose, "--reference", reference, *options]
    asked += ["--date", "2026-03-05", "--store", str(home.folder)]
    assert RUNNER.invoke(app, asked).exit_code == 0


def asked(home, *options, code=0):
    result = RUNNER.invoke(app, ["receivables", "--store", str(home.folder), *options])
    assert result.exit_code == code, result.stderr
    return result.stdout


def test_the_document_says_what_is_open_and_held(home):
    found = json.loads(asked(home, "--as-of", "2026-03-20", "--json"))
    assert (found["as_of"], found["issues"]) == ("2026-03-20", [])
    [owed] = found["receivables"]
    documents = owed.pop("documents")
    assert owed == {
        "lessee": "Model company",
        "currency": "CNY",
        "open": "334121.29",
        "ages": {
            "not_due": "0.00",
            "1-30": "292560.00",
            "31-60": "41561.29",
            "61-90": "0.00",
            "over_90": "0.00",
        },
        "to_credit": "0.00",
        "unmatched": "0.00",
        "deposits": "276000.00",
        "prepayments": "0.00",
    }
    assert documents[0] == {
        "number": "ACME-COMPUTE-2026-000001",
        "kind": "invoice",
        "lease": "a",
        "period": "2026-01",
        "invoice_date": "2026-02-01",
        "due_date": "2026-02-16",
        "days_past_due": 32,
        "open": "41561.29",
    }


def test_an_earlier_day_knows_no_later_payment(home):
    [owed] = json.loads(asked(home, "--as-of", "2026-02-28", "--json"))["receivables"]
    assert (owed["open"], owed["deposits"]) == ("141561.29", "0.00")
    assert json.loads(asked(home, "--as-of", "2026-01-31", "--json"))["receivables"] == []


def test_today_is_the_day_unless_another_is_said(home):
    assert json.loads(asked(home, "--json"))["as_of"] == date.today().isoformat()


def test_a_day_that_is_none_is_refused(home):
    told = json.loads(asked(home, "--as-of", "March", "--json", code=2))
    assert [issue["code"] for issue in told["issues"]] == ["date-malformed"]


def test_people_read_ages_and_documents(home):
    shown = asked(home, "--as-of", "2026-03-20").splitlines()
    assert shown[0] == "receivables at the end of 2026-03-20"
    [row] = [line.split() for line in shown if line.strip().startswith("Model company  CNY")]
    assert row == ["Model", "company", "CNY"]
    numbers = shown[shown.index(next(line for line in shown if "Model company  CNY" in line)) + 1]
    assert numbers.split()[:3] == ["-", "292,560.00", "41,561.29"]
    assert any("ACME-COMPUTE-2026-000001" in line and "2026-02-16" in line for line in shown)


def test_nothing_is_owed_to_begin_with(tmp_path):
    home = make_store(tmp_path / "store")
    assert "nothing is owed, and nothing is held" in asked(home)
