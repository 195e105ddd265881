"""A sound deal that says every block of debt, which tests spoil in one place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lessor.core.issue import Issue
from lessor.terms.load import Loaded, build_deal, with_set
from lessor.terms.source import Source, load_source_text

RICH = """\
format: lessor/1
deal: Two hundred servers
currency: USD
closing_date: 2026-04-30
horizon: 72 months
assets:
  servers:
    model: HGX-B300-8
    quantity: 200
    unit_cost: 400_000
    deliveries:
      - {date: 2026-06-30, quantity: 100}
      - {date: 2026-09-30, quantity: 100}
    depreciation: {life: 72 months}
  network: {cost: 6_000_000}
leases:
  anchor:
    lessee: {name: A large customer, grade: A}
    capacity: {asset: servers, quantity: 200}
    events: {signed: 2026-04-01, expected_acceptance: 2026-09-30}
    term: 60 months
    charges:
      base: {kind: base_rent, amount: 16_000, per: server_month}
costs:
  power: {kind: fixed, amount: 300_000, per: month}
  management: {kind: share_of_rent, share: 1%}
rates:
  SOFR:
    observed: [{date: 2026-03-31, rate: 3.7%}, {date: 2026-04-15, rate: 3.65%}]
    forward: [{date: 2027-04-30, rate: 3.4%}]
    source: a forward curve
facilities:
  senior:
    kind: delayed_draw
    lender: A bank
    principal: {amount: 40_000_000}
    rate:
      index: SOFR
      spread: 2.25%
      floor: 0%
      cap: 6%
      reset: monthly
      lag_days: 2
      hedge: {share: 95%, rate: 3.5%, until: 48 months}
      steps: [{from: 24 months, add: 0.25%}]
      basis: actual/360
      compounding: none
    repayment: {profile: sculpted, dscr: 1.3, case: downside, until: 60 months}
    dates:
      first_payment: 2026-05-31
      calendar: [sofr, nyse]
      convention: modified_following
      end_of_month: yes
    rounding: cent
    fees: {up_front: 1%, on_draw: 0.5%, undrawn: 0.5%, discount: 1%, exit: 0.5%, agency: 100_000}
    draw: delayed
    availability: {from: 2026-05-01, until: 2026-12-31, completion_test: level_3}
    advance: {rate: 85%, other_rate: 60%, of: net_cost, life: 6 years, tested: every_date}
    early:
      planned: [{date: 24 months, share: 10%}, {date: 2029-06-30, amount: 1_000_000}]
      make_whole_until: 12 months
      make_whole_rate: 4%
      premium: [{until: 24 months, share: 2%}, {until: 36 months, share: 1%}]
    sizing: {dscr: 1.2, downside_dscr: 1.1, ltv: 0.9, loan_to_cost: 0.8, term: 60 months, cap: 5e7}
  mezzanine:
    kind: term_loan
    principal: {amount: 10_000_000}
    rate: {value: 11%, paid_in_kind: 20%, basis: 30/360, compounding: none}
    repayment:
      profile: custom
      until: 66 months
      frequency: quarterly
      steps: [{after: 12 months, share: 4%, every: quarterly}, {after: 2029-06-30, amount: 200_000}]
      greatest_of: {contract_cash: 80%, asset_base: 90%, life: 6 years}
    draw: planned
    draws: [{date: 2026-06-30, amount: 5_000_000}, {date: 2026-09-30, amount: 5_000_000}]
  lessor:
    kind: direct_lease
    principal: {amount: 12_000_000}
    rate: {value: 5%, basis: 30/360, compounding: none}
    repayment: {profile: level, until: 36 months, frequency: quarterly, timing: arrears}
    rental:
      deposit: 5%
      deposit_use: set_off
      service_fee: 2%
      purchase_price: 100
      residual: {share: 5%, guaranteed_by: lessee}
      vat: 13%
      vat_on: rent
      framework: 15_000_000
      take_downs: [{date: 2026-06-30, amount: 4_000_000}, {date: 2026-09-30, amount: 8_000_000}]
  notes:
    kind: notes
    principal: {share: 10%, of: capex}
    rate: {value: 5.96%, basis: 30/360, compounding: none}
    repayment:
      profile: level_payment
      payment: 150_000
      until: 60 months
      grace: 3 months
      interest_only: 6 months
      amortization: 84 months
      negative_amortization: yes
spvs:
  borrower:
    assets: [servers, network]
    leases: [anchor]
    costs: [power, management]
    facilities: [senior, mezzanine, notes]
    accounts:
      collection: {kind: collection}
      debt: {kind: reserve, funded: at_closing, target: {debt_service: 3 months, next_payment: 67%}}
      operating: {kind: reserve, target: {operating_costs: 3 months, amount: 100_000, combine: sum}}
      power: {kind: reserve, target: {account: operating, share_of_account: 50%, share_of_debt: 1%}}
      trap: {kind: cash_trap}
    covenants:
      dscr:
        measure: dscr
        levels: [{from: 2026-12-31, level: 1.1}, {from: 24 months, level: 1.15}]
        lock_up: 1.2
        trailing: 3 months
        first_test: 12 months
        every: quarterly
        facilities: [senior]
        cure: {until: 36 months, times: 2}
      liquidity: {measure: liquidity, amount: 1_000_000, share: 4%}
      base: {measure: asset_base, level: 1, lock_up: 0.95, share: 90%, life: 6 years}
      cover: {measure: contract_cover, level: 1.4}
      worth: {measure: dscr, lock_up: 1.3, forward: 12 months}
      grades: {measure: concentration, level: 0.35}
    waterfall:
      - {release: trap, unless: dscr.lock_up}
      - {pay: operating_costs, reserves: [operating, power]}
      - {pay: senior.fees, reserves: debt}
      - {pay: senior.interest, reserves: debt}
      - {pay: senior.principal, reserves: debt}
      - fill debt
      - fill operating
      - fill power
      - pay notes
      - {trap: trap, when: dscr.lock_up}
      - {sweep: senior, share: 50%, when: base.lock_up}
      - pay mezzanine
      - {pay: costs.management, up_to: 500_000}
      - distribute
    tests_use: this_date
    equity_cures: yes
construction: {until: 2026-09-30, interest: funded}
cases:
  downside: {leases.anchor.charges.base.amount: 14_000, facilities.senior.rate.spread: 2.5%}
lender_case:
  stress_case: downside
  contract_assigned: yes
  replacement_operator: Another operator
  replacement_cost: 1_000_000
  disposal_time: 6 months
"""


def rich() -> Source:
    """The source of the rich deal."""
    source, issues = load_source_text(RICH, "deal.yaml")
    assert source is not None and not issues
    return source


def spoiled(changes: Mapping[str, Any]) -> Source:
    """The source of the rich deal with other values at some paths; None takes a field away."""
    source = rich()
    for path, value in changes.items():
        after, issues = with_set(source, path, value)
        assert after is not None, issues
        source = after
    return source


def issues_of_rich(changes: Mapping[str, Any]) -> tuple[Issue, ...]:
    """Every Issue of the rich deal with changes."""
    return build_deal(spoiled(changes), cases=True)[1]


def codes_of_rich(changes: Mapping[str, Any]) -> list[str]:
    """The codes of the Issues of the rich deal with changes, in the file's order."""
    return [issue.code for issue in issues_of_rich(changes)]


def built_rich() -> Loaded:
    """The rich deal, which must be sound."""
    loaded, issues = build_deal(rich(), cases=True)
    assert loaded is not None, issues
    return loaded
