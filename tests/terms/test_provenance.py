"""Where figures come from: what the file says, what nothing says, what is looked up."""

import pytest

from lessor.terms.load import require_deal
from lessor.terms.provenance import (
    WEAK,
    assumed_terms,
    named_sources,
    reference_facts,
    stated_terms,
)
from lessor.terms.source import FileText

TEXT = """
format: lessor/1
deal: A few servers
currency: USD
closing_date: 2026-01-01
assets:
  servers:
    model: HGX-B300-8
    quantity: 2
    unit_cost: 400_000
    depreciation: {life: 36 months}
    residual: {curve: used}
leases:
  first:
    lessee: A lab
    capacity: {asset: servers, quantity: 2}
    events: {accepted: 2026-01-01}
    term: 36 months
    charges:
      base: {kind: base_rent, amount: 12_000, per: server_month}
costs:
  power: {kind: power, amount: 0.07, asset: servers}
curves:
  used: {values: [{age: 0 months, share: 100%}, {age: 36 months, share: 20%}], source: a broker}
"""


def loaded(*sets):
    return require_deal(FileText("deal.yaml", TEXT), sets)


def test_every_value_of_the_file_is_stated_with_its_line_and_meaning():
    stated = {term.path: term for term in stated_terms(loaded())}
    cost = stated["assets.servers.unit_cost"]
    assert (cost.text, cost.meaning, cost.place.line) == ("400_000", "price of a unit", 10)
    assert cost.set_by == ""
    assert "format" not in stated and "deal" not in stated
    assert stated["curves.used.values[1].share"].text == "20%"


def test_what_was_set_says_who_set_it():
    stated = {term.path: term for term in stated_terms(loaded("npv_rate=8%"))}
    assert (stated["npv_rate"].text, stated["npv_rate"].set_by) == ("8%", "--set")


def test_what_nothing_says_is_assumed_and_what_assumes_nothing_is_not_listed():
    assumed = {term.path: term.text for term in assumed_terms(loaded().deal)}
    assert assumed["npv_rate"] == "10%"
    assert assumed["leases.first.billing.frequency"] == "monthly"
    assert "leases.first.billing.due_days" not in assumed
    assert "assets.servers.contingency" not in assumed
    assert not {path for path in assumed if path.startswith("facilities")}


def test_nothing_is_both_stated_and_assumed(root):
    for path in sorted((root / "examples").glob("*/deal.yaml")):
        deal = require_deal(path)
        stated = {term.path for term in stated_terms(deal)}
        assert not stated & {term.path for term in assumed_terms(deal.deal)}, path


def test_reference_figures_are_those_that_the_plan_rests_on():
    facts = {fact.name: fact for fact in reference_facts(loaded().deal)}
    assert set(facts) == {
        "HGX-B300-8.gpus",
        "HGX-B300-8.pflops.bf16.dense",
        "HGX-B300-8.pflops.bf16.sparse",
        "HGX-B300-8.power_kw_max",
    }
    assert all(fact.source and fact.as_of for fact in facts.values())


def test_taxes_of_a_preset_come_with_their_sources():
    inside = (
        "assets.servers.unit_cost={amount: 400_000, tax: included}",
        "leases.first.charges.base.tax=included",
        "costs.power.tax=included",
    )
    names = {fact.name for fact in reference_facts(loaded("taxes=CN_service", *inside).deal)}
    assert "CN.income_tax.rate" in names


@pytest.mark.parametrize("name", ["b300-10k", "ddtl-4", "token-lease"])
def test_a_weak_figure_that_is_used_is_warned_of_too(root, name):
    deal = require_deal(root / "examples" / name / "deal.yaml")
    weak = [fact.name for fact in reference_facts(deal.deal) if fact.grade in WEAK]
    warned = [issue for issue in deal.issues if issue.code == "unverified-reference"]
    assert bool(weak) == bool(warned)


def test_sources_that_the_file_names():
    assert [(each.path, each.source) for each in named_sources(loaded())] == [
        ("curves.used", "a broker")
    ]
