"""What holds for every loan: money conserved, uses paid, level payments level."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lessor.core.numeric import DECIMAL, FLOAT, scan, total
from lessor.engine.debt.draws import FundingInputs, fund_uses, lower_funding, opening_funding
from lessor.engine.debt.sizing import PrincipalTerms, Uses, size_principals
from tests.engine.debt.loans import facility, paid, run_loan

PROFILES = ("level", "equal_principal", "bullet", "custom")
FREQUENCIES = ("monthly", "quarterly", "semiannual", "annual")

loans = st.builds(
    lambda profile, months, compounding, frequency, balloon: facility(
        profile,
        until=f"{months} months",
        rate={"compounding": compounding, "basis": "actual/360"},
        repayment={
            "frequency": frequency,
            "balloon": str(balloon),
            "steps": [{"after": "4 months", "share": "0.5"}] if profile == "custom" else [],
        },
    ),
    st.sampled_from(PROFILES),
    st.integers(1, 60),
    st.sampled_from(("none", *FREQUENCIES)),
    st.sampled_from(FREQUENCIES),
    st.decimals(0, 1, places=2),
)
draws = st.dictionaries(st.integers(0, 40), st.integers(1, 1000), min_size=1, max_size=4)


@given(loans, draws, st.lists(st.integers(0, 60), min_size=60, max_size=60), st.booleans())
def test_every_unit_drawn_or_earned_is_paid_or_still_owed(loan, drawn, cash, is_short):
    amounts = {month: Decimal(amount) for month, amount in drawn.items()}
    limits = [Decimal(each) for each in cash] if is_short else None
    run = run_loan(loan, kind=DECIMAL, draws=amounts, cash=limits)
    flows = run.flows
    repaid = total(flow.principal_paid + flow.prepaid for flow in flows)
    assert float(total(flow.drawn for flow in flows) - repaid) == pytest.approx(
        float(run.state.outstanding)
    )
    owed = total(flow.interest_accrued - flow.interest_paid for flow in flows)
    assert float(owed) == pytest.approx(float(run.state.accrued), abs=1e-9)
    assert all(flow.outstanding >= 0 for flow in flows)
    assert is_short or all(flow.shortfall == 0 for flow in flows)


@given(loans, draws)
def test_a_loan_that_is_paid_ends_at_nothing(loan, drawn):
    run = run_loan(loan, draws={month: float(amount) for month, amount in drawn.items()})
    last = next(index for index, month in enumerate(run.months) if month.is_last)
    assert run.flows[last].outstanding == 0


@given(loans, st.floats(0.01, 1000))
def test_scaling_the_principal_scales_every_flow(loan, times):
    one, scaled = run_loan(loan), run_loan(loan, draws={0: 100 * times})
    for flow, large in zip(one.flows, scaled.flows, strict=True):
        assert large == pytest.approx(tuple(each * times for each in flow), abs=1e-9 * times)


@given(
    st.integers(1, 20),
    st.sampled_from(FREQUENCIES[:3]),
    st.sampled_from(("none", *FREQUENCIES)),
    st.decimals(0, Decimal("0.2"), places=3),
)
def test_level_payments_are_equal(payments, frequency, compounding, rate):
    every = {"monthly": 1, "quarterly": 3, "semiannual": 6}[frequency]
    loan = facility(
        until=f"{payments * every} months",
        rate={"value": str(rate), "compounding": compounding, "basis": "actual/actual"},
        repayment={"frequency": frequency},
    )
    service = [paid(flow) for flow in run_loan(loan).flows][every - 1 :: every]
    assert service == pytest.approx([service[0]] * payments, rel=1e-9)


@given(
    st.lists(
        st.tuples(st.sampled_from(("pro_rata", "equity_first", "at_closing")), st.floats(0, 0.3)),
        max_size=3,
    ),
    st.lists(st.floats(0, 1e6), min_size=1, max_size=10),
)
def test_sources_equal_uses_on_every_date(rows, uses):
    everything = total(uses)
    principals = [everything * share for _, share in rows]
    terms = lower_funding([rule for rule, _ in rows], principals, everything, kind=FLOAT)
    inputs = [FundingInputs(use) for use in uses]
    flows, state = scan(fund_uses, terms, opening_funding(terms), inputs)
    slack = 1e-9 * everything + 1e-9
    before = 0.0
    for use, flow in zip(uses, flows, strict=True):
        assert total(flow.draws) + flow.equity + before == pytest.approx(
            use + flow.cash_held, abs=slack
        )
        assert flow.equity >= 0 and flow.cash_held >= -slack
        assert all(draw >= -slack for draw in flow.draws)
        before = flow.cash_held
    assert state.drawn == pytest.approx(principals, abs=slack)
    assert state.contributed == pytest.approx(everything - total(principals), abs=slack)


@given(
    st.lists(st.tuples(st.floats(0, 0.3), st.floats(0, 0.1)), min_size=1, max_size=3),
    st.floats(1, 1e9),
)
def test_total_uses_hold_the_fees_of_the_loans_sized_on_them(rows, uses):
    loans = [
        PrincipalTerms(f"loan{index}", "total_uses", share, fee)
        for index, (share, fee) in enumerate(rows)
    ]
    sizes = size_principals(loans, Uses(uses, uses, uses))
    assert sizes.total_uses == pytest.approx(uses + total(sizes.fees))
    for (share, fee), principal, charged in zip(rows, sizes.principals, sizes.fees, strict=True):
        assert principal == pytest.approx(share * sizes.total_uses)
        assert charged == pytest.approx(fee * principal)


@given(
    st.lists(
        st.tuples(
            st.sampled_from(("pro_rata", "equity_first", "at_closing", "planned")),
            st.floats(0, 0.24),
            st.floats(0, 0.1),
        ),
        min_size=1,
        max_size=4,
    ),
    st.lists(st.floats(0, 1e6), min_size=1, max_size=10),
)
def test_fees_on_draws_are_paid_by_the_draws_and_the_equity(rows, dated):
    spent = total(dated)
    # The uses with all fees: what the loans are shares of.
    everything = spent / (1 - total(share * fee for _, share, fee in rows))
    principals = [everything * share for _, share, _ in rows]
    rules, fees = [rule for rule, _, _ in rows], [fee for _, _, fee in rows]
    terms = lower_funding(rules, principals, everything, kind=FLOAT, fees=fees)
    first = tuple(
        principal if rule == "planned" else None
        for rule, principal in zip(rules, principals, strict=True)
    )
    inputs = [FundingInputs(use, first if at == 0 else ()) for at, use in enumerate(dated)]
    flows, state = scan(fund_uses, terms, opening_funding(terms), inputs)
    slack = 1e-9 * everything + 1e-9
    before = 0.0
    for use, flow in zip(dated, flows, strict=True):
        assert total(flow.draws) + flow.equity + before == pytest.approx(
            use + total(flow.fees) + flow.cash_held, abs=slack
        )
        assert flow.cash_held >= -slack and flow.equity >= -slack
        assert all(draw >= -slack for draw in flow.draws)
        before = flow.cash_held
    assert state.drawn == pytest.approx(principals, abs=slack)
    assert total(total(flow.fees) for flow in flows) == pytest.approx(
        total(principal * fee for principal, fee in zip(principals, fees, strict=True)), abs=slack
    )
