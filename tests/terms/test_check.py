"""What the checks across fields find, and what they let pass."""

from decimal import Decimal
from typing import Any

import pytest

from lessor.core.issue import Severity
from lessor.engine.charges.usage import METER_UNITS
from lessor.terms.charges import ServiceCredit
from lessor.terms.check_charges import circles, is_input
from lessor.terms.findings import figure, percent
from lessor.terms.load import build_deal
from lessor.terms.meters import BUILT_IN, rated
from lessor.terms.source import load_source_text
from lessor.terms.tax_preset import taxes_in_force
from lessor.terms.taxes import Taxes, Vat
from tests.terms.deals import SMALL, built, codes_of, issues_of

CHARGE = "leases.anchor.charges"
PLAN = {"leases.anchor.usage": {"tokens_per_gpu_hour": "2e6", "prices": {"in": "2", "out": "8"}}}
SECOND: dict[str, Any] = {
    "lessee": {"name": "Another"},
    "capacity": {"asset": "servers", "quantity": "2"},
    "events": {"expected_acceptance": "2029-05-01"},
    "term": "12 months",
}
DOLLARS = {"exchange_rates": {"USD": [{"date": "2026-05-01", "rate": "7.1", "source": "a bank"}]}}


def usage(**fields: Any) -> dict[str, Any]:
    return {**PLAN, f"{CHARGE}.tokens": {"kind": "usage", "meter": "tokens_out", **fields}}


def loan(**fields: Any) -> dict[str, Any]:
    return {f"facilities.bank.repayment.{name}": value for name, value in fields.items()}


def sold(residual: dict[str, Any], **others: Any) -> dict[str, Any]:
    return {**others, "assets.servers.residual": residual}


def passing(cost: str) -> dict[str, Any]:
    return {f"{CHARGE}.passed": {"kind": "pass_through", "cost": cost}}


def credit(name: str = "sla", **fields: Any) -> dict[str, Any]:
    bands = [{"below": "99.5%", "credit": "10%"}, {"below": "95%", "credit": "25%"}]
    return {f"{CHARGE}.{name}": {"kind": "service_credit", "bands": bands, **fields}}


LATE_LOT = {
    "assets.servers.deliveries": [
        {"date": "2026-05-01", "quantity": "1"},
        {"date": "2026-12-01", "quantity": "1"},
    ]
}
TAXED = {"taxes.vat.rent": "6%", f"{CHARGE}.base.tax": "excluded"}


def test_the_small_deal_is_sound():
    assert built().issues == ()


@pytest.mark.parametrize(
    "changes",
    [
        {"leases.second": SECOND},
        {"leases.anchor.capacity.quantity": "1", "leases.second": {**SECOND,
            "events": {"expected_acceptance": "2027-01-01"},
            "capacity": {"asset": "servers", "quantity": "1"}}},
        {"leases.anchor.capacity": {"asset": "servers", "quantity": "16", "unit": "gpus"}},
        {"leases.anchor.capacity": {
            "asset": "servers", "quantity": "15.832", "unit": "pflops", "basis": "dense"}},
        usage(per="million_tokens", price="2"),
        usage(mode="graduated", tiers=[{"up_to": "10", "price": "3"}, {"price": "2"}]),
        usage(mode="volume", tiers=[{"up_to": "10", "price": "2"}, {"price": "2"}]),
        usage(mode="package", package="100", price="3"),
        {**PLAN, f"{CHARGE}.floor": {"kind": "minimum", "amount": "1e6"},
         f"{CHARGE}.share": {"kind": "revenue_share", "share": "10%", "greater_of": ["floor"]}},
        {**DOLLARS, "assets.servers.unit_cost.currency": "USD"},
        {"leases.anchor.events": {"quoted": "2026-03-01", "signed": "2026-04-01",
            "accepted": "2026-05-01", "suspended": ["2026-07-01", "2026-08-01"],
            "resumed": ["2026-07-15", "2026-09-01"], "ended": "2029-05-01"}},
        {"assets.servers.payments": [{"share": "60%", "on": "order"},
            {"share": "40%", "on": "acceptance", "after": "30 days"}]},
        {"assets.servers.market_value": {"decline": "30%"}, "assets.servers.residual":
            "market_value"},
        loan(profile="custom", until="36 months", steps=[{"after": "36 months", "share": "100%"}]),
        {"costs.power": {"kind": "power", "amount": "0.5", "load": "80%"},
         f"{CHARGE}.power": {"kind": "pass_through", "cost": "power", "margin": "5%"}},
        {"facilities.bank.principal": {"amount": "4_000_000"}},
        sold({"share": "30%", "at": "2029-05-01"}),
        {**sold({"share": "30%", "at": "5 years"}), "horizon": "2031-05-01"},
        {**LATE_LOT, **loan(until="7 months"), "assets.servers.deliveries[1].date": "2026-11-30"},
        {**LATE_LOT, **loan(until="6 months"), "facilities.bank.draw": "at_closing"},
        {**TAXED, "leases.anchor.relet": {
            "amount": "60_000", "term": "1 year", "tax": "included"}},
        {"leases.anchor.billing": {"rounding": "Half even", "time_zone": "Asia/Shanghai"}},
        credit(claim="Automatic", exclude="Customer", maintenance="8.5"),
        {**credit(claim="10 days", exclude=["customer", "maintenance"]),
         **credit("other", claim="10 days")},
    ],
)  # fmt: skip
def test_what_is_right_passes_without_a_word(changes):
    assert issues_of(changes) == ()


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({"leases.anchor.capacity.quantity": "2.001"}, ["lease-larger-than-assets"]),
        ({"leases.second": {**SECOND, "events": {"accepted": "2029-04-30"}}}, ["leases-overlap"]),
        ({"leases.anchor.renewal": {"term": "6 months"}, "leases.second": SECOND},
         ["leases-overlap"]),
        ({"leases.anchor.relet": {"amount": "60_000"}, "leases.second": SECOND},
         ["leases-overlap"]),
        ({"leases.anchor.relet": {"term": "1 year"}}, ["choice-of-one"]),
        ({"leases.anchor.relet": {"curve": "rents", "term": "1 year"}}, ["unknown-name"]),
        ({"leases.anchor.capacity": {"model": "HGX-B300-9", "quantity": "1"}}, ["unknown-model"]),
        ({"leases.anchor.capacity.precision": "fp4", f"{CHARGE}.base.per": "pflops_year"},
         ["pflops-basis-unsaid"]),
        ({"leases.anchor.capacity.precision": "fp4", "leases.anchor.capacity.basis": "dense",
          f"{CHARGE}.base.per": "pflops_year"}, ["figure-missing"]),
        ({"assets.servers.model": None, f"{CHARGE}.base.per": "gpu_hour"}, ["figure-missing"]),
        ({"assets.servers.model": None, "costs.rack": {"kind": "cabinet", "amount": "440"}},
         ["figure-missing"]),
        ({f"{CHARGE}.share": {"kind": "revenue_share", "share": "10%"}}, ["usage-missing"]),
        ({f"{CHARGE}.kwh": {"kind": "usage", "meter": "kwh", "price": "1"}}, ["usage-missing"]),
        ({f"{CHARGE}.x": {"kind": "usage", "meter": "tokens_uot", "price": "1"}},
         ["unknown-name"]),
        (usage(mode="package", price="3"), ["choice-of-one"]),
        (usage(package="3", price="3"), ["choice-of-one"]),
        (usage(mode="volume", price="3"), ["choice-of-one"]),
        (usage(mode="graduated", tiers=[{"price": "3"}, {"price": "2"}]), ["tier-open-end"]),
        ({f"{CHARGE}.floor": {"kind": "minimum", "amount": "1", "of": ["floor"]}},
         ["circular-reference"]),
        ({f"{CHARGE}.late": {"kind": "late_delivery"}, "leases.anchor.events.promised":
            "2026-04-01"}, ["choice-of-one"]),
        ({f"{CHARGE}.sla": {"kind": "service_credit", "bands": [
            {"below": "95%", "credit": "20%"}, {"below": "99%", "credit": "10%"}]}},
         ["tiers-not-rising"]),
        (credit(maintenance="8", exclude=["maintenance"]), ["choice-of-one"]),
        (credit(claim="0 days"), ["not-positive"]),
        (credit(claim="30"), ["wrong-unit"]),
        (credit(exclude=["customer", {"a": "b"}]), ["wrong-type"]),
        ({**credit(claim="30 days"), **credit("other", exclude="customer")},
         ["term-not-handled", "term-not-handled"]),
        ({"leases.anchor.billing.time_zone": "Mars/Olympus"}, ["unknown-time-zone"]),
        ({"leases.anchor.billing.time_zone": "../UTC"}, ["unknown-time-zone"]),
        ({"leases.anchor.billing.rounding": "half"}, ["not-a-choice"]),
        ({f"{CHARGE}.x": {"kind": "usage", "meter": "downtime", "price": "1"}},
         ["meter-not-priced"]),
        ({f"{CHARGE}.x": {"kind": "usage", "meter": "cost.power", "price": "1"}},
         ["meter-not-priced"]),
        ({"leases.anchor.usage": {"meters": {"service_credit_claim": "1"}}},
         ["meter-not-priced"]),
        ({"leases.anchor.deposit": {"paid": "closing"}}, ["choice-of-one"]),
        ({"leases.anchor.prepayment": {"share": "10%", "amount": "1"}}, ["choice-of-one"]),
        ({"leases.anchor.usage": {"meters": {"pages": "-1"}}}, ["negative-quantity"]),
        ({"leases.anchor.usage": {"ramp_up": "45 days"}}, ["wrong-unit"]),
        ({"leases.anchor.events.terminated": "2027-01-01", "leases.anchor.events.ended":
            "2028-01-01"}, ["choice-of-one"]),
        ({"leases.anchor.events.resumed": "2027-01-01"}, ["dates-out-of-order"]),
        ({"assets.servers.deliveries": [{"date": "2026-05-01"}, {"date": "2026-06-01"}]},
         ["lots-not-quantity"]),
        ({"assets.servers.payments": [{"share": "100%", "on": "date"}]}, ["missing-field"]),
        ({"assets.servers.residual": "market_value"}, ["missing-field"]),
        ({"assets.servers.depreciation": {"life": "0"}}, ["not-positive"]),
        ({"facilities.bank.principal": {"share": "60%", "amount": "1"}}, ["choice-of-one"]),
        ({"facilities.second": {"kind": "term_loan", "principal": {"share": "30%"}, "rate": {
            "value": "4%", "basis": "30/360", "compounding": "monthly"}, "repayment": {
            "profile": "bullet"}}}, ["debt-above-cost"]),
        (loan(profile="custom"), ["choice-of-one"]),
        (loan(steps=[{"after": "1 year", "share": "10%"}]), ["without-effect"]),
        (loan(profile="custom", until="1 year", steps=[{"after": "2 years", "share": "10%"}]),
         ["amortization-past-maturity"]),
        ({"costs.x": {"kind": "fixed", "amount": "1", "from": "2027-01-01", "until":
            "2026-12-01"}}, ["dates-out-of-order"]),
        ({"costs.x": {"kind": "by_use", "meter": "kwh", "amount": "1"}}, ["usage-missing"]),
        ({"costs.x": {"kind": "maintenance", "share": "3%", "asset": "server"}},
         ["unknown-name"]),
        ({"curves.a": {"like": "a"}}, ["circular-reference"]),
        ({"curves.a": {"times": "2"}}, ["choice-of-one"]),
        ({"exchange_rates": {"usd": []}}, ["unknown-currency"]),
        ({"horizon": "51 years"}, ["too-long"]),
        ({"horizon": "2026-04-01"}, ["horizon-zero"]),
        (sold({"share": "30%", "at": "2028-05-01"}), ["lease-outlasts-capacity"]),
        (sold({"share": "30%", "at": "0 months"}),
         ["dates-out-of-order", "lease-outlasts-capacity"]),
        ({**sold({"share": "30%", "at": "4 years"}), "horizon": "3 years"},
         ["dates-out-of-order"]),
        (sold({"at": "4 years"}), ["without-effect"]),
        (sold({"curve": "GLRI-H1000"}), ["unknown-name"]),
        (sold({"curve": "rents"}, **{"curves.rents": {"rents": [
            {"date": "2026-05-01", "amount": "9"}]}}), ["curve-empty"]),
        (sold({"curve": "GLRI-H100", "share": "10%"}),
         ["choice-of-one", "unverified-reference"]),
        (sold({"curve": "GLRI-H100"}), ["unverified-reference"]),
        ({**passing("own"), "costs.own": {"kind": "share_of_rent", "share": "5%"}},
         ["charge-order"]),
        ({**PLAN, **passing("own"), "costs.own": {
            "kind": "by_use", "meter": "tokens_out", "amount": "1"}}, ["charge-order"]),
        ({**LATE_LOT, **loan(until="6 months")}, ["draw-after-maturity"]),
        ({**LATE_LOT, **loan(until="6 months"), "facilities.bank.draw": "equity_first"},
         ["draw-after-maturity"]),
        ({**loan(until="6 months"), "assets.servers.payments": [
            {"share": "90%", "on": "order"},
            {"share": "10%", "on": "acceptance", "after": "7 months"}]}, ["draw-after-maturity"]),
        ({**TAXED, "leases.anchor.relet": {"amount": "60_000", "term": "1 year"}}, ["tax-unsaid"]),
        ({"leases.anchor.relet": {"amount": "9", "term": "1 year", "currency": "USD"}},
         ["exchange-rate-missing"]),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named(changes, codes):
    assert codes_of(changes) == codes


def test_an_overlap_names_every_lease_in_the_way():
    issues = issues_of({"leases.second": {**SECOND, "events": {"accepted": "2028-05-01"}}})
    assert "'anchor' (2)" in issues[0].message
    assert issues[0].place.field == "leases.second.capacity.quantity"


def test_a_terminated_lease_frees_its_servers():
    early = {
        "leases.anchor.events.terminated": "2027-01-01",
        "leases.second": {**SECOND, "events": {"expected_acceptance": "2027-01-01"}},
    }
    assert issues_of(early) == ()


def test_a_total_that_falls_says_at_which_quantity():
    (issue,) = issues_of(
        usage(mode="volume", included="50", tiers=[{"up_to": "100", "price": "3"}, {"price": "2"}])
    )
    assert issue.code == "tiers-not-monotone" and issue.severity is Severity.WARNING
    assert "beyond 150 units the total falls from 300 to 200" in issue.message


def test_debt_may_reach_the_cost_with_its_vat_and_fees_and_no_further():
    taxed = {
        "assets.servers.unit_cost.tax": "excluded",
        f"{CHARGE}.base.tax": "excluded",
        "taxes.vat.equipment": "13%",
        "facilities.bank.principal": {"amount": "4_520_000"},
    }
    assert issues_of(taxed) == ()
    more = {**taxed, "facilities.bank.principal": {"amount": "4_520_001"}}
    assert codes_of(more) == ["debt-above-cost"]
    assert codes_of({**more, "facilities.bank.fees.up_front": "1%"}) == []


def test_debt_in_another_currency_is_held_against_cost_at_the_rate_of_closing():
    small = {
        **DOLLARS,
        "facilities.bank.principal": {"amount": {"amount": "563_380", "currency": "USD"}},
    }
    assert issues_of(small) == ()
    large = {
        **DOLLARS,
        "facilities.bank.principal": {"amount": {"amount": "563_381", "currency": "USD"}},
    }
    assert codes_of(large) == ["debt-above-cost"]


def test_vat_asks_of_the_amounts_it_falls_on_and_of_no_others():
    assert codes_of({"taxes.vat.rent": "6%"}) == ["tax-unsaid"]
    assert codes_of({"taxes.vat.equipment": "13%"}) == ["tax-unsaid"]
    assert codes_of({"taxes.vat.costs": "6%"}) == []
    assert codes_of({f"{CHARGE}.base.vat": "6%"}) == ["tax-unsaid"]


def test_a_cost_before_the_plan_and_a_weak_figure_are_warned_of_and_let_pass():
    weak = {"assets.servers.model": "HGX-H20-8", "assets.servers.order_date": "2026-01-01"}
    early = {**weak, "assets.servers.payments": [{"share": "100%", "on": "order"}]}
    loaded = built(early)
    codes = {issue.code for issue in loaded.issues}
    assert codes == {"unverified-reference", "date-before-closing"}


def test_kw_that_a_deal_gives_itself_are_no_weak_figure():
    model = {"assets.servers.model": "HGX-H200-8"}
    rack = {"kind": "cabinet", "amount": "440"}
    assert codes_of({**model, "costs.rack": rack}) == ["unverified-reference"]
    assert codes_of({**model, "costs.rack": {**rack, "kw": "10"}}) == []


def test_an_issue_of_a_shorthand_stands_at_the_value_that_was_written():
    text = SMALL.replace("events: {accepted: 2026-05-01}", "events: {resumed: 2027-01-01}")
    source, _ = load_source_text(text, "deal.yaml")
    assert source is not None
    fields = {issue.place.field for issue in build_deal(source)[1]}
    assert "leases.anchor.events.resumed" in fields


def test_a_preset_is_laid_under_what_the_deal_says():
    taxes = taxes_in_force(Taxes(preset="CN_equipment_lease", vat=Vat(costs=Decimal("0.06"))))
    assert taxes.vat is not None and taxes.income is not None
    assert taxes.vat.rent == Decimal("0.13") and taxes.vat.costs == Decimal("0.06")
    assert taxes.income.rate == Decimal("0.25") and taxes.income.loss_years == 5
    assert taxes_in_force(Taxes()) == Taxes()


@pytest.mark.parametrize(
    ("fields", "excluded"),
    [
        ({}, ("customer", "maintenance")),
        ({"maintenance": "8"}, ("customer",)),
        ({"exclude": []}, ()),
        ({"exclude": "Force majeure"}, ("force_majeure",)),
        ({"exclude": ["power-cut"], "maintenance": "8"}, ("power_cut",)),
    ],
)
def test_causes_that_do_not_count_as_downtime(fields, excluded):
    charge = built(credit(**fields)).deal.leases["anchor"].charges["sla"]
    assert isinstance(charge, ServiceCredit)
    assert charge.excluded == excluded


@pytest.mark.parametrize("meter", [each for each in BUILT_IN.values() if not is_input(each.name)])
def test_a_priced_unit_is_what_the_meter_is_told_in(meter):
    """A GPU hour of the price and a GPU hour of an event hold as many GPU seconds."""
    for unit in set(meter.units) & set(METER_UNITS):
        told = rated(meter, meter.units[unit], "CNY")
        assert told == METER_UNITS[unit]
        assert codes_of(usage(meter=meter.name, per=unit, price="1")) in ([], ["usage-missing"])


def test_terms_of_billing_are_the_usual_ones_unless_said():
    lease = built(credit()).deal.leases["anchor"]
    assert (lease.billing.rounding, lease.billing.time_zone) == ("half_up", "UTC")
    charge = lease.charges["sla"]
    assert isinstance(charge, ServiceCredit)
    assert charge.claim == "automatic"


def test_a_time_zone_in_other_letters_is_named():
    (issue,) = issues_of({"leases.anchor.billing.time_zone": "asia/shanghai"})
    assert "did you mean Asia/Shanghai?" in issue.remedy


@pytest.mark.parametrize(
    ("refers", "found"),
    [
        ({"a": ["b"], "b": ["c"], "c": []}, []),
        ({"a": ["a"]}, [["a"]]),
        ({"a": ["b"], "b": ["a"], "c": ["a"]}, [["a", "b"]]),
        ({"a": ["b", "c"], "b": ["d"], "c": ["d"], "d": ["a"]}, [["a", "b", "d"]]),
        ({"a": ["nobody"]}, []),
    ],
)
def test_circles_among_names(refers, found):
    assert circles(refers) == found


def test_numbers_in_messages_are_grouped_and_plain():
    assert figure(Decimal("1234567.500")) == "1,234,567.5"
    assert percent(Decimal("1.125")) == "112.5%"
