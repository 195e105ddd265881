"""The memo as PDF: its figures as text in three languages, names never markup, the same bytes."""

import re
from collections.abc import Iterator
from functools import cache
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader

from lessor.core.issue import FaultsError
from lessor.report.documents import fonts
from lessor.report.memo.compose import memo_of
from lessor.report.memo.model import Figures, Table
from lessor.report.memo.pdf import memo_pdf
from lessor.report.tongues import LANGUAGES
from tests.report.memo.studied import (
    FORMULA,
    LONG,
    SCRIPT,
    blocks,
    hostile_study,
    memo_for,
)

HAS_CHINESE = any("CJK" in family for family in fonts.machine_fonts().families())
NEEDS = pytest.mark.skipif(
    not HAS_CHINESE,
    reason="no Chinese font is installed (fonts-noto-cjk): PDFs of it not looked at",
)
SPOKEN = [pytest.param(each, marks=() if each == "en" else (NEEDS,)) for each in LANGUAGES]


@cache
def pdf_of(names, language="en"):
    return memo_pdf(memo_for(names, language))


def words_of(content):
    """The text of a PDF without its blanks, which a reader of PDF guesses, and its soft breaks."""
    pages = PdfReader(BytesIO(content)).pages
    return re.sub(r"[\s\u200b]", "", "".join(page.extract_text() for page in pages))


def closed(text):
    return re.sub(r"[\s\u200b]", "", text)


@pytest.mark.parametrize("language", SPOKEN)
def test_the_pdf_holds_every_figure_of_the_memo(language):
    memo, words = (
        memo_for(("b300-10k",), language),
        words_of(pdf_of(("b300-10k",), language).content),
    )
    said = [
        figure.said
        for block in blocks(memo)
        if isinstance(block, Figures)
        for figure in block.figures
    ]
    said += [
        cell.said
        for block in blocks(memo)
        if isinstance(block, Table)
        for row in block.rows
        for cell in row.cells
        if cell.value is not None
    ]
    assert len(said) > 200
    assert [text for text in said if closed(text) not in words] == []


def test_pages_are_counted_and_have_a_running_head_and_contents():
    pages = PdfReader(BytesIO(pdf_of(("b300-10k",)).content)).pages
    for number, page in enumerate(pages, 1):
        text = page.extract_text()
        assert f"page {number} of {len(pages)}" in text
        assert "B300 cluster, 10,000 cards" in text
    assert "What breaks it" in pages[0].extract_text()


def below(node: Any) -> Iterator[Any]:
    """Every element of a PDF's structure, which is what a screen reader goes through."""
    node = node.get_object()
    if isinstance(node, list):
        for child in node:
            yield from below(child)
    elif isinstance(node, dict):
        yield node
        if "/K" in node:
            yield from below(node["/K"])


def test_charts_are_vectors_with_words_for_who_cannot_see_them():
    reader = PdfReader(BytesIO(pdf_of(("b300-10k",)).content))
    assert not [image for page in reader.pages for image in page.images]
    root: Any = reader.trailer["/Root"]
    told = [each["/Alt"] for each in below(root["/StructTreeRoot"]) if "/Alt" in each]
    assert len(told) == len(list(memo_for(("b300-10k",)).charts)) == 7
    assert all(len(text) > 60 for text in told)


def test_a_long_table_has_its_headings_on_every_page():
    pages = PdfReader(BytesIO(pdf_of(("ddtl-4",)).content)).pages
    texts = [closed(page.extract_text()) for page in pages]
    with_terms = [text for text in texts if "deal.yaml:" in text]
    assert len(with_terms) > 2
    assert all("Standsat" in text for text in with_terms)


def test_the_same_memo_is_the_same_file():
    memo = memo_for(("h200-64",))
    assert memo_pdf(memo).content == memo_pdf(memo).content


def test_hostile_names_are_set_as_text():
    content = memo_pdf(memo_of([hostile_study()], "en")).content
    words = words_of(content)
    for name in (SCRIPT, FORMULA, LONG, '#image("/etc/passwd")*bold*$x$'):
        assert closed(name) in words


def test_without_a_chinese_font_it_is_told_what_to_install(monkeypatch):
    monkeypatch.setattr("lessor.report.memo.pdf.machine_fonts", _Latin)
    with pytest.raises(FaultsError) as raised:
        memo_pdf(memo_for(("h200-64",), "zh-Hans"))
    assert [issue.code for issue in raised.value.issues] == ["cjk-font-missing"]


class _Latin:
    def families(self):
        return [fonts.LATIN]
