"""PDF: everything on the sheet is in the file, as text, over as many pages as it takes."""

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from io import BytesIO

import pytest
from pypdf import PdfReader

from lessor.core.issue import FaultsError
from lessor.report.documents import typesetting
from lessor.report.documents.fonts import families, machine_fonts
from lessor.report.documents.invoice import invoice_sheet
from lessor.report.documents.sheet import Sheet, Sums, Table
from lessor.report.documents.typesetting import sheet_pdf
from lessor.terms.parties import Lessee
from tests.report.documents.papers import (
    bare,
    document,
    invoice,
    line,
    needs_chinese,
    note,
    paper,
    text_of,
)

IN_ALL = ["en", *(pytest.param(each, marks=needs_chinese) for each in ("zh-Hans", "zh-Hant"))]


def texts(sheet: Sheet) -> list[str]:
    """Every text of a sheet that has to stand in the file."""
    found = [sheet.title, sheet.number, *(part for fact in sheet.facts for part in fact)]
    for party in sheet.parties:
        found += [party.role, party.name, *party.lines]
    for block in sheet.blocks:
        if isinstance(block, Table):
            found += [column.label for column in block.columns]
        if isinstance(block, Table | Sums):
            found += [cell for row in block.rows for cell in row.cells]
    return [text for text in found if text]


@pytest.mark.parametrize("language", IN_ALL)
@pytest.mark.parametrize("found", [invoice(), invoice("KWD"), note()], ids=["CNY", "KWD", "note"])
def test_every_text_of_the_sheet_is_in_the_file(language, found):
    sheet = invoice_sheet(paper(found), language)
    pdf = sheet_pdf(sheet)
    said = bare(text_of(pdf.content))
    assert pdf.issues == ()
    assert [text for text in texts(sheet) if bare(text) not in said] == []


def test_the_same_document_is_the_same_file():
    sheet = invoice_sheet(paper(invoice()), "en")
    first = sheet_pdf(sheet).content
    sheet_pdf(invoice_sheet(paper(note()), "en"))
    typesetting._compiler.cache_clear()
    assert sheet_pdf(sheet).content == first


def test_the_file_says_what_it_is():
    reader = PdfReader(BytesIO(sheet_pdf(invoice_sheet(paper(invoice()), "en")).content))
    assert reader.metadata is not None
    assert reader.metadata.title == "Invoice COMPUTE-LESSOR-2026-000002"
    assert reader.metadata.author == "Compute Lessor"
    assert str(reader.metadata.creation_date)[:10] == "2026-07-01"
    described = reader.xmp_metadata.stream.get_data().decode() if reader.xmp_metadata else ""
    assert "<pdfaid:part>2</pdfaid:part>" in described
    assert "<pdfuaid:part>1</pdfuaid:part>" in described


HOSTILE = [
    '#image("/etc/passwd")',
    "*bold* _thin_ $x^2$ @there <label>",
    "<script>alert(1)</script>",
    '=HYPERLINK("x")',
    "\\u{41} #sys.inputs // not a comment /* nor this */ `raw`",
    "שלום",
    "Ünïcode Straße №5 – “quoted”",
    "{page} of {pages}",
]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_is_text_whatever_it_holds(name):
    lines = [line(name, "10.00")]
    found = document(lines, lessee=name, lease=name)
    said = bare(text_of(sheet_pdf(invoice_sheet(paper(found), "en")).content))
    wanted = bare(name)
    assert said.count(wanted) + said.count(wanted[::-1]) >= 3


def test_a_long_name_without_a_blank_is_broken_and_not_cut():
    name = "X" * 400
    found = document([line(name, "10.00")], lessee=name)
    sheet = invoice_sheet(paper(found), "en")
    pdf = sheet_pdf(sheet)
    assert bare(text_of(pdf.content)).count("X" * 400) >= 2
    page = PdfReader(BytesIO(pdf.content)).pages[0]
    edges: list[float] = []
    page.extract_text(visitor_text=lambda text, cm, tm, *_: edges.append(tm[4]) if text else None)
    assert max(edges) < float(page.mediabox.width)


def test_a_sign_that_no_font_has_is_told_of_and_the_rest_is_there():
    name = "Model \ue123 company"
    pdf = sheet_pdf(invoice_sheet(paper(document([line("base", "10.00")], lessee=name)), "en"))
    (issue,) = pdf.issues
    assert issue.code == "glyph-missing"
    assert "10.00" in text_of(pdf.content)


def test_three_hundred_lines_repeat_the_headings_and_carry_the_sum():
    lines = [line(f"server {number}", f"{number}.10") for number in range(1, 301)]
    found = document(lines)
    pdf = sheet_pdf(invoice_sheet(paper(found), "en"))
    pages = [
        " ".join(each.extract_text().split()) for each in PdfReader(BytesIO(pdf.content)).pages
    ]
    assert len(pages) > 5
    shown = 0
    for number, page in enumerate(pages, 1):
        assert f"page {number} of {len(pages)}" in page
        own = [place for place in range(1, 301) if f"server {place} " in page]
        assert own == list(range(shown + 1, shown + 1 + len(own)))
        if not own:
            continue
        assert "What is charged" in page
        before, after = (sum((each.amount for each in lines[:last]), Decimal(0)) for last in (
            shown, own[-1]))  # fmt: skip
        assert ("Brought forward" in page) == (shown > 0)
        assert shown == 0 or f"Brought forward {before:,}" in page
        assert ("Carried forward" in page) == (own[-1] < 300)
        assert own[-1] == 300 or f"Carried forward {after:,}" in page
        shown = own[-1]
    assert shown == 300
    assert f"{found.total:,}" in pages[-1]


def test_a_sheet_of_one_page_carries_nothing():
    said = text_of(sheet_pdf(invoice_sheet(paper(invoice()), "en")).content)
    assert "forward" not in said
    assert "page 1 of 1" in said


@needs_chinese
def test_an_english_invoice_of_a_chinese_company_shows_its_name():
    found = document([line("base", "10.00")], lessee="清微算力有限公司")
    assert "清微算力有限公司" in text_of(sheet_pdf(invoice_sheet(paper(found), "en")).content)


@pytest.mark.parametrize("language", ["en", "zh-Hans", "zh-Hant"])
def test_without_a_chinese_font_it_is_said_what_to_install(language, monkeypatch):
    monkeypatch.setattr(typesetting, "_installed", lambda: frozenset({"Libertinus Serif"}))
    found = document([line("base", "10.00")], lessee="清微算力有限公司")
    sheet = invoice_sheet(paper(found, lessee=Lessee(name=found.lessee)), language)
    with pytest.raises(FaultsError) as fault:
        sheet_pdf(sheet)
    (issue,) = fault.value.issues
    assert issue.code == "cjk-font-missing"
    assert "fonts-noto-cjk" in issue.remedy


def test_latin_alone_needs_no_chinese_font(monkeypatch):
    monkeypatch.setattr(typesetting, "_installed", lambda: frozenset({"Libertinus Serif"}))
    assert sheet_pdf(invoice_sheet(paper(invoice()), "en")).content.startswith(b"%PDF")


def test_each_script_has_its_own_family_and_takes_the_other_where_that_is_missing():
    both = {"Noto Sans CJK SC", "Noto Sans CJK TC"}
    assert families("zh-Hans", "算", both)[0] == "Noto Sans CJK SC"
    assert families("zh-Hant", "算", both)[0] == "Noto Sans CJK TC"
    assert families("zh-Hant", "算", {"SimSun"})[0] == "SimSun"
    assert families("en", "算", both) == ("Libertinus Serif", "Noto Sans CJK SC")


def test_the_latin_family_travels_along():
    assert "Libertinus Serif" in machine_fonts().families()


def test_several_threads_may_ask_at_once():
    sheets = [invoice_sheet(paper(document([line("base", f"{n}.00")])), "en") for n in range(1, 9)]
    alone = [sheet_pdf(each).content for each in sheets]
    with ThreadPoolExecutor(4) as pool:
        assert [each.content for each in pool.map(sheet_pdf, sheets)] == alone
