"""Deals for the tests of plans: a small one with changes, and any that the language can write."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any, NamedTuple

import yaml
from hypothesis import assume
from hypothesis import strategies as st

from lessor.core.issue import Issue
from lessor.core.numeric import FLOAT, Kind
from lessor.forecast.figures import Figure, figures_of
from lessor.forecast.plan import Plan, run_plan
from lessor.terms.deal import Deal
from lessor.terms.load import Loaded, build_deal
from lessor.terms.source import Source
from tests.forecast.drawn_parts import Money, assets, iso, leases, months
from tests.forecast.drawn_running import INDEPENDENT, costs, facilities, taxes

BASE = """
format: lessor/1
deal: Ten servers
currency: CNY
closing_date: 2026-05-01
assets:
  servers:
    spec: {gpus: 8, power_kw_max: 10, pflops: {bf16: {dense: 2, sparse: 4}}}
    quantity: 10
    unit_cost: 100
leases:
  tenant:
    lessee: {name: A model company}
    capacity: {asset: servers, quantity: 10}
    events: {accepted: 2026-05-01}
    term: 12 months
    charges:
      base: {kind: base_rent, amount: 10, per: server_month}
"""
"""Servers of 1,000 let at 100 a month for a year."""

LOAN = """
facilities:
  bank:
    kind: term_loan
    principal: {share: 80%}
    rate: {value: 6%, basis: 30/360, compounding: monthly}
    repayment: {profile: level}
"""
"""80% of the cost at 6%, level, to the end of the lease."""


def source_of(*changes: str) -> Source:
    """The small deal with blocks of YAML laid over it in turn; `null` takes a field away."""
    tree: dict[str, Any] = {}
    for text in (BASE, *changes):
        _lay_over(tree, yaml.load(text, Loader=yaml.BaseLoader))
    return Source("deal.yaml", tree, MappingProxyType({}))


def _lay_over(tree: dict[str, Any], changes: Mapping[str, Any]) -> None:
    for name, value in changes.items():
        if isinstance(value, dict) and isinstance(tree.get(name), dict):
            _lay_over(tree[name], value)
        elif value == "null":
            tree.pop(name, None)
        else:
            tree[name] = value


def built(*changes: str) -> Loaded:
    """The small deal with changes, which must be sound."""
    loaded, issues = build_deal(source_of(*changes))
    assert loaded is not None, [issue.render() for issue in issues]
    return loaded


def plan_of(*changes: str, kind: Kind = FLOAT) -> Plan:
    """The plan of the small deal with changes."""
    return run_plan(built(*changes).deal, kind)


def figures(*changes: str) -> dict[str, Figure]:
    """Every figure of the small deal with changes."""
    return figures_of(plan_of(*changes))


class Drawn(NamedTuple):
    """A deal as a tree in which money is marked."""

    tree: dict[str, Any]

    def loaded(self, scale: Decimal = Decimal(1)) -> tuple[Loaded | None, tuple[Issue, ...]]:
        """The checked deal with all its money times `scale`."""
        return build_deal(Source("deal.yaml", _written(self.tree, scale), MappingProxyType({})))

    def deal(self, scale: Decimal = Decimal(1)) -> Deal:
        """The deal with all its money times `scale`; one that a check refuses is not tried."""
        found, _ = self.loaded(scale)
        assume(found is not None)
        assert found is not None
        return found.deal

    def __repr__(self) -> str:
        return yaml.safe_dump(_written(self.tree, Decimal(1)), sort_keys=False)


def _written(node: Any, scale: Decimal) -> Any:
    """The tree as a file would hold it: every scalar text."""
    if isinstance(node, Money):
        return f"{node.amount * scale:f}"
    if isinstance(node, dict):
        return {name: _written(each, scale) for name, each in node.items()}
    if isinstance(node, list):
        return [_written(each, scale) for each in node]
    return str(node)


@st.composite
def deals(draw: st.DrawFn, /, **fixed: Any) -> Drawn:
    """Any deal: its assets, one or two leases, costs, loans, taxes, currencies; `fixed` blocks."""
    closing = draw(st.sampled_from((date(2026, 5, 1), date(2026, 1, 31), date(2026, 2, 15))))
    quantity = draw(st.integers(2, 12))
    running = draw(costs(closing))
    passed = tuple(name for name in INDEPENDENT if name in running)
    first = draw(st.integers(1, quantity))
    let = {"first": draw(leases(closing, first, passed))}
    if first < quantity and draw(st.booleans()):
        let["second"] = draw(leases(closing, quantity - first, passed))
    tree: dict[str, Any] = {
        "format": "lessor/1",
        "deal": "Drawn",
        "currency": "CNY",
        "closing_date": iso(closing),
        "hours": draw(st.sampled_from(("730_a_month", "actual"))),
        "assets": draw(assets(closing, quantity)),
        "leases": let,
        "costs": running,
        "facilities": draw(facilities()),
        "taxes": draw(taxes()),
        "exchange_rates": {
            "USD": [
                {"date": iso(closing), "rate": "7.1", "source": "a bank"},
                {"date": iso(closing, 100), "rate": "6.9", "source": "a bank"},
            ]
        },
    }
    horizon = draw(st.none() | st.none() | months(7, 30))
    if horizon is not None:
        tree["horizon"] = horizon
    return Drawn(tree | fixed)
