"""A whole plan on Decimal and on floats says the same, and Decimal stays Decimal all the way."""

from __future__ import annotations

import decimal
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from lessor.core.numeric import DECIMAL, FLOAT, Value
from lessor.forecast.cashflow import TOTALS
from lessor.forecast.plan import Plan, run_plan
from lessor.rating.grid import Moment
from lessor.terms.deal import Deal
from lessor.terms.load import load_deal
from lessor.terms.source import load_source
from tests.forecast.deals import Drawn, built, deals

SERIES = (
    "rent_earned",
    "revenue",
    "depreciation",
    "interest",
    "operating_costs",
    "outstanding",
    "collateral",
)
"""What the books say by month, beside the cash."""

SINGLE = ("cost_total", "fees", "duties")


def _format_of(path: Path) -> object:
    source, _ = load_source(path)
    return None if source is None else source.tree.get("format")


DEALS = sorted(
    path
    for folder in ("examples", "tests/cases")
    for path in (Path(__file__).parents[2] / folder).glob("*/*.yaml")
    if _format_of(path) == "lessor/1"
)


Numbers = dict[str, list[Value]]


def exact(deal: Deal) -> tuple[Plan, Numbers]:
    """The plan on Decimal; a float that slips into it raises, also one made a Decimal again."""
    with decimal.localcontext() as context:
        context.traps[decimal.FloatOperation] = True
        plan = run_plan(deal, DECIMAL)
        return plan, numbers_of(plan)


def numbers_of(plan: Plan) -> Numbers:
    """Every number that a metric can be made of: cash by stream and total, books, contracts."""
    found: Numbers = {
        name: [amount for _, amount in stream.entries] for name, stream in plan.cash.streams.items()
    }
    found |= {f"{name} by month": list(plan.cash.by_period(name)) for name in TOTALS}
    found |= {f"{name} by rest": list(plan.cash.by_rest(name)) for name in TOTALS}
    found |= {name: list(getattr(plan, name)) for name in SERIES}
    found |= {name: [getattr(plan, name)] for name in SINGLE}
    contract, capacity = plan.contract, plan.capacity
    found["contract"] = [contract.value, contract.gpu_hours, contract.server_months]
    found["contract"] += [contract.pflops_years]
    found["capacity"] = [each for each in capacity[:4] if each is not None]
    found["backlog"] = list(plan.backlog)
    for run in plan.leases:
        found[f"rents of {run.name}"] = [part.rent for part in run.stretches]
        for meter in {meter for part in run.stretches for meter in part.meters}:
            found[f"{meter} of {run.name}"] = [part.meters.get(meter, 0) for part in run.stretches]
    for loan in plan.facilities:
        found[f"flows of {loan.name}"] = [value for flow in loan.flows for value in flow]
    return found


def assert_agrees(deal: Deal) -> None:
    """Every number of the one plan is a Decimal, of the other a float, and they are the same.

    Within 1e-9 of the number itself; where amounts cancel out, within 1e-13 of the largest.
    """
    decimal_plan, decimals = exact(deal)
    float_plan = run_plan(deal, FLOAT)
    floats = numbers_of(float_plan)
    assert moments_of(decimal_plan) == moments_of(float_plan)
    assert decimals.keys() == floats.keys()
    largest = max(abs(float(value)) for column in decimals.values() for value in column)
    for name, column in decimals.items():
        for value, number in zip(column, floats[name], strict=True):
            # A plain 0 is a sum in which nothing stands.
            assert isinstance(value, Decimal) or (type(value) is int and value == 0), (name, value)
            assert isinstance(number, float) or (type(number) is int and number == 0), (
                name,
                number,
            )
            off = abs(float(value) - number)
            assert off <= max(1e-9 * abs(number), 1e-13 * largest), (name, value, number)


def moments_of(plan: Plan) -> dict[str, list[Moment]]:
    """When the cash of each stream moves."""
    return {
        name: [moment for moment, _ in stream.entries] for name, stream in plan.cash.streams.items()
    }


@given(deals())
def test_any_deal_agrees(drawn: Drawn):
    assert_agrees(drawn.deal())


def test_packages_counted_from_parts_of_a_month_agree():
    # 276 jobs x (1/31 + 30/31) are 92 packages of three: the divisions must not add another.
    assert_agrees(
        built(
            "leases: {tenant: {events: {accepted: 2026-05-02}}}",
            "leases: {tenant: {usage: {ramp_up: 1 month, meters: {jobs: 276}}}}",
            "leases: {tenant: {charges: {packs: {kind: usage, meter: jobs, mode: package}}}}",
            "leases: {tenant: {charges: {packs: {package: 3, price: 1}}}}",
        ).deal
    )


@pytest.mark.parametrize("path", DEALS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_deal_that_is_written_down_agrees(path: Path):
    loaded, issues = load_deal(path)
    assert loaded is not None, issues
    assert_agrees(loaded.deal)


def test_decimal_keeps_digits_that_a_float_cannot():
    deal = built(
        "leases: {tenant: {charges: {base: {amount: 100.00000000000000000007}}}}",
        "leases: {tenant: {charges: {base: {per: cluster_month}}}}",
        "assets: {servers: {unit_cost: 100.00000000000000000003}}",
    ).deal
    plan, _ = exact(deal)
    assert sum(plan.rent_earned) == Decimal("1200.00000000000000000084")
    assert plan.cost_total == Decimal("1000.0000000000000000003")


@pytest.mark.parametrize("slip", [float, lambda value: Decimal(float(value))])
def test_a_float_that_slips_into_the_exact_plan_is_caught(
    slip: Any, monkeypatch: pytest.MonkeyPatch
):
    deal = built("facilities: {}").deal
    monkeypatch.setattr("lessor.engine.charges.base_rent.price_at", lambda t, s: slip(t.amount))
    with pytest.raises((TypeError, AssertionError, decimal.FloatOperation)):
        assert_agrees(deal)
