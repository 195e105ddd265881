"""Dotted paths, and a deal with one field changed from the command line."""

import pytest

from lessor.core.issue import FaultsError, Place
from lessor.terms.source import Source, dotted, load_source_text, parse_dotted

DEAL = """\
deal: B300
assets:
  servers:
    unit_cost: {amount: 5_000_000, tax: excluded}
    deliveries:
      - {date: 2026-05-01, quantity: 700}
      - date: 2026-08-01
        quantity: 500
costs: {}
"""


def read(text: str) -> Source:
    source, issues = load_source_text(text, "deal.yaml")
    assert issues == ()
    assert source is not None
    return source


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("a", ("a",)),
        (" a.b ", ("a", "b")),
        ("a[0].b", ("a", 0, "b")),
        ("a.0.b", ("a", 0, "b")),
        ("a[0][12]", ("a", 0, 12)),
        ("a.007", ("a", "007")),
        ("a.1234567890", ("a", "1234567890")),
        ("2026.1", ("2026", 1)),
        ('a."0.5"', ("a", "0.5")),
        ('"a\\"b\\\\"[1]', ('a"b\\', 1)),
        ("收入.价格", ("收入", "价格")),
        ("a.-1", ("a", "-1")),
        ('a.""', ("a", "")),
    ],
)
def test_a_dotted_path_is_read(text, path):
    assert parse_dotted(text) == path
    assert parse_dotted(dotted(path)) == path


@pytest.mark.parametrize(
    "text",
    ["", " ", ".", ".a", "a.", "a..b", "[0]", "a.[0]", "a[0]b", "a[x]", "a[", "a]", 'a"b"', 'a."b'],
)
def test_a_malformed_path_is_an_issue(text):
    with pytest.raises(FaultsError) as caught:
        parse_dotted(text)
    assert [issue.code for issue in caught.value.issues] == ["path-malformed"]


def servers_of(source: Source) -> dict:
    assets = source.tree["assets"]
    assert isinstance(assets, dict) and isinstance(assets["servers"], dict)
    return assets["servers"]


def test_with_value_changes_a_copy_only():
    before = read(DEAL)
    after = before.with_value(parse_dotted("assets.servers.deliveries[1].quantity"), "600")
    assert before.tree == read(DEAL).tree
    assert before.set_by == {}
    was, now = servers_of(before), servers_of(after)
    assert now["deliveries"] == [
        {"date": "2026-05-01", "quantity": "700"},
        {"date": "2026-08-01", "quantity": "600"},
    ]
    assert now["unit_cost"] is was["unit_cost"]
    field = "assets.servers.deliveries[1].quantity"
    assert after.place(parse_dotted(field)) == Place("--set", field=field)
    assert after.place(parse_dotted("assets.servers.deliveries[1].date")).line == 7


def test_with_value_makes_the_blocks_on_the_way():
    after = read(DEAL).with_value(parse_dotted("costs.power.price.amount"), "0.6", by="--vary")
    assert after.tree["costs"] == {"power": {"price": {"amount": "0.6"}}}
    assert after.place(("costs", "power", "price", "unit")).file == "--vary"
    assert after.place(("costs", "power")).file == "--vary"
    assert after.place(("costs",)).line == 9


def test_with_value_replaces_a_single_value_by_a_block():
    after = read("residual: none\n").with_value(("residual", "amount"), "5")
    assert after.tree == {"residual": {"amount": "5"}}
    assert after.place(("residual", "kind")).file == "--set"


def test_with_value_takes_a_tree_and_adds_to_a_list():
    after = read("lots: [{quantity: 1}]").with_value(("lots", 1), {"quantity": "2"})
    after = after.with_value(("lots", 0), None).with_value(
        parse_dotted("lots.1.date"), "2026-05-01"
    )
    assert after.tree == {"lots": [None, {"quantity": "2", "date": "2026-05-01"}]}
    assert after.place(("lots", 1, "quantity")).file == "--set"


def test_with_value_reads_a_number_as_a_name_where_there_is_no_list():
    after = read("rates: {2026: 7.1}").with_value(parse_dotted("rates.2026"), "7.2")
    after = after.with_value(parse_dotted("curve.12"), "80%")
    assert after.tree == {"rates": {"2026": "7.2"}, "curve": {"12": "80%"}}
    assert after.place(("curve", "12")) == Place("--set", field="curve.12")


@pytest.mark.parametrize(
    ("path", "code"),
    [
        (("lots", 2), "path-not-found"),
        (("lots", 2, "quantity"), "path-not-found"),
        (("lots", -1), "path-not-found"),
        (("lots", "quantity"), "path-not-found"),
        (("lots", "first", "quantity"), "path-not-found"),
        ((), "path-malformed"),
    ],
)
def test_with_value_refuses_what_a_list_cannot_take(path, code):
    with pytest.raises(FaultsError) as caught:
        read("lots: [{quantity: 1}]").with_value(path, "5")
    assert [issue.code for issue in caught.value.issues] == [code]
