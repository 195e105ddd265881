"""What is written through pages: usage, closings, documents, money received."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from lessor.app.web.asks import HOLDER
from lessor.app.web.pages.usage import file_name
from lessor.store.home import Home
from lessor.store.records.records import Records
from tests.app.kept_store import RENTED, book, close, event, make_store, take, use
from tests.app.usage_store import event as cloud_event
from tests.app.web.visiting import Visitor, text_of, visiting

DAY = "2026-02-01"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = make_store(tmp_path / "store")
    book(made, RENTED)
    return made


@pytest.fixture
def visitor(home: Home) -> Iterator[Visitor]:
    with visiting(home) as found:
        yield found


def events(*found: dict) -> bytes:
    return "".join(json.dumps(each) + "\n" for each in found).encode()


def used(name: str, quantity: object = 5, **changes: object) -> dict:
    return cloud_event(name, quantity, subject="a", type="tokens_out", **changes)


def sent(visitor: Visitor, name: str, content: bytes, **data: str):
    return visitor.post("/usage/upload", files={"file": (name, content)}, data=data)


def numbers(home: Home) -> list[str]:
    with Records.open(home.records_url) as records, records.reading() as reader:
        return [each.number for each in reader.documents()]


def test_a_file_is_taken_in_and_its_bad_rows_are_told(home, visitor):
    bad = used("b", unit="miles")
    response = sent(visitor, "june.ndjson", events(used("a"), used("a"), bad) + b"{nonsense\n")
    job = visitor.done(response)
    assert job.state == "done"
    assert [issue.code for issue in job.finished.issues] == ["rows-set-aside"]
    page = visitor.get(job.finished.path)
    said = text_of(page)
    assert "Accepted 1" in said and "Known already 1" in said and "Set aside 2" in said
    assert "june.ndjson 3" in said and "june.ndjson 4" in said
    assert str(home.folder) not in page.text
    rows = re.search(r'href="(/usage/rejected/[0-9a-f]{16})/file"', page.text)
    assert rows is not None
    kept = visitor.get(f"{rows[1]}/file")
    assert kept.headers["content-disposition"].startswith("attachment")
    assert [json.loads(line)["rejectedrow"] for line in kept.text.splitlines()] == [3, 4]
    assert "miles" in text_of(visitor.get(rows[1]))
    assert "june.ndjson" in text_of(visitor.get("/usage"))
    waits = text_of(visitor.get("/book/usage"))
    assert "Rows of usage were set aside and wait to be mended: 2" in waits


@pytest.mark.parametrize(("name", "code"), [("june.pdf", "wrong-format"), ("june", "wrong-format")])
def test_a_file_of_another_kind_is_refused_before_anything_is_read(visitor, name, code):
    response = sent(visitor, name, b"%PDF")
    assert (response.status_code, code in response.text) == (422, True)


def test_a_trace_needs_its_lease(visitor):
    response = sent(visitor, "trace.csv", b"a,b\n", mapping="azure-llm")
    assert (response.status_code, "choice-of-one" in response.text) == (422, True)


def test_a_trace_is_taken_in_for_its_lease(visitor):
    rows = b"TIMESTAMP,ContextTokens,GeneratedTokens\n2026-02-03 08:00:00.0,10,4\n"
    job = visitor.done(sent(visitor, "trace.csv", rows, mapping="azure-llm", lease="a"))
    assert "Accepted 2" in text_of(visitor.get(job.finished.path))


def test_a_file_that_fails_whole_leaves_its_reason(visitor):
    job = visitor.done(sent(visitor, "june.csv", b"nothing,known\n1,2\n"))
    assert job.state == "failed"
    assert [issue.code for issue in job.finished.issues] == ["columns-missing"]
    assert job.finished.issues[0].place.file == "june.csv"
    assert "columns-missing" in visitor.get(f"/jobs/{job.number}").text


@pytest.mark.parametrize(
    ("told", "name"),
    [
        ("../../etc/passwd.csv", "passwd.csv"),
        ("C:\\usage\\june.ndjson", "june.ndjson"),
        ("a\x00b\n.csv", "ab.csv"),
        (".csv", "csv"),
        ("june", "june"),
        ("", ""),
        ("x" * 500 + ".ndjson", "x" * 113 + ".ndjson"),
    ],
)
def test_a_file_is_called_by_the_last_part_of_its_name(told, name):
    assert file_name(told) == name
    assert len(file_name(told)) <= 120


def test_a_hostile_file_name_is_only_text(visitor):
    name = "<script>alert(1)</script>.ndjson"
    job = visitor.done(sent(visitor, name, b"{nonsense\n"))
    for path in (f"/jobs/{job.number}", "/usage", job.finished.path):
        response = visitor.get(path)
        assert "<script>alert" not in response.text
    assert "rows-set-aside" in [issue.code for issue in job.finished.issues]


def test_a_month_is_closed_as_drafts_and_then_for_good(home, visitor):
    drafts = visitor.done(
        visitor.post("/billing/close", data={"period": "2026-01", "what": "draft"})
    )
    assert drafts.state == "done"
    assert numbers(home) == []
    page = visitor.get(drafts.finished.path)
    assert "Close 2026-01 and issue all" in text_of(page)
    issued = visitor.done(
        visitor.post("/billing/close", data={"period": "2026-01", "what": "issue", "dated": DAY})
    )
    assert issued.state == "done"
    (number,) = numbers(home)
    assert number in visitor.get(issued.finished.path).text
    with Records.open(home.records_url) as records, records.reading() as reader:
        assert {each.who for each in reader.audit() if each.what == "month closed"} == {HOLDER}


@pytest.mark.parametrize(
    ("data", "code"),
    [
        ({"period": "January"}, "period-malformed"),
        ({"period": ""}, "period-malformed"),
        ({"period": "2026-01", "dated": "tomorrow"}, "date-malformed"),
        ({"period": "2026-01", "lease": "nobody"}, "unknown-lease"),
    ],
)
def test_a_closing_that_cannot_be_is_told_beside_its_field(home, visitor, data, code):
    response = visitor.post("/billing/close", data=data)
    assert response.status_code in (404, 422)
    assert code in response.text
    assert 'aria-invalid="true"' in response.text or code == "unknown-lease"
    assert numbers(home) == []


def test_all_faults_of_a_form_are_told_at_once(visitor):
    response = visitor.post("/billing/close", data={"period": "x", "dated": "y"})
    assert "period-malformed" in response.text and "date-malformed" in response.text


def test_a_draft_is_issued_by_itself(home, visitor):
    close(home, "2026-01", is_draft=True)
    job = visitor.done(visitor.post("/documents/issue", data={"number": "draft-1", "dated": DAY}))
    (number,) = numbers(home)
    assert job.finished.path.endswith(number)
    page = text_of(visitor.get(job.finished.path))
    assert f"Invoice {number}" in page and "1 February 2026" in page


def test_a_draft_that_is_out_of_date_is_not_issued(home, visitor):
    close(home, "2026-01", is_draft=True)
    use(home, "a", date(2026, 1, 20), 900_000_000, number=1)
    job = visitor.done(visitor.post("/documents/issue", data={"number": "draft-1"}))
    assert (job.state, job.finished.issues[0].code) == ("failed", "draft-outdated")
    assert numbers(home) == []


def test_a_draft_that_is_not_there_cannot_be_issued(visitor):
    assert visitor.post("/documents/issue", data={"number": "draft-9"}).status_code == 404


def test_money_is_entered_once_and_a_fault_is_told(home, visitor):
    number = close(home, "2026-01").issued[0].number
    asked = {"number": number, "amount": "1,000.00", "day": DAY, "reference": "bank 1"}
    assert visitor.post("/documents/receive", data=asked).status_code == 303
    assert visitor.post("/documents/receive", data=asked).status_code == 303
    with Records.open(home.records_url) as records, records.reading() as reader:
        assert [each.amount for each in reader.payments()] == [Decimal("1000.00")]
    faulty = visitor.post("/documents/receive", data={**asked, "amount": "much", "day": "now"})
    assert faulty.status_code == 422
    assert 'value="much"' in faulty.text
    other = visitor.post("/documents/receive", data={**asked, "amount": "5"})
    assert "reference-taken" in other.text
    assert "bank 1" in text_of(visitor.get("/documents/one", number=number))


def test_a_document_is_taken_back_with_its_reason(home, visitor):
    number = close(home, "2026-01").issued[0].number
    without = visitor.post("/documents/void", data={"number": number, "reason": " "})
    assert (without.status_code, "reason-missing" in without.text) == (422, True)
    response = visitor.post("/documents/void", data={"number": number, "reason": "<b>wrong</b>"})
    assert response.status_code == 303
    note = visitor.get(response.headers["location"])
    assert "Credit note" in text_of(note)
    taken_back = visitor.get("/documents/one", number=number)
    assert "Taken back by" in text_of(taken_back)
    assert 'action="/documents/void"' not in taken_back.text
    again = visitor.post("/documents/void", data={"number": number, "reason": "again"})
    assert (again.status_code, "already-void" in again.text) == (422, True)


@pytest.mark.parametrize("form", ["pdf", "html"])
def test_a_document_can_be_kept_as_a_file(home, visitor, form):
    use(home, "a", date(2026, 1, 20), 42_000_000, number=1)
    number = close(home, "2026-01").issued[0].number
    response = visitor.get("/documents/file", number=number, form=form)
    assert response.status_code == 200
    assert f'filename="{number}.{form}"' in response.headers["content-disposition"]
    assert response.content.startswith(b"%PDF" if form == "pdf" else b"<!")
    assert visitor.get("/documents/file", number=number, form="exe").status_code == 422


def test_a_line_is_traced_to_its_events(home, visitor):
    use(home, "a", date(2026, 1, 20), 42_000_000, number=1)
    number = close(home, "2026-01").issued[0].number
    said = text_of(visitor.get("/documents/trace", number=number))
    assert "tokens_out: 1 events, 42,000,000 in token" in said
    assert "adds up to the line" in said


def test_a_conflict_is_settled(home, visitor):
    moment = datetime(2026, 1, 20, 12, tzinfo=UTC)
    take(home, [event(1, "a", moment, 5)], at=moment)
    take(home, [event(1, "a", moment, 6)], at=moment)
    assert "Conflict 1: the second counts" in visitor.get("/usage/conflicts").text
    unknown = visitor.post("/usage/conflicts", data={"conflict": "7", "keep": "first"})
    assert (unknown.status_code, "unknown-conflict" in unknown.text) == (422, True)
    wrong = visitor.post("/usage/conflicts", data={"conflict": "1", "keep": "third"})
    assert (wrong.status_code, "choice-of-one" in wrong.text) == (422, True)
    settled = visitor.post("/usage/conflicts", data={"conflict": "1", "keep": "second"})
    assert settled.status_code == 303
    assert "No conflict is open." in text_of(visitor.get("/usage/conflicts"))


def test_an_audit_runs_in_the_background(home, visitor):
    use(home, "a", date(2026, 1, 20), 42, number=1)
    job = visitor.done(visitor.post("/usage/audit"))
    assert job.state == "done"
    assert "tokens_out 2026-01-20 42" in text_of(visitor.get(job.finished.path))


def test_what_an_audit_finds_needs_attention(home, visitor):
    use(home, "a", date(2026, 1, 20), 42, number=1)
    with duckdb.connect(str(home.usage_folder / "catalogue.duckdb")) as catalogue:
        catalogue.execute("UPDATE deltas SET quantity = 43")
    job = visitor.done(visitor.post("/usage/audit"))
    assert "usage-unbalanced" in [issue.code for issue in job.finished.issues]
    said = text_of(visitor.get("/book/usage"))
    assert "The last audit of the usage found faults" in said


def test_a_statement_comes_as_pdf(home, visitor):
    close(home, "2026-01")
    response = visitor.get("/billing/statement", lessee="Model company")
    assert response.content.startswith(b"%PDF")
    assert visitor.get("/billing/statement", lessee="Nobody").status_code in (404, 422)


def test_a_closing_that_is_called_off_keeps_nothing(home, visitor):
    from lessor.app.web.jobs import Finished, Progress

    def endless(progress: Progress) -> Finished:
        while True:
            progress.step(0)

    running = visitor.site.jobs.submit("Work", endless)
    response = visitor.post("/billing/close", data={"period": "2026-01", "what": "issue"})
    number = response.headers["location"].removeprefix("/jobs/")
    assert visitor.post(f"/jobs/{number}/cancel").status_code == 303
    assert visitor.post(f"/jobs/{running}/cancel").status_code == 303
    assert visitor.done(response).state == "cancelled"
    assert numbers(home) == []


def test_forms_of_another_site_are_refused(home, visitor):
    response = visitor.post(
        "/billing/close", data={"period": "2026-01"}, headers={"origin": "http://evil.example"}
    )
    assert response.status_code == 403
    assert numbers(home) == []
