"""`lessor schedule`: the rows of a loan, as JSON and as a table."""

from itertools import pairwise

import pytest

from tests.app.test_commands import DEAL, document, ran

KEYS = ["date", "days", "rate", "opening", "drawn", "interest", "principal", "fees", "closing"]


@pytest.fixture(autouse=True)
def _in_the_project(root, monkeypatch):
    monkeypatch.chdir(root)


def test_the_document_has_a_row_for_closing_and_each_payment():
    rows = document("schedule", DEAL, "bank")["rows"]
    assert [list(row) for row in rows] == [KEYS] * 61
    assert (rows[0]["date"], rows[0]["days"], rows[0]["drawn"]) == ("2026-05-01", 0, 6.3e9)
    assert rows[1]["interest"] == pytest.approx(6.3e9 * 0.04 / 12)
    assert rows[-1]["closing"] == 0
    assert sum(row["principal"] for row in rows) == pytest.approx(6.3e9)
    assert {type(row["rate"]) for row in rows} == {float}


def test_terms_may_be_set_first():
    rows = document(
        "schedule", DEAL, "bank", "--set", "facilities.bank.repayment.profile=equal_principal"
    )["rows"]
    assert {round(row["principal"], 2) for row in rows[1:]} == {6.3e9 / 60}


def test_the_table_shows_every_digit_and_no_more_columns_than_fit():
    code, out, _ = ran("schedule", DEAL, "bank")
    assert code == 0
    assert out.startswith("bank, CNY")
    assert "6,300,000,000.00" in out and "95,024,088.95" in out
    assert "no room here for" in out


def test_a_loan_that_is_not_there_is_told_with_those_that_are():
    found = document("schedule", DEAL, "banc", code=2)["issues"]
    assert [(issue["code"], issue["remedy"]) for issue in found] == [
        ("unknown-name", "write one of bank")
    ]


def test_the_take_downs_of_a_finance_lease_are_one_schedule():
    rows = document("schedule", "examples/spv-finance-lease/deal.yaml", "lease")["rows"]
    assert sum(row["drawn"] for row in rows) > 0
    for row, later in pairwise(rows):
        assert later["date"] > row["date"]
        assert later["opening"] == row["closing"]
        assert later["closing"] == pytest.approx(
            later["opening"] + later["drawn"] - later["principal"], abs=1e-3
        )
