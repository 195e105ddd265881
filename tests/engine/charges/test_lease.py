"""The pipe as a whole: order, sums, pass-through, termination, explanation."""

from decimal import Decimal
from typing import Any

import pytest

from lessor.core.numeric import DECIMAL, FLOAT
from lessor.core.trace import Traced, TraceKind
from lessor.engine.charges.lease import initial_state, lower_lease, rate_lease
from lessor.engine.charges.segment import Passed
from lessor.terms.charges import RATING_ORDER
from tests.engine.charges.rating import NO_VAT, VAT_6, lease, lines, months_of, nets, rate, segment

TRACED = TraceKind()
EVERY_CHARGE: dict[str, Any] = {
    "end": {"kind": "termination", "share": "50%", "relet_credit": "20%"},
    "power": {"kind": "pass_through", "cost": "power", "margin": "10%"},
    "tokens": {"kind": "revenue_share", "share": "10%"},
    "late": {"kind": "late_delivery", "per_day": "10"},
    "sla": {"kind": "service_credit", "bands": [{"below": "99%", "credit": "10%"}]},
    "top": {"kind": "maximum", "amount": "2000"},
    "least": {"kind": "minimum", "amount": "1500"},
    "use": {"kind": "usage", "meter": "kwh", "price": "1"},
    "base": {"kind": "base_rent", "amount": "1000", "per": "cluster_month"},
}


def test_charges_are_rated_in_contract_order_whatever_the_file_says():
    terms = lower_lease("anchor", lease(EVERY_CHARGE), kind=DECIMAL, defaults=NO_VAT)
    assert tuple(charge.kind for charge in terms.charges) == RATING_ORDER
    assert [charge.path for charge in terms.charges][:2] == [
        "leases.anchor.charges.base",
        "leases.anchor.charges.use",
    ]


def test_the_sums_of_a_month():
    [month] = months_of(1, quantities=(200,), lessee_revenue=3_000, availability="0.98")
    month = month._replace(passed=(Passed(Decimal(500), Decimal(1_000)),))
    [flows] = rate(lease(EVERY_CHARGE), [month], defaults=VAT_6)
    # base, use, least, top, sla, late, tokens, power, end
    assert [line.net for line in flows.lines] == [1000, 200, 300, 0, -100, 0, 300, 550, 0]
    assert flows.base_rent == 1_000
    assert flows.rent == 1_700
    assert flows.net == 2_250
    assert flows.vat == 135


def test_a_lease_without_charges_owes_nothing():
    [flows] = rate(lease({}), [segment()])
    assert flows == ((), 0, 0, 0, 0)


def test_every_charge_of_a_name_that_needs_quotes_is_found_by_its_path():
    said = lease({"base 1.5": {"kind": "base_rent", "amount": "1", "per": "year"}})
    terms = lower_lease("north.one", said, kind=DECIMAL, defaults=NO_VAT)
    assert terms.charges[0].path == 'leases."north.one".charges."base 1.5"'


@pytest.mark.parametrize(
    ("fields", "net"),
    [({}, 500), ({"margin": "10%"}, 550), ({"share": "40%"}, 200), ({"price": "0.8"}, 800)],
)
def test_a_cost_charged_on(fields: dict[str, str], net: int):
    said = lease({"on": {"kind": "pass_through", "cost": "power", **fields}})
    month = segment()._replace(passed=(Passed(Decimal(500), Decimal(1_000)),))
    assert nets(said, [month], "on") == [net]


def test_costs_charged_on_come_in_the_order_that_the_terms_name():
    said = lease(
        {
            "b": {"kind": "pass_through", "cost": "space"},
            "a": {"kind": "pass_through", "cost": "power", "price": "1.06", "tax": "included"},
        }
    )
    terms = lower_lease("anchor", said, kind=DECIMAL, defaults=NO_VAT)
    assert terms.passed_costs == ("space", "power")
    passed = (Passed(Decimal(70), Decimal(1)), Passed(Decimal(9), Decimal(100)))
    [flows] = rate(said, [segment()._replace(passed=passed)], defaults=VAT_6)
    assert [line.net for line in flows.lines] == [70, 100]


@pytest.mark.parametrize(
    ("share", "relet", "net"), [("100%", "0%", 9_000), ("50%", "20%", 2_700), ("20%", "50%", 0)]
)
def test_an_early_end_is_paid_for_net_of_reletting(share: str, relet: str, net: int):
    said = lease({"end": {"kind": "termination", "share": share, "relet_credit": relet}})
    event = segment(months=0, is_terminated=True, remaining_rent=9_000)
    assert nets(said, [segment(), event], "end") == [0, net]


def test_a_payment_for_an_early_end_bears_the_tax_of_the_rent():
    said = lease({"end": {"kind": "termination"}})
    [line] = lines(said, [segment(is_terminated=True, remaining_rent=1_000)], "end", VAT_6)
    assert (line.quantity, line.net, line.vat) == (1_000, 1_000, 60)


def leaves(value: Traced) -> set[str]:
    """The fields at the leaves of a traced value."""
    own = {value.field} if value.field else set()
    return own.union(*(leaves(arg) for arg in value.args))


def test_a_traced_lease_names_the_terms_behind_its_rent():
    said = lease(EVERY_CHARGE)
    terms = lower_lease("anchor", said, kind=TRACED, defaults=VAT_6)
    [month] = months_of(1, TRACED, quantities=(200,), lessee_revenue=3_000, availability="0.98")
    nothing = Passed(TRACED.given(500, "power"), TRACED.given(1_000, "kWh"))
    flows, _ = rate_lease(terms, initial_state(terms, TRACED), month._replace(passed=(nothing,)))
    path = "leases.anchor.charges"
    assert {f"{path}.base.amount", f"{path}.least.amount"} <= leaves(flows.rent)
    assert f"{path}.power.margin" not in leaves(flows.rent)
    assert "taxes.vat.rent" in leaves(flows.vat)
    plain, _ = rate_lease(
        lower_lease("anchor", said, kind=FLOAT, defaults=VAT_6),
        initial_state(terms, FLOAT),
        months_of(1, FLOAT, quantities=(200,), lessee_revenue=3_000, availability="0.98")[
            0
        ]._replace(passed=(Passed(500.0, 1_000.0),)),
    )
    assert float(flows.net) == plain.net
