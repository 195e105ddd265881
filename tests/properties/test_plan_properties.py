"""What holds for the plan of every deal: money is conserved, rent needs service, figures are told.

Sums are taken here from the streams themselves, not from the totals that the plan makes of them.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from lessor.forecast.cashflow import STREAMS
from lessor.forecast.figures import figures_of
from lessor.forecast.metric_table import METRICS
from lessor.forecast.plan import Plan, run_plan
from lessor.forecast.solve import solve
from lessor.terms.fields import field_at
from lessor.terms.leases import Lease
from lessor.terms.load import build_deal, with_set
from lessor.terms.paths import text_of
from lessor.terms.source import parse_dotted
from tests.forecast.deals import Drawn, deals

USES = (
    "capex_paid",
    "vat_paid_on_capex",
    "stamp_duty_paid",
    "fees_paid",
    "construction_interest_paid",
    "reserves_funded",
    "lender_deposits_paid",
)
SOURCES = ("equity_contributed", "debt_drawn", "prepayment_spent")
RECEIVED = (
    "rent_received",
    "prepayment_received",
    "deposit_received",
    "vat_collected",
    "sale_proceeds",
    "lender_deposits_returned",
)
PAID = (
    "prepayment_refunded",
    "deposit_returned",
    "operating_costs_paid",
    "junior_costs_paid",
    "vat_paid_on_costs",
    "vat_remitted",
    "income_tax_paid",
    "interest_paid",
    "principal_paid",
    "debt_prepaid",
    "debt_fees_paid",
)
ONE_RATE = {"USD": [{"date": "2026-01-01", "rate": "7.1", "source": "a bank"}]}


def by_month(plan: Plan, *names: str) -> list[float]:
    """The streams together, by month of the plan."""
    sums = [0.0] * plan.grid.months
    for name in names:
        for moment, amount in plan.cash.streams[name].entries:
            sums[moment.slot // 2] += float(amount)
    return sums


def running(values: list[float]) -> list[float]:
    """Sums to date."""
    return [sum(values[: count + 1]) for count in range(len(values))]


def size_of(plan: Plan) -> float:
    """The largest amount that moves, beside which rounding is measured."""
    return max(
        (abs(float(value)) for stream in plan.cash.streams.values() for _, value in stream.entries),
        default=1.0,
    )


def test_every_stream_is_a_source_a_use_a_receipt_a_payment_or_the_owners():
    owners = {"equity_distributed"}
    assert {*USES, *SOURCES, *RECEIVED, *PAID} | owners == set(STREAMS)


@given(deals())
def test_sources_equal_uses_in_every_month(drawn: Drawn):
    deal = drawn.deal()
    plan = run_plan(deal)
    held = running(
        [
            put - spent
            for put, spent in zip(by_month(plan, *SOURCES), by_month(plan, *USES), strict=True)
        ]
    )
    nothing = 1e-9 * max(size_of(plan), 1.0)
    # What is drawn ahead of uses waits in cash; nothing is paid before it is there.
    assert min(held) >= -nothing
    assert abs(held[-1]) <= nothing
    if all(facility.draw == "pro_rata" for facility in deal.facilities.values()):
        assert max(held) <= nothing


@given(deals())
def test_the_owners_get_what_comes_in_less_what_goes_out(drawn: Drawn):
    plan = run_plan(drawn.deal())
    left = [
        came - went
        for came, went in zip(by_month(plan, *RECEIVED), by_month(plan, *PAID), strict=True)
    ]
    kept = running(
        [over - out for over, out in zip(left, by_month(plan, "equity_distributed"), strict=True)]
    )
    nothing = 1e-9 * max(size_of(plan), 1.0)
    # Cash is kept until debt service is met, so none is left after a payment, or without a loan.
    paying = plan.payment_flags
    last = max((period for period, pays in enumerate(paying) if pays), default=-1)
    for period, amount in enumerate(kept):
        if paying[period] or period > last:
            assert abs(amount) <= nothing


@given(deals())
def test_debt_stands_where_draws_and_payments_leave_it(drawn: Drawn):
    plan = run_plan(drawn.deal())
    moved = zip(
        by_month(plan, "debt_drawn"),
        by_month(plan, "principal_paid", "debt_prepaid"),
        strict=True,
    )
    stands = running([came - went for came, went in moved])
    nothing = 1e-9 * max(size_of(plan), 1.0)
    assert [float(each) for each in plan.outstanding[1:]] == pytest.approx(stands, abs=nothing)
    assert min(stands) >= -nothing
    assert stands[-1] == pytest.approx(0, abs=nothing)
    paid = sum(by_month(plan, "interest_paid"))
    assert sum(float(each) for each in plan.interest) == pytest.approx(paid, abs=nothing)


@given(deals(exchange_rates=ONE_RATE), st.integers(1, 45))
def test_a_lease_rated_in_parts_totals_the_lease_rated_whole(drawn: Drawn, days: int):
    whole = run_plan(drawn.deal())
    # A charge of nothing that rises by nothing every so many days: all it does is cut.
    cut = {
        "kind": "base_rent",
        "amount": "0",
        "per": "cluster_month",
        "tax": "excluded",
        "escalator": {"rate": "0%", "every": f"{days} days"},
    }
    leases = {
        name: {**lease, "charges": {**lease["charges"], "cut": {**cut, **_currency(lease)}}}
        for name, lease in drawn.tree["leases"].items()
    }
    parts = run_plan(Drawn({**drawn.tree, "leases": leases}).deal())
    assert sum(len(run.stretches) for run in parts.leases) >= len(whole.leases)
    nothing = 1e-9 * max(size_of(whole), 1.0)
    for name in ("rent_received", "vat_collected", "operating_costs_paid", "equity_distributed"):
        assert by_month(parts, name) == pytest.approx(by_month(whole, name), abs=nothing)
    for name in ("rent_earned", "revenue", "operating_costs"):
        ours, theirs = ([float(each) for each in getattr(p, name)] for p in (parts, whole))
        assert ours == pytest.approx(theirs, abs=nothing)


def _currency(lease: dict) -> dict[str, str]:
    said = lease["charges"]["base"].get("currency")
    return {} if said is None else {"currency": said}


@given(deals(), st.sampled_from(("4", "3", "0.001")))
def test_scaling_all_money_scales_money_and_leaves_ratios(drawn: Drawn, scale: str):
    factor = float(scale)
    plan, scaled = run_plan(drawn.deal()), run_plan(drawn.deal(Decimal(scale)))
    nothing = 1e-9 * max(size_of(plan), 1.0) * factor
    for name in STREAMS:
        expected = [factor * value for value in by_month(plan, name)]
        assert by_month(scaled, name) == pytest.approx(expected, rel=1e-9, abs=nothing)
    ours, theirs = figures_of(scaled), figures_of(plan)
    for metric in METRICS:
        was, now = theirs[metric.name], ours[metric.name]
        assert (was.value is None) == (now.value is None), (metric.name, was, now)
        if was.value is None or now.value is None:
            continue
        per_money = metric.unit.startswith("money")
        expected_value = was.value * factor if per_money else was.value
        floor = nothing if per_money else 1e-9
        assert now.value == pytest.approx(expected_value, rel=1e-6, abs=floor), metric.name


@given(deals())
def test_rent_needs_service(drawn: Drawn):
    deal = drawn.deal()
    plan = run_plan(deal)
    for run in plan.leases:
        serves = service_by_day(deal.leases[run.name], plan.grid.end)
        for period, rent in enumerate(run.rent_earned):
            start, end = plan.grid.boundaries[period], plan.grid.boundaries[period + 1]
            days = (start + timedelta(days=n) for n in range((end - start).days))
            if not any(serves(day) for day in days):
                assert rent == 0, (run.name, plan.grid.labels[period])
        for part in run.stretches:
            assert part.span.start == part.span.end or serves(part.span.start) or part.rent == 0


def service_by_day(lease: Lease, end: date) -> Callable[[date], bool]:
    """Whether a lease, its renewal or its re-letting is in service on a day, from its events."""
    events, start = lease.events, lease.events.accepted or lease.events.expected_acceptance
    assert start is not None
    stop = lease.term.after(start)
    if lease.renewal is not None:
        stop = lease.renewal.term.after(stop)
    if events.terminated is not None:
        stop = min(stop, events.terminated)
    rests = list(zip(events.suspended, events.resumed, strict=True))
    again: tuple[date, date] | None = None
    if lease.relet is not None:
        assert lease.relet.term is not None
        first = lease.relet.gap.after(stop)
        again = first, min(end, lease.relet.term.after(first))

    def serves(day: date) -> bool:
        if again is not None and again[0] <= day < again[1]:
            return True
        return start <= day < stop and not any(down <= day < up for down, up in rests)

    return serves


@given(deals())
def test_every_figure_is_a_number_or_null_with_the_reason(drawn: Drawn):
    found = figures_of(run_plan(drawn.deal()))
    assert list(found) and set(found) == {metric.name for metric in METRICS}
    for name, figure in found.items():
        if figure.value is None:
            assert figure.note, name
        else:
            assert type(figure.value) is float, name
            assert math.isfinite(figure.value), name
        assert figure.order is None or not math.isnan(figure.order), name
    json.dumps({name: figure.value for name, figure in found.items()}, allow_nan=False)


VARIED = (
    ("leases.first.charges.base.amount", "rent_total"),
    ("leases.first.charges.base.amount", "payback_years_total"),
    ("leases.first.charges.base.amount", "npv_equity"),
    ("assets.servers.unit_cost.amount", "irr_project"),
    ("assets.servers.contingency", "cost_total"),
    ("facilities.senior.principal.share", "dscr_min"),
    ("npv_rate", "npv_equity"),
)


@settings(max_examples=15)
@given(deals(), st.sampled_from(VARIED), st.floats(0.5, 0.95))
def test_what_is_solved_for_meets_its_target(drawn: Drawn, varied: tuple[str, str], factor: float):
    path, metric = varied
    loaded, _ = drawn.loaded()
    assume(loaded is not None and ("senior" not in path or "senior" in drawn.tree["facilities"]))
    assert loaded is not None
    wanted = figures_of(run_plan(loaded.deal))[metric].value
    assume(wanted is not None and abs(wanted) > 1e-6)
    assert wanted is not None
    target = wanted * factor
    found, issues = solve(loaded, path, f"{metric}={target!r}")
    assert found is not None, issues
    assert found.admissible == (found.value is not None)
    assert (found.nearest is None) == found.admissible
    if found.value is None:
        assert found.note
        return
    row = field_at(parse_dotted(path), loaded.source.tree)
    assert row is not None
    changed, _ = with_set(loaded.source, path, text_of(row, found.value))
    assert changed is not None
    again, faults = build_deal(changed)
    assert again is not None, faults
    met = figures_of(run_plan(again.deal))[metric].value
    assert met == pytest.approx(
        target, rel=2e-7, abs=1e-6 * float(run_plan(loaded.deal).cost_total)
    )
