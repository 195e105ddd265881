"""Named cases: a deal with the values of a case set on it, and nothing else changed."""

from decimal import Decimal

import pytest

from lessor.core.issue import FaultsError
from lessor.forecast.cases import case_deal, case_loaded
from lessor.forecast.plan import run_plan
from lessor.terms.charges import BaseRent
from lessor.terms.deal import Deal
from lessor.terms.load import Loaded
from tests.forecast.deals import LOAN, built

CASES = """
cases:
  downside: {leases.tenant.charges.base.amount: 9, facilities.bank.principal: 70%}
  long: {leases.tenant.term: 24 months}
"""


@pytest.fixture
def loaded() -> Loaded:
    return built(LOAN, CASES)


def rent_of(deal: Deal) -> Decimal:
    charge = deal.leases["tenant"].charges["base"]
    assert isinstance(charge, BaseRent)
    return charge.amount


def test_a_case_sets_its_values_and_leaves_the_rest(loaded: Loaded):
    deal = case_deal(loaded, "downside")
    assert rent_of(deal) == 9
    assert deal.facilities["bank"].principal.share == Decimal("0.7")
    assert deal.leases["tenant"].term == loaded.deal.leases["tenant"].term
    assert rent_of(loaded.deal) == 10


def test_a_case_runs_as_the_deal_written_so_does(loaded: Loaded):
    written = built(LOAN, "leases: {tenant: {term: 24 months}}")
    ours = run_plan(case_deal(loaded, "long")).cash.by_period("cfads")
    assert ours == run_plan(written.deal).cash.by_period("cfads")


def test_base_is_the_deal_itself(loaded: Loaded):
    assert case_loaded(loaded, "base") is loaded


def test_a_deal_may_name_its_base_otherwise():
    loaded = built(LOAN, "cases: {base: {leases.tenant.charges.base.amount: 12}}")
    assert rent_of(case_deal(loaded, "base")) == 12


def test_a_case_that_is_not_there_is_told_with_those_that_are(loaded: Loaded):
    with pytest.raises(FaultsError) as fault:
        case_deal(loaded, "downsides")
    issue = fault.value.issues[0]
    assert issue.code == "unknown-name"
    assert "downside" in issue.remedy
