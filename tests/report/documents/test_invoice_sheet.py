"""What an invoice or a note says: every figure of its record, and nothing else."""

from datetime import date
from decimal import Decimal

import pytest

from lessor.books.annex import Annex, AnnexDay
from lessor.report.documents.invoice import invoice_sheet
from lessor.report.documents.sheet import Facts, Prose, Sheet, Sums, Table
from lessor.report.tongues import LANGUAGES, tongue
from lessor.terms.parties import Lessor
from tests.report.documents.papers import LESSOR, document, invoice, line, note, paper


def tables(sheet: Sheet) -> list[Table]:
    return [block for block in sheet.blocks if isinstance(block, Table)]


def sums(sheet: Sheet) -> dict[str, str]:
    (found,) = [block for block in sheet.blocks if isinstance(block, Sums)]
    return {row.cells[0]: row.cells[1] for row in found.rows}


def prose(sheet: Sheet) -> str:
    return " ".join(" ".join(b.lines) for b in sheet.blocks if isinstance(b, Prose))


def said_back(text: str) -> Decimal:
    """The number that a cell says."""
    bare = text.replace(",", "")
    return Decimal(bare[:-1]) / 100 if bare.endswith("%") else Decimal(bare)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("currency", ["CNY", "JPY", "KWD"])
def test_every_line_says_what_the_record_has(language, currency):
    found = invoice(currency)
    (table,) = tables(invoice_sheet(paper(found), language))
    for each, row in zip(found.lines, table.rows, strict=True):
        _, what, quantity, _, price, vat, amount = row.cells
        assert each.charge in what
        assert said_back(quantity) == each.quantity
        assert said_back(vat) == each.vat_rate
        assert said_back(amount) == each.amount
        assert each.price is None or abs(said_back(price) - each.price) < Decimal("1e-6")
        assert "2026-06-01" in row.below
        assert "2026-06-30" in row.below
    decimals = {"CNY": 2, "JPY": 0, "KWD": 3}[currency]
    assert {len(row.cells[-1].partition(".")[2]) for row in table.rows} == {decimals}


def test_the_running_sum_ends_with_the_net():
    found = invoice()
    (table,) = tables(invoice_sheet(paper(found), "en"))
    assert said_back(table.rows[-1].running) == found.net
    assert said_back(table.rows[0].running) == found.lines[0].amount


@pytest.mark.parametrize("language", LANGUAGES)
def test_vat_stands_by_rate_and_the_total_is_the_record_s(language):
    found = invoice()
    said = [said_back(amount) for amount in sums(invoice_sheet(paper(found), language)).values()]
    assert said == [found.net, *(tax.tax for tax in found.taxes), found.total]
    assert len(found.taxes) == 2


def test_what_was_paid_ahead_is_drawn_from_what_is_to_be_paid():
    found = invoice()._replace(prepaid=Decimal("1000.00"), set_off=Decimal("250.00"))
    sheet = invoice_sheet(paper(found), "en")
    said = sums(sheet)
    assert said_back(said["From the prepayment"]) == -1000
    assert said_back(said["From the deposit"]) == -250
    assert said_back(said["To pay"]) == found.payable
    assert tongue("en").money(found.payable, "CNY") in prose(sheet)


def test_an_invoice_says_where_and_until_when_to_pay():
    sheet = invoice_sheet(paper(invoice()), "en")
    (bank,) = [block for block in sheet.blocks if isinstance(block, Facts)]
    assert ("Account", "0000 1234") in bank.rows
    assert ("Payment reference", "COMPUTE-LESSOR-2026-000002") in bank.rows
    assert ("Account holder", "Compute Lessor") in bank.rows
    assert "is to be paid by 16 July 2026." in prose(sheet)


def test_a_lessor_without_an_account_has_no_bank_details():
    bare = Lessor(name="Compute Lessor")
    sheet = invoice_sheet(paper(invoice(), lessor=bare), "en")
    assert not [block for block in sheet.blocks if isinstance(block, Facts)]


def test_the_parties_stand_with_address_and_tax_number():
    sheet = invoice_sheet(paper(invoice()), "en")
    lessor, lessee = sheet.parties
    assert lessor.name == LESSOR.name
    assert lessor.lines == (
        "8 Example Road",
        "Shanghai 200120",
        "Tax number: 91310115EXAMPLE00X",
        "billing@lessor.example",
    )
    assert (lessee.role, lessee.name, lessee.lines) == (
        "Lessee",
        "Model company",
        ("1 Sample Street",),
    )


def test_a_note_shows_the_old_rating_the_new_one_and_the_difference():
    found = note()
    sheet = invoice_sheet(paper(found), "en")
    (table,) = tables(sheet)
    (row,) = table.rows
    before = found.lines[0].before
    assert before is not None
    assert [said_back(row.cells[at]) for at in (2, 3, 6, 7, 8)] == [
        before.quantity,
        before.quantity + found.lines[0].quantity,
        before.amount,
        before.amount + found.lines[0].amount,
        found.lines[0].amount,
    ]
    assert sheet.title == "Credit note"
    assert ("Corrects", "COMPUTE-LESSOR-2026-000001") in sheet.facts
    assert "CNY 339.00 is credited to the lessee." in prose(sheet)
    assert "Bank details" not in [getattr(block, "title", "") for block in sheet.blocks]


def test_a_void_says_that_it_takes_a_document_back_whole():
    sheet = invoice_sheet(paper(note(), voids="COMPUTE-LESSOR-2026-000001"), "en")
    assert ("Takes back", "COMPUTE-LESSOR-2026-000001") in sheet.facts
    assert "takes back COMPUTE-LESSOR-2026-000001 whole" in prose(sheet)


def test_an_invoice_below_zero_is_a_credit_note():
    found = document([line("availability", "-24000.00", kind="service_credit", price=None)])
    sheet = invoice_sheet(paper(found), "en")
    assert sheet.title == "Credit note"
    assert "is credited to the lessee" in prose(sheet)


@pytest.mark.parametrize(
    ("language", "stamp"), [("en", "Draft"), ("zh-Hans", "草稿"), ("zh-Hant", "草稿")]
)
def test_a_draft_is_marked_and_has_no_date(language, stamp):
    sheet = invoice_sheet(paper(invoice(), is_issued=False), language)
    assert sheet.stamp == stamp
    assert sheet.facts[0][1] in ("not issued", "未开具", "未開立")
    assert "2026-07-16" not in sheet.as_json()
    assert invoice_sheet(paper(invoice()), language).stamp == ""


@pytest.mark.parametrize(
    ("language", "currency", "words"),
    [
        ("zh-Hans", "CNY", "合计（大写）：人民币"),
        ("zh-Hant", "CNY", "合計（大寫）：人民幣"),
        ("en", "CNY", ""),
        ("zh-Hans", "JPY", ""),
    ],
)
def test_chinese_documents_in_yuan_say_the_total_in_capital_numerals(language, currency, words):
    sheet = invoice_sheet(paper(invoice(currency)), language)
    (found,) = [block for block in sheet.blocks if isinstance(block, Sums)]
    assert found.words.startswith(words)
    assert bool(found.words) == bool(words)


def test_what_is_estimated_is_said():
    share = line("share", "900.00", kind="revenue_share", basis="expected", unit="CNY", price=None)
    sheet = invoice_sheet(paper(document([share])), "en")
    assert "Revenue share, estimated: share" in tables(sheet)[0].rows[0].cells[1]
    assert "until the lessee has reported" in prose(sheet)
    assert "until the lessee has reported" not in prose(invoice_sheet(paper(invoice()), "en"))


def annex(**said: object) -> Annex:
    days = (AnnexDay(date(2026, 6, 1), 7_500_000, 0), AnnexDay(date(2026, 6, 2), 2_500_001, 0))
    fields = {
        "place": 2,
        "charge": "output",
        "meter": "tokens_out",
        "unit": "token",
        "is_money": False,
        "days": days,
        "quantity": Decimal("10.000001"),
        "priced_in": "million_tokens",
        "is_note": False,
    }
    return Annex(**{**fields, **said})  # type: ignore[arg-type]


def test_the_annex_lists_the_days_and_their_sum():
    sheet = invoice_sheet(paper(invoice(), annex=(annex(), annex(place=3))), "en")
    _, table = tables(sheet)
    assert table.starts_page
    assert [column.label for column in table.columns] == [
        "Day",
        "line 2: output, token",
        "line 3: output, token",
    ]
    assert [row.cells[1] for row in table.rows] == [
        "7,500,000",
        "2,500,001",
        "10,000,001",
        "10.000001 million tokens",
    ]


def test_money_in_the_annex_is_in_the_currency_s_smallest_unit():
    days = (AnnexDay(date(2026, 6, 1), 123_456, 0),)
    revenue = annex(
        unit="smallest unit of CNY", is_money=True, days=days, quantity=Decimal("1234.56"),
        priced_in="CNY",
    )  # fmt: skip
    _, table = tables(invoice_sheet(paper(invoice(), annex=(revenue,)), "en"))
    assert [row.cells[1] for row in table.rows] == ["1,234.56", "1,234.56", "1,234.56 CNY"]


def test_the_annex_of_a_note_shows_what_changed_on_each_day():
    days = (AnnexDay(date(2026, 6, 3), 250, 1_000),)
    changed = annex(is_note=True, days=days, place=1, quantity=Decimal("-0.00075"))
    _, table = tables(invoice_sheet(paper(note(), annex=(changed,)), "en"))
    assert table.rows[0].cells == ("2026-06-03", "1,000", "250", "-750")
    assert table.rows[1].cells[-1] == "-750"
    assert changed.total == -750
