"""VAT, income tax and stamp duty, by hand."""

from decimal import Decimal

from lessor.core.numeric import DECIMAL, scan
from lessor.core.trace import TraceKind
from lessor.engine.taxes.income import (
    IncomeTaxInputs,
    income_tax_year,
    losses_carried,
    lower_income_tax,
    opening_income_tax,
)
from lessor.engine.taxes.stamp import StampBases, lower_stamp_duty, stamp_duty
from lessor.engine.taxes.vat import VatInputs, lower_vat, opening_vat, vat_month
from lessor.terms.taxes import IncomeTax, StampDuty, Vat

DUTY = {"lease": "0.1%", "purchase": "0.03%", "loan": "0.005%"}


def taxed(profits, *, loss_years):
    terms = lower_income_tax(
        IncomeTax.model_validate({"rate": "25%", "loss_years": loss_years}), kind=DECIMAL
    )
    inputs = [IncomeTaxInputs(Decimal(profit)) for profit in profits]
    return scan(income_tax_year, terms, opening_income_tax(terms), inputs)


def test_input_vat_is_credited_and_carried_forward():
    terms = lower_vat(Vat.model_validate({"rent": "6%", "equipment": "13%"}), kind=DECIMAL)
    assert (terms.rent, terms.equipment, terms.costs) == (Decimal("0.06"), Decimal("0.13"), 0)
    months = [(10, 130), (90, 0), (90, 5), (20, 50), (40, 0)]
    inputs = [VatInputs(Decimal(output), Decimal(paid)) for output, paid in months]
    flows, state = scan(vat_month, terms, opening_vat(terms), inputs)
    assert [flow.vat_payable for flow in flows] == [0, 0, 55, 0, 10]
    assert [flow.credit_used for flow in flows] == [0, 90, 30, 0, 30]
    assert state.credit_carried == 0


def test_losses_are_used_oldest_first():
    flows, state = taxed([-100, -60, 120, 100], loss_years=5)
    assert [flow.taxable_income for flow in flows] == [0, 0, 0, 60]
    assert [flow.losses_used for flow in flows] == [0, 0, 120, 40]
    assert [flow.tax for flow in flows] == [0, 0, 0, 15]
    assert losses_carried(state) == 0


def test_a_loss_lapses_after_its_years():
    flows, state = taxed([-100, 10, 20, 1000], loss_years=2)
    assert [flow.loss_lapsed for flow in flows] == [0, 0, 70, 0]
    assert flows[-1].taxable_income == 1000
    assert state.losses == (0, 0)


def test_no_loss_is_carried_where_none_may_be():
    flows, state = taxed([-100, 50], loss_years=0)
    assert [(flow.loss_lapsed, flow.taxable_income) for flow in flows] == [(100, 0), (0, 50)]
    assert state.losses == ()


def test_stamp_duty_is_a_rate_on_each_contract():
    record = StampDuty.model_validate(DUTY)
    terms = lower_stamp_duty(record, kind=DECIMAL)
    bases = StampBases(lease=Decimal(1000), purchase=Decimal(10_000), loan=Decimal(100_000))
    assert stamp_duty(terms, bases) == (1, 3, 5, 9)


def test_traced_tax_ends_in_the_rate_of_the_deal():
    terms = lower_income_tax(IncomeTax.model_validate({"rate": "25%"}), kind=TraceKind())
    profit = IncomeTaxInputs(TraceKind().given(80, "profit"))
    flows, _ = income_tax_year(terms, opening_income_tax(terms), profit)
    assert float(flows.tax) == 20
    assert flows.tax.args[1].field == "taxes.income.rate"
