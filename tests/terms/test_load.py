"""From a file to a checked deal, with overrides; and that no input makes it stumble."""

import copy
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lessor.core.issue import FaultsError, Severity
from lessor.terms.claim import Claim
from lessor.terms.fields import field_table
from lessor.terms.load import (
    build_deal,
    build_record,
    load_deal,
    require_deal,
    with_set,
    with_sets,
)
from lessor.terms.source import Source, load_source, load_source_text
from tests.terms.deals import SMALL, built, changed, issues_of, small

EXAMPLES = sorted((Path(__file__).parents[2] / "examples").glob("*/*.yaml"))
DEALS = [path for path in EXAMPLES if path.name not in ("claim.yaml", "lease.yaml")]


@pytest.mark.parametrize("path", DEALS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_example_loads_without_an_error(path):
    loaded = require_deal(path)
    assert all(issue.severity is not Severity.ERROR for issue in loaded.issues)


def test_every_claim_of_the_examples_is_a_claim():
    for path in (path for path in EXAMPLES if path.name == "claim.yaml"):
        source, _ = load_source(path)
        assert source is not None
        claim, issues = build_record(Claim, source)
        assert claim is not None, issues


def test_sets_are_laid_over_the_file(tmp_path):
    file = tmp_path / "deal.yaml"
    file.write_text(SMALL)
    sets = ["leases.anchor.charges.base.amount=1.5e9", "costs.staff={kind: fixed, amount: 9}"]
    loaded, issues = load_deal(file, sets)
    assert loaded is not None and issues == ()
    assert loaded.deal.leases["anchor"].charges["base"].amount == Decimal("1.5e9")  # type: ignore[union-attr]
    assert loaded.deal.costs["staff"].kind == "fixed"


def test_faults_of_sets_and_of_the_file_come_together(tmp_path):
    file = tmp_path / "deal.yaml"
    file.write_text(SMALL.replace("36 months", "36"))
    loaded, issues = load_deal(file, ["nonsense", "npv_rate=12"])
    assert loaded is None
    assert [issue.code for issue in issues] == [
        "set-malformed",
        "percent-as-number",
        "wrong-unit",
    ]
    with pytest.raises(FaultsError) as caught:
        require_deal(file, ["nonsense", "npv_rate=12"])
    assert caught.value.issues == issues


def test_a_value_from_a_set_names_the_set_as_its_place():
    (issue,) = issues_of({"assets.servers.contingency": "110%"})
    assert issue.place.render() == "--set"


@pytest.mark.parametrize(
    ("path", "value", "tree"),
    [
        ("assets.servers.unit_cost", "3e6", "3e6"),
        ("assets.servers.unit_cost.currency", "USD", {"amount": "2_000_000", "currency": "USD"}),
        ("assets.servers.residual.share", "30%", {"share": "30%"}),
        ("assets.servers.residual", "market_value", "market_value"),
    ],
)
def test_a_shorthand_gives_room_to_fields(path, value, tree):
    after = changed({path: value})
    name = path.split(".")[2]
    assert after.tree["assets"]["servers"][name] == tree  # type: ignore[index,call-overload]


def test_a_shorthand_written_out_keeps_its_line():
    after = changed({"assets.servers.unit_cost.tax": "excluded"})
    assert after.place(("assets", "servers", "unit_cost", "amount")).line == 9
    assert after.place(("assets", "servers", "unit_cost", "tax")).file == "--set"


def test_a_bare_number_on_a_block_of_money_sets_its_amount():
    with_tax = {"assets.servers.unit_cost.tax": "excluded", "assets.servers.unit_cost": "5e6"}
    after = changed(with_tax)
    assert after.tree["assets"]["servers"]["unit_cost"] == {"amount": "5e6", "tax": "excluded"}  # type: ignore[index,call-overload]


def test_taxes_off_and_a_preset_give_room_to_fields():
    taxed = {"leases.anchor.charges.base.tax": "excluded"}
    assert built({**taxed, "taxes": "off", "taxes.vat.rent": "6%"}).deal.taxes.preset is None
    own = {
        "taxes": "CN_service",
        "taxes.vat.rent": "0%",
        "taxes.vat.equipment": "0%",
    }
    assert built(own).deal.taxes.preset == "CN_service"


def test_nothing_unsets_a_field():
    assert built({"facilities.bank.fees.up_front": "1%"}).deal.facilities["bank"].fees.up_front
    source, issues = with_sets(small(), ["assets.servers.residual=", "equity="])
    assert issues == ()
    assert build_deal(source)[0] is not None


def test_list_entries_are_added_one_past_the_end():
    lot = "assets.servers.deliveries"
    lots = built(
        {
            f"{lot}[0].date": "2026-05-01",
            f"{lot}[0].quantity": "1",
            f"{lot}[1]": {"date": "2026-06-01", "quantity": "1"},
        }
    ).deal.assets["servers"]
    assert [one.date for one in lots.deliveries] == [date(2026, 5, 1), date(2026, 6, 1)]
    assert with_set(small(), f"{lot}[3].date", "2026-05-01")[1][0].code == "unknown-path"


def test_a_new_name_is_only_made_as_a_whole_or_by_its_kind():
    codes = [issue.code for issue in with_set(small(), "costs.staff.amount", "1")[1]]
    assert codes == ["unknown-path"]
    source, issues = with_sets(small(), ["costs.staff.kind=fixed", "costs.staff.amount=1"])
    assert issues == () and build_deal(source)[0] is not None


def test_empty_fields_say_nothing_but_wrong_ones_are_refused():
    text = SMALL + "costs:\nequity:\nhorizon: ~\n"
    source, _ = load_source_text(text, "deal.yaml")
    assert source is not None
    assert build_deal(source)[0] is not None
    source, _ = load_source_text(text + "costz:\n", "deal.yaml")
    assert source is not None
    assert [issue.code for issue in build_deal(source)[1]] == ["unknown-field"]


def test_issues_stand_in_the_order_of_the_file():
    text = SMALL.replace("80%", "80").replace("quantity: 2\n", "quantity: -2\n")
    source, _ = load_source_text(text, "deal.yaml")
    assert source is not None
    lines = [issue.place.line for issue in build_deal(source)[1]]
    assert lines == [8, 22]


@pytest.mark.parametrize(
    ("path", "value"),
    [("closing_date", "9999-12-31"), ("leases.anchor.term", "1200 years"), ("npv_rate", "1e400%")],
)
def test_days_and_times_that_no_calendar_holds_are_refused(path, value):
    assert build_deal(changed({path: value}))[0] is None


JUNK: list[Any] = [
    None, "", "-1", "0", "nan", "1e400", "4", "150%", "x", "9999-12-31", "60 months", "none",
    "USD", "9" * 5000, "１２", "servers", "base", "pflops", "volume", "package", "lease_end",
    [], {}, [[]], [None], {"a": "b"}, {"kind": "x"}, {"like": "x"}, {"amount": "5"}, ["1", {}],
]  # fmt: skip
NAMES = sorted({row.pattern.split(".")[-1].removesuffix("[n]") for row in field_table()})


def _sources() -> list[Source]:
    found = [load_source(path)[0] for path in DEALS]
    return [source for source in found if source is not None]


@given(st.data())
def test_no_change_of_a_deal_makes_it_stumble(data):
    source = data.draw(st.sampled_from(_sources()))
    tree = copy.deepcopy(source.tree)
    for _ in range(data.draw(st.integers(1, 3))):
        _spoil(tree, data)
    spoiled = replace(source, tree=tree)
    loaded, issues = build_deal(spoiled)
    assert (loaded is None) == any(issue.severity is Severity.ERROR for issue in issues)
    assert all(issue.render() for issue in issues)
    path = tuple(data.draw(st.lists(st.sampled_from([*NAMES, "servers", "0", 3]), min_size=1)))
    after, faults = with_set(spoiled, path, data.draw(st.sampled_from(JUNK)))
    assert (after is None) == bool(faults)
    if after is not None:
        build_deal(after)


def _spoil(tree: Any, data: st.DataObject) -> None:
    """Put junk somewhere: in place of a value, under another field's name, or nothing at all."""
    node, depth = tree, data.draw(st.integers(0, 5))
    while isinstance(node, dict | list) and len(node):
        keys = list(node) if isinstance(node, dict) else list(range(len(node)))
        key = data.draw(st.sampled_from(keys))
        child = node[key]
        if depth == 0 or not isinstance(child, dict | list) or not child:
            junk = copy.deepcopy(data.draw(st.sampled_from(JUNK)))
            if isinstance(node, dict) and data.draw(st.booleans()):
                key = data.draw(st.sampled_from(NAMES))
            node[key] = junk
            return
        node, depth = child, depth - 1
