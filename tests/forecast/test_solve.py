"""Solving for a term of a deal: answers within what the term may be, or the nearest and why."""

from __future__ import annotations

import pytest

from lessor.forecast.solve import Solution, parse_until, solve
from tests.forecast.deals import LOAN, built

RENT = "leases.tenant.charges.base.amount"
SHARE = "facilities.bank.principal.share"
RATE = "facilities.bank.rate.value"
MONTHLY = 1.5 ** (1 / 12) - 1


def solved(vary: str, until: str, *changes: str) -> Solution:
    found, issues = solve(built(*changes), vary, until)
    assert found is not None, issues
    return found


@pytest.mark.parametrize(
    ("vary", "until", "value"),
    [
        # 1,000 of cost; 10 servers at the rent of a server-month.
        (RENT, "payback_years_total=0.5", 1000 / 6 / 10),
        (RENT, "rent_total=2400", 20),
        (RENT, "irr_project=50%", 1000 * MONTHLY / (1 - (1 + MONTHLY) ** -12) / 10),
        ("assets.servers.unit_cost.amount", "payback_years_total=0.5", 60),
        ("assets.servers.unit_cost", "payback_years_total=0.5", 60),
        ("assets.servers.contingency", "cost_total=1030", 0.03),
        ("leases.tenant.capacity.quantity", "payback_years_total=1", 1000 / 12 / 10),
        ("leases.tenant.charges.base.rent_free", "rent_total=900", 3),
        ("leases.tenant.term", "rent_total=2400", 24),
    ],
)
def test_what_a_closed_formula_gives_is_found(vary: str, until: str, value: float):
    found = solved(vary, until)
    assert found.value == pytest.approx(value, rel=1e-6)
    assert found.admissible and found.nearest is None


def test_a_loan_is_sized_by_its_cover():
    payment = 100 / 1.2
    annuity = (1 - 1.005**-12) / 0.005
    found = solved(SHARE, "dscr_min=1.2", LOAN)
    assert found.value == pytest.approx(payment * annuity / 1000, rel=1e-6)


def test_a_payback_that_does_not_come_is_solved_from_its_pace():
    found = solved(RENT, "payback_years_total=0.5", f"leases: {{tenant: {_base(0.5)}}}")
    assert found.value == pytest.approx(1000 / 6 / 10, rel=1e-6)


def _base(amount: float) -> str:
    return f"{{charges: {{base: {{amount: {amount}}}}}}}"


@pytest.mark.parametrize("vary", [SHARE, RATE])
def test_no_share_beyond_all_and_no_rate_below_nothing_is_ever_given(vary: str):
    # The rent is less than a level payment on all of the cost, so that debt only delays.
    found = solved(vary, "payback_years_equity=0.1", LOAN, f"leases: {{tenant: {_base(8)}}}")
    assert (found.value, found.admissible) == (None, False)
    assert found.nearest is not None and 0 <= found.nearest <= 1
    assert "no admissible value meets it" in found.note
    assert f"{found.nearest:.10g}" in found.note


def test_the_nearest_says_that_it_is_at_the_bound():
    found = solved(RATE, "dscr_min=2", LOAN)
    assert (found.value, found.nearest) == (None, 0.0)
    assert "at the bound" in found.note and "dscr_min is 1.5" in found.note


def test_whole_numbers_are_given_whole():
    exact = solved("leases.tenant.term", "rent_total=2300")
    assert (exact.value, exact.note) == (23, "")
    between = solved("leases.tenant.term", "rent_total=2350")
    assert between.value in (23, 24)
    assert "no whole number meets it exactly" in between.note


def test_a_metric_that_the_term_does_not_move_is_not_met():
    found = solved("npv_rate", "payback_years_total=0.5")
    assert (found.value, found.admissible) == (None, False)
    assert found.nearest is not None


def test_the_deal_that_was_solved_for_stays_as_it_is():
    loaded = built()
    before = str(loaded.deal)
    solve(loaded, RENT, "rent_total=2400")
    assert str(loaded.deal) == before


def test_the_answer_has_its_six_keys():
    found = solved(RENT, "rent_total=2400")
    assert found.as_json() == {
        "vary": RENT,
        "until": "rent_total=2400",
        "value": pytest.approx(20),
        "admissible": True,
        "nearest": None,
        "note": "",
    }


@pytest.mark.parametrize(
    ("text", "value"),
    [("irr_equity=10%", 0.1), (" dscr_min = 1.2 ", 1.2), ("npv_equity=-1_000", -1000.0)],
)
def test_a_target_is_a_metric_and_a_number(text: str, value: float):
    target, issues = parse_until(text)
    assert target is not None and not issues
    assert target.value == pytest.approx(value)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("irr_equity", "target-malformed"),
        ("irr_equity=much", "target-malformed"),
        ("irr_equity=inf", "target-malformed"),
        ("irr_equity=nan%", "target-malformed"),
        ("irr_equtiy=10%", "unknown-metric"),
    ],
)
def test_a_target_that_cannot_be_read_is_an_issue(text: str, code: str):
    target, issues = parse_until(text)
    assert target is None
    assert [issue.code for issue in issues] == [code]


@pytest.mark.parametrize(
    ("vary", "code"),
    [
        ("leases.tenant.charges.base.amonut", "unknown-path"),
        ("leases.tenant.lessee.name", "not-numeric"),
        ("leases.tenant.events.accepted", "not-numeric"),
        ("leases.tenant.billing.timing", "not-numeric"),
        ("leases.tenant", "not-numeric"),
    ],
)
def test_a_term_that_is_no_number_is_an_issue(vary: str, code: str):
    found, issues = solve(built(), vary, "rent_total=1")
    assert found is None
    assert [issue.code for issue in issues] == [code]


def test_faults_of_term_and_target_come_together():
    _, issues = solve(built(), "leases.tenant.lessee.name", "nothing")
    assert {issue.code for issue in issues} == {"not-numeric", "target-malformed"}
