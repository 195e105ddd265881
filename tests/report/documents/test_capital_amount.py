"""Amounts in capital numerals, read back by the rules that a bank's clerk reads them by."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lessor.report.documents.capital_amount import LARGEST, capital_amount

DIGITS = {each: place for digits in ("零壹贰叁肆伍陆柒捌玖", "零壹貳參肆伍陸柒捌玖")
          for place, each in enumerate(digits)}  # fmt: skip
PLACES = {"拾": 10, "佰": 100, "仟": 1000}
GROUPS = {"万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8}


def whole(said: str) -> int:
    """A whole number by its groups: what stands before 亿 counts as often as it says, then 万."""
    for group in ("亿", "億", "万", "萬"):
        if group in said:
            high, _, low = said.rpartition(group)
            return whole(high) * GROUPS[group] + whole(low)
    number = digit = 0
    for each in said:
        if each in PLACES:
            number, digit = number + digit * PLACES[each], 0
        else:
            digit = DIGITS[each]
    return number + digit


def read(said: str) -> Decimal:
    """The amount that a text says."""
    is_below_zero = said[0] in "负負"
    rest = said.lstrip("负負").removeprefix("人民币").removeprefix("人民幣").removesuffix("整")
    yuan, mark, parts = rest.rpartition("元")
    fen = 0
    for name, worth in (("角", 10), ("分", 1)):
        before, found, after = parts.partition(name)
        if found:
            fen, parts = fen + DIGITS[before[-1]] * worth, after
    amount = Decimal(whole(yuan) if mark else 0) + Decimal(fen).scaleb(-2)
    return -amount if is_below_zero else amount


AMOUNTS = st.decimals(-LARGEST + 1, LARGEST - 1, places=2) | st.decimals(-10, 10, places=2)
ZEROS = st.lists(st.sampled_from("0000019"), min_size=1, max_size=16).map("".join).map(int)


@given(AMOUNTS | st.builds(lambda whole, fen: Decimal(whole * 100 + fen).scaleb(-2), ZEROS,
                           st.integers(0, 99)).filter(lambda each: each < LARGEST),
       st.sampled_from(["zh-Hans", "zh-Hant"]))  # fmt: skip
def test_what_is_written_reads_as_the_amount(amount, language):
    said = capital_amount(amount, language)
    assert read(said) == amount
    assert "零零" not in said
    assert "零元" not in said or abs(amount) < 1
    assert said.endswith(("分", "整"))


@pytest.mark.parametrize(
    ("amount", "said"),
    [
        ("0", "人民币零元整"),
        ("0.05", "人民币伍分"),
        ("10", "人民币壹拾元整"),
        ("1409.50", "人民币壹仟肆佰零玖元伍角整"),
        ("6007.14", "人民币陆仟零柒元壹角肆分"),
        ("16409.02", "人民币壹万陆仟肆佰零玖元零贰分"),
        ("107000.53", "人民币壹拾万柒仟元伍角叁分"),
        ("1000010000", "人民币壹拾亿零壹万元整"),
        ("1234567890123.45", "人民币壹万贰仟叁佰肆拾伍亿陆仟柒佰捌拾玖万零壹佰贰拾叁元肆角伍分"),
        ("-123", "负人民币壹佰贰拾叁元整"),
    ],
)
def test_amounts_as_the_rules_of_the_central_bank_write_them(amount, said):
    assert capital_amount(Decimal(amount), "zh-Hans") == said


@pytest.mark.parametrize("amount", ["0.001", "1e16", "-1e16"])
def test_what_cannot_be_said_is_refused(amount):
    with pytest.raises(ValueError, match="cannot be said"):
        capital_amount(Decimal(amount), "zh-Hans")
