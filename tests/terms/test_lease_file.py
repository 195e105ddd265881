"""Lease files, and how a quote finds its lease."""

from pathlib import Path

import pytest

from lessor.core.issue import errors
from lessor.terms.lease_file import load_quoted

LEASE = """\
format: lessor-lease/1
currency: CNY
closing_date: 2026-01-01
lease:
  kind: direct_lease
  principal: 100
  rate: {value: 4%, basis: 30/360, compounding: quarterly}
  repayment: {profile: level, until: 36 months, frequency: quarterly}
"""
DEAL = """\
format: lessor/1
deal: two leases
currency: CNY
closing_date: 2026-01-01
assets:
  servers: {quantity: 1, unit_cost: 1000, spec: {gpus: 8}}
leases:
  customer:
    lessee: {name: someone}
    capacity: {asset: servers, quantity: 1}
    events: {accepted: 2026-01-01}
    term: 36 months
    charges:
      base: {kind: base_rent, amount: 500, per: year}
facilities:
"""
FACILITY = """\
  {name}:
    kind: {kind}
    principal: 100
    rate: {{value: 4%, basis: 30/360, compounding: monthly}}
    repayment: {{profile: level}}
"""


@pytest.fixture
def found(tmp_path: Path):
    def load(text: str, name: str | None = None, *sets: str):
        path = tmp_path / "lease.yaml"
        path.write_text(text, encoding="utf-8")
        return load_quoted(path, name, sets)

    return load


def deal_with(**kinds: str) -> str:
    return DEAL + "".join(FACILITY.format(name=name, kind=kind) for name, kind in kinds.items())


def test_a_lease_file_is_a_deal_with_one_facility(found):
    lease, issues = found(LEASE)
    assert issues == ()
    assert list(lease.deal.facilities) == ["lease"]
    assert (lease.name, lease.facility.kind) == ("lease", "direct_lease")


def test_sets_go_by_the_language_of_the_file(found):
    lease, _ = found(LEASE, None, "lease.rental.deposit=5%", "closing_date=2026-02-01")
    assert float(lease.facility.rental.deposit) == 0.05
    _, issues = found(LEASE, None, "facilities.lease.kind=notes")
    assert [issue.code for issue in issues] == ["unknown-path"]


def test_faults_of_a_lease_file_stand_at_its_own_fields_all_at_once(found):
    bad = LEASE.replace("36 months", "lease_end").replace("value: 4%", "index: LPR")
    _, issues = found(bad)
    places = {(issue.code, issue.place.field, issue.place.line) for issue in errors(issues)}
    assert places == {
        ("maturity-unknown", "lease.repayment.until", 8),
        ("unknown-name", "lease.rate.index", 7),
    }


def test_the_only_finance_lease_of_a_deal_needs_no_name(found):
    lease, issues = found(deal_with(bank="term_loan", vendor="vendor_lease"))
    assert errors(issues) == ()
    assert lease.name == "vendor"
    assert found(deal_with(bank="term_loan", vendor="vendor_lease"), "bank")[0].name == "bank"


def test_several_leases_or_none_must_be_told_apart(found):
    _, issues = found(deal_with(first="direct_lease", second="vendor_lease"))
    (issue,) = errors(issues)
    assert (issue.code, issue.message) == (
        "lease-unsaid",
        "the deal has several finance leases: first and second",
    )
    _, issues = found(deal_with(bank="term_loan"))
    assert [each.code for each in errors(issues)] == ["lease-unsaid"]
    _, issues = found(deal_with(bank="term_loan"), "bnak")
    (issue,) = errors(issues)
    assert (issue.code, issue.remedy) == ("unknown-name", "did you mean bank?")


def test_another_version_is_no_lease_file(found):
    lease, issues = found(LEASE.replace("lessor-lease/1", "lessor-lease/9"))
    assert lease is None
    assert [issue.code for issue in issues] == ["wrong-format"]


def test_the_rents_of_a_lease_fall_due_at_one_frequency(found):
    step = "lease.repayment.frequency_steps=[{from: 12 months, frequency: monthly}]"
    said, issues = found(LEASE, None, step)
    assert said is None
    assert [issue.code for issue in errors(issues)] == ["term-not-handled"]
