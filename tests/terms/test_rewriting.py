"""A deal's text with values changed says the same as the changed deal, and keeps its comments."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lessor.terms.load import with_sets
from lessor.terms.rewriting import differences, rewritten
from lessor.terms.source import Source, load_source_text

EXAMPLES = sorted((Path(__file__).parents[2] / "examples").glob("*/deal.yaml"))
TEXT = EXAMPLES[0].read_text(encoding="utf-8")


def read(text: str) -> Source:
    source, issues = load_source_text(text, "deal.yaml")
    assert source is not None, issues
    return source


def changed(text: str, *sets: str) -> str:
    source, issues = with_sets(read(text), sets)
    assert not issues
    return rewritten(text, source)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.parent.name)
def test_nothing_changed_leaves_the_text(path: Path):
    text = path.read_text(encoding="utf-8")
    assert rewritten(text, read(text)) == text


@pytest.mark.parametrize(
    ("assignment", "line"),
    [
        ("leases.anchor.charges.base.amount=1_500_000_000", "amount: 1_500_000_000, per: year"),
        ("facilities.bank.rate.value=4.5%", "rate: {value: 4.5%, basis: 30/360"),
        ("npv_rate=12%", "npv_rate: 12%                    # annual effective"),
        ("assets.servers.residual=10%", "residual: 10%               # or a share of cost"),
        ("leases.anchor.lessee.name=A: #1 & Söhne", 'name: "A: #1 & Söhne", grade'),
        ("deal=-", 'deal: "-"'),
        ("facilities.bank.rate.floor=1%", "compounding: monthly, floor: 1%}"),
        ("leases.anchor.deposit={months: 2}", "    deposit: {months: 2}\n"),
        ("costs.staff={kind: fixed, amount: 5, per: month}", "costs: {staff: {kind: fixed,"),
        ("horizon=48 months", "\nhorizon: 48 months"),
        ("assets.network.cost=900_000_000", "cost: {amount: 900_000_000, tax: excluded}"),
    ],
)
def test_a_change_is_made_in_place(assignment: str, line: str):
    text = (EXAMPLES[0].parent.parent / "b300-10k/deal.yaml").read_text(encoding="utf-8")
    found = changed(text, assignment)
    assert line in found
    comments = [each for each in text.splitlines() if "#" in each]
    assert sum("#" in each for each in found.splitlines()) >= len(comments)
    # The line that changed, and at most one that was added.
    old = set(text.splitlines())
    assert len([each for each in found.splitlines() if each not in old]) <= 2


def test_what_cannot_be_fitted_in_is_written_anew():
    text = "format: lessor/1\nlist:\n- 1\n- 2 # two\nlast: 5\n"
    source = read(text).with_value(("list",), ["1", "2", "03", "a: b", None])
    found = rewritten(text, source)
    assert read(found).tree == source.tree


def test_a_field_without_value_gets_one():
    assert changed("format: lessor/1\ndeal:\ncurrency: CNY\n", "deal=A") == (
        "format: lessor/1\ndeal: A\ncurrency: CNY\n"
    )


def test_windows_line_ends_and_a_text_without_a_last_line_end():
    for text in ("format: lessor/1\r\ndeal: A\r\n", "format: lessor/1\ndeal: A"):
        found = changed(text, "deal=B", "currency=USD")
        assert read(found).tree == {"format": "lessor/1", "deal": "B", "currency": "USD"}


@given(
    st.text(
        st.characters(exclude_categories=["Cs", "Cc", "Cf", "Zl", "Zp"]), min_size=1, max_size=12
    )
)
def test_any_text_that_a_file_may_hold_is_read_back(value: str):
    source = read("format: lessor/1\ndeal: A # name\nlast: {a: b}\n")
    for path in (("deal",), ("last", "a"), ("new",), ("last", "new")):
        changed = source.with_value(path, value)
        found = rewritten("format: lessor/1\ndeal: A # name\nlast: {a: b}\n", changed)
        assert read(found).tree == changed.tree


def test_differences_are_told_leaf_by_leaf():
    before: Any = {"a": "1", "b": {"c": "2", "d": ["1", "2"]}, "e": "5"}
    after: Any = {"a": "1", "b": {"c": "3", "d": ["1", "4"], "f": {"g": "1"}}}
    assert list(differences(before, after)) == [
        (("b", "c"), "2", "3"),
        (("b", "d", 1), "2", "4"),
        (("b", "f"), None, {"g": "1"}),
        (("e",), "5", None),
    ]
