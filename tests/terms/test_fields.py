"""The field table, and how a path is followed through it."""

from decimal import Decimal
from typing import Any

import pytest
from pydantic import BaseModel

from lessor.terms.claim import Claim
from lessor.terms.deal import Deal
from lessor.terms.fields import (
    FieldRow,
    Found,
    Lost,
    field_at,
    field_table,
    find,
    listed,
    near_names,
    near_paths,
)
from lessor.terms.shapes import NUMERIC
from lessor.terms.source import parse_dotted
from tests.terms.deals import small


def row(path: str) -> FieldRow:
    found = field_at(parse_dotted(path), small().tree)
    assert found is not None
    return found


def paths_near(path: str) -> list[str]:
    return near_paths(parse_dotted(path), small().tree)


def test_every_field_says_what_it_means_and_every_pattern_stands_once_for_an_owner():
    rows = field_table()
    assert all(each.meaning for each in rows)
    keys = [(each.pattern, each.owner) for each in rows]
    assert len(keys) == len(set(keys))


def test_every_record_field_has_a_row():
    def fields(record: type[BaseModel]) -> set[str]:
        return {info.alias or name for name, info in record.model_fields.items()}

    top = {each.pattern for each in field_table() if each.owner == "Deal"}
    assert top == fields(Deal)
    claim = {each.pattern for each in field_table(Claim) if each.owner == "Claim"}
    assert claim == fields(Claim)


def test_no_type_is_unnamed():
    assert {each.pattern for each in field_table() if "any" in each.type.split()} == set()


def test_only_numbers_have_bounds():
    for each in field_table():
        if each.low is not None or each.high is not None:
            assert each.type.removesuffix(" by name") in {*NUMERIC, "money"}, each.pattern


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("npv_rate", {"type": "fraction", "default": "10%", "low": Decimal("-0.99")}),
        ("leases.anchor.charges.base.amount", {"owner": "base_rent", "type": "number"}),
        ("leases.anchor.term", {"type": "length of time", "default": "required"}),
        ("assets.servers.unit_cost", {"type": "money", "unit": "money", "low": Decimal(0)}),
        ("assets.servers.unit_cost.amount", {"pattern": "assets.<name>.unit_cost.amount"}),
        ("assets.servers.deliveries[0].date", {"pattern": "assets.<name>.deliveries[n].date"}),
        ("facilities.bank.repayment.until", {"type": "maturity", "default": "lease_end"}),
        ("leases.anchor.usage.split.in", {"type": "fraction", "high": Decimal(1)}),
        ("leases.anchor.usage.meters.pages", {"type": "number", "low": Decimal(0)}),
        ("leases.anchor.billing.due_days", {"type": "whole number", "default": "0"}),
        ("leases.anchor.events.suspended", {"type": "list of day"}),
        ("leases.anchor.billing.rounding", {"type": "choice", "default": "half_up"}),
        ("leases.anchor.billing.time_zone", {"type": "text", "default": "UTC"}),
        ("leases", {"type": "block (Lease) by name", "default": "none"}),
        ("taxes.preset", {"choices": ("CN_service", "CN_equipment_lease")}),
    ],
)
def test_the_row_of_a_concrete_path(path: str, expected: dict[str, Any]):
    found = row(path)
    assert {name: getattr(found, name) for name in expected} == expected


def test_the_kind_of_a_block_decides_which_fields_it_has():
    tree = small().tree
    assert isinstance(find(parse_dotted("leases.anchor.charges.base.rent_free"), tree), Found)
    lost = find(parse_dotted("leases.anchor.charges.base.meter"), tree)
    assert isinstance(lost, Lost) and lost.depth == 4 and "amount" in lost.names


def test_paths_are_mended_step_by_step():
    assert paths_near("leases.ancor.chargs.base.amout") == ["leases.anchor.charges.base.amount"]
    assert paths_near("facilities.bank.rate.vale") == ["facilities.bank.rate.value"]


def test_an_ending_finds_the_whole_path():
    assert paths_near("base.amount") == ["leases.anchor.charges.base.amount"]
    assert paths_near("quantity") == [
        "assets.servers.quantity",
        "leases.anchor.capacity.quantity",
    ]


def test_nothing_is_near_to_nonsense():
    assert paths_near("zzz.qqq") == []


def test_names_are_matched_without_regard_to_capitals():
    assert near_names("hgx-b300-8", ("HGX-B300-8", "MI300X-8")) == ["HGX-B300-8"]


def test_lists_of_names_read_as_a_sentence():
    assert listed(["a"]) == "a"
    assert listed(["a", "b", "c"]) == "a, b or c"
    assert listed(["a", "b", "c"], 2) == "a, b, ..."
