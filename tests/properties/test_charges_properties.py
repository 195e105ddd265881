"""What holds for every lease: parts total the whole, money scales, nothing is lost or made."""

from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from lessor.core.numeric import DECIMAL, scan
from lessor.engine.charges.billing import (
    BillingInputs,
    initial_billing,
    lower_billing,
    settle_billing,
)
from lessor.engine.charges.lease import initial_state, lower_lease, rate_lease
from lessor.engine.charges.segment import Passed, Segment
from lessor.engine.charges.usage import worth
from lessor.terms.check_charges import check_charges
from lessor.terms.deal import Deal
from tests.engine.charges.rating import VAT_6, lease, nets, numbers, rate, segment
from tests.engine.charges.strategies import (
    charge_sets,
    counts,
    money,
    month_lists,
    segments,
    shares,
    steps,
    usages,
)

# Decimals carry 28 digits; quotients of them are cut there.
EXACT = Decimal("1e-12")


def close(a: Decimal, b: Decimal) -> bool:
    return abs(a - b) <= EXACT * max(abs(a), abs(b), Decimal(1))


def split(whole: Segment, part: Decimal) -> list[Segment]:
    """A segment cut in two, the first being `part` of it; nothing changes at the cut."""

    def share_of(share: Decimal) -> dict[str, Any]:
        return {
            "months": whole.months * share,
            "hours": whole.hours * share,
            "days": whole.days * share,
            "quantities": tuple(units * share for units in whole.quantities),
            "lessee_revenue": whole.lessee_revenue * share,
            "passed": tuple(Passed(*(each * share for each in cost)) for cost in whole.passed),
            "days_late": whole.days_late * share,
        }

    first = whole._replace(**share_of(part), closes=frozenset(), is_terminated=False)
    return [first, whole._replace(**share_of(1 - part), opens=frozenset())]


@given(charge_sets(), month_lists(), shares)
def test_a_period_rated_in_parts_totals_the_period_rated_whole(charges, months, part):
    terms = lower_lease("anchor", lease(charges), kind=DECIMAL, defaults=VAT_6)
    state = initial_state(terms, DECIMAL)
    in_parts = state
    for whole in segments(DECIMAL, months):
        flows, state = rate_lease(terms, state, whole)
        pieces, in_parts = scan(rate_lease, terms, in_parts, split(whole, part))
        for line, *parts in zip(flows.lines, *(piece.lines for piece in pieces), strict=True):
            assert close(line.net, sum(each.net for each in parts))
            assert close(line.vat, sum(each.vat for each in parts))


def scaled(said: Any, by: int, key: str = "", kind: str = "") -> Any:
    """A charge with all its money times `by`: prices, amounts, caps, floors and thresholds."""
    if isinstance(said, dict):
        kind = said.get("kind", kind)
        return {name: scaled(each, by, name, kind) for name, each in said.items()}
    if isinstance(said, list):
        return [scaled(each, by, key, kind) for each in said]
    is_money = key in ("amount", "price", "floor", "above", "per_day")
    is_cap = key == "cap" and kind in ("revenue_share", "late_delivery")
    is_band = key == "up_to" and kind == "revenue_share"
    return str(Decimal(said) * by) if is_money or is_cap or is_band else said


@given(charge_sets(), month_lists(), st.sampled_from((2, 10, 100)))
def test_scaling_all_money_scales_what_is_owed(charges, months, by):
    richer = [
        {
            **month,
            "lessee_revenue": month["lessee_revenue"] * by,
            "passed": (month["passed"][0] * by, month["passed"][1]),
            "remaining_rent": month["remaining_rent"] * by,
        }
        for month in months
    ]
    once = rate(lease(charges), segments(DECIMAL, months), defaults=VAT_6)
    times = rate(lease(scaled(charges, by)), segments(DECIMAL, richer), defaults=VAT_6)
    for flows, more in zip(once, times, strict=True):
        assert close(flows.net * by, more.net)
        assert close(flows.vat * by, more.vat)


@given(charge_sets(), month_lists())
def test_the_sums_are_the_lines(charges, months):
    terms = lower_lease("anchor", lease(charges), kind=DECIMAL, defaults=VAT_6)
    for flows in rate(lease(charges), segments(DECIMAL, months), defaults=VAT_6):
        assert flows.net == sum(line.net for line in flows.lines)
        assert flows.vat == sum(line.vat for line in flows.lines)
        by_kind = {
            charge.kind: line.net for charge, line in zip(terms.charges, flows.lines, strict=True)
        }
        assert flows.base_rent == by_kind.get("base_rent", 0)
        outside = ("late_delivery", "pass_through", "termination")
        assert close(flows.rent, flows.net - sum(by_kind.get(kind, 0) for kind in outside))


def usage_terms(said: dict[str, Any]) -> Any:
    return lower_lease("anchor", lease({"use": said}), kind=DECIMAL, defaults=VAT_6).charges[0]


@given(usages(("flat", "graduated", "package")), counts, counts)
def test_using_more_never_costs_less(said, units, more):
    terms = usage_terms(said)
    assert worth(terms, Decimal(units)) <= worth(terms, Decimal(units + more))


def deal_of(said: dict[str, Any]) -> Deal:
    tree = {"format": "lessor/1", "deal": "d", "currency": "CNY", "closing_date": "2026-05-01"}
    own = lease({"use": said}, usage={"meters": {"own": "1"}})
    return Deal.model_validate(tree).changed(leases={"anchor": own})


@given(steps("price", money), counts, counts)
def test_where_using_more_costs_less_the_deal_is_warned(tiers, units, more):
    said = {"kind": "usage", "meter": "own", "mode": "volume", "tiers": tiers}
    terms = usage_terms(said)
    if worth(terms, Decimal(units)) > worth(terms, Decimal(units + more)):
        assert "tiers-not-monotone" in [found.code for found in check_charges(deal_of(said))]


@given(st.lists(money, min_size=1, max_size=6), money)
def test_a_minimum_and_a_maximum_are_kept_to_the_unit(used, amount):
    for kind, pick in (("minimum", max), ("maximum", min)):
        said = lease(
            {
                "use": {"kind": "usage", "meter": "own", "price": "1"},
                "bound": {"kind": kind, "amount": str(amount), "per": "quarter", "window": "month"},
            }
        )
        months = [
            segment(quantities=(units,), opens=frozenset(["month"]), closes=frozenset(["month"]))
            for units in used
        ]
        for flows, units in zip(rate(said, months), used, strict=True):
            assert close(flows.net, pick(units, amount / 3))


@given(month_lists(), shares, shares)
def test_a_credit_never_exceeds_its_cap(months, availability, cap):
    said = lease(
        {
            "base": {"kind": "base_rent", "amount": "100", "per": "server_month"},
            "sla": {
                "kind": "service_credit",
                "bands": [{"below": "100%", "credit": "100%"}],
                "cap": str(cap),
            },
        }
    )
    own = [{**month, "availability": availability} for month in months]
    for flows in rate(said, segments(DECIMAL, own)):
        assert -cap * flows.base_rent <= flows.lines[1].net <= 0


@given(month_lists(), money)
def test_damages_never_exceed_their_cap(months, cap):
    said = lease({"late": {"kind": "late_delivery", "per_day": "1000", "cap": str(cap)}})
    assert -sum(nets(said, segments(DECIMAL, months), "late")) <= cap + Decimal("0.07")


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
    st.booleans(),
)
def test_every_unit_held_is_applied_given_back_kept_or_left(months, drawdown, returned, is_over):
    said = lease(
        {"end": {"kind": "termination", "prepayment": "kept"}},
        deposit={"amount": "1", "returned": returned},
        prepayment={"amount": "1", "drawdown": drawdown},
    )
    inputs = [BillingInputs(**numbers(DECIMAL, month)) for month in months]
    inputs[-1] = inputs[-1]._replace(is_ending=is_over, is_terminated=is_over)
    terms = lower_billing("anchor", said, DECIMAL)
    flows, state = scan(settle_billing, terms, initial_billing(DECIMAL), inputs)

    def all_of(name: str) -> Decimal:
        return sum((getattr(each, name) for each in flows), Decimal(0))

    assert all_of("prepayment_received") == state.prepayment_left + all_of(
        "prepayment_applied"
    ) + all_of("prepayment_refunded") + all_of("prepayment_kept")
    assert all_of("deposit_received") == state.deposit_held + all_of("deposit_applied") + all_of(
        "deposit_returned"
    )
    for date, each in zip(inputs, flows, strict=True):
        assert date.invoiced == each.cash_due + each.prepayment_applied + each.deposit_applied
        assert all(amount >= 0 for amount in each[1:])
        assert each.cash_due >= min(date.invoiced, 0)
