"""A deal, its charges and its terms in words."""

import pytest
from pydantic import TypeAdapter

from lessor.report.charge_text import charge_text
from lessor.report.language import bounds_text, field_name, parts_of, type_text
from lessor.report.number_text import amount, percent, scale_of, unsigned_zero
from lessor.report.summary import summary
from lessor.report.term_text import term_text
from lessor.terms.charges import Charge
from lessor.terms.claim import Claim
from lessor.terms.fields import field_table
from lessor.terms.load import build_deal
from lessor.terms.source import load_source_text
from tests.report.test_tables import shown

HEAD = "format: lessor/1\ndeal: A\ncurrency: CNY\nclosing_date: 2026-05-01\n"
ASSETS = """assets:
  servers: {model: HGX-B300-8, quantity: 10, unit_cost: 5e6, residual: {share: 10%}}
  cables: {quantity: 3, unit_cost: {amount: 100, currency: USD}}
  network: {cost: 1e7, residual: {amount: 2e5}}
exchange_rates: {USD: [{date: 2026-01-01, rate: 7, source: bank}]}
"""
LEASES = """leases:
  anchor:
    lessee: {name: B}
    capacity: {asset: servers, quantity: 80, unit: gpus}
    events: {signed: 2026-04-01, expected_acceptance: 2026-06-01}
    term: 2 years
    availability: 99%
    usage: {revenue_per_year: 1e7, meters: {jobs: 5}}
    charges:
      base: {kind: base_rent, amount: 12, per: gpu_hour, escalator: {rate: 3%, every: 1 year}}
      jobs: {kind: usage, meter: jobs, price: 2.5}
      least: {kind: minimum, amount: 100, per: month}
      share:
        {kind: revenue_share, bands: [{up_to: 1e5, share: 5%}, {share: 10%}], floor: 10, cap: 1e6}
      power: {kind: pass_through, cost: power, margin: 5%}
      credit: {kind: service_credit, bands: [{below: 99%, credit: 10%}], cap: 30%}
      late: {kind: late_delivery, per_day: 1_000}
      end: {kind: termination, share: 50%}
"""
COSTS = """costs:
  cabinet: {kind: cabinet, amount: 500, kw: 10}
  power: {kind: power, amount: 0.5, kw: 10}
  care: {kind: maintenance, share: 2%}
  staff: {kind: fixed, amount: 1e5, per: month, quantity: 2}
  move: {kind: one_off, amount: 3e5}
  fund: {kind: share_of_rent, share: 1%}
  licence: {kind: by_use, meter: jobs, amount: 0.1}
"""
FACILITIES = """facilities:
  bank:
    kind: term_loan
    principal: {amount: 2e7}
    rate: {value: 4.5%, basis: actual/360, compounding: none}
    repayment: {profile: equal_principal, until: 2 years, frequency: quarterly}
taxes: {income: {rate: 25%}, stamp_duty: {lease: 0.1%}}
"""


@pytest.mark.parametrize(
    "line",
    [
        "Plan        from 2026-05-01, in CNY",
        "Buys        10 HGX-B300-8 (servers) at CNY 5m each, sold at the end for 10% of cost",
        "3 cables at USD 100 each",
        "network for CNY 10m, sold at the end for CNY 200,000",
        "Lets        anchor: 80 GPUs to B",
        "24 months, signed 2026-04-01, acceptance expected 2026-06-01; billed monthly in arrears",
        "base: CNY 12 a GPU-hour, 3% every 12 months",
        "jobs: jobs at CNY 2.5 a unit",
        "least: at least CNY 100 a month",
        "share: 5% / 10% of the lessee's token revenue, at least CNY 10 and at most CNY 1m a month",
        "power: power at cost and 5%",
        "credit: service credit, at most 30% of a month's rent",
        "late: CNY 1,000 a day of late delivery",
        "end: 50% of the remaining rents on early termination",
        "Spends      cabinet: CNY 500 a kW-month",
        "power: CNY 0.5 a kWh",
        "care: 2% of cost a year",
        "staff: 2 x CNY 100,000 a month",
        "move: CNY 300,000 once",
        "fund: 1% of rent",
        "licence: CNY 0.1 per jobs",
        "Borrows     bank: CNY 20m at 4.5% (actual/360), equal principal, quarterly, to 24 months",
        "Taxes       income tax 25%; stamp duty",
    ],
)
def test_a_deal_is_told_in_words(line: str):
    source, faults = load_source_text(HEAD + ASSETS + LEASES + COSTS + FACILITIES, "deal.yaml")
    assert source is not None and not faults
    loaded, issues = build_deal(source)
    assert loaded is not None, [issue.render() for issue in issues]
    lines = [each.strip() for each in shown(summary(loaded.deal), 120).splitlines()]
    assert line in lines


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (999_994_999, "999.99m"),
        (999_995_000, "1.000bn"),
        (999_999.5, "1.00m"),
        (999_999.4, "999,999"),
        (9_999.99, "9,999.99"),
        (999.999, "999.999"),
        (-1_234_567, "-1.23m"),
        (-0.0001, "0.000"),
    ],
)
def test_amounts_change_their_unit_where_rounding_would_reach_the_next(value, text):
    assert amount(value) == text


def test_a_zero_has_no_sign():
    assert percent(-0.000001) == "0.00%"
    assert unsigned_zero("-0.000") == "0.000"
    assert unsigned_zero("-0.010") == "-0.010"


@pytest.mark.parametrize(
    ("largest", "word"), [(2e11, "bn"), (7e9, "m"), (6e7, "m"), (345_000, "thousand"), (12, "")]
)
def test_one_unit_serves_a_whole_table(largest, word):
    assert scale_of([1.0, None, -largest]).word == word


@pytest.mark.parametrize(
    ("path", "value", "text"),
    [
        ("facilities.bank.rate.value", 0.0425, "4.25%"),
        ("assets.servers.residual.amount", 7.59e8, "759.00m"),
        ("assets.servers.deliveries[0].quantity", 1200, "1,200.00"),
        ("leases.anchor.term", 36.0, "36 months"),
        ("leases.anchor.usage.utilisation", None, "-"),
        ("no.such.path", 3, "3.000"),
    ],
)
def test_a_term_is_told_by_its_field(path, value, text):
    assert term_text(path, value) == text


def test_parts_of_the_language_hold_every_field_once():
    for root in (None, Claim):
        rows = field_table() if root is None else field_table(root)
        parts = parts_of(rows)
        titles = [part.title for part in parts]
        assert len(titles) == len(set(titles))
        assert all(part.meaning for part in parts)
        told = {(part.title, field_name(row)) for part in parts for row in part.fields}
        for row in rows:
            assert any(
                row.owner in title.split(", ") and name == field_name(row) for title, name in told
            ), row.pattern


def test_types_and_bounds_in_words():
    rows = {row.pattern: row for row in field_table()}
    assert type_text(rows["hours"]) == "730_a_month | actual"
    assert type_text(rows["npv_rate"]) == "fraction a year"
    assert bounds_text(rows["npv_rate"]) == "-99% to 1,000%"
    assert type_text(rows["assets.<name>.spec.power_kw_max"]) == "number (kW)"
    assert bounds_text(rows["assets.<name>.quantity"]) == ""


@pytest.mark.parametrize(
    ("charge", "said"),
    [
        (
            {"kind": "termination", "share": "50%", "relet_credit": "20%"},
            "50% of the remaining rents, less 20% of them for re-letting on early termination",
        ),
        (
            {"kind": "usage", "meter": "pages", "mode": "package", "package": "5", "price": "99.5",
             "per": "thousand"},
            "pages at JPY 99.5 a package of 5 thousand",
        ),
        (
            {"kind": "usage", "meter": "gpu_seconds", "mode": "package", "package": "100",
             "price": "7", "per": "gpu_hour"},
            "gpu_seconds at JPY 7 a package of 100 GPU-hours",
        ),
    ],
)  # fmt: skip
def test_a_charge_is_told_whole(charge: dict[str, str], said: str):
    assert charge_text(TypeAdapter(Charge).validate_python(charge), "JPY") == said


def test_a_meter_that_is_unknown_may_be_declared():
    text = HEAD + ASSETS + LEASES.replace("kind: usage, meter: jobs", "kind: usage, meter: pages")
    source, _ = load_source_text(text + COSTS + FACILITIES, "deal.yaml")
    assert source is not None
    [issue] = [each for each in build_deal(source)[1] if each.code == "unknown-name"]
    assert (
        "declare a meter of your own, on the lease: usage: {meters: {pages: 1000}}" in issue.remedy
    )
