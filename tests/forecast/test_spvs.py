"""Plans of borrowers with a waterfall: what must be the same without one, apart, or on paths."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from lessor.core.issue import errors
from lessor.forecast.cashflow import STREAMS
from lessor.forecast.closing_tables import plan_of
from lessor.forecast.explain import explain
from lessor.forecast.paths import PathsKind
from lessor.forecast.plan import Plan, run_plan
from lessor.forecast.trace_rows import trace_of
from lessor.forecast.underwriting import underwrite
from tests.forecast.deals import LOAN, built

DATED = """
facilities:
  bank:
    kind: term_loan
    principal: {share: 80%}
    rate: {value: 6%, basis: actual/360, compounding: none}
    repayment: {profile: level}
    dates: {first_payment: 2026-06-15, calendar: nyse, convention: modified_following}
"""
PLAIN = """
spvs:
  borrower:
    accounts: {collection: {kind: collection}}
    waterfall: [pay operating_costs, pay taxes, pay bank, distribute equity]
"""
COSTS = "costs: {staff: {kind: fixed, amount: 5, per: month}}"
TAX = "taxes: {income: {rate: 25%, depreciation: {life: 12 months}}}"
SCULPTED = """
facilities:
  bank:
    kind: term_loan
    principal: {amount: 800}
    rate: {value: 6%, basis: 30/360, compounding: none}
    repayment: {profile: sculpted, dscr: 1.25}
"""


def streams(plan: Plan, *names: str) -> dict[str, list[float]]:
    """Cash by month of the plan."""
    return {name: [float(value) for value in plan.cash.by_period(name)] for name in names}


@pytest.mark.parametrize(("loan", "more"), [(LOAN, COSTS), (LOAN, TAX), (DATED, COSTS)])
def test_a_waterfall_that_pays_everyone_is_the_plan_without_it(loan, more):
    without, within = built(loan, more), built(loan, more, PLAIN)
    expected, found = run_plan(without.deal), run_plan(within.deal)
    for name in STREAMS:
        assert found.cash.by_period(name) == pytest.approx(expected.cash.by_period(name)), name


def test_two_borrowers_are_two_deals():
    second = """
    assets: {others: {spec: {gpus: 8}, quantity: 5, unit_cost: 80}}
    leases:
      other:
        lessee: {name: Another company}
        capacity: {asset: others, quantity: 5}
        events: {accepted: 2026-05-01}
        term: 12 months
        charges: {base: {kind: base_rent, amount: 9, per: server_month}}
    facilities:
      loan:
        kind: term_loan
        principal: {share: 50%}
        rate: {value: 5%, basis: 30/360, compounding: none}
        repayment: {profile: equal_principal}
    """
    spv = "{accounts: {collection: {kind: collection}}, "
    both = f"""
    spvs:
      one: {spv} assets: [servers], leases: [tenant], facilities: [bank], costs: [staff],
            waterfall: [pay operating_costs, pay bank, distribute equity]}}
      two: {spv} assets: [others], leases: [other], facilities: [loan], costs: [none],
            waterfall: [pay operating_costs, pay loan, distribute equity]}}
    """
    none = "costs: {none: {kind: fixed, amount: 0, per: month}}"
    whole = run_plan(built(LOAN, COSTS, second, none, both).deal)
    first = run_plan(built(LOAN, COSTS, PLAIN).deal)
    lonely = f"spvs: {{two: {spv} waterfall: [pay operating_costs, pay loan, distribute equity]}}}}"
    apart = run_plan(
        built(second, lonely, "leases: {tenant: null}", "assets: {servers: null}").deal
    )
    for name in STREAMS:
        sums = [
            float(one) + float(two)
            for one, two in zip(first.cash.by_period(name), apart.cash.by_period(name), strict=True)
        ]
        assert [float(each) for each in whole.cash.by_period(name)] == pytest.approx(sums), name
    assert {row["spv"] for row in trace_of(whole).rows} == {"one", "two"}


def test_sculpted_debt_leaves_its_cover_on_every_date_after_tax():
    plan = run_plan(built(SCULPTED, TAX, COSTS).deal)
    flows = plan.cash.by_period("cfads"), plan.cash.by_period("debt_service")
    covers = [float(cash) / float(due) for cash, due in zip(*flows, strict=True)]
    # The last date repays what is left.
    assert covers[:-1] == pytest.approx([1.25] * 11)


def test_a_path_is_not_sculpted_to_its_own_cash():
    loaded = built(SCULPTED, COSTS)
    rents = np.array([10.0, 7.0])
    plan = plan_of(loaded, PathsKind({"leases.tenant.charges.base.amount": rents}))
    base = run_plan(loaded.deal)
    for found, expected in zip(
        plan.cash.by_period("principal_paid"), base.cash.by_period("principal_paid"), strict=True
    ):
        assert np.broadcast_to(found, 2) == pytest.approx([float(expected)] * 2)


def test_a_loan_sculpted_on_a_named_case_keeps_its_table_in_the_base_case():
    cases = "cases: {low: {leases.tenant.charges.base.amount: 8}}"
    loaded = built(SCULPTED, COSTS, cases, "facilities: {bank: {repayment: {case: low}}}")
    low = run_plan(built(SCULPTED, COSTS, "leases: {tenant: {charges: {base: {amount: 8}}}}").deal)
    found = underwrite(loaded).plan
    assert found.cash.by_period("principal_paid") == pytest.approx(
        low.cash.by_period("principal_paid")
    )


RICH = """
rates: {SOFR: {observed: [{date: 2026-04-01, rate: 4%}], forward: [{date: 2026-08-01, rate: 4%}]}}
facilities:
  bank:
    kind: term_loan
    principal: {share: 80%}
    rate: {index: SOFR, spread: 2%, reset: monthly, basis: actual/360, compounding: none}
    repayment: {profile: level}
    fees: {up_front: 1%, on_draw: 1%}
construction: {until: 1 month}
spvs:
  borrower:
    accounts:
      collection: {kind: collection}
      reserve: {kind: reserve, target: {debt_service: 2 months}, funded: at_closing}
      trap: {kind: cash_trap}
    covenants:
      cover: {measure: dscr, level: 1.02, lock_up: 1.10, trailing: 3 months}
      value: {measure: ltv, level: 110%}
    waterfall:
      - {release: trap, unless: cover.lock_up}
      - {release: reserve}
      - {pay: operating_costs, reserves: [reserve]}
      - {pay: bank.interest, reserves: [reserve]}
      - {pay: bank.principal, reserves: [reserve]}
      - {fill: reserve}
      - {sweep: bank, share: 50%, when: value.default}
      - {trap: trap, when: cover.lock_up}
      - {distribute: equity}
"""
DRAWN: dict[str, Any] = {
    "leases.tenant.charges.base.amount": [10.0, 7.5, 6.0, 4.0],
    "rates.SOFR.forward[0].rate": [0.04, 0.06, 0.02, 0.09],
}


def test_each_path_is_the_plan_run_alone():
    loaded = built(RICH, COSTS)
    kind = PathsKind({field: np.array(values) for field, values in DRAWN.items()})
    together = run_plan(loaded.deal, kind)
    assert kind.used == set(DRAWN)
    for path in range(4):
        rent, rate = (values[path] for values in DRAWN.values())
        alone = run_plan(
            built(
                RICH,
                COSTS,
                f"leases: {{tenant: {{charges: {{base: {{amount: {rent}}}}}}}}}",
                f"rates: {{SOFR: {{forward: [{{date: 2026-08-01, rate: {rate}}}]}}}}",
            ).deal
        )
        for name in STREAMS:
            for found, expected in zip(
                together.cash.by_period(name), alone.cash.by_period(name), strict=True
            ):
                one = float(np.broadcast_to(found, 4)[path])
                assert one == pytest.approx(float(expected), rel=1e-9, abs=1e-6), name


@pytest.mark.parametrize("rent", [10, 7.5, 6, 4])
def test_sources_equal_uses_and_cash_goes_somewhere(rent):
    plan = run_plan(
        built(RICH, COSTS, f"leases: {{tenant: {{charges: {{base: {{amount: {rent}}}}}}}}}").deal
    )
    sources = sum(sum(streams(plan, name)[name]) for name in ("debt_drawn",))
    funded = [amount for moment, amount in plan.cash.streams["equity_contributed"].entries]
    uses = sum(plan.cash.by_period("uses"))
    assert float(uses) > 1000
    # No cures here: all equity is for uses.
    assert sources + sum(map(float, funded)) == pytest.approx(float(uses))
    came = sum(sum(streams(plan, n)[n]) for n in ("rent_received", "sale_proceeds"))
    out = ("operating_costs_paid", "debt_service", "debt_prepaid", "equity_distributed")
    reserves = sum(streams(plan, "reserves_funded")["reserves_funded"])
    assert came + reserves == pytest.approx(sum(sum(streams(plan, n)[n]) for n in out))


def test_a_figure_behind_a_waterfall_is_explained_step_by_step():
    tree, issues = explain(built(RICH, COSTS), "equity_distributed", "2026-08")
    assert errors(issues) == ()
    assert tree is not None
    assert "spvs.borrower.waterfall[8]" in str(tree.as_json())


def test_a_payment_in_advance_on_closing_day_is_the_owners():
    loaded = built(LOAN, PLAIN, "facilities: {bank: {repayment: {timing: advance}}}")
    plan = run_plan(loaded.deal)
    first = float(plan.cash.streams["principal_paid"].entries[0][1])
    assert first > 0
    assert streams(plan, "equity_contributed")["equity_contributed"][0] == pytest.approx(
        200 + first
    )
    assert float(plan.outstanding[-1]) == pytest.approx(0, abs=1e-9)


def test_debt_left_at_the_end_is_warned_of():
    rent = "leases: {tenant: {charges: {base: {amount: 6}}}}"
    codes = [issue.code for issue in underwrite(built(LOAN, PLAIN, rent)).issues]
    assert {"debt-in-arrears", "debt-unpaid"} <= set(codes)


def test_a_reserve_filled_at_completion_is_a_use_of_that_day():
    later = "spvs: {borrower: {accounts: {reserve: {funded: at_completion}}}}"
    loaded = built(RICH, COSTS, "construction: {until: 3 months}", later)
    plan = run_plan(loaded.deal)
    filled = streams(plan, "reserves_funded")["reserves_funded"]
    # Two months of debt service from the end of the third month on.
    due = [float(value) for value in plan.to_payments("debt_service_due")]
    assert filled == pytest.approx([0, 0, sum(due[3:5]), *[0] * 9])
    sources = ("debt_drawn", "equity_contributed")
    put_in = sum(sum(streams(plan, name)[name]) for name in sources)
    assert put_in == pytest.approx(float(sum(plan.cash.by_period("uses"))))
