"""The golden message of everything that closing a month warns of.

Each code has a folder here with `expected.txt`. LESSOR_REWRITE=1 writes the texts from what is
given now; the difference is then reviewed.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from lessor.app.commands.close import Request, close
from tests.app.test_close import NOW, Store, tokens
from tests.books.test_closing import DEAL

HERE = Path(__file__).parent
PREPAID = DEAL.replace("term: 12 months", "term: 12 months\n    prepayment: 20%")
CLAIMED = tokens(
    "2026-01-25",
    1,
    type="service_credit_claim",
    id="claim-1",
    data={"quantity": 1, "unit": "unit", "start": "2026-01-20T00:00:00Z"},
)
CLOSED = {
    "claim-without-effect": (DEAL, "2026-01"),
    "date-out-of-order": (DEAL, "2026-01"),
    "month-not-closed": (DEAL, "2026-02"),
    "month-not-over": (DEAL, "2026-07"),
    "nothing-in-service": (DEAL, "1999-01"),
    "prepayment-not-received": (PREPAID, "2026-01"),
    "usage-uncharged": (DEAL, "2026-01"),
}


@pytest.mark.parametrize("code", CLOSED)
def test_a_closing_gives_its_golden_warning(
    code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rewrite: bool
):
    monkeypatch.chdir(tmp_path)
    store = Store(Path())
    text, period = CLOSED[code]
    store.book(text, Path())
    store.use(CLAIMED if code == "claim-without-effect" else tokens("2026-01-02", 5))
    dated = date(2026, 1, 20) if code == "date-out-of-order" else None
    document: Any = close(store.folder, Request(period, None, False, dated, "ann", NOW)).document
    found = [issue for issue in document["issues"] if issue["code"] == code]
    given = "".join(f"{each['message']}\n  do: {each['remedy']}\n" for each in found)
    golden = HERE / code / "expected.txt"
    if rewrite:
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(f"warning[{code}] {given}", encoding="utf-8")
    assert all(each["severity"] == "warning" for each in found)
    assert f"warning[{code}] {given}" == golden.read_text(encoding="utf-8")
