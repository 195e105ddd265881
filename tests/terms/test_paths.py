"""Numbers by their path, and numbers written back at one."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lessor.terms.fields import FieldRow, field_at, field_table
from lessor.terms.paths import is_numeric, text_of, value_at
from lessor.terms.scalars import Duration
from lessor.terms.source import parse_dotted
from tests.terms.deals import built, small

AMOUNT = "leases.anchor.charges.base.amount"


def row(path: str) -> FieldRow:
    found = field_at(parse_dotted(path), small().tree)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (AMOUNT, Decimal(70_000)),
        ("assets.servers.unit_cost", Decimal(2_000_000)),
        ("assets.servers.unit_cost.amount", Decimal(2_000_000)),
        ("facilities.bank.rate.value", Decimal("0.04")),
        ("npv_rate", Decimal("0.1")),
        ("leases.anchor.term", Duration(36, 0)),
        ("leases.anchor.billing.due_days", 0),
        ("facilities.bank.fees.up_front", Decimal(0)),
        ("assets.servers.residual.share", None),
        ("facilities.bank.repayment.until", None),
        ("deal", None),
        ("leases.nobody.term", None),
    ],
)
def test_the_checked_value_at_a_path(path, value):
    assert value_at(built(), path) == value


def test_a_field_named_as_a_word_of_the_language_is_found():
    plan = {"leases.anchor.usage": {"split": {"in": "70%", "out": "30%"}}}
    assert value_at(built(plan), "leases.anchor.usage.split.in") == Decimal("0.7")


def test_an_entry_of_a_list_is_found():
    lots = {"assets.servers.deliveries": [{"date": "2026-05-01", "quantity": "2"}]}
    assert value_at(built(lots), "assets.servers.deliveries[0].quantity") == 2
    assert value_at(built(lots), "assets.servers.deliveries[1].quantity") is None


@pytest.mark.parametrize(
    ("path", "number", "text"),
    [
        (AMOUNT, 1.45e9, "1450000000"),
        (AMOUNT, 0.1, "0.1"),
        ("npv_rate", 0.085, "8.5%"),
        ("npv_rate", Decimal("1.5"), "150%"),
        ("leases.anchor.term", 35.6, "36 months"),
        ("leases.anchor.billing.due_days", 29.7, "30"),
        ("assets.servers.unit_cost", 1e-7, "0.0000001"),
    ],
)
def test_how_a_number_is_written_at_a_field(path, number, text):
    assert text_of(row(path), number) == text


@given(st.floats(0, 1e15, allow_nan=False))
def test_a_number_written_is_read_back_exactly(number):
    loaded = built({AMOUNT: text_of(row(AMOUNT), number)})
    assert value_at(loaded, AMOUNT) == Decimal(repr(number))


@given(st.floats(-0.99, 10))
def test_a_fraction_written_is_read_back_exactly(number):
    loaded = built({"npv_rate": text_of(row("npv_rate"), number)})
    assert float(value_at(loaded, "npv_rate")) == number  # type: ignore[arg-type]


def test_what_is_no_number_cannot_be_written():
    with pytest.raises(ValueError, match="deal"):
        text_of(row("deal"), 1.0)
    with pytest.raises(ValueError, match="nan"):
        text_of(row(AMOUNT), float("nan"))


def test_numeric_fields_are_told_from_others():
    numeric = {each.pattern for each in field_table() if is_numeric(each)}
    assert "assets.<name>.unit_cost" in numeric
    assert "deal" not in numeric
