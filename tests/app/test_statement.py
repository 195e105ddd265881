"""`lessor statement`: what a lessee was billed and paid, and what is held of its money."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from typer.testing import CliRunner

from lessor.app.asking import Asker
from lessor.app.cli import app
from lessor.app.commands.receivables import receivables
from lessor.app.commands.receive import ReceiveRequest, receive
from lessor.store.home import Home
from tests.app.kept_store import NOW, RENTED, book, close, make_store, use
from tests.report.documents.papers import needs_chinese, text_of

RUNNER = CliRunner()
ANN = Asker("ann", NOW)
JANUARY, FEBRUARY = "ACME-COMPUTE-2026-000001", "ACME-COMPUTE-2026-000002"
DEPOSITED = RENTED.replace("    billing:", "    deposit: 100_000\n    billing:")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """January is paid, February in part; a deposit is held."""
    made = make_store(tmp_path / "store")
    book(made, DEPOSITED)
    use(made, "a", date(2026, 2, 10), 30_000_000, number=1)
    close(made, "2026-01")
    close(made, "2026-02")
    paid = [
        ("100000", "deposit", "2026-01-17", "D1", None),
        ("141561.29", "invoice", "2026-02-10", "BANK 1", JANUARY),
        ("92560", "invoice", "2026-03-10", "BANK 2", FEBRUARY),
        ("5000", "invoice", "2026-03-11", "BANK 3", None),
    ]
    for amount, purpose, day, reference, number in paid:
        request = ReceiveRequest("a", amount, purpose, day, reference, ANN, number)
        assert receive(str(made.folder), request).exit_code == 0
    return made


def ran(home: Home, *args: str, code: int = 0) -> str:
    command = ["statement", *args, "--store", str(home.folder)]
    found = RUNNER.invoke(app, command)
    assert found.exit_code == code, found.output
    return found.output


def stated(home: Home, tmp_path: Path, *args: str) -> dict[str, object]:
    target = str(tmp_path / "statement.html")
    found = json.loads(ran(home, "Model company", "-o", target, "--json", *args))
    (statement,) = found["statements"]
    (account,) = statement["accounts"]
    assert isinstance(account, dict)
    return account


def test_the_account_runs_from_document_to_payment(home: Home, tmp_path: Path):
    account = stated(home, tmp_path, "--to", "2026-03-31")
    entries = account["entries"]
    assert isinstance(entries, list)
    assert [(each["number"], each["reference"]) for each in entries] == [
        (JANUARY, None),
        (JANUARY, "BANK 1"),
        (FEBRUARY, None),
        (FEBRUARY, "BANK 2"),
        (None, "BANK 3"),
    ]
    balance = Decimal(0)
    for each in entries:
        balance += Decimal(each["charged"]) - Decimal(each["paid"])
        assert Decimal(each["balance"]) == balance
    assert Decimal(str(account["closing"])) == balance
    assert account["deposits"] == "100000.00"


def test_what_is_open_is_what_receivables_say(home: Home, tmp_path: Path):
    account = stated(home, tmp_path, "--to", "2026-03-31")
    owed = receivables(str(home.folder), ANN, as_of="2026-03-31").result
    assert owed is not None
    (receivable,) = owed.found
    assert account["open"] == str(receivable.open)


def test_a_first_day_opens_with_what_was_owed_before(home: Home, tmp_path: Path):
    account = stated(home, tmp_path, "--from", "2026-02-05", "--to", "2026-03-31")
    whole = stated(home, tmp_path / "whole", "--to", "2026-03-31")
    entries = account["entries"]
    assert isinstance(entries, list)
    assert len(entries) == 4
    assert Decimal(str(account["opening"])) > 0
    assert account["closing"] == whole["closing"]


@pytest.mark.parametrize(
    "language",
    ["en", *(pytest.param(each, marks=needs_chinese) for each in ("zh-Hans", "zh-Hant"))],
)
def test_the_file_says_every_amount(home: Home, tmp_path: Path, language: str):
    target = tmp_path / "statement.pdf"
    args = ("Model company", "--to", "2026-03-31", "-o", str(target), "--language", language)
    ran(home, *args)
    said = text_of(target.read_bytes())
    account = stated(home, tmp_path, "--to", "2026-03-31")
    entries = account["entries"]
    assert isinstance(entries, list)
    for each in entries:
        for key in ("charged", "paid", "balance"):
            assert f"{Decimal(each[key]):,}" in said
    assert "100,000.00" in said
    before = target.read_bytes()
    ran(home, *args)
    assert target.read_bytes() == before


def test_without_a_name_the_file_is_called_by_lessee_and_day(home: Home, tmp_path: Path):
    ran(home, "Model company", "--to", "2026-03-31", "-o", f"{tmp_path}/out/")
    (found,) = (tmp_path / "out").iterdir()
    assert found.name == "statement-Model-company-2026-03-31.pdf"


def test_each_lessor_has_a_statement_of_its_own(home: Home, tmp_path: Path):
    other = RENTED.replace("Acme Compute", "Other Compute").replace("  a:", "  b:")
    book(home, other)
    ran(home, "Model company", "--to", "2026-03-31", "-o", f"{tmp_path}/out/")
    assert len(list((tmp_path / "out").iterdir())) == 2


def test_a_lessee_that_no_lease_has_is_refused_with_what_is_near(home: Home):
    said = ran(home, "Modle company", code=2)
    assert "[unknown-lessee]" in said
    assert "Model company" in said
