"""Tables of names and numbers at any width: no number is broken, and none is cut."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lessor.books.variance import Causes, Row
from lessor.report.booked import BookedRow, booked_tables
from lessor.report.exact_text import paper_price
from lessor.report.fitted import FittedTable, names, numbers, words
from lessor.report.layout import indented
from lessor.report.variance import variance_tables
from tests.report.test_tables import shown

AMOUNTS = st.integers(-(10**15), 10**15).map(lambda cents: f"{Decimal(cents) / 100:,.2f}")


@given(
    rows=st.lists(
        st.tuples(st.text("ab c東", max_size=60), *[AMOUNTS] * 6), min_size=1, max_size=4
    ),
    width=st.integers(44, 160),
)
def test_every_number_stands_whole_on_a_line_at_any_width(rows, width):
    headings = [*names("name"), *words("kind"), *numbers(*"abcdef")]
    cells = [[name.strip(), "rent", *amounts] for name, *amounts in rows]
    lines = shown([indented(FittedTable(headings, cells))], width).splitlines()
    for amounts in (amount for row in cells for amount in row[2:]):
        assert any(amounts in line.split() for line in lines)


def test_while_there_is_room_a_row_is_a_line():
    table = FittedTable(
        [*words("charge"), *numbers("net")], [["base", "1.00"], ["tokens", "12.00"]]
    )
    assert shown([table], 40).splitlines() == [
        "charge    net", "─────────────", "base     1.00", "tokens  12.00",
    ]  # fmt: skip


def test_numbers_go_below_the_words_where_they_find_no_room():
    table = FittedTable(
        [*words("charge"), *numbers("plan", "billed")], [["availability", "1,000.00", "2,000.00"]]
    )
    assert [line.rstrip() for line in shown([table], 26).splitlines()] == [
        "charge", "       plan    billed", "─" * 21, "availability", "   1,000.00  2,000.00",
    ]  # fmt: skip


def test_a_name_is_cut_before_a_number_is_moved():
    table = FittedTable([*names("lessee"), *numbers("net")], [["x" * 300, "12.00"]])
    assert shown([table], 40).splitlines()[-1].rstrip() == "x" * 32 + "…  12.00"


@pytest.mark.parametrize("width", [60, 80, 100, 140])
def test_plan_against_bill_keeps_charges_and_amounts(width: int):
    causes = Causes(*[Decimal("-10677000.25")] * len(Causes._fields))
    row = Row("2026-02", "availability", Decimal("1583985.31"), Decimal("131277112.90"), causes)
    text = shown(variance_tables("a", "CNY", [row], row), width)
    for said in ("2026-02", "availability", "1,583,985.31", "131,277,112.90", "-10,677,000.25"):
        assert said in text
    assert "…" not in text


def test_a_booked_lease_of_any_name_takes_few_lines():
    amount = Decimal("12345678.90")
    row = BookedRow(
        "alpha", "L" * 300, "in_service", "24 months", 2, "amended", "2026-05-01", "CNY",
        amount, amount, amount,
    )  # fmt: skip
    text = shown(booked_tables("Deal", [row]), 80)
    assert "in service, 24 months" in text
    assert "2, amended from 2026-05-01" in text
    assert text.count("CNY 12,345,678.90") == 3
    assert len(text.splitlines()) < 10


@pytest.mark.parametrize(
    ("price", "said"),
    [("1.756499958296", "1.7565"), ("0.000000123456", "0.0000001235"), ("120000", "120,000"),
     ("0", "0")],
)  # fmt: skip
def test_a_price_on_paper_has_six_places_or_four_digits(price: str, said: str):
    assert paper_price(Decimal(price)) == said
