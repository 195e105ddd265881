"""`lessor invoice print`: what is issued as files, with what the terms said when it was rated."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from typer.testing import CliRunner

from lessor.app.asking import Asker
from lessor.app.booking import Since, book_deal
from lessor.app.cli import app
from lessor.app.commands.invoice_void import invoice_void
from lessor.app.found_documents import found_document
from lessor.app.papers import Papers
from lessor.core.numeric import DECIMAL
from lessor.engine.charges.usage import METER_UNITS
from lessor.report.documents.paper import Paper
from lessor.store.home import Home
from lessor.store.records.records import Records
from lessor.store.usage.catalogue import UsageStore
from lessor.terms.meters import meter_of, rated
from tests.app.kept_store import NOW, RENTED, book, close, make_store, use
from tests.books.kept import loaded_of
from tests.report.documents.papers import needs_chinese, text_of

RUNNER = CliRunner()
ANN = Asker("ann", NOW)
JANUARY, FEBRUARY, NOTE = (f"ACME-COMPUTE-2026-00000{number}" for number in (1, 2, 3))
LESSOR = """lessor:
  name: Acme Compute
  address: 8 Example Road
  bank: {name: Example Bank, account: 0000 1234}
"""
NAMED = RENTED.replace("lessor: Acme Compute\n", LESSOR)


def booked(home: Home, text: str, since: Since | None = None) -> None:
    with Records.open(home.records_url) as records:
        book_deal(records, loaded_of(text), [], since=since or Since(), asker=ANN)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A store in which January and February are closed, with tokens in February."""
    made = make_store(tmp_path / "store")
    booked(made, NAMED)
    use(made, "a", date(2026, 2, 10), 30_000_000, number=1)
    use(made, "a", date(2026, 2, 11), 20_500_000, number=2)
    close(made, "2026-01")
    close(made, "2026-02")
    return made


@pytest.fixture
def corrected(home: Home) -> Home:
    """The same with tokens that came late for February, and the note for them."""
    use(home, "a", date(2026, 2, 11), 4_000_001, number=3)
    use(home, "a", date(2026, 2, 20), 1_000_000, number=4)
    close(home, "2026-02")
    return home


def ran(home: Home, *args: str, code: int = 0) -> str:
    found = RUNNER.invoke(app, ["invoice", "print", *args, "--store", str(home.folder)])
    assert found.exit_code == code, found.output
    return found.output


def papers(home: Home, *names: str) -> list[Paper]:
    with (
        Records.open(home.records_url) as records,
        records.reading() as reader,
        UsageStore.open(home.usage_folder, read_only=True) as usage,
    ):
        found = [found_document(reader, name) for name in names]
        return list(Papers(reader, usage).of(found))


def test_a_document_is_a_file_called_as_its_number(home: Home, tmp_path: Path):
    ran(home, FEBRUARY, JANUARY, "-o", f"{tmp_path}/out")
    files = sorted(each.name for each in (tmp_path / "out").iterdir())
    assert files == [f"{JANUARY}.pdf", f"{FEBRUARY}.pdf"]
    said = text_of((tmp_path / "out" / f"{FEBRUARY}.pdf").read_bytes())
    (paper,) = papers(home, FEBRUARY)
    for line in paper.document.lines:
        assert f"{line.amount:,}" in said
    assert f"{paper.document.total:,}" in said
    assert "8 Example Road" in said
    assert "0000 1234" in said


@pytest.mark.parametrize(
    "language",
    ["en", *(pytest.param(each, marks=needs_chinese) for each in ("zh-Hans", "zh-hant"))],
)
def test_a_file_that_is_named_says_its_format_and_any_language_prints(
    home: Home, tmp_path: Path, language: str
):
    for name in ("one.pdf", "one.html"):
        ran(home, FEBRUARY, "-o", str(tmp_path / name), "--language", language)
    assert (tmp_path / "one.pdf").read_bytes().startswith(b"%PDF")
    assert (tmp_path / "one.html").read_text(encoding="utf-8").startswith("<!doctype html>")


def test_all_of_a_month_are_its_documents_and_drafts(corrected: Home, tmp_path: Path):
    close(corrected, "2026-03", is_draft=True)
    answer = json.loads(ran(corrected, "--all-of", "2026-02", "-o", f"{tmp_path}/a/", "--json"))
    assert [each["number"] for each in answer["written"]] == [FEBRUARY, NOTE]
    answer = json.loads(ran(corrected, "--all-of", "2026-03", "-o", f"{tmp_path}/b/", "--json"))
    assert [each["number"] for each in answer["written"]] == ["draft-1"]
    said = text_of((tmp_path / "b" / "draft-1.pdf").read_bytes())
    assert "Draft" in said
    assert "not issued" in said


def test_printed_again_it_is_the_same_file_and_another_one_is_never_written_over(
    home: Home, tmp_path: Path
):
    target = str(tmp_path / "one.pdf")
    ran(home, FEBRUARY, "-o", target)
    before = Path(target).read_bytes()
    ran(home, FEBRUARY, "-o", target)
    assert Path(target).read_bytes() == before
    assert "file-exists" in ran(home, JANUARY, "-o", target, code=2)
    assert Path(target).read_bytes() == before


def test_terms_that_change_later_do_not_change_what_was_issued(home: Home, tmp_path: Path):
    ran(home, FEBRUARY, "-o", str(tmp_path / "before.pdf"))
    moved = NAMED.replace("8 Example Road", "9 Other Road")
    booked(home, moved, Since(date(2026, 3, 1)))
    use(home, "a", date(2026, 3, 5), 1_000_000, number=9)
    use(home, "a", date(2026, 2, 11), 1_000_000, number=10)
    close(home, "2026-03")
    ran(home, FEBRUARY, "-o", str(tmp_path / "after.pdf"))
    assert (tmp_path / "after.pdf").read_bytes() == (tmp_path / "before.pdf").read_bytes()
    february, march = papers(home, FEBRUARY, NOTE)
    assert (february.lessor.address, march.lessor.address) == ("8 Example Road", "9 Other Road")


def counted(paper: Paper) -> dict[int, Decimal]:
    """By line what its annex adds up to, in the unit that the line is priced in."""
    return {
        each.place: Decimal(DECIMAL.given(rated(meter_of(each.meter), each.total, "CNY")))
        / METER_UNITS[each.priced_in]
        for each in paper.annex
    }


def quantities(paper: Paper, kinds: Sequence[str] = ("usage",)) -> dict[int, Decimal]:
    lines = enumerate(paper.document.lines, 1)
    return {place: line.quantity for place, line in lines if line.kind in kinds}


def test_the_annex_adds_up_to_the_lines(corrected: Home):
    february, note = papers(corrected, FEBRUARY, NOTE)
    assert counted(february) == quantities(february) != {}
    assert [(each.day, each.now) for each in february.annex[0].days] == [
        (date(2026, 2, 10), 30_000_000),
        (date(2026, 2, 11), 20_500_000),
    ]
    assert counted(note) == quantities(note) != {}
    assert [(each.day, each.before, each.now) for each in note.annex[0].days] == [
        (date(2026, 2, 11), 20_500_000, 24_500_001),
        (date(2026, 2, 20), 0, 1_000_000),
    ]


def test_the_annex_is_printed_unless_it_is_not_asked_for(home: Home, tmp_path: Path):
    ran(home, FEBRUARY, "-o", str(tmp_path / "with.pdf"))
    ran(home, FEBRUARY, "-o", str(tmp_path / "without.pdf"), "--no-annex")
    said = text_of((tmp_path / "with.pdf").read_bytes())
    assert "Annex: usage by day" in said
    assert "50,500,000" in said
    assert "Annex" not in text_of((tmp_path / "without.pdf").read_bytes())


def test_a_void_shows_what_it_takes_back(home: Home, tmp_path: Path):
    invoice_void(str(home.folder), FEBRUARY, ANN, reason="wrong", dated="2026-03-02")
    ran(home, NOTE, "-o", str(tmp_path / "void.pdf"))
    said = text_of((tmp_path / "void.pdf").read_bytes())
    assert f"This note takes back {FEBRUARY} whole." in said
    assert "is credited to the lessee" in said


def test_a_lessor_that_the_deal_does_not_describe_has_its_name(tmp_path: Path):
    home = make_store(tmp_path / "store")
    book(home, RENTED)
    close(home, "2026-01")
    (paper,) = papers(home, JANUARY)
    assert paper.lessor.name == "Acme Compute"
    assert paper.lessor.bank is None
    assert paper.annex == ()


@pytest.mark.parametrize(
    ("args", "code"),
    [
        ([], "nothing-to-print"),
        (["--all-of", "2030-01"], "nothing-to-print"),
        (["--all-of", "June"], "period-malformed"),
        (["ACME-COMPUTE-2026-000099"], "unknown-document"),
        ([JANUARY, "--language", "fr"], "language-unknown"),
        ([JANUARY, "--format", "docx"], "format-unknown"),
    ],
)
def test_what_cannot_be_printed_is_said(home: Home, args: list[str], code: str):
    assert f"[{code}]" in ran(home, *args, code=2)
