"""The covenant certificate: formula, figures, threshold, headroom, outcome, and where to sign."""

from datetime import date

import pytest

from lessor.engine.debt.covenant_measures import _MEASURES
from lessor.forecast.certificate import Certificate, CertifiedTest
from lessor.report.documents.certificate import MEASURES, CertificatePaper, certificate_sheet
from lessor.report.documents.sheet import Facts, Prose, Sheet, Signatures, Table
from lessor.report.documents.typesetting import sheet_pdf
from tests.report.documents.papers import LESSOR, bare, text_of
from tests.report.documents.test_pdf import IN_ALL, texts

DSCR = CertifiedTest(
    covenant="cover",
    measure="dscr",
    facilities=("senior", "junior"),
    since=date(2026, 1, 1),
    until=date(2026, 4, 1),
    part=200.0,
    base=160.0,
    value=1.25,
    level=1.15,
    lock_up=1.2,
    headroom=0.1,
    is_default=False,
    is_lock_up=False,
    is_cured=False,
    cure=0.0,
)
LTV = DSCR._replace(
    covenant="value",
    measure="ltv",
    since=None,
    until=None,
    part=450.0,
    base=500.0,
    value=0.9,
    level=0.8,
    lock_up=0.8,
    headroom=-0.1,
    is_default=True,
    is_lock_up=True,
    cure=50.0,
)


def paper(*tests: CertifiedTest) -> CertificatePaper:
    certificate = Certificate("borrower", "USD", date(2026, 4, 1), tests)
    return CertificatePaper("A deal", LESSOR, certificate)


def rows(sheet: Sheet) -> list[tuple[str, ...]]:
    (table,) = [block for block in sheet.blocks if isinstance(block, Table)]
    return [row.cells for row in table.rows]


def loud(sheet: Sheet) -> str:
    (found,) = [b for b in sheet.blocks if isinstance(b, Prose) and b.is_loud]
    return found.lines[0]


def test_a_test_stands_with_threshold_headroom_and_outcome():
    sheet = certificate_sheet(paper(DSCR, LTV), "en")
    assert rows(sheet) == [
        ("cover", "1.250x", "at least 1.150x", "at least 1.200x", "0.100x", "kept"),
        ("value", "90.00%", "at most 80.00%", "-", "-10.00%", "default"),
    ]
    assert loud(sheet) == "In default: value."


def test_the_figures_behind_a_test_stand_with_its_formula():
    sheet = certificate_sheet(paper(DSCR, LTV), "en")
    cover, value = [block for block in sheet.blocks if isinstance(block, Facts)]
    assert cover.rows == (
        ("Formula", "Cash flow available for debt service / Debt service"),
        ("Cash of", "after 1 January 2026, up to 1 April 2026"),
        ("Loans counted", "senior, junior"),
        ("Cash flow available for debt service", "USD 200.00"),
        ("Debt service", "USD 160.00"),
        ("Measured", "1.250x"),
    )
    assert ("Money that makes it good", "USD 50.00") in value.rows


def test_nothing_failing_is_said_and_lock_up_is_no_default():
    assert loud(certificate_sheet(paper(DSCR), "en")) == "Every covenant tested is kept."
    locked = DSCR._replace(is_lock_up=True)
    assert "locked up by cover" in loud(certificate_sheet(paper(locked), "en"))
    assert rows(certificate_sheet(paper(locked), "en"))[0][-1] == "lock-up"
    cured = LTV._replace(is_default=False, is_lock_up=False, is_cured=True)
    assert rows(certificate_sheet(paper(cured), "en"))[0][-1] == "cured"


def test_what_has_nothing_to_divide_by_has_no_figure():
    unsecured = LTV._replace(value=None, headroom=None, base=0.0)
    assert rows(certificate_sheet(paper(unsecured), "en"))[0][1:5] == (
        "-",
        "at most 80.00%",
        "-",
        "-",
    )


def test_every_measure_has_its_words():
    assert sorted(MEASURES) == sorted(_MEASURES)


@pytest.mark.parametrize("language", IN_ALL)
def test_every_text_is_in_the_file_and_there_is_a_place_to_sign(language):
    sheet = certificate_sheet(paper(DSCR, LTV), language)
    said = bare(text_of(sheet_pdf(sheet).content))
    assert [text for text in texts(sheet) if bare(text) not in said] == []
    (signed,) = [block for block in sheet.blocks if isinstance(block, Signatures)]
    assert all(bare(line) in said for under in signed.under for line in under)
