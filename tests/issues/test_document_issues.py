"""The golden message of every fault in asking for documents that go out.

Each code has a folder here with `expected.txt`. LESSOR_REWRITE=1 writes the texts from what is
given now; the difference is then reviewed.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lessor.app.asking import Asker
from lessor.app.commands.certificate import CertificateRequest, certificate
from lessor.app.commands.invoice_print import PrintRequest, invoice_print
from lessor.app.commands.statement import StatementRequest, statement
from lessor.app.outcome import Outcome
from lessor.report.documents import typesetting
from tests.app.kept_store import NOW, RENTED, book, close, make_store

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
ANN = Asker("ann", NOW)
NAMES = {"cjk-font-missing": "清微算力有限公司", "glyph-missing": "Model \ue123 company"}


def _printed(*numbers: str, **said: Any) -> Outcome[Any]:
    fields = {"month": None, "target": "out/", "form": None, "language": "en", **said}
    return invoice_print("store", PrintRequest(numbers, **fields))


def _certified(deal: str, day: str) -> Outcome[Any]:
    return certificate(str(ROOT / deal), CertificateRequest(day, None, "out/", None, "en"))


JANUARY = "ACME-COMPUTE-2026-000001"
ASKED: dict[str, Callable[[], Outcome[Any]]] = {
    "cjk-font-missing": lambda: _printed(JANUARY),
    "format-unknown": lambda: _printed(JANUARY, form="docx"),
    "glyph-missing": lambda: _printed(JANUARY),
    "language-unknown": lambda: _printed(JANUARY, language="fr"),
    "no-covenant": lambda: _certified("examples/servers-5x48/deal.yaml", "2026-04-01"),
    "not-tested": lambda: _certified("tests/cases/debt-covenants/deal.yaml", "2026-04-15"),
    "nothing-to-print": _printed,
    "unknown-lessee": lambda: statement(
        "store", ANN, StatementRequest("Modle company", None, None, "out/", None, "en")
    ),
}


@pytest.mark.parametrize("code", ASKED)
def test_documents_asked_wrongly_give_their_golden_message(
    code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rewrite: bool
):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(typesetting, "_installed", lambda: frozenset({"Libertinus Serif"}))
    home = make_store(Path("store"))
    book(home, RENTED.replace("Model company", NAMES.get(code, "Model company")))
    close(home, "2026-01")
    found = [issue for issue in ASKED[code]().issues if issue.code == code]
    given = "".join(issue.render() + "\n" for issue in found)
    given = given.replace(f"{ROOT}/", "")
    golden = HERE / code / "expected.txt"
    if rewrite:
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(given, encoding="utf-8")
    assert given == golden.read_text(encoding="utf-8") != ""
