"""What the checks of named cases and of sizing find, and where they place it."""

import pytest

from tests.terms.deals import codes_of, issues_of
from tests.terms.rich_deal import codes_of_rich

RENT = "leases.anchor.charges.base.amount"
SIZING = "facilities.senior.sizing"


@pytest.mark.parametrize(
    ("values", "code", "field", "words"),
    [
        ({"leases.ancor.term": "9 months"}, "unknown-path", '."leases.ancor.term"', "ancor"),
        ({"leases..term": "9 months"}, "path-malformed", '."leases..term"', "missing"),
        ({"assets.servers.deliveries[3].date": "2026-06-01"}, "unknown-path",
         '."assets.servers.deliveries[3].date"', ""),
        ({"cases.stress": {RENT: "1"}}, "unknown-path", '."cases.stress"', "not cases"),
        ({RENT: "4%"}, "wrong-unit", f'."{RENT}"', "'4%'"),
        ({RENT: "-1"}, "negative-quantity", f'."{RENT}"', "negative"),
        ({"leases.anchor.capacity.quantity": "3"}, "lease-larger-than-assets",
         '."leases.anchor.capacity.quantity"', ""),
        ({"facilities.bank.repayment": {"profile": "levl"}}, "not-a-choice",
         '."facilities.bank.repayment"', "facilities.bank.repayment.profile: "),
        ({"assets.servers.unit_cost.currency": "USD"}, "exchange-rate-missing",
         '."assets.servers.unit_cost.currency"', ""),
        # What one value brings about elsewhere stands at the case.
        ({"assets.servers.quantity": "1"}, "lease-larger-than-assets", "",
         "leases.anchor.capacity.quantity: "),
    ],
)  # fmt: skip
def test_a_fault_of_a_case_stands_at_its_value(values, code, field, words):
    (issue,) = issues_of({"cases": {"low": values}})
    assert (issue.code, issue.place.field) == (code, f"cases.low{field}")
    assert words in issue.message


def test_every_case_is_checked_and_all_faults_come_at_once():
    cases = {"low": {RENT: "x", "npv_rate": "12"}, "high": {RENT: "80_000"}, "odd": {"rent": "1"}}
    assert sorted(codes_of({"cases": cases})) == ["percent-as-number", "unknown-path", "wrong-unit"]


def test_what_is_wrong_with_the_deal_itself_is_not_said_again_of_its_cases():
    wrong = {"leases.anchor.capacity.quantity": "3"}
    assert codes_of({**wrong, "cases": {"low": {RENT: "60_000"}}}) == ["lease-larger-than-assets"]


def test_a_case_may_mend_what_another_breaks_and_set_whole_blocks():
    block = {"kind": "base_rent", "amount": "60_000", "per": "server_month"}
    cases = {"low": {"leases.anchor.charges.base": block}, "long": {"npv_rate": "12%"}}
    assert codes_of({"cases": cases}) == []


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({"cases.calm": {}}, ["without-effect"]),
        ({"lender_case.stress_case": "storm"}, ["unknown-name"]),
        ({"cases": None, "facilities.senior.repayment.case": "base"},
         ["unknown-name", "unknown-name"]),
        ({f"{SIZING}.case": "upside"}, ["unknown-name"]),
        ({f"{SIZING}.dscr": None, f"{SIZING}.case": "base"}, ["without-effect"]),
        ({f"{SIZING}.downside_dscr": "0"}, ["not-positive"]),
        ({f"{SIZING}.term": "0"}, ["not-positive"]),
        ({SIZING: {"above_cost": "yes"}}, ["choice-of-one"]),
        ({"cases": {"down side.": {RENT: "14_000"}, "downside": {RENT: "14_000"}}},
         ["name-malformed"]),
    ],
)  # fmt: skip
def test_what_is_wrong_with_names_of_cases_and_limits_is_named(changes, codes):
    assert codes_of_rich(changes) == codes
