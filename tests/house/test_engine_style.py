"""Engine code runs unchanged on every kind of value; see engine_style for the rules."""

from pathlib import Path

import pytest

from tests.house.engine_style import Fault, faults_below, faults_in


def test_the_engine_keeps_the_style(root: Path):
    engine = root / "src" / "lessor" / "engine"
    assert engine.is_dir()
    assert faults_below(engine) == []


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        ("rent = 1.5 * price", "float literal"),
        ("rent = max(rent, floor)", "builtin max"),
        ("rent = sum(lines)", "builtin sum"),
        ("flag = 0 < rent < cap", "chained comparison"),
        ("flag = rent > floor and rent < cap", "and/or on values"),
        ("flag = kind == 'flat' or rent > floor", "and/or on values"),
        ("flag = not paid", "not on a value"),
        ("total += rent", "write in place"),
        ("rents[0] = rent", "write in place"),
        ("state.total = rent", "write in place"),
        ("(total, rents[0]) = rent, rent", "write in place"),
        ("del rents[0]", "write in place"),
        ("global total", "global"),
        ("import numpy as np", "import of numpy"),
        ("from time import sleep", "import of time"),
        ("today = date.today()", "clock: today"),
        ("text = open(name)", "call of open"),
    ],
)
def test_each_rule_is_seen(line: str, rule: str):
    assert faults_in(f"def charge():\n    {line}\n") == [Fault(2, rule)]


@pytest.mark.parametrize(
    "line",
    [
        "rent = where(both(used > floor, negate(used > cap)), price, 0)",
        "plain = terms.kind == 'flat' and terms.cap is None",
        "plain = kind is Kind.FLAT or kind == Kind.VOLUME",
        "first = not isinstance(terms, Flat) and len(terms.tiers) > 1",
        "late = not terms.is_late or month in terms.months",
        "state = state._replace(total=state.total + rent)",
        "total = total + 2 * rent",
    ],
)
def test_structure_and_the_numeric_forms_pass(line: str):
    assert faults_in(f"def charge():\n    {line}\n") == []


def test_lowering_is_free_of_the_rules_on_values_alone():
    lowering = "def lower_charge(make):\n    import time\n    return float(1.5 or 0)\n"
    assert faults_in(lowering) == [Fault(2, "import of time")]
    assert faults_in("CAP = 1.5\n", "lower.py") == []
    assert faults_in("CAP = 1.5\n", "tiers.py") == [Fault(1, "float literal")]
