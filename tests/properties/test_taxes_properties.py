"""What holds for every tax: no unit of input VAT or of a loss is used twice or lost unseen."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from lessor.core.numeric import DECIMAL, scan, total
from lessor.engine.taxes.income import (
    IncomeTaxInputs,
    income_tax_year,
    losses_carried,
    lower_income_tax,
    opening_income_tax,
)
from lessor.engine.taxes.vat import VatInputs, lower_vat, opening_vat, vat_month
from lessor.terms.taxes import IncomeTax, Vat

amounts = st.decimals(0, 1_000_000, places=2)


@given(st.lists(st.tuples(amounts, amounts), min_size=1, max_size=12))
def test_input_vat_is_set_off_once(months):
    terms = lower_vat(Vat(), kind=DECIMAL)
    inputs = [VatInputs(output, paid) for output, paid in months]
    flows, state = scan(vat_month, terms, opening_vat(terms), inputs)
    surplus = sum(output - paid for output, paid in months)
    assert total(flow.vat_payable for flow in flows) - state.credit_carried == surplus
    assert all(flow.vat_payable >= 0 and flow.credit_used >= 0 for flow in flows)
    assert state.credit_carried >= 0


@given(
    st.integers(0, 6),
    st.lists(st.decimals(-1_000_000, 1_000_000, places=2), min_size=1, max_size=12),
)
def test_every_loss_is_used_lapsed_or_carried(loss_years, profits):
    terms = lower_income_tax(
        IncomeTax.model_validate({"rate": "25%", "loss_years": loss_years}), kind=DECIMAL
    )
    inputs = [IncomeTaxInputs(profit) for profit in profits]
    flows, state = scan(income_tax_year, terms, opening_income_tax(terms), inputs)
    losses = sum((-profit for profit in profits if profit < 0), Decimal(0))
    settled = total(flow.losses_used + flow.loss_lapsed for flow in flows)
    assert settled + losses_carried(state) == losses
    for profit, flow in zip(profits, flows, strict=True):
        assert flow.taxable_income + flow.losses_used == max(profit, Decimal(0))
        assert flow.tax == flow.taxable_income * Decimal("0.25")
        assert flow.taxable_income >= 0
