"""`lessor invoice`: documents listed, shown, traced to their events, issued and voided."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from typer.testing import CliRunner

from lessor.app.asking import Asker
from lessor.app.cli import app
from lessor.app.closing import book_of
from lessor.app.commands.invoice_issue import invoice_issue
from lessor.app.commands.invoice_list import invoice_list
from lessor.app.commands.invoice_show import invoice_show
from lessor.app.commands.invoice_trace import invoice_trace
from lessor.app.commands.invoice_void import invoice_void
from lessor.app.commands.receive import ReceiveRequest, receive
from lessor.app.found_documents import found_document
from lessor.books.tracing import Basis
from lessor.books.tracing import traced as traced_lines
from lessor.report.invoices import document_tables, list_tables
from lessor.store.home import Home
from lessor.store.records.records import Records
from lessor.store.usage.catalogue import UsageStore
from tests.app.kept_store import NOW, RENTED, book, close, event, make_store, take, use

RUNNER = CliRunner()
ANN = Asker("ann", NOW)
JANUARY, FEBRUARY = "ACME-COMPUTE-2026-000001", "ACME-COMPUTE-2026-000002"
CREDITED = """      credit: {kind: service_credit, bands: [{below: 99.9%, credit: 10%}]}
      share: {kind: revenue_share, share: 10%, tax: excluded}
"""


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A store in which January and February are closed, with tokens in February."""
    made = make_store(tmp_path / "store")
    book(made, RENTED)
    use(made, "a", date(2026, 2, 10), 30_000_000, number=1)
    use(made, "a", date(2026, 2, 11), 20_500_000, number=2)
    close(made, "2026-01")
    close(made, "2026-02")
    return made


@pytest.fixture(autouse=True)
def _on_a_wide_terminal(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("COLUMNS", "100")


def ran(home: Home, *args: str, code: int = 0) -> str:
    found = RUNNER.invoke(app, ["invoice", *args, "--store", str(home.folder)])
    assert found.exit_code == code, found.output
    return str(found.stdout)


def document(home: Home, *args: str) -> dict[str, Any]:
    return dict(json.loads(ran(home, *args, "--json")))


def codes(outcome: Any) -> list[str]:
    assert outcome.exit_code == 2
    return [issue.code for issue in outcome.issues]


def traced(home: Home, number: str) -> list[dict[str, Any]]:
    return list(document(home, "trace", number)["lines"])


def test_a_list_has_every_document_and_what_is_to_be_paid(home: Home):
    found = document(home, "list")
    assert [each["number"] for each in found["invoices"]] == [JANUARY, FEBRUARY]
    assert found["drafts"] == found["issues"] == []
    [january] = document(home, "list", "--period", "2026-01")["invoices"]
    assert (january["payable"], january["due_date"]) == ("141561.29", "2026-02-16")
    shown = ran(home, "list", "--lease", "a")
    assert "141,561.29  2026-02-16  141,561.29" in shown
    assert "2 documents" in shown


def test_a_list_of_nothing(tmp_path: Path):
    assert "no document is issued" in ran(make_store(tmp_path / "store"), "list")


def test_a_document_line_by_line(home: Home):
    found = document(home, "show", FEBRUARY)
    assert (found["number"], found["invoice_date"]) == (FEBRUARY, "2026-03-01")
    assert [line["charge"] for line in found["lines"]] == ["base", "tokens"]
    shown = ran(home, "show", FEBRUARY)
    for said in ("Model company", "276,000.00", "101.00", "VAT 6% on 276,101.00", "292,667.06"):
        assert said in shown
    assert "to be paid by 2026-03-16" in shown


def test_every_line_of_usage_is_the_sum_of_its_events(home: Home):
    base, tokens = traced(home, FEBRUARY)
    assert base["meters"] == []
    assert base["capacity"] == {
        "contracted": "4", "unit": "servers", "share_in_service": "1", "days": 28, "month_days": 28,
    }  # fmt: skip
    [meter] = tokens["meters"]
    assert (meter["meter"], meter["sum"], meter["unit"]) == ("tokens_out", "50500000", "token")
    assert [each["id"] for each in meter["events"]] == ["1", "2"]
    assert meter["adds_up"] is True
    assert sum(int(each["quantity"]) for each in meter["events"]) == 50_500_000
    assert Decimal(tokens["quantity"]) == Decimal("50.5")
    assert "2 events, 50,500,000 token: adds up" in ran(home, "trace", FEBRUARY)


def test_a_sum_that_is_not_the_lines_quantity_is_said(home: Home):
    with Records.open(home.records_url) as records, records.reading() as reader:
        found = found_document(reader, FEBRUARY)
        ledger = book_of(reader.leases(["a"])[0])
    basis = Basis(found.document, found.run._replace(cutoff=1), None)
    with UsageStore.open(home.usage_folder, read_only=True) as usage:
        [line] = traced_lines(ledger, basis, usage, [2])
    assert [(meter.total, meter.adds_up) for meter in line.meters] == [(30_000_000, False)]


def test_a_broken_month_says_its_days(home: Home):
    [base] = traced(home, JANUARY)
    assert (base["capacity"]["days"], base["capacity"]["month_days"]) == (15, 31)
    assert base["version"] == 1


def test_one_line_alone(home: Home):
    assert [line["line"] for line in document(home, "trace", FEBRUARY, "--line", "2")["lines"]] == [
        2
    ]
    for place in (0, 3, -1):
        found = invoice_trace(str(home.folder), FEBRUARY, line=place)
        assert codes(found) == ["unknown-line"]


def test_an_invoice_is_traced_with_what_it_knew_and_its_note_with_what_came_later(home: Home):
    moment = datetime(2026, 2, 12, 12, tzinfo=UTC)
    late = event(3, "a", moment, 1_000_000)
    amended = event(4, "a", moment, 500_000).replace('"unit"', '"amends": "2", "unit"')
    take(home, [late, amended], at=moment + timedelta(hours=1))
    close(home, "2026-02")
    assert [each["id"] for each in traced(home, FEBRUARY)[1]["meters"][0]["events"]] == ["1", "2"]
    [tokens] = traced(home, "ACME-COMPUTE-2026-000003")
    [meter] = tokens["meters"]
    assert meter["sum"] == "31500000"
    assert meter["adds_up"] is True
    assert [each["id"] for each in meter["withdrawn"]] == ["2"]
    by_seq = {each["ingest_seq"]: each["id"] for each in meter["events"]}
    assert sorted(by_seq[seq] for seq in meter["late"]) == ["3", "4"]
    shown = ran(home, "trace", "ACME-COMPUTE-2026-000003")
    assert shown.count("came later") == 2
    assert shown.count("counts no longer") == 1


def test_evidence_and_revenue_are_traced_too(tmp_path: Path):
    made = make_store(tmp_path / "store")
    book(made, RENTED.replace("50_000_000}", "50_000_000, prices: {out: 2}}") + CREDITED)
    moment = datetime(2026, 2, 12, 12, tzinfo=UTC)
    down = event(1, "a", moment, 90_000).replace("tokens_out", "downtime").replace(
        '"unit": "token"', '"unit": "node_second"')  # fmt: skip
    earned = event(2, "a", moment, 7_000).replace("tokens_out", "lessee_revenue").replace(
        '"unit": "token"', '"unit": "CNY"')  # fmt: skip
    assert take(made, [down, earned], at=moment + timedelta(hours=1)).accepted == 2
    close(made, "2026-02")
    [number] = [each["number"] for each in document(made, "list")["invoices"]]
    by_charge = {line["charge"]: line for line in traced(made, number)}
    [downtime] = by_charge["credit"]["meters"]
    assert (downtime["sum"], downtime["adds_up"]) == ("90000", None)
    measured = by_charge["credit"]["working"]
    # Four servers for the 28 days of February, and 25 hours of them down.
    assert (measured["node_hours"], measured["node_hours_down"]) == ("2688", "25")
    assert measured["availability"].startswith("0.990699")
    assert (measured["below"], measured["credit"], measured["claimed"]) == ("0.999", "0.1", True)
    assert "25 node-hours count; 0 are excluded or maintenance" in ran(made, "trace", number)
    [revenue] = by_charge["share"]["meters"]
    assert (revenue["sum"], revenue["unit"]) == ("700000", "smallest unit of CNY")
    assert revenue["adds_up"] is True


def test_a_draft_is_shown_traced_and_issued(home: Home):
    close(home, "2026-03", is_draft=True)
    [draft] = document(home, "list")["drafts"]
    assert draft["number"] == "draft-1"
    assert "in 15 days" in ran(home, "list")
    assert document(home, "show", "draft-1")["invoice_date"] is None
    assert "not issued" in ran(home, "show", "draft-1")
    assert [line["charge"] for line in traced(home, "draft-1")] == ["base"]
    issued = document(home, "issue", "draft-1", "--date", "2026-04-02")
    assert (issued["number"], issued["due_date"]) == ("ACME-COMPUTE-2026-000003", "2026-04-17")
    assert issued["lines"] == draft["lines"]
    assert document(home, "list")["drafts"] == []
    assert len(close(home, "2026-03").issued) == 1


def test_a_draft_that_usage_has_overtaken_is_not_issued(home: Home):
    close(home, "2026-03", is_draft=True)
    use(home, "a", date(2026, 3, 3), 5_000_000, number=3)
    found = invoice_issue(str(home.folder), "draft-1", ANN)
    assert codes(found) == ["draft-outdated"]
    [draft] = document(home, "list")["drafts"]
    assert draft["number"] in found.issues[0].remedy
    assert len(document(home, "list")["invoices"]) == 2
    assert invoice_issue(str(home.folder), draft["number"], ANN).exit_code == 0


def test_a_void_takes_back_the_whole_and_the_month_can_be_closed_anew(home: Home):
    note = document(home, "void", FEBRUARY, "--reason", "wrong lessee", "--date", "2026-03-05")
    assert (note["kind"], note["voids"], note["total"]) == ("credit_note", FEBRUARY, "-292667.06")
    assert [line["after"]["amount"] for line in note["lines"]] == ["0.00", "0.00"]
    with Records.open(home.records_url) as records, records.reading() as reader:
        change = reader.audit(FEBRUARY)[-1]
    assert change.what == "voided"
    assert change.after["reason"] == "wrong lessee"
    shown = ran(home, "list")
    assert "invoice 2026-02, void" in shown
    assert "credit note 2026-02, a void" in shown
    again = close(home, "2026-02").issued
    assert [each.document.total for each in again][-1] == Decimal("292667.06")


def test_what_cannot_be_voided(home: Home):
    folder = str(home.folder)
    assert invoice_void(folder, FEBRUARY, ANN, reason="wrong").exit_code == 0
    assert codes(invoice_void(folder, FEBRUARY, ANN, reason="wrong")) == ["already-void"]
    assert codes(invoice_void(folder, "ACME-1", ANN, reason="wrong")) == ["unknown-document"]
    assert codes(invoice_void(folder, JANUARY, ANN, reason=" ")) == ["reason-missing"]
    assert codes(invoice_void(folder, JANUARY, ANN, reason="x", dated="5")) == ["date-malformed"]
    close(home, "2026-03", is_draft=True)
    assert codes(invoice_void(folder, "draft-1", ANN, reason="wrong")) == ["not-issued"]


def test_names_that_are_none(home: Home):
    folder = str(home.folder)
    for number in ("ACME-COMPUTE-2026-000009", "draft-9", "draft-0", "", "x" * 300):
        assert codes(invoice_show(folder, number)) == ["unknown-document"]
        assert codes(invoice_trace(folder, number)) == ["unknown-document"]
    assert codes(invoice_issue(folder, JANUARY, ANN)) == ["already-issued"]
    assert codes(invoice_list(folder, lease="b")) == ["unknown-lease"]
    assert codes(invoice_list(folder, period="March")) == ["period-malformed"]


def test_long_names_and_amounts_are_never_cut(tmp_path: Path):
    lessee = "上海人工智能大模型研究与应用发展集团股份有限公司北京分公司"
    made = make_store(tmp_path / "store")
    text = RENTED.replace("Model company", lessee).replace("69_000", "69_000_000_000")
    book(made, text.replace("lessor: Acme Compute", "lessor: 京西算力科技有限公司"))
    closing = close(made, "2026-02")
    console = Console(width=100, markup=False, highlight=False)
    with console.capture() as captured:
        for table in list_tables(closing.issued, (), {}):
            console.print(table)
        for each in closing.issued:
            for table in document_tables(each.number, each.document, each):
                console.print(table)
    shown = captured.get()
    assert "京西算力科技有限公司-2026-000001" in shown
    assert shown.count("CNY 292,560,000,000.00") >= 1
    assert lessee in shown
    assert max(console.measure(line).maximum for line in shown.splitlines()) <= 100


def test_a_list_says_what_is_open_once_money_came(home: Home):
    paid = ReceiveRequest("a", "100000.00", "invoice", "2026-02-10", "bank-1", ANN, JANUARY)
    assert receive(str(home.folder), paid).exit_code == 0
    january, february = document(home, "list")["invoices"]
    assert (january["payable"], january["open"]) == ("141561.29", "41561.29")
    assert february["open"] == february["payable"]
    assert "141,561.29  2026-02-16   41,561.29" in ran(home, "list")


def test_what_is_void_is_not_open(home: Home):
    assert invoice_void(str(home.folder), JANUARY, ANN, reason="wrong").exit_code == 0
    found = {each["number"]: each["open"] for each in document(home, "list")["invoices"]}
    assert found == {JANUARY: "0.00", FEBRUARY: "292667.06", "ACME-COMPUTE-2027-000001": "0.00"}


def test_a_document_is_from_the_lessor_by_its_name(home: Home):
    assert document(home, "show", JANUARY)["lessor"] == "Acme Compute"
    assert "from   Acme Compute" in ran(home, "show", JANUARY)


@pytest.mark.parametrize("width", [60, 80, 100, 120])
def test_no_amount_of_a_document_is_broken(home: Home, monkeypatch, width: int):
    monkeypatch.setenv("COLUMNS", str(width))
    shown = ran(home, "show", FEBRUARY)
    for said in ("276,000", "50.5 million tokens", "276,000.00", "101.00"):
        assert said in shown
    assert max(map(len, shown.splitlines())) <= width


def test_a_price_in_steps_is_traced_step_by_step(home: Home):
    use(home, "a", date(2026, 2, 20), 70_000_000, number=3)
    close(home, "2026-02")
    [line] = traced(home, "ACME-COMPUTE-2026-000003")
    working = line["working"]
    assert (working["window"], working["since"], working["after"]) == (
        "quarter", "2026-01-17", "120.5",
    )  # fmt: skip
    steps = [(each["quantity"], each["price"], each["amount"]) for each in working["steps"]]
    assert steps == [("100", "2", "200"), ("20.5", "1.5", "30.75")]
    shown = ran(home, "trace", "ACME-COMPUTE-2026-000003")
    assert "100 million tokens" not in shown
    assert "above 100" in shown


def test_a_note_names_what_came_late_before_its_days(home: Home):
    use(home, "a", date(2026, 1, 20), 60_000_000, number=3)
    close(home, "2026-02")
    close(home, "2026-01")
    found = {
        line["charge"] + line["service_period"][0]: line
        for each in document(home, "list")["invoices"][2:]
        for line in traced(home, each["number"])
    }
    earlier = found["tokens2026-02-01"]["earlier"]
    assert earlier["late"] == [3]
    assert found["tokens2026-02-01"]["working"]["before"] == "60"
