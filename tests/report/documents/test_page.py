"""HTML: one file that needs nothing beside it, in which a name is text."""

from html.parser import HTMLParser

import pytest

from lessor.report.documents.invoice import invoice_sheet
from lessor.report.documents.page import sheet_page, sheet_part, sheet_style
from lessor.report.tongues import LANGUAGES
from tests.report.documents.papers import document, invoice, line, note, paper
from tests.report.documents.test_pdf import HOSTILE, texts


class Read(HTMLParser):
    """The texts, elements and attributes of a page; its style apart."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.said = ""
        self.elements: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.elements.append(tag)
        self.attributes += attrs

    def handle_data(self, data):
        if self.elements[-1:] != ["style"]:
            self.said += data


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("found", [invoice(), invoice("JPY"), note()], ids=["CNY", "JPY", "note"])
def test_every_text_of_the_sheet_is_on_the_page(language, found):
    sheet = invoice_sheet(paper(found), language)
    read = Read(sheet_page([sheet]))
    assert [text for text in texts(sheet) if text not in read.said] == []
    assert ("lang", language) in read.attributes


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_is_text_whatever_it_holds(name):
    found = document([line(name, "10.00")], lessee=name, lease=name)
    sheet = invoice_sheet(paper(found), "en")
    read = Read(sheet_page([sheet]))
    assert read.said.count(name) >= 3
    assert "script" not in read.elements


def test_a_page_reaches_for_nothing_outside_and_runs_nothing():
    page = sheet_page([invoice_sheet(paper(invoice()), "en")])
    read = Read(page)
    names = {name for name, _ in read.attributes}
    assert not names & {"src", "href", "srcset", "style"}
    assert not [name for name in names if name.startswith("on")]
    assert "url(" not in page
    assert "@import" not in page


def test_a_part_is_an_article_and_its_style_touches_nothing_else():
    part = sheet_part(invoice_sheet(paper(invoice()), "en"))
    assert part.strip().startswith('<article class="sheet"')
    rules = sheet_style().replace("@media print {", "").split("}")
    selectors = [each.partition("{")[0].strip() for each in rules]
    assert {
        each for each in selectors if each and not each.startswith((".sheet", ":root"))
    } == set()


def test_a_draft_is_marked():
    mark = '<p class="stamp" data-says="Draft"><span>Draft</span></p>'
    assert mark in sheet_page([invoice_sheet(paper(invoice(), is_issued=False), "en")])
    assert 'class="stamp"' not in sheet_page([invoice_sheet(paper(invoice()), "en")])
