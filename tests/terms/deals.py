"""A small sound deal that tests change in one place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lessor.core.issue import Issue
from lessor.terms.load import Loaded, build_deal, with_set
from lessor.terms.source import Source, load_source_text

SMALL = """\
format: lessor/1
deal: Two servers
currency: CNY
closing_date: 2026-05-01
assets:
  servers:
    model: HGX-H100-8
    quantity: 2
    unit_cost: 2_000_000
    residual: none
leases:
  anchor:
    lessee: {name: A lab}
    capacity: {asset: servers, quantity: 2}
    events: {accepted: 2026-05-01}
    term: 36 months
    charges:
      base: {kind: base_rent, amount: 70_000, per: server_month}
facilities:
  bank:
    kind: term_loan
    principal: {share: 80%}
    rate: {value: 4%, basis: 30/360, compounding: monthly}
    repayment: {profile: level, until: lease_end}
"""


def small() -> Source:
    """The source of the small deal."""
    source, issues = load_source_text(SMALL, "deal.yaml")
    assert source is not None and not issues
    return source


def changed(changes: Mapping[str, Any]) -> Source:
    """The source of the small deal with other values at some paths."""
    source = small()
    for path, value in changes.items():
        after, issues = with_set(source, path, value)
        assert after is not None, issues
        source = after
    return source


def built(changes: Mapping[str, Any] | None = None) -> Loaded:
    """The small deal with changes, which must be sound."""
    loaded, issues = build_deal(changed(changes or {}), cases=True)
    assert loaded is not None, issues
    return loaded


def issues_of(changes: Mapping[str, Any]) -> tuple[Issue, ...]:
    """Every Issue of the small deal with changes."""
    return build_deal(changed(changes), cases=True)[1]


def codes_of(changes: Mapping[str, Any]) -> list[str]:
    """The codes of the Issues of the small deal with changes, in the file's order."""
    return [issue.code for issue in issues_of(changes)]
