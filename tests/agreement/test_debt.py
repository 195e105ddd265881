"""Loans on Decimal, on floats and on arrays of paths say the same."""

from decimal import Decimal

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from lessor.core.numeric import DECIMAL, FLOAT, scan
from lessor.engine.debt.draws import FundingInputs, fund_uses, lower_funding, opening_funding
from lessor.engine.debt.facility import facility_segment
from lessor.engine.debt.facility_terms import (
    Draw,
    FacilityInputs,
    lower_facility,
    opening_facility,
)
from lessor.engine.debt.schedule import annuity_factors, lower_segments
from lessor.engine.debt.sizing import PrincipalTerms, Uses, size_principals
from lessor.engine.debt.structure import payment_plan
from tests.agreement.agreeing import assert_agree, assert_paths_agree
from tests.engine.debt.loans import facility, grid, run_loan

FREQUENCIES = ("monthly", "quarterly", "semiannual", "annual")
RULES = ("pro_rata", "equity_first", "at_closing")

shares = st.decimals(0, 1, places=3)
amounts = st.decimals(1, 1_000_000_000, places=2)


@st.composite
def facilities(draw):
    """Any loan that a deal file can write."""
    profile = draw(st.sampled_from(("level", "equal_principal", "bullet", "custom")))
    months = draw(st.integers(1, 84))
    steps = (
        draw(st.lists(st.integers(1, 84), max_size=4, unique=True)) if profile == "custom" else ()
    )
    return facility(
        profile,
        until=f"{months} months",
        rate={
            "value": str(draw(st.decimals(0, Decimal("0.3"), places=4))),
            "basis": draw(st.sampled_from(("30/360", "actual/360", "actual/365", "actual/actual"))),
            "compounding": draw(st.sampled_from(("none", *FREQUENCIES))),
        },
        repayment={
            "frequency": draw(st.sampled_from(FREQUENCIES)),
            "interest_only": f"{draw(st.integers(0, 24))} months",
            "balloon": str(draw(shares)),
            "steps": [{"after": f"{after} months", "share": "0.2"} for after in sorted(steps)],
        },
    )


@given(facilities(), st.dictionaries(st.integers(0, 30), amounts, min_size=1, max_size=4))
def test_a_loan_agrees(loan, drawn):
    exact = run_loan(loan, kind=DECIMAL, draws=drawn)
    quick = run_loan(loan, kind=FLOAT, draws={month: float(each) for month, each in drawn.items()})
    scale = float(sum(drawn.values()))
    assert_agree((exact.flows, exact.state), (quick.flows, quick.state), scale=scale)


@given(facilities(), st.lists(st.decimals(0, 20, places=2), min_size=84, max_size=84))
def test_a_loan_short_of_cash_agrees(loan, cash):
    exact = run_loan(loan, kind=DECIMAL, cash=cash)
    quick = run_loan(loan, kind=FLOAT, cash=[float(each) for each in cash])
    assert_agree((exact.flows, exact.state), (quick.flows, quick.state), scale=100)


@given(
    st.sampled_from(("level", "equal_principal", "bullet")),
    st.lists(st.floats(0, 0.3), min_size=1, max_size=5),
    st.floats(1, 1e9),
)
def test_every_path_of_rates_is_the_loan_run_alone(profile, rates, principal):
    loan = facility(profile, until="12 months", repayment={"balloon": "10%"})
    plan = payment_plan(loan, grid(12), 12)
    terms = lower_facility("bank", loan, kind=FLOAT)
    months = lower_segments("bank", loan, plan, kind=FLOAT)

    def run(rate):
        own = terms._replace(rate=terms.rate._replace(value=rate))
        factors = annuity_factors(own.rate, months, kind=FLOAT)
        inputs = [
            FacilityInputs((Draw(principal, month.year_fraction),), month, factor)
            for month, factor in zip(months, factors, strict=True)
        ]
        return scan(facility_segment, own, opening_facility(own), inputs)

    together = run(np.array(rates))
    for path, rate in enumerate(rates):
        assert_paths_agree(together, run(rate), path)


@given(
    st.lists(
        st.tuples(
            st.sampled_from(("amount", "hardware", "capex", "total_uses")),
            st.decimals(0, Decimal("0.3"), places=3),
            st.decimals(0, Decimal("0.1"), places=3),
        ),
        max_size=3,
    ),
    amounts,
)
def test_sizes_agree(rows, capex):
    def size(number):
        loans = [
            PrincipalTerms(f"loan{index}", of, number(quantum), number(fee))
            for index, (of, quantum, fee) in enumerate(rows)
        ]
        cost = number(capex)
        return size_principals(loans, Uses(cost / 2, cost, cost * 2))

    exact, quick = size(Decimal), size(float)
    assert_agree(exact, quick, scale=float(capex))


@given(
    st.lists(st.tuples(st.sampled_from(RULES), st.decimals(0, 1, places=2)), max_size=3),
    st.lists(st.decimals(0, 1_000_000, places=2), min_size=1, max_size=8),
)
def test_draws_agree(loans, uses):
    def run(kind):
        number = kind.number
        everything = number(sum(uses, Decimal(0)))
        principals = [everything * number(share) / max(len(loans), 1) for _, share in loans]
        terms = lower_funding([rule for rule, _ in loans], principals, everything, kind=kind)
        inputs = [FundingInputs(number(use)) for use in uses]
        return scan(fund_uses, terms, opening_funding(terms), inputs)

    assert_agree(run(DECIMAL), run(FLOAT), scale=float(sum(uses)))
