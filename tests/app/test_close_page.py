"""What `lessor close` shows: the month's own documents, and apart from them those of others."""

from __future__ import annotations

from datetime import date

import pytest
from typer.testing import CliRunner

from lessor.app.cli import app
from tests.app.kept_store import book, close, make_store, use

RUNNER = CliRunner()


@pytest.fixture
def home(tmp_path):
    home = make_store(tmp_path / "store")
    book(home)
    return home


def page(home, period, *options):
    asked = ["close", period, "--date", "2026-06-01", "--store", str(home.folder), *options]
    result = RUNNER.invoke(app, asked)
    assert result.exit_code == 0, result.stderr
    return [line.strip() for line in result.stdout.splitlines()]


def sums(lines):
    return [line for line in lines if line.startswith(("1 document", "2 documents"))]


def test_a_month_alone_needs_no_headings(home):
    shown = page(home, "2026-01")
    assert not [line for line in shown if line.startswith(("invoices", "notes"))]
    total = "total 141,561.29"
    assert sums(shown) == [f"1 document  net CNY 133,548.39  VAT 8,012.90  {total}"]


@pytest.mark.parametrize("options", [(), ("--draft",)])
def test_notes_for_earlier_months_have_a_total_of_their_own(home, options):
    close(home, "2026-01")
    use(home, "a", date(2026, 1, 20), 60_000_000, number=1)
    shown = page(home, "2026-02", *options)
    headings = [
        line for line in shown if line in ("invoices of 2026-02", "notes for earlier months")
    ]
    assert headings == ["invoices of 2026-02", "notes for earlier months"]
    assert sums(shown) == [
        "1 document  net CNY 276,000.00  VAT 16,560.00  total 292,560.00",
        "1 document  net CNY 120.00  VAT 7.20  total 127.20",
    ]


def test_notes_for_later_months_are_those_of_other_months(home):
    for period in ("2026-01", "2026-02", "2026-03"):
        close(home, period)
    use(home, "a", date(2026, 3, 20), 60_000_000, number=1)
    shown = page(home, "2026-02")
    assert "notes for other months" in shown
    assert "invoices of 2026-02" in shown
    assert len(sums(shown)) == 2


def test_a_note_of_the_month_itself_stands_with_its_invoice(home):
    close(home, "2026-01")
    use(home, "a", date(2026, 1, 20), 60_000_000, number=1)
    close(home, "2026-01")
    use(home, "a", date(2026, 2, 20), 60_000_000, number=2)
    close(home, "2026-02")
    use(home, "a", date(2026, 1, 21), 10_000_000, number=3)
    shown = page(home, "2026-02")
    assert "invoices and notes of 2026-02" in shown
    assert "notes for earlier months" in shown
