"""A lease, its billing and its costs on Decimal, on floats, on paths and traced say the same."""

from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from lessor.core.numeric import DECIMAL, FLOAT, Kind, scan
from lessor.core.trace import TraceKind
from lessor.engine.charges.billing import (
    BillingInputs,
    initial_billing,
    lower_billing,
    settle_billing,
)
from lessor.engine.charges.costs import CostInputs, lower_cost, rate_cost
from lessor.engine.charges.lease import initial_state, lower_lease, rate_lease
from lessor.terms.costs import AnyCost
from tests.agreement.agreeing import assert_agree, assert_paths_agree, numbers_in
from tests.engine.charges.rating import VAT_6, lease, numbers
from tests.engine.charges.strategies import (
    charge_sets,
    escalators,
    money,
    month_fields,
    month_lists,
    segments,
    shares,
    taxed,
    text,
)

TRACE = TraceKind()
COSTS: TypeAdapter[Any] = TypeAdapter(AnyCost)


def run(charges: dict[str, Any], months: list[dict[str, Any]], kind: Kind) -> tuple[Any, Any]:
    """Flows of every month and the last state."""
    terms = lower_lease("anchor", lease(charges), kind=kind, defaults=VAT_6)
    return scan(rate_lease, terms, initial_state(terms, kind), segments(kind, months))


def largest(record: Any) -> float:
    """The largest number of a record: what cancels out is compared on its scale."""
    return max(1.0, *(abs(float(number)) for number in numbers_in(record)))


@given(charge_sets(), month_lists())
def test_a_lease_agrees_on_decimal_and_float(charges, months):
    exact = run(charges, months, DECIMAL)
    assert_agree(exact, run(charges, months, FLOAT), scale=largest(exact))


@given(charge_sets(), st.lists(month_lists(), min_size=3, max_size=3))
def test_a_path_of_an_array_is_the_float_run_alone(charges, paths):
    count = min(map(len, paths))
    # Structure is the same on all paths.
    for path in paths[1:]:
        for month, first in zip(path, paths[0], strict=False):
            month["is_terminated"] = first["is_terminated"]
    alone = [segments(FLOAT, path[:count]) for path in paths]
    together = [stacked(months) for months in zip(*alone, strict=True)]
    terms = lower_lease("anchor", lease(charges), kind=FLOAT, defaults=VAT_6)
    on_paths = scan(rate_lease, terms, initial_state(terms, FLOAT), together)
    for index, path in enumerate(alone):
        single = scan(rate_lease, terms, initial_state(terms, FLOAT), path)
        assert_paths_agree(on_paths, single, index)


def stacked(records: Any) -> Any:
    """Records of the same shape as one whose floats are arrays, an entry a record."""
    first = records[0]
    if isinstance(first, float):
        return np.array(records)
    if isinstance(first, tuple):
        parts = [stacked(part) for part in zip(*records, strict=True)]
        return type(first)(*parts) if hasattr(first, "_fields") else tuple(parts)
    return first


@given(charge_sets(), month_lists())
def test_a_traced_lease_gives_the_same_floats(charges, months):
    quick, traced = run(charges, months, FLOAT)[0], run(charges, months, TRACE)[0]
    for flows, figures in zip(quick, traced, strict=True):
        scale = 1e-12 * largest(flows)
        for figure, number in zip(numbers_in(figures), numbers_in(flows), strict=True):
            assert abs(float(figure) - number) <= scale


dates = st.fixed_dictionaries(
    {
        "invoiced": st.decimals(-100, 10_000, places=2),
        "deposit_paid": money,
        "prepayment_paid": money,
        "remaining_after": money,
        "drawdown_share": shares,
    }
)


@given(
    st.lists(dates, min_size=1, max_size=6),
    st.sampled_from(("pro_rata", "first")),
    st.sampled_from(("end", "set_off")),
)
def test_billing_agrees(months, drawdown, returned):
    said = lease(
        {},
        deposit={"amount": "100", "returned": returned},
        prepayment={"amount": "100", "drawdown": drawdown},
    )

    def settled(kind):
        inputs = [BillingInputs(**numbers(kind, month)) for month in months]
        inputs[-1] = inputs[-1]._replace(is_ending=True)
        terms = lower_billing("anchor", said, kind)
        return scan(settle_billing, terms, initial_billing(kind), inputs)

    exact = settled(DECIMAL)
    assert_agree(exact, settled(FLOAT), scale=largest(exact))


SAID = (
    {"kind": "cabinet", "amount": "600", "pue": "1.3", "kw": "14.5"},
    {"kind": "power", "amount": "0.55", "load": "80%", "pue": "1.25"},
    {"kind": "maintenance", "share": "3.5%"},
    {"kind": "fixed", "amount": "900", "per": "quarter", "quantity": "7"},
    {"kind": "fixed", "amount": "360", "per": "server_year"},
    {"kind": "one_off", "amount": "5000"},
    {"kind": "share_of_rent", "share": "2.1%"},
    {"kind": "by_use", "meter": "kwh", "amount": "0.1"},
)


@given(st.sampled_from(SAID), taxed, escalators, month_fields(), text(money))
def test_costs_agree(said, tax, escalator, month, amount):
    record = COSTS.validate_python({**said, **tax, "escalator": escalator})
    fields = {key: month[key] for key in ("months", "hours", "servers", "gpus")}
    fields |= {"kw": amount, "asset_cost": amount, "rent": amount, "quantity": amount}

    def rated(kind):
        terms = lower_cost("power", record, kind=kind, vat=VAT_6.vat)
        inputs = CostInputs(**numbers(kind, fields), age_months=25, age_days=760, is_due=True)
        return rate_cost(terms, (), inputs)

    assert_agree(rated(DECIMAL), rated(FLOAT))
