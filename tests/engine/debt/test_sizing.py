"""How large loans are, with their fees among the uses."""

from decimal import Decimal

import pytest

from lessor.core.numeric import DECIMAL
from lessor.engine.debt.sizing import Uses, lower_principal, size_principals
from tests.engine.debt.loans import facility

USES = Uses(hardware=Decimal(600), capex=Decimal(700), total=Decimal(980))


def sized(*principals, fee: str = "0", convert=None):
    loans = [
        lower_principal(
            f"loan{index}",
            facility(principal=principal, fees={"up_front": fee}),
            kind=DECIMAL,
            convert=convert,
        )
        for index, principal in enumerate(principals)
    ]
    return size_principals(loans, USES)


def test_shares_of_each_basis_and_an_amount():
    sizes = sized(
        {"share": "50%", "of": "hardware"},
        {"share": "10%"},
        {"share": "20%", "of": "total_uses"},
        {"amount": "84"},
    )
    assert sizes.principals == (300, 70, 196, 84)
    assert (sizes.total_uses, sizes.equity) == (980, 330)


def test_one_loan_pays_for_its_own_fee():
    # P = 0.8 x (980 + 2.5% P), so P = 784 / 0.98.
    sizes = sized({"share": "80%", "of": "total_uses"}, fee="2.5%")
    assert sizes.principals == (800,)
    assert (sizes.fees, sizes.total_uses, sizes.equity) == ((20,), 1000, 200)


def test_loans_on_total_uses_share_each_others_fees():
    # T = (980 + 2% x 100) / (1 - 2% x (50% + 40%)).
    sizes = sized(
        {"amount": "100"},
        {"share": "50%", "of": "total_uses"},
        {"share": "40%", "of": "total_uses"},
        fee="2%",
    )
    assert sizes.total_uses == Decimal(982) / Decimal("0.982") == 1000
    assert sizes.principals == (100, 500, 400)
    assert sum(sizes.principals) + sizes.equity == 980 + sum(sizes.fees)


def test_no_loan_leaves_all_to_equity_and_large_loans_leave_less_than_nothing():
    assert sized().equity == 980
    assert sized({"amount": "1_000"}).equity == -20


def test_an_amount_in_another_currency_is_converted():
    rates = {"USD": Decimal(7)}
    sizes = sized(
        {"amount": {"amount": "10", "currency": "USD"}},
        convert=lambda amount, currency: amount * rates[currency],
    )
    assert sizes.principals == (70,)


def test_fees_on_draws_are_among_the_uses_but_not_paid_at_closing():
    # 2% up front and 1% on draws: P = 0.8 x (980 + 3% P), so P = 784 / 0.976.
    loan = lower_principal(
        "loan",
        facility(
            principal={"share": "80%", "of": "total_uses"},
            fees={"up_front": "2%", "on_draw": "0.6%", "discount": "0.4%"},
        ),
        kind=DECIMAL,
    )
    sizes = size_principals([loan], USES)
    assert float(sizes.principals[0]) == pytest.approx(784 / 0.976, rel=1e-14)
    assert sizes.fees == (sizes.principals[0] * Decimal("0.02"),)


def test_a_loan_may_pay_for_the_input_vat():
    uses = USES._replace(input_vat=Decimal(90))
    loan = lower_principal(
        "vat", facility(principal={"share": "100%", "of": "input_vat"}), kind=DECIMAL
    )
    assert size_principals([loan], uses).principals == (90,)


def test_a_loan_made_earlier_brings_its_balance_and_no_fee():
    loan = lower_principal(
        "old", facility(principal="500", balance="300", fees={"up_front": "2%"}), kind=DECIMAL
    )
    sizes = size_principals([loan], USES)
    assert (sizes.principals, sizes.to_draw, sizes.fees) == ((500,), (300,), (0,))
    assert (sizes.total_uses, sizes.equity) == (980, 680)
