"""The golden message of every fault in booking a deal and in asking for a document.

Each code has a folder here with `expected.txt`. LESSOR_REWRITE=1 writes the texts from what is
given now; the difference is then reviewed.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from lessor.app.asking import Asker
from lessor.app.commands.actual_vs_plan import actual_vs_plan
from lessor.app.commands.book import BookRequest, book
from lessor.app.commands.init import init
from lessor.app.commands.invoice_issue import invoice_issue
from lessor.app.commands.invoice_trace import invoice_trace
from lessor.app.commands.invoice_void import invoice_void
from lessor.app.outcome import Outcome
from lessor.core.issue import Severity
from lessor.store.home import open_home
from tests.app.kept_store import NOW, RENTED, close, make_store, use

HERE = Path(__file__).parent
ANN = Asker("ann", NOW)
DEARER = RENTED.replace("69_000", "70_000")
NAMELESS = RENTED.replace("Acme Compute", "'!!!'").replace("  a:", "  b:")
JANUARY = "ACME-COMPUTE-2026-000001"


def _book(text: str, effective: str | None = None, *, from_beginning: bool = False) -> Outcome[Any]:
    Path("deal.yaml").write_text(text, encoding="utf-8")
    request = BookRequest(ANN, (), effective, from_beginning=from_beginning)
    return book("deal.yaml", "store", request)


def _amended_and_replaced() -> Outcome[Any]:
    _book(DEARER, "2026-04-01")
    return _book(RENTED.replace("69_000", "71_000"))


def _closed_and_changed() -> Outcome[Any]:
    close(open_home("store", {}), "2026-01")
    return _book(DEARER, from_beginning=True)


def _billed_and_changed() -> Outcome[Any]:
    close(open_home("store", {}), "2026-01")
    return _book(DEARER)


def _draft(*used: date) -> str:
    home = open_home("store", {})
    close(home, "2026-02", is_draft=True)
    for number, day in enumerate(used, 1):
        use(home, "a", day, 5_000_000, number=number)
    return "draft-1"


def _line_nine() -> Outcome[Any]:
    close(open_home("store", {}), "2026-01")
    return invoice_trace("store", JANUARY, line=9)


def _issued_again() -> Outcome[Any]:
    close(open_home("store", {}), "2026-01")
    return invoice_issue("store", JANUARY, ANN)


def _without_the_usage_billed() -> Outcome[Any]:
    home = open_home("store", {})
    use(home, "a", date(2026, 1, 20), 5_000_000, number=1)
    close(home, "2026-01")
    Path("store/usage/catalogue.duckdb").unlink()
    return init("store")


def _among_deals() -> Outcome[Any]:
    Path("deals").mkdir()
    Path("deals", "deal.yaml").touch()
    return init("deals")


ASKED: dict[str, Callable[[], Outcome[Any]]] = {
    "already-issued": _issued_again,
    "amendment-replaced": _amended_and_replaced,
    "closed-months-changed": _closed_and_changed,
    "date-malformed": lambda: _book(DEARER, "1 April"),
    "draft-outdated": lambda: invoice_issue("store", _draft(date(2026, 2, 3)), ANN),
    "effective-unsaid": _billed_and_changed,
    "effective-too-early": lambda: _book(DEARER, "2026-01-16"),
    "folder-not-empty": _among_deals,
    "lease-of-another-deal": lambda: _book(RENTED.replace("deal: Rent", "deal: More rent")),
    "lessor-missing": lambda: _book(NAMELESS),
    "not-amendable": lambda: _book(RENTED.replace("Acme Compute", "Other Compute")),
    "not-issued": lambda: invoice_void("store", _draft(), ANN, reason="wrong"),
    "period-malformed": lambda: actual_vs_plan("store", "a", first="March"),
    "reason-missing": lambda: invoice_void("store", JANUARY, ANN, reason=""),
    "unknown-line": _line_nine,
    "usage-behind": _without_the_usage_billed,
}

WARNED = ("amendment-replaced", "closed-months-changed", "folder-not-empty", "lessor-missing")


@pytest.mark.parametrize("code", ASKED)
def test_the_books_asked_wrongly_give_their_golden_message(
    code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rewrite: bool
):
    monkeypatch.chdir(tmp_path)
    make_store(Path("store"))
    assert _book(RENTED).exit_code == 0
    issues = ASKED[code]().issues
    found = [issue for issue in issues if issue.code == code]
    assert found
    assert code in WARNED or all(issue.severity is Severity.ERROR for issue in found)
    given = "".join(issue.render() + "\n" for issue in found)
    golden = HERE / code / "expected.txt"
    if rewrite:
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(given, encoding="utf-8")
    assert given == golden.read_text(encoding="utf-8")
