"""Terms by name and values by unit, in the words of each language."""

import pytest

from lessor.report.said import metric_value, term_name, term_value, unit_value
from lessor.report.tongues import tongue
from lessor.terms.load import require_deal

EN, ZH = tongue("en"), tongue("zh-Hans")


@pytest.mark.parametrize(
    ("path", "english"),
    [
        ("leases.anchor.charges.base.amount", "anchor: base rent"),
        ("leases.a.charges.extra.price", "a / extra: price"),
        ("assets.servers.unit_cost.amount", "servers: price of a unit"),
        ("facilities.bank.rate.spread", "bank: interest margin"),
        ("npv_rate", "npv_rate"),
    ],
)
def test_a_term_is_called_by_what_it_is(path, english):
    assert term_name(path, EN) == english


def test_values_have_the_unit_of_their_field(root):
    loaded = require_deal(root / "examples/b300-10k/deal.yaml")
    assert term_value("facilities.bank.rate.value", 0.04, loaded, EN) == "4.00%"
    assert term_value("leases.anchor.term", 60, loaded, ZH) == "60 个月"
    assert term_value("leases.anchor.charges.base.amount", 1.45e9, loaded, ZH) == "14.50亿元"


@pytest.mark.parametrize(
    ("unit", "value", "english", "chinese"),
    [
        ("money", -4.7138e8, "-CNY 471.38m", "-4.71亿元"),
        ("money a GPU-hour", 0.1234567, "CNY 0.1235", "0.1235元"),
        ("fraction a year", -0.26664, "-26.66%", "-26.66%"),
        ("multiple", 1.04145, "1.041x", "1.041 倍"),
        ("years", 4.8276, "4.83 years", "4.83 年"),
        ("months", 6.0, "6.0 months", "6.0 个月"),
        ("GPUs", 9600.0, "9,600", "9,600"),
    ],
)
def test_a_value_is_said_by_its_unit(unit, value, english, chinese):
    assert unit_value(unit, value, "CNY", EN) == english
    assert unit_value(unit, value, "CNY", ZH) == chinese


def test_a_metric_without_value_is_a_dash():
    assert metric_value("irr_equity", None, "CNY", EN) == "-"
